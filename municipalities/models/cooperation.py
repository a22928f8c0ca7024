"""Cooperation models such as Jämtbus and Norrbus: agreement, routines, local networks, and what went wrong between bodies."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from municipalities.models.accords import Accord
from municipalities.models.bodies import Body, BodyMember
from municipalities.models.places import Municipality
from municipalities.models.regional import Municipal, Regional, Step, person


class CooperationModel(Regional):
    name = models.CharField("samverkansmodell", max_length=80)
    about = models.TextField("vad den är till för", max_length=1000, blank=True)
    ages = models.CharField("för vilka", max_length=80, blank=True)
    started_on = models.DateField("sedan", null=True, blank=True)
    accord = models.ForeignKey(
        Accord, models.SET_NULL, null=True, blank=True, related_name="models", verbose_name="överenskommelse"
    )
    # Its members handle the deviation reports.
    group = models.ForeignKey(
        Body, models.SET_NULL, null=True, blank=True, related_name="cooperation_models", verbose_name="länsgrupp"
    )
    steered_by = models.ManyToManyField(Body, related_name="steers_models", blank=True, verbose_name="styrs av")

    class Meta:
        verbose_name = "samverkansmodell"
        verbose_name_plural = "samverkansmodeller"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"],
                name="model_names_are_unique_in_a_region",
                violation_error_message="Modellen finns redan.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("cooperation_detail", args=[self.uid])


class CooperationPaper(models.Model):
    """A routine, a form or other material, where it can be read, and since when it holds."""

    class Kind(models.TextChoices):
        ROUTINE = "rutin", "Rutin"
        FORM = "blankett", "Blankett"
        MATERIAL = "material", "Stödmaterial"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    model = models.ForeignKey(CooperationModel, models.CASCADE, related_name="papers", verbose_name="samverkansmodell")
    kind = models.CharField("slag", max_length=10, choices=Kind)
    title = models.CharField("titel", max_length=120)
    version = models.CharField("version", max_length=20, blank=True)
    link = models.URLField("länk", max_length=300)
    holds_since_on = models.DateField("gäller från", null=True, blank=True)
    ended_on = models.DateField("gäller inte längre", null=True, blank=True)

    class Meta:
        verbose_name = "rutin eller blankett"
        verbose_name_plural = "rutiner och blanketter"
        ordering = ["kind", "title"]

    def __str__(self):
        return self.title

    @property
    def holds(self):
        """Whether it is the one to use today, or will be."""
        return self.ended_on is None or self.ended_on > timezone.localdate()


class LocalNetworkQuerySet(models.QuerySet):
    def in_force(self):
        """Those there are today, in municipalities that take part."""
        today = timezone.localdate()
        here = Q(ended_on__isnull=True) | Q(ended_on__gt=today)
        return self.filter(here, started_on__lte=today, municipality__in=Municipality.objects.active())


class LocalNetwork(models.Model):
    """A municipality's own network within the model, from a day until a day."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    model = models.ForeignKey(
        CooperationModel, models.CASCADE, related_name="networks", verbose_name="samverkansmodell"
    )
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    contact = models.CharField("kontakt (funktion)", max_length=120, blank=True)
    started_on = models.DateField("sedan")
    ended_on = models.DateField("till", null=True, blank=True)

    objects = LocalNetworkQuerySet.as_manager()

    class Meta:
        verbose_name = "lokalt nätverk"
        verbose_name_plural = "lokala nätverk"
        ordering = ["municipality__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "municipality"],
                condition=Q(ended_on__isnull=True),
                name="one_local_network_per_model_and_municipality",
                violation_error_message="Kommunen har redan ett lokalt nätverk.",
            ),
            models.CheckConstraint(
                name="a_network_ends_after_it_starts",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                violation_error_message="Slutdatum kan inte vara före startdatum.",
            ),
        ]

    def __str__(self):
        return f"{self.model}, {self.municipality}"


