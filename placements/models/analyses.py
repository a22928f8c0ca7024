"""Analyses of a risk or of something that happened: what led to it, what it meant for the child, what is done (F32).

Seen in the own municipality only. Not a report of misconduct (lex Sarah), and says so.
"""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, F, Max, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.periods import add_months
from municipalities.models import Municipality, Unit
from placements.models.placements import Placement
from placements.models.reach import MunicipalRowsQuerySet


class EventAnalysisQuerySet(MunicipalRowsQuerySet):
    def open_first(self):
        return self.order_by(F("closed_on").desc(nulls_first=True), "-started_on", "-pk")

    def with_measures(self):
        """How many measures each has, how many are not done, and how many of those are late."""
        left = Q(measures__done_on__isnull=True)
        late = left & Q(measures__due_on__lt=timezone.localdate())
        return self.annotate(
            all_measures=Count("measures"),
            measures_left=Count("measures", filter=left),
            measures_late=Count("measures", filter=late),
        )

    def lessons(self):
        """Those that somebody wants to share a lesson from."""
        return self.filter(shares_lesson=True).exclude(lesson="")

    def checked(self):
        """Lessons that a second person has let out of the municipality."""
        return self.lessons().filter(lesson_checked_at__isnull=False)

    def to_check_by(self, user):
        """Lessons that wait for a second pair of eyes, which this user has."""
        return self.lessons().filter(lesson_checked_at__isnull=True).exclude(lesson_by=user)


