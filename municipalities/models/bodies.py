"""Who decides what in a region: bodies, their members, and their numbered decisions."""

import uuid

from django.db import IntegrityError, models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import date as iso
from municipalities.models.places import Municipality
from municipalities.models.regional import Regional, RegionalQuerySet, Step, person

# So many may take the number before us in one moment before we give up.
ATTEMPTS = 20


class BodyQuerySet(RegionalQuerySet):
    def active(self):
        """Those that have not ended."""
        return self.filter(not_ended(timezone.localdate()))

    def steering(self):
        """The steering groups that are at work."""
        return self.active().filter(kind=Body.Kind.STEERING)


def not_ended(day, path=""):
    """Bodies and members that still are on this day; the day they end is their last."""
    return Q(**{f"{path}ended_on__isnull": True}) | Q(**{f"{path}ended_on__gte": day})


class Body(Regional):
    """A board, a steering group, a council, a network or a working group."""

    class Kind(models.TextChoices):
        BOARD = "styrelse", "Styrelse"
        POLITICAL = "politisk", "Politisk samverkan"
        STEERING = "styrgrupp", "Styrgrupp"
        COUNCIL = "rad", "Råd"
        NETWORK = "natverk", "Nätverk"
        WORKING_GROUP = "arbetsgrupp", "Arbetsgrupp"

    class Rhythm(models.TextChoices):
        MONTHLY = "manad", "Varje månad"
        SIX_A_YEAR = "6", "Sex gånger om året"
        FOUR_A_YEAR = "4", "Fyra gånger om året"
        TWICE_A_YEAR = "2", "Två gånger om året"
        YEARLY = "1", "En gång om året"
        AS_NEEDED = "behov", "Vid behov"

    kind = models.CharField("slag", max_length=20, choices=Kind)
    name = models.CharField("namn", max_length=100)
    purpose = models.CharField("uppdrag", max_length=600, blank=True)
    rhythm = models.CharField("möts", max_length=10, choices=Rhythm, default=Rhythm.FOUR_A_YEAR)
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reporting", verbose_name="rapporterar till"
    )
    # Its last day. It keeps its pages.
    ended_on = models.DateField("avslutat", null=True, blank=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = "organ"
        verbose_name_plural = "organ"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"],
                name="body_names_are_unique_in_a_region",
                violation_error_message="Regionen har redan ett organ med det namnet.",
            ),
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(kind="styrgrupp", ended_on__isnull=True),
                name="a_region_has_one_steering_group",
                violation_error_message="Regionen har redan en styrgrupp. Avsluta den först.",
            ),
            models.CheckConstraint(
                name="a_body_does_not_report_to_itself",
                condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("pk")),
                violation_error_message="Ett organ kan inte rapportera till sig självt.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("body_detail", args=[self.uid])

    @property
    def has_ended(self):
        return self.ended_on is not None and self.ended_on < timezone.localdate()


class OfBodyQuerySet(models.QuerySet):
    """Rows of a body, reached as the body is. `region_path` leads from the row to its region."""

    region_path = "body__region__in"

    def for_user(self, user, permission):
        return self.filter(**{self.region_path: user.regions(permission)})


class MemberQuerySet(OfBodyQuerySet):
    def current(self):
        """Those who are members today, or will be."""
        return self.filter(not_ended(timezone.localdate()))

    def today(self):
        return self.current().filter(started_on__lte=timezone.localdate())


class BodyMember(models.Model):
    """Somebody in a body, from a day until a day: with an account, or by name and organisation."""

    class Part(models.TextChoices):
        CHAIR = "ordforande", "Ordförande"
        SECRETARY = "sekreterare", "Sekreterare"
        MEMBER = "ledamot", "Ledamot"
        DEPUTY = "ersattare", "Ersättare"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.ForeignKey(Body, models.CASCADE, related_name="members", verbose_name="organ")
    user = person("användare")
    name = models.CharField("namn", max_length=80, blank=True)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kommun"
    )
    organisation = models.CharField("organisation", max_length=100, blank=True)
    part = models.CharField("uppgift", max_length=12, choices=Part, default=Part.MEMBER)
    started_on = models.DateField("från")
    ended_on = models.DateField("till", null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "ledamot"
        verbose_name_plural = "ledamöter"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="a_member_has_an_account_or_a_name",
                condition=Q(user__isnull=False) | ~Q(name=""),
                violation_error_message="Välj en person eller skriv ett namn.",
            ),
            models.CheckConstraint(
                name="a_member_leaves_after_joining",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                violation_error_message="Slutdatum kan inte vara före startdatum.",
            ),
        ]

    def __str__(self):
        return str(self.user) if self.user else self.name

    def get_absolute_url(self):
        return self.body.get_absolute_url()

    @property
    def place(self):
        """Whom she speaks for."""
        return self.organisation or (str(self.municipality) if self.municipality else "")


class DecisionQuerySet(OfBodyQuerySet):
    def with_owner(self):
        """Those that somebody has to carry out, or had to."""
        return self.exclude(owner=None, owner_name="")

    def open(self):
        """Those that somebody still has to carry out."""
        return self.with_owner().filter(done_on=None)

    def done(self):
        return self.filter(done_on__isnull=False)

    def late(self):
        """Open ones whose day has passed."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def owned_by(self, user):
        return self.filter(owner=user)

    def followed_up_by(self, user):
        """Those this user may follow up: her own to carry out, and all where she leads the region's work."""
        return self.filter(Q(owner=user) | Q(body__region__in=user.regions(Permission.LEAD_REGION_WORK)))


