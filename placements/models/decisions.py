"""What is decided around a placed child: the investigation, restrictions, the custody question, what follows after."""

from django.db import models
from django.db.models import F, Q

from municipalities.models import Municipality
from placements.models.children import Child, ChildRowsQuerySet
from placements.models.followups import CaseRow


def ends_after(start, end, name):
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}),
        violation_error_message="Slutdatum kan inte vara före startdatum.",
    )


class Investigation(CaseRow):
    """How a placed child's case began: report, protection assessment, investigation. Days only, never what it says."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="investigations", verbose_name="barn")
    reported_on = models.DateField("aktualiserad", null=True, blank=True)
    protection_assessed_on = models.DateField("skyddsbedömning gjord", null=True, blank=True)
    opened_on = models.DateField("utredning inledd")
    extended_until = models.DateField("förlängd till", null=True, blank=True)
    closed_on = models.DateField("utredning avslutad", null=True, blank=True)

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "utredning"
        verbose_name_plural = "utredningar"
        ordering = ["-opened_on"]
        constraints = [ends_after("opened_on", "closed_on", "investigation_closes_after_it_opens")]

    def __str__(self):
        return f"utredning {self.opened_on}"

    @property
    def is_open(self):
        """An investigation is filled in until it is closed."""
        return self.closed_on is None


class Restriction(CaseRow):
    """A restriction that the board must consider again every third month."""

    class Kind(models.TextChoices):
        CONTACT = "contact", "Umgängesbegränsning"
        SECRET = "secret", "Hemlig vistelseort"
        NO_REMOVAL = "no_removal", "Flyttningsförbud"

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="restrictions", verbose_name="barn")
    kind = models.CharField("typ", max_length=12, choices=Kind)
    started_on = models.DateField("beslutad")
    considered_on = models.DateField("senast övervägd", null=True, blank=True)
    ended_on = models.DateField("upphörde", null=True, blank=True)

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "begränsning"
        verbose_name_plural = "begränsningar"
        ordering = ["-started_on"]
        constraints = [
            ends_after("started_on", "ended_on", "restriction_ends_after_it_starts"),
            ends_after("started_on", "considered_on", "restriction_is_considered_after_it_starts"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.started_on}"

    @property
    def is_open(self):
        """A restriction is kept up to date for as long as it lasts."""
        return self.ended_on is None


class CustodyQuestion(CaseRow):
    """That the board considered whether custody should be transferred to the foster parents.

    `due_on` and `due_effective_on` are derived: when it was to be considered at the latest.
    """

    class Outcome(models.TextChoices):
        APPLY = "apply", "Ansökan ska göras"
        NOT_NOW = "not_now", "Inte nu"

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="custody_questions", verbose_name="barn")
    done_on = models.DateField("övervägd")
    outcome = models.CharField("utfall", max_length=10, choices=Outcome, blank=True)
    due_on = models.DateField("skulle övervägas", null=True, blank=True, editable=False)
    due_effective_on = models.DateField("senast", null=True, blank=True, editable=False)

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "fråga om överflyttad vårdnad"
        verbose_name_plural = "frågor om överflyttad vårdnad"
        ordering = ["-done_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "done_on"],
                name="one_custody_question_per_child_and_day",
                violation_error_message="Frågan är redan registrerad den dagen.",
            )
        ]

    def __str__(self):
        return f"vårdnadsfråga {self.done_on}"


class PostFollowUp(CaseRow):
    """The follow-up of a child's situation after care has ended."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="post_follow_ups", verbose_name="barn")
    started_on = models.DateField("inledd")
    ended_on = models.DateField("avslutad", null=True, blank=True)

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "uppföljning efter placering"
        verbose_name_plural = "uppföljningar efter placering"
        ordering = ["-started_on"]
        constraints = [ends_after("started_on", "ended_on", "post_follow_up_ends_after_it_starts")]

    def __str__(self):
        return f"uppföljning efter placering {self.started_on}"

    @property
    def is_open(self):
        """It is closed later than the day it was opened."""
        return self.ended_on is None
