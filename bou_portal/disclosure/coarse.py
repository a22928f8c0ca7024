"""What may be told outside the own municipality of how stays in a home ended, and who would use it again. Pure.

Shares in tens of per cent and lengths in bands, from twenty on (docs/adr/0016).
"""

from dataclasses import dataclass

from bou_portal.figures import MARKS, State
from bou_portal.formats import percent

AGAIN, PLANNED, LENGTH = "again", "planned", "length"
KINDS = (AGAIN, PLANNED, LENGTH)
# A length's band: fewer days than this, and its words.
LENGTHS = ((91, "under 3 månader"), (182, "3–6 månader"), (365, "6–12 månader"), (None, "12 månader eller mer"))


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
        return LENGTHS[self.value][1] if self.kind == LENGTH else f"ungefär {percent(self.value)}"

    def __str__(self) -> str:
        return self.text

    def as_told(self) -> list:
        return [self.value, self.since] if self.since else [self.value]

    @classmethod
    def from_told(cls, kind: str, value: int, since: str = "") -> "Coarse":
        return cls(State.SHOWN, kind, value, since)
