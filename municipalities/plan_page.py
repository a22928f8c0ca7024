"""The pages of a plan: what matters now, the plan with its states, what is missing in it.

`open_versions`, `activity_states` and `needs_without_activity` are for others' pages too: start page and report.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Prefetch
from django.utils import timezone

from bou_portal.formats import count_word, listing, starting
from bou_portal.periods import Quarter
from municipalities.models import Activity, ActivityStep, Need, Plan, PlanVersion, Proposal
from municipalities.movable_figures import figures_of
from municipalities.plan_content import content_of, difference, when
from municipalities.plan_owners import Owners

SIGNS = {
    Activity.State.PLANNED: "plain",
    Activity.State.ONGOING: "watch",
    Activity.State.DONE: "good",
    Activity.State.STOPPED: "late",
}


# --- for others' pages ------------------------------------------------------------------------------------------------
def open_versions(region):
    """Versions of the region's plans that wait for the steering group, with their plan."""
    return PlanVersion.objects.waiting().filter(plan__region=region).select_related("plan")


def activity_states(region, year):
    """{state: how many activities} of the region's plans of a year, every state named, in the order of work."""
    found = Activity.objects.filter(goal__focus__plan__region=region, goal__focus__plan__year=year)
    counts = dict(found.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: counts.get(state, 0) for state in Activity.State}


def needs_without_activity(region, year):
    """The region's needs ahead of a year that no activity meets, the most important first."""
    return Need.objects.filter(region=region, year=year).unmet().select_related("municipality")
