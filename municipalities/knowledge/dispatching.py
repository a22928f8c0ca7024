"""Knowledge on its way: to whom a dispatch goes, sending it, reminding once, and what still waits for an answer."""

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from bou_portal.access import Permission, Role
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.mailing.models import Letter
from bou_portal.mailing.post import draft, post_all
from municipalities.directory.people import held_today
from municipalities.models import Dispatch, Receipt

# Who may be sent knowledge, first-line managers first.
FIRST_LINE = Role.UNIT_MANAGER
READERS = (
    FIRST_LINE,
    Role.LEAD_SOCIAL_WORKER,
    Role.HEAD_OF_IFO,
    Role.SOCIAL_WORKER,
    Role.FOSTER_CARE_WORKER,
    Role.DATA_STEWARD,
    Role.PROCURER,
)


def unanswered(user):
    """The copies this user has not answered yet, newest first, ready to be listed."""
    found = Receipt.objects.for_user(user, Permission.READ_REGION_WORK).unanswered()
    return found.select_related("dispatch__knowledge", "dispatch__sent_by", "municipality").newest_first()


class Audience:
    """Those who hold one of the roles in one of the municipalities today, without those who have had the piece before.

    A copy is for a person in a municipality; a person who works in two gets two copies and one mail.
    """

    def __init__(self, knowledge, roles, municipalities):
        self.municipalities = list(municipalities)
        held = held_today().filter(role__in=roles, municipality__in=self.municipalities)
        self.held = list(held.order_by("user__name", "pk").values_list("user", "municipality", "role", "user__email"))
        before = Receipt.objects.filter(dispatch__knowledge=knowledge, municipality__in=self.municipalities)
        self.before = set(before.values_list("user", "municipality"))

    @cached_property
    def copies(self):
        """{(user, municipality): whether she is its first-line manager} of those who get one."""
        found = {}
        for user, municipality, role, _ in self.held:
            if (user, municipality) not in self.before:
                found[user, municipality] = found.get((user, municipality), False) or role == FIRST_LINE
        return found

    @cached_property
    def addresses(self):
        """{user: address} of those who get a mail."""
        getting = {user for user, _ in self.copies}
        return {user: email for user, _, _, email in self.held if user in getting}

    @cached_property
    def had(self):
        """How many people have had it before and get nothing."""
        return len({user for user, place, *_ in self.held if (user, place) in self.before} - set(self.addresses))

    @cached_property
    def reached(self):
        """How many of the municipalities somebody gets it in."""
        return len({place for _, place in self.copies})

    @cached_property
    def gaps(self):
        """The municipalities in which nobody holds any of the roles."""
        filled = {place for _, place, *_ in self.held}
        return [place for place in self.municipalities if place.pk not in filled]


def send(dispatch, audience):
    """One copy per person and municipality, one mail per person."""
    Receipt.objects.bulk_create(
        Receipt(dispatch=dispatch, user_id=user, municipality_id=place, is_first_line=is_first_line)
        for (user, place), is_first_line in audience.copies.items()
    )
    post_all(letters(dispatch, audience.addresses, matter(dispatch), "emails/knowledge.txt"))


def matter(dispatch, reminding=False):
    """What the keys of a dispatch's letters begin with."""
    return f"kunskap-{'paminnelse' if reminding else 'utskick'}:{dispatch.uid}:"


def letters(dispatch, addresses, about, template):
    """A letter to each: title, own greeting and a link."""
    piece = dispatch.knowledge
    context = {"piece": piece, "dispatch": dispatch, "path": reverse("knowledge_detail", args=[piece.uid])}
    reply_to = dispatch.sent_by.email if dispatch.sent_by else ""
    return [
        draft(f"{about}{user}", address, piece.title, template, context, reply_to=reply_to)
        for user, address in addresses.items()
    ]


def remind(dispatch, by):
    """Mail those who have not answered, once. Returns how many, or None when it has been done before.

    Nobody is mailed whose account or task in the municipality has ended, nor to whom the first mail never went.
    """
    with transaction.atomic():
        taken = Dispatch.objects.filter(pk=dispatch.pk, reminded_at=None).update(reminded_at=timezone.now())
        if not taken:
            return None
        addresses = to_remind(dispatch)
        post_all(letters(dispatch, addresses, matter(dispatch, reminding=True), "emails/knowledge_reminder.txt"))
        record(by, Verb.CHANGED, dispatch, reminded=len(addresses))
    return len(addresses)


def to_remind(dispatch):
    """{user: address} of those who would be reminded now."""
    waiting = held_today().filter(
        user__knowledge_receipts__dispatch=dispatch,
        user__knowledge_receipts__tick="",
        user__knowledge_receipts__municipality=F("municipality"),
    )
    addresses = dict(waiting.values_list("user", "user__email"))
    first = Letter.objects.about(matter(dispatch))
    for key in first.filter(sent_at=None).values_list("key", flat=True):
        addresses.pop(int(key.rpartition(":")[2]), None)
    return addresses
