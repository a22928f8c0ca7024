"""Taking out released figures: every cell as it was frozen, nothing else, and who did it."""

import csv
import io
import zipfile

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bou_portal.audit.models import Event
from bou_portal.disclosure import Disclosed
from bou_portal.disclosure.release import Key
from bou_portal.figures import DEFINITIONS, Kind, Shown, State
from bou_portal.periods import Quarter
from municipalities.kpis.release_export import HEADINGS
from municipalities.models import Region, Release, ReleaseExport

SECRET = "dolt tal 3"
CELLS = {
    Key("placed_on", "2281"): Shown(State.SHOWN, Kind.COUNT, 42),
    Key("placed_on", "2260"): Shown(State.HIDDEN, Kind.COUNT),
    Key("placed_on", "2262"): Shown(State.NOT_DELIVERED, Kind.COUNT),
    Key("placed_on", "22"): Shown(State.SHOWN, Kind.COUNT, 120),
    Key("L5", "2281"): Shown(State.SHOWN, Kind.SHARE, 75, 30, 40),
    Key("L5", "2260"): Shown(State.NOT_APPLICABLE, Kind.SHARE),
    Key("placed_on_by_form", "22", "familjehem"): Shown(State.SHOWN, Kind.COUNT, 80),
    Key("ended_length_mean", "22"): Shown(State.SHOWN, Kind.MEAN, 312.5),
    Key("S1", "22", None, "rolling"): Shown(State.SHOWN, Kind.SHARE, 20, 10, 50),
}


def freeze(code, quarter, cells=CELLS, version=1):
    disclosed = Disclosed(code, Quarter.parse(quarter), version, 5, ("2281", "2260", "2262"), cells)
    return Release.objects.create(
        region=Region.objects.get(code=code), quarter=quarter, version=version, cells=disclosed.as_dict(),
        reason="rättning" if version > 1 else "", sha256=disclosed.sha256, code_version="1",
    )  # fmt: skip


@pytest.fixture
def releases(db):
    return [freeze("22", quarter) for quarter in ("2026-K1", "2026-K2", "2026-K3")]


@pytest.fixture
def leader(sign_in, development_leader):
    return sign_in(development_leader)


def take(client, first="2026-K1", last="2026-K3", form="csv", purpose="Underlag till nationell uppföljning", **more):
    sent = {"first_quarter": first, "last_quarter": last, "form": form, "purpose": purpose, **more}
    return client.post(reverse("release_export_new"), sent)


