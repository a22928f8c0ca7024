"""Deadlines as data: a new act is new rows, never new code."""

from django.db import models
from django.db.models import F, Q


class RuleQuerySet(models.QuerySet):
    def in_force(self, day):
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class Rule(models.Model):
    """One rule with its law, paragraph and the days between which it holds (both included)."""

    class Kind(models.TextChoices):
        STATUTE = "statute", "Lagkrav"
        BENCHMARK = "benchmark", "Riktmärke"
        LOCAL_TARGET = "local_target", "Lokal målnivå"

    class Unit(models.TextChoices):
        MONTHS = "months", "månader"
        DAYS = "days", "dagar"

    code = models.CharField("regel", max_length=20)
    name = models.CharField("vad", max_length=120)
    law = models.CharField("lag", max_length=40)
    paragraph = models.CharField("lagrum", max_length=40)
    kind = models.CharField("slag", max_length=15, choices=Kind)
    amount = models.PositiveSmallIntegerField("tid", null=True, blank=True)
    unit = models.CharField("enhet", max_length=10, choices=Unit, blank=True)
    valid_from = models.DateField("gäller från", null=True, blank=True)
    valid_to = models.DateField("gäller till", null=True, blank=True)
    verified_on = models.DateField("kontrollerad")

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = "regel"
        verbose_name_plural = "regler"
        ordering = ["code", "valid_from"]
        constraints = [
            models.CheckConstraint(
                name="rule_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="En regel kan inte sluta gälla innan den börjar.",
            ),
            models.UniqueConstraint(
                fields=["code", "law", "valid_from"],
                name="one_wording_of_a_rule_at_a_time",
                violation_error_message="Regeln finns redan från den dagen.",
            ),
        ]

    def __str__(self):
        return f"{self.law} {self.paragraph}"
