"""What a region means to do: the yearly plan and the plan for "Stärkt skydd", from focus to goal to activity.

The plan is living and can always be worked on. What the steering group takes a stand on is a version: the plan's content
as it was that day, frozen. An old version stays readable word by word (docs/adr/0023).
"""

import uuid

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models.bodies import Body, Decision
from municipalities.models.regional import Regional, Step, person


class Plan(Regional):
    class Kind(models.TextChoices):
        YEARLY = "ar", "Årsplan"
        PROTECTION = "starkt-skydd", "Stärkt skydd för barn och unga"

    class Scope(models.TextChoices):
        """The national programme began with placed children and was widened (seeds A2-A4); each year says which it is."""

        PLACED = "placerade", "Placerade barn och unga"
        ALL = "alla", "Hela den sociala barn- och ungdomsvården"

    kind = models.CharField("slag", max_length=20, choices=Kind, default=Kind.YEARLY)
    year = models.PositiveSmallIntegerField("år")
    title = models.CharField("namn", max_length=100)
    introduction = models.TextField("inledning", max_length=2000, blank=True)
    scope = models.CharField("gäller", max_length=10, choices=Scope, default=Scope.PLACED)
    phase = models.CharField("skede i satsningen", max_length=80, blank=True)

    class Meta:
        verbose_name = "plan"
        verbose_name_plural = "planer"
        ordering = ["-year", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "kind", "year"],
                name="one_plan_of_a_kind_per_region_and_year",
                violation_error_message="Regionen har redan en sådan plan för det året.",
            ),
            models.CheckConstraint(
                name="a_plan_is_of_a_year_in_this_century",
                condition=Q(year__gte=2010, year__lte=2100),
                violation_error_message="Ange ett år mellan 2010 och 2100.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("plan_detail", args=[self.uid])


class OfPlanQuerySet(models.QuerySet):
    """Rows of a plan, reached as the plan is. `region_path` leads from the row to its region."""

    region_path = "plan__region__in"

    def for_user(self, user, permission):
        return self.filter(**{self.region_path: user.regions(permission)})


class PlanVersionQuerySet(OfPlanQuerySet):
    def waiting(self):
        """Those that the steering group has not taken a stand on."""
        return self.filter(state=PlanVersion.State.PROPOSED)

    def approved(self):
        """The newest first: it is the one that holds."""
        return self.filter(state=PlanVersion.State.APPROVED).order_by("-number")


class PlanVersion(models.Model):
    """A plan's content as it was put before the steering group, and what they said of it."""

    class State(models.TextChoices):
        PROPOSED = "foreslagen", "Väntar på styrgruppen"
        APPROVED = "godkand", "Godkänd"
        RETURNED = "aterlamnad", "Återlämnad"
        WITHDRAWN = "aterkallad", "Återkallad"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name="plan")
    number = models.PositiveSmallIntegerField("version")
    state = models.CharField("läge", max_length=12, choices=State, default=State.PROPOSED)
    content = models.JSONField("innehåll")
    proposed_at = models.DateTimeField("föreslagen", auto_now_add=True)
    proposed_by = person("föreslagen av")
    decided_on = models.DateField("beslutsdatum", null=True, blank=True)
    decided_by = person("beslutet infört av")
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="plan_versions", verbose_name="beslutande organ"
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="plan_versions", verbose_name="beslut"
    )
    reason = models.CharField("skäl", max_length=600, blank=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "planversion"
        verbose_name_plural = "planversioner"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="plan_versions_are_numbered_one_by_one",
                violation_error_message="Någon annan lämnade just in en version. Läs den först.",
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state="foreslagen"),
                name="one_proposed_version_of_a_plan_at_a_time",
                violation_error_message="En version väntar redan på styrgruppen.",
            ),
            models.CheckConstraint(
                name="a_returned_version_says_why",
                condition=~Q(state="aterlamnad") | ~Q(reason=""),
                violation_error_message="Skriv varför planen återlämnas.",
            ),
        ]

    def __str__(self):
        return f"{self.plan}, version {self.number}"

    def get_absolute_url(self):
        return reverse("plan_version", args=[self.uid])


