"""The pages of a plan: what matters now, the plan with its states, what is missing in it."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Prefetch
from django.utils import timezone

from bou_portal.formats import count_word, listing, starting
from bou_portal.periods import Quarter
from municipalities.models import Activity, ActivityStep, Need, Plan, PlanVersion, Proposal
from municipalities.plans.content import content_of, difference, when
from municipalities.plans.figures import MovableFigure, figures_of
from municipalities.plans.owners import Owners

SIGNS = {
    Activity.State.PLANNED: "plain",
    Activity.State.ONGOING: "watch",
    Activity.State.DONE: "good",
    Activity.State.STOPPED: "late",
}
# How many of a state are said in running text.
SAID = {
    Activity.State.DONE: ("är klar", "är klara"),
    Activity.State.ONGOING: ("pågår", "pågår"),
    Activity.State.PLANNED: ("är planerad", "är planerade"),
    Activity.State.STOPPED: ("är stoppad", "är stoppade"),
}


# --- words ------------------------------------------------------------------------------------------------------------
def states_sentence(counts):
    """`Två av fem aktiviteter är klara, en pågår och två är planerade.` of {state: how many}."""
    total = sum(counts.values())
    if not total:
        return "Planen har inga aktiviteter ännu."
    found = [(state, counts[state]) for state in SAID if counts.get(state)]
    words = [f"{count_word(count)} {SAID[state][count != 1]}" for state, count in found]
    first, *rest = words
    number, _, said = first.partition(" ")
    whole = f"{number} av {count_word(total)} {'aktivitet' if total == 1 else 'aktiviteter'} {said}"
    return starting(f"{listing([whole, *rest])}.")


# --- the list of plans ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PlanLine:
    """A plan in the list: how it stands with the steering group, and how far its activities have come."""

    plan: Plan
    approved: PlanVersion | None
    waiting: PlanVersion | None
    versions: int
    counts: dict

    @property
    def state(self):
        """(kind, word) for the state's sign."""
        if self.waiting:
            return "watch", f"Version {self.waiting.number} väntar på styrgruppen"
        if self.approved:
            return "good", f"Version {self.approved.number} godkänd {self.approved.decided_on}"
        return "plain", "Utkast"

    @property
    def activities(self):
        return sum(self.counts.values())

    @property
    def done(self):
        return self.counts.get(Activity.State.DONE, 0)


def plan_lines(plans):
    """A line for each plan, in three queries however many they are."""
    versions = PlanVersion.objects.defer("content")
    plans = list(plans.select_related("region").prefetch_related(Prefetch("versions", versions)))
    counts = {}
    found = Activity.objects.filter(goal__focus__plan__in=plans).order_by()
    for plan, state, count in found.values_list("goal__focus__plan", "state").annotate(count=Count("pk")):
        counts.setdefault(plan, {})[state] = count
    return [plan_line(plan, list(plan.versions.all()), counts.get(plan.pk, {})) for plan in plans]


def plan_line(plan, versions, counts):
    """`versions` are the newest first."""
    approved = next((version for version in versions if version.state == PlanVersion.State.APPROVED), None)
    waiting = next((version for version in versions if version.state == PlanVersion.State.PROPOSED), None)
    return PlanLine(plan, approved, waiting, len(versions), counts)


def plans_sentence(lines, year):
    """What matters about the region's plans today."""
    if waiting := [line.plan for line in lines if line.waiting]:
        plans = starting(listing([str(plan) for plan in waiting]))
        return f"{plans} väntar på att styrgruppen tar ställning."
    current = [line for line in lines if line.plan.year == year]
    if not current:
        return f"Regionen har ingen plan för {year} ännu."
    return " ".join(
        f"{line.plan}: {states_sentence(line.counts)[:1].lower()}{states_sentence(line.counts)[1:]}" for line in current
    )


# --- one plan ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ActivityLine:
    """An activity as its plan's page shows it."""

    activity: Activity
    owner: str
    is_without_owner: bool
    figure: MovableFigure | None
    comment: ActivityStep | None

    @property
    def state(self):
        """(kind, word) for the state's sign."""
        return SIGNS[Activity.State(self.activity.state)], self.activity.get_state_display()

    @property
    def when(self):
        return when(self.activity.first_quarter, self.activity.last_quarter)

    @property
    def is_late(self):
        """Whether its last quarter has ended and it is not done."""
        is_open = self.activity.state in (Activity.State.PLANNED, Activity.State.ONGOING)
        last = self.activity.last_quarter
        return bool(is_open and last and last < str(Quarter.of(timezone.localdate())))


