"""The page Att göra: whose work, narrowed, counted, paged, and as a file."""

from datetime import date, timedelta

import pytest
import time_machine

from bou_portal.audit.models import Event, Verb
from municipalities.models import Unit
from placements.models import AnalysisMeasure, Assignment, Child, Cover, Due, EventAnalysis, HealthExam, Rating
from tests.placements.test_children import queries_for
from tests.placements.test_worklist import K, due

TODAY = date(2026, 11, 21)
PAGE, FILE = "/att-gora/", "/att-gora/utdrag.csv"


@pytest.fixture(autouse=True)
def on_a_saturday_in_november():
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False):
        yield


def new_child(place, code, worker=None, unit=None):
    child = Child.objects.create(municipality=place, local_code=code)
    if worker or unit:
        rows = {"municipality": place, "child": child, "started_on": date(2026, 1, 10)}
        Assignment.objects.create(**rows, worker=worker, unit=unit)
    return child


@pytest.fixture
def town(sundsvall, umea, social_worker, unit_manager, north_unit):
    """Maja's child, one of her unit, one of another unit, one of nobody, and one far away; each late with a review."""
    south = Unit.objects.create(municipality=sundsvall, name="Barn och unga söder")
    children = {
        "MAJAS": new_child(sundsvall, "MAJAS", worker=social_worker, unit=north_unit),
        "ENHETENS": new_child(sundsvall, "ENHETENS", unit=north_unit),
        "SYDS": new_child(sundsvall, "SYDS", unit=south),
        "INGENS": new_child(sundsvall, "INGENS"),
        "UMEÅS": new_child(umea, "UMEÅS"),
    }
    for child in children.values():
        due(child, on=TODAY - timedelta(days=3))
    return children


def get(client, query=""):
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return response.content.decode()


def codes(client, query=""):
    get(client, query)
    return {task.child.local_code for task in client.get(PAGE + query).context["list"].tasks}


def test_social_worker_sees_her_own(sign_in, social_worker, town):
    client = sign_in(social_worker)
    assert codes(client) == {"MAJAS"}
    shown = get(client)
    assert "En sak är försenad." in shown
    assert "Försenad 3 dagar" in shown
    assert f"/placeringar/{town['MAJAS'].uid}/overvagande/ny/" in shown
    assert codes(client, "?vems=enhet") == {"MAJAS", "ENHETENS", "INGENS"}
    assert codes(client, "?vems=alla") == {"MAJAS", "ENHETENS", "INGENS"}


def test_manager_sees_her_unit_and_by_choice_the_municipality(sign_in, unit_manager, social_worker, town):
    client = sign_in(unit_manager)
    assert codes(client) == {"MAJAS", "ENHETENS", "INGENS"}
    assert codes(client, "?vems=alla") == {"MAJAS", "ENHETENS", "INGENS", "SYDS"}
    assert codes(client, f"?ansvarig={social_worker.pk}") == {"MAJAS"}
    assert codes(client, "?ansvarig=ingen") == {"INGENS"}
    assert codes(client, f"?enhet={Unit.objects.get(name='Barn och unga söder').pk}") == {"SYDS", "INGENS"}


def test_head_reads_the_municipalitys_and_writes_nothing(sign_in, head_of_ifo, town):
    shown = get(sign_in(head_of_ifo))
    assert "SYDS" in shown
    assert "Barn och unga söder" in shown
    assert "task__do" not in shown


def test_neighbour_sees_nothing_of_it(sign_in, neighbour, unit_manager, town):
    client = sign_in(neighbour)
    assert codes(client) == set()
    assert codes(client, "?vems=alla") == {"UMEÅS"}
    assert codes(client, f"?enhet={Unit.objects.first().pk}") == set()  # not hers to choose: her own work instead


def test_who_has_no_cases_has_no_list(sign_in, data_steward, town):
    assert sign_in(data_steward).get(PAGE).status_code == 403
    assert sign_in(data_steward).get(FILE).status_code == 403


def test_covered_work_is_listed_and_says_whose_it_is(sign_in, social_worker, unit_manager, sundsvall, town):
    days = {"started_on": TODAY, "ended_on": date(2026, 12, 3)}
    Cover.objects.create(municipality=sundsvall, absent=social_worker, covered_by=unit_manager, **days)
    shown = get(sign_in(unit_manager), "?vems=mina")
    assert "Du ersätter Maja Lindqvist till 2026-12-03." in shown
    assert "för Maja" in shown


