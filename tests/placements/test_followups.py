"""What is written about a child in the portal, and how it is mended."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from bou_portal.audit.models import Event, Verb
from placements.episodes import derive
from placements.forms.followups import FollowUpForm
from placements.models import (
    CustodyQuestion,
    FollowUp,
    HealthExam,
    Investigation,
    Placement,
    Plan,
    PostFollowUp,
    Restriction,
    Review,
)

FOLLOW_UP = {"done_on": "2026-10-01", "kind": "3-månaders", "individual_talk": "true", "health": "4"}
PLAN = {"kind": "genomförandeplan", "made_on": "2026-08-31", "has_goals": "true", "child_took_part": "true"}
REVIEW = {"kind": "övervägande", "done_on": "2026-08-31"}
EXAM = {"kind": "läkare", "requested_on": "2026-02-01", "done_on": "2026-03-01"}
CUSTODY = {"done_on": "2026-09-01", "outcome": "not_now"}
RESTRICTION = {"kind": "contact", "started_on": "2026-03-01"}
INVESTIGATION = {"reported_on": "2025-11-01", "opened_on": "2025-11-10"}
POST = {"started_on": "2026-11-02"}
EVERY = [
    ("uppfoljning", FOLLOW_UP, FollowUp),
    ("plan", PLAN, Plan),
    ("overvagande", REVIEW, Review),
    ("undersokning", EXAM, HealthExam),
    ("vardnadsfraga", CUSTODY, CustodyQuestion),
    ("begransning", RESTRICTION, Restriction),
    ("utredning", INVESTIGATION, Investigation),
    ("efter-placering", POST, PostFollowUp),
]
MODELS = [model for _, _, model in EVERY]


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


@pytest.fixture
def stay_for(stay):
    """The child is placed; what follows after care asks for a care that is over."""

    def prepared(kind):
        if kind == "efter-placering":
            end(stay)
        return stay

    return prepared


def end(stay, on=date(2026, 11, 1)):
    Placement.objects.filter(pk=stay.pk).update(ended_on=on)


@pytest.mark.parametrize(("kind", "data", "model"), EVERY)
def test_social_worker_writes_and_the_log_knows(sign_in, social_worker, stay_for, kind, data, model):
    stay = stay_for(kind)
    answer = write(sign_in(social_worker), stay.child, kind, data)
    assert answer.url == stay.child.get_absolute_url()
    row = model.objects.get()
    assert (row.child, row.municipality, row.entered_by) == (stay.child, stay.municipality, social_worker)
    event = Event.objects.get(verb=Verb.CREATED)
    assert event.target_id == str(row.pk)
    assert "2026" not in str(event.detail["fields"])  # which fields, never what they say


@pytest.mark.parametrize(("kind", "data", "model"), EVERY)
def test_what_rests_on_a_row_is_derived_anew_when_it_is_written_and_taken_back(
    sign_in, social_worker, stay_for, monkeypatch, kind, data, model
):
    stay, derived, client = stay_for(kind), [], sign_in(social_worker)
    monkeypatch.setattr("placements.forms.case_rows.derive", derived.append)
    write(client, stay.child, kind, data)
    client.post(address("row_undo", model.objects.get(), kind))
    assert derived == [[stay.child.pk]] * 2
    assert not model.objects.exists()
    assert Event.objects.filter(verb=Verb.UNDID).count() == 1


@pytest.mark.parametrize(("kind", "data", "model"), EVERY)
def test_nobody_else_writes_or_opens(sign_in, neighbour, head_of_ifo, stay_for, kind, data, model):
    stay = stay_for(kind)
    for who, status in ((neighbour, 404), (head_of_ifo, 403)):
        assert write(sign_in(who), stay.child, kind, data).status_code == status
        assert sign_in(who).get(reverse("row_new", args=[stay.child.uid, kind])).status_code == status
    assert not model.objects.exists()


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
        ("uppfoljning", FOLLOW_UP | {"done_on": "2026-01-09"}, "Barnet placerades första gången 2026-01-10."),
        ("uppfoljning", FOLLOW_UP | {"done_on": "31 november"}, "giltigt datum"),
        ("uppfoljning", FOLLOW_UP | {"no_talk_reason": "refused"}, "Ett enskilt samtal är markerat."),
        ("uppfoljning", FOLLOW_UP | {"individual_talk": "false"}, "Välj varför barnet inte fick ett enskilt samtal."),
        ("uppfoljning", FOLLOW_UP | {"kind": ""}, "fält måste fyllas i."),
        ("uppfoljning", FOLLOW_UP | {"health": "6"}, "Välj ett giltigt alternativ"),
        ("uppfoljning", FOLLOW_UP | {"goals_reviewed": "31"}, "30"),
        ("uppfoljning", FOLLOW_UP | {"goals_reviewed": "0", "goal_attainment": "3"}, "Inga mål följdes upp."),
        ("uppfoljning", FOLLOW_UP | {"next_on": "2026-09-30"}, "Nästa uppföljning kommer efter den här"),
        ("uppfoljning", FOLLOW_UP | {"next_on": "2206-12-01"}, "mer än två år framåt"),
        ("plan", PLAN | {"revised_on": "2026-08-01"}, "Planen kan inte vara reviderad innan den gjordes 2026-08-31."),
        ("plan", PLAN | {"made_on": "2026-11-22"}, "Dagen ligger framåt i tiden."),
        ("undersokning", {"kind": "tand"}, "Ange minst ett datum, eller att undersökningen är uppenbart obehövlig."),
        ("undersokning", EXAM | {"requested_on": "2026-03-02"}, "Begäran kommer först"),
        ("undersokning", EXAM | {"not_done_reason": "declined"}, "både vara gjord och inte gjord"),
        ("undersokning", EXAM | {"result_on": "2026-02-28"}, "Svaret kommer inte före undersökningen 2026-03-01"),
        (
            "undersokning",
            {"kind": "läkare", "requested_on": "2026-02-01", "result_on": "2026-03-01"},
            "innan du fyller",
        ),
        ("undersokning", EXAM | {"actions_done_on": "2026-04-01"}, "Välj att åtgärder behövs"),
        (
            "undersokning",
            {"kind": "tand", "offered_on": "2026-02-01", "not_done_reason": "not_offered"},
            "tid är erbjuden",
        ),
        ("undersokning", {"kind": "tand", "requested_on": "2026-02-01", "actions_needed": "true"}, "fyller i åtgärder"),
        ("overvagande", {"kind": "övervägande"}, "fält måste fyllas i."),
        ("overvagande", REVIEW | {"done_on": "2025-12-31"}, "Barnet placerades första gången 2026-01-10."),
        ("vardnadsfraga", CUSTODY | {"done_on": "2026-11-22"}, "Dagen ligger framåt i tiden."),
        ("vardnadsfraga", CUSTODY | {"done_on": "2026-01-01"}, "Barnet placerades första gången 2026-01-10."),
        ("begransning", RESTRICTION | {"considered_on": "2026-02-01"}, "Beslutet fattades 2026-03-01"),
        ("begransning", RESTRICTION | {"ended_on": "2026-02-01"}, "Slutdagen ligger före 2026-03-01."),
        ("utredning", INVESTIGATION | {"reported_on": "2025-11-11"}, "inte före aktualiseringen 2025-11-11"),
        ("utredning", INVESTIGATION | {"protection_assessed_on": "2025-10-31"}, "Skyddsbedömningen görs inte före"),
        ("utredning", INVESTIGATION | {"extended_until": "2025-11-09"}, "kan inte vara förlängd till en tidigare dag"),
        ("utredning", INVESTIGATION | {"closed_on": "2025-11-09"}, "Utredningen kan inte avslutas före 2025-11-10."),
        ("utredning", {"reported_on": "2025-11-01"}, "fält måste fyllas i."),
        ("efter-placering", POST, "Barnet är placerat sedan 2026-01-10."),
        ("efter-placering", {"started_on": "2026-01-01"}, "Barnet hade ingen placering före den dagen."),
    ],
)
def test_wrong_input_says_why_and_writes_nothing(sign_in, social_worker, stay, kind, data, said):
    answer = write(sign_in(social_worker), stay.child, kind, data)
    assert said in answer.content.decode()
    assert not Event.objects.filter(verb=Verb.CREATED).exists()
    assert not any(model.objects.exists() for model in MODELS)


def test_follow_up_after_care_begins_when_care_has_ended(sign_in, social_worker, stay):
    end(stay)
    answer = write(sign_in(social_worker), stay.child, "efter-placering", {"started_on": "2026-10-31"})
    assert "Placeringen avslutades 2026-11-01." in answer.content.decode()


@pytest.mark.parametrize(("kind", "data", "model"), EVERY)
def test_the_same_thing_is_not_written_twice(sign_in, social_worker, stay_for, kind, data, model):
    client, stay = sign_in(social_worker), stay_for(kind)
    write(client, stay.child, kind, data)
    assert "redan en sådan den dagen" in write(client, stay.child, kind, data).content.decode()
    assert model.objects.count() == 1


@pytest.mark.parametrize("who", ["development_leader", "data_steward", "procurer", "regional_reader"])
def test_who_has_no_children_does_not_write(sign_in, request, stay, who):
    answer = write(sign_in(request.getfixturevalue(who)), stay.child, "uppfoljning", FOLLOW_UP)
    assert answer.status_code == 403
    assert not FollowUp.objects.exists()


# --- what each of them keeps ------------------------------------------------------------------------------------------
def test_follow_up_keeps_all_that_is_watched(sign_in, social_worker, stay):
    more = {
        "visit_in_home": "true", "individual_talk": "false", "no_talk_reason": "too_young", "carer_talk": "unknown",
        "school": "2", "feels_safe": "nej", "goals_reviewed": "3", "goal_attainment": "4", "measures_decided": "true",
        "child_took_part_in_plan": "false", "rights_info_given": "true", "next_on": "2027-01-15",
    }  # fmt: skip
    write(sign_in(social_worker), stay.child, "uppfoljning", FOLLOW_UP | more)
    row = FollowUp.objects.get()
    assert (row.visit_in_home, row.individual_talk, row.carer_talk, row.guardian_talk) == (True, False, None, None)
    assert (row.no_talk_reason, row.health, row.school, row.feels_safe) == ("too_young", 4, 2, "nej")
    assert (row.goals_reviewed, row.goal_attainment, row.next_on) == (3, 4, date(2027, 1, 15))
    assert (row.child_took_part_in_plan, row.rights_info_given, row.measures_decided) == (False, True, True)
    assert row.child_view_recorded is None


def test_parts_of_a_plan_are_counted_from_the_answers(sign_in, social_worker, stay):
    answers = {"has_goals": "true", "has_measures": "true", "has_follow_up": "false", "has_views": "true"}
    write(sign_in(social_worker), stay.child, "plan", PLAN | answers)
    plan = Plan.objects.get()
    assert (plan.elements, plan.has_follow_up, plan.has_contact) == (3, False, None)


def test_care_plan_has_only_its_own_four_parts(sign_in, social_worker, stay):
    answers = dict.fromkeys(Plan.IMPLEMENTATION_ELEMENTS, "true")
    write(sign_in(social_worker), stay.child, "plan", PLAN | answers | {"kind": "vårdplan"})
    plan = Plan.objects.get()
    assert (plan.elements, plan.has_follow_up, plan.has_contact) == (4, None, True)


def test_plan_of_which_nothing_is_known_has_no_number_of_parts(sign_in, social_worker, stay):
    write(sign_in(social_worker), stay.child, "plan", PLAN | {"has_goals": "unknown"})
    assert Plan.objects.get().elements is None


def test_examination_that_is_not_needed_needs_no_day(sign_in, social_worker, stay):
    write(sign_in(social_worker), stay.child, "undersokning", {"kind": "tand", "not_done_reason": "not_needed"})
    exam = HealthExam.objects.get()
    assert (exam.not_needed, exam.not_done_reason, exam.may_be_changed) == (True, "not_needed", True)
    assert not exam.is_open


def test_unknown_kind_does_not_exist(sign_in, social_worker, stay):
    assert sign_in(social_worker).get(f"/placeringar/{stay.child.uid}/dagbok/ny/").status_code == 404


def chosen(page, name):
    return {choice.data["value"] for choice in page.context["form"][name] if choice.data["selected"]}


def test_form_opens_on_what_the_task_was_about(sign_in, social_worker, stay):
    client = sign_in(social_worker)
    assert chosen(client.get(reverse("row_new", args=[stay.child.uid, "undersokning"]) + "?typ=tand"), "kind") == {
        "tand"
    }
    page = client.get(reverse("row_new", args=[stay.child.uid, "uppfoljning"]) + "?samtal=true&besok=true")
    assert chosen(page, "individual_talk") == chosen(page, "visit_in_home") == {"true"}
    assert chosen(page, "carer_talk") == {"unknown"}
    assert page.context["form"]["done_on"].value() == date(2026, 11, 21)


def test_saved_twice_at_once_it_is_there_once(social_worker, stay):
    """Both answers to a double click have been found right before either is saved."""
    first, second = (FollowUpForm(FOLLOW_UP, child=stay.child, user=social_worker) for _ in range(2))
    assert first.is_valid()
    assert second.is_valid()
    assert first.save() == second.save()
    assert FollowUp.objects.count() == 1
    assert Event.objects.filter(verb=Verb.CREATED).count() == 1
