"""What a report tells of the region's own work: decisions, plan, knowledge, support, agreements. As it stands that day.

Nothing here is about a child. Requests for support are a municipality's own: exact in its issue "Intern", and a sum for
the region everywhere else.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from bou_portal.accounts.models import Membership
from bou_portal.figures import State
from municipalities.cooperation import deviation_counts
from municipalities.models import Accord, Activity, Decision, Dispatch, Plan, Receipt, SupportRequest

MOST_DECISIONS = 6
EXPIRES_WITHIN = timedelta(days=183)


@dataclass(frozen=True)
class RegionWork:
    """One region's work on the day it is frozen, and what of it is each municipality's own."""

    quarter: object
    day: object
    decisions: list = field(default_factory=list)  # (number and title, who carries it out, by when), soonest first
    activities: Counter = field(default_factory=Counter)
    late_activities: int = 0
    # {municipality: {dispatch: whether the municipality has answered}}, sent during the quarter.
    knowledge: dict = field(default_factory=dict)
    requests: dict = field(default_factory=dict)  # {municipality: Counter of states}
    expiring: list = field(default_factory=list)  # (title, last day)
    deviations: str = ""  # what anybody may know of those reported, in a sentence

    def sent(self, municipality=None):
        """(answered, sent) of the quarter's knowledge: to one municipality, or to all."""
        places = self.knowledge.values() if municipality is None else [self.knowledge.get(municipality, {})]
        answers = [answer for place in places for answer in place.values()]
        return sum(answers), len(answers)

    def asked(self, municipality=None):
        """Counter of the states of requests: of one municipality, or of the whole region."""
        if municipality is not None:
            return self.requests.get(municipality, Counter())
        return sum(self.requests.values(), Counter())


def region_work(region, quarter):
    """The same number of queries whatever the region holds."""
    day = timezone.localdate()
    plan = Activity.objects.filter(
        goal__focus__plan__region=region, goal__focus__plan__kind=Plan.Kind.YEARLY, goal__focus__plan__year=quarter.year
    )
    late = plan.not_done().exclude(last_quarter="").filter(last_quarter__lte=str(quarter))
    return RegionWork(
        quarter=quarter,
        day=day,
        decisions=open_decisions(region),
        activities=Counter(dict(plan.order_by().values_list("state").annotate(Count("pk")))),
        late_activities=late.count(),
        knowledge=answers(region, quarter),
        requests=request_states(region),
        expiring=expiring(region, day),
        deviations=deviations(region),
    )


def open_decisions(region):
    found = Decision.objects.open().filter(body__region=region).select_related("body", "owner")
    found = sorted(found, key=lambda row: (row.due_on is None, row.due_on or row.decided_on, row.pk))
    functions = functions_of(region, [row.owner_id for row in found if row.owner_id])
    return [(f"{row.body} {row.mark}: {row.title}", who(row, functions), row.due_on) for row in found]


def who(decision, functions):
    """The owner's function where she has an account, so that a report that is spread names no official; else as written."""
    return functions.get(decision.owner_id) or decision.owner_name or "Har slutat"


def functions_of(region, users):
    held = Membership.objects.in_force().filter(user__in=users).select_related("municipality", "region")
    found = {}
    for row in held.order_by("started_on", "pk"):
        if region.pk in (row.region_id, row.municipality and row.municipality.region_id):
            place = f", {row.municipality}" if row.municipality else ""
            found.setdefault(row.user_id, f"{row.get_role_display()}{place}")
    return found


def answers(region, quarter):
    """Who was sent what during the quarter, and whether its first-line managers, or those who got a copy, answered."""
    sent = Dispatch.objects.filter(
        knowledge__region=region, sent_at__date__gte=quarter.start, sent_at__date__lte=quarter.end
    )
    found = {}
    for dispatch, place in sent.order_by().values_list("pk", "municipalities"):
        if place:
            found.setdefault(place, {})[dispatch] = False
    copies = {}
    rows = Receipt.objects.filter(dispatch__in=sent.values("pk")).order_by()
    for dispatch, place, is_first, tick in rows.values_list("dispatch", "municipality", "is_first_line", "tick"):
        copies.setdefault((place, dispatch), []).append((is_first, bool(tick)))
    for (place, dispatch), ticks in copies.items():
        asked = [ticked for is_first, ticked in ticks if is_first] or [ticked for _, ticked in ticks]
        found.setdefault(place, {})[dispatch] = any(asked)
    return found


def request_states(region):
    rows = SupportRequest.objects.filter(municipality__region=region).order_by()
    found = {}
    for place, state, count in rows.values_list("municipality", "state").annotate(Count("pk")):
        found.setdefault(place, Counter())[state] = count
    return found


def deviations(region):
    """As everybody who follows the region's work may see them; nothing before the first report."""
    counts = deviation_counts.shown(region)
    return "" if counts.totals[-1].state is State.NOT_DELIVERED else counts.sentence


def expiring(region, day):
    soon = Accord.objects.filter(region=region, valid_until__range=(day, day + EXPIRES_WITHIN))
    return list(soon.order_by("valid_until", "title").values_list("title", "valid_until"))
