"""Where a report's figures come from: the municipality's own, exact; or the region's release, protected.

Both answer the same questions with `Shown` figures, so one chapter serves the issue "Intern", the issue "För spridning"
and the region's own report.
"""

from dataclasses import dataclass, field

from bou_portal.figures import Shown, State
from bou_portal.periods import Quarter

NO_FIGURE = Shown(State.NOT_DELIVERED)


@dataclass(frozen=True)
class Source:
    """Figures of one place for one quarter and the seven before it, with the region's released ones beside them.

    `own` holds this place's figures only, `released` the region's and its municipalities', both by quarter, place,
    indicator and category.
    """

    quarter: Quarter
    place: str
    region: str
    is_intern: bool
    own: dict = field(repr=False)
    released: dict = field(repr=False)
    # Ids of the figures that the chapters have printed, for the page of definitions.
    used: set = field(default_factory=set, repr=False)

    @property
    def quarters(self):
        """Eight quarters, oldest first."""
        return self.quarter.last(8)

    @property
    def is_region(self):
        return self.place == self.region

    def figure(self, id, category=None, quarter=None):
        """The place's own figure as this issue may show it."""
        figure = self.own.get((quarter or self.quarter, self.place, id, category), NO_FIGURE)
        if figure.state in (State.SHOWN, State.HIDDEN):
            self.used.add(id)
        return figure

    def of_region(self, id, category=None, quarter=None):
        """The region's released figure."""
        return self.released.get((quarter or self.quarter, self.region, id, category), NO_FIGURE)

    def of_municipality(self, code, id, category=None):
        """Another municipality's released figure this quarter."""
        return self.released.get((self.quarter, code, id, category), NO_FIGURE)

    def knows(self, id, category=None):
        """Whether there is anything to say: a number, or a mark for one."""
        return self.figure(id, category).state in (State.SHOWN, State.HIDDEN)

    def categories(self, id):
        """The breakdown's words present this quarter, in the order of the code list."""
        return [
            category
            for quarter, _, figure_id, category in self.own
            if quarter == self.quarter and figure_id == id and category is not None
        ]