class EventAnalysis(models.Model):
    """One analysis, from assignment to what the measures gave."""

    class Kind(models.TextChoices):
        EVENT = "event", "Händelseanalys"
        RISK = "risk", "Riskanalys"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="analyses", verbose_name="kommun")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="enhet")
    placement = models.ForeignKey(
        Placement, models.SET_NULL, null=True, blank=True, related_name="analyses", verbose_name="placering"
    )
    kind = models.CharField("slag", max_length=6, choices=Kind, default=Kind.EVENT)
    title = models.CharField("rubrik", max_length=120)
    happened_on = models.DateField("hände den", null=True, blank=True)
    scope = models.TextField("uppdrag och avgränsning", max_length=600, blank=True)
    assigned_by = models.CharField("uppdragsgivare, roll", max_length=80, blank=True)
    team = models.CharField("analysgrupp, roller", max_length=200, blank=True)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="led_analyses", verbose_name="analysledare"
    )
    consequences = models.TextField("konsekvenser för barnet", max_length=1000, blank=True)
    happened_before = models.TextField("har det hänt förut, kan det hända igen", max_length=600, blank=True)
    severity = models.PositiveSmallIntegerField("allvarlighet", null=True, blank=True)
    likelihood = models.PositiveSmallIntegerField("sannolikhet", null=True, blank=True)
    lesson = models.TextField("lärdom att dela", max_length=600, blank=True)
    shares_lesson = models.BooleanField("dela lärdomen", default=False)
    lesson_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="granskad av",
    )
    lesson_checked_at = models.DateTimeField("lärdomen granskad", null=True, blank=True, editable=False)
    # Whoever last wrote the lesson or ticked that it may be shared: she is not the one who checks it.
    lesson_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="lärdomen av",
    )
    started_on = models.DateField("påbörjad", auto_now_add=True)
    closed_on = models.DateField("avslutad", null=True, blank=True)
    changed_at = models.DateTimeField("ändrad", auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="ändrad av"
    )

    objects = EventAnalysisQuerySet.as_manager()

    class Meta:
        verbose_name = "analys"
        verbose_name_plural = "analyser"
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="severity_and_likelihood_are_1_to_4",
                condition=(Q(severity__isnull=True) | Q(severity__range=(1, 4)))
                & (Q(likelihood__isnull=True) | Q(likelihood__range=(1, 4))),
                violation_error_message="Allvarlighet och sannolikhet är 1–4.",
            ),
            models.CheckConstraint(
                name="closed_analyses_say_what_it_meant_for_the_child",
                condition=Q(closed_on__isnull=True) | ~Q(consequences=""),
                violation_error_message="Skriv vilka konsekvenser det fick för barnet innan analysen avslutas.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("analysis_detail", args=[self.uid])

    @property
    def risk_score(self):
        """Severity times likelihood, 1-16; None until both are set."""
        return self.severity * self.likelihood if self.severity and self.likelihood else None

    @property
    def is_closed(self):
        return self.closed_on is not None

    @property
    def late_text(self):
        """Of `with_measures()`: `1 försenad`."""
        return f"{self.measures_late} försenad{'' if self.measures_late == 1 else 'e'}"

    @property
    def waits_for_check(self):
        return bool(self.shares_lesson and self.lesson and not self.lesson_checked_at)

    @transaction.atomic
    def reopen(self, by):
        self.closed_on, self.changed_by = None, by
        self.save(update_fields=["closed_on", "changed_by", "changed_at"])
        record(by, Verb.CHANGED, self, what="öppnad igen")

    @transaction.atomic
    def judge_lesson(self, by, *, approves):
        """A second person lets the lesson out of the municipality, or takes it back. She lets out what she has read."""
        current = EventAnalysis.objects.select_for_update(no_key=True).get(pk=self.pk)
        if approves and current.changed_at != self.changed_at:
            raise ValidationError("Lärdomen ändrades medan du läste. Läs den igen och svara sedan.")
        self.lesson_checked_by, self.lesson_checked_at = (by, timezone.now()) if approves else (None, None)
        self.shares_lesson = approves
        self.save(update_fields=["lesson_checked_by", "lesson_checked_at", "shares_lesson", "changed_at"])
        record(by, Verb.PUBLISHED if approves else Verb.UNDID, self, what="lärdom")


class AnalysisStep(models.Model):
    """One link of the chain of events."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    analysis = models.ForeignKey(EventAnalysis, models.CASCADE, related_name="steps", verbose_name="analys")
    order = models.PositiveSmallIntegerField("ordning")
    text = models.CharField("vad hände", max_length=300)

    class Meta:
        verbose_name = "händelse i kedjan"
        verbose_name_plural = "händelser i kedjan"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text

    @transaction.atomic
    def move(self, places, by):
        """One place up (-1) or down (1) in the chain; at the end of it nothing happens."""
        chain = list(self.analysis.steps.all())
        old = next(index for index, step in enumerate(chain) if step.pk == self.pk)
        new = min(max(old + places, 0), len(chain) - 1)
        chain.insert(new, chain.pop(old))
        for order, step in enumerate(chain, start=1):
            step.order = order
        AnalysisStep.objects.bulk_update(chain, ["order"])
        record(by, Verb.CHANGED, self.analysis, what="ordningen i händelsekedjan")

    @staticmethod
    def last_place(analysis):
        return (analysis.steps.aggregate(last=Max("order"))["last"] or 0) + 1


class AnalysisCause(models.Model):
    """Why it happened, by category: the system, not the person."""

    class Category(models.TextChoices):
        COMMUNICATION = "communication", "Kommunikation och information"
        ROUTINES = "routines", "Rutiner och riktlinjer"
        COMPETENCE = "competence", "Utbildning och kompetens"
        ORGANISATION = "organisation", "Organisation och arbetsbelastning"
        ENVIRONMENT = "environment", "Omgivning och utrustning"
        COOPERATION = "cooperation", "Samverkan mellan huvudmän"
        HOME = "home", "Hemmets förutsättningar"
        CHILD = "child", "Barnets och familjens situation"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    analysis = models.ForeignKey(EventAnalysis, models.CASCADE, related_name="causes", verbose_name="analys")
    category = models.CharField("orsakskategori", max_length=15, choices=Category)
    text = models.CharField("bakomliggande orsak", max_length=300)

    class Meta:
        verbose_name = "orsak"
        verbose_name_plural = "orsaker"
        ordering = ["category", "pk"]

    def __str__(self):
        return self.text


EFFECT_MONTHS = (3, 6)


class AnalysisMeasureQuerySet(MunicipalRowsQuerySet):
    def late(self):
        return self.filter(done_on__isnull=True, due_on__lt=timezone.localdate())

    def effect_is_due(self):
        """Done so long ago that somebody should say whether it helped, and nobody has."""
        three, six = (add_months(timezone.localdate(), -months) for months in EFFECT_MONTHS)
        return self.filter(
            Q(done_on__lte=three, effect_after_3_months="", effect_after_6_months="")
            | Q(done_on__lte=six, effect_after_6_months="")
        )

    def waiting_for(self, user):
        """What this user has promised: measures not done yet, and effects she should tell of. For the worklist."""
        mine = self.filter(owner=user)
        return (mine.filter(done_on__isnull=True) | mine.effect_is_due()).select_related("analysis")


class AnalysisMeasure(models.Model):
    """What is done about it, by whom and when, and whether it helped after three and six months."""

    class Effect(models.TextChoices):
        YES = "yes", "Ja"
        PARTLY = "partly", "Delvis"
        NO = "no", "Nej"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    analysis = models.ForeignKey(EventAnalysis, models.CASCADE, related_name="measures", verbose_name="analys")
    text = models.CharField("åtgärd", max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="analysis_measures", verbose_name="ansvarig"
    )
    due_on = models.DateField("klar senast")
    done_on = models.DateField("genomförd", null=True, blank=True)
    effect_measure = models.CharField("så märks det att åtgärden hjälper", max_length=200, blank=True)
    effect_after_3_months = models.CharField("effekt efter tre månader", max_length=6, choices=Effect, blank=True)
    effect_after_6_months = models.CharField("effekt efter sex månader", max_length=6, choices=Effect, blank=True)

    objects = AnalysisMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "åtgärd"
        verbose_name_plural = "åtgärder"
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return reverse("measure_follow", args=[self.uid])

    @property
    def is_late(self):
        return self.done_on is None and self.due_on < timezone.localdate()

    def effect_due_on(self, months):
        return add_months(self.done_on, months) if self.done_on else None

    @property
    def asks_about(self):
        """What its owner should do next and when: ("Genomför åtgärden", day); None when there is nothing more."""
        if self.done_on is None:
            return "Genomför åtgärden", self.due_on
        three, six = (self.effect_due_on(months) for months in EFFECT_MONTHS)
        if not (self.effect_after_3_months or self.effect_after_6_months) and timezone.localdate() < six:
            return "Följ upp effekten efter tre månader", three
        return None if self.effect_after_6_months else ("Följ upp effekten efter sex månader", six)
