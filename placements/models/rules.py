"""Deadlines as data: a new act is new rows, never new code."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from municipalities.models import Municipality, Region


class RuleQuerySet(models.QuerySet):
    def confirmed(self):
        """Rules that are law or agreed on. What is only proposed is listed for readers and counts for nothing."""
        return self.filter(is_confirmed=True)

    def in_force(self, day):
        return self.confirmed().filter(
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
    # No for an act that is proposed but not decided: its rows are there, dated, and become law by one word in the file.
    is_confirmed = models.BooleanField("beslutad", default=True)
    exceptions = models.CharField("undantag", max_length=300, blank=True)

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


class LocalTargetQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Targets of the municipalities, or of the regions, where this user holds this permission."""
        regions = [held.region_id for held in user.granting(permission) if held.region_id]
        return self.filter(Q(municipality__in=user.municipalities(permission)) | Q(region__in=regions))


class LocalTarget(models.Model):
    """A target time that a region has agreed on, or that a municipality has set instead. Never shown as law.

    Overrides the length of a rule that is a benchmark or a local target; a statute's length is never overridden. The
    region's target for health examinations lies on `Region`, because the figures of all municipalities count by it.
    """

    code = models.CharField("regel", max_length=20)
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name="region"
    )
    municipality = models.ForeignKey(
        Municipality, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name="kommun"
    )
    amount = models.PositiveSmallIntegerField("tid")
    unit = models.CharField("enhet", max_length=10, choices=Rule.Unit)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="satt av"
    )
    set_at = models.DateTimeField("satt", auto_now=True)

    objects = LocalTargetQuerySet.as_manager()

    class Meta:
        verbose_name = "lokal målnivå"
        verbose_name_plural = "lokala målnivåer"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="target_belongs_to_a_region_or_a_municipality",
                condition=Q(region__isnull=False, municipality__isnull=True)
                | Q(region__isnull=True, municipality__isnull=False),
                violation_error_message="En målnivå hör till en region eller en kommun.",
            ),
            models.CheckConstraint(
                name="target_is_at_least_one",
                condition=Q(amount__gte=1),
                violation_error_message="En målnivå är minst en dag.",
            ),
            models.UniqueConstraint(
                fields=["code", "municipality"],
                condition=Q(municipality__isnull=False),
                name="one_target_per_rule_and_municipality",
                violation_error_message="Kommunen har redan en målnivå för regeln.",
            ),
            models.UniqueConstraint(
                fields=["code", "region"],
                condition=Q(region__isnull=False),
                name="one_target_per_rule_and_region",
                violation_error_message="Regionen har redan en målnivå för regeln.",
            ),
        ]

    def __str__(self):
        return f"{self.code}: {self.amount} {self.get_unit_display()}"