class DeviationQuerySet(models.QuerySet):
    """Reports, which are read by the municipality that made them and by those who handle them, and by nobody else."""

    def for_user(self, user, permission):
        own = Q(municipality__in=user.municipalities(permission))
        return self.filter(own | Q(pk__in=self.model.objects.handled_by(user).values("pk")))

    def handled_by(self, user):
        """Those of models whose group she is a member of today, and all where she leads the region's work."""
        leads, reached = user.regions(Permission.LEAD_REGION_WORK), user.regions(Permission.READ_REGION_WORK)
        groups = Body.objects.active().filter(region__in=reached)
        member = BodyMember.objects.today().filter(user=user, body__in=groups)
        handled = Q(model__group__in=member.values("body"), model__region__in=reached)
        return self.filter(handled | Q(model__region__in=leads))

    def open(self):
        """Those that the group has not closed."""
        return self.exclude(state=Deviation.State.CLOSED)

    def new(self):
        return self.filter(state=Deviation.State.NEW)


class Deviation(Municipal):
    """Something that failed between two bodies in the work around some child. Nothing in it says which child."""

    class Kind(models.TextChoices):
        NO_CALL = "kallelse", "Kallades inte till möte"
        NO_SHOW = "uteblev", "Kom inte till möte"
        NO_PLAN = "sip", "SIP gjordes inte"
        NOT_DONE = "atgard", "Det som bestämdes blev inte gjort"
        NO_FOLLOW_UP = "uppfoljning", "Uppföljning uteblev"
        NO_ANSWER = "svar", "Svarade inte i tid"
        RESPONSIBILITY = "ansvar", "Oklart vem som ansvarar"
        INFORMATION = "information", "Information fördes inte över"
        CONSENT = "samtycke", "Samtycke saknades"
        OTHER = "annat", "Annat"

    class Party(models.TextChoices):
        SOCIAL = "socialtjanst", "Socialtjänst"
        SCHOOL = "skola", "Skola eller förskola"
        HEALTH_CENTRE = "vardcentral", "Hälsocentral"
        PSYCHIATRY = "bup", "Barn- och ungdomspsykiatri"
        PAEDIATRICS = "barnklinik", "Barn- och ungdomsmedicin"
        HABILITATION = "habilitering", "Habilitering"
        POLICE = "polis", "Polis"
        OTHER = "annan", "Någon annan"

    class State(models.TextChoices):
        NEW = "ny", "Ny"
        HANDLED = "hanteras", "Hanteras"
        CLOSED = "avslutad", "Avslutad"

    model = models.ForeignKey(
        CooperationModel, models.PROTECT, related_name="deviations", verbose_name="samverkansmodell"
    )
    # "2026-10": a month, never a day.
    month = models.CharField("månad", max_length=7)
    kind = models.CharField("vad som brast", max_length=12, choices=Kind)
    from_party = models.CharField("rapporteras av", max_length=12, choices=Party, default=Party.SOCIAL)
    to_party = models.CharField("brast hos", max_length=12, choices=Party)
    text = models.CharField("vad hände, utan uppgifter om barnet", max_length=600, blank=True)
    state = models.CharField("läge", max_length=10, choices=State, default=State.NEW)
    reported_by = person("rapporterad av")
    reported_at = models.DateTimeField("rapporterad", auto_now_add=True)

    objects = DeviationQuerySet.as_manager()

    class Meta:
        verbose_name = "avvikelse i samverkan"
        verbose_name_plural = "avvikelser i samverkan"
        ordering = ["-reported_at"]
        constraints = [
            models.CheckConstraint(
                name="a_deviation_is_between_two_bodies",
                condition=~Q(from_party=F("to_party")) | Q(from_party="annan"),
                violation_error_message="Välj två olika verksamheter.",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.month}"

    def get_absolute_url(self):
        return reverse("deviation_detail", args=[self.uid])


class DeviationStep(Step):
    """What the group did about a deviation."""

    deviation = models.ForeignKey(Deviation, models.CASCADE, related_name="steps", verbose_name="avvikelse")
    state = models.CharField("läge", max_length=10, choices=Deviation.State)

    class Meta(Step.Meta):
        verbose_name = "steg i en avvikelse"
        verbose_name_plural = "steg i avvikelser"

    def __str__(self):
        return f"{self.get_state_display()}: {self.text}"
