"""A file of indicators: laid out by somebody else, explained, previewed, taken in once or not at all."""

import json

import pytest
from django.urls import reverse

from bou_portal.audit.models import Event
from bou_portal.imports import read_table
from municipalities.kpis import table as kpi_table
from municipalities.kpis.importing import unpacked
from municipalities.models import Kpi, KpiImport, KpiValue
from tests.municipalities.kpi_files import LONG, WIDE, confirm, explain, taken_in, upload, values, workbook


@pytest.fixture
def leader(sign_in, development_leader):
    return sign_in(development_leader)


# --- how it is laid out -------------------------------------------------------------------------------------------------
def test_headings_over_several_rows_are_one_and_titles_above_are_passed_over(db):
    sheet = kpi_table.laid_out(read_table("oj.csv", WIDE.encode()), kpi_table.Places())
    assert sheet.headings == ["Kommunkod", "Kommun", "Aktuell rutin, 2024", "Aktuell rutin, 2025", "Kompetens, 2025"]
    assert [number for number, _ in sheet.rows] == [5, 6, 7, 8]


def test_merged_cells_of_a_workbook_stand_over_all_their_columns(leader):
    rows = [
        ["Öppna jämförelser"],
        ["Kommun", "Utredning", None, "Placering"],
        [None, "Rutin", "Tid", "Information"],
        [None, 2025, 2025, 2025],
        ["Sundsvall", 1, 96.5, 49],
        ["Timrå", 0, None, 50],
    ]
    content = workbook(rows, ["A1:D1", "A2:A4", "B2:C2"])
    taken_in(leader, content, "oj.xlsx")
    assert values("Utredning, Tid") == {("2281", 2025, "T"): 96.5, ("2262", 2025, "T"): None}
    assert values("Utredning, Rutin")["2262", 2025, "T"] == 0
    assert set(values("Placering, Information").values()) == {49, 50}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 234,5", 1234.5), ("12,5 %", 12.5), ("0", 0), ("−3", -3), ("47.5", 47.5), ("1\u00a0000", 1000),
     ("..", None), ("-", None), ("–", None), ("", None), ("x", None), ("Ja", 1), ("nej", 0), ("Uppgift saknas", None)],
)  # fmt: skip
def test_numbers_and_marks_are_read_as_people_write_them(text, value):
    assert kpi_table.read_number(text) == value


@pytest.mark.parametrize("text", ["fem", "1,2,3", "nan", "inf", "1e5", "kanske", "=1+1", "٣"])
def test_what_is_no_number_is_not_guessed(text):
    with pytest.raises(ValueError):  # noqa: PT011
        kpi_table.read_number(text)


# --- from file to store -------------------------------------------------------------------------------------------------
def test_the_leader_takes_in_a_table_and_the_manager_sees_it(leader, unit_manager, client):
    assert upload(leader, WIDE).status_code == 302
    staged = KpiImport.objects.get()
    assert leader.get(staged.get_absolute_url()).url.endswith("/kolumner/")
    asked = leader.get(reverse("kpi_import_columns", args=[staged.uid])).content.decode()
    assert "Aktuell rutin, 2024" in asked
    assert "Till exempel 1 · 0 · 50" in asked
    shown = explain(leader, staged).content.decode()
    assert "Inget är sparat ännu" in shown
    assert not KpiValue.objects.exists()
    assert "Läs in värdena" in shown
    receipt = confirm(leader, staged).content.decode()
    assert "Filen är inläst" in receipt
    assert values("Aktuell rutin") == {
        ("2281", 2024, "T"): 1, ("2281", 2025, "T"): 1, ("2262", 2024, "T"): 0, ("2262", 2025, "T"): None,
        ("0022", 2024, "T"): 50, ("0022", 2025, "T"): 60, ("0000", 2024, "T"): 62.1, ("0000", 2025, "T"): 70,
    }  # fmt: skip
    staged.refresh_from_db()
    assert (staged.content, staged.told["counts"]["new"], staged.told["refused"]) == (None, 12, 0)
    client.force_login(unit_manager)
    seen = client.get(reverse("kpis"), {"omrade": "Öppna jämförelser 2025"}).content.decode()
    assert "Kompetens" in seen
    assert "47,5" in seen
    assert "45,1" in seen


