"""Homes that are institutions. Private homes are not in the portal: their families have a right to stay out of it."""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.imports import folded
from municipalities.models import Municipality, Region
from placements.codes import FactSource, FormGroup, HomeMethod, IvoStatus, Operator, TargetSex, catalogue_label
from placements.homes.facts import told
from placements.models.reach import RegionalRowsQuerySet


class CareHomeQuerySet(models.QuerySet):
    def known_to(self, municipalities):
        """Registered homes, and these municipalities' own proposals."""
        return self.filter(~Q(status=CareHome.Status.PROPOSED) | Q(proposed_by__in=municipalities))

    def for_user(self, user, permission):
        """The register is common; a proposal is seen by the municipality that made it, and by the region's leader."""
        reach = ~Q(status=CareHome.Status.PROPOSED) | Q(proposed_by__in=user.municipalities(permission))
        regions = {m.region_id for m in user.granting(permission) if m.region_id}
        if regions:
            reach |= Q(proposed_by__region__in=regions)
        return self.filter(reach) if user.can(permission) else self.none()

    def kept_by(self, user):
        """Homes whose facts this region's leader keeps: proposed from or lying in her region, or in nobody's."""
        regions = user.regions(Permission.KEEP_HOMES)
        nobodys = Q(location__isnull=True) | Q(location__region__is_member=False)
        return self.filter(Q(proposed_by__region__in=regions) | Q(location__region__in=regions) | nobodys)

    def proposed(self):
        return self.filter(status=CareHome.Status.PROPOSED)

    def taking(self, age):
        """Homes for young people of this age, as far as their ages are known."""
        return self.filter(Q(age_from__isnull=True) | Q(age_from__lte=age), Q(age_to__isnull=True) | Q(age_to__gte=age))

    def listed(self):
        """Everything that may be chosen: registered and proposed homes that are not closed."""
        return self.exclude(status=CareHome.Status.CLOSED)


