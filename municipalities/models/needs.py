"""What municipalities need from their region: requests for support, and once a year an inventory of needs."""

from django.db import models
from django.db.models import F, Q

from municipalities.models.plans import Activity
from municipalities.models.regional import Municipal, MunicipalQuerySet, Regional, RegionalQuerySet, Step, Topic, person


class RequestQuerySet(MunicipalQuerySet):
    def open(self):
        return self.exclude(state__in=[SupportRequest.State.CLOSED, SupportRequest.State.DECLINED])

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

    def __str__(self):
        return self.title


class RequestStep(Step):
    """One step of a request, or a word about it."""

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


class NeedInventory(Regional):
    """The yearly question to the municipalities: what do you need from us next year?"""

    year = models.PositiveSmallIntegerField("inför år")
    introduction = models.CharField("inledning", max_length=600, blank=True)
    sent_at = models.DateTimeField("skickad", null=True, blank=True)
    closes_on = models.DateField("svara senast")

    class Meta:
        verbose_name = "behovsinventering"
        verbose_name_plural = "behovsinventeringar"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year"],
                name="one_need_inventory_per_region_and_year",
                violation_error_message="Regionen har redan en inventering inför det året.",
            )
        ]

    def __str__(self):
        return f"Behov inför {self.year}"


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
            )
        ]

    def __str__(self):
        return self.title
