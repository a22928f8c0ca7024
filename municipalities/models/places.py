"""The register: Sweden's regions and municipalities, and a municipality's units."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.formats import date as iso


class RegionQuerySet(models.QuerySet):
    def members(self):
        """The regions whose coordination runs in this portal."""
        return self.filter(is_member=True)

    def for_user(self, user, permission):
        """Regions this user reaches with this permission: her own, or that of her municipality."""
        return self.filter(pk__in=user.regions(permission))


class Region(models.Model):
    """A county with its regional body."""

    class CountsFrom(models.TextChoices):
        START = "start", "placeringens start"
        REQUEST = "request", "begäran"

    code = models.CharField("länskod", max_length=2, unique=True)
    name = models.CharField("län", max_length=60)
    letter = models.CharField("länsbokstav", max_length=2)
    body = models.CharField("region", max_length=60)
    coordinating_body = models.CharField("samordnas av", max_length=80, blank=True)
    is_member = models.BooleanField("använder portalen", default=False)
    sort_key = models.CharField(max_length=120, db_index=True)
    health_target_days = models.PositiveSmallIntegerField("målnivå för hälsoundersökning, dagar", default=60)
    health_target_from = models.CharField("räknas från", max_length=10, choices=CountsFrom, default=CountsFrom.START)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = "region"
        verbose_name_plural = "regioner"
        ordering = ["sort_key"]

    def __str__(self):
        return self.body

    def get_absolute_url(self):
        return reverse("region", args=[self.code])


class MunicipalityQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """The municipalities in which this user holds this permission."""
        return self.filter(pk__in=user.municipalities(permission))

    def active(self):
        """Those that take part today: not merged into another, and not out of the cooperation."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=timezone.localdate()))


class Municipality(models.Model):
    """A municipality: controller of its children's data, and the wall around them."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="municipalities", verbose_name="region")
    code = models.CharField("kommunkod", max_length=4, unique=True)
    short_name = models.CharField("namn", max_length=40)
    official_name = models.CharField("officiellt namn", max_length=60)
    skr_group = models.CharField("kommungrupp (SKR)", max_length=2)
    skr_group_name = models.CharField("kommungruppens namn", max_length=80)
    population = models.PositiveIntegerField("invånare")
    population_year = models.PositiveSmallIntegerField("invånare, år")
    population_0_20 = models.PositiveIntegerField("invånare 0–20 år")
    population_0_20_year = models.PositiveSmallIntegerField("invånare 0–20 år, år")
    sort_key = models.CharField(max_length=80, db_index=True)
    opens_all_to_workers = models.BooleanField("socialsekreterare ser hela kommunens placeringar", default=False)
    # The day from which the code no longer holds or the municipality has left the cooperation. Its rows stay.
    ended_on = models.DateField("deltar inte från och med", null=True, blank=True)
    succeeded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="preceded_by", verbose_name="har gått upp i"
    )

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = "kommun"
        verbose_name_plural = "kommuner"
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(
                name="young_inhabitants_are_inhabitants",
                condition=Q(population_0_20__lte=F("population")) | ~Q(population_0_20_year=F("population_year")),
                violation_error_message="Antalet invånare 0–20 år kan inte vara större än antalet invånare.",
            ),
            models.CheckConstraint(
                name="a_municipality_that_is_succeeded_has_ended",
                condition=Q(succeeded_by__isnull=True) | Q(ended_on__isnull=False),
                violation_error_message="Ange från och med vilken dag kommunen har gått upp i en annan.",
            ),
        ]

    def __str__(self):
        return self.short_name

    @property
    def has_ended(self):
        return self.ended_on is not None and self.ended_on <= timezone.localdate()

    @property
    def ending(self):
        """`Deltar inte från och med 2027-01-01. Har gått upp i Timrå.` Nothing for one that goes on."""
        if self.ended_on is None:
            return ""
        into = f" Har gått upp i {self.succeeded_by}." if self.succeeded_by else ""
        return f"Deltar inte från och med {iso(self.ended_on)}.{into}"


class UnitQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        return self.filter(municipality__in=user.municipalities(permission))


class Unit(models.Model):
    """A working unit of a municipality, such as "Barn och unga norr"."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="units", verbose_name="kommun")
    name = models.CharField("enhet", max_length=80)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "enhet"
        verbose_name_plural = "enheter"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="unit_names_are_unique_in_a_municipality",
                violation_error_message="Kommunen har redan en enhet med det namnet.",
            )
        ]

    def __str__(self):
        return self.name
