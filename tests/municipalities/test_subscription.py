"""Having news by mail: said yes to in a mail, changed and ended by its links, and nobody learns who subscribes."""

import logging
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from bou_portal.mailing.models import Letter
from bou_portal.mailing.sending import send_waiting
from municipalities.models import Subscriber
from municipalities.news.subscribing import links

ADDRESS = "anna@lasare.example"
GIVEN = {"email": ADDRESS, "frequency": "genast", "topics": ["bbic"]}
ASK = "/nyheter/22/prenumerera/"


@pytest.fixture(autouse=True)
def unlimited(db):
    cache.clear()


@pytest.fixture
def subscriber(vasternorrland):
    return Subscriber.objects.create(
        region=vasternorrland, email=ADDRESS, frequency="vecka", confirmed_at=timezone.now()
    )


def text(response):
    return response.content.decode()


def path_of(subscriber, name):
    return urlsplit(links(subscriber)[name]).path


def links_in(message):
    return [urlsplit(link).path for link in re.findall(r"http://localhost:8000(/\S+)", message.body)]


def mailed():
    """The mails sent since last time."""
    before = len(mail.outbox)
    send_waiting()
    return mail.outbox[before:]


def test_visitor_subscribes_confirms_and_leaves_without_an_account(client):
    shown = client.post(ASK, GIVEN, follow=True)
    assert "Titta i din mail" in text(shown)
    (question,) = mailed()
    assert question.to == [ADDRESS]
    assert "List-Unsubscribe" not in question.extra_headers
    (confirm,) = links_in(question)
    assert Subscriber.objects.get().confirmed_at is None
    assert ADDRESS in text(client.get(confirm))
    assert Subscriber.objects.get().confirmed_at is None  # programs that open links say nothing
    shown = client.post(confirm, follow=True)
    assert "Klart. Du prenumererar nu." in text(shown)
    subscriber = Subscriber.objects.get()
    assert subscriber.confirmed_at
    assert (subscriber.frequency, subscriber.topics) == ("genast", ["bbic"])
    leave = path_of(subscriber, "unsubscribe_url")
    assert text(client.get(leave)).count("<button") == 1
    assert Subscriber.objects.exists()
    assert "Prenumerationen är avslutad" in text(client.post(leave))
    assert not Subscriber.objects.exists()
    assert not Letter.objects.exists()


def test_the_same_address_twice_gets_the_same_answer_and_is_one_row(client, vasternorrland):
    first, second = (client.post(ASK, GIVEN, follow=True) for _ in range(2))
    assert first.redirect_chain == second.redirect_chain
    assert text(first) == text(second)
    assert Subscriber.objects.count() == 1
    assert len(mailed()) == 2  # the first may have been lost
    client.post(links_in(mail.outbox[1])[0])
    third = client.post(ASK, {**GIVEN, "email": "Anna@Lasare.Example", "frequency": "vecka", "topics": []}, follow=True)
    assert text(third) == text(first)
    (already,) = mailed()
    assert "Du prenumererar redan" in already.body
    assert already.to == [ADDRESS]
    kept = Subscriber.objects.get()
    assert (kept.frequency, kept.topics) == ("genast", ["bbic"])  # a stranger changes nothing


def test_what_is_asked_before_yes_is_what_was_asked_last(client):
    client.post(ASK, GIVEN)
    client.post(ASK, {**GIVEN, "frequency": "vecka", "topics": []})
    kept = Subscriber.objects.get()
    assert (kept.frequency, kept.topics) == ("vecka", [])


def test_a_double_click_sends_one_mail(client):
    for _ in range(2):
        client.post(ASK, {**GIVEN, "token": "7d0f8a52-3b1b-4b6f-9d7e-0f6a1c2b3d4e"})
    assert len(mailed()) == 1


def test_one_address_subscribes_to_several_regions(client):
    client.post(ASK, GIVEN)
    client.post("/nyheter/24/prenumerera/", GIVEN)
    assert Subscriber.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": ""}, "måste fyllas i"),
        ({"email": "anna"}, "giltig e-postadress"),
        ({"email": "anna@x.example\nbcc: b@x.example"}, "giltig e-postadress"),
        ({"frequency": "varje minut"}, "Välj"),
        ({"topics": ["fotboll"]}, "Välj"),
    ],
)
def test_wrong_input_says_why(client, wrong, said):
    assert said in text(client.post(ASK, {**GIVEN, **wrong}))
    assert not Subscriber.objects.exists()


