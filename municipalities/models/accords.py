"""Agreements between the bodies of a county (överenskommelser): parties, dates, revisions and signatures.

Agreements with homes are another thing and live in `placements.models.agreements`.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from municipalities.models.places import Municipality
from municipalities.models.regional import Regional, RegionalQuerySet, Step, person


class AccordQuerySet(RegionalQuerySet):
    def in_force(self):
        """Those that hold today."""
        today = timezone.localdate()
        return self.filter(not_ended_by(today), valid_from__lte=today)

    def coming(self):
        """Those that have not begun to hold."""
        return self.filter(valid_from__gt=timezone.localdate())

    def ended(self):
        return self.exclude(not_ended_by(timezone.localdate()))


def not_ended_by(day, path=""):
    """Accords that hold on the day or after it; `path` leads to them from another model ("accord__")."""
    return Q(**{f"{path}valid_until__isnull": True}) | Q(**{f"{path}valid_until__gte": day})


class OfAccordQuerySet(models.QuerySet):
    """Rows under an accord; `path` leads from the row to it."""

    path = "accord"

    def for_user(self, user, permission):
        """Rows of the accords of the regions this user reaches with this permission."""
        return self.filter(**{f"{self.path}__region__in": user.regions(permission)})


class AccordPartyQuerySet(OfAccordQuerySet):
    def current(self):
        """Those that are parties today: they have not left, and their municipality takes part."""
        takes_part = Q(municipality__isnull=True) | Q(municipality__in=Municipality.objects.active())
        return self.filter(takes_part, left_on__isnull=True)

    def former(self):
        """Those that were parties once."""
        return self.exclude(pk__in=self.current().values("pk"))

    def spoken_for_by(self, user, permission):
        """Those this user speaks for with this permission: her municipality's, and organisations where she leads."""
        led = user.regions(Permission.LEAD_REGION_WORK)
        of_hers = Q(municipality__in=user.municipalities(permission))
        return self.current().filter(of_hers | Q(municipality=None, accord__region__in=led))


class AccordDateQuerySet(OfAccordQuerySet):
    def to_keep(self):
        """Those that are not done."""
        return self.filter(done_on__isnull=True)

    def claim(self, pk, days):
        """Whether the reminder so many days before is this worker's to ask for: nobody has."""
        unasked = Q(reminded_for__isnull=True) | ~Q(reminded_for=days)
        return bool(self.to_keep().filter(unasked, pk=pk).update(reminded_for=days))


class RevisionQuerySet(OfAccordQuerySet):
    def open(self):
        return self.filter(state=Revision.State.OPEN)

    def adopted(self):
        return self.filter(state=Revision.State.ADOPTED)


