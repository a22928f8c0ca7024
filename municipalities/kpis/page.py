"""Indicators as their pages show them: a municipality beside its county, the country and those most like it.

A county's value is Kolada's when there is one. Otherwise, and always for the seven that are alike, it is our own
unweighted mean of the municipalities that have a value that year: said to be ours, never credited to Kolada.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from django.core.paginator import Paginator
from django.utils import timezone

from bou_portal import charts
from bou_portal.access import Permission
from bou_portal.formats import change, listing, neuter, number, percent, round_half_up, starting
from bou_portal.imports import folded
from municipalities.kolada.store import COUNTRY
from municipalities.models import Kpi, KpiAnalysis, KpiImport, KpiValue, Municipality

PER_PAGE = 25
YEARS_SHOWN = 15
NOTHING = "–"
COUNT = "antal"
# What stands above a column, inside a sentence.
SPOKEN = {"Länet": "länet", "Riket": "riket", "Liknande": "liknande kommuner"}
TOTAL, WOMEN, MEN = KpiValue.Gender.TOTAL, KpiValue.Gender.WOMEN, KpiValue.Gender.MEN


def as_text(value, unit=""):
    """`6,3`, `269`, `74,1 %`; a dash where nothing is told."""
    if value is None:
        return NOTHING
    is_whole = value == int(value) and unit in ("", COUNT)  # a yes, a no, a number of children
    decimals = 0 if is_whole or abs(value) >= 100 else 1
    return percent(value, decimals) if unit == "%" else number(value, decimals)


@dataclass(frozen=True)
class Cell:
    """A value, its year, and what it rests on when it is our own."""

    value: float | None
    year: int | None
    unit: str = ""
    base: str = ""

    def __str__(self):
        return as_text(self.value, self.unit)

    @property
    def is_told(self):
        return self.value is not None


class Figures:
    """Values of some indicators, seen from a municipality (or from the county, when there is none). One query."""

    def __init__(self, kpis, region, place=None):
        self.region, self.place = region, place
        self.municipalities = list(region.municipalities.active())
        self.alike = []
        if place:
            self.alike = [each.other for each in place.similar.select_related("other__region")]
        self.county_code = f"00{region.code}"
        self.kept = defaultdict(dict)
        places = {COUNTRY, self.county_code, *(each.code for each in (*self.municipalities, *self.alike))}
        places |= {place.code} if place else set()
        rows = KpiValue.objects.filter(kpi__in=kpis, place__in=places, value__isnull=False)
        for kpi, where, year, gender, value in rows.values_list("kpi", "place", "year", "gender", "value"):
            self.kept[kpi, where, gender][year] = value

    def of(self, kpi, place, gender=TOTAL):
        """{year: value} of a place."""
        return self.kept.get((kpi.pk, place, gender), {})

    def mean(self, kpi, places):
        """{year: (unweighted mean, how many it rests on)}."""
        by_year = defaultdict(list)
        for place in places:
            for year, value in self.of(kpi, place.code).items():
                by_year[year].append(value)
        return {year: (fmean(values), len(values)) for year, values in by_year.items()}

    def own(self, kpi):
        return (
            {year: Cell(value, year, kpi.unit) for year, value in self.of(kpi, self.place.code).items()}
            if self.place
            else {}
        )

    def country(self, kpi):
        return {year: Cell(value, year, kpi.unit) for year, value in self.of(kpi, COUNTRY).items()}

    def county(self, kpi):
        """Kolada's sum or mean where it has one, else ours of at least two municipalities."""
        told = {year: Cell(value, year, kpi.unit) for year, value in self.of(kpi, self.county_code).items()}
        return self.ours(kpi, self.municipalities, "kommuner") | told

    def similar(self, kpi):
        return self.ours(kpi, self.alike, "liknande")

    def ours(self, kpi, places, word):
        """Our means of at least two; of numbers of children a mean over small and large says nothing."""
        if kpi.unit == COUNT:
            return {}
        means = self.mean(kpi, places)
        return {
            year: Cell(value, year, kpi.unit, f"medel av {count} {word}")
            for year, (value, count) in means.items()
            if count > 1
        }


def latest(cells, year=None):
    """The cell of this year, else the newest one."""
    if year in cells:
        return cells[year]
    return cells[max(cells)] if cells else Cell(None, None)


def trend(cells, unit):
    """`▲ 1,2 sedan 2023`: from the value before the newest; nothing when there is only one."""
    if len(cells) < 2:
        return ""
    *_, before, now = sorted(cells)
    step = round_half_up(cells[now].value - cells[before].value, 1)
    step = int(step) if step == int(step) else step
    return f"{change(step, 'procentenheter' if unit == '%' else '')} sedan {before}"


