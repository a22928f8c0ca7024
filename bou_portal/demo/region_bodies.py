"""Invented bodies, meetings and decisions for one region. Harmless to repeat."""

from collections import Counter
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bou_portal.access import Role
from municipalities.models import Activity, AgendaItem, Body, BodyMember, Decision, DecisionStep, Meeting, PlanVersion

Kind, Rhythm, Part, Item, Step = Body.Kind, Body.Rhythm, BodyMember.Part, AgendaItem.Kind, DecisionStep.Kind

# name, kind, rhythm, purpose, reports to
BODIES = (
    ("Politiska samverkansrådet", Kind.POLITICAL, Rhythm.TWICE_A_YEAR,
     "Nämndernas presidier följer länets prioriteringar för barn och unga.", ""),
    ("Socialchefsnätverket", Kind.BOARD, Rhythm.MONTHLY,
     "Beslutar om plan, budget och överenskommelser för det gemensamma arbetet.", "Politiska samverkansrådet"),
    ("Styrgruppen barn och unga", Kind.STEERING, Rhythm.SIX_A_YEAR,
     "IFO-cheferna sätter målområden, godkänner årsplanen och följer kvartalsrapporterna.", "Socialchefsnätverket"),
    ("BBIC-rådet", Kind.COUNCIL, Rhythm.FOUR_A_YEAR,
     "Håller ihop arbetet med BBIC i länet och bereder frågor till styrgruppen.", "Styrgruppen barn och unga"),
    ("Nätverket för familjehemsvård", Kind.NETWORK, Rhythm.FOUR_A_YEAR,
     "Familjehemssekreterare delar erfarenheter och rutiner.", "Styrgruppen barn och unga"),
    ("Nätverket för 1:e socialsekreterare", Kind.NETWORK, Rhythm.FOUR_A_YEAR,
     "Arbetsledning, rättssäkerhet och introduktion.", "Styrgruppen barn och unga"),
    ("Arbetsgruppen för hälsoundersökningar", Kind.WORKING_GROUP, Rhythm.AS_NEEDED,
     "Ska få fler placerade barn undersökta i tid, tillsammans med hälso- och sjukvården.", "BBIC-rådet"),
)  # fmt: skip
ENDED = ("Arbetsgruppen för gemensam jour", "Utredde en gemensam socialjour. Arbetet lämnades över till kommunerna.")
# body, name, organisation, part
GUESTS = (
    ("Politiska samverkansrådet", "Birgitta Sallén", "Individ- och familjenämnden", Part.CHAIR),
    ("Politiska samverkansrådet", "Olof Hägg", "Socialnämnden", Part.MEMBER),
    ("Socialchefsnätverket", "Margareta Wiklund", "Socialchef", Part.CHAIR),
    ("Socialchefsnätverket", "Staffan Kroon", "Socialchef", Part.MEMBER),
    ("Nätverket för familjehemsvård", "Anna-Karin Tuvesson", "Familjehemsenheten", Part.CHAIR),
    ("BBIC-rådet", "Marianne Sandell", "BBIC-ansvarig i länet", Part.CHAIR),
    ("Nätverket för 1:e socialsekreterare", "Ulrika Hamrin", "1:e socialsekreterare", Part.CHAIR),
    ("Arbetsgruppen för hälsoundersökningar", "Jonas Sehlin", "Barnhälsan", Part.MEMBER),
)
# body, days until it meets
COMING = (("Socialchefsnätverket", 10), ("BBIC-rådet", 23), ("Nätverket för familjehemsvård", 37))
# IFO-chefer in municipalities where the demo has nobody with an account.
NAMES = (
    "Ann-Sofie Lidén", "Bengt Åström", "Camilla Rönnqvist", "Dag Hellström", "Elisabet Sundin", "Fredrik Moberg",
    "Gun-Britt Ekman", "Hans Nyman", "Inger Sjöström", "Jan-Erik Wallin", "Katarina Vestman", "Lars-Göran Edlund",
    "Mona Stenvall", "Niklas Öhman", "Petronella Gran", "Rune Hallberg",
)  # fmt: skip
# months ago, title, text, owner (a role, a name or nobody), months until due, comment, outcome, is a priority
DECISIONS = (
    (10, "Gemensam introduktion för nya socialsekreterare", "Samma tre dagar i alla kommuner.", Role.DEVELOPMENT_LEADER,
     4, "", "Tre omgångar är genomförda. Alla kommuner har deltagit.", False),
    (7, "Färre avbrott i familjehem", "Länet prioriterar stöd till familjehemmen det första halvåret.",
     Role.DEVELOPMENT_LEADER, 12, "Två kommuner har börjat med samtal efter två veckor.", "", True),
    (7, "Alla placerade barn får hälsoundersökning", "Målet är att undersökningen är gjord inom två månader.",
     Role.HEAD_OF_IFO, 6, "Regionen har namngett en kontakt per hälsocentral.", "", True),
    (4, "Kommunerna lämnar sina uppgifter senast den femtonde", "", Role.HEAD_OF_IFO, 3, "", "", False),
    (4, "Barnets röst i varje utredning", "Handledning i alla kommuner under året.", "Metodstödet", 10, "", "", True),
    (1, "Översyn av rutinen för umgänge", "Ett förslag lämnas till styrgruppen.", Role.DEVELOPMENT_LEADER, 3, "", "",
     False),
    (1, "Länet deltar i den nationella uppföljningen", "", "", None, "", "", False),
)  # fmt: skip
# What is prioritised, and the activities of the plans that answer it.
ANSWERS = {
    "Färre avbrott i familjehem": ("Stöd till hem när det skaver: metodstöd på plats", "Gemensam jourhemslista"),
    "Alla placerade barn får hälsoundersökning": ("Avtal om väg in till barnhälsan", "Tandhälsa i genomförandeplanen"),
    "Barnets röst i varje utredning": (
        "Utbildning i barnsamtal, två omgångar", "Påminnelse i kalendern före varje besök",
    ),
}  # fmt: skip
# title, kind, minutes, presenter, text
AGENDA = (
    ("Läget i kommunerna", Item.INFORM, 20, "", "En runda: vad är nytt sedan sist?"),
    ("Kvartalets siffror", Item.DISCUSS, 30, "Utvecklingsledaren", "Vad vill vi säga om utvecklingen, och vad behöver göras?"),
    ("Nästa års målområden", Item.DECIDE, 40, "Utvecklingsledaren", "Förslag utifrån kommunernas behov."),
    ("Nästa möte", Item.INFORM, 5, "", ""),
)  # fmt: skip


