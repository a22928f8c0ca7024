"""What is told of children's voices: to the own municipality, to the region, to the board; and how units answer."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from bou_portal import navigation
from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from municipalities.models import Municipality, Unit
from placements.models import ParticipationStatus, Quote, UnitPhase, VoiceDecision, VoiceModel
from placements.voice.models_file import load_voice_models
from placements.voice.regional import RegionalVoices
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


def unit_in(code, name="Barn"):
    return Unit.objects.get_or_create(municipality=Municipality.objects.get(code=code), name=name)[0]


def year_of(model, year, **counts):
    """Rounds of a year: `_2281=(4, 3)` is four interviews in Sundsvall, three of which named safety."""
    for code, (held, named) in counts.items():
        made = make_round(unit_in(code.strip("_")), model, year=year)
        for number in range(held):
            make_interview(made, date(year, 5, 1), **({"safety": "bad"} if number < named else {}))


# --- the region ---------------------------------------------------------------------------------------------------------
def test_the_region_sees_bands_and_themes_of_ended_years_only(sign_in, development_leader, regional_reader, model):
    year_of(model, 2025, _2281=(4, 3), _2262=(4, 2), _2280=(2, 1))
    year_of(model, 2024, _2281=(9, 9))
    year_of(model, 2026, _2281=(4, 4), _2262=(4, 4), _2280=(4, 4))
    for reader in (development_leader, regional_reader):
        client = sign_in(reader)
        response = client.get(reverse("voices"))
        told = {year: (heard.band, themes) for year, heard, themes in response.context["overview"].regions[0].told}
        assert told == {"2025": ("10–19", ["Trygghet"]), "2024": ("för få", []), "2023": ("för få", [])}
        assert "Barn 2025" not in response.content.decode()


def test_an_ended_year_stays_as_it_was_told(sign_in, unit_manager, model, vasternorrland):
    """Nothing that a municipality can do now moves what the region reads of last year."""
    year_of(model, 2025, _2281=(4, 3), _2262=(4, 2), _2280=(2, 1))
    before = RegionalVoices(vasternorrland, TODAY).told
    client = sign_in(unit_manager)
    ended = unit_manager.memberships.get().municipality.voice_rounds.get()
    data = {"held_on": "2025-05-02", "age_band": "7-12", "has_consent": "on", "theme_school": "bad"}
    for _ in range(2):
        for interview in ended.interviews.all():
            send(client, "interview_undo", interview.uid)
        send(client, "interview_new", ended.uid, data=data)
        send(client, "voice_round_close", ended.uid)
    assert RegionalVoices(vasternorrland, TODAY).told == before


def test_the_region_sees_how_many_units_have_come_how_far(sign_in, development_leader, model):
    for code, phase in (("2281", "board"), ("2262", "board"), ("2280", "interviewing")):
        unit = unit_in(code)
        UnitPhase.objects.create(municipality=unit.municipality, unit=unit, model=model, phase=phase)
    said = page(sign_in(development_leader), "voices")
    assert "Tre av tre enheter i Region Västernorrland arbetar med en modell" in said
    assert "två har redovisat i nämnden" in said


def test_the_regions_page_asks_as_often_for_many_rounds_as_for_few(sign_in, development_leader, model):
    client, asked = sign_in(development_leader), []
    for codes in (("_2281",), ("_2262", "_2280", "_2283", "_2284")):
        year_of(model, 2025, **dict.fromkeys(codes, (3, 2)))
        page(client, "voices")
        with CaptureQueriesContext(connection) as queries:
            page(client, "voices")
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("social_worker", "Placeringar"),
        ("unit_manager", "Siffror"),
        ("head_of_ifo", "Siffror"),
        ("development_leader", "Siffror"),
    ],
)
def test_the_tab_lies_where_the_reader_looks_for_it(request, who, first):
    tabs = navigation.tabs_for(request.getfixturevalue(who), reverse("voices"))
    assert (tabs[0][0], [text for text, _, current in tabs if current]) == (first, ["Barnens röster"])


# --- the unit's phase -----------------------------------------------------------------------------------------------------
def test_a_manager_sets_a_phase_back_and_what_happens_moves_it_on(sign_in, unit_manager, north_unit, round):
    client = sign_in(unit_manager)
    data = {"unit": north_unit.pk, "model": round.model.pk, "phase": "trained"}
    assert send(client, "unit_phase", data=data).status_code == 302
    held = {"held_on": "2026-11-02", "age_band": "7-12", "has_consent": "on"}
    send(client, "interview_new", round.uid, data=held)
    assert UnitPhase.objects.get().phase == "interviewing"
    send(client, "unit_phase", data=data)
    assert UnitPhase.objects.get().phase == "trained"


def test_nobody_sets_the_phase_of_another_municipalitys_unit(sign_in, unit_manager, model):
    data = {"unit": unit_in("2480").pk, "model": model.pk, "phase": "trained"}
    assert "giltigt" in send(sign_in(unit_manager), "unit_phase", data=data).content.decode()
    assert not UnitPhase.objects.exists()


# --- participation --------------------------------------------------------------------------------------------------------
ANSWER = {
    "year": 2026,
    "method": "vasternorrland",
    "since_year": 2024,
    "children_heard": 7,
    "changes": "Vi ringer tillbaka.",
}


def test_a_manager_answers_for_her_unit_and_changes_the_answer(sign_in, unit_manager, north_unit):
    client = sign_in(unit_manager)
    assert "Barn och unga norr har inte svarat för 2026" in page(client, "participation")
    assert send(client, "participation_new", data=ANSWER | {"unit": north_unit.pk}).status_code == 302
    answer = ParticipationStatus.objects.get()
    assert (answer.answered_by, answer.municipality) == (unit_manager, north_unit.municipality)
    change = ANSWER | {"children_heard": 9}
    assert send(client, "participation_change", answer.uid, data=change).status_code == 302
    said = page(client, "participation")
    assert "Alla enheter har svarat för 2026" in said
    assert "Vi ringer tillbaka." in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"year": 2025}, "giltigt alternativ"),  # closed since the last of March
        ({"since_year": 2027}, "mellan 1990 och 2026"),
        ({"method": "none"}, "Utan särskild metod"),
        ({"children_heard": 20090}, "Kontrollera antalet"),
        ({"changes": "Flickan 20090101-2385 ville"}, "personnummer"),
        ({"method": ""}, "obligatorisk"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_words(sign_in, unit_manager, north_unit, changes, words):
    data = ANSWER | {"unit": north_unit.pk} | changes
    assert words in send(sign_in(unit_manager), "participation_new", data=data).content.decode()
    assert not ParticipationStatus.objects.exists()


def answered(unit, year=2026, **changes):
    facts = ANSWER | {"year": year} | changes
    return ParticipationStatus.objects.create(municipality=unit.municipality, unit=unit, **facts)


def test_a_unit_answers_once_and_an_old_answer_is_fixed(sign_in, unit_manager, north_unit):
    answered(north_unit)
    old = answered(north_unit, 2025)
    client = sign_in(unit_manager)
    again = send(client, "participation_new", data=ANSWER | {"unit": north_unit.pk}).content.decode()
    assert "har redan svarat för 2026" in again
    assert "är fasta" in send(client, "participation_change", old.uid, data=ANSWER).content.decode()


def test_the_leader_sees_who_has_answered_and_how_but_no_unit_s_number_or_text(sign_in, development_leader, north_unit):
    answered(north_unit, children_heard=4711)
    unit_in("2262")
    said = page(sign_in(development_leader), "participation")
    assert "En av två enheter har svarat för 2026" in said
    assert "Västernorrlandsmodellen sedan 2024" in said
    assert said.index("Timrå") < said.index("Sundsvall")  # who has not answered stands first
    assert "4711" not in said.replace("\N{NO-BREAK SPACE}", "")
    assert "Vi ringer tillbaka" not in said


def test_the_region_s_number_of_children_is_a_band_once_the_answers_are_fixed(sign_in, development_leader):
    for code, heard in (("2281", 4), ("2262", 4), ("2280", 4)):
        answered(unit_in(code), 2025, children_heard=heard)
        answered(unit_in(code), 2026, children_heard=heard)
    client = sign_in(development_leader)
    assert "Barn som hörts i hela regionen" not in page(client, "participation")
    assert "<strong>10–19</strong>" in client.get(reverse("participation"), {"ar": 2025}).content.decode()
    ParticipationStatus.objects.filter(municipality__code="2280").update(children_heard=None)
    assert "<strong>för få</strong>" in client.get(reverse("participation"), {"ar": 2025}).content.decode()


def test_a_head_sees_her_own_and_nobody_elses(sign_in, head_of_ifo, north_unit):
    answered(north_unit)
    answered(unit_in("2262", "Timrås enhet"))
    said = page(sign_in(head_of_ifo), "participation")
    assert north_unit.name in said
    assert "Timrås enhet" not in said


def test_participation_is_no_business_of_a_social_worker_or_a_neighbour(
    sign_in, social_worker, neighbouring_manager, north_unit
):
    assert sign_in(social_worker).get(reverse("participation")).status_code == 403
    answer = answered(north_unit)
    assert sign_in(neighbouring_manager).get(reverse("participation_change", args=[answer.uid])).status_code == 404


# --- the models -----------------------------------------------------------------------------------------------------------
def test_a_leader_makes_a_variant_with_her_own_words_and_fewer_steps(sign_in, development_leader, unit_manager, model):
    client = sign_in(development_leader)
    send(client, "voice_model_copy", model.uid, data={"name": "Vår modell"})
    copy = VoiceModel.objects.get(name="Vår modell")
    assert (copy.region.code, copy.steps.count()) == ("22", 6)
    data = {"name": "Vår modell", "is_listed": "on"}
    for step in copy.steps.all():
        data |= {f"name_{step.kind}": step.name, f"text_{step.kind}": step.text, f"has_{step.kind}": "on"}
    del data["has_seminar"]
    data["name_interviews"] = "Fika med barn"
    assert send(client, "voice_model", copy.uid, data=data).status_code == 302
    assert [step.kind for step in copy.steps.all()] == ["plan", "interviews", "report", "board", "follow_up"]
    assert "Fika med barn" in page(sign_in(unit_manager), "voice_models")


def test_a_model_in_use_keeps_its_steps_and_is_only_unlisted(
    sign_in, development_leader, unit_manager, north_unit, model
):
    client = sign_in(development_leader)
    send(client, "voice_model_copy", model.uid, data={"name": "Vår modell"})
    copy = VoiceModel.objects.get(name="Vår modell")
    make_round(north_unit, copy)
    assert "Modellen används" in page(client, "voice_model", copy.uid)
    data = {"name": "Vår modell"}
    for step in copy.steps.all():
        data |= {f"name_{step.kind}": step.name, f"text_{step.kind}": step.text}
    send(client, "voice_model", copy.uid, data=data)
    copy.refresh_from_db()
    assert (copy.steps.count(), copy.is_listed) == (6, False)
    assert "Vår modell" not in str(sign_in(unit_manager).get(reverse("voice_round_new")).context["form"]["model"])


def test_models_are_kept_by_the_regions_own_leader(sign_in, development_leader, unit_manager, vasternorrland, model):
    jamtland = VoiceModel.objects.get(region__code="23")
    assert sign_in(unit_manager).get(reverse("voice_model_copy", args=[model.uid])).status_code == 404
    client = sign_in(development_leader)
    assert client.get(reverse("voice_model", args=[model.uid])).status_code == 404  # the common one
    assert client.get(reverse("voice_model", args=[jamtland.uid])).status_code == 404
    assert "Jämtlandsvis" not in page(client, "voice_models")
    leader = make_user("ingrid@region.example", Role.DEVELOPMENT_LEADER, region=jamtland.region)
    assert sign_in(leader).get(reverse("voice_model", args=[jamtland.uid])).status_code == 200


def test_two_variants_of_a_region_have_different_names(sign_in, development_leader, model):
    client = sign_in(development_leader)
    for _ in range(2):
        answer = send(client, "voice_model_copy", model.uid, data={"name": "Vår modell"})
    assert "har redan en modell" in answer.content.decode()


def test_loading_again_keeps_what_a_region_made_its_own(db):
    jamtland = VoiceModel.objects.get(region__code="23")
    jamtland.steps.filter(kind="seminar").delete()
    VoiceModel.objects.filter(pk=jamtland.pk).update(name="Vårt sätt")
    assert load_voice_models() == 3
    jamtland.refresh_from_db()
    assert (jamtland.name, jamtland.steps.count(), VoiceModel.objects.count()) == ("Vårt sätt", 5, 3)


# --- the yearly report ----------------------------------------------------------------------------------------------------
def text_of(client, round):
    response = client.get(reverse("voice_report", args=[round.uid]))
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(response.content))
    return " ".join("\n".join(each.extract_text() for each in reader.pages).split()), reader


def quote(round, text, *, checked=None):
    at = timezone.now() if checked else None
    return Quote.objects.create(
        round=round, municipality=round.municipality, theme="contact", text=text, checked_by=checked, checked_at=at
    )


@pytest.fixture
def told(round, unit_manager):
    """Six interviews: all on safety, four of them that it must change, and four on school; a checked quote and one not."""
    for number in range(6):
        school = {"school": "good"} if number < 4 else {}
        make_interview(round, "2026-03-02", safety="bad" if number < 4 else "good", **school)
    quote(round, "Hon ringer alltid tillbaka.", checked=unit_manager)
    quote(round, "Ingen har frågat mig.")
    round.works_well, round.proposals, round.seminar_on = "Kontakten.", "Ge alla ett kort.", date(2026, 6, 1)
    round.save()
    VoiceDecision.objects.create(round=round, municipality=round.municipality, text="Alla får ett kort.")
    return round


def test_the_yearly_report_tells_what_five_said_and_what_a_colleague_checked(sign_in, unit_manager, told):
    said, reader = text_of(sign_in(unit_manager), told)
    assert "Sex intervjuer med barn och unga mellan 2026-02-01 och 2026-12-15" in said
    assert "Trygghet 6 De flesta tycker att något behöver ändras" in said
    assert "Skola" not in said  # four named it
    assert "Hon ringer alltid tillbaka." in said
    assert "Ingen har frågat mig" not in said
    for words in ("Kontakten.", "Ge alla ett kort.", "Alla får ett kort.", "ett seminarium 2026-06-01"):
        assert words in said
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "sv"
    assert reader.metadata.title == "Barnens röster 2026, Barn och unga norr"
    assert Event.objects.filter(verb=Verb.DOWNLOADED, target="placements.voiceround").exists()


def test_fewer_than_five_interviews_tell_no_themes_and_no_quotes(sign_in, unit_manager, told):
    for interview in told.interviews.all()[:2]:
        interview.delete()
    said, _ = text_of(sign_in(unit_manager), told)
    assert "För få intervjuer för teman" in said
    assert "Färre än fem intervjuer" in said
    assert "Trygghet" not in said
    assert "ringer alltid" not in said


def test_the_same_round_gives_the_same_report(sign_in, unit_manager, told):
    client = sign_in(unit_manager)
    first, second = (client.get(reverse("voice_report", args=[told.uid])).content for _ in range(2))
    assert first == second
