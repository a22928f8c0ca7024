"""The steering group's room: what waits for their stand, what they have decided, what they steer towards."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from bou_portal.formats import date as iso
from bou_portal.formats import starting
from municipalities.bodies.agenda import Agenda
from municipalities.bodies.decisions import by_due, counted
from municipalities.bodies.page import BodyPage
from municipalities.models import Body, Decision, Meeting, Plan, PlanVersion, Release, ReportStand

DECIDED = 15


@dataclass(frozen=True)
class Wait:
    """Something that waits for a stand: what, why, how late, and where it is taken."""

    what: str
    why: str
    kind: str
    word: str
    url: str
    do: str


class SteeringRoom:
    """`url_of_stand(release)` is where a stand on a report is taken, or nothing for whoever may not."""

    def __init__(self, region, url_of_stand=lambda release: ""):
        self.region, self.url_of_stand = region, url_of_stand

    @cached_property
    def body(self):
        """The region's steering group, or None."""
        return Body.objects.steering().filter(region=self.region).select_related("region").first()

    @cached_property
    def page(self):
        return BodyPage(self.body)

    @cached_property
    def plans(self):
        """Versions of plans that wait, the oldest first."""
        found = PlanVersion.objects.waiting().filter(plan__region=self.region).select_related("plan", "proposed_by")
        return list(found.order_by("proposed_at"))

    @cached_property
    def reports(self):
        """The newest quarter's release without a stand. Older ones are history; a correction waits anew."""
        newest = Release.objects.filter(region=self.region).latest_versions().order_by("-quarter").first()
        return [newest] if newest and not ReportStand.objects.filter(release=newest).exists() else []

    @cached_property
    def late(self):
        return list(by_due(Decision.objects.late().filter(body=self.body)))

    @property
    def waiting(self):
        """Everything that waits for the group, as lines."""
        return [
            *map(self.of_plan, self.plans),
            *map(self.of_report, self.reports),
            *map(self.of_decision, self.late),
        ]

    def of_plan(self, version):
        day, who = timezone.localdate(version.proposed_at), version.proposed_by or "någon som har slutat"
        why = f"Föreslagen {iso(day)} av {who}"
        return Wait(str(version), why, "watch", "Väntar på beslut", version.get_absolute_url(), "Ta ställning")

    def of_report(self, release):
        why = f"Regionens siffror för kvartalet frystes {iso(timezone.localdate(release.frozen_at))}"
        url = self.url_of_stand(release)
        return Wait(f"Kvartalsrapport {release.quarter}", why, "watch", "Väntar på beslut", url, "Ta ställning")

    def of_decision(self, decision):
        kind, word = decision.state
        return Wait(f"Beslut {decision}", decision.owner_text, kind, word, decision.get_absolute_url(), "Öppna")

    @cached_property
    def next_meeting(self):
        return Meeting.objects.to_come().filter(body=self.body).select_related("body").first()

    @cached_property
    def agenda(self):
        """Of the next meeting, or None."""
        return Agenda(self.next_meeting) if self.next_meeting else None

    @cached_property
    def log(self):
        """The latest decisions."""
        return list(self.body.decisions.select_related("body", "owner")[:DECIDED])

    @cached_property
    def plan(self):
        """The yearly plan that holds: the newest approved one, else the newest."""
        yearly = Plan.objects.filter(region=self.region, kind=Plan.Kind.YEARLY).order_by("-year")
        approved = yearly.filter(versions__state=PlanVersion.State.APPROVED)
        return approved.distinct().first() or yearly.first()

    @cached_property
    def goal_areas(self):
        """The plan's focus areas with their goals."""
        return list(self.plan.focuses.prefetch_related("goals")) if self.plan else []

    @property
    def sentence(self):
        """`Två saker väntar på styrgruppen. Nästa möte är 2026-12-03.`"""
        if not self.body:
            return "Regionen har ingen styrgrupp i portalen ännu."
        count = len(self.waiting)
        waits = "ingenting" if not count else "en sak" if count == 1 else counted(count, "saker")
        when = f"Nästa möte är {iso(self.next_meeting.day)}." if self.next_meeting else "Inget möte är planerat."
        return f"{starting(waits)} väntar på styrgruppen. {when}"
