"""What each municipality does about each proposal of "Stärkt skydd": the matrix, one municipality, one proposal."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.utils import timezone

from bou_portal.formats import count_word, starting
from bou_portal.formats import date as iso
from bou_portal.pdf import render
from municipalities.models import Activity, Municipality, Plan, Proposal, ProposalWork

State = ProposalWork.State
# All are in the typeface of the papers, where nothing else would do.
SIGNS = {State.WORKING: "▶", State.DONE: "✓", State.PAUSED: "‖", State.NOT_NOW: "–"}
SHORT = {State.WORKING: "Arbetar", State.DONE: "Klart", State.PAUSED: "Pausat", State.NOT_NOW: "Inte nu"}
KINDS = {State.WORKING: "watch", State.DONE: "good", State.PAUSED: "plain", State.NOT_NOW: "plain"}
COVERING = {State.WORKING, State.DONE}
LEGEND = [(SIGNS[state], SHORT[state]) for state in SIGNS]


@dataclass(frozen=True)
class Cell:
    """One municipality's answer about one proposal; `work` None when it has not answered."""

    municipality: Municipality
    work: ProposalWork | None

    @property
    def sign(self):
        return SIGNS[State(self.work.state)] if self.work else ""

    @property
    def word(self):
        return SHORT[State(self.work.state)] if self.work else ""

    @property
    def kind(self):
        return KINDS[State(self.work.state)] if self.work else "plain"

    @property
    def is_priority(self):
        return bool(self.work and self.work.is_priority)

    @property
    def covers(self):
        """Whether the municipality works with the proposal or has carried it out."""
        return bool(self.work and self.work.state in COVERING)


@dataclass(frozen=True)
class Row:
    """One proposal, and each municipality's answer about it."""

    proposal: Proposal
    cells: list

    @property
    def covered(self):
        return sum(cell.covers for cell in self.cells)

    @property
    def prioritised(self):
        return sum(cell.is_priority for cell in self.cells)


class Matrix:
    """A region's proposals by its municipalities of today. `wish` narrows the proposals: area, priority."""

    def __init__(self, region, wish=None):
        self.region, self.wish = region, wish or {}
        self.municipalities = list(region.municipalities.active())
        self.proposals = list(
            Proposal.objects.filter(region=region).annotate(
                county=Count("activities", filter=~Q(activities__state=Activity.State.STOPPED))
            )
        )
        work = ProposalWork.objects.filter(proposal__region=region, municipality__in=self.municipalities)
        self.work = {(row.proposal_id, row.municipality_id): row for row in work}
        self.all_rows = [self.row(proposal) for proposal in self.proposals]

    def row(self, proposal):
        return Row(proposal, [Cell(place, self.work.get((proposal.pk, place.pk))) for place in self.municipalities])

    def is_wished(self, row):
        area, priority = self.wish.get("omrade"), self.wish.get("prioriterade")
        is_chosen = row.proposal.is_priority or row.prioritised
        return (not area or row.proposal.area == area) and (not priority or is_chosen)

    @cached_property
    def rows(self):
        return [row for row in self.all_rows if self.is_wished(row)]

    @property
    def coverage(self):
        """[(municipality, how many of the shown proposals it works with or has carried out)]"""
        return [(place, sum(row.cells[at].covers for row in self.rows)) for at, place in enumerate(self.municipalities)]

    @property
    def areas(self):
        """[(name, how many of its proposals some municipality works with, of how many in words)]"""
        rows = {area: [row for row in self.all_rows if row.proposal.area == area] for area in Proposal.Area}
        return [
            (area.label, sum(bool(row.covered) for row in found), of_entered(len(found)))
            if found
            else (area.label, "–", "Inga förslag inskrivna")
            for area, found in rows.items()
        ]

    @property
    def sentence(self):
        if not self.all_rows:
            return "Tre områden, inga förslag inskrivna ännu."
        total, covered = len(self.all_rows), sum(bool(row.covered) for row in self.all_rows)
        active = sum(any(row.cells[at].covers for row in self.all_rows) for at in range(len(self.municipalities)))
        without = total - covered
        rest = f" {starting(count_word(without))} har ingen kommun ännu." if without else ""
        return (
            f"{starting(count_word(active))} av {count_word(len(self.municipalities))} kommuner arbetar med minst ett av "
            f"{count_word(total)} förslag.{rest}"
        )

    @cached_property
    def plan(self):
        """The county's newest plan for "Stärkt skydd", or None."""
        return Plan.objects.filter(region=self.region, kind=Plan.Kind.PROTECTION).first()


def of_entered(count):
    return "av ett inskrivet förslag" if count == 1 else f"av {count_word(count)} inskrivna förslag"


class MatrixPaper:
    """The matrix on a landscape paper: signs that stay apart in black and white, each explained."""

    def __init__(self, region):
        self.matrix, self.region, self.printed_on = Matrix(region), region, timezone.localdate()
        self.legend = LEGEND

    @property
    def approved(self):
        """The approved version of the county's plan, or None."""
        plan = self.matrix.plan
        return plan.versions.approved().select_related("body", "decision").first() if plan else None

    @property
    def file_name(self):
        return f"starkt-skydd-matris-{self.region.code}-{iso(self.printed_on)}.pdf"

    def pdf(self):
        html = render_to_string("municipalities/protection/paper.html", {"paper": self, "is_demo": settings.DEMO})
        return render(html, identifier=hashlib.sha256(html.encode()).digest()[:16])


class MunicipalityPage:
    """One municipality's own plan: every proposal of its region with what it does about it."""

    def __init__(self, municipality):
        self.municipality = municipality
        work = ProposalWork.objects.filter(municipality=municipality)
        found = {row.proposal_id: row for row in work.select_related("changed_by").prefetch_related("activities")}
        proposals = Proposal.objects.filter(region=municipality.region_id)
        self.lines = [(proposal, Cell(municipality, found.get(proposal.pk))) for proposal in proposals]

    @property
    def areas(self):
        """[(area's name, its lines)] of those that have proposals."""
        found = [(area.label, [line for line in self.lines if line[0].area == area]) for area in Proposal.Area]
        return [(name, lines) for name, lines in found if lines]

    @property
    def sentence(self):
        if not self.lines:
            return "Regionen har inte skrivit in några förslag ännu."
        covered = sum(cell.covers for _, cell in self.lines)
        chosen = sum(cell.is_priority for _, cell in self.lines)
        said = f"{self.municipality} arbetar med eller har genomfört {count_word(covered)} av {count_word(len(self.lines))} förslag"
        return f"{said} och prioriterar {count_word(chosen)}." if chosen else f"{said}."


class ProposalPage:
    """One proposal: what the county and each municipality do about it."""

    def __init__(self, proposal):
        self.proposal = proposal
        work = proposal.work.select_related("municipality", "changed_by").prefetch_related("activities")
        self.cells = [Cell(row.municipality, row) for row in work.order_by("municipality__sort_key")]

    @property
    def activities(self):
        """The county's, newest plan first."""
        found = self.proposal.activities.select_related("goal__focus__plan")
        return found.order_by("-goal__focus__plan__year", "order", "pk")

    @property
    def sentence(self):
        covered = sum(cell.covers for cell in self.cells)
        if not covered:
            return "Ingen kommun arbetar med förslaget ännu."
        return f"{starting(count_word(covered))} {'kommun' if covered == 1 else 'kommuner'} arbetar med förslaget eller har genomfört det."
