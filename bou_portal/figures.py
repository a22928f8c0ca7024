"""Raw figures, which cannot be printed, and shown figures, which can. Pure: no Django, no database.

An indicator returns `Figure`s. They have no text form and templates cannot open them, so forgetting
the gate is a failing test and not a leak. Two doors lead out:

- `disclosure.protect()` makes the release that everybody outside the municipality reads;
- `intern()` gives a municipality its own exact figures, on pages marked "Intern".

`Figure.as_operator_dict()` is the third, for `manage.py figures`, which runs where the database is.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from bou_portal.formats import number, percent, round_half_up
from bou_portal.periods import Period

UNPRINTABLE = "raw figure: pass it through disclosure.protect() first"


class Kind(StrEnum):
    """How a figure is formed, which decides how it is rounded, written and protected."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"


@dataclass(frozen=True)
class Definition:
    """What an indicator counts, in Swedish, as page and PDF print it beside the figure.

    `unit` is the word after the number ("barn", "vårddygn"); shares have "%". `source` names the law,
    Kolada's id or the section of figures.md or domain.md that decides.
    """

    id: str
    name: str
    unit: str
    numerator: str
    denominator: str = ""
    source: str = ""
    note: str = ""
    kind: Kind = Kind.COUNT


DEFINITIONS: dict[str, Definition] = {}


def define(*definitions: Definition) -> None:
    """Add definitions to the register; ValueError if an id already means something else."""
    for definition in definitions:
        if DEFINITIONS.setdefault(definition.id, definition) != definition:
            raise ValueError(f"{definition.id} is defined twice")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One indicator's raw value for one place and period, before disclosure control: exact, unrounded, unprintable.

    `place` is a municipality's or region's code or "total"; `category` is None or the breakdown's word
    (form group, "1"/"2"/"3+", age group, law, sex). A share has its counts in `numerator` and
    `denominator` and per cent in `value`. `value` None with `denominator` 0 means that there is nothing
    to measure; None without a denominator means that the municipality did not deliver. `coverage` is the
    per cent of the base for which what is asked about is known; `unconfirmed` is how many open placements
    not confirmed by the latest delivery the figure includes.
    """

    id: str
    place: str
    category: str | None = None
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    coverage: float | None = None
    unconfirmed: int = 0
    period: Period | None = None
    on: date | None = None

    @classmethod
    def share(cls, *, numerator: int, denominator: int, **fields) -> "Figure":
        """A share in per cent from its two counts; no value when the denominator is 0."""
        value = 100 * numerator / denominator if denominator else None
        return cls(value=value, numerator=numerator, denominator=denominator, **fields)

    def __str__(self) -> str:
        raise TypeError(UNPRINTABLE)

    def __format__(self, spec: str) -> str:
        raise TypeError(UNPRINTABLE)

    def __html__(self) -> str:
        raise TypeError(UNPRINTABLE)

    def __repr__(self) -> str:
        return f"<raw figure {self.id} {self.place} {self.category or ''}>"

    def __getitem__(self, key):
        """Templates try this before attributes; an error they do not swallow keeps `{{ figure.value }}` shut."""
        raise RuntimeError(UNPRINTABLE)

    @property
    def is_delivered(self) -> bool:
        return self.value is not None or self.denominator is not None

    def as_operator_dict(self) -> dict:
        """The exact numbers, for `manage.py figures` alone: an operator's command, never a page, file or mail."""
        names = ("id", "place", "category", "value", "numerator", "denominator", "coverage", "unconfirmed")
        return {name: getattr(self, name) for name in names}


class State(StrEnum):
    """Why a shown figure has a number, or has none."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    NOT_DELIVERED = "not delivered"
    NOT_APPLICABLE = "not applicable"


MARKS = {State.HIDDEN: "..", State.NOT_DELIVERED: "ingen uppgift", State.NOT_APPLICABLE: "–"}
LEGEND = {
    State.HIDDEN: "dold för att skydda enskilda",
    State.NOT_DELIVERED: "kommunen har inte lämnat uppgiften",
    State.NOT_APPLICABLE: "inte tillämpligt",
}


@dataclass(frozen=True)
class Shown:
    """A figure that may be printed: rounded, or a mark that says why there is no number.

    `value` is a number (whole, or with one decimal for means) only when `state` is SHOWN. `text` is its
    Swedish form with no-break spaces. `numerator` and `denominator` come with shown shares.
    `is_intern` is true for a municipality's own exact figures, which the page marks "Intern".
    """

    state: State
    kind: Kind = Kind.COUNT
    value: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    is_intern: bool = False

    @property
    def is_shown(self) -> bool:
        return self.state is State.SHOWN

    @property
    def text(self) -> str:
        """`1 234`, `12 %`, `1,5`, `..`, `ingen uppgift` or `–`."""
        if not self.is_shown:
            return MARKS[self.state]
        if self.kind is Kind.SHARE:
            return percent(self.value)
        return number(self.value, decimals=1 if self.kind is Kind.MEAN else 0)

    @property
    def reason(self) -> str:
        """The Swedish legend of the mark; empty when there is a number."""
        return LEGEND.get(self.state, "")

    @property
    def of(self) -> str:
        """`30 av 40` behind a share; empty where it has no counts."""
        if self.numerator is None or self.denominator is None:
            return ""
        return f"{number(self.numerator)} av {number(self.denominator)}"

    def __str__(self) -> str:
        return self.text


def intern(figure: Figure) -> Shown:
    """The exact figure for the own municipality's pages, rounded only as it is written.

    The caller has already made sure that the reader belongs to the municipality; nobody else gets this.
    """
    kind = DEFINITIONS[figure.id].kind if figure.id in DEFINITIONS else _guess_kind(figure)
    if figure.coverage == 0:  # a count of what nobody has told is no count
        return Shown(State.NOT_DELIVERED, kind, is_intern=True)
    if figure.value is None or (kind is Kind.SHARE and figure.denominator == 0):
        state = State.NOT_APPLICABLE if figure.is_delivered else State.NOT_DELIVERED
        return Shown(state, kind, is_intern=True)
    counts = (figure.numerator, figure.denominator) if kind is Kind.SHARE else (None, None)
    exact = per_cent(*counts) if all(count is not None for count in counts) else figure.value
    return Shown(State.SHOWN, kind, rounded(exact, kind), *counts, is_intern=True)


def _guess_kind(figure: Figure) -> Kind:
    return Kind.COUNT if figure.denominator is None else Kind.SHARE


def per_cent(numerator: int, denominator: int) -> Fraction:
    """The exact share in per cent."""
    return Fraction(100 * numerator, denominator)


def rounded(value: float | Fraction, kind: Kind) -> int | float:
    """Half up: counts and shares to whole numbers, means to one decimal. After disclosure control only."""
    if kind is Kind.MEAN:
        return round_half_up(value, 1)
    return round_half_up(value)
