"""A version of a plan: word by word as it was put before the steering group, and what they said."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from bou_portal.formats import date as iso
from bou_portal.formats import starting
from municipalities.models import PlanVersion
from municipalities.plans.content import difference

SIGNS = {
    PlanVersion.State.PROPOSED: "watch",
    PlanVersion.State.APPROVED: "good",
    PlanVersion.State.RETURNED: "late",
    PlanVersion.State.WITHDRAWN: "plain",
}


def version_state(version):
    """(kind, word) for the state's sign."""
    day = f" {iso(version.decided_on)}" if version.decided_on else ""
    return SIGNS[PlanVersion.State(version.state)], f"{version.get_state_display()}{day}"


def stamp(version):
    """What the version is, in one line: `Version 2, godkänd 2026-11-12 av Styrgruppen BoU, beslut 2026:3`."""
    words = f"Version {version.number}, {version_state(version)[1].lower()}"
    if version.state == PlanVersion.State.APPROVED:
        words += f" av {version.body or 'styrgruppen'}"
    if version.decision:
        words += f", beslut {version.decision.mark}"
    return words


@dataclass(frozen=True)
class VersionPage:
    version: PlanVersion

    @property
    def name(self):
        return f"Version {self.version.number}"

    @property
    def content(self):
        return self.version.content

    @property
    def state(self):
        return version_state(self.version)

    @property
    def sentence(self):
        """What has become of it, for the top of its page."""
        if self.is_waiting:
            return f"Väntar på styrgruppen sedan {iso(timezone.localdate(self.version.proposed_at))}."
        later = " En senare version är godkänd." if self.is_replaced else ""
        return f"{starting(stamp(self.version).partition(', ')[2])}.{later}"

    @property
    def is_waiting(self):
        return self.version.state == PlanVersion.State.PROPOSED

    @cached_property
    def before(self):
        """The approved version that this one follows on, or None."""
        approved = self.version.plan.versions.approved()
        return approved.filter(number__lt=self.version.number).first()

    @cached_property
    def difference(self):
        """What it has that the approved version before it has not; None when it is the first."""
        return difference(self.before.content, self.content) if self.before else None

    @property
    def is_replaced(self):
        """Whether a later version has been approved since."""
        later = self.version.plan.versions.approved().filter(number__gt=self.version.number)
        return self.version.state == PlanVersion.State.APPROVED and later.exists()
