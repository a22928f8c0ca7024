"""`manage.py figures`: the raw figures of figures.md 4 for a program, or what would be published of them."""

import csv
import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Exists, OuterRef, Q

from bou_portal.figures import DEFINITIONS, MARKS, State
from bou_portal.periods import Period
from municipalities.models import Municipality, Region
from placements.indicators import INDICATORS, Scope, Window, figures
from placements.indicators.releases import shown_for
from placements.indicators.volume import overlapping
from placements.models import Placement

HELP = """Skriver ut råa siffror, före röjandekontroll. Ett kommando för den som driver portalen: det körs där databasen
finns och får aldrig kopplas till en sida, en fil eller ett utskick. --shown visar i stället det som skulle publiceras."""
COLUMNS = ("id", "place", "category", "value", "numerator", "denominator", "coverage", "unconfirmed")


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser):
        parser.add_argument("--period", required=True, help="till exempel 2017-04-01..2018-03-31 eller 2018-K1")
        parser.add_argument("--on", help="dag för det som räknas en viss dag; annars periodens sista dag")
        parser.add_argument("--municipality", action="append", default=[], metavar="KOD", help="kan upprepas")
        parser.add_argument("--region", action="append", default=[], metavar="KOD", help="kan upprepas")
        parser.add_argument("--indicator", action="append", default=[], metavar="ID", help="kan upprepas; annars alla")
        parser.add_argument("--format", choices=("json", "csv", "table"), default="table")
        parser.add_argument("--shown", action="store_true", help="det som sidor, filer och PDF visar om regionen")

    def handle(self, *, period, on, municipality, region, indicator, format, shown, **options):
        window = read_window(period, on)
        if unknown := sorted(set(indicator) - set(INDICATORS)):
            raise CommandError(f"Okänd indikator: {', '.join(unknown)}. Det finns: {', '.join(INDICATORS)}")
        municipalities, regions = read_places(municipality, region)
        if shown:
            if len(regions) != 1:
                raise CommandError("Det som publiceras gäller en region. Ange en: --shown --region 22")
            found = [row for row in publishable(regions[0], window) if not indicator or row["id"] in indicator]
        else:
            scope = Scope.of(municipalities, [window], regions)
            found = [figure.as_operator_dict() for figure in figures(scope, set(indicator) or None)]
            self.warn(scope, window)
        getattr(self, f"write_{format}")(window, found)

    def warn(self, scope, window):
        """What the reader must know of the data, apart from the figures themselves."""
        if missing := [place.short_name for place in scope.missing("placeringar")]:
            self.stderr.write(f"Har inte lämnat någon leverans av placeringar: {', '.join(missing)}.")
        if count := overlapping(scope, window):
            self.stderr.write(f"{count} barn har överlappande placeringar; de räknas en gång, efter senaste start.")

    def write_json(self, window, found):
        about = {"period": [str(window.period.start), str(window.period.end)], "on": str(window.on)}
        self.stdout.write(json.dumps(about | {"figures": found}, ensure_ascii=False))

    def write_csv(self, window, found):
        names = [*COLUMNS, *(name for name in found[0] if name not in COLUMNS)] if found else COLUMNS
        writer = csv.DictWriter(self.stdout, ["definition", "period", "on", *names], delimiter=";", lineterminator="\n")
        writer.writeheader()
        about = {"period": str(window.period), "on": str(window.on)}
        writer.writerows({"definition": definition(row["id"])} | about | row for row in found)

    def write_table(self, window, found):
        self.stdout.write(f"Period {window.period}, läget {window.on}\n")
        for row in found:
            of = f"{plain(row['numerator'])} / {plain(row['denominator'])}" if row["denominator"] is not None else ""
            value = row.get("text") or (MARKS[State.NOT_DELIVERED] if is_missing(row) else plain(row["value"]))
            seen = "" if row["coverage"] is None else f"täckning {plain(row['coverage'])} %"
            unsure = f"{row['unconfirmed']} ej bekräftade" if row["unconfirmed"] else ""
            name = DEFINITIONS[row["id"]].name
            self.stdout.write(
                f"{row['place']:<6} {row['id']:<24} {row['category'] or '':<15} {value:>14} {of:>18}  "
                f"{name}; {'; '.join(part for part in (seen, unsure) if part)}".rstrip("; ")
            )


def read_window(period, on):
    try:
        period = Period.parse(period)
    except ValueError as error:
        raise CommandError(str(error)) from None
    try:
        return Window(period, date.fromisoformat(on) if on else period.end)
    except ValueError:
        raise CommandError(f"”{on}” är inget datum: skriv som 2018-03-31") from None


def read_places(municipality_codes, region_codes):
    """The municipalities asked for, and the regions that get a figure of their own; all there are when none is named."""
    municipalities, regions = Municipality.objects.all(), Region.objects.all()
    for codes, rows, word in ((municipality_codes, municipalities, "kommun"), (region_codes, regions, "region")):
        if unknown := sorted(set(codes) - set(rows.filter(code__in=codes).values_list("code", flat=True))):
            raise CommandError(f"Okänd {word}: {', '.join(unknown)}")
    if municipality_codes or region_codes:
        asked = municipalities.filter(Q(code__in=municipality_codes) | Q(region__code__in=region_codes))
        return asked, list(regions.filter(code__in=region_codes))
    has_placements = Exists(Placement.objects.filter(municipality=OuterRef("pk")).order_by())
    return municipalities.filter(Q(region__is_member=True) | has_placements), list(regions.members())


def publishable(region, window):
    """What is, or would be, published about the region, with the mark of every cell that has no number."""
    try:
        return shown_for(region, window)
    except ValueError as error:
        raise CommandError(str(error)) from None


def definition(code):
    """The whole definition in one line."""
    known = DEFINITIONS[code]
    of = f" / {known.denominator}" if known.denominator else ""
    return f"{known.name} ({known.unit}): {known.numerator}{of}. Källa: {known.source}"


def is_missing(row):
    return row["value"] is None and row["denominator"] is None


def plain(value):
    """A number for an operator's eye: unrounded counts, at most four decimals otherwise."""
    return "–" if value is None else f"{value:.10g}" if value == int(value) else f"{value:.4f}"