@pytest.fixture
def mixed(social_worker, sundsvall):
    """Five things of one child: late and soon, law and target."""
    child = new_child(sundsvall, "BARN", worker=social_worker)
    due(child, on=TODAY - timedelta(days=3))
    due(child, K.CUSTODY, on=TODAY - timedelta(days=9), code="R-CUST")
    due(child, K.PLAN, on=TODAY - timedelta(days=1), is_law=False, code="R-GP-T")
    due(child, K.TALK, on=TODAY + timedelta(days=5), is_law=False, code="R-VISIT-T")
    due(child, on=TODAY + timedelta(days=9))
    due(child, on=TODAY + timedelta(days=90))
    return child


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("", ["custody", "review", "plan", "review", "talk"]),
        ("?lage=sent", ["custody", "review", "plan"]),
        ("?lage=snart", ["review", "talk"]),
        ("?krav=lag", ["custody", "review", "review"]),
        ("?krav=mal", ["plan", "talk"]),
        ("?vad=review", ["review", "review"]),
        ("?vad=review&lage=snart", ["review"]),
        ("?vad=dental", []),
        ("?sortera=datum", ["custody", "review", "plan", "talk", "review"]),
        ("?sortera=vad", ["custody", "plan", "review", "review", "talk"]),
        ("?sortera=barn&lage=sent&krav=lag", ["custody", "review"]),
        (
            "?lage=allt&vad=x&krav=y&sortera=z&vems=w&ansvarig=q&sida=-3",
            ["custody", "review", "plan", "review", "talk"],
        ),
    ],
)
def test_filters_narrow_and_an_unknown_choice_is_ignored(sign_in, social_worker, mixed, query, kinds):
    client = sign_in(social_worker)
    assert [task.kind for task in client.get(PAGE + query).context["list"].tasks] == kinds


def test_counts_are_links_that_keep_the_rest_of_the_choice(sign_in, social_worker, mixed):
    client = sign_in(social_worker)
    states = client.get(PAGE + "?krav=lag&lage=sent&sida=2").context["list"].states
    assert states == [
        ("Försenat", 2, "?krav=lag&lage=sent"),
        ("Inom 30 dagar", 1, "?krav=lag&lage=snart"),
        ("Väntar på mig", 0, "?krav=lag&lage=vantar"),
    ]
    assert 'href="?krav=lag&amp;lage=snart"' in get(client, "?krav=lag&lage=sent&sida=2")


def test_empty_list_says_so(sign_in, social_worker, sundsvall):
    client = sign_in(social_worker)
    assert "Inget är försenat och inget förfaller inom 30 dagar." in get(client)
    assert "Inget väntar" in get(client)
    assert "Inget passar urvalet" in get(client, "?vad=plan")


# --- without a deadline --------------------------------------------------------------------------------------------------
def test_what_waits_without_a_deadline_is_a_state_of_its_own(sign_in, social_worker, placement, sundsvall):
    Assignment.objects.create(
        municipality=sundsvall, child=placement.child, worker=social_worker, started_on=date(2026, 1, 10)
    )
    other = new_child(sundsvall, "UTAN-TID", worker=social_worker)
    rows = {"municipality": sundsvall, "child": other, "kind": "läkare"}
    HealthExam.objects.create(**rows, requested_on=date(2026, 11, 1))
    from placements.models import Placement

    Placement.objects.create(
        municipality=sundsvall, child=other, form_group="familjehem", home_key="a", started_on=date(2026, 10, 1)
    )
    analysis = EventAnalysis.objects.create(municipality=sundsvall, title="Rymningen", leader=social_worker)
    AnalysisMeasure.objects.create(
        municipality=sundsvall, analysis=analysis, text="Ny rutin", owner=social_worker, due_on=date(2026, 12, 24)
    )
    client = sign_in(social_worker)
    tasks = client.get(PAGE + "?lage=vantar").context["list"].tasks
    assert [(task.kind, task.word) for task in tasks] == [
        ("rating", "Avslutad för 40 dagar sedan"),
        ("exam", "Begärd för 20 dagar sedan"),
        ("measure", "Senast 2026-12-24"),
    ]
    shown = get(client, "?lage=vantar")
    assert f"/placeringar/omdome/{placement.uid}/" in shown
    assert "Åtgärd: Ny rutin" in shown
    assert "Tre saker väntar på dig." in get(client)


