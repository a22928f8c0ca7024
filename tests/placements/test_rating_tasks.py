"""Asking for ratings: once each, reminded three times, one mail a day, whatever is missed, repeated or killed."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail

from bou_portal.access import Role
from bou_portal.accounts.models import Membership, User
from bou_portal.audit.models import Event
from bou_portal.periods import Quarter
from municipalities.models import Unit
from placements import emails, rating_tasks
from placements.codes import FormGroup
from placements.models import Assignment, Cover, Placement, Rating, RatingTask
from placements.tasks import sweep_rating_tasks
from placements.waiting import waiting
from placements.workload import Whose
from tests.conftest import make_user
from tests.placements.test_worklist_page import new_child

ENDED = date(2026, 10, 12)


def on(day, hour=7):
    return time_machine.travel(f"{day}T{hour:02}:00:00+01:00", tick=False)


def run(day, hour=7):
    """The sweep on a day: the mails it sent."""
    before = len(mail.outbox)
    with on(day, hour):
        sweep_rating_tasks()
    return mail.outbox[before:]


def stay(child, home, *, started=date(2026, 1, 10), ended=None, **more):
    return Placement.objects.create(
        municipality=child.municipality,
        child=child,
        form_group=FormGroup.HVB,
        home=home,
        home_key=str(home.pk),
        started_on=started,
        ended_on=ended,
        **more,
    )


@pytest.fixture
def majas(placement, social_worker, sundsvall, north_unit):
    """Maja's stay, which ended on 12 October."""
    Assignment.objects.create(
        municipality=sundsvall, child=placement.child, worker=social_worker, unit=north_unit, started_on=ENDED
    )
    return placement


@pytest.fixture
def colleague(sundsvall):
    """In another unit: she reaches none of Maja's children."""
    south = Unit.objects.create(municipality=sundsvall, name="Barn och unga söder")
    return make_user("ola@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, unit=south, name="Ola Ek")


def tasks_of(user, day=date(2026, 10, 20)):
    """What the user's own list says of ratings."""
    with on(day):
        found = waiting(Whose.own(user), day)
        return [task for task in found[0:50] if task.kind == "rating"]


# --- asking -----------------------------------------------------------------------------------------------------------
def test_a_stay_is_asked_about_the_day_after_it_ended_and_only_once(majas):
    assert run("2026-10-12") == []
    assert not RatingTask.objects.exists()
    assert len(run("2026-10-13")) == 1
    task = RatingTask.objects.get()
    assert (task.form, task.asked_on, task.municipality) == ("hel", date(2026, 10, 13), majas.municipality)
    assert Event.objects.get(target="placements.ratingtask").detail == {"count": 1}
    run("2026-10-13")
    run("2026-10-14")
    assert RatingTask.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"form_group": FormGroup.SIS}, {"form_group": FormGroup.FAMILY, "home": None}, {"ended_on": date(2026, 4, 12)}],
)
def test_other_stays_and_old_ones_are_not_asked_about(majas, changes):
    Placement.objects.update(**changes)
    assert run("2026-10-13") == []
    assert not RatingTask.objects.exists()


def test_a_long_stay_is_asked_about_once_on_the_way(majas):
    Placement.objects.update(ended_on=None, end_reason="", planned="")
    assert run("2026-07-10") == []  # six months to the day
    assert len(run("2026-07-11")) == 1
    assert RatingTask.objects.get().form == "kort"
    run("2027-07-11")
    assert RatingTask.objects.count() == 1


def test_a_short_form_lapses_when_the_stay_ends(majas, social_worker):
    Placement.objects.update(ended_on=None, end_reason="", planned="")
    run("2026-07-11")
    Placement.objects.update(ended_on=date(2026, 7, 20))
    assert run("2026-07-20") == []
    [message] = run("2026-07-21")  # about the whole stay; the reminder of the short form is gone
    assert "1 omdöme om" in message.body
    assert [task.what for task in tasks_of(social_worker, date(2026, 7, 21))] == ["Omdöme om Tallbacken (HVB)"]


def test_a_stay_taken_up_again_is_asked_about_anew_when_it_ends(majas):
    run("2026-10-13")
    Placement.objects.update(ended_on=None, planned="", end_reason="")
    run("2026-11-20")
    Placement.objects.update(ended_on=date(2026, 12, 1))
    assert len(run("2026-12-02")) == 1
    task = RatingTask.objects.get(form="hel")
    assert (task.asked_on, task.reminders) == (date(2026, 12, 2), 0)


# --- mails ------------------------------------------------------------------------------------------------------------
def test_the_mail_says_how_many_and_nothing_of_whom(majas, social_worker):
    [message] = run("2026-10-13")
    assert message.to == [social_worker.email]
    assert message.subject == "BoU-portalen: omdömen väntar"
    assert "1 omdöme om HVB eller stödboende väntar på dig." in message.body
    assert "/att-gora/?lage=vantar" in message.body
    for secret in (majas.child.local_code, "Tallbacken", "Maja", "2026", str(majas.uid), str(majas.child.uid)):
        assert secret not in message.body


