"""What may be told outside the own municipality of interviews with children (security.md, Decision 5). Pure.

Only about a calendar year that has ended, when nothing more can be added to it (docs/adr/0013). A region's year is told
as a band for the number of interviews and the names of themes: never a count per theme, never whose they were.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bou_portal.disclosure.scores import BANDS, FEWEST_FROM_OTHERS

FEWEST_VOICES = 5
FEWEST_MUNICIPALITIES = 3  # so that "the others" are never a single one, whose own rule would narrow its number
# What a municipality that knows its own number must be unable to tell apart: 3, 4 and 5 from the others.
WIDEST_KNOWN = FEWEST_FROM_OTHERS + 2
TOO_FEW = "för få"


@dataclass(frozen=True)
class Spoken:
    """One municipality's raw year: interviews, and how many of them named each theme."""

    municipality: str
    interviews: int
    themes: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        raise TypeError("raw voices: pass them through disclosure.voices.shown_year() first")


@dataclass(frozen=True)
class Heard:
    """A region's year as it may be told: the number in a band, and the themes, in the order they were asked for."""

    band: str
    themes: tuple[str, ...] = ()

    @property
    def is_shown(self) -> bool:
        return self.band != TOO_FEW

    def __str__(self) -> str:
        return self.band


def shown_year(spoken: Iterable[Spoken], themes: Iterable[str] = ()) -> Heard:
    """The band of all interviews, and each theme that at least five of them named, three from others than any one.

    At least three municipalities interviewed. For each, the others' number is three or more, and the band leaves 3, 4
    and 5 possible, so that none can take away its own interviews and know how many the others were.
    """
    rows = list(spoken)
    if not (band := band_of([row.interviews for row in rows])):
        return Heard(TOO_FEW)
    named = [theme for theme in themes if has_enough([row.themes.get(theme, 0) for row in rows])]
    return Heard(band, tuple(named))


def band_of(counts: list[int]) -> str:
    """`10–19` of the sum of the municipalities' counts, or nothing where it would tell too much."""
    if not has_enough(counts) or sum(map(bool, counts)) < FEWEST_MUNICIPALITIES:
        return ""
    total, most = sum(counts), max(counts)
    above = None
    for least, name in BANDS:
        if total >= least:
            return name if above is None or above - 1 - most >= WIDEST_KNOWN else ""
        above = least
    return ""


def has_enough(counts: list[int]) -> bool:
    """At least five, and for every municipality three of others."""
    total = sum(counts)
    return total >= FEWEST_VOICES and total - max(counts, default=0) >= FEWEST_FROM_OTHERS
