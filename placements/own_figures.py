"""A municipality's own exact figures, and beside each what the region's readers see of it."""

from dataclasses import dataclass
from functools import cached_property

from bou_portal import charts
from bou_portal.disclosure import Disclosed, NotPublished
from bou_portal.figures import DEFINITIONS, Definition, Figure, Kind, Shown, intern
from bou_portal.formats import count_word, number, percent, starting
from municipalities.models import Municipality, Release
from placements.codes import EndCause, FormGroup, Initiator, LawGroup
from placements.indicators import INDICATORS, Scope, Window, figures
from placements.indicators.behind import BEHIND

CHAPTERS = {
    "Placerade barn": (
        "placed_on", "placed_any_time", "V6", "care_days", "V4", "V10", "S9", "S9_county", "S9_distance", "S9_far",
    ),
    "In, ut och nya": ("episodes_started", "V7", "episodes_ended", "placements_started", "placements_ended"),
    "Stabilitet": (
        "S1", "unplanned_endings", "S2_6", "S2", "S2_24", "S2_broad_6", "S2_broad", "S2_broad_24", "S3", "S4",
        "S4_three_or_more", "share_three_or_more", "S5", "S6", "S6_24", "S7", "ended_length_mean",
        "ended_length_median",
    ),
    "Anmälningar och utredningar": ("L3", "L2", "L1"),
    "Rättssäkerhet och planering": (
        "reviews_in_time", "reviews_late", "reviews_never", "L4", "L5", "L6", "L7", "L9", "L10", "L10_share", "L11",
        "L11_changed",
    ),
    "Hälsa och skola": ("H1", "H2", "H3", "health_examined", "dental_examined", "H7"),
    "Barnets röst": ("P5", "P6", "P8"),
    "Omdömen om HVB": ("B3", "B1", "B2", "B4"),
}  # fmt: skip
BREAKDOWNS = {
    "placed_on": ("placed_on_by_form", "placed_on_by_law", "placed_on_by_age", "placed_on_by_sex"),
    "care_days": ("V8",),
    "placements_ended": ("endings_by_initiator",),
    "unplanned_endings": ("unplanned_by_initiator", "unplanned_by_cause"),
    "health_examined": ("placed_on_by_health",),
    "dental_examined": ("placed_on_by_dental",),
    "ended_length_median": ("S10", "S10_current"),
    "share_three_or_more": ("placements_per_child",),
}
LISTED = tuple(code for codes in CHAPTERS.values() for code in codes)
WORDS = dict(FormGroup.choices) | dict(LawGroup.choices) | {"okänt": "Okänt", "okänd": "Okänd ålder"}
INITIATORS = dict(Initiator.choices)
# Breakdowns whose codes mean something else elsewhere.
WORDS_OF = {
    "endings_by_initiator": INITIATORS,
    "unplanned_by_initiator": INITIATORS,
    "unplanned_by_cause": dict(EndCause.choices),
}
FULL = 100
NOT_FROZEN, STAYS = "inte fryst än", "lämnar inte kommunen"


def word(category, code=""):
    """A breakdown's word as people read it."""
    return (WORDS | WORDS_OF.get(code, {})).get(category, starting(category.replace("-", "–")))


@dataclass(frozen=True)
class Row:
    """One indicator: now, a quarter ago, and what outsiders see."""

    definition: Definition
    now: Shown
    before: Shown
    seen: Shown | str
    notes: tuple[str, ...]

    @property
    def is_seen(self):
        """Whether there is a number or a mark to see, and not only words about why not."""
        return isinstance(self.seen, Shown)