def test_it_reminds_after_7_21_and_35_days_and_never_again(majas):
    asked = date(2026, 10, 13)
    mailed = [day for day in range(80) if run(asked + timedelta(days=day))]
    assert mailed == [0, 7, 21, 35]
    assert RatingTask.objects.get().reminders == 3


def test_a_day_of_many_runs_sends_one_mail(majas):
    assert [len(run("2026-10-13", hour)) for hour in (6, 7, 8, 16)] == [1, 0, 0, 0]


def test_reminders_missed_while_nothing_ran_are_one(majas):
    run("2026-10-13")
    assert len(run("2026-11-20")) == 1  # 38 days later: three were missed
    assert [len(run(date(2026, 11, 20) + timedelta(days=day))) for day in (1, 2, 10, 40)] == [0, 0, 0, 0]


def test_an_invitation_missed_is_sent_late_and_counts_the_reminders_behind_it(majas, social_worker):
    User.objects.update(wants_weekly_mail=False)
    run("2026-10-13")
    User.objects.filter(pk=social_worker.pk).update(wants_weekly_mail=True)
    assert len(run("2026-10-22")) == 1
    assert [day for day in range(10, 60) if run(date(2026, 10, 13) + timedelta(days=day))] == [21, 35]


def test_several_tasks_are_one_mail(majas, home, sundsvall, social_worker):
    for number in range(3):
        child = new_child(sundsvall, f"FLER-{number}", worker=social_worker)
        stay(child, home, started=date(2026, 8, 1), ended=ENDED)
    [message] = run("2026-10-13")
    assert "4 omdömen om" in message.body
    assert set(RatingTask.objects.values_list("reminded_on", flat=True)) == {date(2026, 10, 13)}


def test_what_comes_later_the_same_day_waits_till_the_next(majas, home, sundsvall, social_worker):
    run("2026-10-13")
    stay(new_child(sundsvall, "SENARE", worker=social_worker), home, started=date(2026, 8, 1), ended=ENDED)
    assert run("2026-10-13", 9) == []
    [message] = run("2026-10-14")
    assert "2 omdömen om" in message.body  # all that waits, though one has been told of
    assert RatingTask.objects.filter(reminded_on="2026-10-14").count() == 1


