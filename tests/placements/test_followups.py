"""What is written about a child in the portal, and how it is mended."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.models import Event, Verb
from placements.episodes import derive
from placements.forms.followups import FollowUpForm
from placements.models import FollowUp, HealthExam, Placement, Plan, Review

FOLLOW_UP = {"done_on": "2026-10-01", "kind": "3-månaders", "individual_talk": "true", "health": "4"}
PLAN = {"kind": "genomförandeplan", "made_on": "2026-08-31", "elements": "7", "child_took_part": "true"}
REVIEW = {"kind": "övervägande", "done_on": "2026-08-31"}
EXAM = {"kind": "läkare", "requested_on": "2026-02-01", "done_on": "2026-03-01"}


@pytest.fixture(autouse=True)
def on_a_saturday_in_november():
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False):
        yield


@pytest.fixture
def stay(child):
    placement = Placement.objects.create(
        municipality=child.municipality,
        child=child,
        form_group="familjehem",
        home_key="a",
        started_on=date(2026, 1, 10),
    )
    derive([child.pk])
    return placement


def write(client, child, kind, data):
    return client.post(reverse("row_new", args=[child.uid, kind]), data)


def address(name, row, kind):
    return reverse(name, args=[row.child.uid, kind, row.uid])


@pytest.mark.parametrize(
    ("kind", "data", "model"),
    [
        ("uppfoljning", FOLLOW_UP, FollowUp),
        ("plan", PLAN, Plan),
        ("overvagande", REVIEW, Review),
        ("undersokning", EXAM, HealthExam),
    ],
)
def test_social_worker_writes_and_the_log_knows(sign_in, social_worker, stay, kind, data, model):
    answer = write(sign_in(social_worker), stay.child, kind, data)
    assert answer.url == stay.child.get_absolute_url()
    row = model.objects.get()
    assert (row.child, row.municipality, row.entered_by) == (stay.child, stay.municipality, social_worker)
    event = Event.objects.get(verb=Verb.CREATED)
    assert event.target_id == str(row.pk)
    assert "2026" not in str(event.detail["fields"])  # which fields, never what they say


def test_review_moves_the_due_day(sign_in, social_worker, stay):
    """Considered 31 August: due 28 February 2027, a Sunday, so on Monday 1 March."""
    write(sign_in(social_worker), stay.child, "overvagande", REVIEW)
    review = Review.objects.get()
    assert (review.due_on, review.due_effective_on) == (date(2026, 7, 10), date(2026, 7, 10))
    episode = stay.child.episodes.get()
    assert (episode.review_due_on, episode.review_due_effective_on) == (date(2027, 2, 28), date(2027, 3, 1))


def test_plan_is_in_force_for_six_calendar_months_from_its_last_revision(sign_in, social_worker, stay):
    write(sign_in(social_worker), stay.child, "plan", PLAN)
    assert Plan.objects.get().in_force_until == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("uppfoljning", FOLLOW_UP | {"done_on": "2099-01-01"}, "Dagen ligger framåt i tiden."),
        ("uppfoljning", FOLLOW_UP | {"done_on": "2009-12-31"}, "Dagen ligger före barnets födelseår 2010."),
        ("uppfoljning", FOLLOW_UP | {"done_on": "31 november"}, "giltigt datum"),
        ("uppfoljning", FOLLOW_UP | {"no_talk_reason": "refused"}, "Ett enskilt samtal är markerat."),
        ("uppfoljning", FOLLOW_UP | {"kind": ""}, "fält måste fyllas i."),
        ("plan", PLAN | {"revised_on": "2026-08-01"}, "Planen kan inte vara reviderad innan den gjordes."),
        ("plan", PLAN | {"kind": "vårdplan"}, "En vårdplan har fyra lagstadgade delar."),
        ("plan", PLAN | {"elements": "8"}, "7"),
        ("undersokning", {"kind": "tand"}, "Ange minst ett datum, eller att undersökningen är obehövlig."),
        ("undersokning", EXAM | {"requested_on": "2026-03-02"}, "Begäran kommer först"),
        ("undersokning", EXAM | {"not_needed": "on"}, "både vara gjord och inte gjord"),
        ("overvagande", {"kind": "övervägande"}, "fält måste fyllas i."),
    ],
)
def test_wrong_input_says_why_and_writes_nothing(sign_in, social_worker, stay, kind, data, said):
    answer = write(sign_in(social_worker), stay.child, kind, data)
    assert said in answer.content.decode()
    assert not Event.objects.filter(verb=Verb.CREATED).exists()
    assert not any(model.objects.exists() for model in (FollowUp, Plan, Review, HealthExam))


@pytest.mark.parametrize(
    ("kind", "data"), [("uppfoljning", FOLLOW_UP), ("plan", PLAN), ("overvagande", REVIEW), ("undersokning", EXAM)]
)
def test_the_same_thing_is_not_written_twice(sign_in, social_worker, stay, kind, data):
    client = sign_in(social_worker)
    write(client, stay.child, kind, data)
    assert "redan en sådan den dagen" in write(client, stay.child, kind, data).content.decode()


@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("head_of_ifo", 403), ("development_leader", 403)])
def test_others_do_not_write(sign_in, request, stay, who, status):
    answer = write(sign_in(request.getfixturevalue(who)), stay.child, "uppfoljning", FOLLOW_UP)
    assert answer.status_code == status
    assert not FollowUp.objects.exists()


def test_unknown_kind_does_not_exist(sign_in, social_worker, stay):
    assert sign_in(social_worker).get(f"/placeringar/{stay.child.uid}/dagbok/ny/").status_code == 404


@pytest.fixture
def written(sign_in, social_worker, stay):
    write(sign_in(social_worker), stay.child, "overvagande", REVIEW)
    return Review.objects.get()


def test_fresh_row_is_mended_with_a_trace(sign_in, social_worker, written):
    answer = sign_in(social_worker).post(
        address("row_change", written, "overvagande"), REVIEW | {"done_on": "2026-09-01"}
    )
    assert answer.status_code == 302
    written.refresh_from_db()
    assert (written.done_on, written.next_due_on) == (date(2026, 9, 1), date(2027, 3, 1))
    assert Event.objects.get(verb=Verb.CHANGED).detail["fields"] == ["done_on"]


def test_fresh_row_is_taken_back_and_the_due_day_with_it(sign_in, social_worker, written, stay):
    sign_in(social_worker).post(address("row_undo", written, "overvagande"))
    assert not Review.objects.exists()
    assert stay.child.episodes.get().review_due_on == date(2026, 7, 10)
    assert Event.objects.get(verb=Verb.UNDID).target_id == str(written.pk)


def test_after_a_day_it_stands(sign_in, social_worker, written):
    Review.objects.update(entered_at=timezone.now() - timedelta(hours=25))
    client = sign_in(social_worker)
    assert client.get(address("row_change", written, "overvagande")).status_code == 404
    client.post(address("row_undo", written, "overvagande"))
    assert Review.objects.exists()


def test_delivered_row_is_mended_in_the_case_system_only(sign_in, social_worker, written):
    Review.objects.update(entered_at=None, entered_by=None)
    client = sign_in(social_worker)
    assert client.get(address("row_change", written, "overvagande")).status_code == 404
    client.post(address("row_undo", written, "overvagande"))
    assert Review.objects.exists()


@pytest.mark.parametrize("who", ["neighbour", "neighbouring_manager"])
def test_neighbour_neither_mends_nor_takes_back(sign_in, request, written, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.post(address("row_change", written, "overvagande"), REVIEW).status_code == 404
    assert client.post(address("row_undo", written, "overvagande")).status_code == 404
    assert Review.objects.exists()


def test_taking_back_is_never_a_link(sign_in, social_worker, written):
    assert sign_in(social_worker).get(address("row_undo", written, "overvagande")).status_code == 405


def test_examination_is_filled_in_until_it_is_done(sign_in, social_worker, stay):
    client = sign_in(social_worker)
    write(client, stay.child, "undersokning", {"kind": "läkare", "requested_on": "2026-02-01"})
    HealthExam.objects.update(entered_at=timezone.now() - timedelta(days=40))
    exam = HealthExam.objects.get()
    assert client.post(address("row_change", exam, "undersokning"), EXAM).status_code == 302
    exam.refresh_from_db()
    assert exam.done_on == date(2026, 3, 1)
    assert client.get(address("row_change", exam, "undersokning")).status_code == 404


def test_form_opens_on_the_kind_the_task_was_about(sign_in, social_worker, stay):
    shown = sign_in(social_worker).get(reverse("row_new", args=[stay.child.uid, "undersokning"]) + "?typ=tand")
    assert '<option value="tand" selected>' in shown.content.decode()


def test_saved_twice_at_once_it_is_there_once(social_worker, stay):
    """Both answers to a double click have been found right before either is saved."""
    first, second = (FollowUpForm(FOLLOW_UP, child=stay.child, user=social_worker) for _ in range(2))
    assert first.is_valid()
    assert second.is_valid()
    assert first.save() == second.save()
    assert FollowUp.objects.count() == 1
    assert Event.objects.filter(verb=Verb.CREATED).count() == 1


def test_the_talk_the_worklist_asks_for_is_filled_in_already(sign_in, social_worker, child):
    page = sign_in(social_worker).get(f"{reverse('row_new', args=[child.uid, 'uppfoljning'])}?samtal=true")
    field = page.context["form"]["individual_talk"]
    assert 'value="true" selected' in str(field)
