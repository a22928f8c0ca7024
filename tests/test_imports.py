"""The gate before any parser, and reading of what passes it."""

import io
import json
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bou_portal.exports import csv_bytes
from bou_portal.imports import (
    MAX_BYTES,
    ImportResult,
    RowError,
    Unreadable,
    check_name_and_size,
    folded,
    match_headers,
    read_table,
    safe_name,
)

LINES = "Födelseår;Barn\n2010;Å-1\n"


def archive(entries, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(*rows):
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Blad1">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": content,
        }
    )


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (LINES.encode(), "UTF-8"),
        (LINES.encode("utf-8-sig"), "UTF-8"),
        (LINES.encode("cp1252"), "Windows-1252"),
        (LINES.encode("utf-16"), "UTF-16"),
    ],
)
def test_text_is_read_in_four_encodings_and_says_which(content, encoding):
    table = read_table("leverans.csv", content)
    assert table.headers == ["Födelseår", "Barn"]
    assert table.rows == [(2, ["2010", "Å-1"])]
    assert table.encoding == encoding


@pytest.mark.parametrize(("mark", "word"), [(";", "semikolon"), ("\t", "tabb"), (",", "komma")])
def test_the_separator_is_found(mark, word):
    table = read_table("leverans.txt", f'"a;b,c"{mark}d\r\n1{mark}2\r\n'.encode())
    assert (table.headers, table.rows, table.delimiter) == (["a;b,c", "d"], [(2, ["1", "2"])], word)


def test_row_numbers_are_those_a_spreadsheet_shows():
    table = read_table("x.csv", b"sep=;\na;b\n\n1;2\n;\n3;4")
    assert [number for number, _ in table.rows] == [4, 6]


def test_a_workbook_is_read_as_it_would_stand_in_csv():
    content = workbook(
        ["Kommunkod", "Start", "Kostnad", "Kod", "Tid"],
        [114, date(2026, 1, 31), 4850.5, "0114", datetime.fromisoformat("2026-01-02T10:30")],
    )
    assert read_table("x.xlsx", content).rows == [(2, ["114", "2026-01-31", "4850,5", "0114", "2026-01-02 10:30:00"])]


def test_an_open_document_sheet_is_read():
    table = read_table("x.ods", ods(["barn", "kon"], ["Å-1", "flicka"]))
    assert (table.headers, table.rows) == (["barn", "kon"], [(2, ["Å-1", "flicka"])])


def test_invisible_characters_are_taken_away():
    assert read_table("x.csv", "a;b\nA\u202e\u200b1;\x07x".encode()).rows == [(2, ["A1", "x"])]
    assert read_table("x.ods", ods(["a", "b"], ["A\u202e\u200b1", "x"])).rows == [(2, ["A1", "x"])]


@pytest.mark.parametrize("sign", ['"', "\r"])
def test_a_sign_that_cannot_separate_cells_is_not_taken_for_it(sign):
    assert read_table("x.csv", f"sep={sign}\na;b\n1;2".encode()).delimiter == "semikolon"


@given(
    st.lists(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=2, max_size=2), min_size=1)
)
def test_what_is_written_is_read_back(rows):
    table = read_table("x.csv", csv_bytes(["a", "b"], rows))
    assert [row for _, row in table.rows] == rows


# --- what is refused --------------------------------------------------------------------------------------------------

