"""A leader is reminded 60 and 14 days before a report or an end (features.md 1.9), once each, also after a silent worker."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.mailing.models import Letter
from municipalities.accords.reminders import remind, threshold
from municipalities.models import Accord
from municipalities.tasks import sweep_accord_dates
from tests.conftest import make_user


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def ulla(vasternorrland):
    return make_user("ulla@region.example", Role.METHOD_SUPPORTER, region=vasternorrland, name="Ulla Berg")


@pytest.fixture
def accord(vasternorrland, ulla, development_leader, today):
    return Accord.objects.create(region=vasternorrland, title="Länets", valid_from=today, owner=ulla)


def in_days(accord, days):
    return accord.dates.create(due_on=timezone.localdate() + timedelta(days=days), what="Till staten")


@pytest.mark.parametrize(
    ("days", "which"),
    [(61, None), (60, 60), (15, 60), (14, 14), (0, 14), (-30, 14), (-31, None)],
)
def test_which_reminder_a_day_calls_for(days, which):
    assert threshold(days) == which


@pytest.mark.parametrize(("days", "letters"), [(61, 0), (60, 1), (30, 1), (14, 1), (0, 1), (-31, 0)])
def test_one_mail_for_each_threshold(accord, ulla, days, letters, django_capture_on_commit_callbacks):
    date = in_days(accord, days)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            sweep_accord_dates()
    assert Letter.objects.about(f"overenskommelse:{date.uid}").count() == letters == len(mail.outbox)
    if letters:
        assert mail.outbox[0].to == [ulla.email]
        assert str(date.due_on) in mail.outbox[0].body
        assert reverse("accord_detail", args=[accord.uid]) in mail.outbox[0].body


def test_the_two_reminders_come_in_their_time(accord, time_machine, today):
    date = in_days(accord, 60)
    remind()
    time_machine.move_to(timezone.now() + timedelta(days=46))
    remind()
    thresholds = [letter.key.split(":")[2] for letter in Letter.objects.about(f"overenskommelse:{date.uid}")]
    assert thresholds == ["60", "14"]


def test_it_comes_once_though_the_mail_itself_is_erased(accord, time_machine):
    in_days(accord, 59)
    remind()
    Letter.objects.all().delete()
    time_machine.move_to(timezone.now() + timedelta(days=31))
    remind()
    assert not Letter.objects.exists()


def test_what_is_done_is_not_reminded_of(accord, today):
    date = in_days(accord, 10)
    date.done_on = today
    date.save()
    remind()
    assert not Letter.objects.exists()


def test_a_day_that_is_moved_is_reminded_of_anew(accord, today):
    accord.valid_until = today + timedelta(days=50)
    accord.keep_end_date()
    remind()
    accord.valid_until = today + timedelta(days=55)
    accord.keep_end_date()
    remind()
    assert Letter.objects.count() == 2
    assert "går ut" in Letter.objects.first().body


def test_when_the_owner_has_left_or_there_is_none_the_leaders_are_told(accord, ulla, development_leader, today):
    in_days(accord, 10)
    ulla.memberships.update(ended_on=today)
    remind()
    assert [letter.to for letter in Letter.objects.all()] == [development_leader.email]
    assert "Ulla Berg har slutat" in Letter.objects.get().body
    Accord.objects.update(owner=None)
    in_days(accord, 11)
    remind()
    assert {letter.to for letter in Letter.objects.all()} == {development_leader.email}


def test_another_regions_leader_is_not_told(accord, ulla, umea):
    make_user("torsten@region.example", Role.DEVELOPMENT_LEADER, region=umea.region)
    in_days(accord, 10)
    remind()
    assert [letter.to for letter in Letter.objects.all()] == [ulla.email]
