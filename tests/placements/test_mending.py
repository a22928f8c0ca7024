"""How what was written about a child is mended, filled in and taken back, and what is said to who comes second."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from placements.episodes import derive
from placements.forms.followups import FollowUpForm
from placements.models import FollowUp, HealthExam, Placement, Plan, Review
from tests.conftest import make_user
from tests.placements.test_followups import (
    EVERY,
    FOLLOW_UP,
    INVESTIGATION,
    PLAN,
    POST,
    RESTRICTION,
    REVIEW,
    address,
    end,
    write,
)


@pytest.fixture(autouse=True)
def on_a_saturday_in_november():
    with time_machine.travel("2026-11-21T13:32:00+00:00", tick=False):
        yield


@pytest.fixture
def stay(child):
    placement = Placement.objects.create(
        municipality=child.municipality, child=child, form_group="familjehem", started_on=date(2026, 1, 10)
    )
    derive([child.pk])
    return placement


@pytest.fixture
def written(sign_in, social_worker, stay):
    write(sign_in(social_worker), stay.child, "overvagande", REVIEW)
    return Review.objects.get()


def seen(client, row, kind):
    """What the form carries of the row as it is now."""
    return {"seen": client.get(address("row_change", row, kind)).context["form"]["seen"].value()}


def mend(client, row, kind, data):
    return client.post(address("row_change", row, kind), data | seen(client, row, kind))


def test_fresh_row_is_mended_with_a_trace(sign_in, social_worker, written):
    answer = mend(sign_in(social_worker), written, "overvagande", REVIEW | {"done_on": "2026-09-01"})
    assert answer.status_code == 302
    written.refresh_from_db()
    assert (written.done_on, written.next_due_on) == (date(2026, 9, 1), date(2027, 3, 1))
    assert (written.changed_by, written.changed_at) == (social_worker, timezone.now())
    assert Event.objects.get(verb=Verb.CHANGED).detail["fields"] == ["done_on"]


def test_saving_what_already_stands_changes_nothing(sign_in, social_worker, written):
    assert mend(sign_in(social_worker), written, "overvagande", REVIEW).status_code == 302
    assert not Event.objects.filter(verb=Verb.CHANGED).exists()
    assert Review.objects.get().changed_at is None


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


def test_examination_is_filled_in_until_its_last_action_is_done(sign_in, social_worker, stay):
    client = sign_in(social_worker)
    write(client, stay.child, "undersokning", {"kind": "läkare", "requested_on": "2026-02-01"})
    HealthExam.objects.update(entered_at=timezone.now() - timedelta(days=40))
    exam = HealthExam.objects.get()
    steps = [
        {"offered_on": "2026-02-20"},
        {"done_on": "2026-03-01"},
        {"result_on": "2026-03-15", "actions_needed": "true"},
        {"actions_done_on": "2026-05-01"},
    ]
    data = {"kind": "läkare", "requested_on": "2026-02-01"}
    for step in steps:
        data |= step
        assert mend(client, exam, "undersokning", data).status_code == 302
    exam.refresh_from_db()
    assert (exam.done_on, exam.result_on, exam.actions_done_on) == (
        date(2026, 3, 1),
        date(2026, 3, 15),
        date(2026, 5, 1),
    )
    assert client.get(address("row_change", exam, "undersokning")).status_code == 404


@pytest.mark.parametrize(
    ("values", "is_open"),
    [
        ({"requested_on": date(2026, 2, 1)}, True),
        ({"requested_on": date(2026, 2, 1), "not_done_reason": "missed"}, True),
        ({"requested_on": date(2026, 2, 1), "not_done_reason": "declined"}, False),
        ({"not_needed": True}, False),
        ({"done_on": date(2026, 3, 1)}, True),
        ({"done_on": date(2026, 3, 1), "result_on": date(2026, 3, 2)}, True),
        ({"done_on": date(2026, 3, 1), "result_on": date(2026, 3, 2), "actions_needed": False}, False),
    ],
)
def test_examination_is_open_while_something_remains(values, is_open):
    assert HealthExam(kind="läkare", **values).is_open is is_open


@pytest.mark.parametrize(
    ("kind", "data", "ending"),
    [
        ("begransning", RESTRICTION, {"ended_on": "2026-10-01"}),
        ("utredning", INVESTIGATION, {"extended_until": "2026-04-01", "closed_on": "2026-03-01"}),
        ("efter-placering", POST, {"ended_on": "2026-11-20"}),
    ],
)
def test_what_lasts_is_ended_long_after_it_was_written_and_only_once(sign_in, social_worker, stay, kind, data, ending):
    client = sign_in(social_worker)
    if kind == "efter-placering":
        end(stay)
    write(client, stay.child, kind, data)
    model = {slug: found for slug, _, found in EVERY}[kind]
    model.objects.update(entered_at=timezone.now() - timedelta(days=40))
    begun = client.get(reverse("row_new", args=[stay.child.uid, kind])).content.decode()
    assert "Redan påbörjat." in begun  # who means to end it finds it
    assert mend(client, model.objects.get(), kind, data | ending).status_code == 302
    assert client.get(address("row_change", model.objects.get(), kind)).status_code == 404


# --- somebody was there in between ------------------------------------------------------------------------------------
@pytest.fixture
def colleague(sundsvall):
    return make_user("karin@sundsvall.example", Role.UNIT_MANAGER, municipality=sundsvall, name="Karin Hedlund")


@pytest.fixture
def plan(sign_in, social_worker, stay):
    write(sign_in(social_worker), stay.child, "plan", PLAN)
    return Plan.objects.get()


def test_who_comes_second_is_told_who_changed_what_and_keeps_her_words(sign_in, social_worker, colleague, plan):
    opened = seen(sign_in(social_worker), plan, "plan")
    mend(sign_in(colleague), plan, "plan", PLAN | {"made_on": "2026-09-01", "has_goals": "false"})
    client = sign_in(social_worker)
    answer = client.post(address("row_change", plan, "plan"), PLAN | opened | {"made_on": "2026-09-02"})
    said = answer.content.decode()
    assert "Karin Hedlund ändrade kl. 14.32: datum 2026-08-31 → 2026-09-01 och mål ja → nej." in said
    assert answer.context["form"]["made_on"].value() == "2026-09-02"
    plan.refresh_from_db()
    assert (plan.made_on, plan.changed_by) == (date(2026, 9, 1), colleague)
    again = PLAN | {"made_on": "2026-09-02", "seen": answer.context["form"]["seen"].value()}
    assert client.post(address("row_change", plan, "plan"), again).status_code == 302
    plan.refresh_from_db()
    assert (plan.made_on, plan.has_goals, plan.changed_by) == (date(2026, 9, 2), True, social_worker)


def test_pressing_save_again_meets_a_third_change_too(sign_in, social_worker, colleague, plan):
    opened = seen(sign_in(social_worker), plan, "plan")
    mend(sign_in(colleague), plan, "plan", PLAN | {"made_on": "2026-09-01"})
    mine = PLAN | {"made_on": "2026-09-02"}
    first = sign_in(social_worker).post(address("row_change", plan, "plan"), mine | opened)
    shown = {"seen": first.context["form"]["seen"].value()}
    mend(sign_in(colleague), plan, "plan", PLAN | {"made_on": "2026-09-05"})
    second = sign_in(social_worker).post(address("row_change", plan, "plan"), mine | shown)
    assert "2026-09-01 → 2026-09-05" in second.content.decode()


def test_the_same_change_by_two_is_no_quarrel(sign_in, social_worker, colleague, plan):
    opened = seen(sign_in(social_worker), plan, "plan")
    mine = PLAN | {"made_on": "2026-09-01"}
    mend(sign_in(colleague), plan, "plan", mine)
    assert sign_in(social_worker).post(address("row_change", plan, "plan"), mine | opened).status_code == 302
    assert Event.objects.filter(verb=Verb.CHANGED).count() == 1


@pytest.mark.parametrize("token", ["", "hittepå", None])
def test_a_form_that_does_not_say_what_it_showed_must_be_sent_once_more(sign_in, social_worker, plan, token):
    client = sign_in(social_worker)
    data = PLAN | {"made_on": "2026-09-02"} | ({} if token is None else {"seen": token})
    answer = client.post(address("row_change", plan, "plan"), data)
    assert "Raden kan ha ändrats sedan sidan öppnades." in answer.content.decode()
    data["seen"] = answer.context["form"]["seen"].value()
    assert client.post(address("row_change", plan, "plan"), data).status_code == 302


def test_what_one_form_showed_opens_no_other_row(sign_in, social_worker, stay, plan, written):
    client = sign_in(social_worker)
    answer = client.post(address("row_change", plan, "plan"), PLAN | seen(client, written, "overvagande"))
    assert "Raden kan ha ändrats" in answer.content.decode()


def test_row_taken_back_meanwhile_is_offered_as_a_new_one(sign_in, social_worker, colleague, plan):
    opened = seen(sign_in(social_worker), plan, "plan")
    sign_in(colleague).post(address("row_undo", plan, "plan"))
    client, mine = sign_in(social_worker), PLAN | {"made_on": "2026-09-02"}
    answer = client.post(address("row_change", plan, "plan"), mine | opened)
    said = answer.content.decode()
    assert "En kollega har tagit bort raden medan du skrev." in said
    assert answer.context["form"]["made_on"].value() == "2026-09-02"
    anew = reverse("row_new", args=[plan.child.uid, "plan"])
    assert f'action="{anew}"' in said
    assert client.post(anew, mine).status_code == 302
    assert Plan.objects.get().made_on == date(2026, 9, 2)


def test_row_gone_in_the_very_moment_of_saving_is_offered_as_a_new_one(sign_in, social_worker, plan, monkeypatch):
    client = sign_in(social_worker)
    data = PLAN | {"made_on": "2026-09-02"} | seen(client, plan, "plan")
    monkeypatch.setattr("placements.forms.case_rows.hold", lambda child: Plan.objects.all().delete())
    answer = client.post(address("row_change", plan, "plan"), data)
    assert answer.content.decode().count("En kollega har tagit bort raden") == 1


def test_form_of_a_row_that_was_never_hers_is_no_page(sign_in, neighbour, plan, social_worker):
    opened = seen(sign_in(social_worker), plan, "plan")
    plan.delete()
    assert sign_in(neighbour).post(address("row_change", plan, "plan"), PLAN | opened).status_code == 404


def test_form_sent_when_the_day_is_over_says_so(sign_in, social_worker, plan):
    client = sign_in(social_worker)
    opened = seen(client, plan, "plan")
    Plan.objects.update(entered_at=timezone.now() - timedelta(hours=25))
    answer = client.post(address("row_change", plan, "plan"), PLAN | opened, follow=True)
    assert "Det har gått mer än ett dygn." in answer.content.decode()


def test_nobody_takes_back_what_a_colleague_has_changed_since(sign_in, social_worker, colleague, plan):
    opened = seen(sign_in(social_worker), plan, "plan")
    mend(sign_in(colleague), plan, "plan", PLAN | {"made_on": "2026-09-01"})
    answer = sign_in(social_worker).post(address("row_undo", plan, "plan"), opened, follow=True)
    assert "Karin Hedlund ändrade" in answer.content.decode()
    assert Plan.objects.exists()


def test_two_write_the_same_day_at_once_and_the_second_is_told(social_worker, colleague, stay):
    mine = FollowUpForm(FOLLOW_UP, child=stay.child, user=social_worker)
    hers = FollowUpForm(FOLLOW_UP | {"health": "2"}, child=stay.child, user=colleague)
    assert mine.is_valid()
    assert hers.is_valid()
    assert hers.save()
    assert mine.save() is None
    assert "Karin Hedlund skrev in en sådan den dagen medan du skrev." in str(mine.errors["done_on"])
    assert FollowUp.objects.get().health == 2


def test_change_of_yesterday_is_told_with_its_day(sign_in, social_worker, colleague, stay):
    client = sign_in(social_worker)
    write(client, stay.child, "utredning", INVESTIGATION)
    row = stay.child.investigations.get()
    opened = seen(client, row, "utredning")
    with time_machine.travel("2026-11-21T13:40:00+00:00", tick=False):
        mend(sign_in(colleague), row, "utredning", INVESTIGATION | {"closed_on": "2026-03-01"})
    type(row).objects.update(closed_on=None, extended_until=date(2026, 12, 1))
    with time_machine.travel("2026-11-22T08:00:00+00:00", tick=False):
        said = sign_in(social_worker).post(address("row_change", row, "utredning"), INVESTIGATION | opened)
    assert "ändrade 2026-11-21 kl. 14.40: förlängd till tomt → 2026-12-01." in said.content.decode()
