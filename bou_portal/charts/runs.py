"""Median and signals of a run chart, as improvement teams read them (features.md, "How improvement teams measure")."""

from dataclasses import dataclass
from statistics import median as middle

SHIFT, TREND = 6, 5


@dataclass(frozen=True)
class Signal:
    """A pattern that chance seldom makes: which points, first and last index, and which way."""

    kind: str  # "förskjutning" or "trend"
    way: str  # "över", "under", "stigande", "fallande"
    first: int
    last: int
    count: int


def median(values):
    """The median of what is shown; None when nothing is."""
    seen = [value for value in values if value is not None]
    return middle(seen) if seen else None


def signals(values):
    """All signals in order of their last point. A gap ends every run: what is not shown proves nothing.

    Shift: at least six in a row on one side of the median; points on it neither break nor count. Trend: at least
    five in a row that rise or fall; a repeated value neither breaks nor counts.
    """
    line = median(values)
    found, start = [], 0
    for end in range(len(values) + 1):
        if end == len(values) or values[end] is None:
            found += shifts(values, start, end, line) + trends(values, start, end)
            start = end + 1
    return sorted(found, key=lambda signal: (signal.last, signal.kind))


def shifts(values, start, end, line):
    """Runs on one side of the median within start..end, a stretch without gaps."""
    found, run = [], []
    for n in [*range(start, end), None]:
        side = 0 if n is None else (values[n] > line) - (values[n] < line)
        if n is not None and side == 0:
            continue
        if n is not None and run and side == run[0][1]:
            run.append((n, side))
            continue
        if len(run) >= SHIFT:
            found.append(Signal("förskjutning", "över" if run[0][1] > 0 else "under", run[0][0], run[-1][0], len(run)))
        run = [(n, side)]
    return found


def trends(values, start, end):
    """Runs of rising or falling values within start..end; equal neighbours count once."""
    kept = [n for n in range(start, end) if n == start or values[n] != values[n - 1]]
    found, run, way = [], kept[:1], 0
    for n in [*kept[1:], None]:
        step = 0 if n is None else (1 if values[n] > values[run[-1]] else -1)
        if n is not None and step == way:
            run.append(n)
            continue
        if len(run) >= TREND:
            found.append(Signal("trend", "stigande" if way > 0 else "fallande", run[0], run[-1], len(run)))
        run, way = ([run[-1], n], step) if n is not None else ([], 0)
    return found
