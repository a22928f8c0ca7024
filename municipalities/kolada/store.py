"""One table of indicators and their values, whoever told them: what a page says, and keeping it, as often as one likes."""

import csv
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from municipalities.models import Kpi, KpiValue, Municipality, Region, SimilarMunicipality

COUNTRY = "0000"
NEW, CHANGED, UNCHANGED, REMOVED = "new", "changed", "unchanged", "removed"
FATES = (NEW, CHANGED, UNCHANGED, REMOVED)
FIRST_YEAR = 1990
MISSING = "Missing"
THEMES = {
    "placeringar": "Placeringar",
    "oppna_insatser": "Öppna insatser",
    "utredningstid": "Utredningstid",
    "brukarbedomning_placerade": "Placerade barns egna svar",
    "brukarbedomning": "Ungas och vårdnadshavares svar",
    "utfall_placerade": "Skola och hälsa för placerade",
    "kostnad": "Kostnader",
    "personal": "Personal",
    "ensamkommande": "Ensamkommande barn",
    "familjeratt": "Familjerätt",
    "ekonomi_barn": "Barn i ekonomisk utsatthet",
    "befolkning": "Befolkning",
    "ovrigt": "Övrigt",
}
# What the end of a title says of the unit, first match first.
UNITS = (
    ("kr/inv 0-20 år", "kr per invånare 0–20 år"),
    ("kr/inv", "kr per invånare"),
    ("antal/1000 inv", "per 1 000 invånare 0–20 år"),
    ("antal/10 000 invånare 0-17 år", "per 10 000 invånare 0–17 år"),
    ("(%)", "%"),
    ("i antal dagar", "dagar"),
    ("antal", "antal"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One value as somebody tells it. `value` None: missing or withheld. `is_gone`: the source has taken it away."""

    code: str
    place: str
    year: int
    gender: str
    value: float | None
    status: str = ""
    is_gone: bool = False

    @property
    def key(self):
        return self.code, self.place, self.year, self.gender


class Malformed(ValueError):
    """A row that is not in Kolada's form."""


def understood(row) -> list[Told]:
    """The values of one row of Kolada's data. Raises Malformed."""
    try:
        code, place, year, values = row["kpi"], row["municipality"], row["period"], row["values"]
        told = [as_told(code, place, year, value) for value in values]
    except (KeyError, TypeError) as error:
        raise Malformed from error
    if not (isinstance(code, str) and isinstance(place, str)) or type(year) is not int:
        raise Malformed
    if not FIRST_YEAR <= year <= date.today().year + 1:  # noqa: DTZ011 - a year, in any time zone
        raise Malformed
    return told


def as_told(code, place, year, cell):
    """One gender's value. K is women (kvinnor), M is men (män). 0.0 is a real zero."""
    gender, value = cell["gender"], cell["value"]
    if gender not in KpiValue.Gender.values:
        raise Malformed
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not is_finite(value)):
        raise Malformed
    status = str(cell.get("status") or "")[:20]
    if status == MISSING:
        value = None
    return Told(code, place, year, gender, value, status, bool(cell.get("isdeleted")))


def is_finite(value):
    """Whether the number fits in the store: JSON's whole numbers may be of any size."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def known_places() -> set[str]:
    """Kolada's names of everything that a value may be about: municipalities, counties and the country."""
    counties = {f"00{code}" for code in Region.objects.values_list("code", flat=True)}
    return {COUNTRY, *counties, *Municipality.objects.values_list("code", flat=True)}


class Comparison:
    """What telling these values would do to those that are kept. All are about known indicators, each key once."""

    def __init__(self, told: Iterable[Told]):
        self.told = {value.key: value for value in told}
        self.kpis = {kpi.code: kpi for kpi in Kpi.objects.filter(code__in={code for code, *_ in self.told})}
        self.kept = self.read()

    def read(self):
        if not self.told:
            return {}
        years = [year for _, _, year, _ in self.told]
        rows = KpiValue.objects.filter(
            kpi__in=list(self.kpis.values()), place__in={place for _, place, *_ in self.told},
            year__range=(min(years), max(years)),
        )  # fmt: skip
        names = ("kpi__code", "place", "year", "gender", "pk", "value", "status")
        return {tuple(row[:4]): row[4:] for row in rows.values_list(*names)}

    def fate(self, value):
        kept = self.kept.get(value.key)
        if value.is_gone:
            return REMOVED if kept else UNCHANGED
        if kept is None:
            return NEW
        return UNCHANGED if kept[1:] == (value.value, value.status) else CHANGED

    @property
    def counts(self):
        return {**dict.fromkeys(FATES, 0), **Counter(map(self.fate, self.told.values()))}

    def write(self):
        """Keep what is told: harmless to repeat. Call it inside a transaction; the indicators must be there."""
        fates = {key: self.fate(value) for key, value in self.told.items()}
        fresh = [
            KpiValue(kpi=self.kpis[value.code], place=value.place, year=value.year, gender=value.gender,
                     value=value.value, status=value.status)
            for key, value in self.told.items() if fates[key] in (NEW, CHANGED)
        ]  # fmt: skip
        KpiValue.objects.bulk_create(
            fresh,
            batch_size=1_000,
            update_conflicts=True,
            unique_fields=["kpi", "place", "year", "gender"],
            update_fields=["value", "status"],
        )
        gone = [self.kept[key][0] for key, fate in fates.items() if fate == REMOVED]
        for first in range(0, len(gone), 500):
            KpiValue.objects.filter(pk__in=gone[first : first + 500]).delete()


# --- what an indicator is ---------------------------------------------------------------------------------------------
def unit_of(title):
    """The unit as a title tells it, or nothing."""
    return next((unit for end, unit in UNITS if end in title.casefold()), "")


def about(row) -> dict:
    """Fields of an indicator from Kolada's own row about it. Raises Malformed."""
    try:
        title = " ".join(row["title"].split())
        day = row.get("publication_date")
        return {
            "title": title[:250],
            "description": (row.get("description") or "").strip(),
            "unit": unit_of(title),
            "is_divided_by_gender": bool(row.get("is_divided_by_gender")),
            "has_units": bool(row.get("has_ou_data")),
            "published_on": date.fromisoformat(day) if day else None,
            "next_period": str(row.get("publ_period") or "")[:40],
        }
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Malformed from error


# --- the register -----------------------------------------------------------------------------------------------------
def rows_of(name):
    path = Path(settings.BASE_DIR) / "municipalities" / "data" / name
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@transaction.atomic
def load_kpis():
    """The indicators that the portal follows, and which municipalities are alike. Harmless to repeat.

    What Kolada has said of an indicator since stands; the list decides its theme and that it belongs here.
    """
    known = {kpi.code: kpi for kpi in Kpi.objects.all()}
    fresh, listed = [], set()
    for row in rows_of("kpis_bou.csv"):
        listed.add(row["kpi_id"])
        kpi = known.get(row["kpi_id"]) or Kpi(code=row["kpi_id"], source=Kpi.Source.KOLADA)
        before = (kpi.theme, kpi.is_core, kpi.title, kpi.unit)
        kpi.theme, kpi.is_core = THEMES[row["theme"]], True
        if not kpi.fetched_at:
            say(kpi, row)
        kpi.unit = unit_of(kpi.title)
        if before != (kpi.theme, kpi.is_core, kpi.title, kpi.unit) or not kpi.pk:
            fresh.append(kpi)
    new, changed = [kpi for kpi in fresh if not kpi.pk], [kpi for kpi in fresh if kpi.pk]
    Kpi.objects.bulk_create(new)
    for kpi in changed:
        kpi.save()
    Kpi.objects.filter(is_core=True).exclude(code__in=listed).update(is_core=False)
    load_similar()


def say(kpi, row):
    """What the list says of an indicator that has never been fetched."""
    kpi.title = " ".join(row["title"].split())
    kpi.is_divided_by_gender = row["divided_by_gender"] == "True"
    kpi.has_units = row["has_ou_data"] == "True"
    kpi.next_period = row["latest_period"]
    kpi.published_on = date.fromisoformat(row["next_publication"]) if row["next_publication"] else None


def load_similar():
    """Kolada's seven most alike in individual and family care, of 2024."""
    pk_of = dict(Municipality.objects.values_list("code", "pk"))
    wanted = {
        (pk_of[row["municipality_code"]], pk_of[other]): order
        for row in rows_of("similar_municipalities_ifo_2024.csv")
        for order, other in enumerate(row["similar_codes"].split(), 1)
    }
    kept = {
        (one, other): order
        for one, other, order in SimilarMunicipality.objects.values_list("municipality", "other", "order")
    }
    if kept == wanted:
        return
    SimilarMunicipality.objects.all().delete()
    SimilarMunicipality.objects.bulk_create(
        SimilarMunicipality(municipality_id=one, other_id=other, order=order) for (one, other), order in wanted.items()
    )
