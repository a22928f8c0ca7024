"""Published indicators about municipalities, from Kolada or a file: what they are, their values, and what is made of them."""

from django.db import models
from django.db.models import Q

from municipalities.models.places import Municipality
from municipalities.models.regional import Municipal, Regional, person


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

    class Meta:
        verbose_name = "nyckeltal"
        verbose_name_plural = "nyckeltal"
        ordering = ["theme", "code"]

    def __str__(self):
        return f"{self.title} ({self.code})"


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
    started_by = person("påbörjad av")
    started_at = models.DateTimeField("påbörjad", auto_now_add=True)
    ended_at = models.DateTimeField("avslutad", null=True, blank=True)

    class Meta:
        verbose_name = "inläsning av nyckeltal"
        verbose_name_plural = "inläsningar av nyckeltal"
        ordering = ["-started_at"]

    def __str__(self):
        return self.file_name or self.get_source_display()


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
        return f"{self.kpi}, {self.municipality} {self.year}"


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