def test_a_rating_that_was_begun_is_gone_on_with(sign_in, social_worker, placement, sundsvall):
    Assignment.objects.create(
        municipality=sundsvall, child=placement.child, worker=social_worker, started_on=date(2026, 1, 10)
    )
    Rating.objects.create(
        municipality=sundsvall, placement=placement, home=placement.home, rated_by=social_worker, step=2
    )
    [task] = sign_in(social_worker).get(PAGE + "?lage=vantar").context["list"].tasks
    assert task.verb == "Fortsätt"
    assert "Påbörjat 2026-11-21" in task.why


def test_a_rating_is_asked_for_during_six_months(sign_in, social_worker, placement, sundsvall):
    """The stay ended on 12 October: it is asked for until 12 April."""
    Assignment.objects.create(
        municipality=sundsvall, child=placement.child, worker=social_worker, started_on=date(2026, 1, 10)
    )
    from placements import waiting
    from placements.workload import Whose

    for day, count in ((date(2027, 4, 12), 1), (date(2027, 4, 13), 0)):
        assert len(waiting.waiting(Whose.own(social_worker), day)) == count


# --- many ----------------------------------------------------------------------------------------------------------------
def lay(place, worker, count, each=1):
    children = Child.objects.bulk_create(Child(municipality=place, local_code=f"B{n:04}") for n in range(count))
    Assignment.objects.bulk_create(
        Assignment(municipality=place, child=child, worker=worker, started_on=date(2026, 1, 1)) for child in children
    )
    Due.objects.bulk_create(
        Due(
            municipality=place,
            child=child,
            kind=K.REVIEW,
            code="R-REV-SOL",
            is_law=True,
            since="start",
            counted_from_on=date(2026, 1, 1),
            due_on=TODAY - timedelta(days=n),
            late_after_on=TODAY - timedelta(days=n),
        )
        for child in children
        for n in range(each)
    )


def test_five_thousand_lines_are_paged_with_as_many_questions_as_one(sign_in, unit_manager, social_worker, sundsvall):
    due(new_child(sundsvall, "ETT", worker=social_worker), on=TODAY)
    client = sign_in(unit_manager)
    get(client)
    one = queries_for(client, PAGE)
    lay(sundsvall, social_worker, 1000, each=5)
    assert queries_for(client, PAGE) == one
    assert queries_for(client, PAGE + "?sida=77&sortera=barn") == one
    assert queries_for(client, PAGE + "?sida=80") <= one + 3  # at most four parts of the order meet on a page
    page = client.get(PAGE + "?sida=101").context["list"]
    assert page.counts == {"sent": 4000, "snart": 1001}
    assert len(page.tasks) == 1
    shown = get(client, "?sida=2")
    assert "51–100 av 5\u00a0001" in shown
    assert len(client.get(PAGE).context["list"].tasks) == 50


# --- the file ------------------------------------------------------------------------------------------------------------
def test_file_has_the_chosen_lines_and_is_logged(sign_in, unit_manager, mixed, sundsvall):
    Child.objects.filter(pk=mixed.pk).update(local_code="=1+1")
    answer = sign_in(unit_manager).get(FILE + "?lage=sent&krav=lag")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "barn;vad;läge;förfaller;senast;krav;varför;ansvarig;enhet"
    assert [line.split(";")[:6] for line in lines[1:]] == [
        ["'=1+1", "Fråga om överflyttad vårdnad", "Försenad 9 dagar", "2026-11-12", "2026-11-12", "lag"],
        ["'=1+1", "Övervägande", "Försenad 3 dagar", "2026-11-18", "2026-11-18", "lag"],
    ]
    event = Event.objects.get(verb=Verb.EXPORTED)
    assert (event.municipality_id, event.target, event.detail) == (sundsvall.pk, "placements.due", {"rows": 2})


def test_file_of_nothing_is_only_headings(sign_in, neighbour, mixed):
    assert len(sign_in(neighbour).get(FILE + "?vems=alla").content.decode("utf-8-sig").splitlines()) == 1
    assert not Event.objects.filter(verb=Verb.EXPORTED).exists()


def test_codes_and_names_are_text(sign_in, social_worker, mixed):
    Child.objects.filter(pk=mixed.pk).update(local_code="<script>x")
    shown = get(sign_in(social_worker), "?sida=<script>&vad=<script>&lage=\"'<b>")
    assert "<script>x" not in shown
    assert "<b>" not in shown
