"""The chapter on the region's own work: counted by hand, own requests in "Intern" alone, one line when there is nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bou_portal.periods import Quarter
from bou_portal.reports.chapters import region_work as chapter
from bou_portal.reports.region_work import region_work
from bou_portal.reports.sources import Source
from municipalities.models import (
    Accord,
    Activity,
    Body,
    CooperationModel,
    Decision,
    Deviation,
    Dispatch,
    Focus,
    Goal,
    Knowledge,
    Municipality,
    Plan,
    Receipt,
    SupportRequest,
)

QUARTER = Quarter(2026, 3)
IN_QUARTER = datetime(2026, 8, 15, 12, tzinfo=UTC)


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def body(vasternorrland):
    return Body.objects.create(region=vasternorrland, kind="styrgrupp", name="Styrgruppen")


def told(region, place=None, *, intern=True):
    """The chapter as one text, as it would be frozen for a place."""
    source = Source(
        QUARTER, place.code if place else region.code, region.code, bool(place) and intern, {}, {},
        work=region_work(region, QUARTER), municipality_id=place.pk if place else None,
    )  # fmt: skip
    return [part for block in chapter.blocks(source) if block for part in block.get("blocks", [block])]


def tables(parts):
    return {part["caption"]: rows(part) for part in parts if part["type"] == "table"}


def rows(part):
    return {row["label"]: row["cells"] for row in part["rows"]}


def texts(parts):
    return " ".join(part["text"] for part in parts if part["type"] == "text")


def decision(body, today, **fields):
    return Decision.objects.create(body=body, decided_on=today - timedelta(days=90), **{"title": "Rutin"} | fields)


def request(place, state, number=1):
    for _ in range(number):
        SupportRequest.objects.create(
            municipality=place, topic="bbic", title="Stöd", wish="rad", state=state,
            planned_quarter="2026-K4" if state == "planerad" else "",
        )  # fmt: skip


def test_without_anything_it_is_one_line(vasternorrland, sundsvall):
    for place in (None, sundsvall):
        parts = told(vasternorrland, place)
        assert [part["type"] for part in parts] == ["text"]
        assert parts[0]["text"] == chapter.NOTHING


def test_open_decisions_name_the_function_and_the_soonest_come_first(vasternorrland, body, today, head_of_ifo):
    decision(body, today, title="Senare", owner=head_of_ifo, owner_name="Eva Nordin", due_on=today + timedelta(days=9))
    decision(body, today, title="Snart", owner_name="Samordnaren", due_on=today + timedelta(days=1))
    decision(body, today, title="Klart", owner_name="X", done_on=today)
    decision(body, today, title="Ingen har det")
    found = tables(told(vasternorrland))["Öppna beslut, det som ska vara klart först överst"]
    year = (today - timedelta(days=90)).year
    assert list(found.items()) == [
        (f"Styrgruppen {year}:2: Snart", ["Samordnaren", str(today + timedelta(days=1))]),
        (f"Styrgruppen {year}:1: Senare", ["IFO-chef, Sundsvall", str(today + timedelta(days=9))]),
    ]
    assert "Eva" not in str(told(vasternorrland))


def test_more_decisions_than_there_is_room_for_are_counted(vasternorrland, body, today):
    for _ in range(8):
        decision(body, today, owner_name="Samordnaren")
    assert "Ytterligare två öppna beslut" in str(told(vasternorrland))


def test_activities_of_the_quarters_year_by_state(vasternorrland):
    for year in (2026, 2027):
        plan = Plan.objects.create(region=vasternorrland, year=year, title=f"Plan {year}")
        goal = Goal.objects.create(focus=Focus.objects.create(plan=plan, title="Fokus"), title="Mål")
        for state, last in (("planerad", "2026-K4"), ("pagar", "2026-K3"), ("pagar", "2026-K2"), ("klar", "2026-K1")):
            Activity.objects.create(goal=goal, title="Aktivitet", state=state, last_quarter=last)
    parts = told(vasternorrland)
    assert tables(parts)["Aktiviteter i årsplanen 2026"] == {
        "Planerad": ["1"], "Pågår": ["2"], "Klar": ["1"], "Stoppad": ["0"], "Alla": ["4"],
    }  # fmt: skip
    assert "Två av dem skulle ha varit klara nu." in str(parts)


def test_requests_are_the_municipalitys_own_in_intern_alone(vasternorrland, sundsvall, umea):
    request(sundsvall, "ny", 2)
    request(sundsvall, "planerad")
    request(Municipality.objects.get(code="2262"), "ny", 3)
    request(umea, "ny", 9)
    own = tables(told(vasternorrland, sundsvall))["Kommunens begäranden om stöd"]
    assert own == {"Ny": ["2"], "Mottagen": ["0"], "Planerad": ["1"], "Levererad": ["0"]}
    for parts in (told(vasternorrland, sundsvall, intern=False), told(vasternorrland)):
        assert tables(parts)["Begäranden om stöd, hela regionen"]["Ny"] == ["5"]
        assert "Kommunens begäranden" not in str(parts)


def sent(region, places, when=IN_QUARTER):
    piece = Knowledge.objects.create(region=region, kind="rapport", title="Rapport", summary="-", topic="bbic")
    dispatch = Dispatch.objects.create(knowledge=piece)
    dispatch.municipalities.set(places)
    Dispatch.objects.filter(pk=dispatch.pk).update(sent_at=when)
    return dispatch


def copy(dispatch, user, place, tick="", *, is_first_line=True):
    at = IN_QUARTER if tick else None
    Receipt.objects.create(
        dispatch=dispatch, user=user, municipality=place, tick=tick, ticked_at=at, is_first_line=is_first_line
    )


def test_knowledge_of_the_quarter_sent_and_answered(
    vasternorrland, sundsvall, unit_manager, social_worker, head_of_ifo
):
    timra = Municipality.objects.get(code="2262")
    first, second = (sent(vasternorrland, [sundsvall, timra]) for _ in range(2))
    sent(vasternorrland, [sundsvall], datetime(2026, 10, 2, 12, tzinfo=UTC))
    copy(first, unit_manager, sundsvall, "apt")
    copy(second, unit_manager, sundsvall)
    copy(second, social_worker, sundsvall, "last", is_first_line=False)  # the first-line manager answers for all
    copy(first, head_of_ifo, timra, "nej", is_first_line=False)
    name = "Kunskap skickad kvartal\u00a03"
    assert tables(told(vasternorrland, sundsvall))[name] == {"Skickade till kommunen": ["2"], "Besvarade": ["1"]}
    assert tables(told(vasternorrland))[name] == {"Skickade, räknat per kommun": ["4"], "Besvarade": ["2"]}


def test_agreements_that_end_within_six_months(vasternorrland, today):
    for title, days in (("Snart", 100), ("Senare", 400), ("Förra", -1)):
        Accord.objects.create(
            region=vasternorrland, title=title, valid_from=today - timedelta(days=700),
            valid_until=today + timedelta(days=days),
        )  # fmt: skip
    said = texts(told(vasternorrland))
    assert f"går ut inom sex månader: Snart ({today + timedelta(days=100)})." in said
    assert "Förra" not in said


def test_deviations_as_anybody_may_know_them(vasternorrland, sundsvall):
    model = CooperationModel.objects.create(region=vasternorrland, name="Norrbus")
    assert "Avvikelser" not in texts(told(vasternorrland))
    Deviation.objects.create(model=model, municipality=sundsvall, month="2026-02", kind="sip", to_party="bup")
    said = texts(told(vasternorrland))
    assert "Avvikelser i samverkan: För få avvikelser är rapporterade" in said


def test_another_regions_work_is_not_told(umea, sundsvall, body, today):
    decision(body, today, owner_name="Samordnaren")
    request(sundsvall, "ny")
    assert texts(told(umea.region)) == chapter.NOTHING


def test_the_number_of_questions_does_not_grow(vasternorrland, sundsvall, body, today, head_of_ifo, unit_manager):
    def questions():
        with CaptureQueriesContext(connection) as seen:
            region_work(vasternorrland, QUARTER)
        return len(seen)

    def grow(number):
        for _ in range(number):
            decision(body, today, owner=head_of_ifo)
            copy(sent(vasternorrland, [sundsvall]), unit_manager, sundsvall, "last")
            request(sundsvall, "ny")

    grow(1)
    before = questions()
    grow(10)
    assert questions() == before <= 12
