"""How units hear children, year by year (features.md 0.8): who has answered, in what way and since when.

A unit's own number of children stays in its municipality. The region sees the numbers of all its municipalities together
in a band, and only for a year whose answers can no longer change (docs/adr/0013).
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from bou_portal.access import Permission
from bou_portal.disclosure.voices import Heard, Spoken, shown_year
from bou_portal.formats import count_word, listing, percent, starting
from municipalities.models import Municipality, Unit
from placements.models import ParticipationStatus

YEARS_SHOWN = 3


def last_day(year):
    """The last day on which a year's answers can be given and changed."""
    return date(year + 1, 3, 31)


def open_years(today):
    """The years that can be answered for, the current one first."""
    return [year for year in (today.year, today.year - 1) if today <= last_day(year)]


def shown_years(today):
    return [today.year - back for back in range(YEARS_SHOWN)]


@dataclass(frozen=True)
class UnitAnswer:
    """A unit and its answer for the year, or none."""

    unit: Unit
    answer: ParticipationStatus | None


def own_answers(municipalities, year):
    """The units of these municipalities with all that they answered, who has not answered first."""
    answers = ParticipationStatus.objects.filter(year=year).select_related("answered_by")
    units = Unit.objects.filter(municipality__in=municipalities).select_related("municipality")
    found = [
        UnitAnswer(unit, next(iter(unit.of_the_year), None))
        for unit in units.prefetch_related(Prefetch("participation", answers, to_attr="of_the_year"))
    ]
    return sorted(found, key=lambda row: (row.answer is not None, row.unit.municipality.sort_key, row.unit.name))


@dataclass(frozen=True)
class UnitLine:
    """What the region sees of a unit: whether it answered, how it works and since when. No numbers, no texts."""

    name: str
    has_answered: bool
    method: str = ""
    since: int | None = None


@dataclass(frozen=True)
class Place:
    municipality: Municipality
    units: list[UnitLine]

    @property
    def answered(self):
        return sum(unit.has_answered for unit in self.units)

    @property
    def words(self):
        return f"{self.answered} av {len(self.units)}"

    @property
    def is_complete(self):
        return bool(self.units) and self.answered == len(self.units)


class RegionalAnswers:
    """A region's units and their answers of one year."""

    def __init__(self, region, year, today):
        self.region, self.year = region, year
        self.is_closed = today > last_day(year)
        self.places = sorted(places(region, year), key=lambda place: (place.is_complete, place.municipality.sort_key))

    @property
    def sentence(self):
        units = [unit for place in self.places for unit in place.units]
        if not units:
            return f"Ingen kommun i {self.region} har lagt upp sina enheter ännu."
        answered = [unit for unit in units if unit.has_answered]
        share = percent(100 * len(answered) / len(units))
        said = f"{starting(count_word(len(answered)))} av {count_word(len(units))} enheter har svarat för {self.year} ({share})"
        works = sum(unit.method != ParticipationStatus.Method.NONE.label for unit in answered)
        return f"{said}, och {count_word(works)} av dem har en metod." if answered else f"{said}."

    @property
    def heard(self):
        """The band of all children heard in the region; None while the answers may still change."""
        return heard(self.region, self.year) if self.is_closed else None


class ParticipationPage:
    """The year asked for: the reader's own units in full, or her region's without numbers and texts."""

    def __init__(self, user, wish, today):
        self.years = shown_years(today)
        self.year = next((year for year in self.years if str(year) == wish), self.years[0])
        self.may_answer = user.can(Permission.LEAD_LEARNING) and self.year in open_years(today)
        self.last_day = last_day(self.year)
        self.is_open = self.year in open_years(today)
        held = user.granting(Permission.READ_RELEASES)
        self.municipalities = [membership.municipality for membership in held if membership.municipality_id]
        self.own = own_answers(self.municipalities, self.year) if self.municipalities else []
        regions = [membership.region for membership in held if membership.region_id]
        self.regions = [RegionalAnswers(region, self.year, today) for region in dict.fromkeys(regions)]

    @property
    def shown_year(self):
        return str(self.year)

    @property
    def choices(self):
        return [str(year) for year in self.years]

    @property
    def sentence(self):
        """How many of the own units have answered, or of the region's."""
        if not self.municipalities:
            return self.regions[0].sentence
        if not self.own:
            return "Kommunen har inga enheter ännu. IFO-chefen lägger upp dem under Medarbetare."
        waiting = [row.unit.name for row in self.own if not row.answer]
        if not waiting:
            return f"Alla enheter har svarat för {self.year}."
        verb = "har" if self.is_open else "hade"
        return f"{listing(waiting)} {verb} inte svarat för {self.year}."


def places(region, year):
    answers = ParticipationStatus.objects.filter(year=year)
    units = Unit.objects.prefetch_related(Prefetch("participation", answers, to_attr="of_the_year"))
    for municipality in region.municipalities.prefetch_related(Prefetch("units", units)):
        yield Place(municipality, [line(unit) for unit in municipality.units.all()])


def line(unit):
    if not unit.of_the_year:
        return UnitLine(unit.name, False)
    answer = unit.of_the_year[0]
    return UnitLine(unit.name, True, answer.get_method_display(), answer.since_year)


def heard(region, year) -> Heard:
    rows = ParticipationStatus.objects.filter(municipality__region=region, year=year, children_heard__gt=0)
    numbers = rows.order_by("pk").values_list("municipality__code", "children_heard")
    totals: dict[str, int] = {}
    for code, count in numbers:
        totals[code] = totals.get(code, 0) + count
    return shown_year(Spoken(code, count) for code, count in totals.items())
