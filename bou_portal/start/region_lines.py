"""What the region's own work asks of a reader, as lines for her start page: only those with something to say.

One question to the database for each kind of line, however much there is behind it.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.formats import count_word, date, starting
from bou_portal.periods import Quarter
from municipalities.knowledge.dispatching import unanswered
from municipalities.models import (
    AccordParty,
    Activity,
    Decision,
    Municipality,
    NeedInventory,
    News,
    PlanVersion,
    RequestStep,
    Revision,
    SupportRequest,
)

P = Permission
# A step of the region's is news to whoever asked for so long.
FRESH = timedelta(days=14)
NEWS = 3


@dataclass(frozen=True)
class Line:
    """Something that waits or has happened, why, and the page behind it. `kind` is late when its day has passed."""

    what: str
    why: str
    url: str
    kind: str = ""
    word: str = ""


def counted(count, one, many):
    """`En överenskommelse`, `Tre överenskommelser`; `one` carries its own article."""
    return starting(one) if count == 1 else f"{starting(count_word(count))} {many}"


# --- each line ----------------------------------------------------------------------------------------------------------
def plans(user):
    """Versions of plans that the steering group is to take a stand on."""
    for version in PlanVersion.objects.waiting().for_user(user, P.DECIDE_WITH_REGION).select_related("plan"):
        yield Line(
            str(version),
            f"Ta ställning, föreslagen {date(timezone.localdate(version.proposed_at))}",
            version.get_absolute_url(),
        )


def revisions(user):
    """Proposed texts of agreements that her municipality has not signed."""
    mine = AccordParty.objects.spoken_for_by(user, P.DECIDE_WITH_REGION).filter(accord=OuterRef("accord"))
    unsigned = mine.exclude(sign_offs__revision=OuterRef("pk"))
    found = Revision.objects.open().for_user(user, P.DECIDE_WITH_REGION).filter(Exists(unsigned))
    for revision in found.select_related("accord").order_by("closes_on", "pk"):
        yield Line(str(revision), f"Ta ställning senast {date(revision.closes_on)}", revision.get_absolute_url())


def decisions(user):
    """Decisions that she is to carry out: how many, and how many of them are late."""
    found = Decision.objects.open().owned_by(user).values_list("due_on", flat=True)
    days = sorted(found, key=lambda day: (day is None, day))
    if not days:
        return
    late = sum(day is not None and day < timezone.localdate() for day in days)
    first = "Klart senast" if len(days) == 1 else "Det första senast"
    why = f"{first} {date(days[0])}" if days[0] else "Utan slutdatum"
    what = counted(len(days), "ett beslut att genomföra", "beslut att genomföra")
    sign = ("late", counted(late, "ett försenat", "försenade")) if late else ()
    yield Line(what, why, f"{reverse('decision_list')}?mina=on&lage=oppna", *sign)


def activities(user):
    """Activities of a plan that are hers and not done: how many, and the first of them."""
    found = Activity.objects.for_user(user, P.READ_REGION_WORK).not_done().filter(owner=user)
    mine = list(found.order_by("last_quarter", "pk"))
    if not mine:
        return
    first = mine[0]
    when = f", klar {Quarter.parse(first.last_quarter).text}" if first.last_quarter else ""
    what = counted(len(mine), "en aktivitet i planen är din", "aktiviteter i planen är dina")
    yield Line(what, f"{first}{when}", first.get_absolute_url())


def knowledge(user):
    """Knowledge that was sent to her and waits for her answer."""
    found = list(unanswered(user))
    if len(found) == 1:
        [receipt] = found
        piece = receipt.dispatch.knowledge
        yield Line(str(piece), "Skickat till dig: läst, tar upp eller berör er inte", piece.get_absolute_url())
    elif found:
        what = f"{starting(count_word(len(found)))} utskick av kunskap väntar på ditt svar"
        yield Line(what, "Läst, tar upp eller berör er inte", reverse("knowledge_list"))


def inventories(user):
    """Inventories of needs that her municipality has not answered."""
    asked = NeedInventory.objects.open().filter(region=OuterRef("region"))
    unsaid = asked.exclude(answers__municipality=OuterRef("pk")).order_by("closes_on", "pk")
    places = Municipality.objects.for_user(user, P.SPEAK_FOR_MUNICIPALITY).active().filter(Exists(unsaid))
    told = {name: Subquery(unsaid.values(name)[:1]) for name in ("uid", "year", "closes_on")}
    for place in places.annotate(**{f"asked_{name}": value for name, value in told.items()}):
        url = f"{reverse('inventory_answer', args=[place.asked_uid])}?kommun={place.code}"
        yield Line(f"Vad behöver {place} inför {place.asked_year}?", f"Svara senast {date(place.asked_closes_on)}", url)


def requests(user):
    """Her own requests for support that the region has done something with lately."""
    newest = RequestStep.objects.filter(request=OuterRef("pk")).order_by("-pk")
    since = timezone.now() - FRESH
    moved = newest.filter(at__gte=since).exclude(by=user)
    found = SupportRequest.objects.for_user(user, P.SPEAK_FOR_MUNICIPALITY).filter(asked_by=user)
    found = found.filter(Exists(moved)).exclude(state=SupportRequest.State.NEW)
    for row in found.order_by("-pk")[:NEWS]:
        yield Line(str(row), f"Din begäran om stöd: {row.get_state_display().lower()}", row.get_absolute_url())


def news(user):
    """The newest news of her regions."""
    found = News.objects.public().filter(region__in=user.regions(P.READ_REGION_WORK)).select_related("region")
    for item in found[:NEWS]:
        yield Line(item.title, f"Nyhet {date(timezone.localdate(item.published_at))}", item.get_absolute_url())


def priorities(user):
    """What the region has decided to put first."""
    found = Decision.objects.for_user(user, P.READ_REGION_WORK).filter(is_priority=True, done_on=None)
    for decision in found.select_related("body").order_by("-decided_on", "-pk")[:5]:
        yield Line(
            decision.title, f"Prioriterat av {decision.body} {date(decision.decided_on)}", decision.get_absolute_url()
        )


# --- for each role ------------------------------------------------------------------------------------------------------
def lines(user, *kinds):
    """The lines of these kinds, in this order."""
    return [line for kind in kinds for line in kind(user)]


def for_head(user):
    return lines(user, plans, revisions, decisions, activities, knowledge, inventories)


def for_leader(user):
    return lines(user, decisions, activities)


def for_manager(user):
    return lines(user, knowledge, inventories, requests, decisions, activities)


def for_worker(user):
    return lines(user, knowledge, decisions, activities, news)


def for_reader(user):
    return lines(user, decisions, activities, priorities, news)
