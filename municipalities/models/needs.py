"""What municipalities need from their region: requests for support, and once a year an inventory of needs."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from municipalities.models.plans import Activity
from municipalities.models.regional import Municipal, MunicipalQuerySet, Regional, RegionalQuerySet, Step, Topic, person


class RequestQuerySet(MunicipalQuerySet):
    def readable_by(self, user):
        """A municipality's for those who speak for it, and all of a region for those who lead there. Nobody else's."""
        spoken_for = self.for_user(user, Permission.SPEAK_FOR_MUNICIPALITY)
        return spoken_for | self.for_user(user, Permission.LEAD_REGION_WORK)

    def open(self):
        return self.exclude(state__in=SupportRequest.OVER)

    def waiting(self):
        """Those the leader has not taken a stand on."""
        return self.filter(state=SupportRequest.State.NEW)


class SupportRequest(Municipal):
    """A municipality asks its region for support. Both sides see its whole history."""

    class State(models.TextChoices):
        NEW = "ny", "Ny"
        ACCEPTED = "mottagen", "Mottagen"
        PLANNED = "planerad", "Planerad"
        DELIVERED = "levererad", "Levererad"
        CLOSED = "avslutad", "Avslutad"
        DECLINED = "avbojd", "Avböjd"
        WITHDRAWN = "atertagen", "Återtagen"

    # From each state the leader may go to these. What is over stays over: a new request is a new row.
    WAYS = {
        State.NEW: (State.ACCEPTED, State.PLANNED, State.DECLINED),
        State.ACCEPTED: (State.PLANNED, State.DELIVERED, State.DECLINED),
        State.PLANNED: (State.ACCEPTED, State.DELIVERED, State.DECLINED),
        State.DELIVERED: (State.CLOSED,),
    }
    # The municipality itself may only take back what nobody has taken up.
    OWN_WAYS = {State.NEW: (State.WITHDRAWN,)}
    OVER = (State.CLOSED, State.DECLINED, State.WITHDRAWN)

    class Wish(models.TextChoices):
        COURSE = "utbildning", "Utbildning"
        SUPERVISION = "handledning", "Handledning"
        METHOD_SUPPORT = "metodstod", "Metodstöd på plats"
        MATERIAL = "material", "Material eller mall"
        MEETING = "mote", "Träff med andra kommuner"
        ADVICE = "rad", "Råd i en fråga"

    class Urgency(models.TextChoices):
        NORMAL = "normal", "Under året"
        SOON = "snart", "Inom tre månader"
        URGENT = "bradskar", "Inom en månad"

    topic = models.CharField("område", max_length=20, choices=Topic)
    title = models.CharField("vad behövs", max_length=160)
    text = models.TextField("beskrivning", max_length=1000, blank=True)
    wish = models.CharField("önskad form", max_length=20, choices=Wish)
    urgency = models.CharField("hur snart", max_length=10, choices=Urgency, default=Urgency.NORMAL)
    state = models.CharField("läge", max_length=10, choices=State, default=State.NEW)
    asked_by = person("begärd av")
    asked_at = models.DateTimeField("begärd", auto_now_add=True)
    taken_by = person("handläggs av")
    planned_quarter = models.CharField("planerad till", max_length=7, blank=True)
    activity = models.ForeignKey(
        Activity, models.SET_NULL, null=True, blank=True, related_name="requests", verbose_name="aktivitet i planen"
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = "stödbegäran"
        verbose_name_plural = "stödbegäranden"
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="a_planned_request_says_when",
                condition=~Q(state="planerad") | ~Q(planned_quarter=""),
                violation_error_message="Välj vilket kvartal stödet planeras till.",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("request_detail", args=[self.uid])

    @property
    def is_open(self):
        return self.state not in self.OVER

    @property
    def sign(self):
        """Kind of sign beside the state's word."""
        if self.state == self.State.NEW:
            return "watch"
        return "good" if self.state in (self.State.DELIVERED, self.State.CLOSED) else "plain"


