"""The town's plans: next year's with an approved and a waiting version, an earlier draft, and "Stärkt skydd"."""

from datetime import timedelta

from municipalities.forms.plan_versions import decide
from municipalities.models import (
    Activity,
    ActivityStep,
    Body,
    Focus,
    Goal,
    Municipality,
    Need,
    Plan,
    PlanVersion,
    Proposal,
    ProposalActivity,
    ProposalWork,
    Region,
)
from municipalities.plans.content import content_of

State = PlanVersion.State


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    region, leader, head = Region.objects.get(code="22"), people["development_leader"], people["head_of_ifo"]
    plan = Plan.objects.create(
        region=region,
        year=today.year + 1,
        title=f"Plan {today.year + 1}",
        phase="Andra året",
        introduction="Tillsammans.",
    )
    focus = Focus.objects.create(plan=plan, title="Systematisk uppföljning")
    goal = Goal.objects.create(focus=focus, title="Fler barn får enskilda samtal")
    talks = Activity.objects.create(
        goal=goal, title="Handledning i barnsamtal", owner=people["unit_manager"], first_quarter=f"{plan.year}-K1",
        last_quarter=f"{plan.year}-K3", measure="Alla enheter har haft två tillfällen", figure_id="L10_share",
        aim="till 80 procent",
    )  # fmt: skip
    talks.needs.set(Need.objects.filter(region=region, year=plan.year)[:1])
    ActivityStep.objects.create(activity=talks, state="planerad", text="Datum är bokade.", by=people["unit_manager"])
    approved = version(plan, today, leader, State.APPROVED, head)
    Activity.objects.create(goal=goal, title="Gemensam mall", owner_name="BBIC-samordnaren", order=1, state="pagar")
    orphan = Activity.objects.create(goal=goal, title="Träff för chefer", order=2, state="stoppad")
    waiting = version(plan, today, leader, State.PROPOSED, head)
    draft = Plan.objects.create(region=region, year=today.year - 1, title=f"Plan {today.year - 1}")
    return {
        "year_plan": plan, "draft_plan": draft, "plan_focus": focus, "plan_goal": goal, "activity": talks,
        "loose_activity": orphan, "approved_version": approved, "waiting_version": waiting,
    } | protect(region, people, today)  # fmt: skip


def version(plan, today, leader, state, head):
    """A version of the plan as it is, answered by the steering group a week ago unless it waits."""
    made = PlanVersion.objects.create(
        plan=plan,
        number=plan.versions.count() + 1,
        content=content_of(plan, today),
        state=state,
        proposed_by=leader,
    )
    if state == State.APPROVED:
        made.decided_on, made.decided_by = today - timedelta(days=7), head
        made.body = Body.objects.get(region=plan.region, kind=Body.Kind.STEERING)
        made.decision = decide(made)
        made.save()
    return made


def protect(region, people, today):
    """Three proposals, what Sundsvall does about one, and the county's plan."""
    sundsvall = Municipality.objects.get(code="2281")
    first, second, unused = [
        Proposal.objects.create(
            region=region, number=number, area=area, title=title, responsible="kommun", is_priority=number == 1
        )
        for number, area, title in (
            (1, "1", "Tydligare ansvar för barn i familjehem"),
            (17, "2", "Rimlig arbetsbelastning"),
            (31, "3", "Forskning når handläggarna"),
        )
    ]
    work = ProposalWork.objects.create(
        proposal=first, municipality=sundsvall, is_priority=True, comment="Ny rutin prövas.",
        changed_by=people["unit_manager"],
    )  # fmt: skip
    ProposalWork.objects.create(proposal=second, municipality=sundsvall, state="inte nu")
    own = ProposalActivity.objects.create(
        work=work, title="Ny rutin för besök", owner_name="Enhetschef familjehem", last_quarter=f"{today.year}-K4"
    )
    plan = Plan.objects.create(
        region=region, kind=Plan.Kind.PROTECTION, year=today.year, title=f"Stärkt skydd {today.year}", scope="alla"
    )
    goal = Goal.objects.create(focus=Focus.objects.create(plan=plan, title="Tydligt uppdrag"), title="Samma ansvar")
    activity = Activity.objects.create(goal=goal, title="Gemensam vägledning", owner=people["development_leader"])
    activity.proposals.add(first)
    return {"county_proposal": first, "unused_proposal": unused, "own_activity": own, "protection_plan": plan}
