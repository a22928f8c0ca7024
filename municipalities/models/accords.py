"""Agreements between the bodies of a county (överenskommelser): parties, dates, revisions and signatures.

Agreements with homes are another thing and live in `placements.models.agreements`.
"""

import uuid

from django.db import models
from django.db.models import F, Q

from municipalities.models.places import Municipality
from municipalities.models.regional import Regional, Step, person


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


class AccordParty(models.Model):
    """One of those who have agreed: a municipality, or an organisation by its name."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    accord = models.ForeignKey(Accord, models.CASCADE, related_name="parties", verbose_name="överenskommelse")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="accord_parties", verbose_name="kommun"
    )
    name = models.CharField("organisation", max_length=100, blank=True)

    class Meta:
        verbose_name = "part"
        verbose_name_plural = "parter"
        ordering = ["municipality__sort_key", "name"]
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

    class Meta:
        verbose_name = "dag att hålla"
        verbose_name_plural = "dagar att hålla"
        ordering = ["due_on", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.due_on}"


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
        ]

    def __str__(self):
        return f"{self.accord}, revidering {self.number}"


class RevisionComment(Step):
    """What a party says of a proposed text."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="comments", verbose_name="revidering")
    party = models.ForeignKey(
        AccordParty, models.SET_NULL, null=True, blank=True, related_name="comments", verbose_name="part"
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
    party = models.ForeignKey(AccordParty, models.CASCADE, related_name="sign_offs", verbose_name="part")
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
