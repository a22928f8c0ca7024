"""Who decides what in a region: bodies, their members, meetings, agendas and numbered decisions."""

import uuid

from django.db import models
from django.db.models import F, Q

from municipalities.models.places import Municipality
from municipalities.models.regional import Regional, Step, person


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
    ended_on = models.DateField("avslutat", null=True, blank=True)

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
        return self.name or str(self.user)


class OfBodyQuerySet(models.QuerySet):
    """Rows of a body, reached as the body is."""

    def for_user(self, user, permission):
        return self.filter(body__region__in=user.regions(permission))


class Meeting(models.Model):
    """A meeting of a body. Its agenda becomes its minutes."""

    class State(models.TextChoices):
        PLANNED = "planerat", "Planerat"
        HELD = "hallet", "Hållet"
        CANCELLED = "installt", "Inställt"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings", verbose_name="organ")
    starts_at = models.DateTimeField("börjar")
    ends_at = models.DateTimeField("slutar")
    place = models.CharField("plats eller länk", max_length=200, blank=True)
    state = models.CharField("läge", max_length=10, choices=State, default=State.PLANNED)

    objects = OfBodyQuerySet.as_manager()

    class Meta:
        verbose_name = "möte"
        verbose_name_plural = "möten"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                name="a_meeting_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="Mötet måste sluta efter att det har börjat.",
            )
        ]

    def __str__(self):
        return f"{self.body} {self.starts_at:%Y-%m-%d}"


class AgendaItem(models.Model):
    """A point on the agenda, what was prepared for it and what was noted."""

    class Kind(models.TextChoices):
        INFORM = "info", "Information"
        DISCUSS = "diskussion", "Diskussion"
        DECIDE = "beslut", "Beslut"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name="möte")
    order = models.PositiveSmallIntegerField("ordning", default=0)
    title = models.CharField("punkt", max_length=160)
    kind = models.CharField("slag", max_length=10, choices=Kind, default=Kind.INFORM)
    minutes = models.PositiveSmallIntegerField("minuter", null=True, blank=True)
    presenter = models.CharField("föredrar", max_length=80, blank=True)
    text = models.TextField("underlag", max_length=2000, blank=True)
    note = models.TextField("anteckningar", max_length=4000, blank=True)
    # What the item presents: the piece of knowledge then says "presenterad på" this meeting.
    knowledge = models.ForeignKey(
        "municipalities.Knowledge",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name="kunskap som presenteras",
    )
    # What the item asks a decision about: a proposed version of a plan.
    plan_version = models.ForeignKey(
        "municipalities.PlanVersion",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name="plan som föreslås",
    )

    class Meta:
        verbose_name = "punkt på dagordningen"
        verbose_name_plural = "punkter på dagordningen"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title


class DecisionQuerySet(OfBodyQuerySet):
    def open(self):
        """Those that somebody still has to carry out."""
        return self.filter(done_on=None).exclude(owner=None, owner_name="")


class Decision(models.Model):
    """Something a body decided: its number, who carries it out and by when, and how that went."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="decisions", verbose_name="organ")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name="möte"
    )
    item = models.ForeignKey(
        AgendaItem, models.SET_NULL, null=True, blank=True, related_name="decisions", verbose_name="punkt"
    )
    year = models.PositiveSmallIntegerField("år")
    number = models.PositiveSmallIntegerField("löpnummer")
    title = models.CharField("beslut", max_length=200)
    text = models.TextField("beslutet i sin helhet", max_length=2000, blank=True)
    decided_on = models.DateField("beslutsdatum")
    owner = person("ansvarig")
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
        return f"{self.year}:{self.number} {self.title}"


class DecisionStep(Step):
    """What has happened with a decision since it was made."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="steps", verbose_name="beslut")

    class Meta(Step.Meta):
        verbose_name = "uppföljning av beslut"
        verbose_name_plural = "uppföljningar av beslut"

    def __str__(self):
        return self.text
