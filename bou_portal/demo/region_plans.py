"""Invented plans of one region: this year's and next year's, and "Stärkt skydd" with what municipalities do about it.

Titles of proposals are invented: the portal ships the three areas only.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction

from bou_portal.access import Permission, Role, roles_with
from municipalities.forms.plan_versions import decide
from municipalities.models import (
    Activity,
    ActivityStep,
    Body,
    Focus,
    Goal,
    Need,
    Plan,
    PlanVersion,
    Proposal,
    ProposalActivity,
    ProposalWork,
)
from municipalities.plans.content import content_of

State = PlanVersion.State

# focus, goal, [(activity, first and last quarter, measure, figure, aim, state, last comment, topic of the need it meets)]
NEXT_YEAR = (
    ("Systematisk uppföljning", "Alla kommuner läser sin rapport tillsammans varje kvartal", (
        ("Rapportdag för enhetschefer", 1, 4, "Fyra dagar hållna, alla kommuner med", "L6", "till 98 procent", "planerad", "Lokal bokad i Härnösand 2 februari.", "uppfoljning"),
        ("Mall för enhetens egen analys", 1, 2, "Mallen används av alla enheter", "", "", "pagar", "Första utkastet testas av två enheter.", "uppfoljning"),
    )),
    ("Barns delaktighet", "Fler placerade barn får enskilda samtal", (
        ("Utbildning i barnsamtal, två omgångar", 1, 3, "40 deltagare, alla kommuner", "L10_share", "till 85 procent", "planerad", "", "delaktighet"),
        ("Påminnelse i kalendern före varje besök", 2, 2, "Rutinen är beslutad i alla kommuner", "P5", "till 90 procent", "planerad", "", "delaktighet"),
    )),
    ("Stabila placeringar", "Färre oplanerade avslut i familjehem", (
        ("Stöd till hem när det skaver: metodstöd på plats", 1, 4, "Tolv hem har fått stöd", "S1", "till 90 procent planerade", "planerad", "Väntar på besked om pengar.", "stabilitet"),
        ("Gemensam jourhemslista", 3, 4, "Listan är i drift", "S7", "", "planerad", "", ""),
    )),
    ("BBIC", "Samma arbetssätt för nya medarbetare", (
        ("BBIC-utbildning för nya, vår och höst", 1, 4, "Två omgångar", "L7", "", "planerad", "Datum skickade till kommunerna.", "bbic"),
    )),
)  # fmt: skip
THIS_YEAR = (
    ("Systematisk uppföljning", "Rapporten fryses varje kvartal med alla kommuner", (
        ("Stöd till kommunerna vid leverans", 1, 4, "Sju kommuner levererar", "placed_on", "", "klar", "Alla kommuner levererade kvartal 3.", ""),
        ("Genomgång av vårdplaner", 1, 2, "Alla planer genomgångna", "L5", "till 95 procent", "klar", "94 procent i september.", ""),
    )),
    ("Hälsa", "Barn undersöks i tid", (
        ("Avtal om väg in till barnhälsan", 2, 3, "Avtalet är påskrivet", "H2", "till 60 procent", "pagar", "Regionens jurist läser.", ""),
        ("Tandhälsa i genomförandeplanen", 1, 4, "Frågan finns i mallen", "H3", "", "stoppad", "Väntar till nästa mall.", ""),
    )),
)  # fmt: skip
PROPOSALS = (
    (1, "1", "Tydligare ansvar för uppföljning av placerade barn", "kommun"),
    (3, "1", "Samma uppgifter om placeringar i hela landet", "staten"),
    (6, "1", "Gemensam upphandling av HVB", "region"),
    (9, "1", "Tidiga insatser samordnas med skola och hälsa", "kommun"),
    (14, "2", "Rimlig arbetsbelastning i utredning", "kommun"),
    (16, "2", "Chefer med färre medarbetare", "kommun"),
    (19, "2", "Introduktion för nya i två år", "region"),
    (22, "2", "Stöd och handledning efter svåra ärenden", "kommun"),
    (28, "3", "Forskning når handläggarna", "region"),
    (31, "3", "Fler familjehem: gemensam rekrytering", "region"),
    (35, "3", "Kunskapsstöd som går att söka i", "skr"),
    (41, "3", "Utbildning för familjehem i hela länet", "region"),
)
STATES = ("arbetar", "klart", "arbetar", "pausat", "inte nu", "arbetar")
COMMENTS = (
    "Ny rutin prövas i två enheter.",
    "",
    "Börjar efter sommaren.",
    "Väntar på ny chef.",
    "",
    "Görs med grannkommunen.",
)


@transaction.atomic
def make_plans(region, people, today):
    """Two yearly plans with versions, the register of "Stärkt skydd" and the county's plan for it. Harmless to repeat."""
    if Plan.objects.filter(region=region).exists():
        return
    leader = by_role(people, Role.DEVELOPMENT_LEADER)
    owners = [user for user in people.values() if any(m.role in READERS for m in user.current_memberships)]
    old = make_plan(region, today.year, THIS_YEAR, owners, leader, "Första året: alla levererar")
    version(old, State.APPROVED, today - timedelta(days=300), leader, by_role(people, Role.HEAD_OF_IFO))
    new = make_plan(region, today.year + 1, NEXT_YEAR, owners, leader, "Andra året: siffrorna används")
    version(new, State.APPROVED, today - timedelta(days=9), leader, by_role(people, Role.HEAD_OF_IFO))
    goal = Goal.objects.filter(focus__plan=new).last()
    Activity.objects.create(
        goal=goal, title="Metodstöd på plats för kommuner utan samordnare", owner=leader, order=9,
        first_quarter=f"{new.year}-K2", last_quarter=f"{new.year}-K4", measure="Fyra besök",
    )  # fmt: skip
    version(new, State.PROPOSED, today, leader, None)
    protect(region, leader, today)


