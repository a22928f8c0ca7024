"""Who stands in for whom: a colleague's children are reached and shown for as long as the cover lasts."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import Municipality
from placements.models.reach import MunicipalRowsQuerySet


class CoverQuerySet(MunicipalRowsQuerySet):
    def in_force(self):
        today = timezone.localdate()
        return self.filter(started_on__lte=today, ended_on__gte=today)

    def coming(self):
        """In force, or later."""
        return self.filter(ended_on__gte=timezone.localdate())

    def overlapping(self, first, last):
        return self.filter(started_on__lte=last, ended_on__gte=first)

    def arranged_by(self, user):
        """Those this user may end: her own absence, and anybody's where she arranges cover."""
        return self.filter(Q(absent=user) | Q(municipality__in=user.municipalities(Permission.ARRANGE_COVER)))

    def seen_by(self, user):
        """Those that concern her, and everybody's where she arranges cover."""
        return self.filter(Q(covered_by=user) | Q(pk__in=self.arranged_by(user).values("pk")))


class Cover(models.Model):
    """`covered_by` does the work of `absent` from a day to a day, both included. Nobody's responsibility changes."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name="frånvarande"
    )
    covered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="covers", verbose_name="ersätts av"
    )
    started_on = models.DateField("från och med")
    ended_on = models.DateField("till och med")

    objects = CoverQuerySet.as_manager()

    class Meta:
        verbose_name = "ersättare"
        verbose_name_plural = "ersättare"
        ordering = ["started_on"]
        constraints = [
            models.CheckConstraint(
                name="cover_ends_after_it_starts",
                condition=Q(ended_on__gte=F("started_on")),
                violation_error_message="Sista dagen kan inte vara före den första.",
            ),
            models.CheckConstraint(
                name="nobody_covers_for_her_own_absence",
                condition=~Q(absent=F("covered_by")),
                violation_error_message="Välj en kollega: ingen kan ersätta sig själv.",
            ),
        ]

    def __str__(self):
        return f"{self.covered_by} för {self.absent} till {self.ended_on}"

    @property
    def is_in_force(self):
        return self.started_on <= timezone.localdate() <= self.ended_on

    @transaction.atomic
    def end(self, by):
        """End it at once: the colleague reaches the children no longer. One that had not begun is gone."""
        today = timezone.localdate()
        record(by, Verb.ENDED, self, worker=self.covered_by_id, was_worker=self.absent_id)
        if self.started_on >= today:
            self.delete()
        else:
            self.ended_on = today - timedelta(days=1)
            self.save(update_fields=["ended_on"])
