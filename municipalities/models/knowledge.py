"""Knowledge that reaches first-line managers and comes back with an answer, and the library it is kept in."""

import uuid

from django.conf import settings
from django.db import models

from municipalities.models.places import Municipality
from municipalities.models.regional import Regional, Topic, person


class Knowledge(Regional):
    """A product, a report or a film in the region's library, with the region's own short summary."""

    class Kind(models.TextChoices):
        GUIDANCE = "kunskapsstod", "Kunskapsstöd"
        REGULATION = "foreskrift", "Föreskrift eller allmänna råd"
        HANDBOOK = "handbok", "Handbok"
        REPORT = "rapport", "Rapport"
        PROJECT = "projekt", "Projekt"
        RESEARCH = "forskning", "Forskning"
        FILM = "film", "Film"
        TOOL = "verktyg", "Metod eller verktyg"

    kind = models.CharField("slag", max_length=20, choices=Kind)
    title = models.CharField("titel", max_length=200)
    publisher = models.CharField("utgivare", max_length=100, blank=True)
    number = models.CharField("nummer", max_length=40, blank=True)
    published_on = models.DateField("utgivet", null=True, blank=True)
    link = models.URLField("länk", max_length=300, blank=True)
    summary = models.TextField("sammanfattning i fem rader", max_length=800)
    topic = models.CharField("område", max_length=20, choices=Topic)
    entered_by = person("inlagt av")
    entered_at = models.DateTimeField("inlagt", auto_now_add=True)
    withdrawn_on = models.DateField("gäller inte längre", null=True, blank=True)

    class Meta:
        verbose_name = "kunskap"
        verbose_name_plural = "kunskap"
        ordering = ["-entered_at"]

    def __str__(self):
        return self.title


class DispatchQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        return self.filter(knowledge__region__in=user.regions(permission))


class Dispatch(models.Model):
    """A piece of knowledge sent to those who hold certain roles in the region's municipalities."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    knowledge = models.ForeignKey(Knowledge, models.CASCADE, related_name="dispatches", verbose_name="kunskap")
    # Values of bou_portal.access.Role.
    roles = models.JSONField("mottagare", default=list)
    message = models.CharField("hälsning", max_length=600, blank=True)
    sent_by = person("skickat av")
    sent_at = models.DateTimeField("skickat", auto_now_add=True)
    # Reminded once: the time it was done.
    reminded_at = models.DateTimeField("påmint", null=True, blank=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = "utskick"
        verbose_name_plural = "utskick"
        ordering = ["-sent_at"]

    def __str__(self):
        return f"{self.knowledge} {self.sent_at:%Y-%m-%d}"


class Receipt(models.Model):
    """One reader's copy of a dispatch, and what she will do with it."""

    class Tick(models.TextChoices):
        READ = "last", "Läst"
        TAKES_UP = "apt", "Tar upp på APT"
        NOT_OURS = "nej", "Berör oss inte"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="receipts", verbose_name="utskick")
    user = person("mottagare", related_name="knowledge_receipts")
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    tick = models.CharField("svar", max_length=5, choices=Tick, blank=True)
    ticked_at = models.DateTimeField("svarat", null=True, blank=True)

    class Meta:
        verbose_name = "mottaget utskick"
        verbose_name_plural = "mottagna utskick"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "user", "municipality"],
                name="one_copy_per_dispatch_reader_and_municipality",
                violation_error_message="Personen har redan fått utskicket.",
            )
        ]

    def __str__(self):
        return f"{self.user}: {self.get_tick_display() or 'inget svar'}"


class SavedItem(models.Model):
    """Something in the library that somebody has put on her list, and whether it was of use to her."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_items", verbose_name="användare"
    )
    knowledge = models.ForeignKey(Knowledge, models.CASCADE, related_name="saved", verbose_name="kunskap")
    saved_at = models.DateTimeField("sparat", auto_now_add=True)
    # 1 of little use, 2 of some, 3 of great use; empty: she has not said.
    usefulness = models.PositiveSmallIntegerField("användbarhet", null=True, blank=True)

    class Meta:
        verbose_name = "sparad kunskap"
        verbose_name_plural = "sparad kunskap"
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "knowledge"],
                name="an_item_is_saved_once_by_a_reader",
                violation_error_message="Den finns redan på din lista.",
            )
        ]

    def __str__(self):
        return str(self.knowledge)