READERS = roles_with(Permission.READ_REGION_WORK)


def by_role(people, role):
    """The first of the personas that holds the role, or None."""
    return next((user for user in people.values() if any(m.role == role for m in user.current_memberships)), None)


def make_plan(region, year, focuses, owners, leader, phase):
    plan = Plan.objects.create(
        region=region, year=year, title=f"Plan {year}", phase=phase,
        introduction="Planen bygger på kommunernas behov och på vad siffrorna visar. Styrgruppen följer den varje kvartal.",
    )  # fmt: skip
    needs = defaultdict(list)
    for need in Need.objects.filter(region=region, year=year):
        needs[need.topic].append(need)
    for order, (name, aim, activities) in enumerate(focuses):
        goal = Goal.objects.create(focus=Focus.objects.create(plan=plan, title=name, order=order), title=aim)
        for place, row in enumerate(activities):
            make_activity(goal, place, row, owners[(order + place) % len(owners)] if owners else None, needs, leader)
    return plan


def make_activity(goal, place, row, owner, needs, leader):
    title, first, last, measure, figure, aim, state, comment, topic = row
    year = goal.plan.year
    made = Activity.objects.create(
        goal=goal, title=title, owner=owner, owner_name="" if owner else "Regionens samordnare", measure=measure,
        first_quarter=f"{year}-K{first}", last_quarter=f"{year}-K{last}", figure_id=figure, aim=aim, state=state, order=place,
    )  # fmt: skip
    made.needs.set(needs[topic])
    if comment:
        ActivityStep.objects.create(activity=made, state=state, text=comment, by=owner or leader)


def version(plan, state, day, leader, head):
    """The plan as it stands, put before the steering group, and approved on the day unless it waits."""
    made = PlanVersion.objects.create(
        plan=plan, number=plan.versions.count() + 1, state=state, content=content_of(plan, day), proposed_by=leader
    )
    if state == State.APPROVED:
        made.decided_on, made.decided_by = day, head
        made.body = Body.objects.filter(region=plan.region, kind=Body.Kind.STEERING, ended_on=None).first()
        made.decision = decide(made) if made.body else None
        made.save()
    return made


def protect(region, leader, today):
    """Twelve proposals, what each municipality does about some of them, and the county's plan."""
    rows = [
        Proposal.objects.create(
            region=region, number=number, area=area, title=title, responsible=responsible, is_priority=number % 3 == 1
        )
        for number, area, title, responsible in PROPOSALS
    ]
    for at, place in enumerate(region.municipalities.active()):
        for index, proposal in enumerate(rows):
            if (at + 2 * index) % 3:
                answer(proposal, place, (at + index) % len(STATES), today)
    plan = Plan.objects.create(
        region=region,
        kind=Plan.Kind.PROTECTION,
        year=today.year,
        title=f"Stärkt skydd {today.year}",
        scope=Plan.Scope.ALL,
    )
    for area, title in Proposal.Area.choices:
        focus = Focus.objects.create(plan=plan, title=title, order=int(area))
        goal = Goal.objects.create(focus=focus, title="Kommunerna gör det tillsammans där det går")
        proposal = next(row for row in rows if row.area == area)
        made = Activity.objects.create(
            goal=goal, title=f"Länsgrupp om ”{proposal.title.lower()}”", owner=leader, state="pagar",
            last_quarter=f"{today.year}-K4",
        )  # fmt: skip
        made.proposals.add(proposal)
    version(plan, State.APPROVED, today - timedelta(days=120), leader, None)


def answer(proposal, place, which, today):
    work = ProposalWork.objects.create(
        proposal=proposal, municipality=place, state=STATES[which], comment=COMMENTS[which], is_priority=which in (0, 2)
    )
    if which == 0:
        ProposalActivity.objects.create(
            work=work, title="Rutin för månadsvis genomgång", owner_name="Enhetschef", state="pagar",
            last_quarter=f"{today.year}-K4",
        )  # fmt: skip
