"""The list of placements as rows to read: one page with what waits for each child, and the whole as a file."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Paginator

from bou_portal import exports, formats
from placements import worklist
from placements.codes import LawGroup
from placements.models import Assignment, Placement
from placements.worklist import responsible

PAGE = 50
# Counted no further: beyond this a reader needs the filters, and the database is spared counting all there is.
MOST = 2000
HEADINGS = (
    "barn",
    "födelseår",
    "kön",
    "form",
    "hem",
    "lag",
    "startdatum",
    "slutdatum",
    "slut härlett",
    "ansvarig",
    "enhet",
    "nästa övervägande",
    "senast bekräftad",
)


@dataclass(frozen=True)
class Line:
    """One placement with its child's law, responsible worker and most urgent task; an ended one may await its rating."""

    placement: Placement
    law: str
    responsible: Assignment | None
    task: worklist.Task | None
    awaits_rating: bool


class BoundedPaginator(Paginator):
    """Counts no further than `MOST`."""

    @cached_property
    def found(self):
        return self.object_list.order_by()[: MOST + 1].count()

    @property
    def count(self):
        return min(self.found, MOST)


class CasePage:
    """One page of the list. The same number of queries whatever there is to show."""

    def __init__(self, placements, number, status="pågående"):
        # Sorted as keys alone, then read: a sort that carries whole rows grows with the table.
        keys = placements.values_list("pk", flat=True)
        self.page = BoundedPaginator(keys, PAGE).get_page(number)
        self.count, self.has_more_than_counted = self.page.paginator.count, self.page.paginator.found > MOST
        self.status = status
        ids = list(self.page.object_list)
        found = Placement.objects.filter(pk__in=ids).with_law().select_related("child", "home").in_bulk()
        rows = [found[pk] for pk in ids]
        worst = worklist.worst({row.child_id for row in rows if row.ended_on is None})
        held = responsible({row.child_id for row in rows})
        unrated = set(Placement.objects.filter(pk__in=ids).awaiting_rating().values_list("pk", flat=True))
        self.lines = [
            Line(
                row,
                law_name(row),
                held.get(row.child_id),
                worst.get(row.child_id) if row.ended_on is None else None,
                row.pk in unrated,
            )
            for row in rows
        ]

    @property
    def sentence(self):
        """What the list holds, in words."""
        if self.has_more_than_counted:
            return f"Fler än {formats.number(MOST)} placeringar. Smalna av med filtren, eller sök med barnets kod."
        if not self.count:
            return "Här visas placerade barn som du når."
        one = self.count == 1
        what = {"pågående": "pågående ", "avslutade": "avslutad " if one else "avslutade "}.get(self.status, "")
        counted = formats.starting(formats.count_word(self.count))
        return f"{counted} {what}{'placering' if one else 'placeringar'}."


def law_name(placement):
    return LawGroup(placement.law).label if placement.law else ""


def export(placements):
    """The placements as CSV, and how many rows there are of each municipality."""
    counts, held = Counter(), responsible(placements.order_by().values("child"))
    rows = []
    for placement in placements.select_related("child", "home", "episode").iterator(chunk_size=2000):
        counts[placement.municipality_id] += 1
        rows.append(export_row(placement, held.get(placement.child_id)))
    return exports.csv_bytes(HEADINGS, rows), counts


def export_row(placement, assignment):
    child, episode = placement.child, placement.episode
    return (
        child.local_code,
        child.birth_year,
        child.get_sex_display(),
        placement.get_form_group_display(),
        placement.home,
        law_name(placement),
        placement.started_on,
        placement.ended_on,
        "ja" if placement.end_is_inferred else "",
        assignment.worker if assignment else None,
        assignment.unit if assignment else None,
        episode.review_due_on if episode and placement.ended_on is None else None,
        placement.confirmed_on,
    )
