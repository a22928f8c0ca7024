"""The town's rows of the public news: one that is read and talked about, one draft, one that is gone, and a subscriber."""

from datetime import timedelta

from django.utils import timezone

from municipalities.models import Comment, News, Region, Subscriber


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    leader, now = people["development_leader"], timezone.now()
    common = {
        "region": Region.objects.get(code="22"),
        "owner": leader,
        "owner_name": str(leader),
        "lead": "Så arbetar vi i länet.",
        "body": "Första stycket.\n\nMer finns på https://www.example.org/ för den som vill läsa.",
    }
    public = News.objects.create(
        slug="stod-till-familjehem", title="Stöd till familjehem", topic="familjehem", mailed_at=now,
        published_at=now - timedelta(days=3), changed_at=now - timedelta(days=1), **common,
    )  # fmt: skip
    draft = News.objects.create(slug="bbic-dag", title="BBIC-dag i vår", topic="bbic", **common)
    gone = News.objects.create(
        slug="gammal-nyhet", title="Gammal nyhet", topic="annat", mailed_at=now, withdrawn_at=now,
        published_at=now - timedelta(days=40), **common,
    )  # fmt: skip
    comment = Comment.objects.create(news=public, text="Bra att det kommer.", by=people["unit_manager"])
    Comment.objects.create(
        news=public, text="Det här hör inte hit.", by=people["data_steward"], hidden_at=now, hidden_by=leader,
        hidden_reason="Handlar om något annat.",
    )  # fmt: skip
    Subscriber.objects.create(region=common["region"], email="anna@lasare.example", confirmed_at=now)
    return {"public_news": public, "draft_news": draft, "gone_news": gone, "news_comment": comment}
