"""What the social worker thinks of a home after a placement. The questionnaire itself is data: placements/data/."""

import uuid
from datetime import datetime, time, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import number
from municipalities.models import Municipality
from placements.models.homes import CareHome, HomeChange
from placements.models.placements import Placement
from placements.models.reach import MunicipalRowsQuerySet
from placements.questionnaire import questionnaire
from placements.scoring import decimal, score

# A rating that was sent is mended by its writer for this long, then nobody changes it (features.md c, C1.8).
CHANGEABLE_FOR = timedelta(days=14)
LAST_STEP = 4
TEXTS = ("strengths", "improvements", "use_again_condition", "fits_other_group")


class RatingForm(models.TextChoices):
    """The whole questionnaire after a placement, or eight statements once during a long one."""

    FULL = "hel", "Efter placeringen"
    SHORT = "kort", "Under placeringen"


class RatingQuerySet(MunicipalRowsQuerySet):
    def submitted(self):
        return self.filter(submitted_at__isnull=False)

    def of_present_series(self, today=None):
        """Of stays that ended, and short forms that were sent, since the home last changed owner or manager."""
        changes = HomeChange.objects.filter(home=OuterRef("home"), changed_on__lte=today or timezone.localdate())
        begun = self.annotate(series_on=Subquery(changes.order_by("-changed_on").values("changed_on")[:1]))
        whole = Q(form=RatingForm.FULL, placement__ended_on__gte=F("series_on"))
        short = Q(form=RatingForm.SHORT, submitted_at__date__gte=F("series_on"))
        return begun.filter(Q(series_on=None) | whole | short)

    def whole(self):
        """Of a whole stay. The short form, given during it, is about the same stay once more."""
        return self.filter(form=RatingForm.FULL)

    def with_texts(self):
        """Sent, with words of the writer's own that she lets others read."""
        noted = RatingAnswer.objects.filter(rating=OuterRef("pk")).exclude(note="")
        empty = dict.fromkeys(TEXTS, "")
        return self.submitted().filter(~Q(**empty) | Exists(noted), may_be_shared=True)

    def with_texts_to_read(self):
        """Whose texts nobody has let out or kept back yet."""
        return self.with_texts().filter(texts_released_at__isnull=True, texts_kept_at__isnull=True)

    def with_released_texts(self):
        """Whose texts colleagues in the own municipality may read: ticked by the writer and released by a manager.

        The texts themselves are `Rating.texts`. Ask for the reader's own municipality first: no text ever leaves it.
        """
        return self.with_texts().filter(texts_released_at__isnull=False).prefetch_related("answers")

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
    # The texts are read by colleagues when the writer has ticked `may_be_shared` and a manager has let them out. A text
    # that is changed afterwards is read anew.
    texts_released_at = models.DateTimeField("texter släppta", null=True, blank=True)
    texts_released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="släppta av"
    )
    texts_kept_at = models.DateTimeField("texter hålls inne", null=True, blank=True)
    started_at = models.DateTimeField("påbörjat", auto_now_add=True)
    submitted_at = models.DateTimeField("inskickat", null=True, blank=True)

    objects = RatingQuerySet.as_manager()
    address_through = ("placement",)

    class Meta:
        verbose_name = "omdöme"
        verbose_name_plural = "omdömen"
        ordering = ["-submitted_at", "-started_at"]
        indexes = [
            models.Index(fields=["home", "submitted_at"], name="rating_by_home_and_day"),
            # The own municipality's few among all of a home's; without it a list reads every rating of its homes.
            models.Index(fields=["municipality", "home"], name="own_ratings_of_a_home"),
        ]
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
        name = "short_rating_receipt" if self.is_short else "rating_receipt"
        return reverse(name, args=[self.placement.uid])

    @property
    def is_short(self):
        return self.form == RatingForm.SHORT

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
        return score(self.values, short=self.is_short)

    @property
    def present_index(self):
        """The index of the answers as they stand, with one decimal; None = incomplete."""
        return decimal(self.score.index)

    @property
    def on_five(self):
        """The index on the scale of the home's shown value, in words: the two stand beside each other."""
        return f"{number(1 + self.present_index / 25, 1)} på skalan 1–5. Bara din kommun ser det"

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
    def texts(self):
        """[(what was asked, the writer's own words)] of everything she wrote."""
        asked = questionnaire().questions
        own = [(asked[name].text, getattr(self, name)) for name in TEXTS]
        notes = [(f"{answer.statement.text} ({answer.words})", answer.note) for answer in self.answers.all()]
        return [(label, text) for label, text in (*own, *notes) if text]

    @property
    def texts_version(self):
        """Tells whether the texts are still those that somebody read."""
        return sha256(repr(self.texts).encode()).hexdigest()[:16]

    @property
    def texts_are_released(self):
        return self.may_be_shared and self.texts_released_at is not None

    def texts_may_be_read_by(self, user):
        """By whoever wrote them, and once they are released by her colleagues."""
        return self.rated_by_id == user.pk or self.texts_are_released

    @property
    def unanswered(self):
        """The statements still without an answer."""
        values = self.values
        asked = questionnaire().asked(self.is_short)
        return [statement for statement in asked if statement.number not in values]

    @property
    def lacks(self):
        """The first step that is not finished yet, or None when the rating can be sent."""
        if self.unanswered:
            return 1 if self.is_short else 2
        if self.is_short:
            return None
        return None if self.overall and self.use_again and self.price_fair and self.youth_asked else 3

    def work_out_index(self):
        """Store the index of the answers as they stand."""
        self.index = self.score.stored_index
        self.save(update_fields=["index"])

    def read_texts_anew(self):
        """What a manager decided about the texts no longer holds: they, or the tick, have changed."""
        self.texts_released_at = self.texts_released_by = self.texts_kept_at = None
        self.save(update_fields=["texts_released_at", "texts_released_by", "texts_kept_at"])

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
