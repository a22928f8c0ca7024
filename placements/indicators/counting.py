"""The arithmetic under every indicator: windows in time, additive parts, and the few expressions SQL lacks.

A child belongs to one municipality, so what is counted per municipality adds up to region and total without counting a
child twice. Means and medians do not add, but their parts do: sums, and how many of each length. So every indicator is
tallied as `Part`s per municipality and its value is formed once, over the place as a whole.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Func, IntegerField, Q, Value

from bou_portal.figures import Definition, Kind, define
from bou_portal.periods import Period, Quarter, add_months
from placements.models import Delivery

DAYS_IN_A_YEAR = 365.25
UNKNOWN = "okänt"
COUNTING_RULES = "BoU-portalens räkneregler"


@dataclass(frozen=True)
class Window:
    """What a figure is about: a period, and the day on which the state is read."""

    period: Period
    on: date

    @classmethod
    def of(cls, quarter: Quarter) -> "Window":
        return cls(quarter.period, quarter.end)

    @classmethod
    def rolling_year(cls, quarter: Quarter) -> "Window":
        """The four quarters that end with this one."""
        return cls(quarter.rolling_year, quarter.end)

    def months_up_to(self, months: int) -> Period:
        """The whole calendar months that end with the day: twelve up to 31 March is 1 April-31 March."""
        until = self.on + timedelta(days=1)
        return Period(add_months(until, -months), self.on)

    def oldest_within(self, months: int) -> date:
        """The earliest day that is not more than this many calendar months old: day + months is not before `on`.

        Month ends make this differ from counting backwards: 30 September is more than six months old on 31 March,
        because 30 September + 6 months = 30 March.
        """
        day = add_months(self.on, -months)
        while add_months(day, months) < self.on:
            day += timedelta(days=1)
        while add_months(day - timedelta(days=1), months) >= self.on:
            day -= timedelta(days=1)
        return day

    def cohort(self, months: int, days: int) -> Period | None:
        """The same period so many months earlier, as far as it has been observed for `days` on the day (domain.md 4b, S2)."""
        start = add_months(self.period.start, -months)
        end = add_months(self.period.until, -months) - timedelta(days=1)
        observed = min(end, self.on - timedelta(days=days))
        return Period(start, observed) if start <= observed else None


@dataclass(slots=True)
class Part:
    """What adds up: a numerator, a denominator, open placements not confirmed, and how many of each length in days."""

    part: float = 0
    whole: float = 0
    unconfirmed: int = 0
    lengths: Counter | None = None

    def __iadd__(self, other):
        self.part += other.part
        self.whole += other.whole
        self.unconfirmed += other.unconfirmed
        if other.lengths:
            self.lengths = (self.lengths or Counter()) + other.lengths
        return self


def amount(part):
    return part.part


def mean(part):
    return part.part / part.whole if part.whole else None


def per(units):
    """The numerator per so many of the denominator."""
    return lambda part: units * part.part / part.whole if part.whole else None


share = per(100)


def median(part):
    """The middle length, or the mean of the two middle ones (figures.md 3)."""
    if not part.whole:
        return None
    lower, upper, passed = None, None, 0
    for length in sorted(part.lengths):
        passed += part.lengths[length]
        if lower is None and 2 * passed >= part.whole:
            lower = length
        if 2 * passed > part.whole:
            upper = length
            break
    return (lower + upper) / 2


@dataclass(frozen=True)
class Indicator:
    """A definition, how its value is formed from its parts, and which kind of delivery it rests on.

    A municipality that has never delivered that kind is missing from the figure, never 0. `categories` are all words
    of the breakdown, so that a true zero is printed; `(None,)` for an indicator without one.
    """

    definition: Definition
    value: Callable[[Part], float | None] = amount
    rests_on: str = Delivery.Kind.PLACEMENTS
    categories: tuple[str | None, ...] = (None,)

    @property
    def id(self):
        return self.definition.id


INDICATORS: dict[str, Indicator] = {}
FAMILIES: list[tuple[Callable, frozenset[str]]] = []

KINDS = {amount: Kind.COUNT, share: Kind.SHARE}


def indicator(code, name, *, value=amount, rests_on=Delivery.Kind.PLACEMENTS, categories=(None,), kind=None, **texts):
    """Define an indicator; `texts` are the definition's unit, numerator, denominator, source and note.

    `kind` is how pages write it, when it is not how its value is formed.
    """
    definition = Definition(id=code, name=name, kind=kind or KINDS.get(value, Kind.MEAN), **texts)
    define(definition)
    INDICATORS[code] = Indicator(definition, value, rests_on, categories)


def counts(*codes):
    """The decorated function tallies these indicators; it runs when any of them is asked for."""

    def register(function):
        FAMILIES.append((function, frozenset(codes)))
        return function

    return register


class Tally:
    """Parts by window, municipality, indicator and category; and of each indicator's base how much is known.

    `wanted` are the ids asked for: a family may leave out of its statement what only others need.
    """

    def __init__(self, wanted):
        self.wanted = frozenset(wanted)
        self.parts = defaultdict(Part)
        self.known = defaultdict(lambda: [0, 0])

    def add(self, row, code, category=None, *, part=0, whole=0, unconfirmed=None, length=None):
        """Add a row of a query, if the indicator is wanted: `row["window"]`, `row["municipality"]` and, where counted, `row["unconfirmed"]`."""
        if code not in self.wanted:
            return
        tallied = self.parts[row["window"], row["municipality"], code, category]
        tallied.part += part
        tallied.whole += whole
        tallied.unconfirmed += row.get("unconfirmed", 0) if unconfirmed is None else unconfirmed
        if length is not None:
            tallied.lengths = tallied.lengths or Counter()
            tallied.lengths[length] += whole

    def rest(self, row, code, number, known):
        """Say that the indicator rests on `number` more, for which what is asked about is known or not."""
        base = self.known[row["window"], row["municipality"], code]
        base[0] += number if known else 0
        base[1] += number


def rows(scope, *queries):
    """The rows of each `query(window)` for every window, in one statement, each with its `window`'s number."""
    branches = [
        query(window).annotate(window=Value(n)).order_by()
        for n, window in enumerate(scope.windows)
        for query in queries
    ]
    first, *others = branches
    return first.union(*others, all=True) if others else first


class Days(Func):
    """Whole days from the first date to the second, counted inside the database."""

    output_field = IntegerField()
    arity = 2

    def as_sqlite(self, compiler, connection, **context):
        # Django's own subtraction calls Python for every row; julianday does not leave SQLite.
        return self._subtract(compiler, "CAST(julianday({1}) - julianday({0}) AS INTEGER)")

    def as_postgresql(self, compiler, connection, **context):
        return self._subtract(compiler, "(({1})::date - ({0})::date)")

    def _subtract(self, compiler, template):
        (start, start_params), (end, end_params) = map(compiler.compile, self.source_expressions)
        return template.format(start, end), (*end_params, *start_params)


def in_force_on(day):
    """Rows `[started_on, ended_on)` that hold the night of the day."""
    return Q(started_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gt=day))


def with_nights_in(period):
    """Rows `[started_on, ended_on)` with at least one night in the period."""
    lasting = Q(ended_on__gt=period.start) & Q(ended_on__gt=F("started_on"))
    return Q(started_on__lt=period.until) & (Q(ended_on__isnull=True) | lasting)
