"""Who did and saw what. Append-only, without foreign keys, so that the log never stops a deletion nor follows one."""

from django.db import models
from django.utils import timezone


class Verb(models.TextChoices):
    OPENED = "opened", "öppnade"
    CREATED = "created", "skapade"
    CHANGED = "changed", "ändrade"
    DELETED = "deleted", "tog bort"
    IMPORTED = "imported", "läste in"
    UNDID = "undid", "ångrade"
    EXPORTED = "exported", "exporterade"
    DOWNLOADED = "downloaded", "laddade ner"
    FROZE = "froze", "frös"
    PUBLISHED = "published", "publicerade"
    INVITED = "invited", "bjöd in"
    JOINED = "joined", "gick med"
    ENDED = "ended", "avslutade"
    SIGNED_IN = "signed_in", "loggade in"
    SIGNED_OUT = "signed_out", "loggade ut"
    REFUSED = "refused", "nekades"


class EventQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        """Events of the municipalities where this user holds this permission."""
        return self.filter(municipality_id__in=user.municipalities(permission))


class Event(models.Model):
    """One line of the log. `actor_id` 0 means the portal itself (a scheduled task or a command)."""

    at = models.DateTimeField("tidpunkt", default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField("vem")
    municipality_id = models.BigIntegerField("kommun", null=True)
    verb = models.CharField("gjorde", max_length=20, choices=Verb)
    target = models.CharField("vad", max_length=60)
    target_id = models.CharField("vilken", max_length=40, blank=True)
    detail = models.JSONField("uppgifter", default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "händelse"
        verbose_name_plural = "händelser"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["municipality_id", "-at"], name="event_by_municipality")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_verb_display()} {self.target}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("The log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The log is append-only.")
