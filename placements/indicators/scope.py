"""Who is asked about, when, and what they have delivered."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, Min, OuterRef, Q, Subquery

from municipalities.models import Municipality, Region
from placements.indicators.counting import Window
from placements.models import (
    Assignment,
    BaseData,
    CustodyQuestion,
    Delivery,
    FollowUp,
    HealthExam,
    Investigation,
    Placement,
    Plan,
    Review,
)

# Who is responsible comes with the placements, in columns that many case systems leave out.
RESPONSIBLE = "ansvar"
# Written in the portal alone.
INVESTIGATIONS, CUSTODY, BASE_DATA = "utredningar", "vardnadsfragor", "basuppgifter"

ROWS_OF = {
    Delivery.Kind.PLACEMENTS: Placement,
    Delivery.Kind.FOLLOW_UPS: FollowUp,
    Delivery.Kind.PLANS: Plan,
    Delivery.Kind.REVIEWS: Review,
    Delivery.Kind.HEALTH: HealthExam,
    RESPONSIBLE: Assignment,
    INVESTIGATIONS: Investigation,
    CUSTODY: CustodyQuestion,
    BASE_DATA: BaseData,
}


@dataclass(frozen=True)
class Scope:
    """The municipalities and windows of a question. Made by `Scope.of`, which reads what has been delivered.

    A kind is delivered when a file of it was read in, or when somebody has written a row of it in the portal.

    `regions` are the places for which a figure of their own is wanted beside the total; their municipalities must all
    be among `municipalities`. `newest` is each municipality's newest confirmed delivery of placements, `first_end` the
    earliest ending it has told of: so far back its figures know who was placed.
    """

    municipalities: tuple[Municipality, ...]
    regions: tuple[Region, ...]
    windows: tuple[Window, ...]
    delivered: dict[str, frozenset[int]]
    newest: dict[int, date]
    first_end: dict[int, date]

    @classmethod
    def of(cls, municipalities, windows, regions=()):
        """Two queries, whatever the number of municipalities and windows."""
        theirs = {
            kind: Exists(model.objects.filter(municipality=OuterRef("pk")).order_by())
            for kind, model in ROWS_OF.items()
        }
        earliest = (
            Placement.objects.filter(municipality=OuterRef("pk"))
            .order_by()
            .values("municipality")
            .annotate(first=Min("ended_on"))
        )
        found = municipalities.select_related("region").annotate(
            **{f"has_{kind}": exists for kind, exists in theirs.items()}, first_end=Subquery(earliest.values("first"))
        )
        asked = tuple(found)
        delivered = {kind: {place.pk for place in asked if getattr(place, f"has_{kind}")} for kind in ROWS_OF}
        newest = {}
        received = Delivery.objects.confirmed().filter(municipalities__in=[place.pk for place in asked]).order_by()
        for place, kind, day in received.values_list("municipalities", "kind").annotate(Max("delivered_on")):
            delivered[kind].add(place)
            if kind == Delivery.Kind.PLACEMENTS:
                newest[place] = day
        return cls(
            municipalities=asked,
            regions=tuple(regions),
            windows=tuple(windows),
            delivered={kind: frozenset(ids) for kind, ids in delivered.items()},
            newest=newest,
            first_end={place.pk: place.first_end for place in asked if place.first_end},
        )

    @property
    def ids(self):
        return [place.pk for place in self.municipalities]

    @property
    def unconfirmed(self):
        """Open placements without a row in their municipality's newest delivery (figures.md 2, rule 5)."""
        by_day = defaultdict(list)
        for place, day in self.newest.items():
            by_day[day].append(place)
        unseen = Q(confirmed_on__lt=date.min)
        for day, ids in by_day.items():
            theirs = Q() if len(ids) == len(self.municipalities) else Q(municipality__in=ids)
            unseen |= theirs & (Q(confirmed_on__lt=day) | Q(confirmed_on__isnull=True))
        return Q(ended_on__isnull=True) & unseen

    def missing(self, kind):
        """The municipalities that have never delivered this kind."""
        return tuple(place for place in self.municipalities if place.pk not in self.delivered[kind])
