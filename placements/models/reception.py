"""Reception of unaccompanied minors, by municipality and quarter: counts and bottlenecks (F18)."""

from django.conf import settings
from django.db import models

from municipalities.models import Municipality
from placements.models.base_data import QUARTER
from placements.models.reach import MunicipalRowsQuerySet


class Reception(models.Model):
    """What a municipality was assigned, received and has places for in a quarter."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="receptions", verbose_name="kommun")
    quarter = models.CharField("kvartal", max_length=7, validators=[QUARTER])
    assigned = models.PositiveIntegerField("anvisade enligt andelstalet", null=True, blank=True)
    received = models.PositiveIntegerField("mottagna", null=True, blank=True)
    places_hvb = models.PositiveIntegerField("platser i HVB", null=True, blank=True)
    places_supported = models.PositiveIntegerField("platser i stödboende", null=True, blank=True)
    places_foster = models.PositiveIntegerField("platser i familjehem", null=True, blank=True)
    places_relative = models.PositiveIntegerField("platser hos släkting", null=True, blank=True)
    note = models.TextField("kommentar", max_length=600, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="lämnad av"
    )
    entered_at = models.DateTimeField("lämnad", auto_now=True)

    objects = MunicipalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "mottagande av ensamkommande"
        verbose_name_plural = "mottagande av ensamkommande"
        ordering = ["-quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "quarter"],
                name="reception_once_per_quarter",
                violation_error_message="Kvartalet är redan lämnat. Ändra det i stället.",
            )
        ]

    def __str__(self):
        return f"{self.municipality} {self.quarter}"


class Bottleneck(models.Model):
    """Something that made reception harder in a quarter."""

    class What(models.TextChoices):
        HOUSING = "housing", "Boende"
        HOMES = "homes", "Familjehem"
        GUARDIANS = "guardians", "Gode män"
        SCHOOL = "school", "Skola"
        HEALTH = "health", "Hälso- och sjukvård"
        LANGUAGE = "language", "Tolk och språk"
        STAFF = "staff", "Personal"
        OTHER = "other", "Annat"

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    reception = models.ForeignKey(Reception, models.CASCADE, related_name="bottlenecks", verbose_name="mottagande")
    what = models.CharField("flaskhals", max_length=10, choices=What)

    class Meta:
        verbose_name = "flaskhals"
        verbose_name_plural = "flaskhalsar"
        ordering = ["what"]
        constraints = [models.UniqueConstraint(fields=["reception", "what"], name="each_bottleneck_once_per_quarter")]

    def __str__(self):
        return self.get_what_display()
