"""What may be told about a home's ratings outside the own municipality (security.md, Decision 5)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bou_portal.figures import MARKS, State
from bou_portal.formats import number, round_half_up
from bou_portal.periods import add_months

FEWEST_RATINGS = 5
FEWEST_RATERS = 3
FEWEST_FROM_OTHERS = 3
MONTHS = 24
BANDS = ((20, "20+"), (10, "10–19"), (5, "5–9"))
BAND_FROM = dict(BANDS)
LEAST_IN_BAND = {band: least for least, band in BANDS}


@dataclass(frozen=True)
class Rating:
    """One raw rating of a home: index 0-100, who gave it, and how much it weighs (the short form half)."""

    index: float
    municipality: str
    rater: object
    rated_on: date
    weight: float = 1.0

    def __str__(self) -> str:
        raise TypeError("raw rating: pass it through disclosure.shown_score() first")


@dataclass(frozen=True)
class Score:
    """A home's result as it may be shown: half steps on 1-5 and the number of ratings in a band, or nothing.

    `is_uneven` ("ojämnt underlag"): one rater stands for more than half of it. `since` names the quarter whose ratings
    it rests on, where too few have come since for a new value (`2026-K1`); empty when it is the release's own.
    """

    state: State
    value: float | None = None
    band: str = ""
    is_uneven: bool = False
    since: str = ""

    @property
    def is_shown(self) -> bool:
        return self.state is State.SHOWN

    @property
    def text(self) -> str:
        """`3,5` or `..`."""
        return number(self.value, decimals=1) if self.is_shown else MARKS[self.state]

    def __str__(self) -> str:
        return self.text

    def as_told(self) -> list:
        """As a release stores it: see `told.py`."""
        told = [self.value, LEAST_IN_BAND[self.band], int(self.is_uneven), self.since]
        while not told[-1]:
            told.pop()
        return told

    @classmethod
    def from_told(cls, value: float, least: int, is_uneven: int = 0, since: str = "") -> "Score":
        return cls(State.SHOWN, value, BAND_FROM[least], bool(is_uneven), since)

    @classmethod
    def from_dict(cls, stored: dict) -> "Score":
        """Schema 1."""
        return cls(State(stored["reason"] or State.SHOWN), stored["value"], stored["band"])


def shown_score(ratings: Iterable[Rating], on: date) -> Score:
    """The score of the 24 months up to the quarter's last day `on`, if enough different people stand behind it.

    At least five ratings by three raters, and for every municipality three from the others, so that none
    can take away its own and see what a single colleague elsewhere thought.
    """
    current = [rating for rating in ratings if add_months(on, -MONTHS) < rating.rated_on <= on]
    per_municipality = Counter(rating.municipality for rating in current)
    most = max(per_municipality.values(), default=0)
    if (
        len(current) < FEWEST_RATINGS
        or len({rating.rater for rating in current}) < FEWEST_RATERS
        or len(current) - most < FEWEST_FROM_OTHERS
    ):
        return Score(State.HIDDEN)
    weight = sum(rating.weight for rating in current)
    index = sum(rating.index * rating.weight for rating in current) / weight
    band = next(name for least, name in BANDS if len(current) >= least)
    return Score(State.SHOWN, on_scale(index), band)


def on_scale(index: float) -> float:
    """Index 0-100 as half steps on 1-5: 1 + index / 25, halves up."""
    return round_half_up(2 * (1 + round(index, 9) / 25)) / 2
