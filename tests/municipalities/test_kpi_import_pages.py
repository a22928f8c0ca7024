"""Pages saved from Kolada where there is no network, who may take in, and following a fetch."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from municipalities.models import Kpi, KpiImport, KpiValue, Region
from tests.municipalities.kolada_server import page, recorded, row
from tests.municipalities.kpi_files import WIDE, confirm, values


@pytest.fixture
def leader(sign_in, development_leader):
    return sign_in(development_leader)


# --- pages saved from Kolada --------------------------------------------------------------------------------------------
def saved(client, *pages):
    files = [SimpleUploadedFile(f"sida{n}.json", json.dumps(each).encode()) for n, each in enumerate(pages)]
    return client.post(reverse("kpi_file_new"), {"files": files})


def test_pages_saved_from_kolada_are_taken_in_as_koladas(leader):
    Kpi.objects.create(code="N00945", title="Ett nyckeltal", source="kolada")
    saved(leader, recorded("paging_page1.json"), recorded("paging_page2.json"))
    staged = KpiImport.objects.get()
    assert "9" in leader.get(staged.get_absolute_url()).content.decode()
    confirm(leader, staged)
    assert values("Ett nyckeltal")["1280", 2020, "T"] == 37.0
    assert KpiValue.objects.count() == 9


def test_descriptions_saved_from_kolada_are_taken_in(leader):
    saved(leader, recorded("kpi_by_id.json"))
    confirm(leader, KpiImport.objects.get())
    kpi = Kpi.objects.get(code="N33816")
    assert kpi.description.startswith("Antal invånare 0-20 år")
    assert kpi.unit == "per 1 000 invånare 0–20 år"


def test_of_a_saved_page_only_what_is_known_and_whole_is_taken_in(leader):
    rows = [
        row("N33817", "2281", 2025, 5.0),
        row("N99999", "2281", 2025, 1.0),
        {"kpi": 1},
        row("N33817", "G1", 2025, 2.0),
    ]
    saved(leader, page(rows))
    staged = KpiImport.objects.get()
    told = leader.get(staged.get_absolute_url()).context["outcome"].told
    assert [error["text"] for error in told["errors"]] == [
        "Portalen följer inte nyckeltalet N99999.",
        "Raden har inte den form som Kolada skriver.",
    ]
    assert (told["passed"], told["counts"]["new"]) == (1, 1)


def test_a_table_and_saved_pages_do_not_mix(leader):
    files = [SimpleUploadedFile("a.json", json.dumps(page([])).encode()), SimpleUploadedFile("b.csv", WIDE.encode())]
    assert "antingen en tabell" in leader.post(reverse("kpi_file_new"), {"files": files}).content.decode()


def test_an_empty_upload_asks_for_a_file(leader):
    assert "obligatoriskt" in leader.post(reverse("kpi_file_new"), {}).content.decode()


# --- who ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["social_worker", "head_of_ifo", "regional_reader", "neighbour"])
def test_only_the_leader_takes_in(sign_in, request, who, vasternorrland):
    staged = KpiImport.objects.create(region=vasternorrland, source="fil", file_name="oj.csv")
    client = sign_in(request.getfixturevalue(who))
    for name in ("kpi_imports", "kpi_file_new"):
        assert client.get(reverse(name)).status_code == 403
    assert client.get(staged.get_absolute_url()).status_code == 403
    assert client.post(reverse("kpi_fetch")).status_code == 403


def test_another_regions_leader_does_not_see_the_file(sign_in, development_leader, vasternorrland):
    other = KpiImport.objects.create(region=Region.objects.get(code="24"), source="fil", file_name="oj.csv")
    client = sign_in(development_leader)
    assert client.get(other.get_absolute_url()).status_code == 404
    for name in ("kpi_import_confirm", "kpi_import_discard", "kpi_import_retry"):
        assert client.post(reverse(name, args=[other.uid])).status_code == 404


def test_the_leader_follows_a_fetch_and_tries_again(leader, vasternorrland, monkeypatch):
    monkeypatch.setattr("municipalities.kolada.fetching.hand_over", lambda pk: None)
    fetch = KpiImport.objects.create(region=vasternorrland, source="kolada", state="hamtar", done=3, total=78)
    shown = leader.get(fetch.get_absolute_url()).content.decode()
    assert "3 av 78" in shown
    assert reverse("kpi_import_progress", args=[fetch.uid]) in shown
    assert "pågår redan" in leader.post(reverse("kpi_fetch"), follow=True).content.decode()
    KpiImport.objects.update(state="misslyckad", told={"problem": "Kolada gick inte att nå."})
    assert leader.get(reverse("kpi_import_progress", args=[fetch.uid]))["HX-Refresh"] == "true"
    failed = leader.get(fetch.get_absolute_url()).content.decode()
    assert "Kolada gick inte att nå." in failed
    assert "Försök igen" in failed
    leader.post(reverse("kpi_import_retry", args=[fetch.uid]))
    fetch.refresh_from_db()
    assert fetch.state == KpiImport.State.WAITING


def test_the_list_of_imports_asks_the_database_as_often_for_one_as_for_thirty(
    leader, vasternorrland, django_assert_num_queries
):
    def add(count):
        for n in range(count):
            KpiImport.objects.create(region=vasternorrland, source="fil", file_name=f"{n}.csv", state="klar")

    add(1)
    leader.get(reverse("kpi_imports"))  # the first one signs the session
    with CaptureQueriesContext(connection) as one:
        leader.get(reverse("kpi_imports"))
    add(18)
    with django_assert_num_queries(len(one)):
        leader.get(reverse("kpi_imports"))
