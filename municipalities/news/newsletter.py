"""The mails about news: to some when it is published, to others on Mondays. Every step may be done twice without harm.

A piece of news knows whether its mails are written, a subscriber up to which day she is told, and a mail's key keeps it
from being written twice; sending them, with one bad address among 300, is the outbox's (`bou_portal.mailing`).
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bou_portal.mailing.post import draft, post_all
from municipalities.models import News, Subscriber
from municipalities.news.subscribing import links

CHUNK = 50


def announce(news):
    """Let a worker write the mails. A broker that is down loses nothing: the sweep finds what is unmailed."""
    from municipalities.tasks import mail_news

    try:
        mail_news.delay(news.pk)
    except mail_news.OperationalError:
        return


def mail(news):
    """Write the mails about news that this worker has claimed, in chunks. Stops when it is withdrawn meanwhile."""
    last = 0
    while last is not None:
        with transaction.atomic():
            if not News.objects.public().select_for_update().filter(pk=news.pk).exists():
                return
            last = _mail_chunk(news, last)
    News.objects.filter(pk=news.pk).update(mailed_at=timezone.now(), lease_until=None)


def _mail_chunk(news, last):
    """The mails to the next subscribers after the one with this id; the id of the last of them, or None after all."""
    waiting = Subscriber.objects.at_once().filter(region=news.region_id, pk__gt=last).order_by("pk")
    chunk = list(waiting.select_for_update()[:CHUNK])
    about, subject = f"nyhet:{news.uid}", f"{news.region}: {news.title}"
    post_all(
        [letter(about, subscriber, news.region, subject, [news]) for subscriber in chunk if subscriber.wants(news)]
    )
    return chunk[-1].pk if chunk else None


def mail_week(today):
    """Write the weekly mail to everybody who is not told up to this Monday. No news for her, no mail."""
    monday = today - timedelta(days=today.weekday())
    for subscriber_id in Subscriber.objects.awaiting_week(monday).order_by("pk").values_list("pk", flat=True):
        _mail_one_week(subscriber_id, monday)


@transaction.atomic
def _mail_one_week(subscriber_id, monday):
    waiting = Subscriber.objects.awaiting_week(monday).select_for_update(of=("self",)).select_related("region")
    if not (subscriber := waiting.filter(pk=subscriber_id).first()):
        return
    news = [item for item in published(subscriber, monday) if subscriber.wants(item)]
    Subscriber.objects.filter(pk=subscriber.pk).update(weekly_mail_on=monday)
    if news:
        subject = f"veckans nyheter från {subscriber.region}"
        post_all([letter(f"veckobrev:{monday}", subscriber, subscriber.region, subject, news)])


def published(subscriber, monday):
    """The region's public news since the subscriber was told last, or said yes, until Monday begins; oldest first."""
    since = midnight(subscriber.weekly_mail_on) if subscriber.weekly_mail_on else subscriber.confirmed_at
    found = News.objects.public().filter(region=subscriber.region_id, published_at__gte=since)
    return found.filter(published_at__lt=midnight(monday)).select_related("region").reverse()


def midnight(day):
    return timezone.make_aware(datetime.combine(day, time()))


def letter(about, subscriber, region, subject, news):
    """One mail with place, titles and links; where one click ends the subscription stands in its headers too."""
    ways = links(subscriber)
    told = [(item.title, settings.BASE_URL + item.get_absolute_url()) for item in news]
    context = {"region": region, "news": told, **ways}
    leaving = {"unsubscribe_url": ways["unsubscribe_url"]}
    return draft(f"{about}:{subscriber.pk}", subscriber.email, subject, "emails/news.txt", context, **leaving)