def test_an_address_and_a_place_ask_only_so_often(client):
    answers = [client.post(ASK, GIVEN).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2
    shown = text(client.post(ASK, GIVEN))
    assert "Vänta en timme" in shown
    assert Letter.objects.count() == 5
    for number in range(70):
        status = client.post(ASK, {**GIVEN, "email": f"{number}@lasare.example"}).status_code
    assert status == 429


@pytest.mark.parametrize("days", [6, 8])
def test_the_question_holds_for_a_week(client, time_machine, days):
    client.post(ASK, GIVEN)
    (confirm,) = links_in(mailed()[0])
    time_machine.move_to(timezone.now() + timedelta(days=days))
    response = client.post(confirm)
    assert response.status_code == (302 if days == 6 else 410)
    assert bool(Subscriber.objects.get().confirmed_at) == (days == 6)


def test_who_never_says_yes_is_erased_after_a_week(client, subscriber):
    for number, days in ((1, 6), (2, 8)):
        asked = timezone.now() - timedelta(days=days)
        Subscriber.objects.create(region=subscriber.region, email=f"{number}@x.example", asked_at=asked)
    call_command("apply_retention", verbosity=0)
    assert set(Subscriber.objects.values_list("email", flat=True)) == {ADDRESS, "1@x.example"}


def test_confirming_twice_is_friendly(client, subscriber):
    confirm = path_of(subscriber, "confirm_url")
    before = Subscriber.objects.get().confirmed_at
    assert "redan bekräftad" in text(client.get(confirm))
    assert client.post(confirm).status_code == 302
    assert Subscriber.objects.get().confirmed_at == before


def test_settings_are_changed_by_the_link_in_the_mail(client, subscriber):
    path = path_of(subscriber, "settings_url")
    assert "på måndagar" in text(client.get(path))
    shown = client.post(path, {"frequency": "genast", "topics": ["hvb", "lag"]}, follow=True)
    assert "Ändringen är sparad." in text(shown)
    kept = Subscriber.objects.get()
    assert (kept.frequency, kept.topics, kept.weekly_mail_on) == ("genast", ["hvb", "lag"], None)
    client.post(path, {"frequency": "vecka"})
    kept.refresh_from_db()
    assert (kept.topics, kept.weekly_mail_on) == ([], timezone.localdate())


def test_a_mail_program_leaves_with_one_click(subscriber):
    """RFC 8058: a POST to the address in the header, without cookies, referrer or CSRF token, is enough."""
    mail_program = Client(enforce_csrf_checks=True)
    leave = path_of(subscriber, "unsubscribe_url")
    response = mail_program.post(leave, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not response.cookies
    assert not Subscriber.objects.exists()
    again = mail_program.post(leave, {"List-Unsubscribe": "One-Click"})
    assert (again.status_code, "Prenumerationen är avslutad" in text(again)) == (200, True)
    assert "Prenumerationen är avslutad" in text(mail_program.get(leave))


def test_only_leaving_is_open_to_other_sites(subscriber):
    stranger = Client(enforce_csrf_checks=True)
    for path in (ASK, path_of(subscriber, "confirm_url"), path_of(subscriber, "settings_url")):
        assert stranger.post(path, GIVEN).status_code == 403, path


def test_a_link_opens_only_what_it_is_for(client, subscriber):
    keeping = path_of(subscriber, "settings_url").split("/")[-2]
    confirming = path_of(subscriber, "confirm_url").split("/")[-3]
    assert client.get(f"/nyheter/prenumeration/{keeping}/bekrafta/").status_code == 410
    assert client.get(f"/nyheter/prenumeration/{confirming}/").status_code == 410
    assert client.post(f"/nyheter/prenumeration/{confirming}/avsluta/").status_code == 410
    forged = f"{subscriber.uid}.{keeping.split('.')[1][::-1]}"
    for path in (f"{forged}/", f"{forged}/avsluta/", f"{subscriber.uid}/avsluta/", "%00/avsluta/", "å/"):
        assert client.post(f"/nyheter/prenumeration/{path}").status_code == 410, path
    assert Subscriber.objects.exists()


def test_settings_wait_for_the_yes(client, subscriber):
    Subscriber.objects.update(confirmed_at=None)
    assert client.get(path_of(subscriber, "settings_url")).status_code == 410


def test_pages_behind_a_link_are_kept_by_nobody(client, subscriber):
    for name in ("confirm_url", "settings_url", "unsubscribe_url"):
        response = client.get(path_of(subscriber, name))
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "same-origin"
        assert "noindex" in text(response)


def test_the_log_holds_no_address(client, caplog):
    caplog.set_level(logging.DEBUG)
    client.post(ASK, GIVEN)
    client.post(links_in(mailed()[0])[0])
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert ADDRESS not in said


def test_leaving_takes_back_the_mails_that_wait(client, subscriber):
    client.post(ASK, GIVEN)
    assert Letter.objects.unsent().count() == 1
    client.post(path_of(subscriber, "unsubscribe_url"))
    assert mailed() == []
