"""Asking the municipalities what they need, and reminding those who have not answered, once."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.mailing.post import post
from municipalities.models import NeedInventory

# Who is asked on behalf of a municipality. Others who speak for it may answer too.
ASKED = (Role.UNIT_MANAGER, Role.HEAD_OF_IFO)


def asked_in(municipality):
    """Those who get the mail in a municipality."""
    held = municipality.memberships.in_force().filter(role__in=ASKED, user__is_active=True)
    return {membership.user_id: membership.user for membership in held.select_related("user")}.values()


def unanswered(inventory):
    """The municipalities of today that have said nothing yet."""
    return inventory.region.municipalities.active().exclude(pk__in=inventory.answers.values("municipality"))


@transaction.atomic
def send(inventory, user):
    """Ask all municipalities of today. Whether it was done now: a second sender finds it sent."""
    unsent = NeedInventory.objects.filter(pk=inventory.pk, sent_at=None, closes_on__gte=timezone.localdate())
    if not unsent.update(sent_at=timezone.now()):
        return False
    letters = ask(inventory, inventory.region.municipalities.active(), "behov", "Vad behöver er kommun?")
    record(user, Verb.CHANGED, inventory, sent=letters)
    return True


@transaction.atomic
def remind(inventory, user):
    """Remind those who have not answered. Once only, and not when the last day has passed."""
    waiting = NeedInventory.objects.open().filter(pk=inventory.pk, reminded_at=None)
    if not waiting.update(reminded_at=timezone.now()):
        return False
    letters = ask(inventory, unanswered(inventory), "behov-igen", "Påminnelse: vad behöver er kommun?")
    record(user, Verb.CHANGED, inventory, reminded=letters)
    return True


def ask(inventory, municipalities, kind, subject):
    """One mail to each; the number of them."""
    context = {"inventory": inventory, "path": reverse("inventory_answer", args=[inventory.uid])}
    people = {user.pk: user for municipality in municipalities for user in asked_in(municipality)}
    for user in people.values():
        post(f"{kind}:{inventory.uid}:{user.pk}", user.email, subject, "emails/need_inventory.txt", context)
    return len(people)
