"""What the development leader sees first of the region's own work: what came in, where something is missing, what is late."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.formats import count_word, number, percent, starting
from bou_portal.start.region_lines import Line, counted
from municipalities.accords.page import dates_within, state_of
from municipalities.bodies.steering import SteeringRoom
from municipalities.directory.people import vacancies
from municipalities.models import (
    Activity,
    Body,
    BodyMember,
    NeedInventory,
    Receipt,
    SupportRequest,
)
from municipalities.needs.inventory_letters import unanswered
from municipalities.plans.owners import Owners

# A copy of a dispatch that nobody has answered for so long has not reached its reader.
UNREAD_DAYS = 30
ACCORD_DAYS = 60


@dataclass(frozen=True)
class Unread:
    """Copies sent more than thirty days ago, and how many of them wait for an answer."""

    sent: int
    waiting: int

    @property
    def text(self):
        return percent(100 * self.waiting / self.sent) if self.sent else "–"

    @property
    def base(self):
        if not self.sent:
            return f"inget utskick äldre än {UNREAD_DAYS} dagar"
        return f"{number(self.waiting)} av {number(self.sent)} äldre än {UNREAD_DAYS} dagar"


class RegionDesk:
    """The region's work as counts with the lists behind them. The number of queries does not grow with the region."""

    def __init__(self, region):
        self.region = region
        requests = SupportRequest.objects.filter(municipality__region=region)
        self.requests = requests.aggregate(
            new=Count("pk", filter=Q(state=SupportRequest.State.NEW)),
            urgent=Count("pk", filter=Q(state=SupportRequest.State.NEW, urgency=SupportRequest.Urgency.URGENT)),
            open=Count("pk", filter=~Q(state__in=SupportRequest.OVER)),
        )
        self.gaps = [line for line in (self.silent(), self.vacant(), self.ownerless(), self.chairless()) if line]
        self.steering = SteeringRoom(region, lambda release: reverse("report_list")).waiting
        self.unread = self.unanswered_knowledge()
        self.accord_days = [(day, state_of(day)) for day in dates_within(self.region, ACCORD_DAYS)]

    @property
    def requests_base(self):
        return f"av {number(self.requests['open'])} öppna"

    @property
    def requests_url(self):
        return f"{reverse('support')}?lage=ny"

    @property
    def steering_url(self):
        return f"{reverse('steering')}?region={self.region.code}"

    # --- gaps -----------------------------------------------------------------------------------------------------------
    def silent(self):
        """Municipalities that have not answered the inventory that closes next."""
        inventory = NeedInventory.objects.open().filter(region=self.region).order_by("closes_on").first()
        missing = [str(place) for place in unanswered(inventory)] if inventory else []
        if missing:
            what = counted(
                len(missing), "en kommun har inte svarat om sina behov", "kommuner har inte svarat om sina behov"
            )
            return Line(what, named(missing), inventory.get_absolute_url())
        return None

    def vacant(self):
        """Functions in the directory that nobody holds."""
        empty = vacancies(self.region)
        if empty:
            places = list(dict.fromkeys(line.where for line in empty))
            what = counted(len(empty), "en funktion är vakant", "funktioner är vakanta")
            return Line(what, named(places), f"{reverse('directory')}?region={self.region.code}")
        return None

    def ownerless(self):
        """Activities still to be done that nobody carries."""
        found = Activity.objects.not_done().filter(goal__focus__plan__region=self.region)
        owners = Owners(self.region)
        plans = [
            each.goal.focus.plan
            for each in found.select_related("goal__focus__plan", "owner")
            if owners.is_without(each)
        ]
        if plans:
            what = counted(len(plans), "en aktivitet saknar ansvarig", "aktiviteter saknar ansvarig")
            return Line(what, named(list(dict.fromkeys(map(str, plans)))), plans[0].get_absolute_url())
        return None

    def chairless(self):
        """Bodies of today without a chair."""
        chairs = BodyMember.objects.today().filter(part=BodyMember.Part.CHAIR, body=OuterRef("pk"))
        bodies = list(Body.objects.active().filter(~Exists(chairs), region=self.region).order_by("name"))
        if bodies:
            what = counted(len(bodies), "ett organ saknar ordförande", "organ saknar ordförande")
            url = bodies[0].get_absolute_url() if len(bodies) == 1 else f"{reverse('bodies')}?region={self.region.code}"
            return Line(what, named(list(map(str, bodies))), url)
        return None

    # --- what is sent and what is to be kept ----------------------------------------------------------------------------
    def unanswered_knowledge(self):
        before = timezone.now() - timedelta(days=UNREAD_DAYS)
        old = Receipt.objects.filter(dispatch__knowledge__region=self.region, dispatch__sent_at__lt=before)
        return Unread(**old.aggregate(sent=Count("pk"), waiting=Count("pk", filter=Q(tick=""))))

    # --- in words -------------------------------------------------------------------------------------------------------
    @property
    def sentence(self):
        """What matters most of all this; nothing when nothing waits."""
        new, urgent, waiting = self.requests["new"], self.requests["urgent"], len(self.steering)
        if urgent:
            what = (
                "en ny begäran om stöd brådskar"
                if urgent == 1
                else f"{count_word(urgent)} nya begäranden om stöd brådskar"
            )
            return f"{starting(what)}. "
        if waiting:
            what = "en sak väntar" if waiting == 1 else f"{count_word(waiting)} saker väntar"
            return f"{starting(what)} på styrgruppen. "
        if new:
            what = "en ny begäran om stöd väntar" if new == 1 else f"{count_word(new)} nya begäranden om stöd väntar"
            return f"{starting(what)} på dig. "
        return ""


def named(places):
    """`Timrå, Ånge och 3 till`."""
    first, rest = places[:3], len(places) - 3
    return f"{', '.join(first)} och {number(rest)} till" if rest > 0 else ", ".join(first)
