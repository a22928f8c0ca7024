"""Familjehemscentrum for the whole region: the families' way in months, the needs in locked quarters, the marks (F15).

The region reads what cannot change any more and what nobody is found in: needs as sums under `county_total` (ADR 14), days
as a median of at least twenty, marks as means of at least five answers for half-years that are over.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from statistics import mean, median

from django.utils import timezone

from bou_portal import charts
from bou_portal.access import Role
from bou_portal.accounts.models import Membership
from bou_portal.disclosure.county_totals import county_total
from bou_portal.disclosure.published import SMALLEST_GROUP, THRESHOLD
from bou_portal.figures import Kind, Shown, State, rounded
from bou_portal.formats import number, starting
from bou_portal.periods import add_months
from municipalities.models import Municipality, Region
from placements.models import CentreMonth, CentreSurvey, CentreThread, HomeNeed
from placements.reception_table import told_quarters

OLD_THREAD_DAYS = 30
STEPS = [(name, starting(str(CentreMonth._meta.get_field(name).verbose_name))) for name in CentreMonth.STEPS]
ITEMS = [(name, starting(str(CentreSurvey._meta.get_field(name).verbose_name))) for name in CentreSurvey.ITEMS]


def has_centre(region):
    """Whether anybody runs a centre in the region, or has."""
    staff = Membership.objects.in_force().filter(role=Role.FOSTER_CENTRE, region=region)
    return staff.exists() or CentreMonth.objects.filter(region=region).exists()


def half_year(day: date) -> str:
    """`2026-H2`."""
    return f"{day.year}-H{1 if day.month < 7 else 2}"


def half_year_text(code: str) -> str:
    return f"{'våren' if code.endswith('1') else 'hösten'} {code[:4]}"


def ended_half_years(today: date, count=4) -> list[str]:
    """The newest half-years that are over, newest first."""
    start = today.replace(day=1, month=1 if today.month < 7 else 7)
    return [half_year(add_months(start, -6 * back)) for back in range(1, count + 1)]


def months_back(today: date, count=12) -> list[date]:
    """The newest months that are over, newest first."""
    this = today.replace(day=1)
    return [add_months(this, -back) for back in range(1, count + 1)]


@dataclass(frozen=True)
class RegionFlow:
    """What everybody in the region may read of its centre."""

    region: Region

    @cached_property
    def places(self) -> list[Municipality]:
        return list(self.region.municipalities.all())

    @cached_property
    def months(self):
        span = months_back(timezone.localdate())
        rows = CentreMonth.objects.filter(region=self.region, month_on__range=(span[-1], span[0]))
        return list(rows.order_by("-month_on"))

    @property
    def funnel(self):
        """(step, families in twelve months)."""
        return [(label, sum(getattr(row, name) for row in self.months)) for name, label in STEPS]

    @property
    def funnel_chart(self):
        rows = [(label, total, number(total)) for label, total in self.funnel]
        first, approved = self.funnel[0][1], self.funnel[3][1]
        said = f"{number(approved)} familjer godkändes och {number(first)} anmälde intresse."
        return charts.bars(rows, title="Familjernas väg, tolv månader", conclusion=said)

    @cached_property
    def quarters(self):
        return told_quarters()[:4]

    @cached_property
    def needs(self):
        span = (self.quarters[-1].start, self.quarters[0].end)
        rows = HomeNeed.objects.filter(municipality__in=self.places)
        return list((rows.filter(posted_on__range=span) | rows.filter(closed_on__range=span)).distinct())

    @property
    def by_quarter(self):
        """(quarter, needs posted, needs filled), newest first: the county's sums, or their mark."""
        return [
            (
                quarter,
                self.total(need for need in self.needs if need.posted_on in quarter.period),
                self.total(need for need in self.filled if need.closed_on in quarter.period),
            )
            for quarter in self.quarters
        ]

    @property
    def filled(self):
        span = (self.quarters[-1].start, self.quarters[0].end)
        return [
            need for need in self.needs if need.state == HomeNeed.State.FILLED and span[0] <= need.closed_on <= span[1]
        ]

    def total(self, needs) -> Shown:
        counts = Counter(need.municipality_id for need in needs)
        return county_total([counts[place.pk] for place in self.places])

    @property
    def median_days(self) -> Shown:
        """From posted to filled, of the four newest locked quarters."""
        by_place = Counter(need.municipality_id for need in self.filled)
        others = len(self.filled) - max(by_place.values(), default=0)
        if not self.filled:
            return Shown(State.NOT_APPLICABLE, Kind.MEAN)
        if len(self.filled) < SMALLEST_GROUP or others < THRESHOLD:
            return Shown(State.HIDDEN, Kind.MEAN)
        return Shown(State.SHOWN, value=rounded(median(need.days for need in self.filled), Kind.COUNT))

    @cached_property
    def marks(self):
        """(half-year, answers or its mark, [mean of each item]) of the half-years that are over."""
        asked = ended_half_years(timezone.localdate())
        rows = CentreSurvey.objects.filter(municipality__in=self.places, half_year__in=asked)
        found = {code: [row for row in rows if row.half_year == code] for code in asked}
        return [(half_year_text(code), len(found[code]), means(found[code])) for code in asked]

    @property
    def old_threads(self):
        """(municipality, days) of the questions that have been open for more than thirty days, longest first."""
        threads = CentreThread.objects.open().filter(municipality__in=self.places).select_related("municipality")
        old = [(thread.municipality, thread.days) for thread in threads if thread.days > OLD_THREAD_DAYS]
        return sorted(old, key=lambda pair: -pair[1])

    @property
    def sentence(self):
        approved = dict(self.funnel)["Godkända"]
        said = (
            f"{number(approved)} familjer har godkänts på tolv månader."
            if self.months
            else "Inga månader är inskrivna."
        )
        old = len(self.old_threads)
        if old:
            said += " En fråga har varit öppen" if old == 1 else f" {number(old)} frågor har varit öppna"
            said += f" mer än {OLD_THREAD_DAYS} dagar."
        return said


def means(rows):
    """The mean of each item, shown from five answers."""
    if len(rows) < THRESHOLD:
        return [Shown(State.HIDDEN if rows else State.NOT_APPLICABLE, Kind.MEAN) for _ in ITEMS]
    return [
        Shown(State.SHOWN, Kind.MEAN, rounded(mean(getattr(row, name) for row in rows), Kind.MEAN)) for name, _ in ITEMS
    ]


@dataclass(frozen=True)
class OwnFlow:
    """A municipality's own needs, exact."""

    needs: list[HomeNeed] = field(repr=False)

    @property
    def open(self):
        return [need for need in self.needs if need.state == HomeNeed.State.OPEN]

    @property
    def closed(self):
        rows = [need for need in self.needs if need.state != HomeNeed.State.OPEN]
        return sorted(rows, key=lambda need: need.closed_on, reverse=True)[:10]

    @property
    def median_days(self):
        """Of the municipality's filled needs the last twelve months; None without any."""
        since = add_months(timezone.localdate(), -12)
        days = [need.days for need in self.needs if need.state == HomeNeed.State.FILLED and need.closed_on >= since]
        return median(days) if days else None

    @property
    def sentence(self):
        if not self.open:
            return "Ni söker inget familjehem just nu."
        longest = max(need.days for need in self.open)
        what = "ett familjehem" if len(self.open) == 1 else f"{number(len(self.open))} familjehem"
        waited = "i dag" if not longest else f"{number(longest)} {'dag' if longest == 1 else 'dagar'}"
        return f"Ni söker {what}. Längst i kö: {waited}."
