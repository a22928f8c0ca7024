"""Who decides what in a region and who reports to whom: one picture, and the same as a list."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils import timezone

from bou_portal.charts import Table
from bou_portal.charts.organisation import Box, organisation
from bou_portal.formats import count_word, listing, starting
from municipalities.directory.colleagues import those_here
from municipalities.models import Body, BodyMember, Meeting

COMING = 8
TITLE = "Vem rapporterar till vem"


@dataclass(frozen=True)
class Line:
    """A body at its place in the picture: how deep, and under which line."""

    body: Body
    depth: int
    above: int | None
    chairs: list[BodyMember]
    next_at: datetime | None

    @property
    def has_no_chair(self):
        return not self.chairs

    @property
    def kind_and_rhythm(self):
        """`Styrgrupp, fyra gånger om året`"""
        return f"{self.body.get_kind_display()}, {self.body.get_rhythm_display().lower()}"


class GovernanceMap:
    """The bodies of a region that are at work, from the top down. The number of queries does not grow with them."""

    def __init__(self, region):
        self.region = region

    @cached_property
    def bodies(self):
        coming = Meeting.objects.to_come().filter(body=OuterRef("pk")).values("starts_at")[:1]
        chairs = BodyMember.objects.today().filter(part=BodyMember.Part.CHAIR).select_related("user")
        found = Body.objects.active().filter(region=self.region).select_related("reports_to")
        return list(
            found.annotate(next_at=Subquery(coming)).prefetch_related(Prefetch("members", chairs, to_attr="chairs"))
        )

    @cached_property
    def here(self):
        """Ids of the chairs with an account who still work in the region."""
        return those_here(self.region, {chair.user_id for body in self.bodies for chair in body.chairs})

    @cached_property
    def lines(self):
        """Upper bodies before those that report to them. One that nobody above is left of stands at the top."""
        below = {}
        ids = {body.pk for body in self.bodies}
        for body in self.bodies:
            below.setdefault(body.reports_to_id if body.reports_to_id in ids else None, []).append(body)
        found, seen = [], set()
        self._hang(below, None, 0, None, found, seen)
        for body in self.bodies:  # a ring that two writers closed in the same moment has no top
            if body.pk not in seen:
                self._add(body, below, 0, None, found, seen)
        return found

    def _hang(self, below, upper, depth, above, found, seen):
        for body in below.get(upper, []):
            if body.pk not in seen:
                self._add(body, below, depth, above, found, seen)

    def _add(self, body, below, depth, above, found, seen):
        seen.add(body.pk)
        chairs = [chair for chair in body.chairs if chair.user_id is None or chair.user_id in self.here]
        found.append(Line(body, depth, above, chairs, body.next_at))
        self._hang(below, body.pk, depth + 1, len(found) - 1, found, seen)

    @cached_property
    def coming(self):
        """The next meetings of all of them, the first one first."""
        found = Meeting.objects.to_come().filter(body__in=self.bodies).select_related("body")
        return list(found[:COMING])

    @cached_property
    def ended(self):
        return list(Body.objects.filter(region=self.region, ended_on__lt=timezone.localdate()))

    @property
    def vacant(self):
        """Bodies that nobody chairs."""
        return [line.body for line in self.lines if line.has_no_chair]

    @property
    def sentence(self):
        """`Fem organ. Ordförande saknas i arbetsgruppen för BBIC.`"""
        if not self.lines:
            return "Här samlas regionens styrelse, styrgrupp, råd, nätverk och arbetsgrupper."
        count = "Ett" if len(self.lines) == 1 else starting(count_word(len(self.lines)))
        names = [body.name for body in self.vacant]
        told = f"Ordförande saknas i {listing(names)}." if names else "Alla har ordförande."
        return f"{count} organ arbetar i {self.region}. {told}"

    @property
    def conclusion(self):
        """Who stands at the top, and how many report to whom most report to."""
        tops = [line.body.name for line in self.lines if line.depth == 0]
        uppers = [line.above for line in self.lines if line.above is not None]
        if not uppers:
            return "Inget organ rapporterar till något annat."
        most = max(set(uppers), key=lambda place: (uppers.count(place), -place))
        names = [line.body.name for line in self.lines if line.above == most]
        who = listing(names) if len(names) < 3 else f"{count_word(len(names))} organ"
        return f"Överst står {listing(tops)}. {starting(who)} rapporterar till {self.lines[most].body.name}."

    @property
    def chart(self):
        boxes = [
            Box(
                line.body.name,
                line.kind_and_rhythm,
                "● Ordförande saknas" if line.has_no_chair else "",
                line.above,
                line.depth,
                line.body.kind == Body.Kind.STEERING,
            )
            for line in self.lines
        ]
        rows = [
            (
                line.body.name,
                line.body.get_kind_display(),
                line.body.get_rhythm_display(),
                str(line.body.reports_to or "–"),
            )
            for line in self.lines
        ]
        table = Table(TITLE, ("Organ", "Slag", "Möts", "Rapporterar till"), tuple(rows))
        return organisation(boxes, title=TITLE, conclusion=self.conclusion, table=table)


def ring_through(body, upper):
    """The names of the ring it would make if the body reported to the upper one, `["A", "B", "A"]`; else nothing."""
    above = dict(Body.objects.filter(region=body.region_id).values_list("pk", "reports_to"))
    names = dict(Body.objects.filter(region=body.region_id).values_list("pk", "name"))
    way, here = [body.pk], upper.pk
    while here is not None and here not in way:
        way.append(here)
        here = above.get(here)
    return [names[pk] for pk in [*way, body.pk]] if here == body.pk else []
