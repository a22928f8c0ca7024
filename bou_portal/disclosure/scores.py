"""What may be told about a home's ratings outside the own municipality (security.md, Decision 5)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, floor

from bou_portal.figures import MARKS, State
from bou_portal.formats import number, round_half_up
from bou_portal.periods import Quarter, add_months

FEWEST_RATINGS = 5
FEWEST_RATERS = 3
FEWEST_FROM_OTHERS = 3
FEWEST_NEW = 3  # from others than any one municipality, before a shown score gives way to another
FEWEST_NUMBERS = 3  # that the others' ratings must be able to be, for whoever knows its own
FEWEST_CANDIDATES = 5  # half steps that a single rating must be able to have, whoever reads
FEWEST_FOR_ENDS = 10  # with fewer, 4,5 stands for everything above it too, and 1,5 for everything below
LOWEST, HIGHEST, HALF_STEP = 1, 5, 0.5
MONTHS = 24
BANDS = ((20, "20+"), (10, "10–19"), (5, "5–9"))
BAND_FROM = dict(BANDS)
LEAST_IN_BAND = {band: least for least, band in BANDS}


@dataclass(frozen=True)
class Rating:
    """What one stay came to in a rater's eyes: index 0-100, who gave it, and how much it weighs (a short form half).

    A stay that was rated twice by the same or another person is one rating: nobody counts double.
    """

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


HIDDEN = Score(State.HIDDEN)


def shown_score(ratings: Iterable[Rating], on: date, last: tuple[Quarter, Score] | None = None) -> Score:
    """The score of the 24 months up to the quarter's last day `on`, if enough different people stand behind it.

    At least five ratings by three raters, and for every municipality three from the others, so that none
    can take away its own and see what a single colleague elsewhere thought. `last` is what was shown before, and the
    quarter whose ratings that rests on: it stands until three new ones have come from others than any municipality,
    because the difference between two values tells of those who came between them (docs/adr/0016).
    """
    first = add_months(on, -MONTHS)
    current = [rating for rating in ratings if first < rating.rated_on <= on]
    raters = Counter(rating.rater for rating in current)
    if len(current) < FEWEST_RATINGS or len(raters) < FEWEST_RATERS or from_others(current) < FEWEST_FROM_OTHERS:
        return HIDDEN
    if last and not is_renewed(last[0], current, FEWEST_NEW):
        return replace(last[1], since=str(last[0]))
    weight = sum(rating.weight for rating in current)
    lowest, highest = ends(len(current))
    value = min(max(on_scale(sum(rating.index * rating.weight for rating in current) / weight), lowest), highest)
    is_uneven = 2 * max(raters.values()) > len(current)
    if tells_of_one(current, value) or tells_how_many(current, is_uneven):
        return HIDDEN
    return Score(State.SHOWN, value, BAND_FROM[least_in_band(len(current))], is_uneven)


def least_in_band(count: int) -> int:
    return next(least for least, _ in BANDS if count >= least)


def from_others(rows: Iterable) -> int:
    """How many of the rows come from others than the municipality that has most of them."""
    per_municipality = Counter(row.municipality for row in rows)
    return per_municipality.total() - max(per_municipality.values(), default=0)


def is_renewed(since: Quarter, rows: Iterable, fewest: int) -> bool:
    """Whether so many from others are newer than the quarter that nobody can work out who made the difference."""
    new = [row for row in rows if row.rated_on > since.end]
    return from_others(new) >= fewest


def tells_of_one(ratings: list[Rating], value: float) -> bool:
    """Whether some municipality that takes away its own could narrow down a single rating of somebody else's.

    Worked out as if it knew how many the others are and what each weighs: then the value leaves an interval for their
    sum, and the interval leaves each of them between what remains when all the rest are 5, or 1.
    """
    sums: dict[str, list[float]] = {}
    for rating in ratings:
        own = sums.setdefault(rating.municipality, [0, 0, 0])
        own[0] += rating.weight
        own[1] += rating.weight * (1 + rating.index / 25)
        own[2] = max(own[2], rating.weight)
    weight = sum(own[0] for own in sums.values())
    (most_weight, heavy), (next_weight, _) = sorted(((own[2], place) for place, own in sums.items()), reverse=True)[:2]
    least, most = (end * weight for end in interval(value, len(ratings)))
    for insider in (None, *sums):
        known_weight, known, _ = sums.get(insider, (0, 0, 0))
        heaviest = next_weight if insider == heavy else most_weight
        rest = weight - known_weight - heaviest
        low = max(LOWEST, (least - known - HIGHEST * rest) / heaviest)
        high = min(HIGHEST, (most - known - LOWEST * rest) / heaviest)
        if values_between(low, high) < FEWEST_CANDIDATES:
            return True
    return False


def tells_how_many(ratings: list[Rating], is_uneven: bool) -> bool:
    """Whether the band and the mark leave some municipality too few numbers that the others' ratings can be.

    Own 6 in "5–9" would settle the others at 3, and each of them is a child who lived there.
    """
    least = least_in_band(len(ratings))
    above = min((start for start, _ in BANDS if start > least), default=None)
    own = Counter(rating.municipality for rating in ratings)
    busiest = Counter()
    for (municipality, _), count in Counter((rating.municipality, rating.rater) for rating in ratings).items():
        busiest[municipality] = max(busiest[municipality], count)
    for municipality, count in own.items():
        fewest = max(FEWEST_FROM_OTHERS, least - count)
        most = float("inf") if above is None else above - 1 - count
        most_of_one = busiest[municipality]
        if not is_uneven:
            fewest = max(fewest, 2 * most_of_one - count)
        elif 2 * most_of_one > len(ratings):
            most = min(most, 2 * most_of_one - 1 - count)
        else:  # somebody else's rater has more than half, so the others are more than this municipality's
            fewest = max(fewest, count + 1)
        if most - fewest + 1 < FEWEST_NUMBERS:
            return True
    return False


def ends(count: int) -> tuple[float, float]:
    """The lowest and highest value that is shown: with few ratings 5,0 would say that everybody gave about 5."""
    inwards = HALF_STEP if count < FEWEST_FOR_ENDS else 0
    return LOWEST + inwards, HIGHEST - inwards


def interval(value: float, count: int) -> tuple[float, float]:
    """What a shown value says of the mean behind it."""
    lowest, highest = ends(count)
    least = LOWEST if value <= lowest else value - HALF_STEP / 2
    return least, HIGHEST if value >= highest else value + HALF_STEP / 2


def values_between(low: float, high: float) -> int:
    """How many half steps there are from low to high."""
    return floor(high / HALF_STEP + 1e-6) - ceil(low / HALF_STEP - 1e-6) + 1


def on_scale(index: float) -> float:
    """Index 0-100 as half steps on 1-5: 1 + index / 25, halves up."""
    return round_half_up(2 * (1 + round(index, 9) / 25)) / 2
