"""The mails about news: to whom, when, once, and what they hold. Killed workers and bad addresses stop nobody else."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.text import slugify

from bou_portal.mailing.models import Letter
from bou_portal.mailing.sending import send_waiting
from municipalities.models import News, Region, Subscriber
from municipalities.news import newsletter
from municipalities.news.subscribing import links
from municipalities.tasks import mail_news, sweep_news, sweep_weekly_news

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
AT_ONCE, WEEKLY = "genast", "vecka"


@pytest.fixture
def news(vasternorrland, development_leader):
    return News.objects.create(
        region=vasternorrland, slug="nytt-stod", title="Nytt stöd & mer", topic="hvb", lead="Ingress.", body="Text.",
        owner=development_leader, owner_name=str(development_leader),
    )  # fmt: skip


@pytest.fixture
def publish(news, sign_in, development_leader):
    """Publishes the news as its leader does."""

    def published():
        sign_in(development_leader).post(f"/nyheter/arbete/{news.uid}/publicera/")

    return published


def subscribe(email, frequency=AT_ONCE, *topics, region="22", **fields):
    facts = {"confirmed_at": datetime(2026, 1, 1, tzinfo=UTC), **fields}
    place = Region.objects.get(code=region)
    return Subscriber.objects.create(region=place, email=email, frequency=frequency, topics=list(topics), **facts)


def receivers():
    """Whom the mails written so far go to."""
    return sorted(Letter.objects.values_list("to", flat=True))


# --- at once ----------------------------------------------------------------------------------------------------------
def test_those_who_want_it_at_once_and_about_this_are_mailed(publish, news):
    anna = subscribe("anna@x.example")
    subscribe("bea@x.example", AT_ONCE, "bbic", "hvb")
    subscribe("cia@x.example", AT_ONCE, "bbic")
    subscribe("disa@x.example", WEEKLY)
    subscribe("eva@x.example", confirmed_at=None)
    subscribe("frida@x.example", region="24")
    publish()
    assert receivers() == ["anna@x.example", "bea@x.example"]
    send_waiting()
    sent = {message.to[0]: message for message in mail.outbox}["anna@x.example"]
    assert sent.subject == "BoU-portalen: Region Västernorrland: Nytt stöd & mer"
    assert "http://localhost:8000/nyheter/22/nytt-stod/" in sent.body
    assert "Nytt stöd & mer" in sent.body
    assert "Ingress." not in sent.body
    leave = links(anna)["unsubscribe_url"]
    assert leave in sent.body
    assert sent.extra_headers["List-Unsubscribe"] == f"<{leave}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{leave}>" in " ".join(sent.message().as_string().split())


def test_publishing_again_mails_nobody_again(publish, news, development_leader):
    subscribe("anna@x.example")
    publish()
    send_waiting()
    news.withdraw(development_leader)
    publish()
    sweep_news()
    send_waiting()
    assert len(mail.outbox) == 1


def test_news_taken_back_before_its_mails_went_out_is_mailed_when_it_is_shown_again(publish, news, development_leader):
    subscribe("anna@x.example")
    publish()
    news.withdraw(development_leader)
    publish()
    send_waiting()
    assert len(mail.outbox) == 1


def test_three_hundred_are_mailed_and_one_bad_address_stops_nobody(publish, monkeypatch, django_assert_max_num_queries):
    Subscriber.objects.bulk_create(
        Subscriber(
            region=Region.objects.get(code="22"), email=f"{number}@x.example", frequency=AT_ONCE,
            confirmed_at=timezone.now(),
        )
        for number in range(300)
    )  # fmt: skip
    with django_assert_max_num_queries(90):
        publish()
    assert Letter.objects.count() == 300
    honest = mail.EmailMessage.send

    def picky(message, *args, **kwargs):
        if message.to == ["7@x.example"]:
            raise smtplib.SMTPRecipientsRefused({"7@x.example": (550, b"No such user")})
        return honest(message, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMessage, "send", picky)
    send_waiting()
    assert len(mail.outbox) == 299
    assert Letter.objects.refused().get().to == "7@x.example"


def test_a_killed_worker_is_repeated_without_harm(publish, news, monkeypatch):
    for number in range(5):
        subscribe(f"{number}@x.example")
    monkeypatch.setattr(newsletter, "CHUNK", 2)
    whole, calls = newsletter.letter, []

    def killed(*args):
        calls.append(args)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return whole(*args)

    monkeypatch.setattr(newsletter, "letter", killed)
    with pytest.raises(KeyboardInterrupt):
        publish()
    assert len(receivers()) == 2
    assert News.objects.get().mailed_at is None
    mail_news(news.pk)  # somebody else's until the lease is over
    assert len(receivers()) == 2
    News.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    sweep_news()
    assert receivers() == [f"{number}@x.example" for number in range(5)]
    assert News.objects.get().mailed_at
    assert not News.objects.unmailed().exists()


def test_withdrawn_news_is_not_mailed(publish, news, development_leader, monkeypatch):
    subscribe("anna@x.example")
    monkeypatch.setattr(mail_news, "delay", lambda news_id: None)  # the worker is down
    publish()
    assert receivers() == []
    news.withdraw(development_leader)
    sweep_news()
    assert receivers() == []


def test_what_waits_in_the_outbox_is_taken_back_with_the_news(publish, news, development_leader):
    subscribe("anna@x.example")
    publish()
    assert len(receivers()) == 1
    news.withdraw(development_leader)
    send_waiting()
    assert mail.outbox == []


def test_news_that_is_withdrawn_while_it_is_mailed_goes_no_further(publish, news, development_leader, monkeypatch):
    for number in range(5):
        subscribe(f"{number}@x.example")
    monkeypatch.setattr(newsletter, "CHUNK", 2)
    whole = newsletter._mail_chunk

    def chunk(item, last):
        if last:
            News.objects.update(withdrawn_at=timezone.now())
        return whole(item, last)

    monkeypatch.setattr(newsletter, "_mail_chunk", chunk)
    publish()
    assert len(receivers()) == 4
    assert News.objects.get().mailed_at is None


def test_a_broker_that_is_down_holds_nobody_up(publish, news, monkeypatch, client):
    subscribe("anna@x.example")

    def down(news_id):
        raise mail_news.OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(mail_news, "delay", down)
        publish()
    assert News.objects.public().exists()
    sweep_news()
    assert receivers() == ["anna@x.example"]


# --- weekly -----------------------------------------------------------------------------------------------------------
def written(region, title, moment, **fields):
    facts = {"lead": "x", "body": "x", "owner_name": "x", "topic": "hvb", "mailed_at": moment, **fields}
    slug = slugify(title)
    return News.objects.create(region=region, slug=slug, title=title, published_at=moment, **facts)


def test_monday_tells_of_the_week_that_was_once(vasternorrland, time_machine):
    subscribe("anna@x.example", WEEKLY, weekly_mail_on=MONDAY.date() - timedelta(days=7))
    subscribe("bea@x.example", AT_ONCE)
    written(vasternorrland, "Förrgammal", MONDAY - timedelta(days=8))
    written(vasternorrland, "Tisdag", MONDAY - timedelta(days=6))
    written(vasternorrland, "Söndag", MONDAY - timedelta(hours=9))
    written(vasternorrland, "Borta", MONDAY - timedelta(days=2), withdrawn_at=MONDAY)
    written(vasternorrland, "Imorse", MONDAY - timedelta(hours=1))
    time_machine.move_to(MONDAY)
    for _ in range(2):
        sweep_weekly_news()
    send_waiting()
    (letter,) = mail.outbox
    assert letter.to == ["anna@x.example"]
    assert letter.subject == "BoU-portalen: veckans nyheter från Region Västernorrland"
    assert letter.body.index("Tisdag") < letter.body.index("Söndag")
    for title in ("Förrgammal", "Borta", "Imorse"):
        assert title not in letter.body
    time_machine.move_to(MONDAY + timedelta(days=7))
    sweep_weekly_news()
    send_waiting()
    assert "Imorse" in mail.outbox[1].body
    assert "Söndag" not in mail.outbox[1].body


def test_no_news_no_mail(vasternorrland, time_machine):
    subscribe("anna@x.example", WEEKLY)
    subscribe("bea@x.example", WEEKLY, "bbic")
    written(vasternorrland, "Gammal", datetime(2025, 12, 1, tzinfo=UTC))
    time_machine.move_to(MONDAY)
    sweep_weekly_news()
    assert receivers() == []
    written(vasternorrland, "Om-hvb", MONDAY + timedelta(days=1))
    time_machine.move_to(MONDAY + timedelta(days=7))
    sweep_weekly_news()
    assert receivers() == ["anna@x.example"]


def test_a_monday_without_a_worker_is_made_up_for(vasternorrland, time_machine):
    subscribe("anna@x.example", WEEKLY, weekly_mail_on=MONDAY.date() - timedelta(days=14))
    written(vasternorrland, "Förrförra", MONDAY - timedelta(days=10))
    time_machine.move_to(MONDAY)
    sweep_weekly_news()
    assert receivers() == ["anna@x.example"]


def test_a_killed_weekly_run_is_repeated_without_harm(vasternorrland, time_machine, monkeypatch):
    for number in range(3):
        subscribe(f"{number}@x.example", WEEKLY)
    written(vasternorrland, "Tisdag", MONDAY - timedelta(days=6))
    time_machine.move_to(MONDAY)
    whole, calls = newsletter.letter, []

    def killed(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args)

    with monkeypatch.context() as broken:
        broken.setattr(newsletter, "letter", killed)
        with pytest.raises(KeyboardInterrupt):
            sweep_weekly_news()
    sweep_weekly_news()
    assert receivers() == [f"{number}@x.example" for number in range(3)]
