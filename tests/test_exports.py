"""Files of rows that a spreadsheet opens."""

import csv
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bou_portal.exports import cell, csv_bytes


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_text_that_would_be_a_formula_is_disarmed(text):
    assert cell(text).startswith("'")


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, ""), (-4, "-4"), (1.5, "1,5"), (date(2026, 11, 21), "2026-11-21"), ("Åsa; född", "Åsa; född")],
)
def test_values_are_written_in_swedish(value, written):
    assert cell(value) == written


def test_file_opens_with_its_letters_and_columns():
    content = csv_bytes(["kommun", "antal"], [["Örnsköldsvik", 3]])
    assert content == b"\xef\xbb\xbfkommun;antal\r\n" + "Örnsköldsvik;3\r\n".encode()


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"))), min_size=1, max_size=4))
def test_what_is_written_is_read_back(values):
    text = csv_bytes(["rubrik"] * len(values), [values]).decode("utf-8-sig")
    [_, read] = csv.reader(StringIO(text, newline=""), delimiter=";")
    assert read == [cell(value) for value in values]