@dataclass(frozen=True)
class Row:
    """One indicator in the list."""

    kpi: Kpi
    own: Cell
    county: Cell
    country: Cell
    similar: Cell
    trend: str
    spark: object


class KpiList:
    """The chosen indicators, a page at a time, seen from the chosen place."""

    def __init__(self, user, choices, region, page):
        self.choices, self.region, self.place = choices, region, choices.place
        kpis = Kpi.objects.for_user(user, Permission.READ_REGION_WORK).told_first()
        if choices.theme:
            kpis = kpis.filter(theme=choices.theme)
        found = [kpi for kpi in kpis if self.is_sought(kpi)]
        self.page = Paginator(found, PER_PAGE).get_page(page)
        self.figures = Figures(list(self.page.object_list), region, self.place)

    def is_sought(self, kpi):
        return folded(self.choices.wish.get("sok", "")) in folded(f"{kpi.code} {kpi.title}")

    @cached_property
    def rows(self):
        return [self.row(kpi) for kpi in self.page.object_list]

    def row(self, kpi):
        county = self.figures.county(kpi)
        seen = self.figures.own(kpi) if self.place else county
        own = latest(seen)
        return Row(
            kpi, own, latest(county, own.year), latest(self.figures.country(kpi), own.year),
            latest(self.figures.similar(kpi), own.year), trend(seen, kpi.unit), spark(kpi, seen),
        )  # fmt: skip

    @property
    def name(self):
        return self.place.short_name if self.place else self.region.name

    @property
    def label(self):
        """What the place is called where there is little room."""
        return self.place.short_name if self.place else "Länet"

    @property
    def sentence(self):
        """Where the place lies beside those it is held against, in the indicators on this page."""
        told = [row for row in self.rows if row.own.is_told]
        if not self.page.paginator.count:
            return "Inget nyckeltal passar det du har valt."
        if not told:
            return f"Inga värden för {self.name} är inlästa ännu i det du har valt."
        held = [(row.own, row.similar if self.place else row.country) for row in told if row.kpi.unit != COUNT]
        pairs = [(own, other) for own, other in held if other.is_told and other.year == own.year]
        above, below = (sum(sign * (own.value - other.value) > 0 for own, other in pairs) for sign in (1, -1))
        beside = "liknande kommuner" if self.place else "riket"
        newest = max(row.own.year for row in told)
        return (
            f"{self.name} ligger högre än {beside} i {neuter(above)} nyckeltal och lägre i {neuter(below)}, "
            f"av {neuter(len(told))} med värden. De nyaste är från {newest}."
        )


def spark(kpi, cells):
    """The last years as a small line; missing years are gaps. None when there is no line to draw."""
    if len(cells) < 2:
        return None
    years = range(max(min(cells), max(cells) - YEARS_SHOWN + 1), max(cells) + 1)
    pairs = [(str(year), cells[year].value if year in cells else None, str(cells.get(year, NOTHING))) for year in years]
    return charts.spark(pairs, title=kpi.title, unit="")


@dataclass(frozen=True)
class PlaceRow:
    """One municipality in a table: the year's value, by gender where there is one, and the change."""

    place: Municipality
    value: Cell
    women: str
    men: str
    trend: str
    is_own: bool


