"""Mails that must be sent. The row is written in the transaction that decides on the mail; a worker sends it later."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

# Longer than a task may run: whoever finds the lease over knows that nobody is at it.
LEASE = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)
# What is waited after the first failure, the second, ...; after the last try, about five days later, it is given up.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 3 * 60, 12 * 60, 24 * 60))
LAST_TRY = 10


class LetterQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at=None, refused_at=None)

    def refused(self):
        """Those that could not be sent, for their sender to see."""
        return self.exclude(refused_at=None)

    def due(self):
        """Those that may be tried now: not before their time, and nobody else is at it."""
        now = timezone.now()
        return self.unsent().filter(Q(lease_until=None) | Q(lease_until__lt=now), due_at__lte=now)

    def about(self, prefix):
        """The letters of one matter: all whose key starts so."""
        return self.filter(key__startswith=prefix)

    def claim(self, pk):
        """Take a letter for this worker, or None if it is sent, refused, not due or another worker's."""
        until = timezone.now() + LEASE
        taken = self.due().filter(pk=pk).update(lease_until=until, tries=F("tries") + 1)
        return self.get(pk=pk) if taken else None


class Letter(models.Model):
    """One mail to one address. Its text holds no figure, no child and nothing free but what its sender wrote.

    `key` says what it is about and to whom, as in `kunskap-utskick:<uid>:<user>`: asked for twice, it is sent once.
    It is known for ninety days after it was sent (retention.toml); whoever asks for longer keeps a stamp of her own.
    """

    key = models.CharField("om vad", max_length=160, unique=True)
    to = models.EmailField("till")
    reply_to = models.EmailField("svar till", blank=True)
    subject = models.CharField("ämne", max_length=160)
    body = models.TextField("text")
    # Where one click ends a subscription (RFC 8058); empty for what is not subscribed to.
    unsubscribe_url = models.CharField("avsluta med ett klick", max_length=300, blank=True)
    due_at = models.DateTimeField("tidigast", default=timezone.now)
    created_at = models.DateTimeField("skriven", auto_now_add=True)
    sent_at = models.DateTimeField("skickad", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("försök", default=0)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    refused_at = models.DateTimeField("gick inte att skicka", null=True, blank=True)
    refusal = models.CharField("varför", max_length=120, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "utgående mail"
        verbose_name_plural = "utgående mail"
        ordering = ["pk"]
        indexes = [models.Index(fields=["sent_at", "refused_at", "due_at"], name="letters_that_wait")]
        constraints = [
            models.CheckConstraint(
                name="a_letter_is_sent_or_refused",
                condition=Q(sent_at__isnull=True) | Q(refused_at__isnull=True),
                violation_error_message="Ett mail är antingen skickat eller nekat.",
            )
        ]

    def __str__(self):
        return self.key

    def stamp(self):
        """It has been sent. What it said is nobody's business any more; its key stays, so that it is not sent again."""
        Letter.objects.filter(pk=self.pk).update(sent_at=timezone.now(), lease_until=None, body="")

    def refuse(self, why):
        """It cannot be sent, now or later."""
        Letter.objects.filter(pk=self.pk).update(refused_at=timezone.now(), refusal=why, lease_until=None)

    def wait(self):
        """Try again later, and later still the more often it has been tried."""
        wait = WAITS[min(self.tries, len(WAITS)) - 1]
        Letter.objects.filter(pk=self.pk).update(due_at=timezone.now() + wait, lease_until=None)
