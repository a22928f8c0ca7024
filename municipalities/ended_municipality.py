"""A municipality that leaves the cooperation or is merged into another: what ends with it, and on which day.

Its rows stay and say so. What it has delivered of children is not touched (docs/adr/0029).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db import transaction
from django.db.models import Q

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import BodyMember, Holder, Municipality


class CannotEnd(Exception):
    """Why the municipality cannot be ended so, as a sentence to show."""


@dataclass(frozen=True)
class Ending:
    """What would end with a municipality from a day. Harmless to repeat: then whatever has come since is ended."""

    municipality: Municipality
    day: date
    successor: Municipality | None = None

    def check(self):
        """CannotEnd with the reason."""
        place, other = self.municipality, self.successor
        if place.ended_on and (place.ended_on, place.succeeded_by) != (self.day, other):
            raise CannotEnd(f"{place} är redan avslutad på annat sätt. {place.ending}")
        if other == place:
            raise CannotEnd("En kommun kan inte gå upp i sig själv.")
        if other and other.ended_on and other.ended_on <= self.day:
            raise CannotEnd(f"{other} deltar inte heller den dagen.")

    @cached_property
    def memberships(self):
        return self.municipality.memberships.filter(later_than(self.day)).select_related("user")

    @cached_property
    def posts(self):
        return self.municipality.posts.filter(later_than(self.day))

    @property
    def last_day(self):
        return self.day - timedelta(days=1)

    @cached_property
    def members(self):
        """Those who speak for it in the region's bodies; their last day is the day before."""
        return BodyMember.objects.filter(later_than(self.last_day), municipality=self.municipality)

    @property
    def parties(self):
        """Agreements that it is party to."""
        return self.municipality.accord_parties.filter(left_on__isnull=True).select_related("accord")

    def lines(self):
        """What will end, a Swedish line at a time."""
        yield f"{self.municipality} deltar inte från och med {self.day}."
        if self.successor:
            yield f"Kommunen går upp i {self.successor}."
        yield f"{len(self.memberships)} uppdrag avslutas den dagen."
        yield f"{len(self.posts)} funktioner i katalogen avslutas."
        yield f"{len(self.members)} ledamöter i organ avslutas."
        for party in self.parties:
            yield f"Är part i ”{party.accord}” till och med dagen före. Se över texten."

    @transaction.atomic
    def carry_out(self):
        self.check()
        place = self.municipality
        for row in self.memberships:
            row.ended_on = max(self.day, row.started_on)
            row.save(update_fields=["ended_on"])
            record(None, Verb.ENDED, row, role=row.role, reason="kommunen deltar inte")
        for post in self.posts:
            post.ended_on = self.day
            post.save(update_fields=["ended_on"])
            for holder in Holder.objects.filter(later_than(self.last_day), post=post):
                holder.ended_on = max(self.last_day, holder.started_on)
                holder.save(update_fields=["ended_on"])
        for member in self.members:
            member.ended_on = max(self.last_day, member.started_on)
            member.save(update_fields=["ended_on"])
        place.ended_on, place.succeeded_by = self.day, self.successor
        place.save(update_fields=["ended_on", "succeeded_by"])
        into = self.successor.code if self.successor else ""
        record(None, Verb.ENDED, place, municipality_id=place.pk, day=str(self.day), into=into)


def later_than(day):
    return Q(ended_on__isnull=True) | Q(ended_on__gt=day)
