"""The region's public news, who subscribes to it, and what readers say."""

import uuid

from django.db import models
from django.db.models import Q

from municipalities.models.regional import Regional, RegionalQuerySet, Topic, person


class NewsQuerySet(RegionalQuerySet):
    def public(self):
        """What anybody may read, newest first."""
        return self.filter(published_at__isnull=False, withdrawn_at__isnull=True).order_by("-published_at")


class News(Regional):
    """A public page: what is new, who answers for the page, when it was published and changed."""

    slug = models.SlugField("adress", max_length=80)
    topic = models.CharField("ämne", max_length=20, choices=Topic)
    title = models.CharField("rubrik", max_length=120)
    lead = models.CharField("ingress", max_length=300)
    body = models.TextField("text", max_length=10000)
    owner = person("sidansvarig")
    owner_name = models.CharField("sidansvarig, som den visas", max_length=80)
    published_at = models.DateTimeField("publicerad", null=True, blank=True)
    changed_at = models.DateTimeField("ändrad", null=True, blank=True)
    withdrawn_at = models.DateTimeField("avpublicerad", null=True, blank=True)
    has_comments = models.BooleanField("får kommenteras", default=True)

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = "nyhet"
        verbose_name_plural = "nyheter"
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "slug"],
                name="news_addresses_are_unique_in_a_region",
                violation_error_message="En annan nyhet har redan den adressen. Ändra rubriken.",
            )
        ]

    def __str__(self):
        return self.title


class Comment(models.Model):
    """What a signed-in reader says about a piece of news. Shown as text, never as markup; its owner may hide it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    news = models.ForeignKey(News, models.CASCADE, related_name="comments", verbose_name="nyhet")
    text = models.CharField("kommentar", max_length=1000)
    by = person("skriven av")
    at = models.DateTimeField("skriven", auto_now_add=True)
    hidden_at = models.DateTimeField("dold", null=True, blank=True)
    hidden_by = person("dold av")
    hidden_reason = models.CharField("varför den doldes", max_length=200, blank=True)

    class Meta:
        verbose_name = "kommentar"
        verbose_name_plural = "kommentarer"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_hidden_comment_says_why",
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""),
                violation_error_message="Skriv varför kommentaren döljs.",
            )
        ]

    def __str__(self):
        return f"Kommentar till {self.news}"


class Subscriber(Regional):
    """A mail address that wants the region's news. Nothing but the question is sent before it has said yes.

    Leaving erases the row. Only digests of the tokens are kept: the links in the mails are the only copies.
    """

    class Frequency(models.TextChoices):
        AT_ONCE = "genast", "Så snart något är nytt"
        WEEKLY = "vecka", "En gång i veckan"

    email = models.EmailField("e-post")
    frequency = models.CharField("hur ofta", max_length=10, choices=Frequency, default=Frequency.WEEKLY)
    # Values of Topic; empty: all topics.
    topics = models.JSONField("ämnen", default=list, blank=True)
    asked_at = models.DateTimeField("anmäld", auto_now_add=True)
    confirmed_at = models.DateTimeField("bekräftad", null=True, blank=True)
    weekly_mail_on = models.DateField("senaste veckobrev", null=True, blank=True)

    class Meta:
        verbose_name = "prenumerant"
        verbose_name_plural = "prenumeranter"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "email"],
                name="an_address_subscribes_once_in_a_region",
                violation_error_message="Adressen är redan anmäld.",
            )
        ]

    def __str__(self):
        return f"prenumerant {self.pk}"
