""" "Stärkt skydd för barn och unga": the register of proposals, and what each municipality does about them."""

import uuid

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models.plans import Activity
from municipalities.models.regional import Municipal, Regional, person


class Proposal(Regional):
    """One of the up to 44 proposals of "Stärkt skydd för barn och unga" (SKL 2015), under the region's own short title.

    The portal ships the three areas only: the list of proposals was not found in public (data.md 8).
    """

    class Area(models.TextChoices):
        MANDATE = "1", "Tydligt uppdrag"
        WORKPLACE = "2", "God arbetsmiljö"
        KNOWLEDGE = "3", "Tillgång till aktuell kunskap"

    class Responsible(models.TextChoices):
        STATE = "staten", "Staten"
        NATIONAL = "skr", "SKR"
        REGION = "region", "Regional nivå"
        MUNICIPALITY = "kommun", "Kommunen"
        OTHER = "annan", "Någon annan"

    number = models.PositiveSmallIntegerField("nummer")
    area = models.CharField("område", max_length=1, choices=Area)
    title = models.CharField("förslag", max_length=160)
    responsible = models.CharField(
        "ansvarig nivå", max_length=10, choices=Responsible, default=Responsible.MUNICIPALITY
    )
    is_priority = models.BooleanField("länet prioriterar", default=False)

    class Meta:
        verbose_name = "förslag i Stärkt skydd"
        verbose_name_plural = "förslag i Stärkt skydd"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "number"],
                name="proposals_are_numbered_one_by_one",
                violation_error_message="Det numret finns redan.",
            ),
            models.CheckConstraint(
                name="there_are_forty_four_proposals_at_most",
                condition=Q(number__gte=1, number__lte=44),
                violation_error_message="Förslagen är numrerade från 1 till 44.",
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    def get_absolute_url(self):
        return reverse("proposal_detail", args=[self.uid])

    def prioritise(self, is_priority, user):
        """Say whether the county gives it priority."""
        with transaction.atomic():
            self.is_priority = is_priority
            self.save(update_fields=["is_priority"])
            record(user, Verb.CHANGED, self, is_priority=is_priority)


class ProposalWork(Municipal):
    """What a municipality does about a proposal."""

    class State(models.TextChoices):
        NOT_NOW = "inte nu", "Inte nu"
        WORKING = "arbetar", "Vi arbetar med det"
        DONE = "klart", "Genomfört"
        PAUSED = "pausat", "Pausat"

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="work", verbose_name="förslag")
    state = models.CharField("läge", max_length=10, choices=State, default=State.WORKING)
    is_priority = models.BooleanField("kommunen prioriterar", default=False)
    comment = models.CharField("kommentar", max_length=300, blank=True)
    changed_by = person("ändrat av")
    changed_at = models.DateTimeField("ändrat", auto_now=True)

    class Meta:
        verbose_name = "kommunens arbete med ett förslag"
        verbose_name_plural = "kommunernas arbete med förslagen"
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "municipality"],
                name="one_answer_per_proposal_and_municipality",
                violation_error_message="Kommunen har redan svarat för det förslaget.",
            )
        ]

    def __str__(self):
        return f"{self.proposal}: {self.get_state_display()}"


class ProposalActivityQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Those of the municipalities in which this user holds this permission."""
        return self.filter(work__municipality__in=user.municipalities(permission))


class ProposalActivity(models.Model):
    """What a municipality itself does about a proposal."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    work = models.ForeignKey(ProposalWork, models.CASCADE, related_name="activities", verbose_name="kommunens arbete")
    title = models.CharField("aktivitet", max_length=200)
    owner_name = models.CharField("ansvarig funktion", max_length=80, blank=True)
    last_quarter = models.CharField("klar", max_length=7, blank=True)
    state = models.CharField("läge", max_length=10, choices=Activity.State, default=Activity.State.PLANNED)

    objects = ProposalActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "kommunal aktivitet"
        verbose_name_plural = "kommunala aktiviteter"
        ordering = ["pk"]

    def __str__(self):
        return self.title

    @property
    def municipality_id(self):
        """Whose log its changes stand in."""
        return self.work.municipality_id
