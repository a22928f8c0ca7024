"""Quarters, periods, calendar months and Swedish working days. Pure: no Django, no database.

Dates that fall due are computed here and stored as rows, because SQL engines differ on month ends
and know no holidays (figures.md 3).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

import holidays

_CODE = re.compile(r"(\d{4})-K([1-4])", re.IGNORECASE | re.ASCII)
_HOLIDAYS = holidays.country_holidays("SE", categories=(holidays.PUBLIC, holidays.DE_FACTO))


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter, written `2026-K3`. Ordered by time."""

    year: int
    number: int

    def __post_init__(self):
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"kvartal {self.number} finns inte: 1-4")

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter that contains the day."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read `2026-K3` (or `2026-k3`, as in addresses). ValueError with a Swedish sentence otherwise."""
        match = _CODE.fullmatch(text.strip())
        if not match:
            raise ValueError(f"”{text}” är inget kvartal: skriv som 2026-K3")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-K{self.number}"

    @property
    def slug(self) -> str:
        """The form used in addresses: `2026-k3`."""
        return str(self).lower()

    @property
    def text(self) -> str:
        """Swedish long form: `kvartal 3 2026`."""
        return f"kvartal {self.number} {self.year}"

    @property
    def start(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """The last day, inclusive: the quarter's point in time."""
        return self.next().start - timedelta(days=1)

    @property
    def period(self) -> "Period":
        return Period(self.start, self.end)

    def next(self, steps: int = 1) -> "Quarter":
        """The quarter `steps` later (earlier when negative)."""
        year, index = divmod(4 * self.year + self.number - 1 + steps, 4)
        return Quarter(year, index + 1)

    def previous(self, steps: int = 1) -> "Quarter":
        """The quarter `steps` earlier."""
        return self.next(-steps)

    def last(self, count: int) -> tuple["Quarter", ...]:
        """The `count` quarters that end with this one, oldest first."""
        return tuple(self.previous(steps) for steps in reversed(range(count)))

    def rolling_four(self) -> tuple["Quarter", ...]:
        """The four quarters that end with this one, oldest first."""
        return self.last(4)

    @property
    def rolling_year(self) -> "Period":
        """The rolling four quarters as one period."""
        return Period(self.previous(3).start, self.end)


@dataclass(frozen=True, order=True)
class Period:
    """From `start` to `end`, both days included. Written `2017-04-01..2018-03-31`."""

    start: date
    end: date

    def __post_init__(self):
        if self.end < self.start:
            raise ValueError(f"perioden slutar ({self.end}) före den börjar ({self.start})")

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read `2017-04-01..2018-03-31` or a quarter's code. ValueError with a Swedish sentence otherwise."""
        if _CODE.fullmatch(text.strip()):
            return Quarter.parse(text).period
        start, dots, end = text.strip().partition("..")
        try:
            if not dots:
                raise ValueError
            days = date.fromisoformat(start), date.fromisoformat(end)
        except ValueError:
            raise ValueError(f"”{text}” är ingen period: skriv som 2017-04-01..2018-03-31") from None
        return cls(*days)

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def text(self) -> str:
        """For readers: `kvartal 3 2026` for a whole quarter, else `2017-04-01–2018-03-31`."""
        quarter = Quarter.of(self.start)
        return quarter.text if quarter.period == self else f"{self.start}–{self.end}"

    @property
    def until(self) -> date:
        """The day after the last: the exclusive end, as placements have theirs."""
        return self.end + timedelta(days=1)

    @property
    def days(self) -> int:
        """Number of days, and so of nights, in the period."""
        return (self.until - self.start).days

    def nights(self, start: date, end: date | None) -> int:
        """Nights of a stay `[start, end)` inside the period; an open stay has `end=None`."""
        last = self.until if end is None else min(end, self.until)
        return max(0, (last - max(start, self.start)).days)


def add_days(day: date, days: int) -> date:
    """`days` later; the starting day is day 0."""
    return day + timedelta(days=days)


def add_weeks(day: date, weeks: int) -> date:
    """The same weekday `weeks` later."""
    return day + timedelta(weeks=weeks)


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day if it has none (lag 1930:173, 1 §)."""
    year, index = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, index + 1, min(day.day, calendar.monthrange(year, index + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The same date `years` later; 29 February becomes 28 February in a common year."""
    return add_months(day, 12 * years)


def is_working_day(day: date) -> bool:
    """Not a Saturday, Sunday, public holiday, nor Midsummer, Christmas or New Year's Eve."""
    return day.weekday() < 5 and day not in _HOLIDAYS


def effective(day: date) -> date:
    """The day an action due on `day` may still be taken: that day or the next working day (lag 1930:173, 2 §)."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