ZIP_BOMB = archive({"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": b"0" * 2**26})


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.csv", b"", "tom"),
        ("x.csv", b"\xef\xbb\xbf\r\n", "tom"),
        ("x.csv", b"barn;kon\n", "inga rader"),
        ("x.csv", b"PK\x03\x04abc", "inte det som namnet säger"),
        ("x.csv", b"%PDF-1.7", "inte det som namnet säger"),
        ("x.csv", b"<html><table>", "inte det som namnet säger"),
        ("x.xlsx", b"barn;kon\n1;2", "inte det som namnet säger"),
        ("x.xlsx", archive({"content.xml": "x"}), "inte det som namnet säger"),
        ("x.ods", archive({"xl/workbook.xml": "x"}), "inte det som namnet säger"),
        ("x.xlsx", b"PK\x03\x04" + b"\x00" * 50, "inte det som namnet säger"),
        ("x.xlsx", archive({"xl/workbook.xml": "<a/>"}), "går inte att läsa"),
        ("x.xlsx", archive({"xl/workbook.xml": "x", "xl/vbaProject.bin": "x"}), "makron"),
        ("x.xlsx", archive({"xl/workbook.xml": "x", "xl/externalLinks/externalLink1.xml": "x"}), "länkar"),
        ("x.xlsx", archive({"xl/workbook.xml": "x", **{f"a{i}": "" for i in range(200)}}), "för många delar"),
        ("x.xlsx", archive({"xl/workbook.xml": "x"}, zipfile.ZIP_BZIP2), "inte det som namnet säger"),
        ("x.xlsx", ZIP_BOMB, "orimligt stor"),
        ("x.csv", "a;b\n1;2".encode("utf-16-le"), "teckenkodning"),
        ("x.csv", b"a;b\n\x81;2", "teckenkodning"),
        ("x.csv", b'a;b\n"1;2\n' + b"x;y\n" * 1000, "citattecken"),
        ("x.csv", ";".join(map(str, range(201))).encode() + b"\n1;2", "fler än 200 kolumner"),
        ("x.csv", b"barn;kon\n" + b"\n" * 2**20 + b"1;2", "fler än 100000 rader"),
        ("x.csv", b"barn;kon" + b";" * 400_000 + b"\n1;2", "orimligt lång rad"),
        ("x.exe", b"a;b", "CSV, xlsx eller ods"),
        ("x.xlsm", b"a;b", "CSV, xlsx eller ods"),
        ("barn 200303032395.csv", LINES.encode(), "Filnamnet innehåller ett personnummer"),
        ("x.csv", b"barn;030303-2395\n1;2", "Rubrikraden innehåller ett personnummer"),
    ],
)
def test_a_file_that_cannot_be_taken_in_says_why(name, content, says):
    with pytest.raises(Unreadable, match=says):
        read_table(name, content)


def test_a_big_file_is_refused_unread():
    with pytest.raises(Unreadable, match="50 MB"):
        check_name_and_size("x.csv", 50 * 2**20)
    check_name_and_size("x.csv", MAX_BYTES)


def test_a_sheet_with_a_cell_in_the_far_corner_is_refused_and_harms_nobody():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "barn", "x"
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(Unreadable, match="går inte att läsa"):
        read_table("x.xlsx", buffer.getvalue())


@given(st.binary(max_size=400), st.sampled_from([".csv", ".xlsx", ".ods"]))
def test_any_bytes_are_a_table_or_a_sentence(content, suffix):
    try:
        sentence = "läst." if read_table("x" + suffix, content).rows else "tom"
    except Unreadable as error:
        sentence = str(error)
    assert sentence.endswith(".")


# --- names, headers, results ------------------------------------------------------------------------------------------


def test_a_stored_name_has_no_folder_and_no_identity_number():
    assert safe_name("C:\\data\\leverans 030303-2395.csv") == "leverans [personnummer].csv"
    assert safe_name("../../etc/passwd") == "passwd"


def test_headers_are_matched_without_case_accents_spaces_or_order():
    synonyms = {"fodelsear": "fodelsear", "barn": "barn"}
    assert match_headers(["BARN", "Födelse-år ", "Anteckning"], synonyms) == (
        {"barn": 0, "fodelsear": 1},
        ["Anteckning"],
    )
    assert folded("Vårdnadshavare, SKÄL") == "vardnadshavareskal"


def test_two_headers_for_the_same_column_stop_the_file():
    with pytest.raises(Unreadable, match="barn"):
        match_headers(["barn", "Barn"], {"barn": "barn"})


def test_a_result_reads_as_the_agreed_json():
    result = ImportResult("x.csv", "placeringar")
    result.counts["new"] = 2
    result.counts["refused"] = 1
    result.messages.append(RowError(3, "kon", "X", "error", "unknown_code", "Okänd kod."))
    assert json.loads(json.dumps(result.as_json())) == {
        "file": "x.csv",
        "kind": "placeringar",
        "delivered": None,
        "rows": {"read": 3, "new": 2, "changed": 0, "unchanged": 0, "continued": 0, "closed": 0, "refused": 1},
        "repairs": {"a": 0, "b": 0, "c": 0},
        "unconfirmed": 0,
        "messages": [
            {
                "row": 3,
                "column": "kon",
                "value": "X",
                "level": "error",
                "check": "unknown_code",
                "text": "Okänd kod.",
            }
        ],
    }
