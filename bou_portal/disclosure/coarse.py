"""What may be told outside the own municipality of how stays in a home ended, and who would use it again. Pure.

Shares in tens of per cent and lengths in bands, from twenty on (docs/adr/0016).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from bou_portal.disclosure.published import SMALLEST_GROUP, THRESHOLD
from bou_portal.disclosure.scores import MONTHS, from_others, is_renewed
from bou_portal.figures import MARKS, State
from bou_portal.formats import percent, round_half_up
from bou_portal.periods import Quarter, add_months

AGAIN, PLANNED, LENGTH = "again", "planned", "length"
KINDS = (AGAIN, PLANNED, LENGTH)
FEWEST_NEW = SMALLEST_GROUP // 2  # from others than any one municipality, before what was told gives way
# A length's band: fewer days than this, and its words.
LENGTHS = ((91, "under 3 månader"), (182, "3–6 månader"), (365, "6–12 månader"), (None, "12 månader eller mer"))


@dataclass(frozen=True)
class Stay:
    """What is known of one child's stay: 1 or 0 for a share, days for a length; and on which day that was given."""

    value: int
    municipality: str
    rated_on: date

    def __str__(self) -> str:
        raise TypeError("raw stay: pass it through disclosure.shown_coarse() first")


@dataclass(frozen=True)
class Coarse:
    """A share to the nearest ten per cent, a length's band, or nothing. `since`: the quarter it rests on, if earlier."""

    state: State
    kind: str = ""
    value: int | None = None
    since: str = ""

    @property
    def is_shown(self) -> bool:
        return self.state is State.SHOWN

    @property
    def text(self) -> str:
        """`ungefär 70 %`, `3–6 månader` or `..`."""
        if not self.is_shown:
            return MARKS[self.state]
        if self.kind == LENGTH:
            return LENGTHS[self.value][1]
        return {0: f"under {percent(5)}", 100: f"minst {percent(95)}"}.get(self.value, f"ungefär {percent(self.value)}")

    def __str__(self) -> str:
        return self.text

    def as_told(self) -> list:
        return [self.value, self.since] if self.since else [self.value]

    @classmethod
    def from_told(cls, kind: str, value: int, since: str = "") -> "Coarse":
        return cls(State.SHOWN, kind, value, since)


HIDDEN = Coarse(State.HIDDEN)


def shown_coarse(
    kind: str,
    stays: Iterable[Stay],
    on: date,
    last: tuple[Quarter, Coarse] | None = None,
    threshold: int = THRESHOLD,
) -> Coarse:
    """The share or the length's band of the 24 months up to `on`, if it is about many children of several municipalities.

    Twenty stays, and a part and a rest that no municipality can narrow down by taking away its own. How many they are
    is never told. `last` is what was told before: it stands until ten new stays have come from others.
    """
    first = add_months(on, -MONTHS)
    current = [stay for stay in stays if first < stay.rated_on <= on]
    is_safe = is_safe_length if kind == LENGTH else is_safe_share
    if len(current) < SMALLEST_GROUP or not is_safe(current, threshold):
        return HIDDEN
    if last and not is_renewed(last[0], current, FEWEST_NEW):
        return replace(last[1], since=str(last[0]))
    return Coarse(State.SHOWN, kind, length_band(current) if kind == LENGTH else tens(current))


def is_safe_share(stays: list[Stay], threshold: int) -> bool:
    """For every municipality, at least the threshold of others' are in the part, and in the rest."""
    part, rest = ([stay for stay in stays if bool(stay.value) is side] for side in (True, False))
    return min(from_others(part), from_others(rest)) >= threshold


def is_safe_length(stays: list[Stay], threshold: int) -> bool:
    """At least the threshold of others' may lie on either side of the median, however short or long one's own were."""
    most = max(Counter(stay.municipality for stay in stays).values())
    return most + threshold <= len(stays) // 2


def tens(stays: list[Stay]) -> int:
    """Per cent, to the nearest ten."""
    return 10 * round_half_up(10 * sum(stay.value for stay in stays) / len(stays))


def length_band(stays: list[Stay]) -> int:
    """The number of the band that holds the median."""
    days = median(stay.value for stay in stays)
    return next(number for number, (below, _) in enumerate(LENGTHS) if below is None or days < below)
