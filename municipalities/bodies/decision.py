"""A decision as a page, and the priorities of a region: what is done because of them, for whom, and what it should move."""

from dataclasses import dataclass
from functools import cached_property

from bou_portal.access import Permission
from bou_portal.formats import count_word, starting
from municipalities.bodies.decisions import by_due
from municipalities.directory.colleagues import those_here
from municipalities.models import Activity, Decision
from municipalities.plans.figures import MovableFigure, figures_of
from municipalities.plans.page import SIGNS


@dataclass(frozen=True)
class ActivityLine:
    """An activity that answers a decision: how it goes, the needs it meets, the figure it should move."""

    activity: Activity
    figure: MovableFigure | None

    @property
    def sign(self):
        return SIGNS[self.activity.state]

    @property
    def comment(self):
        """The newest word about it."""
        said = [step.text for step in self.activity.steps.all() if step.text]
        return said[-1] if said else ""


def answering(decisions):
    """{decision's id: its activities as lines}. The number of queries does not grow with the decisions."""
    found = {decision.pk: list(decision.activities.all()) for decision in decisions}
    figures = figures_of({activity.figure_id for each in found.values() for activity in each if activity.figure_id})
    return {
        pk: [ActivityLine(activity, figures.get(activity.figure_id)) for activity in each] for pk, each in found.items()
    }


def with_activities(decisions):
    """With all that `answering` asks for."""
    return decisions.prefetch_related(
        "activities__needs__municipality", "activities__steps", "activities__goal__focus__plan", "activities__owner"
    )


class DecisionPage:
    def __init__(self, decision, user):
        self.decision, self.user = decision, user

    @cached_property
    def activities(self):
        return answering([self.decision])[self.decision.pk]

    @cached_property
    def steps(self):
        return list(self.decision.steps.select_related("by"))

    @cached_property
    def plan_versions(self):
        return list(self.decision.plan_versions.select_related("plan"))

    @cached_property
    def report_stands(self):
        return list(self.decision.report_stands.select_related("release"))

    @cached_property
    def items(self):
        """The agendas it has been followed up on, the newest first."""
        found = self.decision.follow_up_items.select_related("meeting__body")
        return list(found.order_by("-meeting__starts_at"))

    @property
    def owner_has_left(self):
        """Whether the one who should carry it out no longer works with the region."""
        owner = self.decision.owner_id
        return bool(owner) and not those_here(self.decision.body.region, {owner})

    @property
    def may_follow_up(self):
        """The owner, and whoever leads the region's work."""
        led = self.user.regions(Permission.LEAD_REGION_WORK)
        return self.decision.owner_id == self.user.pk or self.decision.body.region_id in led

    @property
    def sentence(self):
        """Who does what by when, or how it went."""
        decision = self.decision
        if decision.done_on:
            return decision.outcome or "Beslutet är genomfört."
        if not decision.has_owner:
            return "Beslutet gäller. Ingen särskild ska genomföra det."
        if self.owner_has_left:
            return f"{decision.owner_text} har slutat. Beslutet behöver en ny ansvarig."
        return f"{decision.owner_text} genomför beslutet."


@dataclass(frozen=True)
class Priority:
    decision: Decision
    activities: list[ActivityLine]


def priorities(decisions):
    """Of these, what is prioritised, with what answers it: what is left first, in the order it falls due."""
    found = list(with_activities(by_due(decisions.filter(is_priority=True))))
    lines = answering(found)
    return [Priority(decision, lines[decision.pk]) for decision in sorted(found, key=lambda each: bool(each.done_on))]


def priorities_sentence(found):
    """`Tre prioriteringar. En har ingen aktivitet som svarar på den.`"""
    if not found:
        return "Här samlas det som regionens organ har beslutat att prioritera, med det som görs åt det."
    alone = sum(not priority.activities for priority in found)
    if len(found) == 1:
        tail = "Ingen aktivitet svarar på den ännu." if alone else "Aktiviteterna som svarar på den står under den."
        return f"En prioritering är beslutad. {tail}"
    told = f"{starting(count_word(len(found)))} prioriteringar är beslutade."
    if not alone:
        return f"{told} Alla har aktiviteter som svarar på dem."
    if alone == len(found):
        return f"{told} Ingen av dem har någon aktivitet ännu."
    return f"{told} {starting(count_word(alone))} har ingen aktivitet ännu."