def test_one_row_per_value_with_gender_is_read_too(leader):
    taken_in(leader, LONG)
    assert values("Skriftlig information till placerade barn") == {("2281", 2025, "K"): 49, ("2281", 2025, "M"): 52.5}


def test_the_same_file_again_changes_nothing(leader):
    taken_in(leader, WIDE)
    before = list(KpiValue.objects.order_by("pk").values_list()), list(Kpi.objects.values_list())
    again = taken_in(leader, WIDE)
    assert (list(KpiValue.objects.order_by("pk").values_list()), list(Kpi.objects.values_list())) == before
    assert again.state == KpiImport.State.PREVIEWED or again.told["counts"]["unchanged"] == 12
    page_ = leader.get(again.get_absolute_url()).content.decode()
    assert "Läs in värdena" not in page_


def test_a_corrected_file_shows_old_and_new(leader):
    taken_in(leader, WIDE)
    upload(leader, WIDE.replace("47,5", "48,5"))
    staged = KpiImport.objects.first()
    shown = explain(leader, staged).content.decode()
    assert "47,5" in shown
    assert "48,5" in shown
    assert "Värden som ändras" in shown
    confirm(leader, staged)
    assert values("Kompetens")["2281", 2025, "T"] == 48.5


def test_what_is_wrong_is_said_by_row_and_the_rest_is_taken_in(leader):
    bad = """kommunkod;kommun;år;nyckeltal;värde
2281;Sundsvall;2025;Rutin;5
9999;Nowhere;2025;Rutin;5
;Sunsvall;2025;Rutin;5
2262;Timrå;2025;Rutin;fem
2280;Härnösand;2205;Rutin;5
2282;Kramfors;tjugo;Rutin;5
2283;Sollefteå;2025;;5
2281;Umeå;2025;Annan;5
2284;Örnsköldsvik;2025;Rutin;1
2284;Örnsköldsvik;2025;Rutin;2
2260;Ånge;2025;N33817 Placerade;2
"""
    upload(leader, bad)
    staged = KpiImport.objects.get()
    outcome = explain(leader, staged).context["outcome"]
    told = {error["row"]: error["text"] for error in outcome.told["errors"]}
    assert "9999” finns inte" in told[3]
    assert "Sunsvall" in told[4]
    assert "stavningen" in told[4]
    assert told[5] == "”fem” är inget tal. Skriv ett tal, eller .. där värdet saknas."
    assert "2205 ligger utanför" in told[6]
    assert "inget år" in told[7]
    assert "vilket nyckeltal" in told[8]
    assert "Koden 2281 är Sundsvall, men raden heter ”Umeå”" in told[9]
    assert "Raderna 10 och 11 säger samma sak" in told[11]
    assert "N33817 är Koladas" in told[12]
    assert outcome.told["counts"]["new"] == 1
    confirm(leader, staged)
    assert KpiValue.objects.count() == 1


def test_a_spreadsheet_that_ate_the_noughts_still_means_the_municipality(leader):
    taken_in(leader, "kod;Mått A, 2024\n114;5\n2281;6\n0;7\n22;8\n")
    assert values("Mått A") == {
        ("0114", 2024, "T"): 5,
        ("2281", 2024, "T"): 6,
        ("0000", 2024, "T"): 7,
        ("0022", 2024, "T"): 8,
    }