class PlanPage:
    """A plan with all that its page says. `wish` is the cleaned filter: what is not asked for is left out."""

    def __init__(self, plan, wish=None):
        self.plan, self.wish = plan, wish or {}
        self.owners = Owners(plan.region)
        comments = ActivityStep.objects.exclude(text="").select_related("by")
        self.focuses = list(
            plan.focuses.prefetch_related(
                "goals__activities__owner",
                "goals__activities__needs__municipality",
                "goals__activities__proposals",
                Prefetch("goals__activities__steps", comments, to_attr="comments"),
            )
        )
        activities = [row for focus in self.focuses for goal in focus.goals.all() for row in goal.activities.all()]
        self.figures = figures_of({row.figure_id for row in activities if row.figure_id})
        self.lines = [self.line(activity) for activity in activities]

    def line(self, activity):
        return ActivityLine(
            activity,
            self.owners.word(activity),
            self.owners.is_without(activity),
            self.figures.get(activity.figure_id),
            activity.comments[-1] if activity.comments else None,
        )

    # --- what is shown ------------------------------------------------------------------------------------------------
    @cached_property
    def shown(self):
        return [line for line in self.lines if self.is_wished(line)]

    def is_wished(self, line):
        activity, wish = line.activity, self.wish
        first, last = activity.first_quarter or activity.last_quarter, activity.last_quarter or activity.first_quarter
        return all(
            (
                not wish.get("lage") or activity.state == wish["lage"],
                not wish.get("kvartal") or first <= wish["kvartal"] <= last,
                not wish.get("ansvarig") or line.owner == wish["ansvarig"],
                not wish.get("mina") or activity.owner_id == wish["mina"],
                not wish.get("siffra") or bool(line.figure and line.figure.scope == wish["siffra"]),
            )
        )

    @property
    def tree(self):
        """[(focus, [(goal, [line])])] of what is wished; all focuses and goals when nothing is left out."""
        lines = {}
        for line in self.shown:
            lines.setdefault(line.activity.goal_id, []).append(line)
        is_narrowed = any(self.wish.values())
        found = [
            (
                focus,
                [(goal, lines.get(goal.pk, [])) for goal in focus.goals.all() if not is_narrowed or goal.pk in lines],
            )
            for focus in self.focuses
        ]
        return [(focus, goals) for focus, goals in found if goals or not is_narrowed]

    @property
    def owner_words(self):
        return sorted({line.owner for line in self.lines})

    # --- what matters -------------------------------------------------------------------------------------------------
    @property
    def counts(self):
        return {state: sum(line.activity.state == state for line in self.lines) for state in Activity.State}

    @property
    def late(self):
        return [line for line in self.lines if line.is_late]

    @property
    def sentence(self):
        late = len(self.late)
        said = {0: "", 1: " En skulle ha varit klar."}.get(
            late, f" {starting(count_word(late))} skulle ha varit klara."
        )
        return states_sentence(self.counts) + said

    @property
    def without_owner(self):
        return [line for line in self.lines if line.is_without_owner]

    # --- what does not hang together ------------------------------------------------------------------------------------
    @property
    def is_protection(self):
        return self.plan.kind == Plan.Kind.PROTECTION

    @cached_property
    def needs_without_activity(self):
        """The region's needs ahead of the plan's year that no activity meets, the most important first."""
        if self.is_protection:
            return []
        needs = Need.objects.filter(region=self.plan.region, year=self.plan.year)
        return list(needs.unmet().select_related("municipality"))

    @cached_property
    def proposals_without_activity(self):
        """Proposals the county has given priority and this plan does nothing about."""
        if not self.is_protection:
            return []
        chosen = Proposal.objects.filter(region=self.plan.region, is_priority=True)
        return list(chosen.exclude(activities__goal__focus__plan=self.plan))

    @property
    def loose(self):
        """Activities that meet no need, or no proposal in the plan of "Stärkt skydd"."""
        met = "proposals" if self.is_protection else "needs"
        return [line for line in self.lines if not getattr(line.activity, met).all()]

    # --- versions -----------------------------------------------------------------------------------------------------
    @cached_property
    def versions(self):
        """The newest first."""
        return list(self.plan.versions.select_related("body", "decision", "decided_by", "proposed_by"))

    @property
    def approved(self):
        return next((row for row in self.versions if row.state == PlanVersion.State.APPROVED), None)

    @property
    def waiting(self):
        return next((row for row in self.versions if row.state == PlanVersion.State.PROPOSED), None)

    @property
    def returned(self):
        """The newest version when the steering group gave it back: its reasons are what there is to do."""
        newest = self.versions[0] if self.versions else None
        return newest if newest and newest.state == PlanVersion.State.RETURNED else None

    @cached_property
    def since_approved(self):
        """What differs between the approved version and the plan as it is now; None without an approved one."""
        if not self.approved:
            return None
        return difference(self.approved.content, content_of(self.plan, timezone.localdate()))
