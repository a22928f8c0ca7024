"""Homes that are institutions. Private homes are not in the portal: their families have a right to stay out of it."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from municipalities.models import Municipality
from placements.codes import FormGroup, Operator


class CareHomeQuerySet(models.QuerySet):
    def known_to(self, municipalities):
        """Registered homes, and these municipalities' own proposals."""
        return self.filter(~Q(status=CareHome.Status.PROPOSED) | Q(proposed_by__in=municipalities))

    def for_user(self, user, permission):
        """The register is common; a proposal is seen by the municipality that made it, and by the region's leader."""
        reach = ~Q(status=CareHome.Status.PROPOSED) | Q(proposed_by__in=user.municipalities(permission))
        regions = {m.region_id for m in user.granting(permission) if m.region_id}
        if regions:
            reach |= Q(proposed_by__region__in=regions)
        return self.filter(reach) if user.can(permission) else self.none()


class CareHome(models.Model):
    """An HVB, a supported housing, a SiS home or a shelter."""

    class Status(models.TextChoices):
        REGISTERED = "registered", "I registret"
        PROPOSED = "proposed", "Föreslaget"
        CLOSED = "closed", "Stängt"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("namn", max_length=100)
    name_key = models.CharField(max_length=100, db_index=True)
    form_group = models.CharField("form", max_length=20, choices=FormGroup)
    operator = models.CharField("regi", max_length=20, choices=Operator, blank=True)
    operator_name = models.CharField("huvudman", max_length=100, blank=True)
    location = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="homes_located_here", verbose_name="ligger i"
    )
    target_group = models.CharField("målgrupp", max_length=120, blank=True)
    age_from = models.PositiveSmallIntegerField("från år", null=True, blank=True)
    age_to = models.PositiveSmallIntegerField("till år", null=True, blank=True)
    places = models.PositiveSmallIntegerField("platser", null=True, blank=True)
    status = models.CharField("status", max_length=12, choices=Status, default=Status.REGISTERED)
    proposed_by = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="proposed_homes", verbose_name="föreslaget av"
    )

    objects = CareHomeQuerySet.as_manager()

    class Meta:
        verbose_name = "hem"
        verbose_name_plural = "hem"
        ordering = ["name_key"]
        constraints = [
            models.CheckConstraint(
                name="home_ages_are_in_order",
                condition=Q(age_from__isnull=True) | Q(age_to__isnull=True) | Q(age_to__gte=F("age_from")),
                violation_error_message="Högsta ålder kan inte vara under lägsta ålder.",
            ),
            models.CheckConstraint(
                name="proposed_homes_say_who_proposed_them",
                condition=~Q(status="proposed") | Q(proposed_by__isnull=False),
                violation_error_message="Ange vilken kommun som föreslår hemmet.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("home_detail", args=[self.uid])


class HomeAlias(models.Model):
    """What a municipality's case system calls a home: its own id or another spelling, normalised."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="+", verbose_name="kommun")
    home = models.ForeignKey(CareHome, models.CASCADE, related_name="aliases", verbose_name="hem")
    key = models.CharField("kallas", max_length=100)

    class Meta:
        verbose_name = "annat namn på hem"
        verbose_name_plural = "andra namn på hem"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "key"],
                name="a_municipality_calls_one_home_by_a_name",
                violation_error_message="Namnet används redan för ett annat hem.",
            )
        ]

    def __str__(self):
        return self.key
