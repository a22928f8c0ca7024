"""Interruptions: stays that broke down, over time, in a municipality's own exact figures and in what a region has released."""

from datetime import timedelta
from functools import cached_property

from django.db.models import Min

from bou_portal import charts
from bou_portal.charts.parts import Table
from bou_portal.disclosure import Disclosed
from bou_portal.figures import DEFINITIONS, Shown, State, intern
from bou_portal.formats import number
from bou_portal.periods import Period, Quarter, add_months
from municipalities.models import Municipality
from placements.codes import EndCause, Initiator
from placements.indicators import INDICATORS, Scope, Window, figures
from placements.indicators.cohorts import BROAD, HORIZONS, WORDS
from placements.indicators.counting import UNKNOWN
from placements.indicators.stability import BREAKDOWN
from placements.models import Placement

RATE, ENDED, PLANNED, UNPLANNED = "S3", "placements_ended", "S1", "unplanned_endings"
BY_INITIATOR, BY_CAUSE = "unplanned_by_initiator", "unplanned_by_cause"
LABELS = dict(Initiator.choices) | dict(EndCause.choices) | {UNKNOWN: "Inte angivet"}
QUARTERS, MONTHS = 12, 24
# One breakdown a month or more: with fewer, most months are nought and the median says nothing.
ENOUGH_FOR_MONTHS = MONTHS
FEW = 10  # breakdowns in a year: with fewer, one child's is seen in every figure
NOT_RELEASED = Shown(State.NOT_APPLICABLE)
RATE_TITLE = "Sammanbrott per 100 placeringsår"
DEFINED = (
    f"Sammanbrott är här den snäva definitionen: {BREAKDOWN}. Den vida räknar också med att samtycket togs tillbaka. "
    "Ett oplanerat avslut behöver inte vara ett sammanbrott."
)


def months(day, count):
    """The `count` calendar months up to the day's own, oldest first."""
    for steps in reversed(range(count)):
        start = add_months(day.replace(day=1), -steps)
        yield Period(start, add_months(start, 1) - timedelta(days=1))