class InOrder(models.Model):
    """A part of a plan that stands in an order the leader chooses."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.PositiveSmallIntegerField("ordning", default=0)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title

    def siblings(self):
        """The parts it stands among, itself included."""
        raise NotImplementedError

    def move(self, steps, user):
        """Put it `steps` places later (earlier when negative) among its siblings; at the end it stays where it is."""
        with transaction.atomic():
            rows = list(self.siblings().select_for_update())
            at = rows.index(self)
            rows.insert(max(0, at + steps), rows.pop(at))
            for place, row in enumerate(rows):
                row.order = place
            type(self).objects.bulk_update(rows, ["order"])
            record(user, Verb.CHANGED, self, moved=steps)


class Focus(InOrder):
    """A focus area of a plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="focuses", verbose_name="plan")
    title = models.CharField("fokusområde", max_length=120)

    objects = OfPlanQuerySet.as_manager()

    class Meta(InOrder.Meta):
        verbose_name = "fokusområde"
        verbose_name_plural = "fokusområden"

    def siblings(self):
        return Focus.objects.filter(plan=self.plan_id)


class GoalQuerySet(OfPlanQuerySet):
    region_path = "focus__plan__region__in"


class Goal(InOrder):
    """What is to be different when the year is over."""

    focus = models.ForeignKey(Focus, models.CASCADE, related_name="goals", verbose_name="fokusområde")
    title = models.CharField("mål", max_length=200)

    objects = GoalQuerySet.as_manager()

    class Meta(InOrder.Meta):
        verbose_name = "mål"
        verbose_name_plural = "mål"

    @property
    def plan(self):
        return self.focus.plan

    def siblings(self):
        return Goal.objects.filter(focus=self.focus_id)


class ActivityQuerySet(OfPlanQuerySet):
    region_path = "goal__focus__plan__region__in"

    def not_done(self):
        return self.filter(state__in=[Activity.State.PLANNED, Activity.State.ONGOING])


class Activity(InOrder):
    """What is done about a goal: by whom, when, how it is measured, which need it meets, which figure it should move."""

    class State(models.TextChoices):
        PLANNED = "planerad", "Planerad"
        ONGOING = "pagar", "Pågår"
        DONE = "klar", "Klar"
        STOPPED = "stoppad", "Stoppad"

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="activities", verbose_name="mål")
    title = models.CharField("aktivitet", max_length=200)
    description = models.TextField("beskrivning", max_length=1000, blank=True)
    owner = person("ansvarig")
    owner_name = models.CharField("ansvarig utan konto", max_length=80, blank=True)
    # "2027-K2", as everywhere.
    first_quarter = models.CharField("börjar", max_length=7, blank=True)
    last_quarter = models.CharField("klar", max_length=7, blank=True)
    measure = models.CharField("så vet vi att det är gjort", max_length=200, blank=True)
    # The figure it should move: an id of bou_portal.figures.DEFINITIONS, or a code of the indicator store.
    figure_id = models.CharField("siffra som ska röra sig", max_length=30, blank=True)
    aim = models.CharField("åt vilket håll, och hur långt", max_length=120, blank=True)
    state = models.CharField("läge", max_length=10, choices=State, default=State.PLANNED)
    needs = models.ManyToManyField(
        "municipalities.Need", related_name="activities", blank=True, verbose_name="behov som aktiviteten möter"
    )
    proposals = models.ManyToManyField(
        "municipalities.Proposal", related_name="activities", blank=True, verbose_name="förslag i Stärkt skydd"
    )

    objects = ActivityQuerySet.as_manager()

    class Meta(InOrder.Meta):
        verbose_name = "aktivitet"
        verbose_name_plural = "aktiviteter"
        constraints = [
            models.CheckConstraint(
                name="an_activity_ends_after_it_begins",
                condition=Q(first_quarter="") | Q(last_quarter="") | Q(last_quarter__gte=F("first_quarter")),
                violation_error_message="Aktiviteten kan inte bli klar före kvartalet då den börjar.",
            )
        ]

    def get_absolute_url(self):
        return reverse("activity_detail", args=[self.uid])

    @property
    def plan(self):
        return self.goal.plan

    def siblings(self):
        return Activity.objects.filter(goal=self.goal_id)


class ActivityStep(Step):
    """A change of state, or a comment, on an activity. The newest one is shown beside its state."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="steps", verbose_name="aktivitet")
    state = models.CharField("läge", max_length=10, choices=Activity.State)

    class Meta(Step.Meta):
        verbose_name = "steg i en aktivitet"
        verbose_name_plural = "steg i aktiviteter"

    def __str__(self):
        return f"{self.get_state_display()}: {self.text}"
