"""What the social worker thinks of a home after a placement. The questionnaire itself is data: placements/data/."""

import uuid
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import Municipality
from placements.models.homes import CareHome
from placements.models.placements import Placement
from placements.models.reach import MunicipalRowsQuerySet
from placements.questionnaire import questionnaire
from placements.scoring import decimal, score

# A rating that was sent is mended by its writer for this long, then nobody changes it (features.md c, C1.8).
CHANGEABLE_FOR = timedelta(days=14)
LAST_STEP = 4


class RatingForm(models.TextChoices):
    """The whole questionnaire after a placement, or eight statements once during a long one."""

    FULL = "hel", "Efter placeringen"
    SHORT = "kort", "Under placeringen"


class RatingQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Ratings made by the municipalities where this user holds this permission."""
        return self.filter(municipality__in=user.municipalities(permission))

    def submitted(self):
        return self.filter(submitted_at__isnull=False)

    def with_index(self):
        """Sent, and complete enough to count in a home's result."""
        return self.submitted().filter(index__isnull=False)

    def submitted_in(self, period):
        """Sent on one of the period's days, Swedish time. Both days belong to it."""
        first, after = (timezone.make_aware(datetime.combine(day, time.min)) for day in (period.start, period.until))
        return self.filter(submitted_at__gte=first, submitted_at__lt=after)

    def held(self, placement, user, form=RatingForm.FULL):
        """The placement's only rating of this form, begun by this user if there was none, held until the transaction ends."""
        rating, is_new = self.get_or_create(
            placement=placement,
            form=form,
            defaults={"municipality_id": placement.municipality_id, "home_id": placement.home_id, "rated_by": user},
        )
        if is_new:
            record(user, Verb.CREATED, rating)
        return self.select_for_update().get(pk=rating.pk)


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
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="ratings", verbose_name="placering")
    form = models.CharField("slag", max_length=4, choices=RatingForm, default=RatingForm.FULL)
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
    # The texts are read by colleagues when the writer has ticked `may_be_shared` and a manager has let them out.
    texts_released_at = models.DateTimeField("texter släppta", null=True, blank=True)
    texts_released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="släppta av"
    )
    started_at = models.DateTimeField("påbörjat", auto_now_add=True)
    submitted_at = models.DateTimeField("inskickat", null=True, blank=True)

    objects = RatingQuerySet.as_manager()
    address_through = ("placement",)

    class Meta:
        verbose_name = "omdöme"
        verbose_name_plural = "omdömen"
        ordering = ["-submitted_at", "-started_at"]
        indexes = [models.Index(fields=["home", "submitted_at"], name="rating_by_home_and_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "form"],
                name="a_placement_is_rated_once_by_each_form",
                violation_error_message="Placeringen har redan ett omdöme.",
            ),
            models.CheckConstraint(
                name="overall_mark_is_1_to_10",
                condition=Q(overall__isnull=True) | Q(overall__range=(1, 10)),
                violation_error_message="Helhetsbetyget är 1–10.",
            ),
        ]

    def __str__(self):
        return f"omdöme om {self.home}"

    def get_absolute_url(self):
        return reverse("rating_receipt", args=[self.placement.uid])

    @property
    def is_sent(self):
        return self.submitted_at is not None

    @property
    def change_until(self):
        """The last day on which a sent rating may be changed."""
        return timezone.localdate(self.submitted_at) + CHANGEABLE_FOR

    def may_be_written_by(self, user):
        """A draft by whoever has the placement; a sent one by its writer for 14 days."""
        if not self.is_sent:
            return True
        return self.rated_by_id == user.pk and timezone.localdate() <= self.change_until

    @property
    def values(self):
        """The answers by the statement's number. A statement without an answer is not there; None is "vet ej"."""
        return {answer.item: answer.value for answer in self.answers.all()} if self.pk else {}

    @property
    def score(self):
        return score(self.values)

    @property
    def present_index(self):
        """The index of the answers as they stand, with one decimal; None = incomplete."""
        return decimal(self.score.index)

    @property
    def by_domain(self):
        """[(domain, its index with one decimal or None, its answers)] as they stand."""
        answers, indices = {answer.item: answer for answer in self.answers.all()}, self.score.domains
        return [
            (
                domain,
                decimal(indices[domain.code]),
                [answers[s.number] for s in domain.statements if s.number in answers],
            )
            for domain in questionnaire().domains
        ]

    @property
    def unanswered(self):
        """The statements still without an answer."""
        values = self.values
        return [statement for statement in questionnaire().statements if statement.number not in values]

    @property
    def lacks(self):
        """The first step that is not finished yet, or None when the rating can be sent."""
        if self.unanswered:
            return 2
        return None if self.overall and self.use_again and self.price_fair and self.youth_asked else 3

    def work_out_index(self):
        """Store the index of the answers as they stand."""
        self.index = self.score.stored_index
        self.save(update_fields=["index"])

    def send(self, user):
        """Make the draft a rating. The caller holds the row (`held`), so that it is sent once."""
        self.rated_by, self.submitted_at, self.index = user, timezone.now(), self.score.stored_index
        self.save(update_fields=["rated_by", "submitted_at", "index"])
        record(user, Verb.CHANGED, self, sent=True)


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

    @property
    def statement(self):
        return next(statement for statement in questionnaire().statements if statement.number == self.item)

    @property
    def words(self):
        """What the number means on the scale."""
        return questionnaire().not_applicable if self.value is None else questionnaire().scale[self.value - 1]


class RatingTask(models.Model):
    """Somebody is asked to rate a placement: asked once, reminded three times, and done when the rating is sent or left."""

    class Left(models.TextChoices):
        TOO_SHORT = "kort", "Placeringen var för kort för att bedöma"
        UNKNOWN = "okänd", "Ingen kvar känner placeringen"
        WRONG = "fel", "Placeringen är felregistrerad"

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="rating_tasks", verbose_name="kommun")
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="rating_tasks", verbose_name="placering")
    form = models.CharField("slag", max_length=4, choices=RatingForm, default=RatingForm.FULL)
    # Whoever was handed the task; without one it is the child's responsible worker's.
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="överlåtet till",
    )
    asked_on = models.DateField("efterfrågat")
    reminders = models.PositiveSmallIntegerField("påminnelser", default=0)
    reminded_on = models.DateField("senast påmint", null=True, blank=True)
    left_reason = models.CharField("lämnas utan omdöme", max_length=6, choices=Left, blank=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="lämnat av"
    )
    left_on = models.DateField("lämnat", null=True, blank=True)

    objects = MunicipalRowsQuerySet.as_manager()
    address_through = ("placement",)

    class Meta:
        verbose_name = "uppgift att lämna omdöme"
        verbose_name_plural = "uppgifter att lämna omdöme"
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "form"],
                name="a_rating_is_asked_for_once",
                violation_error_message="Omdömet är redan efterfrågat.",
            )
        ]

    def __str__(self):
        return f"omdöme efterfrågat {self.asked_on}"
