"""Coordinated individual plans (SIP) as counts: a held meeting without anything that says whose (F16)."""

import uuid

from django.conf import settings
from django.db import models

from bou_portal.formats import month
from municipalities.models import Municipality
from placements.codes import AgeBand
from placements.models.reach import MunicipalRowsQuerySet


class SipQuerySet(MunicipalRowsQuerySet):
    def awaiting_follow_up(self):
        """A follow-up was decided on, and nobody has said whether it was held."""
        return self.filter(follow_up_set=True, follow_up_held__isnull=True)


class Sip(models.Model):
    """One held SIP meeting: month, age band, who took the initiative, and how it was done."""

    class Initiative(models.TextChoices):
        SOCIAL_SERVICES = "social_services", "Socialtjänsten"
        HEALTH_CARE = "health_care", "Hälso- och sjukvården"
        SCHOOL = "school", "Skolan"
        FAMILY = "family", "Barnet eller familjen"
        OTHER = "other", "Annan"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="sips", verbose_name="kommun")
    month_on = models.DateField("månad", help_text="Den första dagen i månaden.")
    age_band = models.CharField("ålder", max_length=6, choices=AgeBand)
    initiative = models.CharField("initiativ", max_length=16, choices=Initiative)
    child_present = models.BooleanField("barnet var med")
    follow_up_set = models.BooleanField("uppföljning bestämd")
    follow_up_held = models.BooleanField("uppföljningen hölls", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="inskriven av",
    )
    entered_at = models.DateTimeField("inskriven", auto_now_add=True)

    objects = SipQuerySet.as_manager()

    class Meta:
        verbose_name = "SIP-möte"
        verbose_name_plural = "SIP-möten"
        ordering = ["-month_on", "-pk"]

    def __str__(self):
        return f"SIP {self.month_on:%Y-%m}"

    @property
    def month_name(self):
        return month(self.month_on)
