"""The one list of what ever leaves a municipality (security.md, Decision 3), and how it hangs together."""

from dataclasses import dataclass
from enum import StrEnum

from bou_portal.figures import Kind

THRESHOLD = 5  # counts 1-4 of children are hidden from everybody outside the own municipality
LOWEST_THRESHOLD = 4  # an installation may set its own, never below this
TOTAL = "placed_on"  # children placed on the last day: the root that every share of children is a part of
SMALLEST_GROUP = 20  # a share needs at least this many children under it


class Level(StrEnum):
    """Places a figure is published for."""

    MUNICIPALITY = "municipality"
    REGION = "region"


class Rule(StrEnum):
    """How a publication is protected."""

    TOTAL = "total"  # children on the quarter's last day, per municipality and region: the root of all shares
    SPLIT = "split"  # a share of the total or of a group in it, per municipality and region
    BREAKDOWN = "breakdown"  # the region's total by one property; the cells add up to it
    FLOW = "flow"  # what begins and ends in the quarter, region only: it ties the totals of two quarters together
    PART = "part"  # a part of a flow, region only
    SHARE = "share"  # a share with a base of its own, region only
    WORKLOAD = "workload"  # a sum that one municipality must not dominate, region only
    MEAN = "mean"  # mean or median over a flow, region only


@dataclass(frozen=True)
class Publication:
    """One measure that leaves the municipalities, each quarter.

    `of` is the group that it is a part of: a measure, or one of the unpublished groups in `GROUPS`.
    `rolling` measures are also given for four quarters, added up from the published quarters.
    """

    measure: str
    rule: Rule
    kind: Kind = Kind.COUNT
    of: str | None = None
    rolling: bool = False

    @property
    def levels(self) -> tuple[Level, ...]:
        if self.rule in (Rule.TOTAL, Rule.SPLIT):
            return (Level.MUNICIPALITY, Level.REGION)
        return (Level.REGION,)

    @property
    def breakdown(self) -> str | None:
        """Which property the cells are divided by, or None."""
        return self.measure.partition("_by_")[2] or None


# Groups that only show as the denominator of a share, with the group they are a part of.
GROUPS = {
    "in care 30 days": "placed_on",
    "in care 6 months": "placed_on",
    "in care 12 months": "in care 6 months",
}

# Cells of a table that together hold at least those whom a share counts: who is examined has come so far.
EXAMINED = frozenset({"gjord", "svar mottaget"})
AT_LEAST = {
    "placed_on_by_health": (EXAMINED, "health_examined"),
    "placed_on_by_dental": (EXAMINED, "dental_examined"),
}

PUBLISHED = (
    Publication(TOTAL, Rule.TOTAL),
    Publication("S4_three_or_more", Rule.SPLIT, Kind.SHARE, of="placed_on"),
    Publication("L5", Rule.SPLIT, Kind.SHARE, of="placed_on"),
    Publication("L10_share", Rule.SPLIT, Kind.SHARE, of="placed_on"),
    Publication("L6", Rule.SPLIT, Kind.SHARE, of="in care 30 days"),
    Publication("reviews_in_time", Rule.SPLIT, Kind.SHARE, of="in care 6 months"),
    Publication("health_examined", Rule.SPLIT, Kind.SHARE, of="in care 12 months"),
    Publication("dental_examined", Rule.SPLIT, Kind.SHARE, of="in care 12 months"),
    Publication("placed_on_by_form", Rule.BREAKDOWN, of="placed_on"),
    Publication("placed_on_by_law", Rule.BREAKDOWN, of="placed_on"),
    Publication("placed_on_by_age", Rule.BREAKDOWN, of="placed_on"),
    Publication("placed_on_by_sex", Rule.BREAKDOWN, of="placed_on"),
    Publication("placed_on_by_health", Rule.BREAKDOWN, of="placed_on"),
    Publication("placed_on_by_dental", Rule.BREAKDOWN, of="placed_on"),
    Publication("placements_started", Rule.FLOW, rolling=True),
    Publication("placements_ended", Rule.FLOW, rolling=True),
    Publication("episodes_started", Rule.FLOW, rolling=True),
    Publication("episodes_ended", Rule.FLOW, rolling=True),
    Publication("placed_any_time", Rule.FLOW),
    Publication("unplanned_endings", Rule.PART, of="placements_ended", rolling=True),
    Publication("S1", Rule.SHARE, Kind.SHARE, of="placements_ended", rolling=True),
    Publication("H1", Rule.SHARE, Kind.SHARE, of="episodes_started", rolling=True),
    Publication("H2", Rule.SHARE, Kind.SHARE),
    Publication("H3", Rule.SHARE, Kind.SHARE),
    Publication("L4", Rule.SHARE, Kind.SHARE, rolling=True),
    Publication("P5", Rule.SHARE, Kind.SHARE),
    Publication("P6", Rule.SHARE, Kind.SHARE),
    Publication("S9", Rule.SHARE, Kind.SHARE),
    Publication("B3", Rule.SHARE, Kind.SHARE),
    Publication("care_days", Rule.WORKLOAD, rolling=True),
    Publication("ended_length_mean", Rule.MEAN, Kind.MEAN, of="placements_ended"),
    Publication("ended_length_median", Rule.MEAN, Kind.MEAN, of="placements_ended"),
)

BY_MEASURE = {publication.measure: publication for publication in PUBLISHED}


def publications(*rules: Rule) -> list[Publication]:
    """The list's entries under these rules, in its order."""
    return [publication for publication in PUBLISHED if publication.rule in rules]
