"""Analyses of risks and events: writing one part by part, the wall around it, and the lesson that may leave."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event
from bou_portal.periods import Quarter, add_months
from placements.forms.analyses import AssessmentForm, LessonCheckForm, LessonForm
from placements.models import AnalysisCause, AnalysisMeasure, AnalysisStep, EventAnalysis
from tests.conftest import make_user

TODAY = timezone.localdate


@pytest.fixture
def analysis(sundsvall, unit_manager):
    return EventAnalysis.objects.create(
        municipality=sundsvall, title="Flytt utan plan", leader=unit_manager, consequences="Barnet bytte skola."
    )


@pytest.fixture
def second_manager(sundsvall):
    return make_user("berit@sundsvall.example", Role.UNIT_MANAGER, municipality=sundsvall, name="Berit Ask")


def measure_of(analysis, owner, **fields):
    return AnalysisMeasure.objects.create(
        municipality=analysis.municipality, analysis=analysis, text="Ny rutin vid flytt", owner=owner,
        **{"due_on": TODAY(), **fields},
    )  # fmt: skip


def chain(analysis, *texts):
    return [
        AnalysisStep.objects.create(municipality=analysis.municipality, analysis=analysis, order=order, text=text)
        for order, text in enumerate(texts, start=1)
    ]


def test_a_manager_starts_an_analysis_of_a_placement(sign_in, unit_manager, placement):
    url = reverse("analysis_new") + f"?placering={placement.uid}"
    client = sign_in(unit_manager)
    assert "Inte en anmälan" in client.get(url).content.decode()
    response = client.post(url, {"kind": "event", "title": "Flytt utan plan", "leader": unit_manager.pk})
    made = EventAnalysis.objects.get()
    assert response.url == made.get_absolute_url()
    assert (made.placement, made.municipality, made.changed_by) == (placement, placement.municipality, unit_manager)
    page = client.get(response.url).content.decode()
    assert "SVL-7K3Q" in page
    assert "Kvar att skriva: händelsekedja, konsekvenser för barnet, orsaker, bedömning av risken och åtgärder." in page
    assert Event.objects.filter(verb="created", target="placements.eventanalysis").count() == 1
    assert Event.objects.filter(verb="opened", target="placements.eventanalysis").count() == 1


def test_unplanned_endings_wait_for_the_manager_until_an_analysis_is_begun(
    sign_in, unit_manager, neighbouring_manager, placement
):
    page = reverse("analyses")
    placement.ended_on, placement.planned, placement.cause = TODAY(), "nej", "matching"
    placement.end_reason = "HOME_INITIATED"
    placement.save()
    client = sign_in(unit_manager)
    shown = client.get(page).content.decode()
    assert "På hemmets initiativ: fel matchning från början." in shown
    start = f"{reverse('analysis_new')}?placering={placement.uid}"
    assert start in shown
    assert client.get(start).context["form"]["happened_on"].value() == TODAY()
    assert Event.objects.filter(verb="opened", target="placements.eventanalysis").get().detail == {"rows": 1}
    assert "SVL-7K3Q" not in sign_in(neighbouring_manager).get(page).content.decode()
    begun = EventAnalysis.objects.create(
        municipality=placement.municipality, title="Flytt", leader=unit_manager, placement=placement
    )
    assert "Oplanerade avslut" not in sign_in(unit_manager).get(page).content.decode()
    begun.delete()
    for change in ({"planned": "ja", "cause": ""}, {"planned": "nej", "ended_on": add_months(TODAY(), -4)}):
        type(placement).objects.filter(pk=placement.pk).update(**change)
        assert "Oplanerade avslut" not in sign_in(unit_manager).get(page).content.decode()


@pytest.mark.parametrize("asked", ["fel", "0b3c5cbe-3b4f-4bd3-9bd1-8ac0b1a2a3a4"])
def test_a_placement_out_of_reach_starts_nothing(sign_in, unit_manager, asked):
    assert sign_in(unit_manager).get(reverse("analysis_new") + f"?placering={asked}").status_code == 404


def test_a_neighbours_placement_starts_nothing(sign_in, neighbouring_manager, placement):
    url = reverse("analysis_new") + f"?placering={placement.uid}"
    assert sign_in(neighbouring_manager).get(url).status_code == 404


def test_the_chain_is_written_and_moved_without_script(sign_in, unit_manager, analysis):
    client = sign_in(unit_manager)
    for text in ("Samtalet kom", "Hemmet sade upp", "Barnet flyttade"):
        client.post(reverse("analysis_row_new", args=[analysis.uid, "handelse"]), {"text": text})
    last = analysis.steps.get(text="Barnet flyttade")
    move = reverse("analysis_step_move", args=[analysis.uid, last.uid])
    client.post(move, {"vart": "upp"})
    assert [step.text for step in analysis.steps.all()] == ["Samtalet kom", "Barnet flyttade", "Hemmet sade upp"]
    client.post(move, {"vart": "ned"})
    client.post(move, {"vart": "ned"})
    assert [step.text for step in analysis.steps.all()] == ["Samtalet kom", "Hemmet sade upp", "Barnet flyttade"]
    client.post(reverse("analysis_row_remove", args=[analysis.uid, "handelse", last.uid]))
    assert analysis.steps.count() == 2
    assert Event.objects.filter(verb="deleted", target="placements.analysisstep").count() == 1


def test_a_cause_and_a_measure_are_written(sign_in, unit_manager, social_worker, neighbour, analysis):
    client = sign_in(unit_manager)
    cause = {"category": "routines", "text": "Rutinen saknade vem som ringer"}
    client.post(reverse("analysis_row_new", args=[analysis.uid, "orsak"]), cause)
    assert AnalysisCause.objects.get().category == "routines"
    url = reverse("analysis_row_new", args=[analysis.uid, "atgard"])
    measure = {"text": "Ny rutin", "owner": social_worker.pk, "due_on": str(TODAY()), "effect_measure": "Färre byten"}
    foreign = client.post(url, measure | {"owner": neighbour.pk})
    assert foreign.status_code == 200
    client.post(url, measure)
    assert AnalysisMeasure.objects.get().owner == social_worker
    assert "Rutiner och riktlinjer" in client.get(analysis.get_absolute_url()).content.decode()


def test_the_risk_is_severity_times_likelihood(sign_in, unit_manager, analysis):
    client = sign_in(unit_manager)
    url = reverse("analysis_change", args=[analysis.uid, "bedomning"])
    client.post(url, {"consequences": "Barnet bytte skola.", "severity": "3", "likelihood": "4"})
    analysis.refresh_from_db()
    assert analysis.risk_score == 12
    page = client.get(analysis.get_absolute_url()).content.decode()
    assert "Risktal 12 av 16" in page
    assert "<strong>● 12</strong>" in page
    assert client.post(url, {"severity": "5"}).status_code == 200


def test_an_analysis_ends_only_when_it_says_what_it_meant_for_the_child(sign_in, unit_manager, analysis):
    client = sign_in(unit_manager)
    EventAnalysis.objects.update(consequences="")
    close = reverse("analysis_close", args=[analysis.uid])
    refused = client.post(close, follow=True).content.decode()
    assert "Skriv vilka konsekvenser det fick för barnet innan analysen avslutas." in refused
    EventAnalysis.objects.update(consequences="Barnet bytte skola.")
    client.post(close)
    analysis.refresh_from_db()
    assert analysis.closed_on == TODAY()
    client.post(close)
    analysis.refresh_from_db()
    assert analysis.closed_on is None


def test_the_database_ends_no_analysis_without_consequences(analysis):
    with pytest.raises(IntegrityError), transaction.atomic():
        EventAnalysis.objects.update(consequences="", closed_on=TODAY())


def test_what_is_written_while_it_ends_is_not_lost(sign_in, unit_manager, analysis):
    EventAnalysis.objects.update(closed_on=TODAY())
    url = reverse("analysis_row_new", args=[analysis.uid, "handelse"])
    page = sign_in(unit_manager).post(url, {"text": "Det sista som hände"}).content.decode()
    assert "Analysen avslutades medan du skrev" in page
    assert "Det sista som hände" in page
    assert not analysis.steps.exists()


def test_two_who_write_at_once_are_told_who_was_first(sign_in, unit_manager, second_manager, analysis):
    client = sign_in(unit_manager)
    url = reverse("analysis_change", args=[analysis.uid, "bedomning"])
    seen = client.get(url).context["form"].fingerprint
    EventAnalysis.objects.update(consequences="Barnet blev utan skola.", changed_by=second_manager)
    mine = {"consequences": "Barnet bytte skola två gånger.", "seen": seen}
    response = client.post(url, mine)
    page = response.content.decode()
    assert "Berit Ask ändrade det här medan du skrev." in page
    assert "Barnet blev utan skola." in page
    assert "Barnet bytte skola två gånger." in page
    client.post(url, mine | {"seen": response.context["form"].fingerprint})
    analysis.refresh_from_db()
    assert analysis.consequences == "Barnet bytte skola två gånger."


@pytest.mark.parametrize(
    ("part", "field"),
    [("uppdrag", "scope"), ("bedomning", "consequences"), ("bedomning", "happened_before"), ("lardom", "lesson")],
)
def test_no_identity_number_is_written(sign_in, unit_manager, analysis, part, field):
    url = reverse("analysis_change", args=[analysis.uid, part])
    data = {"kind": "event", "title": "Flytt", "leader": unit_manager.pk, field: "Gäller 20120101-2384."}
    page = sign_in(unit_manager).post(url, data).content.decode()
    assert "personnummer" in page
    assert "20120101" not in str(EventAnalysis.objects.values())


def test_a_name_is_asked_about(sign_in, unit_manager, analysis):
    client = sign_in(unit_manager)
    url = reverse("analysis_row_new", args=[analysis.uid, "handelse"])
    page = client.post(url, {"text": "Anna Berg ringde"}).content.decode()
    assert "Kan texten peka ut någon?" in page
    client.post(url, {"text": "Anna Berg ringde", "confirmed": ["Anna Berg"]})
    assert analysis.steps.get().text == "Anna Berg ringde"


# --- measures ---------------------------------------------------------------------------------------------------------
def test_a_measure_waits_for_its_owner_until_its_effect_is_told(analysis, social_worker, unit_manager):
    today = TODAY()
    undone = measure_of(analysis, social_worker)
    fresh = measure_of(analysis, social_worker, done_on=add_months(today, -2))
    three = measure_of(analysis, social_worker, done_on=add_months(today, -3))
    told = measure_of(analysis, social_worker, done_on=add_months(today, -4), effect_after_3_months="yes")
    six = measure_of(analysis, social_worker, done_on=add_months(today, -7), effect_after_3_months="yes")
    over = measure_of(analysis, social_worker, done_on=add_months(today, -7), effect_after_6_months="no")
    waiting = AnalysisMeasure.objects.waiting_for(social_worker)
    assert set(waiting) == {undone, three, six}
    assert not AnalysisMeasure.objects.waiting_for(unit_manager).exists()
    assert undone.asks_about == ("Genomför åtgärden", today)
    assert fresh.asks_about == ("Följ upp effekten efter tre månader", add_months(fresh.done_on, 3))
    assert told.asks_about == ("Följ upp effekten efter sex månader", add_months(told.done_on, 6))
    assert over.asks_about is None


def test_the_owner_tells_of_her_measure(sign_in, analysis, social_worker):
    measure = measure_of(analysis, social_worker)
    client = sign_in(social_worker)
    assert client.get(measure.get_absolute_url()).status_code == 200
    early = client.post(measure.get_absolute_url(), {"effect_after_3_months": "yes"}).content.decode()
    assert "Ange när åtgärden genomfördes" in early
    client.post(measure.get_absolute_url(), {"done_on": str(TODAY()), "effect_after_3_months": "partly"})
    measure.refresh_from_db()
    assert (measure.done_on, measure.effect_after_3_months) == (TODAY(), "partly")


def test_a_colleague_cannot_tell_of_anothers_measure(sign_in, analysis, unit_manager, social_worker):
    measure = measure_of(analysis, unit_manager)
    assert sign_in(social_worker).get(measure.get_absolute_url()).status_code == 404


# --- the lesson -------------------------------------------------------------------------------------------------------
def write_lesson(client, analysis, **data):
    return client.post(reverse("analysis_change", args=[analysis.uid, "lardom"]), data)


def test_a_lesson_leaves_the_municipality_when_a_second_person_has_read_it(
    sign_in, unit_manager, head_of_ifo, neighbour, analysis
):
    AnalysisCause.objects.create(municipality=analysis.municipality, analysis=analysis, category="home", text="-")
    write_lesson(sign_in(unit_manager), analysis, lesson="Ring hemmet samma dag.", shares_lesson="on")
    assert "Ring hemmet" not in sign_in(neighbour).get(reverse("lessons")).content.decode()
    check = reverse("lesson_check", args=[analysis.uid])
    own = sign_in(unit_manager).post(check, {"svar": "dela", "seen": ""}).content.decode()
    assert "Någon annan än den som skrev" in own
    client = sign_in(head_of_ifo)
    assert "Väntar på din granskning" in client.get(reverse("lessons")).content.decode()
    version = client.get(check).context["form"].version
    client.post(check, {"svar": "dela", "seen": version})
    analysis.refresh_from_db()
    assert analysis.lesson_checked_by == head_of_ifo
    page = sign_in(neighbour).get(reverse("lessons")).content.decode()
    assert "Ring hemmet samma dag." in page
    assert "Hemmets förutsättningar" in page
    assert Quarter.of(TODAY()).text in page
    main = page.partition("<main")[2]
    for secret in ("Flytt utan plan", "Sundsvall", str(TODAY()), str(analysis.uid)):
        assert secret not in main


def test_a_changed_lesson_must_be_read_again(sign_in, unit_manager, head_of_ifo, analysis):
    EventAnalysis.objects.update(lesson="Ring hemmet.", shares_lesson=True, lesson_by=unit_manager)
    client = sign_in(head_of_ifo)
    check = reverse("lesson_check", args=[analysis.uid])
    version = client.get(check).context["form"].version
    write_lesson(sign_in(unit_manager), analysis, lesson="Ring hemmet genast.", shares_lesson="on")
    client = sign_in(head_of_ifo)
    late = client.post(check, {"svar": "dela", "seen": version}).content.decode()
    assert "Lärdomen ändrades medan du läste" in late
    client.post(check, {"svar": "dela", "seen": client.get(check).context["form"].version})
    write_lesson(sign_in(unit_manager), analysis, lesson="Ring hemmet nästa dag.", shares_lesson="on")
    analysis.refresh_from_db()
    assert analysis.waits_for_check


def test_a_lesson_changed_while_it_is_let_out_stays(unit_manager, head_of_ifo, analysis):
    EventAnalysis.objects.update(lesson="Ring hemmet.", shares_lesson=True, lesson_by=unit_manager)
    analysis.refresh_from_db()
    form = LessonCheckForm(
        {"svar": "dela", "seen": analysis.changed_at.isoformat()}, analysis=analysis, user=head_of_ifo
    )
    assert form.is_valid()
    EventAnalysis.objects.update(lesson="Ring Kim.", changed_at=timezone.now())
    assert form.save() == ""
    assert "Läs den igen" in form.non_field_errors()[0]
    assert not EventAnalysis.objects.checked().exists()


@pytest.mark.parametrize("who", ["unit_manager", "head_of_ifo"])
def test_a_shared_lesson_is_taken_back(sign_in, request, unit_manager, neighbour, analysis, who):
    EventAnalysis.objects.update(
        lesson="Ring.", shares_lesson=True, lesson_by=unit_manager, lesson_checked_at=timezone.now()
    )
    assert "Ring." in sign_in(neighbour).get(reverse("lessons")).content.decode()
    client = sign_in(request.getfixturevalue(who))
    client.post(reverse("lesson_check", args=[analysis.uid]), {"svar": "inte"})
    assert "Ring." not in sign_in(neighbour).get(reverse("lessons")).content.decode()


@pytest.mark.parametrize("lesson", ["I Sundsvall ringer vi.", "Sundsvalls rutin är bra."])
def test_a_lesson_does_not_name_its_municipality(sign_in, unit_manager, analysis, lesson):
    page = write_lesson(sign_in(unit_manager), analysis, lesson=lesson, shares_lesson="on")
    assert "nämner din kommun" in page.content.decode()
    assert write_lesson(sign_in(unit_manager), analysis, lesson="Åk till Sundsvallsbron.").status_code == 302
    page = write_lesson(sign_in(unit_manager), analysis, shares_lesson="on")
    assert "Skriv lärdomen innan du delar den." in page.content.decode()


# --- the wall ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"), [("neighbouring_manager", 404), ("social_worker", 403), ("development_leader", 403)]
)
def test_others_reach_no_analysis(sign_in, request, analysis, unit_manager, who, status):
    step = chain(analysis, "Först")[0]
    client = sign_in(request.getfixturevalue(who))
    pages = [
        ("analysis_detail", []), ("analysis_change", ["uppdrag"]), ("analysis_row_new", ["orsak"]),
        ("analysis_row_change", ["handelse", step.uid]),
    ]  # fmt: skip
    for name, more in pages:
        assert client.get(reverse(name, args=[analysis.uid, *more])).status_code == status
    for name, more in [("analysis_close", []), ("analysis_row_remove", ["handelse", step.uid])]:
        assert client.post(reverse(name, args=[analysis.uid, *more])).status_code == status
    assert analysis.steps.exists()


def test_the_list_asks_as_much_for_many_as_for_one(
    sign_in, unit_manager, analysis, social_worker, django_assert_num_queries
):
    client = sign_in(unit_manager)
    measure_of(analysis, social_worker, due_on=date(2026, 1, 1))
    url = reverse("analyses")
    page = client.get(url).content.decode()
    assert "1 analys pågår, och 1 åtgärd är försenad." in page

    def asked():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    before = asked()
    for number in range(9):
        more = EventAnalysis.objects.create(
            municipality=analysis.municipality, title=f"Nr {number}", leader=unit_manager
        )
        measure_of(more, social_worker)
    assert asked() == before


def test_an_empty_list_says_what_to_do(sign_in, unit_manager):
    page = sign_in(unit_manager).get(reverse("analyses")).content.decode()
    assert "Ingen analys pågår." in page
    assert "Starta den första" in page


@pytest.mark.parametrize("name", ["Sundsvall", "Sundsvalls", "SUNDSVALL", "Sunds\u200bvall"])
def test_a_lesson_names_no_municipality_however_it_is_spelled(sign_in, unit_manager, analysis, name):
    form = LessonForm({"lesson": f"Rutinen i {name} brast."}, user=unit_manager, instance=analysis)
    assert "Lärdomen nämner din kommun" in str(form.errors.get("lesson"))


def test_a_part_that_is_saved_leaves_the_parts_of_others(unit_manager, analysis):
    """The lesson is taken back while the assessment, opened before, is saved."""
    EventAnalysis.objects.filter(pk=analysis.pk).update(lesson="Fråga hemmet.", shares_lesson=True)
    stale = EventAnalysis.objects.get(pk=analysis.pk)
    EventAnalysis.objects.filter(pk=analysis.pk).update(lesson="", shares_lesson=False)
    seen = AssessmentForm(user=unit_manager, instance=stale)["seen"].value()
    form = AssessmentForm({"consequences": "Skolan byttes.", "seen": seen}, user=unit_manager, instance=stale)
    assert form.is_valid(), form.errors
    form.save()
    analysis.refresh_from_db()
    assert (analysis.consequences, analysis.lesson, analysis.shares_lesson) == ("Skolan byttes.", "", False)
