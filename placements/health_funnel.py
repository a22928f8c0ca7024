"""The health funnel: how many placed children's examinations are asked for, offered, made and answered.

A step is the sum of the stages at it and beyond it. Outside the own municipality the stages are those of the release, and
a step in which one is hidden is hidden too: nothing is worked out from anything but what is shown.
"""

from functools import cached_property
from statistics import median

from bou_portal import charts
from bou_portal.charts.parts import Table
from bou_portal.disclosure import Disclosed
from bou_portal.figures import Kind, Shown, State, intern
from bou_portal.formats import date, listing, number, starting
from bou_portal.periods import Quarter
from placements import examinations
from placements.indicators.funnel import ANSWERED, ASKED, DONE, GIVEN_UP, KINDS, OFFERED
from placements.models import HealthComment, HealthExam
from placements.own_figures import OwnFigures

STEPS = (
    ("Begärd", (ASKED, OFFERED, DONE, ANSWERED)),
    ("Tid erbjuden", (OFFERED, DONE, ANSWERED)),
    ("Gjord", (DONE, ANSWERED)),
    ("Svar mottaget", (ANSWERED,)),
)
PLACED = "Placerade barn"
NAMES = {code: HealthExam.Kind(kind).label for code, kind in KINDS.items()}
IN_TIME = {"placed_on_by_health": "H2", "placed_on_by_dental": "H3"}
SHOWN_QUARTERS = 8
NO_TABLE = Shown(State.NOT_APPLICABLE)


def added(cells):
    """The sum of shown counts; one that is not shown gives its mark to the sum."""
    cells = list(cells)
    for state in (State.NOT_DELIVERED, State.HIDDEN, State.NOT_APPLICABLE):
        if any(cell.state is state for cell in cells):
            return Shown(state)
    return Shown(State.SHOWN, Kind.COUNT, sum(cell.value for cell in cells), is_intern=cells[0].is_intern)


def steps(placed, cell):
    """[(name, shown)] from the placed children to the answers; `cell(stage)` gives a stage's shown count."""
    return [(PLACED, placed), *((name, added(map(cell, stages))) for name, stages in STEPS)]


def drawn(code, found):
    """The funnel as a chart with its table and its sentence."""
    return charts.funnel([charts.Point(name, shown) for name, shown in found], title=NAMES[code])


class OwnFunnel:
    """One municipality and quarter, exact. Read by those who hold READ_OWN_FIGURES there."""

    def __init__(self, municipality, quarter):
        self.municipality, self.quarter = municipality, quarter
        self.found = OwnFigures(municipality, quarter).raw({"placed_on", *KINDS, *IN_TIME.values()}, [quarter])

    def figure(self, code, category=None):
        return intern(self.found[self.quarter, code, category])

    def steps(self, code):
        return steps(self.figure("placed_on"), lambda stage: self.figure(code, stage))

    @cached_property
    def is_delivered(self):
        return all(self.figure(code, ANSWERED).state is not State.NOT_DELIVERED for code in KINDS)

    @property
    def kinds(self):
        """(name, its funnel, who need none or declined, share in time, that share's id, days, examinations with days)."""
        waited = examinations.waits([self.municipality], self.quarter)
        for code, kind in KINDS.items():
            days = waited[self.municipality.code, kind]
            yield {
                "name": NAMES[code],
                "chart": drawn(code, self.steps(code)),
                "given_up": self.figure(code, GIVEN_UP),
                "in_time": self.figure(IN_TIME[code]),
                "in_time_id": IN_TIME[code],
                "days": number(median(days)) if days else "–",
                "days_base": f"median av {number(len(days))} det senaste året"
                if days
                else "ingen gjord det senaste året",
            }

    @property
    def target(self):
        region = self.municipality.region
        return f"{number(region.health_target_days)} dagar från {region.get_health_target_from_display()}"

    @cached_property
    def reasons(self):
        """Placed children without an examination made, by the reason that is written (T5)."""
        found = examinations.reasons([self.municipality], self.quarter)
        title = f"Barn utan gjord undersökning den {date(self.quarter.end)}, efter orsak"
        return by_kind(title, "Orsak", (*examinations.REASONS.values(), examinations.UNSAID), found, self.municipality)

    @cached_property
    def actions(self):
        """What the examinations that are made have led to (T6)."""
        found = examinations.actions([self.municipality], self.quarter)
        title = "Gjorda undersökningar under pågående insatser, efter vad de ledde till"
        return by_kind(title, "Åtgärder", examinations.ACTIONS, found, self.municipality)

    @property
    def sentence(self):
        if not self.is_delivered:
            name = self.municipality.short_name
            return f"{name} har inte lämnat några uppgifter om hälso- och tandundersökningar ännu."
        return funnel_sentence(self.steps("placed_on_by_health"))