class KpiPage:
    """One indicator: over the years, in the county, among those alike, by gender."""

    def __init__(self, kpi, user, place, region, wish=""):
        self.kpi, self.user, self.region, self.place, self.wish = kpi, user, region, place, wish
        self.figures = Figures([kpi], region, self.place)

    @cached_property
    def lines(self):
        """[(name, {year: cell})] of everything that has a value; the own first."""
        figures, kpi = self.figures, self.kpi
        found = [(self.place.short_name, figures.own(kpi))] if self.place else []
        found += [("Länet", figures.county(kpi)), ("Riket", figures.country(kpi)), ("Liknande", figures.similar(kpi))]
        return [(name, cells) for name, cells in found if cells]

    @cached_property
    def years(self):
        told = [year for _, cells in self.lines for year in cells]
        return range(max(min(told), max(told) - YEARS_SHOWN + 1), max(told) + 1) if told else range(0)

    @cached_property
    def chart(self):
        if not self.years:
            return None
        rows = [
            (name, [(str(year), cells[year].value, str(cells[year])) if year in cells else (str(year), None, NOTHING) for year in self.years])
            for name, cells in self.lines
        ]  # fmt: skip
        return charts.line(rows, title=self.kpi.title, unit="%" if self.kpi.unit == "%" else "", heading="År")

    @cached_property
    def now(self):
        """The newest cell of the own municipality, or of the county."""
        return latest(self.lines[0][1]) if self.lines else Cell(None, None)

    @property
    def sentence(self):
        if not self.lines:
            return "Inga värden är inlästa ännu."
        others = [(name, cells) for name, cells in self.lines[1:] if self.now.year in cells]
        own = self.lines[0][0]
        said = f"{self.now.year} hade {SPOKEN.get(own, own)} {self.now}{self.unit_said}."
        if not others:
            return said
        (name, cells), *rest = others
        beside = [f"{starting(SPOKEN.get(name, name))} {latest(cells, self.now.year)}"]
        beside += [f"{SPOKEN.get(word, word)} {latest(other, self.now.year)}" for word, other in rest]
        return f"{said} {listing(beside)}."

    @property
    def unit_said(self):
        return "" if self.kpi.unit in ("", "%", COUNT) else f" {self.kpi.unit}"

    @property
    def trend(self):
        return trend(self.lines[0][1], self.kpi.unit) if self.lines else ""

    @property
    def beside(self):
        """[(name, cell)] of what the own value is held against."""
        return [(name, latest(cells, self.now.year)) for name, cells in self.lines[1:]]

    @cached_property
    def year(self):
        """The newest year of which any municipality in the county has a value."""
        codes = [place.code for place in self.figures.municipalities]
        return max((year for code in codes for year in self.figures.of(self.kpi, code)), default=None)

    @cached_property
    def county_rows(self):
        rows = [self.place_row(place) for place in self.figures.municipalities]
        if self.wish.lstrip("-") == "varde":
            seen = sorted(
                (row for row in rows if row.value.is_told), key=lambda row: row.value.value, reverse=self.wish[0] == "-"
            )
            return seen + [row for row in rows if not row.value.is_told]
        return rows[::-1] if self.wish == "-namn" else rows

    @cached_property
    def similar_rows(self):
        return [self.place_row(place) for place in self.figures.alike]

    def place_row(self, place):
        of, unit = self.figures.of, self.kpi.unit
        cells = {year: Cell(value, year, unit) for year, value in of(self.kpi, place.code).items()}
        shown = cells.get(self.year, Cell(None, self.year, unit))
        women, men = (as_text(of(self.kpi, place.code, gender).get(self.year), unit) for gender in (WOMEN, MEN))
        return PlaceRow(place, shown, women, men, trend(cells, unit) if shown.is_told else "", self.place == place)

    @cached_property
    def has_genders(self):
        return any(gender != TOTAL for _, _, gender in self.figures.kept)

    @cached_property
    def genders(self):
        """[(place, year, girls and women, boys and men)] of the newest year with both, own and country."""
        places = ([(self.place.short_name, self.place.code)] if self.place else []) + [("Riket", COUNTRY)]
        return [row for name, code in places if (row := self.gender_row(name, code))]

    def gender_row(self, name, code):
        women, men = (self.figures.of(self.kpi, code, gender) for gender in (WOMEN, MEN))
        if not (both := set(women) & set(men)):
            return None
        year = max(both)
        return name, year, as_text(women[year], self.kpi.unit), as_text(men[year], self.kpi.unit)

    @cached_property
    def analyses(self):
        found = KpiAnalysis.objects.for_user(self.user, Permission.READ_REGION_WORK)
        return list(found.filter(kpi=self.kpi).select_related("municipality", "kpi", "changed_by"))

    @property
    def may_analyse(self):
        """Her own municipality, when its voice is hers."""
        return bool(self.place and self.place.pk in self.user.municipalities(Permission.SPEAK_FOR_MUNICIPALITY))


class Store:
    """What is in the store and how it came there, for those who fill it."""

    def __init__(self, user, page):
        imports = KpiImport.objects.for_user(user, Permission.LEAD_REGION_WORK).defer("content")
        self.page = Paginator(imports.select_related("started_by", "region"), 20).get_page(page)
        self.under_way = KpiImport.objects.under_way().defer("content").first()
        self.is_own = bool(self.under_way and self.under_way.region_id in user.regions(Permission.LEAD_REGION_WORK))
        done = KpiImport.objects.fetches().filter(state=KpiImport.State.DONE).defer("content")
        self.last = done.order_by("-started_at").first()

    @cached_property
    def values(self):
        return KpiValue.objects.count()

    @property
    def sentence(self):
        if not self.values:
            return "Inga värden är inlästa ännu. Hämta från Kolada eller läs in en fil."
        told = f"{number(self.values)} värden är inlästa."
        return (
            f"{told} Kolada hämtades senast {timezone.localtime(self.last.ended_at):%Y-%m-%d}." if self.last else told
        )
