"""A shared foster-home centre (Familjehemscentrum): its flow as monthly counts, the municipalities' needs, the talk (F15).

Families are never in the portal, and a need says nothing about a child beyond an age band.
"""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import month
from municipalities.models import Municipality, Region
from placements.codes import AgeBand
from placements.models.reach import RegionalRowsQuerySet


class InRegionQuerySet(models.QuerySet):
    """Rows that carry both a municipality and its region: the centre sees all, a municipality its own."""

    def for_user(self, user, permission):
        regions = [held.region_id for held in user.granting(permission) if held.region_id]
        return self.filter(Q(municipality__in=user.municipalities(permission)) | Q(municipality__region__in=regions))


class CentreMonth(models.Model):
    """How many families came to each step in a month."""

    STEPS = ("interested", "applied", "investigated", "approved", "trained", "left")

    region = models.ForeignKey(Region, models.CASCADE, related_name="centre_months", verbose_name="region")
    month_on = models.DateField("månad")
    interested = models.PositiveIntegerField("intresseanmälningar", default=0)
    applied = models.PositiveIntegerField("ansökningar", default=0)
    investigated = models.PositiveIntegerField("utredda", default=0)
    approved = models.PositiveIntegerField("godkända", default=0)
    trained = models.PositiveIntegerField("utbildade", default=0)
    left = models.PositiveIntegerField("slutat", default=0)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="inskriven av",
    )

    objects = RegionalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "månad på Familjehemscentrum"
        verbose_name_plural = "månader på Familjehemscentrum"
        ordering = ["-month_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "month_on"],
                name="centre_month_is_entered_once",
                violation_error_message="Månaden är redan inskriven. Ändra den i stället.",
            )
        ]

    def __str__(self):
        return month(self.month_on)


class HomeNeedQuerySet(InRegionQuerySet):
    def open(self):
        return self.filter(state=HomeNeed.State.OPEN)

    def closed(self):
        return self.exclude(state=HomeNeed.State.OPEN)

    def filled(self):
        return self.filter(state=HomeNeed.State.FILLED)


class HomeNeed(models.Model):
    """A municipality needs a foster home: age band, from when, and what is special. Nothing about the child."""

    class Special(models.TextChoices):
        NONE = "none", "Inget särskilt"
        SIBLINGS = "siblings", "Syskon tillsammans"
        EMERGENCY = "emergency", "Jourhem"
        NEAR = "near", "Nära skola eller umgänge"
        EXPERIENCE = "experience", "Särskild erfarenhet"
        ACCESSIBLE = "accessible", "Anpassad bostad"

    class State(models.TextChoices):
        OPEN = "open", "Söks"
        FILLED = "filled", "Hem hittat"
        WITHDRAWN = "withdrawn", "Återtaget"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="home_needs", verbose_name="kommun")
    age_band = models.CharField("ålder", max_length=6, choices=AgeBand)
    special = models.CharField("särskilt behov", max_length=12, choices=Special, default=Special.NONE)
    wanted_on = models.DateField("önskad start")
    state = models.CharField("läge", max_length=10, choices=State, default=State.OPEN)
    posted_on = models.DateField("anmält")
    closed_on = models.DateField("avslutat", null=True, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="anmält av"
    )

    objects = HomeNeedQuerySet.as_manager()

    class Meta:
        verbose_name = "behov av familjehem"
        verbose_name_plural = "behov av familjehem"
        ordering = ["posted_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="open_needs_are_not_closed",
                condition=Q(state="open", closed_on__isnull=True) | (~Q(state="open") & Q(closed_on__isnull=False)),
                violation_error_message="Ett avslutat behov har en dag då det avslutades.",
            ),
            models.CheckConstraint(
                name="need_closes_after_it_is_posted",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("posted_on")),
                violation_error_message="Behovet kan inte avslutas innan det anmäldes.",
            ),
        ]

    def __str__(self):
        return f"{self.municipality}: {self.get_age_band_display()}"

    @property
    def days(self):
        """Days in the queue, until today or until it was settled."""
        return ((self.closed_on or timezone.localdate()) - self.posted_on).days

    @property
    def may_be_undone(self):
        """Only on the same day: what a quarter's numbers rest on does not change afterwards (ADR 14)."""
        return self.closed_on == timezone.localdate()

    @transaction.atomic
    def close(self, state, by):
        """Filled or withdrawn, today. False when somebody else settled it first."""
        today = timezone.localdate()
        changed = HomeNeed.objects.open().filter(pk=self.pk).update(state=state, closed_on=today)
        if changed:
            record(by, Verb.ENDED, self, state=str(state))
        return bool(changed)

    @transaction.atomic
    def reopen(self, by):
        """Take back what was settled today. False when that is too late."""
        today = timezone.localdate()
        settled = HomeNeed.objects.closed().filter(pk=self.pk, closed_on=today)
        changed = settled.update(state=HomeNeed.State.OPEN, closed_on=None)
        if changed:
            record(by, Verb.UNDID, self)
        return bool(changed)


