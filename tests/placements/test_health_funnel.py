"""The health funnel: counted by hand at home, summed from what is shown outside, and commented by the partner alone."""

import re
from datetime import date

import pytest
import time_machine

from bou_portal.access import Role
from bou_portal.audit.models import Event
from bou_portal.disclosure import protect
from bou_portal.figures import Kind, Shown, State
from bou_portal.periods import Quarter
from municipalities.models import Release
from placements.episodes import derive
from placements.health_funnel import OwnFunnel, steps
from placements.indicators.releases import tables
from placements.models import Child, HealthComment, HealthExam, Placement
from tests.conftest import make_user

QUARTER = Quarter(2026, 3)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-21 12:00+00:00", tick=False):
        yield


def placed(municipality, number, **exam):
    """Children placed since February, each with a health examination that has come so far."""
    made = []
    for index in range(number):
        code = f"{municipality.code}-{Child.objects.count():03}-{index}"
        child = Child.objects.create(municipality=municipality, local_code=code, birth_year=2012, sex="pojke")
        Placement.objects.create(
            municipality=municipality, child=child, form_group="familjehem", started_on=date(2026, 2, 1)
        )
        made.append(child)
        if exam:
            HealthExam.objects.create(municipality=municipality, child=child, **{"kind": "läkare"} | exam)
    derive([child.pk for child in made])
    return made


ASKED = {"requested_on": date(2026, 2, 10)}
OFFERED = ASKED | {"offered_on": date(2026, 3, 1)}
DONE = OFFERED | {"done_on": date(2026, 3, 20)}
ANSWERED = DONE | {"result_on": date(2026, 4, 2)}


@pytest.fixture
def children(sundsvall):
    """Ten placed: two not asked for, one asked, two offered, three done, one answered, one declined."""
    placed(sundsvall, 2)
    placed(sundsvall, 1, **ASKED)
    placed(sundsvall, 2, **OFFERED, not_done_reason="missed")
    placed(sundsvall, 3, **DONE, actions_needed=True)
    placed(sundsvall, 1, **ANSWERED, actions_needed=True, actions_done_on=date(2026, 5, 1))
    placed(sundsvall, 1, **ASKED, not_done_reason="declined")


def text(response):
    return " ".join(response.content.decode().replace("\xa0", " ").split())


# At home -------------------------------------------------------------------------------------------------------------


def test_each_step_counts_those_who_have_come_farther_too(children, sundsvall):
    found = OwnFunnel(sundsvall, QUARTER).steps("placed_on_by_health")
    assert [(name, shown.value) for name, shown in found] == [
        ("Placerade barn", 10), ("Begärd", 7), ("Tid erbjuden", 6), ("Gjord", 4), ("Svar mottaget", 1),
    ]  # fmt: skip


def test_reasons_and_actions_are_counted_per_kind(children, sundsvall):
    own = OwnFunnel(sundsvall, QUARTER)
    assert own.reasons.rows == (
        ("Avböjt", "1", "0"),
        ("Uteblivet", "2", "0"),
        ("Ingen orsak angiven", "3", "10"),
    )
    assert own.actions.rows == (("Åtgärder klara", "1", "0"), ("Åtgärder väntar", "3", "0"))


def test_days_from_request_are_told_with_how_many_they_rest_on(children, sundsvall):
    health, dental = OwnFunnel(sundsvall, QUARTER).kinds
    assert (health["days"], health["days_base"]) == ("38", "median av 4 det senaste året")
    assert (dental["days"], dental["days_base"]) == ("–", "ingen gjord det senaste året")


def test_what_was_done_after_the_quarter_or_before_the_episode_is_not_counted(sundsvall):
    placed(sundsvall, 1, requested_on=date(2026, 10, 2))
    placed(sundsvall, 1, requested_on=date(2026, 1, 2), done_on=date(2026, 1, 20), actions_needed=True)
    own = OwnFunnel(sundsvall, QUARTER)
    assert [shown.value for _, shown in own.steps("placed_on_by_health")] == [2, 0, 0, 0, 0]
    assert own.actions.rows == ()


