"""Which home was chosen and whether what others think of it mattered. Nothing of the child it was chosen for."""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import Municipality
from placements.models.homes import CareHome
from placements.models.reach import MunicipalRowsQuerySet


class HomeChoice(models.Model):
    """A choice of a home, registered by whoever made it."""

    class Reason(models.TextChoices):
        PLACE = "plats", "Ledig plats"
        SKILL = "kompetens", "Kompetensen"
        NEAR = "närhet", "Närheten"
        AGREEMENT = "avtal", "Avtalets rangordning"
        RATING = "omdöme", "Omdömena"
        KNOWN = "tidigare", "Tidigare erfarenhet"

    class Use(models.TextChoices):
        DECIDED = "avgjorde", "Ja, de avgjorde"
        HELPED = "hjälpte", "Ja, de hjälpte"
        NOT = "nej", "Nej"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="home_choices", verbose_name="kommun")
    home = models.ForeignKey(CareHome, models.PROTECT, related_name="choices", verbose_name="valt hem")
    alternatives = models.ManyToManyField(
        CareHome, related_name="not_chosen", blank=True, verbose_name="andra hem som övervägdes"
    )
    reason = models.CharField("främsta skäl", max_length=10, choices=Reason)
    statistics = models.CharField("omdömena hade betydelse", max_length=10, choices=Use)
    chosen_on = models.DateField("valt", default=timezone.localdate)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="infört av"
    )

    objects = MunicipalRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "val av hem"
        verbose_name_plural = "val av hem"
        ordering = ["-chosen_on", "-pk"]

    def __str__(self):
        return f"val av {self.home}"

    @transaction.atomic
    def remove(self, user):
        """Take back a choice that was registered by mistake; the log keeps that it was."""
        record(user, Verb.UNDID, self)
        self.delete()


class HomeUseQuerySet(MunicipalRowsQuerySet):
    def count_one(self, municipality, what, today=None):
        """One more use this month. Who it was is not kept."""
        month = (today or timezone.localdate()).replace(day=1)
        row, _ = self.get_or_create(municipality=municipality, month_on=month, what=what)
        self.filter(pk=row.pk).update(count=F("count") + 1)


class HomeUse(models.Model):
    """How many times a municipality's people searched, compared or made a ground for a choice in a month."""

    class What(models.TextChoices):
        SEARCH = "sök", "Sökningar"
        COMPARE = "jämför", "Jämförelser"
        GROUND = "underlag", "Underlag"

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    month_on = models.DateField("månad")
    what = models.CharField("vad", max_length=10, choices=What)
    count = models.PositiveIntegerField("antal", default=0)

    objects = HomeUseQuerySet.as_manager()

    class Meta:
        verbose_name = "användning av HVB-statistik"
        verbose_name_plural = "användning av HVB-statistik"
        ordering = ["-month_on", "what"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "month_on", "what"],
                name="one_count_of_use_a_month",
                violation_error_message="Månaden har redan ett antal.",
            )
        ]

    def __str__(self):
        return f"{self.get_what_display()}, {self.month_on:%Y-%m}"
