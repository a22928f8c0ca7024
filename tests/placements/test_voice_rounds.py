"""Rounds of interviews: planning one, interviews, quotes, the seminar, the board; and what is refused, in words."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from placements.models import (
    Interview,
    InterviewTheme,
    Quote,
    UnitPhase,
    VoiceDecision,
    VoiceModel,
    VoiceRound,
)
from placements.voice.rounds import RoundStory
from tests.conftest import make_user
from tests.placements.voices import TODAY, make_interview, make_round, page, send

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def model(db):
    return VoiceModel.objects.get(name="Västernorrlandsmodellen")


@pytest.fixture
def round(north_unit, model):
    return make_round(north_unit, model)


@pytest.fixture
def colleague(sundsvall, north_unit):
    return make_user(
        "siv@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, unit=north_unit, name="Siv Ek"
    )


@pytest.fixture
def other_manager(sundsvall, north_unit):
    return make_user("rut@sundsvall.example", Role.UNIT_MANAGER, municipality=sundsvall, name="Rut Ask")


def plan(model, unit, /, **changes):
    return {
        "unit": unit.pk, "model": model.pk, "starts_on": "2026-02-01", "ends_on": "2026-12-15", "planned_interviews": 8,
    } | changes  # fmt: skip


INTERVIEW = {"held_on": "2026-11-02", "age_band": "13-17", "has_consent": "on", "theme_safety": "bad"}


# --- planning -----------------------------------------------------------------------------------------------------------
def test_a_manager_plans_a_round_and_the_unit_has_decided(sign_in, unit_manager, north_unit, model):
    response = send(sign_in(unit_manager), "voice_round_new", data=plan(model, north_unit))
    made = VoiceRound.objects.get()
    assert (response.status_code, response.url) == (302, made.get_absolute_url())
    assert (made.year, made.municipality, made.created_by) == (2026, north_unit.municipality, unit_manager)
    assert UnitPhase.objects.get().phase == "decided"
    assert Event.objects.filter(verb=Verb.CREATED, target="placements.voiceround").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": "2026-01-01"}, "kan inte sluta innan de börjar"),
        ({"ends_on": "2027-01-10"}, "ryms i ett kalenderår"),
        ({"starts_on": "2025-02-01", "ends_on": "2025-05-01"}, "Välj dagar i 2026 eller 2027"),
        ({"planned_interviews": 0}, "mellan 1 och 200"),
        ({"unit": ""}, "obligatorisk"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(sign_in, unit_manager, north_unit, model, changes, words):
    response = send(sign_in(unit_manager), "voice_round_new", data=plan(model, north_unit, **changes))
    assert words in response.content.decode()
    assert not VoiceRound.objects.exists()


def test_a_unit_has_one_round_a_year(sign_in, unit_manager, north_unit, model, round):
    response = send(sign_in(unit_manager), "voice_round_new", data=plan(model, north_unit))
    assert "har redan en omgång 2026" in response.content.decode()


def test_a_round_of_another_municipality_cannot_be_planned(sign_in, unit_manager, umea, model):
    elsewhere = umea.units.create(name="Barn")
    assert send(sign_in(unit_manager), "voice_round_new", data=plan(model, elsewhere)).status_code == 200
    assert not VoiceRound.objects.exists()


def test_another_regions_model_cannot_be_chosen(sign_in, unit_manager, north_unit):
    jamtland = VoiceModel.objects.get(region__code="23")
    assert (
        "Välj ett giltigt"
        in send(sign_in(unit_manager), "voice_round_new", data=plan(jamtland, north_unit)).content.decode()
    )


def test_days_that_leave_out_an_interview_are_refused(sign_in, unit_manager, round):
    make_interview(round, "2026-03-02")
    days = {"starts_on": "2026-04-01", "ends_on": "2026-12-15", "planned_interviews": 8}
    client = sign_in(unit_manager)
    assert (
        "Det finns en intervju 2026-03-02" in send(client, "voice_round_change", round.uid, data=days).content.decode()
    )
    assert send(client, "voice_round_change", round.uid, data=days | {"starts_on": "2026-03-01"}).status_code == 302


# --- interviews ---------------------------------------------------------------------------------------------------------
def test_a_social_worker_registers_an_interview_and_the_unit_is_interviewing(sign_in, social_worker, round):
    client = sign_in(social_worker)
    assert "inte själv arbetar med" in page(client, "interview_new", round.uid)
    response = send(client, "interview_new", round.uid, data=INTERVIEW | {"theme_school": "good"})
    assert response.url == round.get_absolute_url()
    interview = Interview.objects.get()
    assert (interview.held_on, interview.age_band, interview.entered_by) == (date(2026, 11, 2), "13-17", social_worker)
    assert set(interview.themes.values_list("theme", "tone")) == {("safety", "bad"), ("school", "good")}
    assert UnitPhase.objects.get().phase == "interviewing"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"has_consent": ""}, "utan samtycke registreras inte"),
        ({"held_on": "2026-01-31"}, "Omgången pågår 2026-02-01 till 2026-12-15"),
        ({"held_on": "2026-11-22"}, "framåt i tiden"),
        ({"held_on": "i går"}, "giltigt datum"),
        ({"age_band": "3"}, "giltigt alternativ"),
        ({"theme_safety": "usel"}, "giltigt alternativ"),
    ],
)
def test_an_interview_that_cannot_be_is_refused_in_words(sign_in, social_worker, round, changes, words):
    answer = send(sign_in(social_worker), "interview_new", round.uid, data=INTERVIEW | changes).content.decode()
    assert words in answer
    assert not Interview.objects.exists()


def test_the_database_knows_no_interview_without_consent(round):
    with pytest.raises(IntegrityError), transaction.atomic():
        Interview.objects.create(
            round=round, municipality=round.municipality, held_on=TODAY, age_band="7-12", has_consent=False
        )


def test_an_ended_year_takes_no_interviews_and_gives_none_back(sign_in, unit_manager, north_unit, model):
    ended = make_round(north_unit, model, year=2025)
    interview = make_interview(ended, "2025-05-01")
    client = sign_in(unit_manager)
    answer = send(client, "interview_new", ended.uid, data=INTERVIEW | {"held_on": "2025-06-01"}).content.decode()
    assert "Året 2025 är slut" in answer
    assert "ligger fast" in send(client, "interview_undo", interview.uid, follow=True).content.decode()
    assert ended.interviews.count() == 1
    assert "Registrera intervju" not in page(client, "voice_round", ended.uid)
    days = {"starts_on": "2025-04-01", "ends_on": "2025-12-15", "planned_interviews": 8}
    assert "Året 2025 är slut" in send(client, "voice_round_change", ended.uid, data=days).content.decode()


def test_an_interview_sent_twice_is_registered_once(sign_in, social_worker, round):
    client, data = sign_in(social_worker), INTERVIEW | {"token": str(uuid.uuid4())}
    for _ in range(2):
        send(client, "interview_new", round.uid, data=data)
    assert (Interview.objects.count(), InterviewTheme.objects.count()) == (1, 1)


def test_whoever_wrote_an_interview_takes_it_back_and_a_colleague_does_not(sign_in, social_worker, colleague, round):
    interview = make_interview(round, "2026-11-02", by=social_worker)
    assert (
        "En kollega har skrivit in"
        in send(sign_in(colleague), "interview_undo", interview.uid, follow=True).content.decode()
    )
    send(sign_in(social_worker), "interview_undo", interview.uid)
    assert not Interview.objects.exists()
    assert Event.objects.filter(verb=Verb.UNDID).exists()


# --- quotes -------------------------------------------------------------------------------------------------------------
QUOTE = {"theme": "contact", "text": "Hon ringer alltid tillbaka."}


def test_a_quote_is_checked_by_a_colleague_and_not_by_its_writer(sign_in, social_worker, colleague, round):
    client = sign_in(social_worker)
    send(client, "quote_new", round.uid, data=QUOTE)
    quote = Quote.objects.get()
    assert "Du har själv skrivit in citatet" in send(client, "quote_check", quote.uid, follow=True).content.decode()
    assert not Quote.objects.get().checked_at
    send(sign_in(colleague), "quote_check", quote.uid)
    assert Quote.objects.get().checked_by == colleague


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ring mig på 070-123 45 67", "Kan peka ut någon"),
        ("Anna Berg är snäll", "Kan peka ut någon"),
        ("Jag är 20090101-2385", "personnummer"),
        ("x" * 201, "200 tecken"),
    ],
)
def test_a_quote_that_points_somebody_out_is_refused(sign_in, social_worker, round, text, words):
    answer = send(sign_in(social_worker), "quote_new", round.uid, data=QUOTE | {"text": text}).content.decode()
    assert words in answer
    assert text in answer
    assert not Quote.objects.exists()


def test_a_colleague_takes_away_a_quote_that_says_too_much(sign_in, social_worker, colleague, round):
    quote = Quote.objects.create(round=round, municipality=round.municipality, written_by=social_worker, **QUOTE)
    send(sign_in(colleague), "quote_remove", quote.uid)
    assert not Quote.objects.exists()


# --- the steps ----------------------------------------------------------------------------------------------------------
def test_the_models_steps_lead_through_the_round(sign_in, unit_manager, round):
    client = sign_in(unit_manager)

    def now():
        return RoundStory(VoiceRound.objects.get(), TODAY).current.step.kind

    assert now() == "interviews"
    for _ in range(8):
        make_interview(round, "2026-03-02")
    assert now() == "seminar"
    save_step(client, round, "seminarium", seminar_on="2026-06-01", works_well="Barnen vet vem de ska ringa.")
    assert (now(), UnitPhase.objects.get().phase) == ("report", "seminar")
    save_step(client, round, "arsrapport", proposals="Ge alla ett kort.", reported_on="2026-09-01")
    assert (now(), UnitPhase.objects.get().phase) == ("board", "reported")
    save_step(client, round, "namnd", board_on="2026-10-01")
    assert (now(), UnitPhase.objects.get().phase) == ("follow_up", "board")
    send(client, "voice_decision_new", round.uid, data={"text": "Alla får ett kort.", "due_on": "2026-11-01"})
    decision = VoiceDecision.objects.get()
    assert "Försenat" in page(client, "voice_round", round.uid)
    done = {"text": decision.text, "due_on": "2026-11-01", "done_on": "2026-11-20", "outcome": "Korten används."}
    assert send(client, "voice_decision", decision.uid, data=done).status_code == 302
    assert "Alla steg är gjorda" in page(client, "voice_round", round.uid)


def save_step(client, round, step, **data):
    seen = client.get(reverse("voice_step", args=[round.uid, step])).context["form"]["seen"].value()
    response = send(client, "voice_step", round.uid, step, data=data | {"seen": seen})
    assert response.status_code == 302, response.content.decode()


def test_a_planned_day_is_not_a_done_one(sign_in, unit_manager, round):
    save_step(sign_in(unit_manager), round, "namnd", board_on="2027-01-15")
    assert not UnitPhase.objects.exists()
    assert "Planerat 2027-01-15" in page(sign_in(unit_manager), "voice_round", round.uid)


@pytest.mark.parametrize(
    ("step", "data", "words"),
    [
        ("seminarium", {"seminar_on": "2026-01-01"}, "Omgången började 2026-02-01"),
        ("seminarium", {"seminar_on": "2029-01-01"}, "för långt fram"),
        ("seminarium", {"works_well": "Ring 070-123 45 67"}, "Kan peka ut någon"),
        ("arsrapport", {"reported_on": "2026-12-01"}, "för långt fram"),
        ("arsrapport", {"proposals": "20090101-2385"}, "personnummer"),
    ],
)
def test_a_step_that_cannot_be_is_refused_in_words(sign_in, unit_manager, round, step, data, words):
    assert words in send(sign_in(unit_manager), "voice_step", round.uid, step, data=data).content.decode()


def test_two_who_write_about_the_seminar_at_once_are_told_of_each_other(sign_in, unit_manager, other_manager, round):
    client = sign_in(unit_manager)
    seen = client.get(reverse("voice_step", args=[round.uid, "seminarium"])).context["form"]["seen"].value()
    save_step(sign_in(other_manager), round, "seminarium", works_well="Ruts text")
    mine = {"seen": seen, "works_well": "Karins text"}
    answer = send(sign_in(unit_manager), "voice_step", round.uid, "seminarium", data=mine)
    said = answer.content.decode()
    assert "Rut Ask ändrade det här medan du skrev." in said
    assert "Karins text" in said
    assert "<dd>Ruts text</dd>" in said
    again = mine | {"seen": answer.context["form"]["seen"].value()}
    assert send(sign_in(unit_manager), "voice_step", round.uid, "seminarium", data=again).status_code == 302
    assert VoiceRound.objects.get().works_well == "Karins text"


def test_a_variants_missing_step_is_not_there(sign_in, unit_manager, round):
    round.model.steps.filter(kind__in=["seminar", "report"]).delete()
    client = sign_in(unit_manager)
    assert client.get(reverse("voice_step", args=[round.uid, "seminarium"])).status_code == 404
    assert client.get(reverse("voice_report", args=[round.uid])).status_code == 404
    assert "Årsrapport" not in page(client, "voice_round", round.uid)


def test_a_closed_round_takes_nothing_more_until_it_is_opened(sign_in, unit_manager, round):
    client = sign_in(unit_manager)
    send(client, "voice_round_close", round.uid)
    assert "Omgången är avslutad" in send(client, "quote_new", round.uid, data=QUOTE).content.decode()
    assert "Omgången är avslutad" in send(client, "interview_new", round.uid, data=INTERVIEW).content.decode()
    assert not Quote.objects.exists()
    send(client, "voice_round_close", round.uid)
    assert send(client, "quote_new", round.uid, data=QUOTE).status_code == 302


# --- who ----------------------------------------------------------------------------------------------------------------
def test_another_municipality_knows_of_no_round(sign_in, neighbour, neighbouring_manager, round):
    for person, name in (
        (neighbour, "voice_round"),
        (neighbour, "interview_new"),
        (neighbouring_manager, "voice_round_change"),
    ):
        assert sign_in(person).get(reverse(name, args=[round.uid])).status_code == 404


def test_the_region_opens_no_round(sign_in, development_leader, round):
    assert sign_in(development_leader).get(reverse("voice_round", args=[round.uid])).status_code == 403


def test_a_head_reads_a_round_and_writes_nothing(sign_in, head_of_ifo, round):
    client = sign_in(head_of_ifo)
    assert "Registrera intervju" not in page(client, "voice_round", round.uid)
    assert Event.objects.filter(verb=Verb.OPENED, target="placements.voiceround").exists()
    assert send(client, "interview_new", round.uid, data=INTERVIEW).status_code == 403
    assert send(client, "voice_step", round.uid, "seminarium", data={}).status_code == 403


def test_a_rounds_page_asks_as_often_for_many_interviews_as_for_one(sign_in, unit_manager, round):
    client, asked = sign_in(unit_manager), []
    for number in (1, 12):
        for _ in range(number):
            make_interview(round, "2026-03-02", safety="good")
            Quote.objects.create(round=round, municipality=round.municipality, written_by=unit_manager, **QUOTE)
        page(client, "voice_round", round.uid)
        with CaptureQueriesContext(connection) as queries:
            page(client, "voice_round", round.uid)
        asked.append(len(queries))
    assert asked[0] == asked[1]