def test_head_reads_the_exact_funnel_marked_intern(sign_in, head_of_ifo, children):
    page = text(sign_in(head_of_ifo).get("/siffror/halsa/"))
    assert "Av 10 placerade barn är hälsoundersökning begärd för 7 och gjord för 4." in page
    assert "<strong>Intern.</strong>" in page
    assert "en lokal målnivå, inte ett lagkrav" in page


def test_municipality_without_examinations_is_told_where_they_come_from(sign_in, unit_manager, sundsvall):
    placed(sundsvall, 3)
    page = text(sign_in(unit_manager).get("/siffror/halsa/"))
    assert "Sundsvall har inte lämnat några uppgifter om hälso- och tandundersökningar ännu." in page


def test_as_many_questions_for_one_child_as_for_thirty(sign_in, head_of_ifo, sundsvall):
    from tests.placements.test_children import queries_for

    client = sign_in(head_of_ifo)
    placed(sundsvall, 1, **DONE)
    client.get("/siffror/halsa/")
    one = queries_for(client, "/siffror/halsa/")
    placed(sundsvall, 29, **ANSWERED, actions_needed=True)
    assert queries_for(client, "/siffror/halsa/") == one


# Outside -------------------------------------------------------------------------------------------------------------


def shown(**counts):
    return {
        stage: Shown(State.SHOWN, Kind.COUNT, n) if n is not None else Shown(State.HIDDEN)
        for stage, n in counts.items()
    }


def test_a_step_with_a_hidden_stage_is_hidden_and_the_others_are_told():
    stages = shown(begärd=None, erbjuden=20, gjord=90) | {"svar mottaget": Shown(State.SHOWN, Kind.COUNT, 30)}
    found = steps(Shown(State.SHOWN, Kind.COUNT, 200), stages.get)
    assert [each.text for _, each in found] == ["200", "..", "140", "120", "30"]


@pytest.fixture
def release(children, vasternorrland):
    """The county: 126 placed. Three are declined or not needed in all, so "begärd", the next smallest, hides too."""
    others = list(vasternorrland.municipalities.exclude(code="2281"))
    for municipality in others:
        placed(municipality, 2)
        placed(municipality, 12, **DONE)
        placed(municipality, 2, **ASKED)
        placed(municipality, 3, **ANSWERED)
    placed(others[0], 2, **ASKED, not_done_reason="declined")
    disclosed = protect(tables(vasternorrland, QUARTER))
    return Release.objects.create(
        region=vasternorrland, quarter=str(QUARTER), cells=disclosed.as_dict(), sha256="x", code_version="test"
    )


@pytest.fixture
def partner(vasternorrland):
    return make_user("hanna@region.example", Role.PARTNER, region=vasternorrland, name="Hanna Ek")


def planted(release):
    """The stages' numbers that are hidden, as the raw figures have them."""
    raw = {
        figure.category: figure.value
        for figure in tables(release.region, QUARTER).figures
        if (figure.id, figure.place) == ("placed_on_by_health", "22")
    }
    hidden = {
        cell["category"]
        for cell in release.cells["cells"]
        if cell["measure"] == "placed_on_by_health" and cell["reason"] == "hidden"
    }
    return {stage: raw[stage] for stage in hidden}


def test_the_partner_reads_the_masked_funnel(sign_in, partner, release):
    small = planted(release)
    assert small == {"erbjuden": 2, "obehövlig eller avböjd": 3, "begärd": 13}
    page = text(sign_in(partner).get("/siffror/halsa/22/"))
    assert "Av 126 placerade barn är hälsoundersökning gjord för 94." in page
    assert "Begärd</text>" in page
    cells = page.split("Visa som tabell")[1]
    for step in ("Begärd", "Tid erbjuden"):
        assert f'<th scope="row">{step}</th><td class="num">..</td>' in cells
    assert '<th scope="row">Gjord</th><td class="num">94</td>' in cells


