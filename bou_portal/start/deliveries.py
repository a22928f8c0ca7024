"""For those who deliver: what has come in, and what is missing."""

from dataclasses import dataclass

from django.utils import timezone

from bou_portal.formats import listing, starting
from bou_portal.periods import Quarter, add_months
from bou_portal.start.sections import Section
from municipalities.models import Municipality
from placements.models import Delivery, Placement


@dataclass(frozen=True)
class Standing:
    """What one municipality has delivered: newest day by kind, the quarter's gap, and what is not confirmed."""

    municipality: Municipality
    newest: dict
    quarter: Quarter
    missing: list
    holes: list
    staged: list
    unconfirmed: int

    @property
    def is_complete(self):
        return not self.missing

    @property
    def kinds(self):
        """(kind, newest day, whether it reaches the quarter's end)."""
        return [(kind, self.newest.get(kind), kind.label.lower() not in self.missing) for kind in Delivery.Kind]

    @property
    def sentence(self):
        if not self.newest:
            return "Inga leveranser är inlästa än. Börja med placeringarna."
        if self.is_complete:
            return f"Allt är levererat för {self.quarter.text}."
        return f"{starting(listing(self.missing))} saknas för {self.quarter.text}."


def standing(municipality):
    """Three queries for one municipality."""
    quarter = Quarter.of(timezone.localdate()).previous()
    theirs = Delivery.objects.filter(municipalities=municipality)
    days = {}
    for kind, day in theirs.confirmed().order_by("delivered_on").values_list("kind", "delivered_on"):
        days.setdefault(kind, []).append(day)
    newest = {Delivery.Kind(kind): delivered[-1] for kind, delivered in days.items()}
    missing = [kind.label.lower() for kind in Delivery.Kind if kind not in newest or newest[kind] < quarter.start]
    placements = days.get(Delivery.Kind.PLACEMENTS, [])
    unconfirmed = 0
    if placements:
        of_them = Placement.objects.filter(municipality=municipality, ended_on__isnull=True)
        unconfirmed = of_them.exclude(confirmed_on__gte=placements[-1]).count()
    staged = list(theirs.filter(state=Delivery.State.STAGED).order_by("-uploaded_at")[:5])
    return Standing(municipality, newest, quarter, missing, holes(placements, quarter), staged, unconfirmed)


def holes(days, quarter):
    """Quarters since the first delivery for which nothing came, neither in them nor in the month after: `2026-K2`."""
    if not days:
        return []
    each, last = Quarter.of(days[0]), quarter
    found = []
    while each <= last:
        if not any(each.start <= day <= add_months(each.end, 1) for day in days):
            found.append(str(each))
        each = each.next()
    return found


def delivering(user, memberships):
    """The data steward's municipalities."""
    found = [standing(membership.municipality) for membership in memberships]
    sentence = found[0].sentence if len(found) == 1 else " ".join(f"{s.municipality}: {s.sentence}" for s in found)
    place = ", ".join(m.place for m in memberships)
    return Section(place, sentence, "start/delivering.html", {"standings": found})
