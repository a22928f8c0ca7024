"""Knowledge on its way: to whom a dispatch goes, sending it, reminding once, and what still waits for an answer."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from bou_portal.access import Permission
from municipalities.models import Knowledge, Receipt


def unanswered(user):
    """The copies this user has not answered yet, newest first, ready to be listed."""
    found = Receipt.objects.for_user(user, Permission.READ_REGION_WORK).unanswered()
    return found.select_related("dispatch__knowledge", "municipality").newest_first()


@dataclass(frozen=True)
class Unread:
    """How many copies were sent, and how many of them nobody has answered."""

    sent: int
    unanswered: int

    @property
    def percent(self):
        """Per cent without an answer; None when nothing was sent."""
        return 100 * self.unanswered / self.sent if self.sent else None


def unread_share(region, days=30):
    """Of the copies sent in the region during the last days: how many wait for an answer. Those of ended accounts count."""
    since = timezone.now() - timedelta(days=days)
    sent = Receipt.objects.filter(dispatch__knowledge__region=region, dispatch__sent_at__gte=since)
    return Unread(**sent.aggregate(sent=Count("pk"), unanswered=Count("pk", filter=Q(tick=""))))


def new_since(region, moment):
    """What has come into the region's library after a moment and still holds; all of it when there is no moment."""
    found = Knowledge.objects.in_force().filter(region=region)
    return found.filter(entered_at__gt=moment) if moment else found