class Accord(Regional):
    """What parties have agreed, for a time: with the state, or with each other."""

    class Kind(models.TextChoices):
        STATE = "stat", "Staten och SKR"
        COUNTY = "lan", "Länsgemensam"
        LOCAL = "lokal", "Lokal"
        RESEARCH = "fou", "Forskning och utveckling"
        OTHER = "annan", "Annan"

    kind = models.CharField("slag", max_length=10, choices=Kind, default=Kind.COUNTY)
    title = models.CharField("överenskommelse", max_length=160)
    number = models.CharField("diarienummer", max_length=40, blank=True)
    purpose = models.TextField("syfte", max_length=1000, blank=True)
    goals = models.TextField("mål", max_length=1000, blank=True)
    text = models.TextField("text som gäller", max_length=20000, blank=True)
    money = models.PositiveIntegerField("kronor per år", null=True, blank=True)
    link = models.URLField("länk till handlingen", max_length=300, blank=True)
    valid_from = models.DateField("gäller från")
    valid_until = models.DateField("gäller till och med", null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="hör under"
    )
    owner = person("sköts av")
    # The leader has seen the newest text of the accord that this one lies under, and found that this one may stand.
    held_against_parent_at = models.DateTimeField("jämförd med överordnad", null=True, blank=True)

    objects = AccordQuerySet.as_manager()

    class Meta:
        verbose_name = "överenskommelse"
        verbose_name_plural = "överenskommelser"
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                name="an_accord_ends_after_it_starts",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message="Slutdatum kan inte vara före startdatum.",
            ),
            models.CheckConstraint(
                name="an_accord_is_not_under_itself",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                violation_error_message="En överenskommelse kan inte höra under sig själv.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("accord_detail", args=[self.uid])

    @property
    def is_in_force(self):
        return not self.is_coming and not self.has_ended

    @property
    def is_coming(self):
        return self.valid_from > timezone.localdate()

    @property
    def has_ended(self):
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    def keep_end_date(self):
        """The day it ends is a day to keep, made and moved by itself. A moved end is not done yet."""
        end = self.dates.filter(kind=AccordDate.Kind.END)
        if self.valid_until is None:
            end.delete()
        elif not end.exists():
            self.dates.create(kind=AccordDate.Kind.END, due_on=self.valid_until)
        else:
            end.exclude(due_on=self.valid_until).update(
                due_on=self.valid_until, done_on=None, done_by=None, reminded_for=None
            )


class AccordParty(models.Model):
    """One of those who have agreed: a municipality, or an organisation by its name."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    accord = models.ForeignKey(Accord, models.CASCADE, related_name="parties", verbose_name="överenskommelse")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="accord_parties", verbose_name="kommun"
    )
    name = models.CharField("organisation", max_length=100, blank=True)
    joined_on = models.DateField("part sedan", default=timezone.localdate)
    # A party that has taken a stand stays readable after it has left.
    left_on = models.DateField("inte längre part", null=True, blank=True)

    objects = AccordPartyQuerySet.as_manager()

    class Meta:
        verbose_name = "part"
        verbose_name_plural = "parter"
        ordering = [F("municipality__sort_key").asc(nulls_last=True), "name"]
        constraints = [
            models.CheckConstraint(
                name="a_party_is_a_municipality_or_named",
                condition=Q(municipality__isnull=False, name="") | (Q(municipality__isnull=True) & ~Q(name="")),
                violation_error_message="Välj en kommun eller skriv en organisation.",
            ),
            models.UniqueConstraint(
                fields=["accord", "municipality"],
                name="a_municipality_is_party_once",
                violation_error_message="Kommunen är redan part.",
            ),
        ]

    def __str__(self):
        return self.name or str(self.municipality)

    @property
    def until_on(self):
        """The day from which it is no longer party, or None."""
        days = (self.left_on, self.municipality.ended_on if self.municipality else None)
        return min(filter(None, days), default=None)


class AccordDate(models.Model):
    """A day to keep: a report, a revision, the end. Reminded of 60 and 14 days before."""

    class Kind(models.TextChoices):
        REPORT = "redovisning", "Redovisning"
        REVISION = "revidering", "Revidering"
        END = "slut", "Går ut"
        OTHER = "annat", "Annat"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    accord = models.ForeignKey(Accord, models.CASCADE, related_name="dates", verbose_name="överenskommelse")
    kind = models.CharField("slag", max_length=12, choices=Kind, default=Kind.REPORT)
    due_on = models.DateField("dag")
    what = models.CharField("vad", max_length=160, blank=True)
    done_on = models.DateField("klart", null=True, blank=True)
    done_by = person("markerat av")
    # Which reminder has been asked for, 60 or 14 days before. The mails themselves are erased after a month.
    reminded_for = models.PositiveSmallIntegerField("påmint, dagar före", null=True, blank=True)

    objects = AccordDateQuerySet.as_manager()

    class Meta:
        verbose_name = "dag att hålla"
        verbose_name_plural = "dagar att hålla"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["accord"],
                condition=Q(kind="slut"),
                name="an_accord_ends_on_one_day",
                violation_error_message="Överenskommelsen har redan en slutdag.",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.due_on}"

    def get_absolute_url(self):
        return f"{self.accord.get_absolute_url()}#dagar-att-halla"

    @property
    def is_end(self):
        """The end follows the accord's own last day, and is changed there."""
        return self.kind == self.Kind.END

    @property
    def days_left(self):
        """Days from today; below nought when the day has passed."""
        return (self.due_on - timezone.localdate()).days

    @property
    def may_be_undone(self):
        """On the day it was marked."""
        return self.done_on == timezone.localdate()


class Revision(models.Model):
    """A proposed new text of an accord, and what its parties say of it."""

    class State(models.TextChoices):
        OPEN = "oppen", "Parterna lämnar synpunkter"
        ADOPTED = "antagen", "Antagen"
        DROPPED = "avbruten", "Avbruten"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    accord = models.ForeignKey(Accord, models.CASCADE, related_name="revisions", verbose_name="överenskommelse")
    number = models.PositiveSmallIntegerField("nummer")
    text = models.TextField("föreslagen text", max_length=20000)
    # The text that held before it was adopted: the old one stays readable.
    replaced_text = models.TextField("text som gällde före", max_length=20000, blank=True)
    summary = models.CharField("vad som ändras", max_length=600)
    state = models.CharField("läge", max_length=10, choices=State, default=State.OPEN)
    opened_by = person("påbörjad av")
    opened_at = models.DateTimeField("påbörjad", auto_now_add=True)
    closes_on = models.DateField("synpunkter senast")
    closed_at = models.DateTimeField("avslutad", null=True, blank=True)
    closed_by = person("avslutad av")
    # Why it was adopted without everybody's approval, or dropped.
    closing_note = models.CharField("varför", max_length=600, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "revidering"
        verbose_name_plural = "revideringar"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["accord", "number"],
                name="revisions_are_numbered_one_by_one",
                violation_error_message="Någon annan påbörjade just en revidering.",
            ),
            models.UniqueConstraint(
                fields=["accord"],
                condition=Q(state="oppen"),
                name="one_open_revision_of_an_accord",
                violation_error_message="En revidering pågår redan.",
            ),
            models.CheckConstraint(
                name="a_revision_is_open_or_closed_at_a_moment",
                condition=Q(state="oppen", closed_at__isnull=True) | (~Q(state="oppen") & Q(closed_at__isnull=False)),
                violation_error_message="En avslutad revidering har en tidpunkt, en öppen har ingen.",
            ),
        ]

    def __str__(self):
        return f"{self.accord}, revidering {self.number}"

    def get_absolute_url(self):
        return reverse("revision_detail", args=[self.uid])

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def takes_comments(self):
        """Through the last day for comments."""
        return self.is_open and self.closes_on >= timezone.localdate()


class RevisionComment(Step):
    """What a party says of a proposed text."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="comments", verbose_name="revidering")
    party = models.ForeignKey(
        AccordParty, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name="part"
    )

    class Meta(Step.Meta):
        verbose_name = "synpunkt"
        verbose_name_plural = "synpunkter"

    def __str__(self):
        return self.text


class SignOff(models.Model):
    """A party's stand on a proposed text. For an organisation without login the leader notes it down."""

    class Stand(models.TextChoices):
        APPROVES = "godkanner", "Godkänner"
        OBJECTS = "godkanner-inte", "Godkänner inte"

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="sign_offs", verbose_name="revidering")
    party = models.ForeignKey(AccordParty, models.PROTECT, related_name="sign_offs", verbose_name="part")
    stand = models.CharField("ställningstagande", max_length=16, choices=Stand)
    signed_by = person("infört av")
    signed_at = models.DateTimeField("infört", auto_now=True)

    class Meta:
        verbose_name = "ställningstagande"
        verbose_name_plural = "ställningstaganden"
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "party"],
                name="one_stand_per_revision_and_party",
                violation_error_message="Parten har redan tagit ställning.",
            )
        ]

    def __str__(self):
        return f"{self.party}: {self.get_stand_display()}"
