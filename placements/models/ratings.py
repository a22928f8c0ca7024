"""What the social worker thinks of a home after a placement. The questionnaire itself is data: placements/data/."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from municipalities.models import Municipality
from placements.models.homes import CareHome
from placements.models.placements import Placement


class RatingQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Ratings made by the municipalities where this user holds this permission."""
        return self.filter(municipality__in=user.municipalities(permission))

    def submitted(self):
        return self.filter(submitted_at__isnull=False)


class Rating(models.Model):
    """One rating of one home after one placement. A draft until `submitted_at`; changed within 14 days after it."""

    class UseAgain(models.TextChoices):
        YES = "ja", "Ja"
        CONDITION = "villkor", "Ja, med villkor"
        NO = "nej", "Nej"

    class Price(models.TextChoices):
        YES = "ja", "Ja"
        PARTLY = "delvis", "Delvis"
        NO = "nej", "Nej"
        UNKNOWN = "vet ej", "Vet ej"

    class YouthAsked(models.TextChoices):
        SURVEY = "enkät", "Ja, i SKR:s enkät"
        TALK = "samtal", "Ja, i samtal"
        DECLINED = "ville inte", "Erbjöds, ville inte"
        NO = "nej", "Nej"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="ratings", verbose_name="kommun")
    placement = models.OneToOneField(Placement, models.PROTECT, related_name="rating", verbose_name="placering")
    home = models.ForeignKey(CareHome, models.PROTECT, related_name="ratings", verbose_name="hem")
    rated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="lämnat av")
    step = models.PositiveSmallIntegerField("steg", default=1)
    overall = models.PositiveSmallIntegerField("helhetsbetyg", null=True, blank=True)
    use_again = models.CharField("skulle använda igen", max_length=10, choices=UseAgain, blank=True)
    use_again_condition = models.CharField("villkor", max_length=200, blank=True)
    price_fair = models.CharField("rimligt pris", max_length=10, choices=Price, blank=True)
    youth_asked = models.CharField("den unge har fått svara själv", max_length=12, choices=YouthAsked, blank=True)
    fits_other_group = models.CharField("passar annan grupp bättre", max_length=200, blank=True)
    strengths = models.TextField("styrkor", max_length=600, blank=True)
    improvements = models.TextField("att förbättra", max_length=600, blank=True)
    may_be_shared = models.BooleanField("får delas efter granskning", default=False)
    # 0-100, the mean of the domain indices; null when fewer than six of eight domains are answered.
    index = models.DecimalField("index", max_digits=5, decimal_places=2, null=True, blank=True)
    started_at = models.DateTimeField("påbörjat", auto_now_add=True)
    submitted_at = models.DateTimeField("inskickat", null=True, blank=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = "omdöme"
        verbose_name_plural = "omdömen"
        ordering = ["-submitted_at", "-started_at"]
        indexes = [models.Index(fields=["home", "submitted_at"], name="rating_by_home_and_day")]
        constraints = [
            models.CheckConstraint(
                name="overall_mark_is_1_to_10",
                condition=Q(overall__isnull=True) | Q(overall__range=(1, 10)),
                violation_error_message="Helhetsbetyget är 1–10.",
            )
        ]

    def __str__(self):
        return f"omdöme om {self.home}"

    def get_absolute_url(self):
        return reverse("rating_receipt", args=[self.placement.uid])


class RatingAnswer(models.Model):
    """The answer to one statement, 1-5. No row = not answered; null = "vet ej / ej aktuellt"."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    rating = models.ForeignKey(Rating, models.CASCADE, related_name="answers", verbose_name="omdöme")
    item = models.PositiveSmallIntegerField("påstående")
    value = models.PositiveSmallIntegerField("svar", null=True, blank=True)
    note = models.CharField("vad hände?", max_length=200, blank=True)

    class Meta:
        verbose_name = "svar"
        verbose_name_plural = "svar"
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(
                fields=["rating", "item"],
                name="one_answer_per_statement",
                violation_error_message="Påståendet har redan ett svar.",
            ),
            models.CheckConstraint(
                name="answers_are_1_to_5",
                condition=Q(value__isnull=True) | Q(value__range=(1, 5)),
                violation_error_message="Svar är 1–5 eller tomt.",
            ),
        ]

    def __str__(self):
        return f"{self.item}: {self.value or '–'}"
