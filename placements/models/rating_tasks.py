"""Who is asked to rate a home, and what has become of the asking."""

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.utils import timezone

from bou_portal.access import Permission, roles_with
from bou_portal.accounts.models import Membership
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import Municipality
from placements.models.children import Assignment
from placements.models.placements import Placement
from placements.models.ratings import RatingForm
from placements.models.reach import MunicipalRowsQuerySet

RATING_ROLES = roles_with(Permission.RATE_HOMES)


def rates_there(who, municipality="municipality"):
    """The person that the outer row names may rate homes in the outer row's municipality today."""
    held = Membership.objects.in_force().filter(role__in=RATING_ROLES, user__is_active=True)
    return Exists(held.filter(user=OuterRef(who), municipality=OuterRef(municipality)))


class RatingTaskQuerySet(MunicipalRowsQuerySet):
    def waiting(self, today):
        """Neither sent nor left, and still asked about: the same stays as the worklist shows."""
        ended = Placement.objects.awaiting_rating().ended_lately(today)
        during = Placement.objects.awaiting_short_rating(today)
        return self.filter(
            Q(form=RatingForm.FULL) & Exists(ended.filter(pk=OuterRef("placement")))
            | Q(form=RatingForm.SHORT) & Exists(during.filter(pk=OuterRef("placement")))
        )

    def taken(self):
        """Handed to somebody who still may rate in the municipality. Once she has left it is as if it never was."""
        return self.filter(rates_there("taken_by"))

    def with_holder(self):
        """Adds `held_by`, whose task it is, None for nobody's, and `unit`, the child's unit."""
        current = Assignment.objects.filter(child=OuterRef("placement__child"), ended_on__isnull=True)
        responsible = current.filter(rates_there("worker")).values("worker")[:1]
        key = models.BigIntegerField()
        taken = When(rates_there("taken_by"), then=F("taken_by"))
        return self.annotate(
            held_by=Case(taken, default=Subquery(responsible), output_field=key),
            unit=Subquery(current.values("unit")[:1], output_field=key),
        )

    def held(self, placement, form):
        """The placement's only task of this form, there from now on, held until the transaction ends."""
        given = {"municipality_id": placement.municipality_id, "asked_on": timezone.localdate()}
        task, _ = self.get_or_create(placement=placement, form=form, defaults=given)
        return self.select_for_update().get(pk=task.pk)


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
    # How many of the three reminders have gone out or been missed, and the day of the last mail, invitation included.
    reminders = models.PositiveSmallIntegerField("påminnelser", default=0)
    reminded_on = models.DateField("senast påmint", null=True, blank=True)
    left_reason = models.CharField("lämnas utan omdöme", max_length=6, choices=Left, blank=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="lämnat av"
    )
    left_on = models.DateField("lämnat", null=True, blank=True)

    objects = RatingTaskQuerySet.as_manager()
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

    @property
    def is_left(self):
        return bool(self.left_reason)

    def hand_to(self, colleague, by):
        """From now on her task, and she is told so by mail as if she were asked for the first time."""
        was = self.taken_by_id
        self.taken_by, self.reminded_on = colleague, None
        self.save(update_fields=["taken_by", "reminded_on"])
        record(by, Verb.CHANGED, self, what="överlåten", taken_by=colleague.pk, was_taken_by=was)

    def leave(self, reason, by):
        """Nobody will rate this."""
        self.left_reason, self.left_by, self.left_on = reason, by, timezone.localdate()
        self.save(update_fields=["left_reason", "left_by", "left_on"])
        record(by, Verb.CHANGED, self, what="lämnad", reason=reason)

    def take_up_again(self, by):
        """It was left by mistake."""
        self.left_reason, self.left_by, self.left_on = "", None, None
        self.save(update_fields=["left_reason", "left_by", "left_on"])
        record(by, Verb.CHANGED, self, what="återtagen")