class Decision(models.Model):
    """Something a body decided: its number, who carries it out and by when, and how that went."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="decisions", verbose_name="organ")
    meeting = models.ForeignKey(
        "municipalities.Meeting", models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name="möte"
    )
    item = models.ForeignKey(
        "municipalities.AgendaItem",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name="punkt",
    )
    # Given when it is saved: "2026:3" is the body's third decision of 2026.
    year = models.PositiveSmallIntegerField("år", editable=False)
    number = models.PositiveSmallIntegerField("löpnummer", editable=False)
    title = models.CharField("beslut", max_length=200)
    text = models.TextField("beslutet i sin helhet", max_length=2000, blank=True)
    decided_on = models.DateField("beslutsdatum")
    owner = person("ansvarig")
    # Without an account; or the owner's name, so that it stays when the account is gone.
    owner_name = models.CharField("ansvarig utan konto", max_length=80, blank=True)
    due_on = models.DateField("klart senast", null=True, blank=True)
    done_on = models.DateField("genomfört", null=True, blank=True)
    outcome = models.CharField("hur det gick", max_length=600, blank=True)
    is_priority = models.BooleanField("är en prioritering", default=False)
    # What is done because of the decision: the middle of the chain need -> activity -> decision -> figure.
    activities = models.ManyToManyField(
        "municipalities.Activity",
        related_name="decisions",
        blank=True,
        verbose_name="aktiviteter som svarar på beslutet",
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "beslut"
        verbose_name_plural = "beslut"
        ordering = ["-decided_on", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "year", "number"],
                name="decision_numbers_are_unique_in_a_body_and_year",
                violation_error_message="Det numret är redan taget. Försök igen.",
            ),
            models.CheckConstraint(
                name="a_decision_is_carried_out_after_it_is_made",
                condition=Q(done_on__isnull=True) | Q(done_on__gte=F("decided_on")),
                violation_error_message="Ett beslut kan inte vara genomfört före beslutsdatum.",
            ),
        ]

    def __str__(self):
        return f"{self.mark} {self.title}"

    def save(self, *args, **options):
        """A new decision takes the next number of its body and year, also when two are saved in the same moment."""
        if self.pk or self.number:
            return super().save(*args, **options)
        self.year = self.decided_on.year
        for _ in range(ATTEMPTS):
            self.number = self.next_number()
            try:
                with transaction.atomic():
                    return super().save(*args, **options)
            except IntegrityError:
                if self.number == self.next_number():  # it was something else
                    self.number = None
                    raise
        raise IntegrityError("no free number")

    def get_absolute_url(self):
        return reverse("decision_detail", args=[self.uid])

    @property
    def mark(self):
        """Its number as it is spoken of: `2026:3`."""
        return f"{self.year}:{self.number}"

    @property
    def has_owner(self):
        return self.owner_id is not None or self.owner_name != ""

    @property
    def owner_text(self):
        """Who carries it out. A name stays when the account is gone."""
        return str(self.owner) if self.owner else self.owner_name

    @property
    def is_open(self):
        return self.has_owner and self.done_on is None

    @property
    def is_late(self):
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def state(self):
        """(kind, word) for the state's sign."""
        if self.done_on:
            return "good", f"Genomfört {iso(self.done_on)}"
        if not self.has_owner:
            return "plain", "Beslutat"
        if self.is_late:
            return "late", f"Försenat sedan {iso(self.due_on)}"
        return "watch", f"Klart senast {iso(self.due_on)}" if self.due_on else "Pågår"

    def next_number(self):
        """One more than the last of the body's year."""
        made = Decision.objects.filter(body=self.body_id, year=self.year)
        return (made.aggregate(last=Max("number"))["last"] or 0) + 1

    @transaction.atomic
    def follow_up(self, user, kind, text="", done_on=None):
        """Add a step by this user: a comment, that it is carried out (`done_on`, `text` the outcome), or opened again."""
        if kind == DecisionStep.Kind.DONE:
            self.done_on, self.outcome = done_on or timezone.localdate(), text
        elif kind == DecisionStep.Kind.REOPENED:
            self.done_on, self.outcome = None, ""
        self.save(update_fields=["done_on", "outcome"])
        record(user, Verb.CHANGED, self, step=kind)
        return self.steps.create(by=user, kind=kind, text=text)


class DecisionStep(Step):
    """What has happened with a decision since it was made."""

    class Kind(models.TextChoices):
        COMMENT = "kommentar", "Kommentar"
        DONE = "genomfort", "Genomfört"
        REOPENED = "oppnat", "Öppnat igen"

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="steps", verbose_name="beslut")
    kind = models.CharField("vad som hände", max_length=10, choices=Kind, default=Kind.COMMENT)

    class Meta(Step.Meta):
        verbose_name = "uppföljning av beslut"
        verbose_name_plural = "uppföljningar av beslut"

    def __str__(self):
        return self.text
