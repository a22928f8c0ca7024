"""What the region's own work has in common: it belongs to a region and is read by everybody who works in it."""

import uuid

from django.conf import settings
from django.db import models

from municipalities.models.places import Municipality, Region


class Topic(models.TextChoices):
    """What a need, a request, a piece of knowledge or a piece of news is about. The same list in all regions."""

    BBIC = "bbic", "BBIC"
    FOLLOW_UP = "uppfoljning", "Systematisk uppföljning"
    PARTICIPATION = "delaktighet", "Barns delaktighet"
    INVESTIGATION = "utredning", "Utredning och skyddsbedömning"
    FOSTER_CARE = "familjehem", "Familjehem"
    HVB = "hvb", "HVB och stödboende"
    STABILITY = "stabilitet", "Avbrott och stabilitet"
    HEALTH = "halsa", "Hälsa och tandhälsa"
    SCHOOL = "skola", "Skola"
    COOPERATION = "samverkan", "Samverkan och SIP"
    UNACCOMPANIED = "ensamkommande", "Ensamkommande barn"
    STAFFING = "bemanning", "Kompetens och bemanning"
    WORKPLACE = "arbetsmiljo", "Arbetsmiljö"
    LAW = "lag", "Lag och rättssäkerhet"
    OTHER = "annat", "Annat"


class RegionalQuerySet(models.QuerySet):
    """Rows of a region."""

    def for_user(self, user, permission):
        """Rows of the regions this user reaches with this permission, through her municipality too."""
        return self.filter(region__in=user.regions(permission))


class Regional(models.Model):
    """Belongs to a region."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="region")

    objects = RegionalQuerySet.as_manager()

    class Meta:
        abstract = True


class MunicipalQuerySet(models.QuerySet):
    """Rows that a municipality has given its region: its own, and all of the region's for those who lead there."""

    def for_user(self, user, permission):
        regions = {membership.region_id for membership in user.granting(permission) if membership.region_id}
        return self.filter(
            models.Q(municipality__in=user.municipalities(permission)) | models.Q(municipality__region__in=regions)
        )


class Municipal(models.Model):
    """Given to the region by a municipality."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")

    objects = MunicipalQuerySet.as_manager()

    class Meta:
        abstract = True


class Step(models.Model):
    """One line of a history that is only added to: who said what, when."""

    text = models.CharField("kommentar", max_length=600, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="skrivet av"
    )
    at = models.DateTimeField("tidpunkt", auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]


def person(verbose_name, **options):
    """Somebody with an account. The row outlives the account."""
    options = {"null": True, "blank": True, "related_name": "+", **options}
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=verbose_name, **options)
