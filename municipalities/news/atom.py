"""A region's news as a feed (Atom 1.0, RFC 4287), for whoever reads many places in one."""

import hashlib
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from municipalities.models import News

MOST = 20
# Part of every tag address (RFC 4151): a day on which the portal's name was the portal's. It never changes.
SINCE = "2026"


def latest(region):
    return News.objects.public().filter(region=region).select_related("region")[:MOST]


def last_change(region):
    """When the feed last became another: something was published, changed or withdrawn. None when nothing ever was."""
    moments = News.objects.filter(region=region, published_at__isnull=False)
    told = moments.values_list("published_at", "changed_at", "withdrawn_at")
    return max((moment for row in told for moment in row if moment), default=None)


def fingerprint(region):
    """The feed's ETag: another as soon as anything in it reads differently."""
    told = [(str(item.uid), item.updated_at, item.title, item.owner_name) for item in latest(region)]
    said = repr((region.code, settings.BASE_URL, last_change(region), told))
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def tag(*parts):
    """An address for good (RFC 4151), whatever the page's title and address become."""
    return f"tag:{urlsplit(settings.BASE_URL).hostname},{SINCE}:{':'.join(parts)}"


def readable(text):
    """Without the control characters that XML has no way to say: a page break or a soft line break is a space."""
    return "".join(sign if sign.isprintable() else " " for sign in text if sign.isprintable() or sign.isspace())


class Feed(Atom1Feed):
    """Says when its content changed last, also when there is none."""

    def latest_post_date(self):
        return self.feed["changed"] or datetime(int(SINCE), 1, 1, tzinfo=UTC)


def write(region):
    """The feed as text."""
    base = settings.BASE_URL
    feed = Feed(
        title=f"Nyheter från {region}",
        link=base + reverse("region_news", args=[region.code]),
        description=f"{region.coordinating_body or region}: det som är nytt i arbetet för barn och unga.",
        language="sv",
        author_name=str(region),
        feed_url=base + reverse("news_feed", args=[region.code]),
        feed_guid=tag("nyheter", region.code),
        changed=last_change(region),
    )
    for item in latest(region):
        feed.add_item(
            title=readable(item.title),
            link=base + item.get_absolute_url(),
            description=escape(readable(item.lead)),  # a summary is HTML
            unique_id=tag("nyhet", str(item.uid)),
            pubdate=item.published_at,
            updateddate=item.updated_at,
            author_name=readable(item.owner_name),
            categories=[item.get_topic_display()],
        )
    return feed.writeString("utf-8")
