"""What one learns by taking one figure from another, of the region's figures that no municipality's stand beside.

The difference between two versions of a quarter is the figures of those who came late or delivered again, often a
single municipality that the first version names as missing; where only two deliver, the region's less one's own is the
other's. So the difference is protected like a figure of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bou_portal.disclosure.published import SMALLEST_GROUP, TOTAL, Publication, Rule
from bou_portal.disclosure.release import Disclosed, Key
from bou_portal.figures import Figure, Kind, State, rounded

# Which count a count is told beside: their difference is a count of children too.
BESIDE = {
    "placed_any_time": TOTAL,
    "episodes_started": "placements_started",
    "episodes_ended": "placements_ended",
    "unplanned_endings": "placements_ended",
}


@dataclass(frozen=True)
class Differences:
    """The region's raw `figures` beside what `older` versions showed; `counts` are those who deliver now."""

    region: str
    figures: Mapping[tuple, Figure]
    counts: Mapping[str, int]
    older: list[Disclosed]
    is_clear: Callable[..., bool]

    def tell(self, *publications: Publication) -> bool:
        """Whether showing these beside an older version tells of few children, or one municipality's sum or mean."""
        return any(self._tell(publication, old) for publication in publications for old in self.older)

    def _tell(self, publication: Publication, old: Disclosed) -> bool:
        key = Key(publication.measure, self.region)
        was, now = old.cells.get(key), self.figures.get((publication.measure, self.region, None))
        if was is None or now is None or not now.is_delivered or was.state not in (State.SHOWN, State.NOT_APPLICABLE):
            return False
        if publication.rule in (Rule.WORKLOAD, Rule.MEAN):
            return was.value != (None if now.value is None else rounded(now.value, publication.kind))
        if publication.kind is Kind.SHARE:
            told = was.numerator or 0, (was.denominator or 0) - (was.numerator or 0)
            least = SMALLEST_GROUP
        else:
            beside = old.cells.get(Key(BESIDE.get(publication.measure, publication.measure), self.region))
            if beside is None or not beside.is_shown:
                return True
            told, least = (was.value, beside.value - was.value), 0
        own = [self.parts(publication, place) for place in self._late(old)]
        return self._is_told(self.parts(publication, self.region), told, own, least)

    def parts(self, publication: Publication, place: str, category: str | None = None) -> tuple[int, int]:
        """The count and the rest of what it is told beside; noughts where the place has no such figure."""
        figure = self.figures.get((publication.measure, place, category))
        if figure is None or not figure.is_delivered:
            return 0, 0
        if publication.kind is Kind.SHARE:
            return int(figure.numerator or 0), int((figure.denominator or 0) - (figure.numerator or 0))
        beside = self.figures.get((BESIDE.get(publication.measure, publication.measure), place, category))
        return figure.value, (beside.value or 0 if beside else 0) - figure.value

    def tell_of_table(self, measure: str, counts: Mapping[str, int], hidden: set[str]) -> bool:
        """The same for a table: its shown cells, and the hidden ones together."""
        return any(self._tell_of_table(measure, counts, hidden, old) for old in self.older)

    def _tell_of_table(self, measure: str, counts: Mapping[str, int], hidden: set[str], old: Disclosed) -> bool:
        was = {name: shown.value for name, shown in old.table(measure, self.region).items() if shown.is_shown}
        total = old.cells.get(Key(TOTAL, self.region))
        if not was or total is None or not total.is_shown:
            return False
        names = [name for name in counts if name in was and name not in hidden]

        def told(cells: Mapping[str, int], whole: float) -> list[float]:
            return [*(cells.get(name, 0) for name in names), whole - sum(cells.get(name, 0) for name in names)]

        own = []
        for place in self._late(old):
            cells = {name: self.figures.get((measure, place, name)) for name in counts}
            known = {name: figure.value or 0 for name, figure in cells.items() if figure}
            own.append(told(known, self.counts[place]) if known else told({}, 0))
        return self._is_told(told(counts, sum(counts.values())), told(was, total.value), own)

    def tell_the_other(self, publication: Publication, categories: Iterable[str | None] = (None,)) -> bool:
        """Where only two municipalities have children, each takes away its own and sees the other's."""
        pair = [place for place, count in self.counts.items() if count]
        if len(pair) != 2:
            return False
        if publication.rule is Rule.MEAN:
            return True
        parts = [self.parts(publication, place, category) for place in pair for category in categories]
        least = SMALLEST_GROUP if publication.rule is Rule.SHARE else 0
        return any(not self.is_clear(*each) or 0 < sum(each) < least for each in parts)

    def _late(self, old: Disclosed) -> Iterable[str]:
        """Who delivers now and did not then. Each can take away its own from the difference."""
        return [
            place
            for place, shown in old.column(TOTAL).items()
            if shown.state is State.NOT_DELIVERED and place in self.counts
        ]

    def _is_told(self, now: Iterable, was: Iterable, own: list[Iterable], least: int = 0) -> bool:
        """Whether the difference, or what is left of it when somebody's own is taken away, is about few children."""
        difference = [new - old for new, old in zip(now, was, strict=True)]
        for known in (None, *own):
            left = [a - b for a, b in zip(difference, known, strict=True)] if known else difference
            if not self.is_clear(*left) or (any(left) and abs(sum(left)) < least):
                return True
        return False
