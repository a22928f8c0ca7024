"""Knowledge that reaches first-line managers and comes back with an answer, and the library it is kept in."""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.sorting import sort_key
from municipalities.models.places import Municipality
from municipalities.models.regional import Regional, RegionalQuerySet, Topic, person


class KnowledgeQuerySet(RegionalQuerySet):
    def in_force(self):
        """Those that still hold."""
        return self.filter(withdrawn_on=None)

    def found(self, words):
        """Those that hold every one of the words in title, summary, publisher, number or keywords."""
        for word in words.split():
            self = self.filter(search_key__contains=word.casefold())
        return self

    def told_to(self, user, permission):
        """With what this reader has to do with each: whether it is on her list, and whether her answer is waited for."""
        mine = {"knowledge": OuterRef("pk"), "user": user}
        asked = Receipt.objects.for_user(user, permission).unanswered()
        return self.annotate(
            is_saved=Exists(SavedItem.objects.filter(**mine)),
            is_unanswered=Exists(asked.filter(dispatch__knowledge=OuterRef("pk"))),
        )


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
    # Words between commas, as a reader would search for them.
    tags = models.CharField("nyckelord", max_length=200, blank=True)
    entered_by = person("inlagt av")
    entered_at = models.DateTimeField("inlagt", auto_now_add=True)
    withdrawn_on = models.DateField("gäller inte längre", null=True, blank=True)
    sort_key = models.CharField(max_length=400, editable=False, db_index=True)
    # All its words in small letters: SQLite knows no Å when it looks for å.
    search_key = models.TextField(editable=False, default="")

    objects = KnowledgeQuerySet.as_manager()

    class Meta:
        verbose_name = "kunskap"
        verbose_name_plural = "kunskap"
        ordering = ["-entered_at"]
        constraints = [
            models.CheckConstraint(
                name="knowledge_is_linked_to_over_https",
                condition=Q(link="") | Q(link__startswith="https://"),
                violation_error_message="Länken måste börja med https://.",
            )
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        words = [self.title, self.summary, self.publisher, self.number, self.tags]
        self.sort_key, self.search_key = sort_key(self.title), "\n".join(words).casefold()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("knowledge_detail", args=[self.uid])

    @property
    def tag_list(self):
        return [tag.strip() for tag in self.tags.split(",") if tag.strip()]

    def withdraw(self, by):
        """It holds no longer from today. It stays in the library, apart. Done before, nothing happens."""
        self._hold_until(timezone.localdate(), by, Knowledge.objects.in_force())

    def restore(self, by):
        """It holds again."""
        self._hold_until(None, by, Knowledge.objects.exclude(withdrawn_on=None))

    def _hold_until(self, day, by, others):
        with transaction.atomic():
            if others.filter(pk=self.pk).update(withdrawn_on=day):
                record(by, Verb.CHANGED, self, withdrawn=day is not None)


class DispatchQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        return self.filter(knowledge__region__in=user.regions(permission))


class Dispatch(models.Model):
    """A piece of knowledge sent to those who hold certain roles in certain of the region's municipalities."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    knowledge = models.ForeignKey(Knowledge, models.CASCADE, related_name="dispatches", verbose_name="kunskap")
    # Values of bou_portal.access.Role.
    roles = models.JSONField("mottagare", default=list)
    # Those it was meant for on the day it was sent, so that one without a reader is seen.
    municipalities = models.ManyToManyField(Municipality, related_name="+", verbose_name="kommuner")
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
        return f"{self.knowledge} {timezone.localtime(self.sent_at):%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("dispatch_detail", args=[self.uid])


class ReceiptQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Her own copies, as long as she works where they were sent."""
        return self.filter(user=user, municipality__in=user.municipalities(permission))

    def unanswered(self):
        return self.filter(tick="")

    def newest_first(self):
        return self.order_by("-dispatch__sent_at", "pk")


class Receipt(models.Model):
    """One reader's copy of a dispatch, and what she will do with it. It stays for the count when her account is gone."""

    class Tick(models.TextChoices):
        READ = "last", "Läst"
        TAKES_UP = "apt", "Tar upp på APT"
        NOT_OURS = "nej", "Berör oss inte"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="receipts", verbose_name="utskick")
    user = person("mottagare", related_name="knowledge_receipts")
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    # Sent to her as a first-line manager: her answer is her municipality's.
    is_first_line = models.BooleanField("svarar för kommunen", default=False)
    tick = models.CharField("svar", max_length=5, choices=Tick, blank=True)
    ticked_at = models.DateTimeField("svarat", null=True, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "mottaget utskick"
        verbose_name_plural = "mottagna utskick"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "user", "municipality"],
                name="one_copy_per_dispatch_reader_and_municipality",
                violation_error_message="Personen har redan fått utskicket.",
            ),
            models.CheckConstraint(
                name="an_answer_has_its_time",
                condition=Q(tick="", ticked_at__isnull=True) | (~Q(tick="") & Q(ticked_at__isnull=False)),
                violation_error_message="Ett svar har en tidpunkt.",
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_tick_display() or 'inget svar'}"


class SavedItemQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Her own list, of what she may still read."""
        return self.filter(user=user, knowledge__region__in=user.regions(permission))


class SavedItem(models.Model):
    """Something in the library that somebody has put on her list, and whether it was of use to her."""

    class Use(models.IntegerChoices):
        LITTLE = 1, "Till liten nytta"
        SOME = 2, "Till viss nytta"
        GREAT = 3, "Till stor nytta"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_items", verbose_name="användare"
    )
    knowledge = models.ForeignKey(Knowledge, models.CASCADE, related_name="saved", verbose_name="kunskap")
    saved_at = models.DateTimeField("sparat", auto_now_add=True)
    # Empty: she has not said.
    usefulness = models.PositiveSmallIntegerField("nytta", choices=Use, null=True, blank=True)

    objects = SavedItemQuerySet.as_manager()

    class Meta:
        verbose_name = "sparad kunskap"
        verbose_name_plural = "sparad kunskap"
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "knowledge"],
                name="an_item_is_saved_once_by_a_reader",
                violation_error_message="Den finns redan på din lista.",
            ),
            models.CheckConstraint(
                name="usefulness_is_one_two_or_three",
                condition=Q(usefulness__isnull=True) | Q(usefulness__in=[1, 2, 3]),
                violation_error_message="Välj liten, viss eller stor nytta.",
            ),
        ]

    def __str__(self):
        return str(self.knowledge)
