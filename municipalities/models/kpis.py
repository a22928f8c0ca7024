"""Published indicators about municipalities, from Kolada or a file: what they are, their values, and what is made of them."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from municipalities.models.places import Municipality
from municipalities.models.regional import Municipal, MunicipalQuerySet, Regional, RegionalQuerySet, person

LEASE = timedelta(minutes=6)  # longer than any task may take
SENT_WITHIN = timedelta(seconds=30)
MOST_TRIES = 6  # of one and the same part of a fetch


class KpiQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """All of them, for everybody who works with the region: the figures are public."""
        return self if user.can(permission) else self.none()

    def told_first(self):
        """Those with any value before those without."""
        told = KpiValue.objects.filter(kpi=models.OuterRef("pk"), value__isnull=False)
        return self.annotate(has_values=models.Exists(told)).order_by("-has_values", "theme", "title", "pk")


class Kpi(models.Model):
    """An indicator of the open comparisons. Public: the same for every region."""

    class Source(models.TextChoices):
        KOLADA = "kolada", "Kolada"
        FILE = "fil", "Inläst fil"

    # Kolada's id (N33816), or the code that the file was read in under.
    code = models.CharField("id", max_length=30, unique=True)
    title = models.CharField("nyckeltal", max_length=250)
    description = models.TextField("så räknas det", blank=True)
    theme = models.CharField("område", max_length=80, blank=True)
    unit = models.CharField("enhet", max_length=40, blank=True)
    source = models.CharField("källa", max_length=10, choices=Source)
    is_divided_by_gender = models.BooleanField("finns per kön", default=False)
    has_units = models.BooleanField("finns per enhet", default=False)
    # Which way is good: 1 up, -1 down, 0 neither.
    good_direction = models.SmallIntegerField("bra åt", default=0)
    published_on = models.DateField("publicerat", null=True, blank=True)
    next_period = models.CharField("nästa period", max_length=40, blank=True)
    is_core = models.BooleanField("hör till urvalet", default=False)
    fetched_at = models.DateTimeField("hämtat", null=True, blank=True)
    # Kolada takes indicators away without notice. Ours stay, and say so.
    gone_on = models.DateField("saknas hos Kolada sedan", null=True, blank=True)

    objects = KpiQuerySet.as_manager()

    class Meta:
        verbose_name = "nyckeltal"
        verbose_name_plural = "nyckeltal"
        ordering = ["theme", "code"]

    def __str__(self):
        return f"{self.title} ({self.code})"

    def get_absolute_url(self):
        return reverse("kpi_detail", args=[self.code])

    @property
    def is_from_kolada(self):
        return self.source == self.Source.KOLADA


class KpiValue(models.Model):
    """A value of one year and place. Null is missing or withheld; 0 is a real zero."""

    class Gender(models.TextChoices):
        TOTAL = "T", "Alla"
        WOMEN = "K", "Flickor och kvinnor"
        MEN = "M", "Pojkar och män"

    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="values", verbose_name="nyckeltal")
    # Kolada's place: a municipality's four digits, "00" and the county's two, or "0000" for the country.
    place = models.CharField("plats", max_length=4)
    year = models.PositiveSmallIntegerField("år")
    gender = models.CharField("kön", max_length=1, choices=Gender, default=Gender.TOTAL)
    value = models.FloatField("värde", null=True)
    status = models.CharField("status i källan", max_length=20, blank=True)

    class Meta:
        verbose_name = "värde"
        verbose_name_plural = "värden"
        ordering = ["kpi", "place", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "place", "year", "gender"],
                name="one_value_per_kpi_place_year_and_gender",
                violation_error_message="Värdet finns redan.",
            )
        ]

    def __str__(self):
        return f"{self.kpi_id} {self.place} {self.year}"


class KpiImportQuerySet(RegionalQuerySet):
    def fetches(self):
        """Those that a worker gets from Kolada."""
        return self.filter(source=Kpi.Source.KOLADA, file_name="")

    def under_way(self):
        return self.fetches().filter(state__in=[KpiImport.State.WAITING, KpiImport.State.RUNNING])

    def _free(self):
        """To be worked on, and held by no worker that lives."""
        return self.under_way().filter(Q(lease_until=None) | Q(lease_until__lt=timezone.now()))

    def claim(self, pk):
        """Take a fetch for this worker, or None if another one has it or it is over."""
        now = timezone.now()
        taken = (
            self._free()
            .filter(pk=pk)
            .update(state=KpiImport.State.RUNNING, lease_until=now + LEASE, tries=F("tries") + 1)
        )
        return self.select_related("region").get(pk=pk) if taken else None

    def due(self):
        """Ids of fetches that a worker should have begun, or gone on with, by now."""
        return self._free().filter(started_at__lt=timezone.now() - SENT_WITHIN).values_list("pk", flat=True)


class KpiImport(Regional):
    """A file of indicators or a fetch from Kolada: what it holds, and what came of it."""

    class State(models.TextChoices):
        WAITING = "vantar", "Väntar"
        RUNNING = "hamtar", "Hämtar"
        PREVIEWED = "granskas", "Väntar på godkännande"
        DONE = "klar", "Inläst"
        FAILED = "misslyckad", "Gick inte att läsa in"
        DISCARDED = "kastad", "Kastad"

    source = models.CharField("källa", max_length=10, choices=Kpi.Source)
    file_name = models.CharField("fil", max_length=200, blank=True)
    content = models.BinaryField("filens innehåll", null=True, blank=True)
    # {column of the file: what it means}, chosen by the leader.
    mapping = models.JSONField("kolumner", default=dict, blank=True)
    state = models.CharField("läge", max_length=12, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField("klart", default=0)
    total = models.PositiveIntegerField("av", default=0)
    told = models.JSONField("kvitto", default=dict, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    # How often a worker has begun on the part that comes next.
    tries = models.PositiveSmallIntegerField("försök", default=0)
    started_by = person("påbörjad av")
    started_at = models.DateTimeField("påbörjad", auto_now_add=True)
    ended_at = models.DateTimeField("avslutad", null=True, blank=True)

    objects = KpiImportQuerySet.as_manager()

    class Meta:
        verbose_name = "inläsning av nyckeltal"
        verbose_name_plural = "inläsningar av nyckeltal"
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(source="kolada", file_name="", state__in=["vantar", "hamtar"]),
                name="one_fetch_from_kolada_at_a_time",
                violation_error_message="En hämtning från Kolada pågår redan.",
            )
        ]

    def __str__(self):
        return self.file_name or "Hämtning från Kolada"

    def get_absolute_url(self):
        return reverse("kpi_import", args=[self.uid])

    @property
    def is_fetch(self):
        return self.source == Kpi.Source.KOLADA and not self.file_name

    @property
    def is_under_way(self):
        """A worker has it, or soon will."""
        return self.is_fetch and self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def needs_columns(self):
        """A table whose columns nobody has explained yet."""
        return self.source == Kpi.Source.FILE and self.state == self.State.WAITING

    @property
    def is_open(self):
        """A file that is neither taken in nor thrown away."""
        return not self.is_fetch and self.state in (self.State.WAITING, self.State.PREVIEWED)


class KpiAnalysisQuerySet(MunicipalQuerySet):
    def for_user(self, user, permission):
        """Her own municipality's, and what municipalities share with the region that she leads."""
        shared = Q(is_shared=True, municipality__region__in=user.regions(Permission.LEAD_REGION_WORK))
        own = Q(municipality__in=user.municipalities(permission))
        return self.filter(own | shared if user.can(permission) else own)


