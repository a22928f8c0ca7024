"""How a municipality asks children what they think, and what it does with the answers (features.md F31).

Nothing in here is about one child: an interview has an age band and themes, a quote has been checked by a second look,
and there is no link to a placement. Transcripts are never uploaded.
"""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import Municipality, Region, Unit
from placements.codes import AgeBand
from placements.models.reach import MunicipalRowsQuerySet


class VoiceModelQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """The common models and the variants of the regions this user reaches with this permission."""
        return self.filter(Q(region__isnull=True) | Q(region__in=user.regions(permission)))

    def kept_by(self, user, permission):
        """Variants of the regions in which she herself holds this permission: a municipality keeps none."""
        held = [membership.region_id for membership in user.granting(permission) if membership.region_id]
        return self.filter(region__in=held)

    def listed(self):
        return self.filter(is_listed=True)


class VoiceModel(models.Model):
    """A way of working with children's voices: named steps in order. A region's own variant, or the common one."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="voice_models", verbose_name="region"
    )
    name = models.CharField("namn", max_length=80)
    is_listed = models.BooleanField("kan väljas", default=True)

    objects = VoiceModelQuerySet.as_manager()

    class Meta:
        verbose_name = "modell för barns röster"
        verbose_name_plural = "modeller för barns röster"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("voice_model", args=[self.uid])


class VoiceStep(models.Model):
    """One step of a model. `kind` says what the portal does in it, `name` and `text` are the model's own words."""

    class Kind(models.TextChoices):
        PLAN = "plan", "Planera"
        INTERVIEWS = "interviews", "Intervjua"
        SEMINAR = "seminar", "Seminarium"
        REPORT = "report", "Årsrapport"
        BOARD = "board", "Nämnd"
        FOLLOW_UP = "follow_up", "Följa upp besluten"

    model = models.ForeignKey(VoiceModel, models.CASCADE, related_name="steps", verbose_name="modell")
    order = models.PositiveSmallIntegerField("ordning")
    kind = models.CharField("slag", max_length=12, choices=Kind)
    name = models.CharField("steg", max_length=80)
    text = models.CharField("så går det till", max_length=400, blank=True)

    class Meta:
        verbose_name = "steg"
        verbose_name_plural = "steg"
        ordering = ["model", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "kind"],
                name="each_kind_of_step_once_in_a_model",
                violation_error_message="Steget finns redan i modellen.",
            )
        ]

    def __str__(self):
        return self.name


class UnitPhase(models.Model):
    """How far a unit has come in taking up a model: what the region sees of it."""

    class Phase(models.TextChoices):
        INTEREST = "interest", "Intresserad"
        DECIDED = "decided", "Beslutat"
        TRAINED = "trained", "Utbildad"
        INTERVIEWING = "interviewing", "Intervjuar"
        SEMINAR = "seminar", "Seminarium hållet"
        REPORTED = "reported", "Årsrapport klar"
        BOARD = "board", "Redovisat i nämnden"

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    unit = models.OneToOneField(Unit, models.CASCADE, related_name="voice_phase", verbose_name="enhet")
    model = models.ForeignKey(VoiceModel, models.PROTECT, related_name="+", verbose_name="modell")
    phase = models.CharField("fas", max_length=12, choices=Phase)
    changed_on = models.DateField("sedan", auto_now=True)

    objects = MunicipalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "enhetens fas"
        verbose_name_plural = "enheternas faser"
        ordering = ["unit"]

    def __str__(self):
        return f"{self.unit}: {self.get_phase_display()}"


class VoiceRoundQuerySet(MunicipalRowsQuerySet):
    def open(self):
        return self.filter(closed_on__isnull=True)

    def with_counts(self):
        """Each round with its number of interviews, of quotes that await a second look, and of decisions not done."""
        return self.annotate(
            held=Count("interviews", distinct=True),
            unchecked=Count("quotes", filter=Q(quotes__checked_at__isnull=True), distinct=True),
            undone=Count("decisions", filter=Q(decisions__done_on__isnull=True), distinct=True),
        )


