"""One activity: where it stands, what it is for, and every step it has taken."""

from dataclasses import dataclass

from bou_portal.access import Permission
from bou_portal.formats import starting
from municipalities.models import Activity
from municipalities.plans.content import when
from municipalities.plans.figures import figures_of
from municipalities.plans.owners import Owners
from municipalities.plans.page import SIGNS
from municipalities.reach import leads


@dataclass(frozen=True)
class ActivityPage:
    """An activity and who is reading."""

    activity: Activity
    user: object

    @property
    def plan(self):
        return self.activity.plan

    @property
    def may_lead(self):
        return leads(self.user, Permission.LEAD_REGION_WORK, self.plan.region)

    @property
    def may_say(self):
        """Its owner and the leader say how it goes."""
        return self.activity.owner_id == self.user.pk or self.may_lead

    @property
    def state(self):
        return SIGNS[Activity.State(self.activity.state)], self.activity.get_state_display()

    @property
    def when(self):
        return when(self.activity.first_quarter, self.activity.last_quarter)

    @property
    def owner(self):
        return Owners(self.plan.region).word(self.activity)

    @property
    def figure(self):
        return figures_of([self.activity.figure_id]).get(self.activity.figure_id)

    @property
    def steps(self):
        """The newest first, each with its sign."""
        steps = self.activity.steps.select_related("by").order_by("-at", "-pk")
        return [(SIGNS[Activity.State(step.state)], step) for step in steps]

    @property
    def needs(self):
        return self.activity.needs.select_related("municipality")

    @property
    def decisions(self):
        return self.activity.decisions.select_related("body")

    @property
    def sentence(self):
        """Who does it and by when."""
        return f"Ansvarig: {self.owner}. {starting(self.when) if self.when else 'Ingen tid är bestämd'}."
