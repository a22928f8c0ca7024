"""What is done for a placed child: follow-ups, plans, reviews, health and dental examinations."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from municipalities.models import Municipality
from placements.models.children import Child, ChildRowsQuerySet

# How long somebody may mend or take back what she wrote in the portal.
MAY_BE_CHANGED = timedelta(days=1)
# How old a delivered follow-up may be and still get what the case system lacks.
COMPLETED_WITHIN = timedelta(days=183)


class CaseRow(models.Model):
    """What every row about a placed child has in common: delivered, or written in the portal by somebody.

    A written row (`entered_at` set) is never changed nor deleted by an import: where a delivery says the same (child,
    kind and day), the written row stands. A delivered row is mended in the case system and delivered again; what no
    delivery holds (`UNDELIVERED`) is completed here, and then the row stays even if its delivery is taken back.
    """

    # Fields that no delivery has a column for.
    UNDELIVERED = ()

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="inskriven av",
    )
    entered_at = models.DateTimeField("inskriven", null=True, blank=True, editable=False)
    # Who mended it last, so that whoever meets a changed row is told.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="ändrad av",
    )
    changed_at = models.DateTimeField("ändrad", null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def changeable_until(self):
        return self.entered_at + MAY_BE_CHANGED

    @property
    def is_fresh(self):
        """Written here, and lately enough to be mended or taken back."""
        return self.entered_at is not None and timezone.now() < self.changeable_until

    @property
    def is_open(self):
        """Whether something in it remains to be filled in when it has happened."""
        return False

    @property
    def may_be_changed(self):
        """A row that was written here, for a day, or for as long as something remains to be filled in.

        A delivered one while something is lacking that the case system does not hand over.
        """
        if self.entered_at is None:
            return self.may_be_completed
        return self.is_fresh or self.is_open

    @property
    def may_be_completed(self):
        return any(getattr(self, name) is None for name in self.UNDELIVERED)


class FollowUp(CaseRow):
    """A follow-up of the care, with what the law says must be watched. Ratings 1-5; empty = not assessed."""

    class Kind(models.TextChoices):
        THREE_MONTHS = "3-månaders", "3-månaders"
        SIX_MONTHS = "6-månaders", "6-månaders"
        EXTRA = "extra", "Extra"
        CLOSING = "avslut", "Avslut"

    class NoTalk(models.TextChoices):
        REFUSED = "refused", "Barnet ville inte"
        TOO_YOUNG = "too_young", "Barnet är för litet"
        OTHER = "other", "Annat"

    class Safe(models.TextChoices):
        YES = "ja", "Ja"
        NO = "nej", "Nej"
        UNKNOWN = "okänt", "Vet inte"

    RATED = ("health", "development", "behaviour", "school", "relations")
    UNDELIVERED = ("goals_reviewed", "child_took_part_in_plan", "rights_info_given", "measures_decided", "next_on")

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="follow_ups", verbose_name="barn")
    done_on = models.DateField("datum")
    kind = models.CharField("typ", max_length=12, choices=Kind, blank=True)
    visit_in_home = models.BooleanField("besök i hemmet", null=True, blank=True)
    individual_talk = models.BooleanField("enskilt samtal med barnet", null=True, blank=True)
    no_talk_reason = models.CharField("skäl till inget enskilt samtal", max_length=12, choices=NoTalk, blank=True)
    carer_talk = models.BooleanField("samtal med dem som vårdar", null=True, blank=True)
    guardian_talk = models.BooleanField("samtal med vårdnadshavare", null=True, blank=True)
    health = models.PositiveSmallIntegerField("hälsa", null=True, blank=True)
    development = models.PositiveSmallIntegerField("utveckling", null=True, blank=True)
    behaviour = models.PositiveSmallIntegerField("socialt beteende", null=True, blank=True)
    school = models.PositiveSmallIntegerField("skolgång", null=True, blank=True)
    relations = models.PositiveSmallIntegerField("relationer", null=True, blank=True)
    feels_safe = models.CharField("barnet känner sig tryggt", max_length=6, choices=Safe, blank=True)
    goals_reviewed = models.PositiveSmallIntegerField("antal mål som följdes upp", null=True, blank=True)
    goal_attainment = models.PositiveSmallIntegerField("måluppfyllelse", null=True, blank=True)
    child_view_recorded = models.BooleanField("barnets synpunkt dokumenterad", null=True, blank=True)
    child_took_part_in_plan = models.BooleanField("barnet deltog i planeringen", null=True, blank=True)
    rights_info_given = models.BooleanField("skriftlig information om rättigheter lämnad", null=True, blank=True)
    measures_decided = models.BooleanField("nya åtgärder beslutade", null=True, blank=True)
    next_on = models.DateField("nästa uppföljning", null=True, blank=True)

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "uppföljning"
        verbose_name_plural = "uppföljningar"
        ordering = ["-done_on"]
        indexes = [models.Index(fields=["child", "done_on"], name="follow_up_by_child_and_day")]
        constraints = [
            models.CheckConstraint(
                name="follow_up_ratings_are_1_to_5",
                condition=Q(
                    *[
                        Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": (1, 5)})
                        for name in ("health", "development", "behaviour", "school", "relations", "goal_attainment")
                    ]
                ),
                violation_error_message="Bedömningar är 1–5 eller tomma.",
            )
        ]

    def __str__(self):
        return f"uppföljning {self.done_on}"

    @property
    def may_be_completed(self):
        """While somebody may still remember."""
        return super().may_be_completed and self.done_on >= timezone.localdate() - COMPLETED_WITHIN


class Plan(CaseRow):
    """A care plan (vårdplan) or an implementation plan (genomförandeplan), and which of the law's elements it has."""

    # What each kind must hold: rules R-VP-PARTS and R-GP-PARTS say where it stands.
    CARE_ELEMENTS = ("has_measures", "has_contact", "has_goals", "has_views")
    IMPLEMENTATION_ELEMENTS = (
        "has_goals",
        "has_measures",
        "has_follow_up",
        "has_other_actors",
        "has_contact",
        "has_board_contact",
        "has_views",
    )

    class Kind(models.TextChoices):
        CARE = "vårdplan", "Vårdplan"
        IMPLEMENTATION = "genomförandeplan", "Genomförandeplan"

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="plans", verbose_name="barn")
    kind = models.CharField("typ", max_length=20, choices=Kind)
    made_on = models.DateField("datum")
    revised_on = models.DateField("reviderad", null=True, blank=True)
    # Six calendar months after it was made or last revised; a plan is in force until then (L6).
    in_force_until = models.DateField("gäller till")
    # How many of the elements that the law asks for; delivered as a number, or counted from the answers below.
    elements = models.PositiveSmallIntegerField(
        "antal av de lagstadgade delarna", null=True, blank=True, validators=[MaxValueValidator(7)]
    )
    has_goals = models.BooleanField("mål", null=True, blank=True)
    has_measures = models.BooleanField("insatser, när och hur de genomförs", null=True, blank=True)
    has_follow_up = models.BooleanField("när och hur planen följs upp", null=True, blank=True)
    has_other_actors = models.BooleanField("andra huvudmäns insatser", null=True, blank=True)
    has_contact = models.BooleanField("umgänge", null=True, blank=True)
    has_board_contact = models.BooleanField("hur barnet når socialtjänsten", null=True, blank=True)
    has_views = models.BooleanField("barnets och vårdnadshavares synpunkter", null=True, blank=True)
    child_took_part = models.BooleanField("barnet deltog", null=True, blank=True)

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "plan"
        verbose_name_plural = "planer"
        ordering = ["-made_on"]
        indexes = [models.Index(fields=["child", "kind", "made_on"], name="plan_by_child_kind_and_day")]
        constraints = [
            models.CheckConstraint(
                name="plan_is_revised_after_it_is_made",
                condition=Q(revised_on__isnull=True) | Q(revised_on__gte=models.F("made_on")),
                violation_error_message="Planen kan inte vara reviderad innan den gjordes.",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.made_on}"


class Review(CaseRow):
    """A consideration (övervägande) or re-examination (omprövning) that was made.

    `due_on` is the day it was to be made at the latest and `next_due_on` when the next one is due; both are derived
    after each change by the six-month rule in force, with the effective day beside the nominal one (domain.md 3.0).
    """

    class Kind(models.TextChoices):
        CONSIDERATION = "övervägande", "Övervägande"
        REEXAMINATION = "omprövning", "Omprövning"

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="reviews", verbose_name="barn")
    kind = models.CharField("typ", max_length=20, choices=Kind)
    done_on = models.DateField("genomfört")
    stated_due_on = models.DateField("förfallodag enligt leverans", null=True, blank=True)
    due_on = models.DateField("skulle göras", null=True, blank=True)
    due_effective_on = models.DateField("senast", null=True, blank=True)
    next_due_on = models.DateField("nästa")
    next_due_effective_on = models.DateField("nästa, senast")

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "övervägande eller omprövning"
        verbose_name_plural = "överväganden och omprövningar"
        ordering = ["-done_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "kind", "done_on"],
                name="one_review_of_a_kind_per_child_and_day",
                violation_error_message="Det finns redan en sådan den dagen.",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.done_on}"


