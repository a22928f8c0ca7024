"""Proposals out of a file: any of three formats, headings under a title, areas over several rows, whole or not at all."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from municipalities.models import Proposal

HEADINGS = "nummer;område;titel;ansvarig"


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


def leave(client, content, name="forslag.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(reverse("proposal_import"), {"file": SimpleUploadedFile(name, content)}).content.decode()


def confirm(client, said):
    shown = said.split('name="shown" value="')[1].split('"')[0]
    return client.post(reverse("proposal_take_in"), {"shown": shown}, follow=True).content.decode()


def stored():
    return {row.number: (row.area, row.title, row.responsible) for row in Proposal.objects.all()}


def test_a_file_is_shown_first_and_taken_in_when_confirmed(lena):
    said = leave(lena, f"{HEADINGS}\n1;1;Tydligare ansvar;kommun\n2;God arbetsmiljö;Lagom många ärenden;SKL\n")
    assert "Inget är sparat förrän du bekräftar." in said
    assert said.count("Nytt") == 2
    assert stored() == {}
    assert "2 nya förslag, 0 ändrade, 0 oförändrade." in confirm(lena, said)
    assert stored() == {1: ("1", "Tydligare ansvar", "kommun"), 2: ("2", "Lagom många ärenden", "skr")}


def test_what_stands_is_changed_or_left_as_it_is(lena, vasternorrland):
    for number, title in ((1, "Gammal titel"), (2, "Samma titel")):
        Proposal.objects.create(region=vasternorrland, number=number, area="1", title=title, is_priority=True)
    said = leave(lena, f"{HEADINGS}\n1;1;Ny titel;kommun\n2;1;Samma titel;kommun\n")
    assert "Ändras" in said
    assert "Oförändrat" in said
    assert "0 nya förslag, 1 ändrade, 1 oförändrade." in confirm(lena, said)
    assert Proposal.objects.filter(is_priority=True).count() == 2
    assert stored()[1] == ("1", "Ny titel", "kommun")


def test_taking_in_twice_gives_the_same_as_once(lena):
    said = leave(lena, f"{HEADINGS}\n1;1;Tydligare ansvar;kommun\n")
    confirm(lena, said)
    assert "0 nya förslag, 0 ändrade, 1 oförändrade." in confirm(lena, said)
    assert Proposal.objects.count() == 1


def test_headings_are_found_below_merged_rows_and_areas_hold_for_several(lena):
    """As a county's own sheet looks: a title over the table, and an area named once for its proposals."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Stärkt skydd för barn och unga", None, None],
        ["Västernorrlands län 2016", None, None],
        [None, None, None],
        ["Nr", "Förslag", "Ansvarig nivå"],
        ["Område 1: Tydligt uppdrag", None, None],
        [1, "Tydligare ansvar", "Kommunen"],
        [2, "Gemensamma mål", "Länet"],
        ["Område 2: God arbetsmiljö", None, None],
        [17, "Rimlig arbetsbelastning", None],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A5:C5")
    file = BytesIO()
    book.save(file)
    said = leave(lena, file.getvalue(), "lanets-plan.xlsx")
    confirm(lena, said)
    assert stored() == {
        1: ("1", "Tydligare ansvar", "kommun"),
        2: ("1", "Gemensamma mål", "region"),
        17: ("2", "Rimlig arbetsbelastning", "kommun"),
    }


def test_a_merged_area_cell_holds_until_the_next(lena):
    said = leave(lena, f"{HEADINGS}\n1;1;Ett;kommun\n2;;Två;kommun\n3;2;Tre;kommun\n4;;Fyra;kommun\n")
    confirm(lena, said)
    assert [area for area, *_ in stored().values()] == ["1", "1", "2", "2"]


def test_a_file_from_an_old_spreadsheet_is_read(lena):
    said = leave(lena, f"{HEADINGS}\r\n1;1;Förståelse för åtgärder;Kommunen\r\n".encode("cp1252"))
    assert "Förståelse för åtgärder" in said


def test_rows_that_are_wrong_stop_the_whole_file_and_say_why(lena):
    said = leave(
        lena,
        f"{HEADINGS}\n1;1;Bra rad;kommun\n45;1;För högt;kommun\nx;1;Inget nummer;kommun\n2;9;Fel område;kommun\n"
        f"3;1;;kommun\n4;1;{'a' * 161};kommun\n5;1;Fel ansvarig;grannen\n1;1;Dubbel;kommun\n6;1;Om 20121212-1212;kommun\n",
    )
    for why in (
        "Numret ska vara 1–44, inte ”45”.",
        "Numret ska vara 1–44, inte ”x”.",
        "Området ska vara 1, 2 eller 3",
        "Raden saknar titel.",
        "Titeln är 161 tecken.",
        "Ansvarig ska vara staten, SKR, region, kommun eller annan.",
        "Nummer 1 står redan på rad 2.",
        "Titeln innehåller ett personnummer.",
    ):
        assert why in said
    assert "20121212-1212" not in said
    assert 'name="shown"' not in said
    assert stored() == {}


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "tom.csv", "tom"),
        ("a;b\n1;2\n", "fel.csv", "Hittar ingen rubrikrad"),
        (HEADINGS + "\n", "bara-rubrik.csv", "inga rader"),
        ("%PDF-1.7 nej", "plan.csv", "Filen är inte det som namnet säger"),
        ("text", "plan.pdf", "Filen ska vara CSV, xlsx eller ods"),
        ("nummer;nr;titel\n1;1;Ett\n", "dubbel.csv", "Två rubriker betyder samma sak"),
    ],
)
def test_a_file_that_is_something_else_says_why(lena, content, name, said):
    assert said in leave(lena, content or b"\n", name)
    assert stored() == {}


def test_markup_in_a_file_is_text(lena):
    said = leave(lena, f"{HEADINGS}\n1;1;<script>alert(1)</script>;kommun\n")
    assert "<script>alert" not in said
    assert "&lt;script&gt;" in said


@pytest.mark.parametrize("shown", ["", "påhittat", "e30:1abc:falskt"])
def test_nobody_writes_the_preview_herself(lena, shown):
    said = lena.post(reverse("proposal_take_in"), {"shown": shown}, follow=True).content.decode()
    assert "Läs in filen igen." in said
    assert stored() == {}


def test_a_preview_of_one_region_is_not_taken_in_by_another(lena, sign_in):
    from bou_portal.access import Role
    from municipalities.models import Region
    from tests.conftest import make_user

    said = leave(lena, f"{HEADINGS}\n1;1;Tydligare ansvar;kommun\n")
    other = make_user("tor@region.example", Role.DEVELOPMENT_LEADER, region=Region.objects.get(code="24"))
    assert "Läs in filen igen." in confirm(sign_in(other), said)
    assert stored() == {}