class CentreThreadQuerySet(InRegionQuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)


class CentreThread(models.Model):
    """A question between one municipality and the centre, open until somebody says it is settled."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="centre_threads", verbose_name="kommun")
    subject = models.CharField("rubrik", max_length=100)
    opened_at = models.DateTimeField("öppnad", auto_now_add=True)
    closed_at = models.DateTimeField("avslutad", null=True, blank=True)

    objects = CentreThreadQuerySet.as_manager()

    class Meta:
        verbose_name = "fråga till Familjehemscentrum"
        verbose_name_plural = "frågor till Familjehemscentrum"
        ordering = ["-opened_at"]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse("thread_detail", args=[self.uid])

    @property
    def days(self):
        """Days it has been open, or was."""
        return ((self.closed_at or timezone.now()) - self.opened_at).days

    @transaction.atomic
    def close(self, by):
        self.closed_at = timezone.now()
        self.save(update_fields=["closed_at"])
        record(by, Verb.ENDED, self)


class CentreMessage(models.Model):
    """One message in a thread."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    thread = models.ForeignKey(CentreThread, models.CASCADE, related_name="messages", verbose_name="fråga")
    text = models.TextField("meddelande", max_length=1000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="skrivet av"
    )
    written_at = models.DateTimeField("skrivet", auto_now_add=True)

    class Meta:
        verbose_name = "meddelande"
        verbose_name_plural = "meddelanden"
        ordering = ["written_at", "pk"]

    def __str__(self):
        return f"meddelande {timezone.localtime(self.written_at):%Y-%m-%d}"


class CentreSurvey(models.Model):
    """A municipality's five marks for the centre in a half-year, 1-5."""

    ITEMS = ("speed", "fit", "being_informed", "support", "whole")

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    half_year = models.CharField("halvår", max_length=7)  # 2026-H1
    speed = models.PositiveSmallIntegerField("tid till hem")
    fit = models.PositiveSmallIntegerField("hemmet passade")
    being_informed = models.PositiveSmallIntegerField("information")
    support = models.PositiveSmallIntegerField("stöd")
    whole = models.PositiveSmallIntegerField("helhet")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="svarat av"
    )
    answered_at = models.DateTimeField("svarat", auto_now=True)

    objects = InRegionQuerySet.as_manager()

    class Meta:
        verbose_name = "halvårssvar om Familjehemscentrum"
        verbose_name_plural = "halvårssvar om Familjehemscentrum"
        ordering = ["-half_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "half_year"],
                name="one_centre_survey_per_half_year",
                violation_error_message="Kommunen har redan svarat för halvåret. Ändra svaret i stället.",
            ),
            models.CheckConstraint(
                name="centre_marks_are_1_to_5",
                condition=Q(
                    speed__range=(1, 5),
                    fit__range=(1, 5),
                    being_informed__range=(1, 5),
                    support__range=(1, 5),
                    whole__range=(1, 5),
                ),
                violation_error_message="Betygen är 1–5.",
            ),
        ]

    def __str__(self):
        return f"{self.municipality} {self.half_year}"
