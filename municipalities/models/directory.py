"""Who is who in the region: posts and their holders, partner organisations, and a leader's mandate for the year."""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models.places import Municipality
from municipalities.models.regional import Regional, RegionalQuerySet, person


class EndingQuerySet(RegionalQuerySet):
    """Rows that are ended rather than taken away."""

    def in_use(self):
        """Those that have not ended."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=timezone.localdate()))


class Organisation(Regional):
    """A partner of the region: a care region, a university, a county board, an association."""

    name = models.CharField("organisation", max_length=120)
    does = models.CharField("vad de gör med oss", max_length=300, blank=True)
    website = models.URLField("webbplats", max_length=300, blank=True)
    email = models.EmailField("e-post", blank=True)
    phone = models.CharField("telefon", max_length=40, blank=True)
    ended_on = models.DateField("samarbetet slut", null=True, blank=True)

    objects = EndingQuerySet.as_manager()

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

    def get_absolute_url(self):
        return reverse("organisation_detail", args=[self.uid])

    @property
    def has_ended(self):
        return self.ended_on is not None and self.ended_on <= timezone.localdate()


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

    objects = EndingQuerySet.as_manager()

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

    def get_absolute_url(self):
        return reverse("post_detail", args=[self.uid])

    @property
    def place(self):
        return self.municipality or self.organisation or self.region

    @property
    def has_ended(self):
        return self.ended_on is not None and self.ended_on <= timezone.localdate()


class HolderQuerySet(models.QuerySet):
    def in_force(self):
        """Those who hold their post today, the last day included."""
        today = timezone.localdate()
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=today), started_on__lte=today)


class Holder(models.Model):
    """Who held a post, from a day until a day, that day included."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="holders", verbose_name="funktion")
    user = person("användare")
    name = models.CharField("namn", max_length=80)
    email = models.EmailField("e-post", blank=True)
    phone = models.CharField("telefon", max_length=40, blank=True)
    started_on = models.DateField("från")
    ended_on = models.DateField("till", null=True, blank=True)

    objects = HolderQuerySet.as_manager()

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


class MandateQuerySet(RegionalQuerySet):
    def told_by(self, user):
        """Those this user may report on: her own, and all where she leads."""
        return self.filter(Q(user=user) | Q(region__in=user.regions(Permission.LEAD_REGION_WORK)))

    def copy_to(self, year, by):
        """Give those whose mandates of the year before are not there yet the same for this year. How many they were."""
        with transaction.atomic():
            there = set(self.filter(year=year).values_list("user", "title"))
            before = [row for row in self.filter(year=year - 1) if (row.user_id, row.title) not in there]
            made = [Mandate(region_id=row.region_id, user_id=row.user_id, year=year, title=row.title) for row in before]
            for row in made:
                row.save()
                record(by, Verb.CREATED, row, copied_from=year - 1)
        return len(made)


class Mandate(Regional):
    """One of the things somebody is set to do for the region in a year, and what became of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mandates", verbose_name="vem")
    year = models.PositiveSmallIntegerField("år")
    title = models.CharField("uppdrag", max_length=200)
    done_on = models.DateField("klart", null=True, blank=True)
    told = models.CharField("så gick det", max_length=600, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "årets uppdrag"
        verbose_name_plural = "årets uppdrag"
        ordering = ["pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"{reverse('mandate_list')}?region={self.region.code}&ar={self.year}"
