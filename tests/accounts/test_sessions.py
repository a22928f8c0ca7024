"""How long a session lives: 30 minutes without a request, ten hours in all (security.md, Decision 6)."""

import pytest
from django.core.cache import cache

from bou_portal.audit.models import Event, Verb

START = "2026-11-23T08:00:00+01:00"
PAGE = "/konto/"


@pytest.fixture(autouse=True)
def no_earlier_attempts():
    cache.clear()


@pytest.fixture
def working(sign_in, social_worker, time_machine):
    """A signed-in client at eight in the morning, with a clock that can be moved."""
    time_machine.move_to(START, tick=False)
    client = sign_in(social_worker)
    assert client.get(PAGE).status_code == 200
    return client


def minutes(time_machine, count):
    time_machine.shift(count * 60)


def test_a_request_every_29_minutes_keeps_her_signed_in(working, time_machine):
    for _ in range(10):
        minutes(time_machine, 29)
        assert working.get(PAGE).status_code == 200


def test_half_an_hour_without_a_request_signs_her_out_and_says_why(working, time_machine, social_worker):
    minutes(time_machine, 30)
    response = working.get(PAGE)
    assert response["Location"] == f"/konto/logga-in/?next={PAGE}"
    assert "inte gjort något på en halvtimme" in working.get(response["Location"]).content.decode()
    event = Event.objects.get(verb=Verb.SIGNED_OUT)
    assert (event.actor_id, event.detail) == (social_worker.pk, {"reason": "tidsgräns"})


def test_a_form_sent_too_late_changes_nothing(working, time_machine, social_worker):
    minutes(time_machine, 31)
    assert working.post(PAGE, {"name": "Någon Annan"}).status_code == 302
    social_worker.refresh_from_db()
    assert social_worker.name == "Maja Lindqvist"


def test_a_fragment_asked_for_too_late_loads_the_login_page_instead(working, time_machine):
    minutes(time_machine, 31)
    response = working.get(PAGE, headers={"hx-request": "true"})
    assert response["HX-Redirect"] == "/konto/logga-in/"


def test_going_on_after_the_warning_starts_the_half_hour_anew(working, time_machine):
    minutes(time_machine, 26)
    assert working.get("/konto/fortsatt/").status_code == 204
    minutes(time_machine, 29)
    assert working.get(PAGE).status_code == 200


def test_ten_hours_after_signing_in_she_is_signed_out_however_busy(working, time_machine):
    for _ in range(23):
        minutes(time_machine, 26)
        assert working.get(PAGE).status_code == 200
    minutes(time_machine, 2)
    response = working.get(PAGE)
    assert response.status_code == 302
    assert "tio timmar" in working.get(response["Location"]).content.decode()


def test_she_is_warned_once_five_minutes_before_the_ten_hours(working, time_machine):
    for _ in range(23):
        minutes(time_machine, 25)
        assert "loggas snart ut. Spara" not in working.get(PAGE).content.decode()
    minutes(time_machine, 20.5)
    assert "loggas snart ut. Spara" in working.get(PAGE).content.decode()
    assert "loggas snart ut. Spara" not in working.get(PAGE).content.decode()


def test_every_page_carries_the_warning_and_its_limit(working):
    page = working.get(PAGE).content.decode()
    assert 'data-idle="1800"' in page
    assert 'data-stay="/konto/fortsatt/"' in page


def test_a_locked_account_is_out_at_once(working, social_worker):
    social_worker.is_active = False
    social_worker.save()
    assert working.get(PAGE).status_code == 302


def test_an_ended_membership_gives_nothing_from_the_next_request_on(working, social_worker, head_of_ifo):
    assert working.get("/placeringar/").status_code == 200
    social_worker.memberships.get().end(head_of_ifo)
    assert working.get("/placeringar/").status_code == 403
