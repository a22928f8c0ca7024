"""What municipalities delivered. The state is a fold over these rows: see placements/stays.py and ADR 0003."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from municipalities.models import Municipality

LEASE = timedelta(minutes=6)  # longer than any task may take
SENT_WITHIN = timedelta(seconds=30)


class DeliveryQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Deliveries that touch only municipalities where this user holds this permission."""
        others = Municipality.objects.exclude(pk__in=user.municipalities(permission))
        return (
            self.filter(municipalities__in=user.municipalities(permission))
            .exclude(municipalities__in=others)
            .distinct()
        )

    def confirmed(self):
        return self.filter(state=Delivery.State.CONFIRMED)

    def _waiting(self):
        """To be worked on, and held by no worker that lives."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=timezone.now())
        return self.filter(free, state=Delivery.State.WORKING)

    def claim(self, pk):
        """Take a delivery for this worker, or None if another one has it or it is done."""
        taken = self._waiting().filter(pk=pk).update(lease_until=timezone.now() + LEASE)
        return self.get(pk=pk) if taken else None

    def due(self):
        """Ids of deliveries that a worker should have begun by now."""
        return self._waiting().filter(uploaded_at__lt=timezone.now() - SENT_WITHIN).values_list("pk", flat=True)


class Delivery(models.Model):
    """One file with rows of one kind, from upload to receipt."""

    class Kind(models.TextChoices):
        PLACEMENTS = "placeringar", "Placeringar"
        FOLLOW_UPS = "uppfoljningar", "Uppföljningar"
        PLANS = "planer", "Planer"
        REVIEWS = "overvaganden", "Överväganden och omprövningar"
        HEALTH = "halsa", "Hälso- och tandundersökningar"

    class State(models.TextChoices):
        STAGED = "staged", "Väntar på granskning"
        WORKING = "working", "Bearbetas"
        CONFIRMED = "confirmed", "Inläst"
        UNDONE = "undone", "Ångrad"
        FAILED = "failed", "Misslyckades"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("innehåll", max_length=15, choices=Kind)
    delivered_on = models.DateField("leveransdatum")
    file_name = models.CharField("fil", max_length=120)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("status", max_length=10, choices=State, default=State.STAGED)
    municipalities = models.ManyToManyField(Municipality, related_name="deliveries", verbose_name="kommuner")
    counts = models.JSONField("utfall", default=dict)
    repairs = models.JSONField("rättningar", default=dict)
    # Which confirmed deliveries the preview was made against; confirming against another base makes it anew.
    base = models.CharField(max_length=64, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="lämnad av"
    )
    uploaded_at = models.DateTimeField("uppladdad", auto_now_add=True)
    confirmed_at = models.DateTimeField("inläst", null=True, blank=True)
    undone_at = models.DateTimeField("ångrad", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="godkänd av"
    )
    # The file as read, until it is confirmed or a week old; identity numbers and families' names are gone from it.
    table = models.JSONField("inläst fil", null=True, blank=True)
    read_as = models.CharField("läst som", max_length=40, blank=True)
    ignored = models.JSONField("rubriker som inte togs med", default=list)
    notes = models.JSONField("meddelanden om hela leveransen", default=list)
    problem = models.CharField("vad som gick fel", max_length=300, blank=True)
    rows_done = models.PositiveIntegerField("rader klara", default=0)
    rows_total = models.PositiveIntegerField("rader", default=0)
    lease_until = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "leverans"
        verbose_name_plural = "leveranser"
        ordering = ["-uploaded_at"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.delivered_on}"

    def get_absolute_url(self):
        return reverse("delivery_detail", args=[self.uid])

    @property
    def is_confirmed(self):
        return self.state == self.State.CONFIRMED

    @property
    def is_staged(self):
        return self.state == self.State.STAGED

    @property
    def is_working(self):
        return self.state == self.State.WORKING

    @property
    def is_waiting(self):
        """Not taken in, and nobody is at it."""
        return self.state in (self.State.STAGED, self.State.FAILED)

    @property
    def needs_translation(self):
        """Staged without a preview: a header or a word in it is new."""
        return self.state == self.State.STAGED and not self.base


class DeliveryRow(models.Model):
    """One row of a delivery: its canonical values and what became of it."""

    class Fate(models.TextChoices):
        NEW = "new", "Ny"
        CHANGED = "changed", "Ändrad"
        UNCHANGED = "unchanged", "Oförändrad"
        CONTINUED = "continued", "Fortsätter"
        CLOSED = "closed", "Avslutad"
        REFUSED = "refused", "Ej inläst"

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="rows", verbose_name="leverans")
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, related_name="+", verbose_name="kommun")
    number = models.PositiveIntegerField("rad")
    child_code = models.CharField("barn", max_length=20, blank=True)
    values = models.JSONField("värden", default=dict)
    fate = models.CharField("utfall", max_length=10, choices=Fate)
    messages = models.JSONField("meddelanden", default=list)

    class Meta:
        verbose_name = "leveransrad"
        verbose_name_plural = "leveransrader"
        ordering = ["delivery", "number"]
        indexes = [models.Index(fields=["municipality", "child_code"], name="delivery_row_by_child")]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="one_row_per_number_in_a_delivery"),
            models.CheckConstraint(
                name="accepted_rows_have_a_municipality_and_a_child",
                condition=Q(fate="refused") | (Q(municipality__isnull=False) & ~Q(child_code="")),
            ),
        ]

    def __str__(self):
        return f"rad {self.number}"


class DeliveryMapping(models.Model):
    """How one municipality's headers or values read in the portal's words, remembered per kind."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="+", verbose_name="kommun")
    kind = models.CharField("innehåll", max_length=15, choices=Delivery.Kind)
    column = models.CharField("kolumn", max_length=40, blank=True, help_text="Tom: raden översätter en rubrik.")
    theirs = models.CharField("deras ord", max_length=100)
    ours = models.CharField("portalens ord", max_length=100)

    class Meta:
        verbose_name = "översättning"
        verbose_name_plural = "översättningar"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "column", "theirs"],
                name="one_translation_per_word",
                violation_error_message="Ordet har redan en översättning.",
            )
        ]

    def __str__(self):
        return f"{self.theirs} = {self.ours}"
