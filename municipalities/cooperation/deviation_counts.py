"""How many deviations of each kind a region's municipalities have reported, as others than the group may see it.

Told for the two last half-years that nobody can report in any more, each once and for good, and never for periods that
overlap (docs/adr/0027). `told` is the rule, pure; `shown` is what pages and reports draw from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min
from django.utils import timezone

from bou_portal.charts.parts import HIDDEN_NOTE, Table
from bou_portal.disclosure import THRESHOLD
from bou_portal.disclosure.county_totals import county_total
from bou_portal.figures import Shown, State
from bou_portal.formats import MONTHS, listing, number
from bou_portal.periods import add_days, add_months
from municipalities.models import Deviation

# Of so many hidden kinds, for every reader, the others must be able to have any number when all of it is told.
FEWEST_FREE = 2
FEWEST_HIDDEN = 3


# --- which time ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, order=True)
class HalfYear:
    """January to June (1) or July to December (2) of a year."""

    year: int
    half: int

    @classmethod
    def of(cls, day):
        return cls(day.year, 1 if day.month < 7 else 2)

    def previous(self):
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)

    @property
    def start(self):
        return date(self.year, 6 * self.half - 5, 1)

    @property
    def closes_on(self):
        """The last day to report in: the end of the month after."""
        return add_days(add_months(self.start, 7), -1)

    @property
    def months(self):
        """`2026-01` to `2026-06`, as deviations carry them."""
        return [f"{add_months(self.start, step):%Y-%m}" for step in range(6)]

    @property
    def text(self):
        """`januari–juni 2026`."""
        return f"{MONTHS[self.start.month - 1]}–{MONTHS[self.start.month + 4]} {self.year}"


def open_months(today):
    """The months that a deviation may be reported in, the newest first: of half-years that are not closed, until now."""
    now = HalfYear.of(today)
    halves = [now] if now.previous().closes_on < today else [now.previous(), now]
    return [month for half in halves for month in half.months if month <= f"{today:%Y-%m}"][::-1]


def closed_half_years(today):
    """The two last ones that nobody can report in any more, the oldest first: twelve months."""
    half = HalfYear.of(today).previous()
    if half.closes_on >= today:
        half = half.previous()
    return [half.previous(), half]


# --- what may be told ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Told:
    """One half-year: a number or a mark for each kind, in the order given, and for all of them together."""

    kinds: tuple[Shown, ...]
    total: Shown


def told(counts: Sequence[Sequence[int]], threshold: int = THRESHOLD) -> Told:
    """What may be told of `counts[kind][municipality]`.

    Every reader is one of the municipalities, knows her own reports and this rule. A kind is told as any sum of what
    municipalities report by themselves (`county_total`). The sum of all tells the sum of the kinds that are hidden: it
    is told when nothing is hidden, or when that sum could be told itself and narrows no kind down for anybody.
    """
    kinds = tuple(county_total(kind, threshold) for kind in counts)
    hidden = [kind for kind, cell in zip(counts, kinds, strict=True) if cell.state is State.HIDDEN]
    rest = [sum(of_place) for of_place in zip(*hidden, strict=True)]
    if any(cell.state is State.NOT_DELIVERED for cell in kinds):
        return Told(kinds, Shown(State.NOT_DELIVERED))
    is_safe = len(hidden) >= FEWEST_HIDDEN and county_total(rest, threshold).is_shown
    if hidden and (not is_safe or narrows(hidden, threshold)):
        return Told(kinds, Shown(State.HIDDEN))
    return Told(kinds, Shown(State.SHOWN, value=sum(map(sum, counts))))


def narrows(hidden, threshold):
    """Whether the sum of the hidden kinds tells somebody more of one of them than that it is hidden."""
    others = sum(map(sum, hidden))
    outsider = [0] * len(hidden)
    readers = [outsider, *(list(own) for own in zip(*hidden, strict=True))]
    return any(_narrows_for(own, others - sum(own), threshold) for own in readers)


def _narrows_for(own, others, threshold):
    """The same for a reader who knows her own count of each hidden kind, and so the sum of the others'.

    A kind with enough of her own is hidden because the others have few of it, and these could be found out one by one:
    there must be two kinds of which the others may have any number, and enough for each kind to have had a few more.
    """
    least = [int(count == 0 or count >= 2 * threshold) for count in own]
    free = sum(count < threshold for count in own)
    return free < FEWEST_FREE or others - sum(least) < threshold - 1


# --- a region's -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Counts:
    """Two half-years of a region: `kinds` are (word, one cell for each half-year), `totals` one cell for each."""

    half_years: tuple[HalfYear, ...]
    kinds: tuple[tuple[str, tuple[Shown, ...]], ...]
    totals: tuple[Shown, ...]

    @property
    def has_any(self):
        """Whether there is a half-year to tell of."""
        return any(total.state is not State.NOT_DELIVERED for total in self.totals)

    @property
    def table(self):
        """For `{% data_table %}`: kinds down, half-years across, all of them last."""
        rows = [*self.kinds, ("Alla", self.totals)]
        cells = [cell for _, line in rows for cell in line]
        note = HIDDEN_NOTE if any(cell.state is State.HIDDEN for cell in cells) else ""
        columns = ("Vad som brast", *(half.text.capitalize() for half in self.half_years))
        return Table(
            "Avvikelser som länets kommuner har rapporterat",
            columns,
            tuple((word, *(cell.text for cell in line)) for word, line in rows),
            note,
        )

    @property
    def sentence(self):
        """What the newest half-year tells, in one sentence."""
        half, total = self.half_years[-1], self.totals[-1]
        if total.state is State.NOT_DELIVERED:
            return f"Ingen avvikelse är rapporterad till och med {half.text}."
        if not total.is_shown:
            return f"För få avvikelser är rapporterade {half.text} för att antalet ska kunna visas."
        seen = [(word, line[-1]) for word, line in self.kinds if line[-1].is_shown and line[-1].value]
        most = sorted(seen, key=lambda pair: -pair[1].value)[:2]
        said = f"{number(total.value)} avvikelser är rapporterade {half.text}"
        names = [f"”{word}” ({cell.text})" for word, cell in most]
        return f"{said}. Av dem som kan visas är {listing(names)} vanligast." if names else f"{said}."


def shown(region, today=None):
    """The region's `Counts` as anybody who follows its work may see them. Three queries."""
    halves = closed_half_years(today or timezone.localdate())
    reported = Deviation.objects.filter(municipality__region=region)
    first = reported.aggregate(first=Min("month"))["first"]
    rows = reported.filter(month__in=[month for half in halves for month in half.months])
    found = {
        (row["month"], row["kind"], row["municipality"]): row["number"]
        for row in rows.order_by().values("month", "kind", "municipality").annotate(number=Count("pk"))
    }
    places = sorted({*region.municipalities.active().values_list("pk", flat=True), *(place for *_, place in found)})
    columns = [told(_counts(found, half, places, first)) for half in halves]
    kinds = tuple(
        (label, tuple(column.kinds[index] for column in columns)) for index, label in enumerate(Deviation.Kind.labels)
    )
    return Counts(tuple(halves), kinds, tuple(column.total for column in columns))


def _counts(found, half, places, first):
    """`counts[kind][municipality]` of a half-year; nothing at all of one before the region's first report."""
    if first is None or first > half.months[-1]:
        return [[] for _ in Deviation.Kind]
    return [
        [sum(found.get((month, kind, place), 0) for month in half.months) for place in places]
        for kind in Deviation.Kind.values
    ]
