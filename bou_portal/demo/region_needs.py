"""Invented requests for support and a yearly inventory of needs, for one region. Harmless to repeat."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.periods import Quarter
from municipalities.models import CourseBasis, InventoryAnswer, Need, NeedInventory, RequestStep, SupportRequest

State, Wish, Urgency = SupportRequest.State, SupportRequest.Wish, SupportRequest.Urgency

# topic, what is needed, wanted form, how soon, state, days ago, the region's last word
REQUESTS = (
    ("delaktighet", "Utbildning i barnsamtal för sex nya", Wish.COURSE, Urgency.SOON, State.ACCEPTED, 34, "Fyra kommuner har bett om samma sak. Vi letar datum."),
    ("delaktighet", "Hur vi skriver barnets röst i utredningen", Wish.COURSE, Urgency.NORMAL, State.ACCEPTED, 29, "Läggs ihop med den andra begäran."),
    ("bbic", "Handledning i BBIC för nya medarbetare", Wish.SUPERVISION, Urgency.SOON, State.PLANNED, 61, "Tre tillfällen, det första i januari."),
    ("bbic", "Genomgång av genomförandeplanens mallar", Wish.MATERIAL, Urgency.NORMAL, State.NEW, 6, ""),
    ("utredning", "Skyddsbedömning på helgen: vem gör vad?", Wish.ADVICE, Urgency.URGENT, State.NEW, 3, ""),
    ("halsa", "Hur andra kommuner begär hälsoundersökning", Wish.MEETING, Urgency.NORMAL, State.DELIVERED, 120, "Träffen hölls med åtta deltagare."),
    ("familjehem", "Metodstöd i uppföljning av jourhem", Wish.METHOD_SUPPORT, Urgency.NORMAL, State.CLOSED, 200, "Tack, avslutat."),
    ("bemanning", "Konsulter till mottagningen", Wish.ADVICE, Urgency.NORMAL, State.DECLINED, 90, "Bemanning är kommunens egen fråga. Se stödet från SKR i biblioteket."),
)  # fmt: skip

# topic, need, what it means, importance
NEEDS = (
    ("delaktighet", "Fler barn ska få enskilda samtal", "Samtalen blir av när någon påminner. Vi behöver ett gemensamt sätt.", 5),
    ("halsa", "Hälsoundersökningen i tid", "Vi begär den, men svaren dröjer. Vi vill göra lika i hela länet.", 4),
    ("uppfoljning", "Stöd i att läsa våra egna siffror", "Vi ser rapporten men vet inte vad vi ska göra med den.", 4),
    ("bbic", "Utbildning i BBIC för nya, två gånger om året", "Omsättningen gör att en kurs om året är för lite.", 3),
    ("stabilitet", "Färre oplanerade avslut i familjehem", "Stöd till hemmen när det skaver.", 4),
)  # fmt: skip
JOINT = ("samverkan", "Samma väg till SIP i hela länet", "Regionens vård och kommunerna gör i dag olika.", 4)


@transaction.atomic
def make_needs(region, people, today):
    """Requests in every state, a course basis, and an inventory that most municipalities have answered."""
    if NeedInventory.objects.filter(region=region).exists():
        return
    leader = by_role(people, Role.DEVELOPMENT_LEADER)
    places = list(region.municipalities.active())
    home = home_of(people) or places[0]
    asked = [ask(home if n % 2 else places[n % len(places)], n, today, leader) for n in range(len(REQUESTS))]
    course = CourseBasis.objects.create(
        region=region, topic="delaktighet", title="Att tala med barn, två dagar", created_by=leader,
        text="En grunddag för alla, en dag på plats i varje kommun med egna utredningar.",
    )  # fmt: skip
    course.requests.set(row for row in asked if row.topic == course.topic)
    inventory = NeedInventory.objects.create(
        region=region, year=today.year + 1, closes_on=today + timedelta(days=12),
        introduction="Vad behöver ni av varandra och av regionen nästa år? Svaren blir grunden för årsplanen.",
        sent_at=timezone.now() - timedelta(days=18),
    )  # fmt: skip
    # The visitor's own municipality has not answered yet, so that she can.
    for n, place in enumerate(place for place in places[:-1] if place != home):
        answer(inventory, place, n, today)
    topic, title, text, importance = JOINT
    Need.objects.create(
        region=region, year=inventory.year, topic=topic, title=title, text=text, importance=importance,
        told_on=today - timedelta(days=10),
    )  # fmt: skip


def by_role(people, role):
    """The first of the personas that holds the role, or None."""
    return next((user for user in people.values() if any(m.role == role for m in user.current_memberships)), None)


def home_of(people):
    """The municipality of the first persona who leads a unit there, or None."""
    held = (m for user in people.values() for m in user.current_memberships if m.role == Role.UNIT_MANAGER)
    return next((membership.municipality for membership in held), None)


def ask(place, n, today, leader):
    """One request with the steps that led to its state."""
    topic, title, wish, urgency, state, days, word = REQUESTS[n]
    held = place.memberships.in_force().filter(role=Role.UNIT_MANAGER).select_related("user").first()
    asker = held.user if held else None
    row = SupportRequest.objects.create(
        municipality=place, topic=topic, title=title, wish=wish, urgency=urgency, state=state, asked_by=asker,
        taken_by=None if state == State.NEW else leader,
        planned_quarter=str(Quarter.of(today).next()) if state == State.PLANNED else "",
    )  # fmt: skip
    steps = [(State.NEW, asker, "", days)]
    if state in (State.PLANNED, State.DELIVERED, State.CLOSED):
        steps.append((State.ACCEPTED, leader, "", days - 5))
    if state != State.NEW:
        steps.append((state, leader, word, max(days - 20, 1)))
    for reached, by, text, ago in steps:
        step = RequestStep.objects.create(request=row, state=reached, by=by, text=text)
        RequestStep.objects.filter(pk=step.pk).update(at=timezone.now() - timedelta(days=ago))
    SupportRequest.objects.filter(pk=row.pk).update(asked_at=timezone.now() - timedelta(days=days))
    return row


def answer(inventory, place, n, today):
    """A municipality's answer: two needs, and every fourth municipality has none."""
    held = place.memberships.in_force().filter(role=Role.HEAD_OF_IFO).select_related("user").first()
    ago = timedelta(days=17 - n % 15)
    said = InventoryAnswer.objects.create(
        inventory=inventory,
        municipality=place,
        answered_by=held.user if held else None,
        answered_at=timezone.now() - ago,
    )
    if n % 4 == 3:
        return
    for m in range(2):
        topic, title, text, importance = NEEDS[(n + 2 * m) % len(NEEDS)]
        Need.objects.create(
            region=inventory.region, municipality=place, answer=said, year=inventory.year, topic=topic, title=title,
            text=text, importance=importance, rank=1 if n == m == 0 else None, told_on=today - ago,
        )  # fmt: skip
