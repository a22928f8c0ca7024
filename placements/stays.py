"""The state of a child's care as a fold over everything that was delivered (figures.md 2, rules 3, 4 and 7).

Pure: rows in, stays out. The order in which deliveries arrive does not matter, only their dates; taking a delivery
out again gives what was before it. Nights are `[start, end)`: the end day is not a night of care.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from placements.codes import Planned

UNKNOWN_HOME = ""


@dataclass(slots=True)
class Row:
    """One delivered row. `facts` are its other values by column, empty ones left out."""

    delivered: date
    delivery: int
    number: int
    form: str
    home: str
    start: date
    end: date | None = None
    reason: str = ""
    planned: str = ""
    initiator: str = ""
    next_stop: str = ""
    law: tuple[str, str] = ("", "")
    facts: dict = field(default_factory=dict)

    @property
    def age(self) -> tuple:
        """Sorts rows from the oldest delivery to the newest; in one delivery by start, then by row."""
        return self.delivered, self.delivery, self.start, self.number

    @property
    def key(self) -> tuple[int, int]:
        return self.delivery, self.number


@dataclass(slots=True)
class Stay:
    """A placement: one stay in one home, put together from its rows.

    `delivered_end` is what the deliveries say and `end` what holds after repair; `inferred` when they differ.
    """

    form: str
    home: str
    start: date
    rows: list[Row]
    delivered_end: date | None = None
    end: date | None = None
    inferred: bool = False
    reason: str = ""
    planned: str = ""
    initiator: str = ""
    next_stop: str = ""

    @property
    def home_is_unknown(self) -> bool:
        return self.home == UNKNOWN_HOME

    @property
    def confirmed(self) -> date:
        """The date of the newest delivery that has a row of this stay."""
        return max(row.delivered for row in self.rows)

    @property
    def facts(self) -> dict:
        """The rows' other values; where deliveries differ, the newest that says anything."""
        merged = {}
        for row in sorted(self.rows, key=lambda row: row.age):
            merged |= row.facts
        return merged

    def laws(self) -> list[tuple[date, tuple[str, str]]]:
        """From which day which law, as the newest delivery has it."""
        newest = {row.start: row.law for row in sorted(self.rows, key=lambda row: row.age)}
        return sorted(newest.items())

    def add(self, rows: list[Row]):
        self.rows += rows
        self._settle_end()

    def _settle_end(self):
        ends = [row for row in self.rows if row.end]
        last = max(ends, key=lambda row: row.age) if ends else None
        # An end on the day an open row of the same stay starts is the end of a legal ground, not of the stay.
        if last and any(
            not row.end and row.start == last.end and (row.delivered, row.delivery) >= (last.delivered, last.delivery)
            for row in self.rows
        ):
            last = None
        self.delivered_end = self.end = last.end if last else None
        self.reason, self.planned = (last.reason, last.planned) if last else ("", "")
        self.initiator, self.next_stop = (last.initiator, last.next_stop) if last else ("", "")


@dataclass(frozen=True, slots=True)
class Repair:
    """Rule 4: a stay that was left out (`a`), closed (`b`) or cut (`c`) because `by` started."""

    rule: str
    stay: Stay
    by: Stay


@dataclass(frozen=True, slots=True)
class Span:
    """A period of care or of law. Open = no end."""

    start: date
    end: date | None
    what: tuple = ()


@dataclass
class Folded:
    """A child's stays by start, never two at once; the stays left out; and what was repaired."""

    stays: list[Stay]
    left_out: list[Stay]
    repairs: list[Repair]

    def episodes(self) -> list[Span]:
        """Care episodes: consecutive stays without a night between them."""
        return _joined(Span(stay.start, stay.end) for stay in self.stays)

    def legal_bases(self) -> list[Span]:
        """Which law the child was placed under when; one row as long as the law is the same without a break."""
        spans = []
        for stay in self.stays:
            # A stay that was cut may end before a later law of its rows began.
            laws = [
                (start, law) for start, law in stay.laws() if start == stay.start or not stay.end or start < stay.end
            ]
            ends = [start for start, _ in laws[1:]] + [stay.end]
            spans += [Span(start, end, law) for (start, law), end in zip(laws, ends, strict=True)]
        # a stay of no night gives way to what starts the same day: one law a day
        return _joined(span for span, then in pairwise([*spans, None]) if not then or then.start != span.start)


def fold(rows: Iterable[Row]) -> Folded:
    """One child's stays, as all its rows together give them."""
    return _repair(_gather(rows))


def _gather(rows: Iterable[Row]) -> list[Stay]:
    """Rule 3: which rows are the same placement."""
    segments = defaultdict(lambda: defaultdict(list))
    for row in rows:
        segments[row.start][row.form, row.home].append(row)
    stays, previous = [], {}
    for start in sorted(segments):
        current = {}
        for key, same in segments[start].items():
            stay = previous.get(key)
            if stay is None or not _goes_on(stay, start):
                stay = Stay(*key, start, [])
                stays.append(stay)
            stay.add(same)
            current[key] = stay
        previous = current  # whatever started before the latest start has another placement between
    return stays


def _goes_on(stay: Stay, start: date) -> bool:
    if stay.end is None:
        return True
    return stay.end >= start and not (stay.home_is_unknown and stay.reason)


def _repair(gathered: list[Stay]) -> Folded:
    """Rule 4: one stay at a time."""
    stays, left_out, repairs = [], [], []
    by_start = defaultdict(list)
    for stay in gathered:
        by_start[stay.start].append(stay)
    for start in sorted(by_start):
        *losers, winner = sorted(by_start[start], key=_strength)
        stays.append(winner)
        left_out += losers
        repairs += [Repair("a", loser, winner) for loser in losers]
    for stay, then in pairwise(stays):
        if stay.end is None:
            stay.end, stay.inferred, stay.planned = then.start, True, Planned.UNKNOWN.value
            repairs.append(Repair("b", stay, then))
        elif stay.end > then.start:
            stay.end, stay.inferred = then.start, True
            repairs.append(Repair("c", stay, then))
    return Folded(stays, left_out, repairs)


def _strength(stay: Stay) -> tuple:
    newest = max((row.delivered, row.delivery, row.number) for row in stay.rows)
    return stay.end is not None, stay.end or date.min, newest


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and last.what == span.what and (last.end is None or last.end >= span.start):
            joined[-1] = Span(last.start, span.end, span.what)
        else:
            joined.append(span)
    return joined


def span_on(spans: Sequence[Span], day: date) -> Span | None:
    """The span that holds the night of this day."""
    index = bisect_left(spans, day, key=lambda span: span.start)
    if index < len(spans) and spans[index].start == day:
        index += 1
    span = spans[index - 1] if index else None
    return span if span and (span.end is None or span.end > day) else None