class HealthExam(CaseRow):
    """A health or dental examination, from request to done."""

    class Kind(models.TextChoices):
        MEDICAL = "läkare", "Hälsoundersökning"
        DENTAL = "tand", "Tandundersökning"

    class NotDone(models.TextChoices):
        DECLINED = "declined", "Avböjt"
        MISSED = "missed", "Uteblivet"
        NOT_OFFERED = "not_offered", "Ingen tid erbjuden"
        NOT_NEEDED = "not_needed", "Uppenbart obehövlig"
        OTHER = "other", "Annat"

    # Why none is made, where nothing more is to be done about it.
    GIVEN_UP = frozenset({NotDone.DECLINED, NotDone.NOT_NEEDED})
    UNDELIVERED = ("result_on", "actions_needed", "actions_done_on")

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="health_exams", verbose_name="barn")
    kind = models.CharField("typ", max_length=10, choices=Kind)
    requested_on = models.DateField("begärd", null=True, blank=True)
    offered_on = models.DateField("erbjuden", null=True, blank=True)
    done_on = models.DateField("genomförd", null=True, blank=True)
    result_on = models.DateField("svar mottaget", null=True, blank=True)
    actions_needed = models.BooleanField("åtgärder behövs", null=True, blank=True)
    actions_done_on = models.DateField("åtgärder klara", null=True, blank=True)
    not_needed = models.BooleanField("obehövlig", default=False)
    not_done_reason = models.CharField("orsak till att den inte gjorts", max_length=12, choices=NotDone, blank=True)

    objects = ChildRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "hälso- eller tandundersökning"
        verbose_name_plural = "hälso- och tandundersökningar"
        ordering = ["-done_on", "-requested_on"]
        indexes = [models.Index(fields=["child", "kind", "done_on"], name="exam_by_child_kind_and_day")]
        constraints = [
            models.CheckConstraint(
                name="examination_has_a_day_or_is_not_needed",
                condition=Q(requested_on__isnull=False)
                | Q(offered_on__isnull=False)
                | Q(done_on__isnull=False)
                | Q(not_needed=True),
                violation_error_message="Ange minst ett datum, eller att undersökningen är obehövlig.",
            )
        ]

    def __str__(self):
        return self.get_kind_display()

    @property
    def may_be_completed(self):
        """Once it is made, until its result and what it asked for are written."""
        return self.done_on is not None and self.is_open

    @property
    def is_open(self):
        """Whether something remains: the examination, its result, or the actions it asked for.

        A time that was missed or never offered is still waited for.
        """
        if self.done_on:
            acted = self.actions_needed is False or self.actions_done_on is not None
            return self.result_on is None or not acted
        return not self.not_needed and self.not_done_reason in ("", self.NotDone.MISSED, self.NotDone.NOT_OFFERED)
