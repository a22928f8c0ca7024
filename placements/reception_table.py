"""Reception of unaccompanied minors in a county: what may be reported today, and the table that all may read (F18).

The table shows locked quarters only (ADR 14). Places and assigned shares are not about children and stand by
municipality; the received are children and stand as one sum, or as its mark.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.utils import timezone

from bou_portal.disclosure.county_totals import county_total
from bou_portal.figures import Shown
from bou_portal.formats import count_word, listing, number, starting
from bou_portal.periods import Quarter
from municipalities.models import Municipality
from placements.models import Bottleneck, Reception

LOCKED_AFTER_DAYS = 60
SHOWN_QUARTERS = 8
PLACES = ("places_hvb", "places_supported", "places_foster", "places_relative")


def last_day(quarter: Quarter) -> date:
    """The last day on which the quarter can be reported and corrected."""
    return quarter.end + timedelta(days=LOCKED_AFTER_DAYS)


def is_locked(quarter: Quarter, today: date | None = None) -> bool:
    return (today or timezone.localdate()) > last_day(quarter)


def open_quarter(today: date | None = None) -> Quarter | None:
    """The quarter that may be reported today: the one that ended last, until it is locked."""
    last = Quarter.of(today or timezone.localdate()).previous()
    return None if is_locked(last, today) else last


def told_quarters(today: date | None = None) -> list[Quarter]:
    """The newest locked quarters, newest first."""
    last = Quarter.of(today or timezone.localdate()).previous()
    newest = last if is_locked(last, today) else last.previous()
    return list(reversed(newest.last(SHOWN_QUARTERS)))


@dataclass(frozen=True)
class CountyTable:
    """One county's reports of one locked quarter, as everybody in the county may read them."""

    region_id: int
    quarter: Quarter
    places: list[Municipality] = field(repr=False)

    @classmethod
    def of(cls, region, quarter):
        if not is_locked(quarter):
            raise ValueError(f"{quarter} can still be changed")
        return cls(region.pk, quarter, list(region.municipalities.all()))

    @cached_property
    def reports(self):
        rows = Reception.objects.filter(municipality__in=self.places, quarter=str(self.quarter))
        return {row.municipality_id: row for row in rows.defer("note")}

    @property
    def rows(self):
        """(municipality, its report or None): what is shown of a report is its places and its assigned share."""
        return [(place, self.reports.get(place.pk)) for place in self.places]

    @property
    def of_places(self):
        return f"av {number(len(self.places))}"

    @property
    def received(self) -> Shown:
        return county_total([row.received for row in self.reports.values() if row.received is not None])

    @property
    def sums(self):
        """Assigned, and places of each kind, in the county."""
        return [
            sum(getattr(row, name) or 0 for row in self.reports.values()) if self.reports else None
            for name in ("assigned", *PLACES)
        ]

    @cached_property
    def bottlenecks(self):
        """(bottleneck, number of municipalities that named it), most first."""
        named = Bottleneck.objects.filter(reception__in=[row.pk for row in self.reports.values()])
        counts = Counter(named.values_list("what", flat=True))
        return [(Bottleneck.What(what).label, count) for what, count in counts.most_common()]

    @property
    def sentence(self):
        """The answer first: who has reported, how many places, and what is hard."""
        if not self.reports:
            return f"Ingen kommun lämnade mottagandet för {self.quarter.text}."
        who = f"{starting(count_word(len(self.reports)))} av {count_word(len(self.places))} kommuner"
        said = f"{who} lämnade {self.quarter.text} och har {number(sum(self.sums[1:]))} platser."
        if self.bottlenecks:
            most = self.bottlenecks[0][1]
            hardest = [label.lower() for label, count in self.bottlenecks if count == most]
            said += f" Vanligaste flaskhals: {listing(hardest)}."
        return said