def by_kind(title, heading, words, found, municipality):
    """A table with a column for each kind of examination; words that nothing is counted under are left out."""
    counted = [found[municipality.code, kind] for kind in KINDS.values()]
    rows = [(word, *(number(each[word]) for each in counted)) for word in words if any(each[word] for each in counted)]
    return Table(title, (heading, "Hälsa", "Tand"), tuple(rows))


def funnel_sentence(found):
    """`Av 42 placerade barn är hälsoundersökning begärd för 30 och gjord för 18.`"""
    shown = dict(found)
    if not shown[PLACED].is_shown:
        return f"Hur många barn som är placerade visas inte: {shown[PLACED].reason}."
    placed = shown[PLACED].text
    parts = [f"{step.lower()} för {shown[step].text}" for step in ("Begärd", "Gjord") if shown[step].is_shown]
    if not parts:
        return f"Hur många av {placed} placerade barn som har undersökts visas inte, för att skydda enskilda."
    return f"Av {placed} placerade barn är hälsoundersökning {listing(parts)}."


class RegionFunnel:
    """A region's funnel as its releases show it. `releases` are the newest versions, newest quarter first."""

    def __init__(self, region, releases, quarter):
        self.region, self.quarter = region, quarter
        self.releases = {Quarter.parse(each.quarter): each for each in releases[:SHOWN_QUARTERS]}
        self.disclosed = {when: Disclosed.from_dict(each.cells) for when, each in self.releases.items()}
        self.release = self.releases[quarter]

    def steps(self, code, quarter=None):
        release = self.disclosed[quarter or self.quarter]
        table = release.table(code, self.region.code)
        return steps(release.cell("placed_on", self.region.code), lambda stage: table.get(stage, NO_TABLE))

    @property
    def kinds(self):
        """(name, funnel, given up, the steps over the released quarters)."""
        for code, name in NAMES.items():
            table = self.disclosed[self.quarter].table(code, self.region.code)
            chart, given_up = drawn(code, self.steps(code)), table.get(GIVEN_UP, NO_TABLE)
            yield {"name": name, "chart": chart, "given_up": given_up, "trend": self.trend(code, name)}

    def trend(self, code, name):
        """Placed, asked and made, quarter by quarter; what is hidden is a gap."""
        wanted = (PLACED, "Begärd", "Gjord")
        points = {step: [] for step in wanted}
        for quarter in sorted(self.disclosed):
            shown = dict(self.steps(code, quarter))
            for step in wanted:
                points[step].append(charts.Point(str(quarter), shown[step]))
        rows = [charts.Series(step, tuple(row)) for step, row in points.items()]
        return charts.line(rows, title=f"{name}, kvartal för kvartal")

    @property
    def missing(self):
        """Who has delivered placements but nothing on health, as the release tells."""
        release, names = self.disclosed[self.quarter], {p.code: str(p) for p in self.region.municipalities.all()}
        placed = release.column("placed_on")
        return [
            names[place]
            for place, shown in release.column("health_examined").items()
            if shown.state is State.NOT_DELIVERED and placed[place].state is not State.NOT_DELIVERED
        ]

    @property
    def note(self):
        """Why there is no funnel, where there is none."""
        tables = [self.disclosed[self.quarter].table(code, self.region.code) for code in KINDS]
        if not any(tables):
            return "Kvartalet frystes innan tratten började redovisas."
        if any(cell.state is not State.NOT_DELIVERED for table in tables for cell in table.values()):
            return ""
        missing = f" Saknas: {listing(self.missing)}." if self.missing else ""
        return f"Tratten visas när alla kommuner har lämnat uppgifter om hälso- och tandundersökningar.{missing}"

    @property
    def sentence(self):
        if self.note:
            return f"{starting(self.quarter.text)}: {self.note[0].lower()}{self.note[1:]}"
        return funnel_sentence(self.steps("placed_on_by_health"))

    @cached_property
    def comment(self):
        """What the partner says of the quarter, or None."""
        written = HealthComment.objects.filter(region=self.region, quarter=str(self.quarter))
        return written.select_related("written_by").first()
