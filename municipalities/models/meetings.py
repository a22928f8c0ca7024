"""When bodies meet: the agenda that becomes the minutes, and the stand a steering group takes on a quarter's report."""

import uuid
from datetime import timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models.bodies import Body, Decision, OfBodyQuerySet
from municipalities.models.regional import person
from municipalities.models.releases import Release


class MeetingQuerySet(OfBodyQuerySet):
    def to_come(self):
        """Planned ones that are not over, the next one first."""
        planned = self.filter(state=Meeting.State.PLANNED, ends_at__gte=timezone.now())
        return planned.order_by("starts_at")

    def held(self):
        return self.filter(state=Meeting.State.HELD)


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

    objects = MeetingQuerySet.as_manager()

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
        return f"{self.body} {timezone.localtime(self.starts_at):%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("meeting_detail", args=[self.uid])

    @property
    def day(self):
        return timezone.localdate(self.starts_at)

    @property
    def hours(self):
        """`13.00–15.00`, Swedish time."""
        return f"{timezone.localtime(self.starts_at):%H.%M}–{timezone.localtime(self.ends_at):%H.%M}"

    @property
    def length(self):
        """In minutes."""
        return round((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def is_cancelled(self):
        return self.state == self.State.CANCELLED

    @property
    def is_held(self):
        return self.state == self.State.HELD

    @property
    def state_shown(self):
        """(kind, word) for the state's sign."""
        kinds = {self.State.HELD: "good", self.State.CANCELLED: "watch"}
        if self.state == self.State.PLANNED and self.ends_at < timezone.now():
            return "watch", "Inte avslutat"
        return kinds.get(self.state, "plain"), self.get_state_display()

    @transaction.atomic
    def become(self, state, user):
        """Held, cancelled, or planned again."""
        self.state = state
        self.save(update_fields=["state"])
        record(user, Verb.CHANGED, self, state=state)


class ItemQuerySet(OfBodyQuerySet):
    region_path = "meeting__body__region__in"


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
    # What the item follows up: an earlier decision that is not carried out yet.
    follows = models.ForeignKey(
        Decision, models.SET_NULL, null=True, blank=True, related_name="follow_up_items", verbose_name="följer upp"
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = "punkt på dagordningen"
        verbose_name_plural = "punkter på dagordningen"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", subject],
                name=f"an_agenda_takes_up_each_{subject}_once",
                violation_error_message="Det finns redan på dagordningen.",
            )
            for subject in ("knowledge", "plan_version", "follows")
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"{self.meeting.get_absolute_url()}#p{self.uid}"

    @transaction.atomic
    def move(self, steps, user):
        """Up (-1) or down (1) among the meeting's items; nothing happens at either end."""
        Meeting.objects.select_for_update().get(pk=self.meeting_id)
        items = list(self.meeting.items.all())
        place = items.index(self)
        items.insert(min(max(place + steps, 0), len(items) - 1), items.pop(place))
        for order, item in enumerate(items, start=1):
            item.order = order
        AgendaItem.objects.bulk_update(items, ["order"])
        record(user, Verb.CHANGED, self.meeting, moved=self.pk)

    @transaction.atomic
    def remove(self, user):
        """Take it off the agenda. Decisions made at it stay."""
        record(user, Verb.DELETED, self)
        self.delete()


class ReportStand(models.Model):
    """The steering group's stand on the report of a quarter, as it was frozen: approved, or returned with reasons.

    It is a stand, no lock: a report that the leader has published stays published (docs/adr/0024).
    """

    class State(models.TextChoices):
        APPROVED = "godkand", "Godkänd"
        RETURNED = "aterlamnad", "Återlämnad"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    release = models.OneToOneField(Release, models.PROTECT, related_name="stand", verbose_name="kvartalets rapport")
    body = models.ForeignKey(Body, models.PROTECT, related_name="report_stands", verbose_name="organ")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="report_stands", verbose_name="beslut")
    state = models.CharField("ställningstagande", max_length=12, choices=State)
    reason = models.CharField("skäl", max_length=600, blank=True)
    decided_by = person("infört av")

    objects = OfBodyQuerySet.as_manager()

    class Meta:
        verbose_name = "ställningstagande till kvartalsrapport"
        verbose_name_plural = "ställningstaganden till kvartalsrapporter"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_returned_report_says_why",
                condition=~Q(state="aterlamnad") | ~Q(reason=""),
                violation_error_message="Skriv varför rapporten återlämnas.",
            )
        ]

    def __str__(self):
        return f"{self.release.quarter}: {self.get_state_display()}"
