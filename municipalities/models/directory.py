"""Who is who in the region: posts and their holders, partner organisations, and a leader's mandate for the year."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from municipalities.models.places import Municipality
from municipalities.models.regional import Regional, person


class Organisation(Regional):
    """A partner of the region: a care region, a university, a county board, an association."""

    name = models.CharField("organisation", max_length=120)
    does = models.CharField("vad de gör med oss", max_length=300, blank=True)
    website = models.URLField("webbplats", max_length=300, blank=True)
    email = models.EmailField("e-post", blank=True)
    phone = models.CharField("telefon", max_length=40, blank=True)
    ended_on = models.DateField("samarbetet slut", null=True, blank=True)

    class Meta:
        verbose_name = "samverkanspart"
        verbose_name_plural = "samverkansparter"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"],
                name="organisation_names_are_unique_in_a_region",
                violation_error_message="Organisationen finns redan.",
            )
        ]

    def __str__(self):
        return self.name


class Post(Regional):
    """A function somebody should hold: in the region, in a municipality, or with a partner. Nobody in it: vacant."""

    title = models.CharField("funktion", max_length=100)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="kommun"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="posts", verbose_name="organisation"
    )
    financed_by = models.CharField("finansieras av", max_length=80, blank=True)
    ended_on = models.DateField("finns inte längre", null=True, blank=True)

    class Meta:
        verbose_name = "funktion"
        verbose_name_plural = "funktioner"
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_post_is_in_one_place",
                condition=Q(municipality__isnull=True) | Q(organisation__isnull=True),
                violation_error_message="Välj en kommun eller en organisation, inte båda.",
            )
        ]

    def __str__(self):
        return self.title


class Holder(models.Model):
    """Who held a post, from a day until a day."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="holders", verbose_name="funktion")
    user = person("användare")
    name = models.CharField("namn", max_length=80)
    email = models.EmailField("e-post", blank=True)
    phone = models.CharField("telefon", max_length=40, blank=True)
    started_on = models.DateField("från")
    ended_on = models.DateField("till", null=True, blank=True)

    class Meta:
        verbose_name = "innehavare"
        verbose_name_plural = "innehavare"
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_holder_leaves_after_coming",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                violation_error_message="Slutdatum kan inte vara före startdatum.",
            )
        ]

    def __str__(self):
        return self.name


class Mandate(Regional):
    """One of the things somebody is set to do for the region in a year, and what became of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mandates", verbose_name="vem")
    year = models.PositiveSmallIntegerField("år")
    title = models.CharField("uppdrag", max_length=200)
    done_on = models.DateField("klart", null=True, blank=True)
    told = models.CharField("så gick det", max_length=600, blank=True)

    class Meta:
        verbose_name = "årets uppdrag"
        verbose_name_plural = "årets uppdrag"
        ordering = ["pk"]

    def __str__(self):
        return self.title
