"""What a region has made public to everybody outside a municipality. Outsiders' pages, files and PDFs read this only."""

from django.conf import settings
from django.db import models

from municipalities.models.places import Region


class ReleaseQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        return self.filter(region__in=user.regions(permission))

    def latest_versions(self):
        """One row per region and quarter: the newest version."""
        newer = self.model.objects.filter(
            region=models.OuterRef("region"), quarter=models.OuterRef("quarter"), version__gt=models.OuterRef("version")
        )
        return self.filter(~models.Exists(newer))


class Release(models.Model):
    """One region's figures for one quarter after disclosure control, frozen. A correction is a new version."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="releases", verbose_name="region")
    quarter = models.CharField("kvartal", max_length=7, help_text="2026-K3")
    version = models.PositiveSmallIntegerField("version", default=1)
    reason = models.CharField("orsak till rättning", max_length=200, blank=True)
    cells = models.JSONField("siffror efter röjandekontroll")
    sha256 = models.CharField(max_length=64)
    code_version = models.CharField("programversion", max_length=40)
    frozen_at = models.DateTimeField("fryst", auto_now_add=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="fryst av"
    )

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = "frysning"
        verbose_name_plural = "frysningar"
        ordering = ["-quarter", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "quarter", "version"],
                name="one_release_per_region_quarter_and_version",
                violation_error_message="Kvartalet är redan fryst.",
            )
        ]

    def __str__(self):
        return f"{self.region} {self.quarter} version {self.version}"