class CareHome(models.Model):
    """An HVB, a supported housing, a SiS home or a shelter, or a company that supplies supported foster homes."""

    class Status(models.TextChoices):
        REGISTERED = "registered", "I registret"
        PROPOSED = "proposed", "Föreslaget"
        CLOSED = "closed", "Stängt"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("namn", max_length=100)
    name_key = models.CharField(max_length=100, db_index=True)
    form_group = models.CharField("form", max_length=20, choices=FormGroup)
    operator = models.CharField("regi", max_length=20, choices=Operator, blank=True)
    operator_name = models.CharField("huvudman", max_length=100, blank=True)
    organisation_number = models.CharField("organisationsnummer", max_length=11, blank=True)
    location = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="homes_located_here", verbose_name="ligger i"
    )
    target_group = models.CharField("målgrupp", max_length=120, blank=True)
    target_sex = models.CharField("tar emot", max_length=10, choices=TargetSex, blank=True)
    age_from = models.PositiveSmallIntegerField("från år", null=True, blank=True)
    age_to = models.PositiveSmallIntegerField("till år", null=True, blank=True)
    places = models.PositiveSmallIntegerField("platser", null=True, blank=True)
    free_places = models.PositiveSmallIntegerField("lediga platser", null=True, blank=True)
    phone = models.CharField("telefon", max_length=20, blank=True)
    website = models.URLField("webbplats", blank=True)
    ivo_status = models.CharField("status hos IVO", max_length=12, choices=IvoStatus, blank=True)
    ivo_checked_on = models.DateField("kontrollerat hos IVO", null=True, blank=True)
    ivo_link = models.URLField("länk till IVO", blank=True)
    status = models.CharField("status", max_length=12, choices=Status, default=Status.REGISTERED)
    proposed_by = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="proposed_homes", verbose_name="föreslaget av"
    )

    objects = CareHomeQuerySet.as_manager()

    class Meta:
        verbose_name = "hem"
        verbose_name_plural = "hem"
        ordering = ["name_key"]
        constraints = [
            models.CheckConstraint(
                name="home_ages_are_in_order",
                condition=Q(age_from__isnull=True) | Q(age_to__isnull=True) | Q(age_to__gte=F("age_from")),
                violation_error_message="Högsta ålder kan inte vara under lägsta ålder.",
            ),
            models.CheckConstraint(
                name="proposed_homes_say_who_proposed_them",
                condition=~Q(status="proposed") | Q(proposed_by__isnull=False),
                violation_error_message="Ange vilken kommun som föreslår hemmet.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("home_detail", args=[self.uid])

    @property
    def is_proposed(self):
        return self.status == self.Status.PROPOSED

    @property
    def is_closed(self):
        return self.status == self.Status.CLOSED

    @property
    def ages(self):
        """`13–17 år`, as far as it is known."""
        if self.age_from is None and self.age_to is None:
            return ""
        if self.age_to is None:
            return f"från {self.age_from} år"
        return f"{self.age_from}–{self.age_to} år" if self.age_from is not None else f"till {self.age_to} år"

    def get_form_group_display(self):
        """What the register calls it: of foster care only companies that supply it stand here, never a family."""
        return catalogue_label(self.form_group)

    @property
    def told(self):
        """The facts as lines with who said so and how old they are."""
        return told(self)

    def approve(self, user):
        """Take the proposal into the register, for everybody to see."""
        with transaction.atomic():
            self.status = self.Status.REGISTERED
            self.save(update_fields=["status"])
            record(user, Verb.CHANGED, self, approved=True)

    def close(self, user, *, closed=True):
        """A closed home is still rated but no longer chosen; it may open again."""
        with transaction.atomic():
            self.status = self.Status.CLOSED if closed else self.Status.REGISTERED
            self.save(update_fields=["status"])
            record(user, Verb.CHANGED, self, closed=closed)

    def remember_names(self, *names, home=None):
        """Let every municipality that uses this home go on calling it (or `home`) so: its deliveries still fit."""
        users = set(self.placements.values_list("municipality", flat=True)) | {self.proposed_by_id} - {None}
        keys = [folded(name)[:100] for name in names]
        HomeAlias.objects.bulk_create(
            [HomeAlias(municipality_id=pk, home=home or self, key=key) for pk in sorted(users) for key in keys],
            ignore_conflicts=True,
        )


class HomeAlias(models.Model):
    """What a municipality's case system calls a home: its own id or another spelling, normalised."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="+", verbose_name="kommun")
    home = models.ForeignKey(CareHome, models.CASCADE, related_name="aliases", verbose_name="hem")
    key = models.CharField("kallas", max_length=100)

    class Meta:
        verbose_name = "annat namn på hem"
        verbose_name_plural = "andra namn på hem"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "key"],
                name="a_municipality_calls_one_home_by_a_name",
                violation_error_message="Namnet används redan för ett annat hem.",
            )
        ]

    def __str__(self):
        return self.key


class HomeWay(models.Model):
    """One method that a home says it works by."""

    home = models.ForeignKey(CareHome, models.CASCADE, related_name="ways", verbose_name="hem")
    method = models.CharField("metod", max_length=20, choices=HomeMethod)

    class Meta:
        verbose_name = "metod på hem"
        verbose_name_plural = "metoder på hem"
        ordering = ["method"]
        constraints = [
            models.UniqueConstraint(
                fields=["home", "method"],
                name="a_home_says_a_method_once",
                violation_error_message="Metoden finns redan.",
            )
        ]

    def __str__(self):
        return self.get_method_display()


class HomeFact(models.Model):
    """Who said what stands in one of the home's fields, and when: every fact has a source and an age."""

    home = models.ForeignKey(CareHome, models.CASCADE, related_name="facts", verbose_name="hem")
    field = models.CharField("uppgift", max_length=30)
    source = models.CharField("källa", max_length=12, choices=FactSource)
    told_on = models.DateField("gäller")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="infört av"
    )

    class Meta:
        verbose_name = "källa till uppgift om hem"
        verbose_name_plural = "källor till uppgifter om hem"
        ordering = ["field"]
        constraints = [
            models.UniqueConstraint(
                fields=["home", "field"],
                name="a_fact_has_one_source",
                violation_error_message="Uppgiften har redan en källa.",
            )
        ]

    def __str__(self):
        return f"{self.field}: {self.get_source_display()}"


class HomeChange(models.Model):
    """A new owner or manager. From that day the home's ratings are a series of their own."""

    class Kind(models.TextChoices):
        OWNER = "ägare", "Ny ägare"
        MANAGER = "föreståndare", "Ny föreståndare"

    home = models.ForeignKey(CareHome, models.CASCADE, related_name="changes", verbose_name="hem")
    kind = models.CharField("vad som ändrats", max_length=12, choices=Kind)
    changed_on = models.DateField("från och med")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="infört av"
    )

    class Meta:
        verbose_name = "byte på hem"
        verbose_name_plural = "byten på hem"
        ordering = ["-changed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["home", "kind", "changed_on"],
                name="a_home_changes_once_a_day",
                violation_error_message="Bytet är redan infört.",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.changed_on}"


class HomeReply(models.Model):
    """What the home itself writes about its results, entered by the region's leader. Shown beside the result."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="home_replies", verbose_name="region")
    home = models.ForeignKey(CareHome, models.CASCADE, related_name="replies", verbose_name="hem")
    text = models.TextField("svar", max_length=1500)
    replied_on = models.DateField("skrivet")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="infört av"
    )

    objects = RegionalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "svar från hem"
        verbose_name_plural = "svar från hem"
        ordering = ["-replied_on", "-pk"]

    def __str__(self):
        return f"svar från {self.home}"


class HomeImport(models.Model):
    """A file of homes on its way into the register: what it says, until somebody confirms; then what became of its rows."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="home_imports", verbose_name="region")
    file_name = models.CharField("fil", max_length=100)
    read_as = models.CharField("läst som", max_length=60)
    source = models.CharField("källa", max_length=12, choices=FactSource)
    told_on = models.DateField("gäller")
    ignored = models.JSONField("rubriker som inte tas med", default=list)
    # [[the row's number, {our column: its text}]]; empty once confirmed.
    rows = models.JSONField("rader", default=list)
    # What became of each row, as it is shown on the receipt; empty until confirmed.
    outcome = models.JSONField("utfall", default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="lämnad av"
    )
    uploaded_at = models.DateTimeField("lämnad", auto_now_add=True)
    confirmed_at = models.DateTimeField("inläst", null=True, blank=True)

    objects = RegionalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "inläsning av hem"
        verbose_name_plural = "inläsningar av hem"
        ordering = ["-uploaded_at"]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("home_import_detail", args=[self.uid])

    @property
    def is_confirmed(self):
        return self.confirmed_at is not None