def test_the_year_may_be_given_for_all_values(leader):
    content = "Kommun;Rutin finns\nSundsvall;1\nTimrå;0\n"
    upload(leader, content)
    staged = KpiImport.objects.get()
    assert "Raden saknar år" in explain(leader, staged).content.decode()
    explain(leader, staged, ar=2025)
    confirm(leader, staged)
    assert values("Rutin finns") == {("2281", 2025, "T"): 1, ("2262", 2025, "T"): 0}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kolumn_0": "", "kolumn_1": ""}, "Välj vilken kolumn som säger kommun"),
        ({"kolumn_1": "kommunkod"}, "Två kolumner är valda som kommunkod"),
        ({"kolumn_2": "", "kolumn_3": "", "kolumn_4": ""}, "Välj antingen en kolumn för värde"),
        ({"kolumn_2": "varde", "kolumn_3": "", "kolumn_4": ""}, "behöver en för nyckeltalets namn"),
        ({"ar": "1812"}, "1990"),
        ({"omrade": ""}, "obligatoriskt"),
    ],
)
def test_columns_that_make_no_sense_are_refused_with_a_reason(leader, changes, says):
    upload(leader, WIDE)
    staged = KpiImport.objects.get()
    assert says in explain(leader, staged, **changes).content.decode()
    staged.refresh_from_db()
    assert staged.state == KpiImport.State.WAITING


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("oj.pdf", b"%PDF-1.7", "CSV, xlsx eller ods"),
        ("oj.xlsx", b"PK\x03\x04 trasig", "inte det som namnet"),
        ("oj.csv", b"", "tom"),
        ("oj.csv", b"rubrik;annat\nord;ord\n", "Ingen rad med en kommun"),
        ("oj.csv", b"2281;5\n2262;6\n", "saknar rubrikrad"),
        ("sida.json", b"{}", "ingen sida"),
        ("20090808-2381.csv", b"kommun;A\nSundsvall;1\n", "personnummer"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(leader, name, content, says):
    answer = upload(leader, content, name)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not KpiImport.objects.exists()


def test_an_identity_number_in_a_cell_is_not_kept(leader):
    upload(leader, "Kommun;Anm;Rutin, 2025\nSundsvall;20090808-2381;1\n")
    assert "2381" not in json.dumps(unpacked(KpiImport.objects.get()))


# --- nothing by halves --------------------------------------------------------------------------------------------------
def test_what_is_confirmed_is_what_was_shown(leader):
    upload(leader, WIDE)
    staged = KpiImport.objects.get()
    explain(leader, staged)
    digest = leader.get(staged.get_absolute_url()).context["outcome"].digest
    title = "Kompetens"
    kpi = Kpi.objects.create(code=kpi_table.code_of(title), title=title, source="fil")
    KpiValue.objects.create(kpi=kpi, place="2281", year=2025, value=1)
    answer = leader.post(reverse("kpi_import_confirm", args=[staged.uid]), {"digest": digest}, follow=True)
    assert "räknat om" in answer.content.decode()
    assert KpiValue.objects.count() == 1
    staged.refresh_from_db()
    assert staged.state == KpiImport.State.PREVIEWED


def test_a_fault_in_the_middle_leaves_nothing(leader, monkeypatch):
    upload(leader, WIDE)
    staged = KpiImport.objects.get()
    explain(leader, staged)
    kpis = Kpi.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr("municipalities.kpis.importing.record", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            confirm(leader, staged)
    staged.refresh_from_db()
    assert (staged.state, KpiValue.objects.count(), Kpi.objects.count()) == (KpiImport.State.PREVIEWED, 0, kpis)


def test_a_double_click_takes_in_once(leader):
    staged = taken_in(leader, WIDE)
    leader.post(reverse("kpi_import_confirm", args=[staged.uid]), {"digest": "x"})
    assert Event.objects.filter(verb="imported").count() == 1


def test_a_thrown_away_file_is_gone_and_says_so(leader):
    upload(leader, WIDE)
    staged = KpiImport.objects.get()
    leader.post(reverse("kpi_import_discard", args=[staged.uid]))
    staged.refresh_from_db()
    assert (staged.state, staged.content) == (KpiImport.State.DISCARDED, None)
    assert "slängd" in leader.get(staged.get_absolute_url()).content.decode()
