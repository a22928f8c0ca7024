"""What a chart is made of, and the lock on its door: only shown values come in."""

from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite

from bou_portal.figures import LEGEND, MARKS, Shown, State
from bou_portal.formats import with_unit

HIDDEN = MARKS[State.HIDDEN]
HIDDEN_NOTE = f"{HIDDEN} = {LEGEND[State.HIDDEN]}"


def shown(value):
    """The number to draw, or None. Takes a `Shown`, a plain number or None; a raw figure raises TypeError."""
    if isinstance(value, Shown):
        value = value.value
    if value is None:
        return None
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and isfinite(value):
        return value
    raise TypeError(f"a chart draws shown numbers only, not {type(value).__name__}: pass it through protect() first")


@dataclass(frozen=True)
class Point:
    """One shown value and how it reads; give it a `Shown` and it reads as that does.

    A `value` of None is hidden or missing: nothing is drawn but its `text`.
    """

    label: str
    value: int | float | Decimal | None
    text: str = ""

    def __post_init__(self):
        object.__setattr__(self, "text", self.text or (self.value.text if isinstance(self.value, Shown) else ""))
        object.__setattr__(self, "value", shown(self.value))

    def read(self, unit=""):
        """`74 %`, or the mark that stands for a value that is not shown."""
        return self.text or (HIDDEN if self.value is None else with_unit(self.value, unit))


@dataclass(frozen=True)
class Series:
    """A named row of points over the same labels, such as quarters."""

    name: str
    points: tuple[Point, ...]

    @property
    def labels(self):
        return tuple(point.label for point in self.points)

    @property
    def seen(self):
        return [point for point in self.points if point.value is not None]


@dataclass(frozen=True)
class Table:
    """The same figures as text. The first column of `rows` names the row, the others are figures."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A drawing, the sentence that says what it shows, and its table. `aside` numbers what found no room in a map."""

    title: str
    svg: str
    conclusion: str
    table: Table
    aside: tuple = field(default=())


def points(pairs):
    """Points from points or from (label, value[, text]), the value being a `Shown`, a number or None."""
    return tuple(pair if isinstance(pair, Point) else Point(*pair) for pair in pairs)


def series(rows):
    """Series from series or from (name, pairs); all must have the same labels in the same order."""
    made = tuple(row if isinstance(row, Series) else Series(row[0], points(row[1])) for row in rows)
    if len({row.labels for row in made}) > 1:
        raise ValueError("all series of a chart need the same labels")
    return made


def point_table(caption, heading, columns, unit):
    """A table of series: one row per label, one column per series."""
    rows = tuple(
        (label, *(row.points[n].read(unit) for row in columns))
        for n, label in enumerate(columns[0].labels if columns else ())
    )
    hidden = any(cell == HIDDEN for row in rows for cell in row[1:])
    return Table(caption, (heading, *(row.name for row in columns)), rows, HIDDEN_NOTE if hidden else "")
