"""One child's case: the rows that decide what is due, as plain values. Order never matters."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from placements.duties.care import Episode, basis_on, episodes

GROWN_AT = 18


class Stay(NamedTuple):
    """`[start, end)` in one home; `home` tells homes apart and is empty when unknown."""

    start: date
    end: date | None
    form: str
    home: str = ""
    end_reason: str = ""


class Basis(NamedTuple):
    start: date
    group: str
    code: str = ""


class FollowedUp(NamedTuple):
    on: date
    talk: bool | None = None
    no_talk: str = ""
    visit: bool | None = None
    next_on: date | None = None


class Planned(NamedTuple):
    """A plan of either kind."""

    made: date
    revised: date | None = None

    @property
    def seen_to(self):
        return max(self.made, self.revised or self.made)


class Exam(NamedTuple):
    kind: str
    requested: date | None = None
    offered: date | None = None
    done: date | None = None
    result: date | None = None
    actions_needed: bool | None = None
    actions_done: date | None = None
    not_needed: bool = False
    reason: str = ""


class Inquiry(NamedTuple):
    opened: date
    extended_until: date | None = None
    closed: date | None = None


class Limit(NamedTuple):
    """A restriction that the board considers again."""

    kind: str
    start: date
    considered: date | None = None
    end: date | None = None


class After(NamedTuple):
    """A follow-up after care."""

    start: date
    end: date | None = None


@dataclass(frozen=True)
class Case:
    """Everything about one child that a duty is counted from."""

    birth_year: int | None = None
    stays: list = field(default_factory=list)
    bases: list = field(default_factory=list)
    reviews: list = field(default_factory=list)  # days
    follow_ups: list = field(default_factory=list)
    care_plans: list = field(default_factory=list)
    plans: list = field(default_factory=list)
    exams: list = field(default_factory=list)
    inquiries: list = field(default_factory=list)
    limits: list = field(default_factory=list)
    custody_questions: list = field(default_factory=list)  # days
    afters: list = field(default_factory=list)

    @cached_property
    def episodes(self) -> list[Episode]:
        return episodes([(stay.start, stay.end) for stay in self.stays])

    @property
    def episode(self) -> Episode | None:
        """The last time in care, ongoing or not."""
        return self.episodes[-1] if self.episodes else None

    def stays_in(self, episode) -> list[Stay]:
        """The stays of one time in care, in time order."""
        until = episode.ended_on or date.max
        return sorted((stay for stay in self.stays if episode.started_on <= stay.start <= until), key=by_time)

    @cached_property
    def laws(self):
        return sorted(self.bases)

    def basis(self, day):
        """`(group, code)` on the day."""
        return basis_on(self.laws, day)

    @cached_property
    def newest_basis(self):
        return self.basis(date.max)

    @property
    def grown_on(self):
        """The first day on which the child is certainly grown. Only the year of birth is known; None without it."""
        return date(self.birth_year + GROWN_AT + 1, 1, 1) if self.birth_year else None

    def newest(self, days, since=date.min):
        """The newest of the days from `since` on, or None."""
        return max((day for day in days if day and day >= since), default=None)


def by_time(stay):
    return stay.start, stay.end or date.max, stay.form, stay.home
