"""The Monday mail: counts and a link, once a week, to those who want it and for whom something waits."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail

from bou_portal.accounts.models import Membership, User
from placements import emails
from placements.tasks import sweep_weekly_mails
from tests.placements.test_worklist import K, due
from tests.placements.test_worklist_page import new_child

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def on_a_monday_morning():
    with time_machine.travel("2026-11-23T06:00:00+00:00", tick=False):
        yield


@pytest.fixture
def majas(social_worker, sundsvall):
    """Three things late and one soon."""
    child = new_child(sundsvall, "SVL-7K3Q", worker=social_worker)
    for days in (3, 5, 8):
        due(child, on=MONDAY - timedelta(days=days))
    due(child, K.PLAN, on=MONDAY + timedelta(days=8), is_law=False, code="R-GP-T")
    return child


def test_it_says_how_much_and_where_and_nothing_of_whom(majas, social_worker):
    sweep_weekly_mails()
    [message] = mail.outbox
    assert message.to == [social_worker.email]
    assert message.subject == "BoU-portalen: det här väntar på dig"
    assert message.body.strip().splitlines() == [
        "Hej!",
        "",
        "3 försenade och 1 inom 30 dagar.",
        "Logga in och se vad det är:",
        "",
        re.search(r"http\S+/att-gora/", message.body)[0],
        "",
        "Brevet kommer på måndagar, när något väntar. Det säger aldrig om vem.",
        "Vill du slippa det? Ändra på ditt konto:",
        "",
        re.search(r"http\S+/konto/\S*", message.body)[0],
    ]
    for secret in (majas.local_code, str(majas.uid), "Maja", "Övervägande", "plan"):
        assert secret not in message.body


def test_twice_sends_once_and_next_monday_again(majas):
    sweep_weekly_mails()
    sweep_weekly_mails()
    assert len(mail.outbox) == 1
    with time_machine.travel("2026-11-29T20:00:00+00:00", tick=False):  # Sunday
        sweep_weekly_mails()
        assert len(mail.outbox) == 1
    with time_machine.travel("2026-11-30T06:00:00+00:00", tick=False):
        sweep_weekly_mails()
        assert len(mail.outbox) == 2


def test_a_crashed_run_goes_on_with_the_rest(majas, unit_manager, social_worker):
    emails.send_weekly_mail(social_worker.pk)  # here the worker died
    sweep_weekly_mails()
    assert [message.to for message in mail.outbox] == [[social_worker.email], [unit_manager.email]]


def test_a_mail_that_was_not_taken_is_sent_by_the_next_run(majas, social_worker, monkeypatch):
    def fail(message):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", fail)
        with pytest.raises(ConnectionRefusedError):
            emails.send_weekly_mail(social_worker.pk)
    sweep_weekly_mails()
    assert len(mail.outbox) == 1


def test_nothing_is_sent_when_nothing_waits(social_worker, sundsvall):
    new_child(sundsvall, "LUGNT", worker=social_worker)
    sweep_weekly_mails()
    assert mail.outbox == []


def test_who_does_not_want_it_has_left_or_is_locked_gets_none(majas, social_worker):
    for change in ({"wants_weekly_mail": False}, {"wants_weekly_mail": True, "is_active": False}):
        User.objects.filter(pk=social_worker.pk).update(**change)
        sweep_weekly_mails()
    User.objects.filter(pk=social_worker.pk).update(is_active=True)
    Membership.objects.filter(user=social_worker).update(ended_on=MONDAY)
    sweep_weekly_mails()
    assert mail.outbox == []


def test_those_without_cases_get_none(majas, data_steward, development_leader, social_worker):
    assert set(emails.unmailed()) == {social_worker}


def test_the_counts_are_those_of_the_page_it_leads_to(majas, sign_in, unit_manager):
    sweep_weekly_mails()
    [body] = [message.body for message in mail.outbox if message.to == [unit_manager.email]]
    assert "3 försenade och 1 inom 30 dagar." in body
    assert sign_in(unit_manager).get("/att-gora/").context["list"].counts == {"sent": 3, "snart": 1}


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((3, 4, 1), ["3 försenade", "4 inom 30 dagar", "1 väntar på dig"]),
        ((1, 0, 0), ["1 försenad"]),
        ((0, 0, 0), []),
        ((1200, 0, 0), ["1\u00a0200 försenade"]),
    ],
)
def test_it_is_counted_in_words_that_fit(counts, said):
    assert emails.counted(*counts) == said


def test_opting_out_on_the_own_account(sign_in, social_worker, data_steward, majas):
    client = sign_in(social_worker)
    shown = client.get("/konto/").content.decode()
    assert "Skicka mig ett mail på måndagar när något väntar" in shown
    client.post("/konto/", {"name": social_worker.name})
    social_worker.refresh_from_db()
    assert not social_worker.wants_weekly_mail
    sweep_weekly_mails()
    assert mail.outbox == []
    assert "mail på måndagar" not in sign_in(data_steward).get("/konto/").content.decode()