@pytest.mark.parametrize("number", ["13", "109", "96", "2", "3"])
def test_no_planted_number_is_in_page_file_or_chart(sign_in, partner, development_leader, release, number):
    """13 asked, 2 offered, 3 declined; 109 and 96 would be the steps that are hidden."""
    page = sign_in(partner).get("/siffror/halsa/22/").content.decode()
    main = page[page.index("<main") : page.index("</main")]
    assert f">{number}<" not in main.split("Tandundersökning")[0]
    client = sign_in(development_leader)
    lines = client.get("/siffror/region/22/2026-K3.csv").content.decode("utf-8-sig").splitlines()
    health = [line.split(";") for line in lines if "placed_on_by_health" in line]
    assert len(health) == 6
    assert all(number not in line for line in health)
    said = " ".join(main.split("Tandundersökning")[0].replace("kvartal 3", "").replace("\xa0", " ").split())
    assert not re.search(rf"(?<![\w-]){number}(?![\d%-]| %| dagar)", re.sub(r"<[^>]+>", "|", said))


def test_the_partner_comments_once_and_changes_it(sign_in, partner, release, development_leader, head_of_ifo):
    client = sign_in(partner)
    assert "väntar på din kommentar" in text(client.get("/"))
    assert client.post("/siffror/halsa/22/2026-k3/", {"text": "Vi har fler tider nu."}).status_code == 302
    client.post("/siffror/halsa/22/2026-k3/", {"text": "Vi har fler tider i höst."})
    assert [(c.quarter, c.text) for c in HealthComment.objects.all()] == [("2026-K3", "Vi har fler tider i höst.")]
    assert [e.verb for e in Event.objects.filter(target="placements.healthcomment")] == ["changed", "created"]
    assert "är kommenterad" in text(client.get("/"))
    for reader in (development_leader, head_of_ifo):
        page = text(sign_in(reader).get("/siffror/halsa/22/"))
        assert "Vi har fler tider i höst." in page
        assert "Skriv en kommentar" not in page
        assert sign_in(reader).post("/siffror/halsa/22/2026-k3/", {"text": "Nej"}).status_code == 403


def test_a_comment_with_an_identity_number_is_refused_and_kept_in_the_form(sign_in, partner, release):
    page = text(sign_in(partner).post("/siffror/halsa/22/2026-k3/", {"text": "Gäller 20120101-2384."}))
    assert "personnummer" in page
    assert "Gäller 20120101-2384." in page
    assert not HealthComment.objects.exists()


@pytest.mark.parametrize("path", ["/siffror/", "/siffror/region/22/", "/siffror/avbrott/", "/siffror/avbrott/22/",
                                  "/placeringar/", "/hvb/", "/rapporter/", "/siffror/region/22/2026-K3.csv",
                                  "/siffror/placed_on/", "/logg/", "/medarbetare/", "/placeringar/leveranser/"])  # fmt: skip
def test_the_partner_sees_nothing_else(sign_in, partner, release, path):
    assert sign_in(partner).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/siffror/halsa/24/", "/siffror/halsa/24/2026-k3/", "/siffror/halsa/22/2026-k2/"])
def test_another_region_or_quarter_does_not_exist_for_the_partner(sign_in, partner, release, path):
    assert sign_in(partner).get(path).status_code == 404


def test_the_neighbouring_region_sees_nothing(sign_in, neighbouring_head, release):
    assert sign_in(neighbouring_head).get("/siffror/halsa/22/").status_code == 404


def test_a_region_in_which_somebody_has_not_told_of_health_says_who(sign_in, partner, children, vasternorrland):
    for municipality in vasternorrland.municipalities.exclude(code="2281"):
        placed(municipality, 20, **({} if municipality.code == "2284" else DONE))
    disclosed = protect(tables(vasternorrland, QUARTER))
    Release.objects.create(
        region=vasternorrland, quarter=str(QUARTER), cells=disclosed.as_dict(), sha256="x", code_version="test"
    )
    page = text(sign_in(partner).get("/siffror/halsa/22/"))
    assert "Tratten visas när alla kommuner har lämnat uppgifter om hälso- och tandundersökningar. Saknas: " in page
    assert "Örnsköldsvik" in page


def test_nothing_frozen_is_said_and_not_an_error(sign_in, partner):
    client = sign_in(partner)
    assert "Inget kvartal är fryst ännu" in text(client.get("/siffror/halsa/22/"))
    assert "Inget kvartal är fryst än" in text(client.get("/"))
