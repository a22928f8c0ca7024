"""What was promised in a procurement: agreements, the homes they cover, criteria, and what checks found."""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.sorting import sort_key
from municipalities.models import Municipality, Region
from placements.models.homes import CareHome
from placements.questionnaire import questionnaire


class OwnedQuerySet(models.QuerySet):
    """Rows that a region or a municipality owns. A region's are read in all its municipalities."""

    def for_user(self, user, permission):
        if not user.can(permission):
            return self.none()
        return self.filter(Q(municipality__in=user.municipalities(permission)) | Q(region__in=user.regions(permission)))

    def kept_by(self, user):
        """Those that this user may change: her own municipality's, or her region's when she leads there."""
        granting = user.granting(Permission.KEEP_AGREEMENTS)
        municipalities = {m.municipality_id for m in granting if m.municipality_id}
        regions = {m.region_id for m in granting if m.region_id}
        return self.filter(Q(municipality__in=municipalities) | Q(region__in=regions))

    def owned_like(self, row):
        """Those of the same region or municipality as the row."""
        return self.filter(region=row.region_id, municipality=row.municipality_id)


class AgreementQuerySet(OwnedQuerySet):
    def in_force(self):
        """Those that hold today."""
        today = timezone.localdate()
        return self.filter(not_ended_by(today), valid_from__lte=today)

    def not_ended(self):
        """Those that hold today or will."""
        return self.filter(not_ended_by(timezone.localdate()))

    def ended(self):
        return self.exclude(not_ended_by(timezone.localdate()))


def not_ended_by(day):
    return Q(valid_until__isnull=True) | Q(valid_until__gte=day)


class CheckQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Checks in the agreements that this user reaches with this permission."""
        return self.filter(agreement__in=Agreement.objects.for_user(user, permission))

    def kept_by(self, user):
        """Checks in the agreements that this user keeps."""
        return self.filter(agreement__in=Agreement.objects.kept_by(user))

    def standing(self):
        """Without those that were taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def latest(self):
        """Of each home and criterion in an agreement the newest check that stands: it has taken over from all before it."""
        later = Q(checked_on__gt=OuterRef("checked_on")) | Q(checked_on=OuterRef("checked_on"), pk__gt=OuterRef("pk"))
        same = {name: OuterRef(name) for name in ("agreement", "home", "criterion")}
        return self.standing().exclude(Exists(Check.objects.standing().filter(later, **same)))


