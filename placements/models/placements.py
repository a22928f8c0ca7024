"""The placement: one child's stay in one home."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from bou_portal.periods import add_months
from municipalities.models import Municipality
from placements.codes import (
    RATED_FORMS,
    EndCause,
    EndReason,
    FormCode,
    FormGroup,
    Initiator,
    NextStop,
    Operator,
    Planned,
)
from placements.models.children import CareEpisode, Child, ChildRowsQuerySet, LegalBasis
from placements.models.homes import CareHome

# The rating of the whole stay, sent in; and the task to write it, left without one.
SENT = Q(form="hel", submitted_at__isnull=False)
LEFT = Q(form="hel") & ~Q(left_reason="")
# A stay that ended longer ago than this is no longer asked about; one that has lasted longer is asked about on the way.
RATED_WITHIN_MONTHS = SHORT_AFTER_MONTHS = 6


class PlacementQuerySet(ChildRowsQuerySet):
    def on(self, day):
        """In force the night of this day: the end day is not counted."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), started_on__lte=day)

    def open(self):
        return self.on(timezone.localdate())

    def ended(self):
        return self.filter(ended_on__lte=timezone.localdate())

    def ended_in(self, period):
        return self.filter(ended_on__range=(period.start, period.end))

    def in_rated_home(self):
        """In a home of the kind that is rated."""
        return self.filter(form_group__in=RATED_FORMS, home__isnull=False)

    def with_rated_home(self):
        """Ended, in a home of the kind that is rated."""
        return self.in_rated_home().filter(ended_on__isnull=False)

    def awaiting_rating(self):
        """Ended in a home of the kind that is rated: no rating sent in, and the task not left without one."""
        return self.with_rated_home().with_is_rated().filter(is_rated=False).exclude(self._has("rating_tasks", LEFT))

    def ended_lately(self, today):
        """Ended so lately that somebody remembers it well enough to rate it."""
        return self.filter(ended_on__range=(add_months(today, -RATED_WITHIN_MONTHS), today))

    def awaiting_short_rating(self, today):
        """Open for so long that a rating is asked for on the way: none sent in, and the task not left without one."""
        short, left = Q(form="kort", submitted_at__isnull=False), Q(form="kort") & ~Q(left_reason="")
        going_on = (
            self.in_rated_home().begun_long_before(today).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today))
        )
        return going_on.exclude(self._has("ratings", short)).exclude(self._has("rating_tasks", left))

    def begun_long_before(self, today):
        """Begun more than six months before: a short rating during the stay may be asked for."""
        return self.filter(started_on__lt=add_months(today, -SHORT_AFTER_MONTHS))

    def with_is_rated(self):
        """Adds `is_rated`: the whole stay has a rating that is sent in."""
        return self.annotate(is_rated=self._has("ratings", SENT))

    def _has(self, relation, condition):
        """The placement has such a row. Ratings know placements, so this file cannot import them."""
        rows = self.model._meta.get_field(relation).related_model.objects
        return Exists(rows.filter(condition, placement=OuterRef("pk")))

    def awaiting_analysis(self):
        """Ended unplanned in the last three months, and no analysis begun."""
        recent = add_months(timezone.localdate(), -3)
        unplanned = self.ended().filter(planned=Planned.UNPLANNED, ended_on__gte=recent)
        return unplanned.filter(analyses__isnull=True).order_by("-ended_on", "pk")

    def with_law(self):
        """Adds `law` and `law_code`: the child's legal basis today."""
        begun = LegalBasis.objects.filter(child=OuterRef("child"), started_on__lte=timezone.localdate())
        newest = begun.order_by("-started_on")
        return self.annotate(law=Subquery(newest.values("group")[:1]), law_code=Subquery(newest.values("code")[:1]))


class Placement(models.Model):
    """One child's stay in one home. `[started_on, ended_on)`: the end day is not a night of care."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="placements", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="placements", verbose_name="barn")
    episode = models.ForeignKey(
        CareEpisode, models.SET_NULL, null=True, related_name="placements", verbose_name="insats"
    )
    form_group = models.CharField("form", max_length=20, choices=FormGroup)
    form_code = models.CharField("form, finare", max_length=20, choices=FormCode, blank=True)
    home = models.ForeignKey(
        CareHome, models.PROTECT, null=True, blank=True, related_name="placements", verbose_name="hem"
    )
    # Tells homes apart: the register's id for institutions, a digest for private homes, empty when unknown.
    home_key = models.CharField(max_length=64, blank=True)
    operator = models.CharField("regi", max_length=20, choices=Operator, blank=True)
    host_municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vistelsekommun"
    )
    started_on = models.DateField("startdatum")
    ended_on = models.DateField("slutdatum", null=True, blank=True)
    end_is_inferred = models.BooleanField("slutet är härlett", default=False)
    end_reason = models.CharField("orsak till avslut", max_length=20, choices=EndReason, blank=True)
    planned = models.CharField("planerat avslut", max_length=10, choices=Planned, blank=True)
    initiator = models.CharField("initiativ till avslut", max_length=10, choices=Initiator, blank=True)
    next_stop = models.CharField("nästa steg", max_length=12, choices=NextStop, blank=True)
    cause = models.CharField("orsak till oplanerat avslut", max_length=16, choices=EndCause, blank=True)
    second_cause = models.CharField("ytterligare orsak", max_length=16, choices=EndCause, blank=True)
    cost_per_day = models.DecimalField("dygnskostnad, kr", max_digits=8, decimal_places=2, null=True, blank=True)
    confirmed_on = models.DateField("bekräftad i leverans", null=True, blank=True)

    objects = PlacementQuerySet.as_manager()
    address_through = ("child",)

    class Meta:
        verbose_name = "placering"
        verbose_name_plural = "placeringar"
        ordering = ["-started_on", "-pk"]
        indexes = [
            models.Index(fields=["municipality", "started_on", "ended_on"], name="placement_by_place_and_time"),
            models.Index(fields=["home", "ended_on"], name="placement_by_home"),
        ]
        constraints = [
            models.CheckConstraint(
                name="placement_ends_after_it_starts",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                violation_error_message="Slutdatum kan inte vara före startdatum.",
            ),
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(ended_on__isnull=True),
                name="one_open_placement_per_child",
                violation_error_message="Barnet har redan en pågående placering.",
            ),
            models.CheckConstraint(
                name="only_ended_placements_have_an_ending",
                condition=Q(ended_on__isnull=False)
                | Q(
                    end_reason="",
                    planned="",
                    initiator="",
                    next_stop="",
                    cause="",
                    second_cause="",
                    end_is_inferred=False,
                ),
                violation_error_message="En pågående placering kan inte ha uppgifter om avslut.",
            ),
        ]

    def __str__(self):
        return f"{self.get_form_group_display()} från {self.started_on}"

    def get_absolute_url(self):
        return reverse("child_detail", args=[self.child.uid])