class RequestStep(Step):
    """One step of a request, or a word about it. Sent twice it has the same `uid`, and is saved once."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="steps", verbose_name="stödbegäran")
    state = models.CharField("läge", max_length=10, choices=SupportRequest.State)

    class Meta(Step.Meta):
        verbose_name = "steg i en stödbegäran"
        verbose_name_plural = "steg i stödbegäranden"

    def __str__(self):
        return f"{self.get_state_display()}: {self.text}"


class CourseBasis(Regional):
    """Requests on one topic, picked to become a course. Whoever asked has the first right to its seats."""

    topic = models.CharField("område", max_length=20, choices=Topic)
    title = models.CharField("kurs", max_length=160)
    text = models.CharField("upplägg", max_length=600, blank=True)
    requests = models.ManyToManyField(SupportRequest, related_name="course_bases", verbose_name="stödbegäranden")
    created_by = person("skapat av")
    created_at = models.DateTimeField("skapat", auto_now_add=True)

    class Meta:
        verbose_name = "kursunderlag"
        verbose_name_plural = "kursunderlag"
        ordering = ["-created_at"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("course_basis", args=[self.uid])


class InventoryQuerySet(RegionalQuerySet):
    def sent(self):
        return self.exclude(sent_at=None)

    def open(self):
        """Those that municipalities may answer today, and change their answer to."""
        return self.sent().filter(closes_on__gte=timezone.localdate())


class NeedInventory(Regional):
    """The yearly question to the municipalities: what do you need from us next year?"""

    year = models.PositiveSmallIntegerField("inför år")
    introduction = models.CharField("inledning", max_length=600, blank=True)
    sent_at = models.DateTimeField("skickad", null=True, blank=True)
    closes_on = models.DateField("svara senast")
    # Reminded once: the time it was done.
    reminded_at = models.DateTimeField("påmind", null=True, blank=True)

    objects = InventoryQuerySet.as_manager()

    class Meta:
        verbose_name = "behovsinventering"
        verbose_name_plural = "behovsinventeringar"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year"],
                name="one_need_inventory_per_region_and_year",
                violation_error_message="Regionen har redan en inventering inför det året.",
            ),
            models.CheckConstraint(
                name="a_need_inventory_is_for_a_year_in_this_century",
                condition=Q(year__gte=2010, year__lte=2100),
                violation_error_message="Ange ett år mellan 2010 och 2100.",
            ),
            models.CheckConstraint(
                name="what_is_not_sent_is_not_reminded_of",
                condition=Q(reminded_at__isnull=True) | Q(sent_at__isnull=False),
                violation_error_message="Skicka inventeringen först.",
            ),
        ]

    def __str__(self):
        return f"Behov inför {self.year}"

    def get_absolute_url(self):
        return reverse("inventory_detail", args=[self.uid])

    @property
    def is_open(self):
        return self.sent_at is not None and self.closes_on >= timezone.localdate()


class InventoryAnswer(Municipal):
    """A municipality has answered: with its needs, or that it has none."""

    inventory = models.ForeignKey(NeedInventory, models.CASCADE, related_name="answers", verbose_name="inventering")
    answered_by = person("besvarad av")
    answered_at = models.DateTimeField("besvarad", null=True, blank=True)

    class Meta:
        verbose_name = "svar på behovsinventering"
        verbose_name_plural = "svar på behovsinventeringar"
        constraints = [
            models.UniqueConstraint(
                fields=["inventory", "municipality"],
                name="one_answer_per_inventory_and_municipality",
                violation_error_message="Kommunen har redan svarat.",
            )
        ]

    def __str__(self):
        return f"{self.municipality}, {self.inventory}"


class NeedQuerySet(RegionalQuerySet):
    def kept_by(self, user):
        """Those this user may change: her region's joint ones, or her municipality's while its answer is open."""
        led = user.regions(Permission.LEAD_REGION_WORK)
        own = user.municipalities(Permission.SPEAK_FOR_MUNICIPALITY)
        open_ones = NeedInventory.objects.open()
        return self.filter(
            Q(region__in=led, municipality=None) | Q(municipality__in=own, answer__inventory__in=open_ones)
        )

    def unmet(self):
        """Needs that no activity meets."""
        return self.filter(activities=None)


class Need(Regional):
    """Something one municipality, or the county together, needs. Read by all who work in the region."""

    municipality = models.ForeignKey(
        "municipalities.Municipality", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kommun"
    )
    answer = models.ForeignKey(
        InventoryAnswer, models.CASCADE, null=True, blank=True, related_name="needs", verbose_name="svar"
    )
    year = models.PositiveSmallIntegerField("inför år")
    topic = models.CharField("område", max_length=20, choices=Topic)
    title = models.CharField("behov", max_length=160)
    text = models.CharField("beskrivning", max_length=600, blank=True)
    importance = models.PositiveSmallIntegerField("hur viktigt, 1–5", default=3)
    # The day it was told: what has moved since then may be because of it.
    told_on = models.DateField("framfört", default=timezone.localdate)
    # The leader's order; 1 comes first. Empty: not ranked yet.
    rank = models.PositiveSmallIntegerField("rang", null=True, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = "behov"
        verbose_name_plural = "behov"
        ordering = [F("rank").asc(nulls_last=True), "-importance", "title"]
        constraints = [
            models.CheckConstraint(
                name="a_need_is_of_importance_one_to_five",
                condition=Q(importance__gte=1, importance__lte=5),
                violation_error_message="Ange hur viktigt behovet är, från 1 till 5.",
            ),
            models.CheckConstraint(
                name="a_municipalitys_need_is_part_of_its_answer",
                condition=Q(municipality__isnull=True, answer__isnull=True)
                | Q(municipality__isnull=False, answer__isnull=False),
                violation_error_message="En kommuns behov hör till kommunens svar.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("need_detail", args=[self.uid])

    @property
    def whose(self):
        """The municipality that told of it, or the county together."""
        return str(self.municipality) if self.municipality_id else "Länet gemensamt"
