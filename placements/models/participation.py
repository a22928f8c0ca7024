"""How units hear children, answered once a year (features.md F30)."""

import uuid

from django.conf import settings
from django.db import models

from municipalities.models import Municipality, Unit
from placements.models.reach import MunicipalRowsQuerySet


class ParticipationStatus(models.Model):
    """What one unit did in one year to hear children: the short yearly form."""

    class Method(models.TextChoices):
        NONE = "none", "Ingen särskild metod"
        VASTERNORRLAND = "vasternorrland", "Västernorrlandsmodellen"
        SURVEY = "survey", "Enkät"
        GROUP = "group", "Grupp eller råd"
        TALKS = "talks", "Samtal som följs upp samlat"
        OTHER = "other", "Annat"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="participation", verbose_name="enhet")
    year = models.PositiveSmallIntegerField("år")
    method = models.CharField("metod", max_length=15, choices=Method)
    since_year = models.PositiveSmallIntegerField("sedan år", null=True, blank=True)
    children_heard = models.PositiveIntegerField("antal barn som hörts", null=True, blank=True)
    changes = models.TextField("vad det har lett till", max_length=600, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="svarat av"
    )
    answered_at = models.DateTimeField("svarat", auto_now=True)

    objects = MunicipalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "delaktighet"
        verbose_name_plural = "delaktighet"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"],
                name="one_participation_answer_per_unit_and_year",
                violation_error_message="Enheten har redan svarat för det året. Ändra svaret i stället.",
            )
        ]

    def __str__(self):
        return f"{self.unit} {self.year}"
