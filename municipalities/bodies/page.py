"""A body as a page: who is in it, when it meets, what it has decided, what reports to it."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from bou_portal.formats import date as iso
from bou_portal.formats import starting
from municipalities.bodies.decisions import counted
from municipalities.directory.colleagues import those_here
from municipalities.models import Body, BodyMember, Decision, Meeting

LATEST, DECIDED = 8, 10


@dataclass(frozen=True)
class MemberLine:
    """A member, and whether she is still at work there: `gone` says what has happened."""

    member: BodyMember
    gone: str

    @property
    def period(self):
        since, until = self.member.started_on, self.member.ended_on
        return f"{iso(since)}–{iso(until)}" if until else f"sedan {iso(since)}"


class BodyPage:
    def __init__(self, body: Body):
        self.body, self.today = body, timezone.localdate()

    @cached_property
    def all_members(self):
        members = list(self.body.members.select_related("user", "municipality"))
        here = those_here(self.body.region, {member.user_id for member in members if member.user_id})
        return [MemberLine(member, self.gone(member, here)) for member in members]

    def gone(self, member, here):
        """Why somebody who is listed may not come: the account's owner has left, or her municipality has."""
        if member.user_id and member.user_id not in here:
            return "Har slutat"
        place = member.municipality
        if place and place.has_ended:
            return f"{place} deltar inte längre"
        return ""

    @property
    def members(self):
        """Of today and to come: chair, secretary, members, deputies."""
        order = BodyMember.Part.values
        now = [line for line in self.all_members if not self.is_over(line.member)]
        return sorted(now, key=lambda line: (order.index(line.member.part), str(line.member)))

    @property
    def former(self):
        """Newest ending first."""
        over = [line for line in self.all_members if self.is_over(line.member)]
        return sorted(over, key=lambda line: line.member.ended_on, reverse=True)

    def is_over(self, member):
        return member.ended_on is not None and member.ended_on < self.today

    @property
    def has_no_chair(self):
        def chairs(line):
            return line.member.part == BodyMember.Part.CHAIR and line.member.started_on <= self.today and not line.gone

        return not self.body.has_ended and not any(map(chairs, self.members))

    @cached_property
    def to_come(self):
        return list(Meeting.objects.to_come().filter(body=self.body))

    @cached_property
    def past(self):
        """Meetings that are held, cancelled or over, the newest first."""
        coming = {meeting.pk for meeting in self.to_come}
        return list(self.body.meetings.exclude(pk__in=coming).order_by("-starts_at"))

    @property
    def latest(self):
        return self.past[:LATEST]

    @property
    def older(self):
        return self.past[LATEST:]

    @cached_property
    def decisions(self):
        """The latest ones."""
        return list(self.body.decisions.select_related("body", "owner")[:DECIDED])

    @cached_property
    def reporting(self):
        return list(Body.objects.active().filter(reports_to=self.body))

    @property
    def sentence(self):
        """`Nästa möte är 2026-12-03. Två beslut återstår att genomföra. Ordförande saknas.`"""
        if self.body.has_ended:
            return f"Avslutades {iso(self.body.ended_on)}. Möten och beslut finns kvar."
        told = [f"Nästa möte är {iso(self.to_come[0].day)}." if self.to_come else "Inget möte är planerat."]
        open_ones = Decision.objects.open().filter(body=self.body).count()
        if open_ones:
            told.append(starting(f"{counted(open_ones, 'beslut')} återstår att genomföra."))
        if self.has_no_chair:
            told.append("Ordförande saknas.")
        return " ".join(told)
