"""A municipality's user leaves a delivery with errors, sees what becomes of every row, takes it in and undoes it."""

from datetime import date, timedelta

import pytest

from tests import town

TODAY = date.today()  # noqa: DTZ011 - the portal's own day, on the same machine


def file():
    """Five rows: two that are right, a day that does not exist, another municipality's, a personal identity number."""

    def row(child, *, municipality="2281", day=TODAY - timedelta(days=5)):
        return (
            municipality,
            child,
            "flicka",
            TODAY.year - 12,
            "familjehem",
            "Ek",
            day,
            "",
            "",
            "",
            "SoL",
            town.MAJA,
            "",
        )

    wrong = [row("ny-3", day=f"{TODAY.year}-02-30"), row("ny-4", municipality="2480"), row("200303032395")]
    return {
        "name": "leverans.csv",
        "mimeType": "text/csv",
        "buffer": town.delivery([row("ny-1"), row("ny-2"), *wrong]),
    }


def leaves_a_delivery(visitor):
    visitor.clicks("Placeringar")
    visitor.clicks("Leveranser")
    visitor.clicks("Lämna en leverans")
    visitor.page.get_by_label("Vad innehåller filen?").select_option("Placeringar")
    visitor.page.get_by_label("Fil (obligatoriskt)", exact=True).set_input_files(file())
    visitor.presses("Granska filen")


@pytest.mark.parametrize(
    ("who", "options"),
    [("unit_manager", {}), ("data_steward", {"java_script_enabled": False})],
    ids=["unit manager", "data steward without scripts"],
)
def test_a_delivery_with_errors_is_previewed_taken_in_and_undone(visit, who, options):
    visitor = visit(who, **options)
    leaves_a_delivery(visitor)
    assert "2 av 5 rader kan läsas in. Tre rader behöver rättas." in visitor.text
    fates = visitor.page.locator("#rader ~ * tbody tr, [aria-labelledby=rader] tbody tr").all_inner_texts()
    assert [("Ny" in fate, "Ej inläst" in fate) for fate in fates] == [(True, False)] * 2 + [(False, True)] * 3
    for said in ("Datumet finns inte", "Du får inte läsa in uppgifter för den kommunen", "Här står ett personnummer"):
        assert said in visitor.text
    refused = visitor.downloads("Ladda ner raderna som inte läses in").decode("utf-8-sig").splitlines()
    assert len(refused) == 4  # the headers and three rows to mend
    assert "2395" not in "".join(refused).replace("dold:", "")

    visitor.presses("Läs in leveransen")
    assert "2 av 5 rader lästes in" in visitor.text
    receipt = visitor.downloads("Ladda ner kvittot").decode("utf-8-sig").splitlines()
    assert [line.split(";")[3] for line in receipt[1:]] == ["Ny", "Ny", "Ej inläst", "Ej inläst", "Ej inläst"]

    visitor.clicks("Ångra leveransen")
    visitor.presses("Ångra leveransen")
    assert "Leveransen är ångrad" in visitor.text
    visitor.clicks("Leveranser")
    assert "Ångrad" in visitor.page.locator("tbody tr").first.inner_text()


def test_a_file_that_is_none_gets_a_sentence(visit):
    karin = visit("unit_manager")
    karin.goes("/placeringar/leveranser/ny/")
    empty = {"name": "tom.csv", "mimeType": "text/csv", "buffer": b""}
    karin.page.get_by_label("Fil (obligatoriskt)", exact=True).set_input_files(empty)
    karin.presses("Granska filen")
    assert "tom" in karin.page.get_by_role("alert").inner_text()
