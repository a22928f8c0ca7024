"""Basic data of a municipality's child care that concern more children than the placed ones: counts, no rows."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from municipalities.models import Municipality
from placements.models.reach import MunicipalRowsQuerySet

QUARTER = RegexValidator(r"^\d{4}-K[1-4]$", "Skriv kvartalet som 2026-K3.")


def part_of(part, whole, name, message):
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{part}__isnull": True}) | Q(**{f"{part}__lte": F(whole)}),
        violation_error_message=message,
    )


class BaseData(models.Model):
    """Reports, preliminary assessments and investigations of one municipality in one quarter (L1-L3)."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="base_data", verbose_name="kommun")
    quarter = models.CharField("kvartal", max_length=7, validators=[QUARTER])
    reports = models.PositiveIntegerField("anmälningar", null=True, blank=True)
    reports_assessed_in_time = models.PositiveIntegerField("skyddsbedömda samma eller nästa dag", null=True, blank=True)
    assessments = models.PositiveIntegerField("beslutade förhandsbedömningar", null=True, blank=True)
    assessments_in_time = models.PositiveIntegerField("beslutade inom 14 dagar", null=True, blank=True)
    investigations = models.PositiveIntegerField("avslutade utredningar", null=True, blank=True)
    investigations_in_time = models.PositiveIntegerField("avslutade inom fyra månader", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="lämnad av"
    )
    entered_at = models.DateTimeField("lämnad", auto_now=True)

    objects = MunicipalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "basuppgifter"
        verbose_name_plural = "basuppgifter"
        ordering = ["-quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "quarter"],
                name="base_data_once_per_quarter",
                violation_error_message="Kvartalets basuppgifter finns redan. Ändra dem i stället.",
            ),
            part_of(
                "reports_assessed_in_time",
                "reports",
                "assessed_reports_are_part_of_reports",
                "De skyddsbedömda kan inte vara fler än anmälningarna.",
            ),
            part_of(
                "assessments_in_time",
                "assessments",
                "timely_assessments_are_part_of_assessments",
                "De inom 14 dagar kan inte vara fler än förhandsbedömningarna.",
            ),
            part_of(
                "investigations_in_time",
                "investigations",
                "timely_investigations_are_part_of_investigations",
                "De inom fyra månader kan inte vara fler än utredningarna.",
            ),
        ]

    def __str__(self):
        return f"{self.municipality} {self.quarter}"