def test_a_run_killed_between_claim_and_mail_costs_a_day_and_no_mail(majas, social_worker, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(emails, "rating_mail", die)
        with pytest.raises(Killed):
            run("2026-10-13")
    social_worker.refresh_from_db()
    assert social_worker.rating_mail_on == date(2026, 10, 13)
    assert run("2026-10-13", 9) == []
    assert len(run("2026-10-14")) == 1
    assert run("2026-10-15") == []


def test_a_mail_that_was_not_taken_is_sent_by_the_next_run(majas, monkeypatch):
    def fail(message):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", fail)
        assert run("2026-10-13") == []
    assert len(run("2026-10-13", 8)) == 1


def test_two_workers_with_the_same_person_send_one_mail(majas, social_worker):
    with on("2026-10-13"):
        rating_tasks.ask()
        assert list(rating_tasks.whom_to_mail()) == [social_worker.pk]
        emails.send_rating_mail(social_worker.pk)
        emails.send_rating_mail(social_worker.pk)
    assert len(mail.outbox) == 1


def test_who_does_not_want_mails_is_locked_or_gone_gets_none(majas, social_worker):
    for change in ({"wants_weekly_mail": False}, {"wants_weekly_mail": True, "is_active": False}):
        User.objects.filter(pk=social_worker.pk).update(**change)
        assert [message for message in run("2026-10-13") if message.to == [social_worker.email]] == []
    emails.send_rating_mail(0)  # whose account is erased


def test_nothing_is_sent_when_it_is_rated_or_left(majas, social_worker):
    run("2026-10-13")
    rating = Rating.objects.create(
        municipality=majas.municipality, placement=majas, home=majas.home, rated_by=social_worker
    )
    assert len(run("2026-10-20")) == 1  # begun is not sent
    rating.send(social_worker)
    assert run("2026-11-03") == []
    rating.delete()
    RatingTask.objects.update(left_reason="fel")
    assert run("2026-11-04") == []


# --- nobody's ---------------------------------------------------------------------------------------------------------
def test_the_units_manager_is_told_how_many_nobody_has(placement, unit_manager, north_unit, sundsvall):
    make_user("chef@sundsvall.example", Role.UNIT_MANAGER, municipality=sundsvall)
    Assignment.objects.create(municipality=sundsvall, child=placement.child, unit=north_unit, started_on=ENDED)
    [message] = run("2026-10-13")
    assert message.to == [unit_manager.email]
    assert "1 omdöme väntar utan att någon har uppgiften." in message.body
    assert "väntar på dig" not in message.body


def test_without_a_unit_every_manager_of_the_municipality_is_told_once(
    placement, unit_manager, sundsvall, neighbouring_manager
):
    other = make_user("chef@sundsvall.example", Role.UNIT_MANAGER, municipality=sundsvall)
    assert [message.to for message in run("2026-10-13")] == [[unit_manager.email], [other.email]]
    assert run("2026-10-13", 9) == []
    assert [len(run(f"2026-10-{day}")) for day in (14, 19, 20, 21)] == [0, 0, 2, 0]


def test_when_the_worker_has_left_the_manager_is_told(majas, social_worker, unit_manager):
    Membership.objects.filter(user=social_worker).update(ended_on=date(2026, 10, 1))
    [message] = run("2026-10-13")
    assert message.to == [unit_manager.email]


def test_nobody_to_tell_is_no_error(placement):
    assert run("2026-10-13") == []
    assert RatingTask.objects.count() == 1


# --- whose ------------------------------------------------------------------------------------------------------------
def test_a_task_handed_over_moves_to_the_other_list_and_mail(majas, social_worker, colleague):
    run("2026-10-13")
    [task] = tasks_of(social_worker)
    assert (task.child, task.url) == (majas.child, f"/placeringar/omdome/{majas.uid}/")
    assert tasks_of(colleague) == []
    RatingTask.objects.get().hand_to(colleague, social_worker)
    assert tasks_of(social_worker) == []
    [task] = tasks_of(colleague)
    assert (task.child, task.what) == (
        None,
        f"Omdöme om Tallbacken (HVB), {majas.child}",
    )  # a code, and no way to the child
    assert task.why.endswith("Överlämnat till Ola Ek.")
    [message] = run("2026-10-14")
    assert message.to == [colleague.email]


def test_a_task_of_somebody_who_left_is_the_workers_again(majas, social_worker, colleague):
    run("2026-10-13")
    RatingTask.objects.get().hand_to(colleague, social_worker)
    Membership.objects.filter(user=colleague).update(ended_on=date(2026, 10, 19))
    assert len(tasks_of(social_worker)) == 1
    [message] = run("2026-10-20")
    assert message.to == [social_worker.email]


def test_who_covers_for_the_one_that_took_over_has_the_task(majas, social_worker, colleague, sundsvall, north_unit):
    stand_in = make_user("moa@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, unit=north_unit)
    run("2026-10-13")
    RatingTask.objects.get().hand_to(colleague, social_worker)
    assert tasks_of(stand_in) == []
    days = {"started_on": date(2026, 10, 18), "ended_on": date(2026, 10, 22)}
    Cover.objects.create(municipality=sundsvall, absent=colleague, covered_by=stand_in, **days)
    assert len(tasks_of(stand_in)) == 1
    with on("2026-10-23"):
        assert not rating_tasks.taken_by(stand_in).exists()


def test_a_task_left_waits_for_nobody(majas, social_worker, unit_manager):
    run("2026-10-13")
    task = RatingTask.objects.get()
    task.leave("kort", unit_manager)
    assert tasks_of(social_worker) == []
    task.take_up_again(unit_manager)
    assert len(tasks_of(social_worker)) == 1


def test_lists_of_others_show_only_what_their_reader_reaches(majas, social_worker, colleague, north_unit):
    """Of a colleague's tasks a worker sees those of children she reaches herself."""
    run("2026-10-13")
    RatingTask.objects.get().hand_to(colleague, social_worker)
    nosy = make_user("siv@sundsvall.example", Role.SOCIAL_WORKER, municipality=majas.municipality)
    with on("2026-10-20"):
        assert rating_tasks.asked_of(Whose.of_worker(colleague, colleague.pk), "hel").count() == 1
        assert rating_tasks.asked_of(Whose.of_worker(social_worker, colleague.pk), "hel").count() == 1
        assert rating_tasks.asked_of(Whose.of_worker(nosy, colleague.pk), "hel").count() == 0
        assert rating_tasks.asked_of(Whose.of_unit(social_worker, north_unit), "hel").count() == 0
        assert rating_tasks.asked_of(Whose(social_worker, nobodys=True), "hel").count() == 0


# --- how much comes of it ---------------------------------------------------------------------------------------------
def test_rates_of_the_stays_that_ended(majas, home, social_worker, sundsvall, umea, django_assert_num_queries):
    ended = [majas] + [
        stay(new_child(sundsvall, f"SLUT-{number}", worker=social_worker), home, ended=ENDED) for number in range(3)
    ]
    for placement in ended[:2]:
        Rating.objects.create(municipality=sundsvall, placement=placement, home=home, rated_by=social_worker).send(
            social_worker
        )
    with on("2026-10-13"):
        for placement in ended[1:3]:  # one of them was rated all the same
            RatingTask.objects.held(placement, "hel").leave("kort", social_worker)
        RatingTask.objects.held(ended[3], "kort").leave("kort", social_worker)
        with django_assert_num_queries(1):
            rates = rating_tasks.rates([sundsvall, umea], Quarter(2026, 4))
        assert rating_tasks.rates([sundsvall.pk], Quarter(2026, 3))[sundsvall.pk].share.text == "–"
    rate = rates[sundsvall.pk]
    assert (rate.asked, rate.sent, rate.left, rate.share.text, rate.share.base) == (4, 2, 1, "50\u00a0%", "2 av 4")
    assert rates[umea.pk].asked == 0
    with on("2026-10-12"):
        assert rating_tasks.rates([sundsvall], Quarter(2026, 4))[sundsvall.pk].asked == 0  # asked the day after
