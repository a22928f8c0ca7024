"""Where a report's figures come from: the municipality's own, exact; or the region's release, protected.

Both answer the same questions with `Shown` figures, so one chapter serves the issue "Intern", the issue "För spridning"
and the region's own report.
"""

from dataclasses import dataclass, field

from bou_portal.disclosure.published import BY_MEASURE
from bou_portal.figures import Shown, State
from bou_portal.periods import Quarter
from municipalities.models import Municipality

NO_FIGURE = Shown(State.NOT_DELIVERED)
NOT_PUBLISHED = Shown(State.NOT_APPLICABLE)
FEW = 10
WHOLE_REGION = ", hela regionen"


@dataclass(frozen=True)
class Source:
    """Figures of one place for one quarter and the seven before it, with the region's released ones beside them.

    `own` holds this place's figures only, `released` the region's and its municipalities', both by quarter, place,
    indicator and category. `tables` are a municipality's own tables (own_tables.py), for the issue "Intern" alone.
    """

    quarter: Quarter
    place: str
    region: str
    is_intern: bool
    own: dict = field(repr=False)
    released: dict = field(repr=False)
    municipalities: tuple[Municipality, ...] = field(default=(), repr=False)
    homes: list = field(default_factory=list, repr=False)
    tables: dict = field(default_factory=dict, repr=False)
    voices: object = field(default=None, repr=False)
    regional_voices: object = field(default=None, repr=False)
    learning: object = field(default=None, repr=False)
    # The region's own work (region_work.py), and whose part of it is this place's own; None for the region.
    work: object = field(default=None, repr=False)
    municipality_id: int | None = None
    # What the partner organisation has said of the region's funnel: (quarter in words, text).
    health_comment: tuple[str, str] | None = field(default=None, repr=False)
    # Numbers of the definitions that the chapters point to, in the order they first do.
    numbers: dict = field(default_factory=dict, repr=False)

    @property
    def quarters(self):
        """Eight quarters, oldest first."""
        return self.quarter.last(8)

    @property
    def is_region(self):
        return self.place == self.region

    @property
    def is_small(self):
        """So few children that a measure's ups and downs are one child's."""
        placed = self.figure("placed_on")
        return placed.is_shown and placed.value < FEW

    def number(self, id):
        """The number of the indicator's definition on the last pages."""
        return self.numbers.setdefault(id, len(self.numbers) + 1)

    def figure(self, id, category=None, quarter=None):
        """The place's own figure as this issue may show it."""
        return self.own.get((quarter or self.quarter, self.place, id, category), NO_FIGURE)

    def of_region(self, id, category=None, quarter=None):
        """The region's released figure; not applicable when such a figure is never told."""
        if id not in BY_MEASURE:
            return NOT_PUBLISHED
        return self.released.get((quarter or self.quarter, self.region, id, category), NO_FIGURE)

    def of_municipality(self, code, id):
        """A municipality's released figure this quarter."""
        return self.released.get((self.quarter, code, id, None), NO_FIGURE)

    def knows(self, id, category=None):
        """Whether there is anything to say: a number, or a mark for one."""
        return self.figure(id, category).state in (State.SHOWN, State.HIDDEN)

    def breakdown(self, id):
        """Whose it is, and (category, figure last quarter, figure now): the region's where the place's own is not told."""
        own = [key[3] for key in self.own if key[0] == self.quarter and key[2] == id and key[3] is not None]
        if own:
            return "", [(word, self.figure(id, word, self.quarter.previous()), self.figure(id, word)) for word in own]
        shared = [key[3] for key in self.released if key[:3] == (self.quarter, self.region, id) and key[3] is not None]
        before = self.quarter.previous()
        return WHOLE_REGION, [(word, self.of_region(id, word, before), self.of_region(id, word)) for word in shared]