class OwnInterruptions:
    """One municipality, up to a quarter. Read by those who hold READ_OWN_FIGURES there."""

    def __init__(self, municipality, quarter):
        self.municipality, self.quarter = municipality, quarter
        self.year = Window.rolling_year(quarter)

    def counted(self, codes, windows):
        """`{(period, id, category): Figure}` of the municipality."""
        scope = Scope.of(Municipality.objects.filter(pk=self.municipality.pk), windows)
        own = (figure for figure in figures(scope, codes) if figure.place == self.municipality.code)
        return {(figure.period, figure.id, figure.category): figure for figure in own}

    def rates(self, windows):
        """The rate in each of the windows, from the first ending the municipality has told of."""
        first = Placement.objects.filter(municipality=self.municipality).aggregate(day=Min("ended_on"))["day"]
        told = [window for window in windows if first and window.period.end >= first]
        found = self.counted({RATE}, told) if told else {}
        return [(window, found[window.period, RATE, None]) for window in told]

    @cached_property
    def of_year(self):
        """Four quarters together: a quarter of a small municipality says little."""
        codes = {RATE, ENDED, UNPLANNED, PLANNED, BY_INITIATOR, BY_CAUSE, *HORIZONS, *BROAD.values()}
        return self.counted(codes, [self.year])

    def figure(self, code, category=None):
        return intern(self.of_year[self.year.period, code, category])

    @property
    def rate(self):
        return self.figure(RATE)

    @property
    def ended(self):
        return self.figure(ENDED)

    @property
    def unplanned(self):
        return self.figure(UNPLANNED)

    @property
    def planned(self):
        return self.figure(PLANNED)

    @property
    def breakdowns(self):
        """How many broke down in the four quarters; the municipality's own exact number."""
        return int(self.of_year[self.year.period, RATE, None].numerator or 0)

    @property
    def is_delivered(self):
        return self.rate.state is not State.NOT_DELIVERED

    @property
    def is_small(self):
        return self.breakdowns < FEW

    @property
    def few_words(self):
        """Why a small number of breakdowns is read with care."""
        return (
            f"Färre än {number(FEW)} sammanbrott på ett år: ett enda barn flyttar kurvan. Läs den tillsammans med "
            "vad som hände, inte som ett betyg."
        )

    @property
    def rate_base(self):
        return f"{number(self.breakdowns)} sammanbrott"

    defined = DEFINED

    @property
    def sentence(self):
        if not self.is_delivered:
            return f"{self.municipality.short_name} har inte lämnat några placeringar ännu."
        stays = "placering bröt" if self.breakdowns == 1 else "placeringar bröt"
        return (
            f"{number(self.breakdowns)} {stays} samman under de fyra kvartalen till och med {self.quarter.text}: "
            f"{self.rate.text} per 100 placeringsår."
        )

    @property
    def cohorts(self):
        """Of those who began some time ago, the share that broke down within it, by both definitions."""
        rows = []
        for code, (count, _) in HORIZONS.items():
            strict, broad = self.figure(code), self.figure(BROAD[code])
            rows.append((f"Inom {WORDS[count]}", strict.of or "–", strict.text, broad.text))
        title = "Placeringar som började under fyra kvartal och har följts färdigt"
        return Table(title, ("Bröt samman", "Antal", "Snävt", "Vitt"), tuple(rows))

    @cached_property
    def by_quarter(self):
        """Twelve quarters with their median and what they signal; None before anything has ended."""
        found = self.rates([Window.of(quarter) for quarter in self.quarter.last(QUARTERS)])
        points = [charts.Point(str(Quarter.of(window.on)), intern(figure)) for window, figure in found]
        return charts.run_chart(points, title=RATE_TITLE, heading="Kvartal") if points else None

    @cached_property
    def by_month(self):
        """The same by month, where there are breakdowns enough; None otherwise."""
        found = self.rates([Window(period, period.end) for period in months(self.quarter.end, MONTHS)])
        if sum(figure.numerator or 0 for _, figure in found) < ENOUGH_FOR_MONTHS:
            return None
        points = [charts.Point(f"{window.on:%Y-%m}", intern(figure)) for window, figure in found]
        return charts.run_chart(points, title=f"{RATE_TITLE}, månad för månad", heading="Månad")

    @property
    def initiators(self):
        return self.divided(BY_INITIATOR, "Oplanerade avslut efter vem som tog initiativet", "Initiativ")

    @property
    def causes(self):
        return self.divided(BY_CAUSE, "Oplanerade avslut efter orsak", "Orsak")

    def divided(self, code, title, heading):
        """Bars of the year's unplanned endings, most first; what nothing is counted under is left out."""
        shown = {name: self.figure(code, name) for name in INDICATORS[code].categories}
        rows = [charts.Point(LABELS[name], each) for name, each in shown.items() if each.value]
        rows.sort(key=lambda point: (point.label == LABELS[UNKNOWN], -point.value))
        most = rows[0] if rows and rows[0].label != LABELS[UNKNOWN] else None
        said = most and f"Vanligast är {most.label.lower()}: {most.read()} av {self.unplanned.text} oplanerade avslut."
        return charts.bars(rows, title=title, heading=heading, conclusion=said or "")

    @property
    def cause_note(self):
        return DEFINITIONS[BY_CAUSE].note


class RegionInterruptions:
    """What a region has released of endings. `releases` are the newest versions, newest quarter first."""

    def __init__(self, region, releases):
        self.region = region
        self.disclosed = {Quarter.parse(each.quarter): Disclosed.from_dict(each.cells) for each in releases}
        self.newest = max(self.disclosed)

    def points(self, measure):
        """Every quarter from the first released to the newest; what is hidden or not released is a gap, never guessed."""
        quarters = [quarter for quarter in self.newest.last(QUARTERS) if quarter >= min(self.disclosed)]
        return [charts.Point(str(quarter), self.shown(measure, quarter)) for quarter in quarters]

    def shown(self, measure, quarter, **which):
        release = self.disclosed.get(quarter)
        return release.cell(measure, self.region.code, **which) if release else NOT_RELEASED

    @cached_property
    def unplanned(self):
        return charts.run_chart(self.points(UNPLANNED), title=DEFINITIONS[UNPLANNED].name, heading="Kvartal")

    @cached_property
    def planned(self):
        return charts.run_chart(self.points(PLANNED), title=DEFINITIONS[PLANNED].name, heading="Kvartal", unit="%")

    @property
    def figures(self):
        """(name, the quarter, four quarters, the definition's id)."""
        for measure in (UNPLANNED, PLANNED):
            now, year = self.shown(measure, self.newest), self.shown(measure, self.newest, rolling=True)
            yield DEFINITIONS[measure].name, now, year, measure

    @property
    def sentence(self):
        now, planned = self.shown(UNPLANNED, self.newest), self.shown(PLANNED, self.newest)
        if not now.is_shown:
            return f"Hur många placeringar som avslutades oplanerat under {self.newest.text} visas inte: {now.reason}."
        of = f" {planned.text} av avsluten var planerade." if planned.is_shown else ""
        return f"{now.text} placeringar avslutades oplanerat under {self.newest.text}.{of}"
