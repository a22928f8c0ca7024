"""A child's stays as care episodes, and the law in force on a day. Pure."""

from dataclasses import dataclass
from datetime import date

from placements.codes import LawCode, LawGroup

REEXAMINED = frozenset({LawCode.LVU_3, LawCode.LVU_2_3, LawCode.LVU_3_2})


@dataclass(frozen=True)
class Episode:
    """`[started_on, ended_on)` of consecutive stays without a night between; `ended_on` None = ongoing."""

    started_on: date
    ended_on: date | None


def episodes(stays):
    """Join `(started_on, ended_on)` pairs of one child, in any order, to care episodes in time order.

    A night between two stays is a night at home and starts a new episode (figures.md 2, rule 7). A stay of no night
    (start = end) joins what it touches and makes no episode of its own.
    """
    joined = []
    for start, end in sorted(stays, key=lambda stay: (stay[0], stay[1] or date.max)):
        if joined and (joined[-1][1] is None or joined[-1][1] >= start):
            last_end = joined[-1][1]
            joined[-1][1] = None if last_end is None or end is None else max(last_end, end)
        elif start != end:
            joined.append([start, end])
    return [Episode(*pair) for pair in joined]


def basis_on(bases, day):
    """The `(group, code)` in force on the day among `(started_on, group, code)` in time order; SoL if none."""
    current = (LawGroup.SOL, "")
    for started_on, group, code in bases:
        if started_on > day:
            break
        current = (group, code)
    return current


def review_code(basis):
    """The six-month rule's code for a `(law group, law code)`; unknown law is reviewed as SoL."""
    group, code = basis
    if code in REEXAMINED:
        return "R-REV-3"
    return "R-REV-2" if group == LawGroup.LVU else "R-REV-SOL"