class VoiceRound(models.Model):
    """One unit's round of interviews in one year, from plan to what became of the decisions."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="voice_rounds", verbose_name="kommun")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="voice_rounds", verbose_name="enhet")
    model = models.ForeignKey(VoiceModel, models.PROTECT, related_name="rounds", verbose_name="modell")
    year = models.PositiveSmallIntegerField("år")
    starts_on = models.DateField("intervjuerna börjar")
    ends_on = models.DateField("intervjuerna slutar")
    planned_interviews = models.PositiveSmallIntegerField("planerat antal intervjuer")
    seminar_on = models.DateField("seminarium", null=True, blank=True)
    works_well = models.TextField("det här fungerar", max_length=1000, blank=True)
    to_change = models.TextField("det här behöver ändras", max_length=1000, blank=True)
    proposals = models.TextField("förslag till nämnden", max_length=1000, blank=True)
    reported_on = models.DateField("årsrapporten klar", null=True, blank=True)
    board_on = models.DateField("redovisat i nämnden", null=True, blank=True)
    closed_on = models.DateField("avslutad", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="skapad av"
    )
    # Whoever saves what somebody else has changed meanwhile is told who it was.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="ändrad av"
    )
    changed_at = models.DateTimeField("ändrad", auto_now=True)

    objects = VoiceRoundQuerySet.as_manager()

    class Meta:
        verbose_name = "intervjuomgång"
        verbose_name_plural = "intervjuomgångar"
        ordering = ["-year", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                name="voice_round_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="Intervjuerna kan inte sluta innan de börjar.",
            )
        ]

    def __str__(self):
        return f"{self.unit} {self.year}"

    def get_absolute_url(self):
        return reverse("voice_round", args=[self.uid])

    @property
    def is_of_ended_year(self):
        """Whether its year is over: what the region reads of it no longer changes (docs/adr/0013)."""
        return self.year < timezone.localdate().year

    @property
    def takes_interviews(self):
        return not self.closed_on and not self.is_of_ended_year

    @transaction.atomic
    def close(self, by, *, closed):
        """Close the round, or open it again. What was written stays; an ended year takes no interviews all the same."""
        self.closed_on, self.changed_by = timezone.localdate() if closed else None, by
        self.save(update_fields=["closed_on", "changed_by", "changed_at"])
        record(by, Verb.ENDED if closed else Verb.CHANGED, self)


class Interview(models.Model):
    """That a child was interviewed: day, age band, consent, and what it was about. Not who."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    round = models.ForeignKey(VoiceRound, models.CASCADE, related_name="interviews", verbose_name="omgång")
    held_on = models.DateField("datum")
    age_band = models.CharField("ålder", max_length=6, choices=AgeBand)
    has_consent = models.BooleanField("samtycke finns")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="inskriven av",
    )

    objects = MunicipalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "intervju"
        verbose_name_plural = "intervjuer"
        ordering = ["-held_on"]
        constraints = [
            models.CheckConstraint(
                name="interviews_need_the_childs_consent",
                condition=Q(has_consent=True),
                violation_error_message="En intervju utan samtycke registreras inte.",
            )
        ]

    def __str__(self):
        return f"intervju {self.held_on}"

    @transaction.atomic
    def undo(self, by):
        """Take back what was written by mistake: by whoever wrote it or leads the round, while its year lasts."""
        leads = self.municipality_id in by.municipalities(Permission.LEAD_LEARNING)
        if not self.round.takes_interviews:
            raise ValidationError("Intervjun ligger fast: omgången är avslutad eller året slut.")
        if self.entered_by_id != by.pk and not leads:
            raise ValidationError("En kollega har skrivit in intervjun. Be kollegan eller din chef att ta bort den.")
        record(by, Verb.UNDID, self, round=str(self.round.uid))
        self.delete()


class InterviewTheme(models.Model):
    """A theme that came up in an interview, and how the child found it."""

    class Theme(models.TextChoices):
        CONTACT = "contact", "Kontakten med socialsekreteraren"
        INFORMATION = "information", "Information och att förstå"
        INFLUENCE = "influence", "Att få vara med och bestämma"
        SAFETY = "safety", "Trygghet"
        HOME = "home", "Hemmet där jag bor"
        FAMILY = "family", "Familj och umgänge"
        SCHOOL = "school", "Skola"
        HEALTH = "health", "Att må bra"
        LEISURE = "leisure", "Fritid och vänner"
        FUTURE = "future", "Framtiden"

    class Tone(models.TextChoices):
        GOOD = "good", "Fungerar"
        MIXED = "mixed", "Både och"
        BAD = "bad", "Behöver ändras"

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="themes", verbose_name="intervju")
    theme = models.CharField("tema", max_length=12, choices=Theme)
    tone = models.CharField("hur det är", max_length=6, choices=Tone)

    class Meta:
        verbose_name = "tema"
        verbose_name_plural = "teman"
        ordering = ["theme"]
        constraints = [
            models.UniqueConstraint(
                fields=["interview", "theme"],
                name="each_theme_once_in_an_interview",
                violation_error_message="Temat finns redan.",
            )
        ]

    def __str__(self):
        return self.get_theme_display()


class Quote(models.Model):
    """A short anonymised quote; in the yearly report only when a colleague has checked it. Belongs to the round."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    round = models.ForeignKey(VoiceRound, models.CASCADE, related_name="quotes", verbose_name="omgång")
    theme = models.CharField("tema", max_length=12, choices=InterviewTheme.Theme)
    text = models.CharField("citat", max_length=200)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="inskrivet av",
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="granskat av",
    )
    checked_at = models.DateTimeField("granskat", null=True, blank=True, editable=False)

    objects = MunicipalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "citat"
        verbose_name_plural = "citat"
        ordering = ["theme", "pk"]

    def __str__(self):
        return self.text

    def refuse_when_closed(self):
        if self.round.closed_on:
            raise ValidationError("Omgången är avslutad. Öppna den igen om citaten ska ändras.")

    @transaction.atomic
    def check_by(self, user):
        """A colleague's second look: nothing in it shows who the child is. Nobody checks her own."""
        self.refuse_when_closed()
        if self.written_by_id == user.pk:
            raise ValidationError("Du har själv skrivit in citatet. Be en kollega att granska det.")
        self.checked_by, self.checked_at = user, timezone.now()
        self.save(update_fields=["checked_by", "checked_at"])
        record(user, Verb.CHANGED, self, round=str(self.round.uid), what="granskning")

    @transaction.atomic
    def undo(self, by):
        """Take the quote away, as its writer does, or a colleague who sees that it points somebody out."""
        self.refuse_when_closed()
        record(by, Verb.UNDID, self, round=str(self.round.uid))
        self.delete()


class VoiceDecision(models.Model):
    """What the board decided because of a round, and what became of it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    round = models.ForeignKey(VoiceRound, models.CASCADE, related_name="decisions", verbose_name="omgång")
    text = models.CharField("beslut", max_length=300)
    due_on = models.DateField("klart senast", null=True, blank=True)
    done_on = models.DateField("genomfört", null=True, blank=True)
    outcome = models.CharField("vad det gav", max_length=300, blank=True)

    objects = MunicipalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "beslut efter intervjuer"
        verbose_name_plural = "beslut efter intervjuer"
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.text