@transaction.atomic
def make_bodies(region, people, today):
    """Bodies with members, a year of steering group meetings with decisions, and the agenda of the next one."""
    if Body.objects.filter(region=region).exists():
        return
    bodies = make_them(region, today)
    for name, person, organisation, part in GUESTS:
        bodies[name].members.create(
            name=person, organisation=organisation, part=part, started_on=today - timedelta(days=800)
        )
    steering = bodies["Styrgruppen barn och unga"]
    heads = seat(region, steering, people, today)
    make_decisions(steering, people, heads, today)
    plan_next(steering, today)
    for name, days in COMING:
        a_meeting(bodies[name], a_weekday(today + timedelta(days=days)), Meeting.State.PLANNED)


def make_them(region, today):
    """{name: body}, and one that has ended."""
    made = {}
    for name, kind, rhythm, purpose, above in BODIES:
        made[name] = Body.objects.create(
            region=region, name=name, kind=kind, rhythm=rhythm, purpose=purpose, reports_to=made.get(above)
        )
    name, purpose = ENDED
    upper = made["Styrgruppen barn och unga"]
    Body.objects.create(
        region=region, name=name, kind=Kind.WORKING_GROUP, rhythm=Rhythm.AS_NEEDED, purpose=purpose, reports_to=upper,
        ended_on=today - timedelta(days=150),
    )  # fmt: skip
    return made


