"""The child and what follows the child through every placement: law, care episode, responsible worker."""

import uuid

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from municipalities.models import Municipality, Unit
from placements.codes import LawCode, LawGroup, Sex


def covered_by(user, municipality):
    """Ids of the colleagues whose work this user does today."""
    covers = apps.get_model("placements", "Cover").objects.in_force()
    return covers.filter(covered_by=user, municipality=municipality).values("absent")


def reach(user, permission, child):
    """The rows a user reaches with a permission; `child` is the path from a row to its child ("pk" for the child).

    A role that sees its own unit only reaches children assigned to her, to whom she covers for, to her unit, or to
    nobody, unless the municipality has opened all to its workers (security.md, Decision 9). Asked of the rows themselves, each of which
    carries its municipality, so that an index beginning with it serves every list.
    """
    reached = Q(pk__in=[])
    for membership in user.granting(permission):
        if not membership.municipality_id:
            continue
        rows = Q(municipality=membership.municipality_id)
        if membership.sees_own_unit_only:
            current = Assignment.objects.filter(child=OuterRef(child), ended_on__isnull=True)
            mine = Q(worker=user) | Q(worker__in=covered_by(user, membership.municipality_id))
            if membership.unit_id:
                mine |= Q(unit=membership.unit_id)
            rows &= Exists(current.filter(mine)) | ~Exists(current)
        reached |= rows
    return reached


class ChildQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Children this user may reach with this permission."""
        return self.filter(reach(user, permission, "pk"))


class ChildRowsQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Rows about children this user may reach with this permission."""
        return self.filter(reach(user, permission, "child"))

    def assigned(self, *conditions, **who):
        """Whose child has a responsible worker or unit now; `worker=`, `unit=` or `worker__in=` says which."""
        held = Assignment.objects.filter(*conditions, child=OuterRef("child"), ended_on__isnull=True, **who)
        return self.filter(Exists(held))

    def unassigned(self):
        """Whose child nobody is responsible for now."""
        return self.filter(~Exists(Assignment.objects.filter(child=OuterRef("child"), ended_on__isnull=True)))


class Child(models.Model):
    """A placed child under the municipality's own code. Never a name, a personal number or a date of birth."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="children", verbose_name="kommun")
    local_code = models.CharField("lokal kod", max_length=20)
    birth_year = models.PositiveSmallIntegerField("födelseår", null=True, blank=True)
    sex = models.CharField("kön", max_length=10, choices=Sex, default=Sex.UNKNOWN)
    unaccompanied = models.BooleanField("ensamkommande", null=True, blank=True)

    objects = ChildQuerySet.as_manager()

    class Meta:
        verbose_name = "barn"
        verbose_name_plural = "barn"
        ordering = ["local_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "local_code"],
                name="local_codes_are_unique_in_a_municipality",
                violation_error_message="Kommunen har redan ett barn med den koden.",
            )
        ]

    def __str__(self):
        return self.local_code

    def get_absolute_url(self):
        return reverse("child_detail", args=[self.uid])


class LegalBasis(models.Model):
    """The law a child is placed under, from a day until a day. On the child, because it outlives a move."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="legal_bases", verbose_name="barn")
    group = models.CharField("lag", max_length=10, choices=LawGroup)
    code = models.CharField("lagrum", max_length=20, choices=LawCode, blank=True)
    started_on = models.DateField("från")
    ended_on = models.DateField("till", null=True, blank=True)

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "lagrum"
        verbose_name_plural = "lagrum"
        ordering = ["child", "started_on"]
        constraints = [
            models.CheckConstraint(
                name="legal_basis_ends_after_it_starts",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                violation_error_message="Slutdatum kan inte vara före startdatum.",
            ),
            models.UniqueConstraint(
                fields=["child", "started_on"],
                name="one_legal_basis_starts_on_a_day",
                violation_error_message="Det finns redan ett lagrum från den dagen.",
            ),
        ]

    def __str__(self):
        return f"{self.get_group_display()} från {self.started_on}"


class CareEpisode(models.Model):
    """From leaving home to coming back: consecutive placements without a night between. Derived, never delivered.

    The months that figures ask for are stored, because SQL engines differ on month ends (figures.md 3).
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="episodes", verbose_name="barn")
    started_on = models.DateField("från")
    ended_on = models.DateField("till", null=True, blank=True)
    six_months_on = models.DateField("sex månader i vård")
    twelve_months_on = models.DateField("tolv månader i vård")
    review_due_on = models.DateField("nästa övervägande eller omprövning", null=True, blank=True)
    review_due_effective_on = models.DateField("senast", null=True, blank=True)

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "insats"
        verbose_name_plural = "insatser"
        ordering = ["child", "started_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(ended_on__isnull=True),
                name="one_open_care_episode_per_child",
                violation_error_message="Barnet har redan en pågående insats.",
            ),
        ]

    def __str__(self):
        return f"insats från {self.started_on}"


class Assignment(models.Model):
    """Who is responsible for a child, from a day until a day: a worker, a unit, or both."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="assignments", verbose_name="barn")
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name="ansvarig socialsekreterare",
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="enhet"
    )
    started_on = models.DateField("från")
    ended_on = models.DateField("till", null=True, blank=True)

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "ansvar"
        verbose_name_plural = "ansvar"
        ordering = ["child", "started_on"]
        constraints = [
            models.CheckConstraint(
                name="assignment_names_a_worker_or_a_unit",
                condition=Q(worker__isnull=False) | Q(unit__isnull=False),
                violation_error_message="Välj en handläggare eller en enhet.",
            ),
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(ended_on__isnull=True),
                name="one_open_assignment_per_child",
                violation_error_message="Barnet har redan en ansvarig.",
            ),
        ]

    def __str__(self):
        return f"ansvar från {self.started_on}"
