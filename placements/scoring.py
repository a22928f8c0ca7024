"""From answers to an index. Pure, exact arithmetic; rounded only where a number is stored or shown.

Source: features.md (e), "Scoring", and (c) C1.9 for the adjusted index.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from placements.questionnaire import questionnaire

DOMAINS_NEEDED = 6  # of eight; with fewer the rating is "ofullständig" and has no index
SHORT_FORM_WEIGHT = Fraction(1, 2)
# How many ratings of the region's mean a home's own ratings are weighed against, so that one perfect mark tops no list.
PRIOR_RATINGS = 5


@dataclass(frozen=True)
class Score:
    """What one rating comes to: an index 0-100 per domain, and their mean. None = too few answers."""

    domains: dict[str, Fraction | None]
    index: Fraction | None

    @property
    def is_complete(self):
        return self.index is not None

    @property
    def stored_index(self):
        """The index with two decimals, half up, or None."""
        return decimal(self.index, 2)


def score(answers: Mapping[int, int | None], *, short: bool = False) -> Score:
    """`answers` gives 1-5 by the statement's number; "vet ej" is None and counts as not answered."""
    domains = {
        domain.code: domain_index([answers.get(statement.number) for statement in domain.asked(short)])
        for domain in questionnaire().domains
    }
    present = [index for index in domains.values() if index is not None]
    return Score(domains, mean(present) if len(present) >= DOMAINS_NEEDED else None)


def domain_index(values: list[int | None]) -> Fraction | None:
    """(mean of the answers - 1) x 25, when at least half of the statements are answered."""
    answered = [value for value in values if value is not None]
    if not answered or 2 * len(answered) < len(values):
        return None
    return (mean(answered) - 1) * 25


def home_mean(ratings: Iterable[tuple[Fraction | Decimal | float, bool]]) -> Fraction | None:
    """The mean of (index, is_short_form) pairs, the short form at half weight; None without ratings."""
    weighed = [(Fraction(index), SHORT_FORM_WEIGHT if is_short else Fraction(1)) for index, is_short in ratings]
    whole = sum((weight for _, weight in weighed), Fraction(0))
    return sum((index * weight for index, weight in weighed), Fraction(0)) / whole if whole else None


def adjusted_index(index, count, region_mean) -> Fraction:
    """(n x index + 5 x the region's mean) / (n + 5): few ratings are drawn towards the region's mean."""
    return (count * Fraction(index) + PRIOR_RATINGS * Fraction(region_mean)) / (count + PRIOR_RATINGS)


def mean(values) -> Fraction:
    return Fraction(sum(Fraction(value) for value in values), len(values))


def decimal(value: Fraction | None, places: int = 1) -> Decimal | None:
    """Half up, with this many decimals; None stays None."""
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