class OwnFigures:
    """One municipality and quarter. Read by those who hold READ_OWN_FIGURES there, and by nobody else."""

    def __init__(self, municipality, quarter):
        self.municipality, self.quarter = municipality, quarter
        self.scope_rows = Municipality.objects.filter(pk=municipality.pk)

    def raw(self, codes, quarters):
        """`{(quarter, id, category): Figure}` in one set of queries for all the quarters."""
        scope = Scope.of(self.scope_rows, [Window.of(quarter) for quarter in quarters])
        by_period = {quarter.period: quarter for quarter in quarters}
        found = [figure for figure in figures(scope, codes) if figure.place == self.municipality.code]
        return {(by_period[figure.period], figure.id, figure.category): figure for figure in found}

    @cached_property
    def released(self):
        """The region's newest release of the quarter, or None."""
        releases = Release.objects.filter(region=self.municipality.region_id, quarter=str(self.quarter))
        newest = releases.order_by("-version").first()
        return Disclosed.from_dict(newest.cells) if newest else None

    def seen(self, code):
        """What the region's readers see of the municipality's figure; words when there is no such figure."""
        if self.released is None:
            return NOT_FROZEN
        try:
            return self.released.cell(code, self.municipality.code)
        except NotPublished:
            return STAYS

    @cached_property
    def chapters(self):
        """Headings with their rows, and the first row, which is how many children are placed."""
        before = self.quarter.previous()
        found = self.raw(LISTED, [before, self.quarter])
        return [(heading, [self.row(found, code, before) for code in codes]) for heading, codes in CHAPTERS.items()]

    def row(self, found, code, before):
        figure = found[self.quarter, code, None]
        now, then = intern(figure), intern(found[before, code, None])
        return Row(DEFINITIONS[code], now, then, self.seen(code), notes(figure))

    @property
    def sentence(self):
        """What matters first: how many are placed, and how that changed."""
        placed = self.chapters[0][1][0]
        name = self.municipality.short_name
        if not placed.now.is_shown:
            return f"{name} har inte lämnat några placeringar ännu."
        said = f"{name} hade {children(placed.now.value)} placerade den {self.quarter.end}"
        if not placed.before.is_shown:
            return f"{said}."
        change = placed.now.value - placed.before.value
        more = "lika många som" if not change else f"{count_word(abs(change))} {'fler' if change > 0 else 'färre'} än"
        return f"{said}, {more} kvartalet före."


def children(count):
    return f"{number(count)} barn"


def notes(figure: Figure):
    """What a reader must know before she trusts the figure."""
    said = []
    if figure.coverage is not None and figure.is_delivered and figure.coverage < FULL:
        said.append(f"täckning {percent(figure.coverage)}")
    if figure.unconfirmed:
        said.append(f"varav {number(figure.unconfirmed)} ej bekräftade i senaste leverans")
    return tuple(said)


class FigureStory:
    """One indicator over eight quarters, with its breakdowns now."""

    def __init__(self, own, code):
        self.own, self.code, self.definition = own, code, DEFINITIONS[code]
        self.quarters = own.quarter.last(8)
        self.found = own.raw({code, *BREAKDOWNS.get(code, ())}, self.quarters)
        self.now = intern(self.found[own.quarter, code, None])
        self.notes = notes(self.found[own.quarter, code, None])
        self.seen = own.seen(code)
        self.has_children = code in BEHIND

    @property
    def heading(self):
        return starting(self.own.quarter.text)

    @cached_property
    def trend(self):
        """Line and table over the quarters; where nothing can be measured the line has a gap."""
        points = []
        for quarter in self.quarters:
            shown = intern(self.found[quarter, self.code, None])
            text = f"{shown.text} ({shown.of})" if shown.of else shown.text
            points.append(charts.Point(str(quarter), shown.value if shown.is_shown else None, text))
        unit = "%" if self.definition.kind is Kind.SHARE else ""
        name = self.own.municipality.short_name
        last_text = self.now.text
        points[-1] = charts.Point(points[-1].label, points[-1].value, last_text)
        return charts.line([(name, points)], title=self.definition.name, unit=unit)

    @cached_property
    def breakdowns(self):
        """Bars for each way the figure is divided; empty categories are left to the table of definitions."""
        return [self.bars(code) for code in BREAKDOWNS.get(self.code, ())]

    def bars(self, code):
        definition = DEFINITIONS[code]
        shown = {name: intern(self.found[self.own.quarter, code, name]) for name in INDICATORS[code].categories}
        rows = [
            charts.Point(word(name, code), figure.value, figure.text) for name, figure in shown.items() if figure.value
        ]
        return charts.bars(rows, title=definition.name, heading="Del")
