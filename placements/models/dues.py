"""What is due for a child and when, as the rules give it: derived after every change, never edited."""

from datetime import timedelta

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q

from municipalities.models import Municipality
from placements.models.children import Child, ChildRowsQuerySet

# What is soon. The pages say "inom 30 dagar" in words: search for it before changing the number.
SOON = timedelta(days=30)


class DueQuerySet(ChildRowsQuerySet):
    """What is late or soon is asked of a day, because the rows do not depend on any."""

    def standing(self, today):
        """What has not fallen away: a rule for children ends when the child is grown."""
        return self.filter(Q(lapses_on__isnull=True) | Q(lapses_on__gt=today))

    def late(self, today):
        return self.standing(today).filter(late_after_on__lt=today)

    def soon(self, today):
        return self.standing(today).filter(late_after_on__gte=today, due_on__lte=today + SOON)

    def waiting(self, today):
        """Late or soon."""
        return self.standing(today).filter(due_on__lte=today + SOON)

    def later(self, today):
        """Not yet on anybody's list."""
        return self.standing(today).filter(due_on__gt=today + SOON)

    def by_urgency(self, today):
        """What is late first, of that what the law demands, then the oldest."""
        ahead = ExpressionWrapper(Q(late_after_on__gte=today), BooleanField())
        return self.annotate(is_ahead=ahead).order_by("is_ahead", "-is_law", "late_after_on", "pk")

    def segments(self, today):
        """The same order in four parts, each of which an index gives without sorting: {(is late, is law): rows}."""
        states = ((True, self.late(today)), (False, self.soon(today)))
        return {  # `in`, because a bare truth value keeps SQLite from its index
            (is_late, is_law): rows.filter(is_law__in=[is_law]).order_by("late_after_on", "pk")
            for is_late, rows in states
            for is_law in (True, False)
        }


class Due(models.Model):
    """One thing that is to be done for one child, until a day, by one rule.

    Thrown away and made anew by `placements.duties.derive` whenever something about the child, the rules or the targets
    changes, so that a worklist is one indexed query. `due_on` is the nominal day, for planning; `late_after_on` the
    effective one, after which it is late (domain.md 3.0). Nothing here depends on which day it is read: what falls away
    by itself, as when a child is grown, says from which day.
    """

    class Kind(models.TextChoices):
        REVIEW = "review", "Övervägande eller omprövning"
        CUSTODY = "custody", "Fråga om överflyttad vårdnad"
        RESTRICTION = "restriction", "Begränsning att överväga"
        EMERGENCY = "emergency", "Jourhemstid"
        INVESTIGATION = "investigation", "Utredning"
        POST_CARE = "post_care", "Uppföljning efter placering"
        CARE_PLAN = "care_plan", "Vårdplan"
        CARE_PLAN_REVISION = "care_plan_rev", "Revidering av vårdplan"
        PLAN = "plan", "Genomförandeplan"
        TALK = "talk", "Enskilt samtal"
        VISIT = "visit", "Besök i hemmet"
        FOLLOW_UP = "follow_up", "Bestämd uppföljning"
        HEALTH_REQUEST = "health_request", "Begäran om hälsoundersökning"
        MEDICAL = "medical", "Hälsoundersökning"
        DENTAL = "dental", "Tandundersökning"
        HEALTH_ACTION = "health_action", "Åtgärd efter undersökning"
        AGE = "age", "Åldersgräns"

    class Since(models.TextChoices):
        """What the days are counted from."""

        START = "start", "placeringens start"
        HOME = "home", "placeringen i hemmet"
        LAST = "last", "senaste gången"
        REQUEST = "request", "begäran"
        OPENED = "opened", "inledd"
        CLOSED = "closed", "avslutad"
        DECIDED = "decided", "beslutad"
        EXTENDED = "extended", "förlängd till"
        AGREED = "agreed", "bestämd"
        ENDED = "ended", "vårdens slut"
        BIRTH = "birth", "födelseår"

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    child = models.ForeignKey(Child, models.CASCADE, related_name="dues", verbose_name="barn")
    kind = models.CharField("vad", max_length=15, choices=Kind)
    code = models.CharField("regel", max_length=20, blank=True)
    is_law = models.BooleanField("lagkrav")
    since = models.CharField("räknas från vad", max_length=10, choices=Since)
    counted_from_on = models.DateField("räknas från", null=True, blank=True)
    due_on = models.DateField("förfaller")
    late_after_on = models.DateField("senast")
    lapses_on = models.DateField("faller bort", null=True, blank=True)

    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = "förfallodag"
        verbose_name_plural = "förfallodagar"
        ordering = ["due_on", "pk"]
        # A worklist is counted from the index alone, and cut in its order (`duty_list`).
        indexes = [
            models.Index(
                fields=["municipality", "is_law", "late_after_on", "due_on", "lapses_on"], name="due_by_place_and_day"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.due_on}"
