"""The region's public news, who subscribes to it, and what readers say."""

import uuid

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.mailing.models import LEASE, Letter
from municipalities.models.regional import Regional, RegionalQuerySet, Topic, person


def led_by(user):
    """Ids of the regions whose news this user writes; nobody signed in leads none."""
    return user.regions(Permission.LEAD_REGION_WORK) if user.is_authenticated else set()


class NewsQuerySet(RegionalQuerySet):
    def public(self):
        """What anybody may read, newest first."""
        return self.filter(published_at__isnull=False, withdrawn_at__isnull=True).order_by("-published_at", "-pk")

    def readable_by(self, user):
        """What has been published, withdrawn or not (its page says so), and drafts for those who lead the region."""
        return self.filter(Q(published_at__isnull=False) | Q(region__in=led_by(user)))

    def unmailed(self):
        """Public news whose mails are not all written, and which no worker holds."""
        free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
        return self.public().filter(free, mailed_at=None)

    def claim(self, pk):
        """Take a piece of news for this worker, or None if its mails are written or another worker's."""
        taken = self.unmailed().filter(pk=pk).order_by().update(lease_until=timezone.now() + LEASE)
        return self.get(pk=pk) if taken else None


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
    # When the mails to those who want them at once were all written.
    mailed_at = models.DateTimeField("mailad", null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

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
            ),
            models.CheckConstraint(
                name="only_published_news_is_withdrawn",
                condition=Q(withdrawn_at__isnull=True) | Q(published_at__isnull=False),
                violation_error_message="Bara en publicerad nyhet kan avpubliceras.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("news_detail", args=[self.region.code, self.slug])

    @property
    def is_draft(self):
        return self.published_at is None

    @property
    def is_public(self):
        return self.published_at is not None and self.withdrawn_at is None

    @property
    def updated_at(self):
        """When what a reader sees became as it is."""
        return self.changed_at or self.published_at

    def publish(self, user):
        """Show it to everybody, for the first time or again. False if it is shown already."""
        now, mine = timezone.now(), News.objects.filter(pk=self.pk)
        with transaction.atomic():
            done = mine.filter(published_at=None).update(published_at=now)
            done = done or mine.filter(withdrawn_at__isnull=False).update(withdrawn_at=None, changed_at=now)
            if done:
                record(user, Verb.PUBLISHED, self)
        return bool(done)

    def withdraw(self, user):
        """Show it to nobody; mails about it that are not sent yet never are. False if it is not public."""
        with transaction.atomic():
            done = News.objects.public().filter(pk=self.pk).order_by().update(withdrawn_at=timezone.now())
            if done:
                taken_back, _ = Letter.objects.unsent().about(f"nyhet:{self.uid}:").delete()
                if taken_back:  # they are written anew if it is shown again; what is sent keeps its key
                    News.objects.filter(pk=self.pk).update(mailed_at=None)
                record(user, Verb.CHANGED, self, withdrawn=True)
        return bool(done)


class CommentQuerySet(models.QuerySet):
    def for_user(self, user, permission):
        return self.filter(news__region__in=user.regions(permission))

    def moderated_by(self, user):
        """Those this user may hide: on pages that she answers for, and in regions that she leads."""
        return self.filter(Q(news__owner=user) | Q(news__region__in=led_by(user)))


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

    objects = CommentQuerySet.as_manager()

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

    def get_absolute_url(self):
        return f"{self.news.get_absolute_url()}#{self.uid}"


class SubscriberQuerySet(RegionalQuerySet):
    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)

    def at_once(self):
        """Those who want each piece of news when it is published."""
        return self.confirmed().filter(frequency=Subscriber.Frequency.AT_ONCE)

    def awaiting_week(self, monday):
        """Those who want the weekly mail and are not told up to this Monday."""
        not_yet = Q(weekly_mail_on=None) | Q(weekly_mail_on__lt=monday)
        return self.confirmed().filter(not_yet, frequency=Subscriber.Frequency.WEEKLY)


class Subscriber(Regional):
    """A mail address that wants the region's news. Nothing but the question is sent before it has said yes.

    Leaving erases the row. No token is kept: the links in the mails are signed, and mean nothing without the row.
    """

    class Frequency(models.TextChoices):
        AT_ONCE = "genast", "Så snart något är nytt"
        WEEKLY = "vecka", "En gång i veckan"

    email = models.EmailField("e-post")
    frequency = models.CharField("hur ofta", max_length=10, choices=Frequency, default=Frequency.WEEKLY)
    # Values of Topic; empty: all topics.
    topics = models.JSONField("ämnen", default=list, blank=True)
    asked_at = models.DateTimeField("anmäld", default=timezone.now)
    confirmed_at = models.DateTimeField("bekräftad", null=True, blank=True)
    # Told of everything published before this day: a Monday, or the day the weekly mail was chosen.
    weekly_mail_on = models.DateField("senaste veckobrev", null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

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

    def wants(self, news):
        """Whether the topics she has chosen, or all, hold this piece of news."""
        return not self.topics or news.topic in self.topics

    def leave(self):
        """Erase the address here and in every mail that was written to it for the subscription, sent or not."""
        told = Q(key__startswith="nyhet:") | Q(key__startswith="veckobrev:")
        of_hers = told & Q(key__endswith=f":{self.pk}") | Q(key__startswith=f"prenumeration:{self.uid}:")
        with transaction.atomic():
            Letter.objects.filter(of_hers).delete()
            self.delete()