class KpiAnalysis(Municipal):
    """A municipality's analysis of an indicator, in four steps: observe, explain, choose, follow."""

    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="analyses", verbose_name="nyckeltal")
    year = models.PositiveSmallIntegerField("år")
    observed = models.TextField("vad ser vi?", max_length=1000)
    explained = models.TextField("vad kan det bero på?", max_length=1000, blank=True)
    chosen = models.TextField("vad väljer vi att göra?", max_length=1000, blank=True)
    owner_name = models.CharField("ansvarig funktion", max_length=80, blank=True)
    follow_on = models.DateField("följs upp", null=True, blank=True)
    followed = models.TextField("hur gick det?", max_length=1000, blank=True)
    is_shared = models.BooleanField("regionen får läsa", default=False)
    changed_by = person("ändrad av")
    changed_at = models.DateTimeField("ändrad", auto_now=True)

    objects = KpiAnalysisQuerySet.as_manager()

    class Meta:
        verbose_name = "analys av nyckeltal"
        verbose_name_plural = "analyser av nyckeltal"
        ordering = ["-year", "kpi"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kpi", "year"],
                name="one_analysis_per_municipality_kpi_and_year",
                violation_error_message="Kommunen har redan en analys av nyckeltalet för det året.",
            ),
            models.CheckConstraint(
                name="what_is_followed_was_chosen_first",
                condition=Q(followed="") | ~Q(chosen=""),
                violation_error_message="Skriv först vad ni valde att göra.",
            ),
        ]

    def __str__(self):
        return f"{self.kpi.title}, {self.municipality} {self.year}"

    def get_absolute_url(self):
        return reverse("kpi_analysis", args=[self.uid])

    @property
    def is_due(self):
        """The day of follow-up has come, and nothing is written about how it went."""
        return bool(self.follow_on and not self.followed and self.follow_on <= timezone.localdate())

    @property
    def step(self):
        """How far the four steps have come: the last one that is written."""
        steps = ((self.followed, "Följt upp"), (self.chosen, "Valt"), (self.explained, "Förklarat"))
        return next((word for text, word in steps if text), "Sett")


class SimilarMunicipality(models.Model):
    """One of the seven municipalities that Kolada finds most like another in individual and family care."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="similar", verbose_name="kommun")
    other = models.ForeignKey(Municipality, models.CASCADE, related_name="+", verbose_name="liknande kommun")
    order = models.PositiveSmallIntegerField("ordning")

    class Meta:
        verbose_name = "liknande kommun"
        verbose_name_plural = "liknande kommuner"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "other"],
                name="a_similar_municipality_is_named_once",
                violation_error_message="Kommunen finns redan i gruppen.",
            )
        ]

    def __str__(self):
        return f"{self.municipality} – {self.other}"


class ReleaseExport(Regional):
    """A file of released figures that somebody took out: what, when, why, and the file's hash."""

    first_quarter = models.CharField("från kvartal", max_length=7)
    last_quarter = models.CharField("till kvartal", max_length=7)
    form = models.CharField("format", max_length=4)
    purpose = models.CharField("varför", max_length=200)
    rows = models.PositiveIntegerField("rader")
    sha256 = models.CharField(max_length=64)
    taken_by = person("uttagen av")
    taken_at = models.DateTimeField("uttagen", auto_now_add=True)

    class Meta:
        verbose_name = "uttag av siffror"
        verbose_name_plural = "uttag av siffror"
        ordering = ["-taken_at"]

    def __str__(self):
        return f"{self.first_quarter}–{self.last_quarter}"
