"""Who may read which figures, and that a region's page holds nothing but what was released."""

import json
from datetime import date
from io import BytesIO

import openpyxl
import pytest
import time_machine

from bou_portal.audit.models import Event
from bou_portal.disclosure import protect
from bou_portal.periods import Quarter
from municipalities.models import Release
from placements.episodes import derive
from placements.indicators.releases import tables
from placements.models import Child, Placement

QUARTER = Quarter(2026, 3)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-21 12:00+00:00", tick=False):
        yield


def place(municipality, code, form="familjehem"):
    child = Child.objects.create(municipality=municipality, local_code=code, birth_year=2012, sex="pojke")
    Placement.objects.create(municipality=municipality, child=child, form_group=form, started_on=date(2026, 2, 1))
    derive([child.pk])
    return child


@pytest.fixture
def placed(sundsvall):
    """Three children in Sundsvall: a small number."""
    return [place(sundsvall, code) for code in ("SVL-AAA1", "SVL-AAA2", "SVL-AAA3")]


@pytest.fixture
def release(placed, vasternorrland):
    for municipality in vasternorrland.municipalities.exclude(code="2281"):
        for number in range(9):
            place(municipality, f"{municipality.code}-{number}")
    shown = protect(tables(vasternorrland, QUARTER))
    return Release.objects.create(
        region=vasternorrland, quarter=str(QUARTER), cells=shown.as_dict(), sha256=shown.sha256, code_version="test"
    )


def text(response):
    return " ".join(response.content.decode().split())


def test_head_of_ifo_reads_the_exact_figures_marked_intern(sign_in, head_of_ifo, release):
    page = text(sign_in(head_of_ifo).get("/siffror/"))
    assert "<strong>Intern.</strong>" in page
    assert "Sundsvall hade 3 barn placerade den 2026-09-30" in page
    assert "lämnar inte kommunen" in page
    assert '<td class="num">..</td>' in page  # what the region sees of it


def test_quarter_and_municipality_are_chosen_and_old_addresses_do_no_harm(sign_in, head_of_ifo, placed):
    client = sign_in(head_of_ifo)
    assert "Sundsvall hade 0 barn placerade den 2025-12-31" in text(client.get("/siffror/?kvartal=2025-K4"))
    assert "den 2026-09-30" in text(client.get("/siffror/?kvartal=1999-K1&kommun=2480"))


def test_head_of_ifo_follows_a_figure_to_its_children(sign_in, head_of_ifo, placed):
    client = sign_in(head_of_ifo)
    page = text(client.get("/siffror/placed_on/"))
    assert "barn med en pågående placering dagen D" in page
    assert "/siffror/placed_on/barn/" in page
    page = text(client.get("/siffror/placed_on/barn/"))
    assert all(child.local_code in page for child in placed)
    event = Event.objects.latest("pk")
    assert (event.verb, event.municipality_id) == ("opened", placed[0].municipality_id)
    assert event.detail == {"rows": 3, "indicator": "placed_on", "quarter": "2026-K3"}


def test_data_steward_reads_figures_but_not_the_children(sign_in, data_steward, placed):
    client = sign_in(data_steward)
    assert "Visa barnen" not in text(client.get("/siffror/placed_on/"))
    assert client.get("/siffror/placed_on/barn/").status_code == 403


def test_social_worker_reads_no_figures(sign_in, social_worker, placed):
    client = sign_in(social_worker)
    assert client.get("/siffror/").status_code == 403
    assert client.get("/siffror/placed_on/").status_code == 403
    assert client.get("/siffror/placed_on/barn/").status_code == 404


def test_neighbour_reads_her_own_figures_only(sign_in, neighbouring_head, placed):
    client = sign_in(neighbouring_head)
    assert "Umeå" in text(client.get("/siffror/?kommun=2281"))
    assert "SVL-AAA1" not in text(client.get("/siffror/placed_on/barn/?kommun=2281"))
    assert client.get("/siffror/region/22/").status_code == 404
    assert client.get("/siffror/region/22/2026-k3.csv").status_code == 404


def test_unknown_figure_is_not_found(sign_in, head_of_ifo, placed):
    client = sign_in(head_of_ifo)
    assert client.get("/siffror/X9/").status_code == 404
    assert client.get("/siffror/V6/barn/").status_code == 404


@pytest.mark.parametrize("who", ["development_leader", "regional_reader"])
def test_regional_roles_read_the_release_and_nothing_raw(sign_in, request, who, release):
    client = sign_in(request.getfixturevalue(who))
    assert client.get("/siffror/").headers["Location"] == "/siffror/region/22/"
    page = text(client.get("/siffror/region/22/"))
    assert "Siffror för Region Västernorrland" in page
    assert "Alla 7 kommuner har levererat." in page
    assert "dold för att skydda enskilda" in page
    assert client.get("/siffror/placed_on/").status_code == 403
    assert client.get("/siffror/placed_on/barn/").status_code == 403


def test_hidden_municipalities_sort_last_whatever_their_value(sign_in, regional_reader, release):
    client = sign_in(regional_reader)
    for wish in ("placed_on", "-placed_on"):
        rows = client.get(f"/siffror/region/22/?sortera={wish}").context["rows"]
        assert rows[-1].cells[0].text == ".."
    names = [str(row.place) for row in client.get("/siffror/region/22/").context["rows"]]
    assert names[-2:] == ["Ånge", "Örnsköldsvik"]


def test_nothing_is_shown_before_a_quarter_is_frozen(sign_in, regional_reader, placed):
    assert "Inget kvartal är fryst ännu" in text(sign_in(regional_reader).get("/siffror/region/22/"))


def test_release_is_downloaded_as_it_is_and_logged(sign_in, regional_reader, release):
    client = sign_in(regional_reader)
    table = client.get("/siffror/region/22/2026-k3.csv").content.decode("utf-8-sig")
    assert "2026-K3;kvartal;2281;Sundsvall;placed_on;Placerade barn;;;;;..;dold för att skydda enskilda" in table
    book = openpyxl.load_workbook(BytesIO(client.get("/siffror/region/22/2026-k3.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert json.loads(client.get("/siffror/region/22/2026-k3.json").content) == release.cells
    downloads = Event.objects.filter(verb="downloaded", target="municipalities.release")
    assert [event.detail["format"] for event in downloads.order_by("pk")] == ["csv", "xlsx", "json"]
    assert client.get("/siffror/region/22/2026-k2.csv").status_code == 404
    assert client.get("/siffror/region/22/2026-k3.exe").status_code == 404


def test_pages_ask_the_database_equally_often_for_one_child_and_many(
    sign_in, head_of_ifo, sundsvall, placed, django_assert_num_queries, django_assert_max_num_queries
):
    client = sign_in(head_of_ifo)
    client.get("/siffror/")  # the session's own first row
    for address in ("/siffror/", "/siffror/L6/", "/siffror/placed_on/barn/"):
        with django_assert_max_num_queries(45) as asked:
            client.get(address)
        for number in range(9):
            place(sundsvall, f"{len(asked)}{number}{address[9:12]}")
        with django_assert_num_queries(len(asked)):
            client.get(address)
