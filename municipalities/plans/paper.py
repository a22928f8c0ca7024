"""A plan on paper: a version as it was decided, or the plan as it is today. PDF/A-3a and PDF/UA-1."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from bou_portal.formats import date as iso
from bou_portal.pdf import render
from municipalities.models import PlanVersion
from municipalities.plans.content import activities_of, content_of
from municipalities.plans.version import stamp, version_state


@dataclass(frozen=True)
class PlanPaper:
    """A content with what stands on its cover. The same content gives the same bytes."""

    content: dict
    version: PlanVersion | None
    printed_on: date

    @classmethod
    def of_plan(cls, plan):
        today = timezone.localdate()
        return cls(content_of(plan, today), None, today)

    @classmethod
    def of_version(cls, version):
        return cls(version.content, version, timezone.localdate())

    @property
    def label(self):
        """The word in the corner of page one."""
        if self.version:
            return f"Version {self.version.number}"
        return f"Arbetsplan {iso(self.printed_on)}"

    @property
    def stamp(self):
        if self.version:
            return stamp(self.version)
        return f"Planen så som den var {iso(self.printed_on)}, inte en beslutad version"

    @property
    def decided(self):
        """[(what, answer)] about the decision, for the cover."""
        version = self.version
        if not version:
            return []
        rows = [("Läge", version_state(version)[1])]
        if version.decided_on:
            rows += [("Beslutsdatum", iso(version.decided_on)), ("Beslutande organ", version.body or "Styrgruppen")]
        if version.decision:
            rows.append(("Beslut", version.decision.mark))
        return [*rows, ("Innehållet fryst", version.content["made_on"])]

    @property
    def count(self):
        return len(activities_of(self.content))

    @property
    def is_protection(self):
        return self.content["kind"] == "starkt-skydd"

    @property
    def file_name(self):
        region, kind, year = self.content["region"]["code"], self.content["kind"], self.content["year"]
        tail = f"version-{self.version.number}" if self.version else iso(self.printed_on)
        name = "starkt-skydd" if kind == "starkt-skydd" else "plan"
        return f"{name}-{region}-{year}-{tail}.pdf"

    def pdf(self):
        html = render_to_string("municipalities/plans/paper.html", {"paper": self, "is_demo": settings.DEMO})
        return render(html, identifier=hashlib.sha256(html.encode()).digest()[:16])
