"""What a partner organisation says about its region's released figures."""

from django.conf import settings
from django.db import models

from municipalities.models import Region
from placements.models.base_data import QUARTER
from placements.models.reach import RegionalRowsQuerySet


class HealthComment(models.Model):
    """The care region's comment on the region's health funnel of a quarter."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name="region")
    quarter = models.CharField("kvartal", max_length=7, validators=[QUARTER])
    text = models.TextField("kommentar", max_length=600)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="skriven av",
    )
    written_at = models.DateTimeField("skriven", auto_now=True)

    objects = RegionalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "kommentar om hälsa"
        verbose_name_plural = "kommentarer om hälsa"
        ordering = ["-quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "quarter"],
                name="one_health_comment_per_quarter",
                violation_error_message="Kvartalet har redan en kommentar. Ändra den i stället.",
            )
        ]

    def __str__(self):
        return f"{self.region} {self.quarter}"
