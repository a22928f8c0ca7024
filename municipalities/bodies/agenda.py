"""A meeting's agenda: the clock, what could be taken up, and the same as paper. Made for the meetings of any body."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import count_word, starting
from bou_portal.formats import date as iso
from bou_portal.pdf import render
from municipalities.bodies.decisions import by_due, counted
from municipalities.models import AgendaItem, Body, BodyMember, Decision, Knowledge, Meeting, PlanVersion

# How far back new knowledge is offered when the body has not met before.
FIRST_DAYS = 365
Kind = AgendaItem.Kind


# --- what could be taken up ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Offer:
    """Something that waits to be taken up. `subject` is the field of the item that will hold `row`."""

    subject: str
    row: Knowledge | Decision | PlanVersion
    title: str
    why: str
    kind: Kind

    @property
    def key(self):
        return f"{self.subject}-{self.row.pk}"


def offers(meeting):
    """What the meeting could take up: proposed plans for a steering group, its body's open decisions, new knowledge."""
    taken = {(name, pk) for row in meeting.items.values(*SUBJECTS) for name, pk in row.items() if pk}
    found = [*offered_plans(meeting), *offered_decisions(meeting), *offered_knowledge(meeting)]
    return [offer for offer in found if (offer.subject, offer.row.pk) not in taken]


SUBJECTS = ("plan_version", "follows", "knowledge")


def offered_plans(meeting):
    if meeting.body.kind != Body.Kind.STEERING:
        return []
    waiting = PlanVersion.objects.waiting().filter(plan__region=meeting.body.region_id).select_related("plan")
    return [
        Offer("plan_version", row, f"{row.plan}, version {row.number}", "Planen väntar på beslut", Kind.DECIDE)
        for row in waiting
    ]


def offered_decisions(meeting):
    open_ones = by_due(Decision.objects.open().filter(body=meeting.body_id, decided_on__lte=meeting.day))
    return [
        Offer("follows", row, f"Uppföljning av beslut {row}", f"{row.state[1]}, {row.owner_text}", Kind.DISCUSS)
        for row in open_ones
    ]


def offered_knowledge(meeting):
    """Entered since the body last met, and never on an agenda of its before."""
    met = Meeting.objects.held().filter(body=meeting.body_id, starts_at__lt=meeting.starts_at)
    since = met.aggregate(last=Max("starts_at"))["last"] or timezone.now() - timedelta(days=FIRST_DAYS)
    new = Knowledge.objects.filter(region=meeting.body.region_id, withdrawn_on=None, entered_at__gte=since)
    shown = AgendaItem.objects.filter(meeting__body=meeting.body_id, knowledge__isnull=False)
    return [
        Offer(
            "knowledge",
            row,
            row.title,
            f"{row.get_kind_display()}, inlagd {iso(timezone.localdate(row.entered_at))}",
            Kind.INFORM,
        )
        for row in new.exclude(pk__in=shown.values("knowledge")).order_by("-entered_at")
    ]


@transaction.atomic
def take_up(meeting, chosen, user):
    """Put the chosen offers last on the agenda. What has come there meanwhile is not put there twice."""
    meeting = Meeting.objects.select_for_update().select_related("body").get(pk=meeting.pk)
    still = {offer.key for offer in offers(meeting)}
    made = [
        AgendaItem.objects.create(
            meeting=meeting,
            order=next_order(meeting),
            title=offer.title[: AgendaItem._meta.get_field("title").max_length],
            kind=offer.kind,
            **{offer.subject: offer.row},
        )
        for offer in chosen
        if offer.key in still
    ]
    if made:
        record(user, Verb.CHANGED, meeting, items=len(made))
    return made


def next_order(meeting):
    return (meeting.items.aggregate(last=Max("order"))["last"] or 0) + 1


# --- the agenda as it is read -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """An item of the agenda: its number, when it begins, and what was decided at it."""

    number: int
    item: AgendaItem
    starts_at: datetime
    decisions: list[Decision]

    @property
    def clock(self):
        """`13.20`, Swedish time."""
        return f"{timezone.localtime(self.starts_at):%H.%M}"


class Agenda:
    """A meeting and its items in order, with the clock computed from their minutes."""

    def __init__(self, meeting):
        self.meeting = meeting

    @cached_property
    def decisions(self):
        found = self.meeting.decisions.select_related("body", "owner").prefetch_related("activities")
        return list(found.order_by("year", "number"))

    @cached_property
    def lines(self):
        found, at = [], self.meeting.starts_at
        items = self.meeting.items.select_related("knowledge", "plan_version__plan", "follows__body")
        for number, item in enumerate(items, start=1):
            item.meeting = self.meeting
            made = [decision for decision in self.decisions if decision.item_id == item.pk]
            found.append(Line(number, item, at, made))
            at += timedelta(minutes=item.minutes or 0)
        return found

    @property
    def loose_decisions(self):
        """Those made at the meeting but at none of its items."""
        return [decision for decision in self.decisions if decision.item_id is None]

    @property
    def minutes(self):
        """Of all items together."""
        return sum(line.item.minutes or 0 for line in self.lines)

    @property
    def has_untimed(self):
        return any(line.item.minutes is None for line in self.lines)

    @property
    def sentence(self):
        """What matters now: how far the agenda has come, or what was decided."""
        meeting = self.meeting
        if meeting.is_cancelled:
            return "Mötet är inställt. Dagordningen finns kvar."
        if meeting.is_held:
            return self.held
        when = f"{meeting.body} möts {iso(meeting.day)}."
        if not self.lines:
            return f"{when} Dagordningen är tom."
        over = self.minutes - meeting.length
        if over > 0:
            minutes = "en minut" if over == 1 else f"{count_word(over)} minuter"
            return f"{when} Punkterna tar {minutes} mer än mötet."
        return f"{when} {starting(counted(len(self.lines), 'punkter') if len(self.lines) > 1 else 'en punkt')}."

    @property
    def held(self):
        if not self.decisions:
            return "Mötet är hållet. Inget beslut är infört."
        left = sum(decision.is_open for decision in self.decisions)
        tail = f", varav {'ett' if left == 1 else count_word(left)} återstår att genomföra." if left else "."
        return f"Mötet är hållet. {starting(counted(len(self.decisions), 'beslut'))}{tail}"


class AgendaPaper:
    """The agenda, or when the meeting is held its minutes, as a PDF. The same content gives the same bytes."""

    template = "municipalities/bodies/agenda_paper.html"

    def __init__(self, meeting):
        self.meeting, self.agenda = meeting, Agenda(meeting)

    @property
    def word(self):
        return "Protokoll" if self.meeting.is_held else "Dagordning"

    @property
    def members(self):
        """Of that day: chair, secretary, members, deputies."""
        on_that_day = [
            member
            for member in self.meeting.body.members.select_related("user", "municipality")
            if member.started_on <= self.meeting.day and (not member.ended_on or member.ended_on >= self.meeting.day)
        ]
        order = BodyMember.Part.values
        return sorted(on_that_day, key=lambda member: (order.index(member.part), str(member)))

    @property
    def file_name(self):
        return f"{self.word.lower()}-{iso(self.meeting.day)}.pdf"

    def pdf(self):
        html = render_to_string(self.template, {"paper": self, "is_demo": settings.DEMO})
        return render(html, identifier=hashlib.sha256(html.encode()).digest()[:16])