def seat(region, steering, people, today):
    """The IFO-chefer sit in the steering group, one as its chair; municipalities without an account by a name."""
    since, users = today - timedelta(days=700), []
    for n, place in enumerate(region.municipalities.active()):
        held = place.memberships.in_force().filter(role=Role.HEAD_OF_IFO).select_related("user").first()
        user = held.user if held else None
        users += [user] if user else []
        BodyMember.objects.create(
            body=steering, user=user, name=str(user or NAMES[n % len(NAMES)]), municipality=place,
            part=Part.MEMBER if n else Part.CHAIR, started_on=since,
        )  # fmt: skip
    if leader := by_role(people, Role.DEVELOPMENT_LEADER):
        steering.members.create(user=leader, name=str(leader), part=Part.SECRETARY, started_on=since)
    steering.members.create(
        name="Kerstin Alm", organisation="Tidigare IFO-chef", part=Part.CHAIR, started_on=today - timedelta(days=1500),
        ended_on=since - timedelta(days=1),
    )  # fmt: skip
    return users


def by_role(people, role):
    """The first of the personas that holds the role, or None."""
    return next((user for user in people.values() if any(m.role == role for m in user.current_memberships)), None)


def make_decisions(steering, people, heads, today):
    """One meeting for each month in which something was decided."""
    held = {}
    for months, title, text, owner, due, comment, outcome, is_priority in DECISIONS:
        day = a_weekday(today - timedelta(days=30 * months + 5))
        if day not in held:
            held[day] = a_meeting(steering, day, Meeting.State.HELD)
        item = held[day].items.create(
            order=held[day].items.count() + 1, title=title, kind=Item.DECIDE, minutes=25, note="Styrgruppen var enig."
        )
        user = by_role(people, owner) if owner in Role.values else None
        user = user or (heads[0] if owner == Role.HEAD_OF_IFO and heads else None)
        decision = Decision.objects.create(
            body=steering, meeting=held[day], item=item, title=title, text=text, decided_on=day, owner=user,
            owner_name=str(user) if user else "IFO-cheferna" if owner in Role.values else owner,
            due_on=day + timedelta(days=30 * due) if due else None, is_priority=is_priority,
        )  # fmt: skip
        follow(decision, user, comment, outcome, today)
    a_meeting(steering, a_weekday(today - timedelta(days=75)), Meeting.State.CANCELLED)


def follow(decision, user, comment, outcome, today):
    if comment:
        decision.follow_up(user, Step.COMMENT, comment)
    if outcome:
        decision.follow_up(user, Step.DONE, outcome, min(decision.due_on, today))


@transaction.atomic
def answer_plans(region, people, today):
    """The region's activities answer what is prioritised, and the plan that waits is on the next agenda."""
    steering = Body.objects.filter(region=region, kind=Kind.STEERING, ended_on=None).first()
    chosen = steering.decisions.filter(is_priority=True).order_by("pk") if steering else ()
    if not chosen or chosen.exclude(activities=None).exists():
        return
    for decision in chosen:
        answers = Activity.objects.filter(goal__focus__plan__region=region, title__in=ANSWERS.get(decision.title, ()))
        decision.activities.set(answers)
    number_by_day(steering)
    meeting = steering.meetings.filter(state=Meeting.State.PLANNED).first()
    version = PlanVersion.objects.waiting().filter(plan__region=region).first()
    if meeting and version:
        meeting.items.create(order=3, title=str(version), kind=Item.DECIDE, minutes=15, plan_version=version)


def number_by_day(body):
    """The plans were approved after the meetings had been told of; their numbers follow the days all the same."""
    rows = list(body.decisions.order_by("decided_on", "pk"))
    numbers = Counter()
    body.decisions.update(number=F("number") + 1000)
    for row in rows:
        numbers[row.year] += 1
        body.decisions.filter(pk=row.pk).update(number=numbers[row.year])


def plan_next(steering, today):
    """The next meeting and its agenda."""
    meeting = a_meeting(steering, a_weekday(today + timedelta(days=16)), Meeting.State.PLANNED)
    for order, (title, kind, minutes, presenter, text) in enumerate(AGENDA, start=1):
        meeting.items.create(order=order, title=title, kind=kind, minutes=minutes, presenter=presenter, text=text)


def a_weekday(day):
    """The day itself, or the Monday after."""
    return day + timedelta(days=max(7 - day.weekday(), 0) % 7 if day.weekday() > 4 else 0)


def a_meeting(body, day, state):
    at = timezone.make_aware(datetime.combine(day, time(13)))
    return Meeting.objects.create(body=body, starts_at=at, ends_at=at + timedelta(hours=2), place="Teams", state=state)