class Owned(models.Model):
    """Belongs to a region or to a municipality, never to both."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="region")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kommun"
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def owner(self):
        return self.municipality or self.region


def has_one_owner(name):
    return models.CheckConstraint(
        name=name,
        condition=Q(region__isnull=True, municipality__isnull=False)
        | Q(region__isnull=False, municipality__isnull=True),
        violation_error_message="Ange en region eller en kommun, inte båda.",
    )


class Criterion(Owned):
    """Something a home must or should live up to, how that is shown, and which of the rating's statements tell of it."""

    class Level(models.TextChoices):
        MUST = "ska", "Skakrav"
        SHOULD = "bör", "Börkrav"

    title = models.CharField("kriterium", max_length=120)
    text = models.TextField("vad som krävs", max_length=1000, blank=True)
    level = models.CharField("krav", max_length=4, choices=Level, default=Level.MUST)
    evidence = models.CharField("visas genom", max_length=300, blank=True)
    # Numbers of the questionnaire's statements, 1-22.
    items = models.JSONField("påståenden i omdömet", default=list, blank=True)

    class Meta:
        verbose_name = "kriterium"
        verbose_name_plural = "kriterier"
        ordering = ["title", "pk"]
        constraints = [has_one_owner("a_criterion_has_one_owner")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("criterion_list") + f"#{self.uid}"

    @property
    def order(self):
        """As the questionnaire asks; those without statements last, by name."""
        return min(self.items, default=len(questionnaire().statements) + 1), sort_key(self.title)


class Agreement(Owned):
    """A framework or direct agreement with homes, and the criteria that hold in it."""

    class Kind(models.TextChoices):
        FRAMEWORK = "ramavtal", "Ramavtal"
        DIRECT = "direkt", "Direktavtal"
        OWN = "egen regi", "Egen regi"
        OTHER = "annat", "Annat"

    title = models.CharField("avtal", max_length=120)
    number = models.CharField("diarienummer", max_length=40, blank=True)
    kind = models.CharField("slag", max_length=10, choices=Kind, default=Kind.FRAMEWORK)
    valid_from = models.DateField("gäller från")
    valid_until = models.DateField("gäller till och med", null=True, blank=True)
    criteria = models.ManyToManyField(Criterion, related_name="agreements", blank=True, verbose_name="kriterier")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "avtal"
        verbose_name_plural = "avtal"
        ordering = ["-valid_from", "title"]
        constraints = [
            has_one_owner("an_agreement_has_one_owner"),
            models.CheckConstraint(
                name="an_agreement_ends_after_it_starts",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message="Slutdatum kan inte vara före startdatum.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("agreement_detail", args=[self.uid])

    @property
    def is_in_force(self):
        today = timezone.localdate()
        return self.valid_from <= today and not self.has_ended

    @property
    def has_ended(self):
        return self.valid_until is not None and self.valid_until < timezone.localdate()


class AgreementHome(models.Model):
    """A home in an agreement: its rank and its price for a day."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="homes", verbose_name="avtal")
    home = models.ForeignKey(CareHome, models.PROTECT, related_name="agreements", verbose_name="hem")
    rank = models.PositiveSmallIntegerField("rang", null=True, blank=True)
    price_per_day = models.PositiveIntegerField("kronor per dygn", null=True, blank=True)

    class Meta:
        verbose_name = "hem i avtal"
        verbose_name_plural = "hem i avtal"
        ordering = [F("rank").asc(nulls_last=True), "home__name_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "home"],
                name="a_home_is_in_an_agreement_once",
                violation_error_message="Hemmet finns redan i avtalet.",
            )
        ]

    def __str__(self):
        return f"{self.home} i {self.agreement}"

    def get_absolute_url(self):
        return reverse("agreement_home", args=[self.agreement.uid, self.home.uid])

    def leave(self, user):
        """Take the home out of the agreement. Its checks stay in the history."""
        with transaction.atomic():
            record(user, Verb.CHANGED, self.agreement, home=self.home_id, removed=True)
            self.delete()


class Check(models.Model):
    """What somebody found when a home was held against one criterion."""

    class Outcome(models.TextChoices):
        MET = "uppfyllt", "Uppfyllt"
        OBSERVED = "iakttagelse", "Iakttagelse, ingen brist"
        OPEN = "brist", "Brist, ska åtgärdas"
        HANDLED = "hanteras", "Brist som hanteras"
        NOT_REMEDIED = "kvarstår", "Brist som inte åtgärdats i tid"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="checks", verbose_name="avtal")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="checks", verbose_name="kriterium")
    home = models.ForeignKey(CareHome, models.PROTECT, related_name="checks", verbose_name="hem")
    outcome = models.CharField("utfall", max_length=12, choices=Outcome)
    checked_on = models.DateField("kontrollerat")
    remedied_until = models.DateField("ska vara åtgärdat", null=True, blank=True)
    note = models.CharField("det som sågs", max_length=300, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="kontrollerat av"
    )
    entered_at = models.DateTimeField("infört", auto_now_add=True)
    # Taken back on the day it was written, because it was wrong. It stays in the history and counts for nothing.
    withdrawn_at = models.DateTimeField("återtaget", null=True, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = "kontroll"
        verbose_name_plural = "kontroller"
        ordering = ["-checked_on", "-pk"]
        indexes = [models.Index(fields=["agreement", "home", "criterion"], name="checks_of_a_home")]
        constraints = [
            models.CheckConstraint(
                name="a_finding_says_when_it_is_to_be_mended",
                condition=~Q(outcome__in=["brist", "hanteras"]) | Q(remedied_until__isnull=False),
                violation_error_message="Ange när bristen ska vara åtgärdad.",
            )
        ]

    def __str__(self):
        return f"{self.criterion}: {self.get_outcome_display()}"

    def get_absolute_url(self):
        return reverse("check_list", args=[self.agreement.uid, self.home.uid, self.criterion.uid])

    @property
    def may_be_withdrawn(self):
        """On the day it was written, by its writer's colleagues too."""
        return self.withdrawn_at is None and timezone.localdate(self.entered_at) == timezone.localdate()

    def withdraw(self, user):
        """Take back what was wrong. It stays in the history; the check before it holds again."""
        with transaction.atomic():
            taken = Check.objects.standing().filter(pk=self.pk).update(withdrawn_at=timezone.now())
            if taken:
                record(user, Verb.CHANGED, self, municipality_id=self.agreement.municipality_id, withdrawn=True)
        return bool(taken)