def tables(answer):
    """{name: rows} of what was handed over, headings first."""
    if answer["Content-Type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            texts = {name.split(".")[0]: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
        return {name: list(csv.reader(io.StringIO(text), delimiter=";")) for name, text in texts.items()}
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheets = {sheet.title.lower(): sheet.iter_rows(values_only=True) for sheet in book}
    return {name: [["" if cell is None else cell for cell in row] for row in rows] for name, rows in sheets.items()}


def as_text(value):
    return "" if value is None else value if isinstance(value, str) else str(value).replace(".", ",")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_cell_equals_the_release_and_nothing_else_is_there(leader, releases, form):
    found = tables(take(leader, form=form))
    assert set(found) == {"siffror", "kodbok"}
    headings, *lines = found["siffror"]
    assert tuple(headings) == HEADINGS
    expected = [
        (release.quarter, key.place, key.measure, key.category or "", as_text(shown.value),
         as_text(shown.numerator), as_text(shown.denominator), "" if shown.is_shown else shown.text)
        for release in releases
        for key, shown in Disclosed.from_dict(release.cells).cells.items()
    ]  # fmt: skip
    told = [dict(zip(headings, map(as_text, line), strict=True)) for line in lines]
    columns = ("kvartal", "plats", "mått", "del", "värde", "täljare", "nämnare", "märke")
    assert [tuple(line[column] for column in columns) for line in told] == expected


def test_marks_stand_as_they_are_and_have_no_number(leader, releases):
    _, *lines = tables(take(leader, "2026-K3", "2026-K3"))["siffror"]
    marked = {line[12]: line for line in lines if line[12]}
    assert set(marked) == {"..", "ingen uppgift", "–"}
    assert all(line[9:12] == ["", "", ""] for line in marked.values())


def test_the_code_book_tells_of_each_measure_in_the_file_and_of_the_marks(leader, releases):
    headings, *rows = tables(take(leader))["kodbok"]
    assert headings == ["id", "namn", "täljare", "nämnare", "enhet", "källa", "anmärkning"]
    told = {row[0]: row for row in rows}
    for measure in {key.measure for key in CELLS}:
        definition = DEFINITIONS[measure]
        assert told[measure][1:4] == [definition.name, definition.numerator, definition.denominator]
        assert told[measure][5] == definition.source
    assert told[".."][1] == "Dold för att skydda enskilda"
    assert {"ingen uppgift", "–", "värde", "täljare"} <= set(told)


def test_of_a_corrected_quarter_only_the_latest_version_is_taken_out(leader, releases):
    corrected = CELLS | {Key("placed_on", "2281"): Shown(State.HIDDEN, Kind.COUNT)}
    freeze("22", "2026-K3", corrected, version=2)
    _, *lines = tables(take(leader))["siffror"]
    found = [line for line in lines if line[0] == "2026-K3" and line[4] == "2281" and line[6] == "placed_on"]
    assert [(line[1], line[9], line[12]) for line in found] == [("2", "", "..")]


def test_the_period_is_what_was_asked_for_and_the_region_her_own(leader, releases):
    freeze("24", "2026-K2", {Key("placed_on", "24"): Shown(State.SHOWN, Kind.COUNT, 999)})
    _, *lines = tables(take(leader, "2026-K2", "2026-K2"))["siffror"]
    assert {line[0] for line in lines} == {"2026-K2"}
    assert not any("999" in line for line in lines)


def test_nothing_of_a_home_nor_of_what_is_hidden_is_in_the_file(leader, releases):
    release = releases[-1]
    release.cells["homes"] = {"11111111-1111-1111-1111-111111111111": {"all": [4.0, 5]}}
    release.cells["cells"][1]["hidden_value"] = SECRET
    release.save()
    with zipfile.ZipFile(io.BytesIO(take(leader).content)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "11111111" not in whole
    assert SECRET not in whole


def test_each_taking_out_is_logged_before_it_is_handed_over(leader, releases, development_leader):
    answer = take(leader, "2026-K2", "2026-K3", "xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="slappta-siffror-22-2026-k2-2026-k3.xlsx"'
    row = ReleaseExport.objects.get()
    assert (row.taken_by, row.form, row.rows) == (development_leader, "xlsx", 2 * len(CELLS))
    from hashlib import sha256

    assert row.sha256 == sha256(answer.content).hexdigest()
    event = Event.objects.get(verb="exported")
    assert event.detail == {"region": "22", "form": "xlsx", "from": "2026-K2", "to": "2026-K3", "rows": 18}
    page = leader.get(reverse("release_exports")).content.decode()
    assert "Underlag till nationell uppföljning" in page
    assert "2026-K2–2026-K3" in page
    assert row.sha256[:12] in page


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_same_releases_give_the_same_bytes(leader, releases, form):
    assert take(leader, form=form).content == take(leader, form=form).content


def test_a_double_click_is_one_line_in_the_log(leader, releases):
    token = leader.get(reverse("release_export_new")).context["form"].initial["token"]
    first, second = take(leader, token=token), take(leader, token=token)
    assert first.content == second.content
    assert ReleaseExport.objects.count() == Event.objects.filter(verb="exported").count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"purpose": ""}, "obligatoriskt"),
        ({"purpose": "Till 20090808-2381"}, "personnummer"),
        ({"first": "2026-K3", "last": "2026-K1"}, "Byt plats på dem"),
        ({"first": "2019-K1"}, "Välj"),
        ({"form": "pdf"}, "Välj"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_logged(leader, releases, changes, says):
    answer = take(leader, **changes)
    assert answer["Content-Type"].startswith("text/html")
    assert says in answer.content.decode()
    assert not ReleaseExport.objects.exists()


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_can_run_as_a_formula(leader, releases, start):
    municipality = Region.objects.get(code="22").municipalities.get(code="2281")
    municipality.short_name = f"{start}1+1"
    municipality.save()
    names = {row[5] for row in tables(take(leader))["siffror"][1:]}
    assert f"'{start}1+1" in names
    book = openpyxl.load_workbook(io.BytesIO(take(leader, form="xlsx").content))
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n"}


def test_without_a_frozen_quarter_the_page_says_so(leader):
    assert "Inget kvartal är fryst ännu" in leader.get(reverse("release_exports")).content.decode()


@pytest.mark.parametrize("who", ["head_of_ifo", "regional_reader", "social_worker", "neighbour"])
def test_only_the_leader_takes_out(sign_in, request, releases, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse("release_exports")).status_code == 403
    assert take(client).status_code == 403


def test_the_log_is_the_own_region_s_and_another_region_is_not_found(leader, releases):
    freeze("24", "2026-K2")
    ReleaseExport.objects.create(
        region=Region.objects.get(code="24"), first_quarter="2026-K2", last_quarter="2026-K2", form="csv",
        purpose="Grannens", rows=1, sha256="0" * 64,
    )  # fmt: skip
    assert "Grannens" not in leader.get(reverse("release_exports")).content.decode()
    assert leader.get(reverse("release_export_new"), {"region": "24"}).status_code == 404


def test_the_log_asks_the_database_as_often_for_one_line_as_for_thirty(leader, releases):
    take(leader)
    with CaptureQueriesContext(connection) as one:
        leader.get(reverse("release_exports"))
    for _ in range(29):
        take(leader)
    with CaptureQueriesContext(connection) as thirty:
        leader.get(reverse("release_exports"))
    assert len(thirty) == len(one)
