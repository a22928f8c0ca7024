"""No identity number gets in, in any spelling; ordinary codes, dates and numbers do.

The numbers are Skatteverket's published test numbers: they belong to nobody.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bou_portal.identity_numbers import check_digit, find, has_identity_number, is_identity_like, masked

NUMBERS = ["200303032395", "198007112389", "190012179800", "201902892387", "202009672391", "202204882381"]

SPELLINGS = {
    "twelve digits": lambda n: n,
    "ten digits": lambda n: n[2:],
    "hyphen": lambda n: f"{n[2:8]}-{n[8:]}",
    "long hyphen": lambda n: f"{n[:8]}-{n[8:]}",
    "plus": lambda n: f"{n[2:8]}+{n[8:]}",
    "en dash": lambda n: f"{n[2:8]}–{n[8:]}",
    "minus sign": lambda n: f"{n[2:8]}\u2212{n[8:]}",
    "space": lambda n: f"{n[2:8]} {n[8:]}",
    "space around the hyphen": lambda n: f"{n[:8]} - {n[8:]}",
    "no-break space": lambda n: f"{n[:8]}\u00a0{n[8:]}",
    "slash": lambda n: f"{n[2:8]}/{n[8:]}",
    "underscore": lambda n: f"{n[2:8]}_{n[8:]}",
    "date with hyphens": lambda n: f"{n[:4]}-{n[4:6]}-{n[6:8]}-{n[8:]}",
    "date with dots": lambda n: f"{n[:4]}.{n[4:6]}.{n[6:8]}-{n[8:]}",
    "century apart": lambda n: f"{n[:2]} {n[2:8]}-{n[8:]}",
    "every digit apart": lambda n: " ".join(n),
    "full-width digits": lambda n: "".join(chr(0xFF10 + int(digit)) for digit in n),
    "arabic digits": lambda n: "".join(chr(0x660 + int(digit)) for digit in n),
    "invisible character": lambda n: f"{n[:8]}\u200b{n[8:]}",
    "invisible filler": lambda n: f"{n[:8]}\u3164{n[8:10]}\u034f{n[10:]}",
    "key caps": lambda n: "".join(f"{digit}\ufe0f\u20e3" for digit in n),
    "accents": lambda n: "\u0301".join(n),
    "two lines": lambda n: f"{n[2:8]}\n{n[8:]}",
    "two lines with a hyphen": lambda n: f"{n[:8]}-\r\n{n[8:]}",
}


# As a text looks when it was copied out of another program: cut where the line ended, or with signs of its own.
COPIED = {
    "cut in the date": lambda n: f"{n[:4]}-{n[4:6]}-\n{n[6:8]}-{n[8:]}",
    "cut in the last four": lambda n: f"{n[2:8]}-{n[8:10]}\n{n[10:]}",
    "cut and indented": lambda n: f"{n[2:8]}-\r\n    {n[8:]}",
    "an empty line between": lambda n: f"{n[2:8]}\n\n{n[8:]}",
    "many blanks": lambda n: f"{n[:8]}     {n[8:]}",
    "two hyphens": lambda n: f"{n[2:8]}--{n[8:]}",
    "brackets": lambda n: f"{n[2:8]} ({n[8:]})",
    "an asterisk": lambda n: f"{n[2:8]}*{n[8:]}",
    "a line of a table": lambda n: f"{n[:8]} | {n[8:]}",
    "a dot in the middle": lambda n: f"{n[2:8]}·{n[8:]}",
    "long dashes": lambda n: f"{n[:4]}–{n[4:6]}–{n[6:8]}–{n[8:]}",
    "in pairs": lambda n: f"{n[2:4]} {n[4:6]} {n[6:8]} {n[8:10]} {n[10:]}",
    "in pairs with the century": lambda n: f"{n[:2]} {n[2:4]} {n[4:6]} {n[6:8]} {n[8:10]} {n[10:]}",
    "the last four in pairs": lambda n: f"{n[2:8]}-{n[8:10]} {n[10:]}",
}


@pytest.mark.parametrize("spelling", COPIED.values(), ids=COPIED)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_found_where_it_was_cut_or_has_signs_of_its_own(number, spelling):
    written = spelling(number)
    for text in (written, f"Ungdomen ({written}) trivs.", f"Två barn: {written}, {written}."):
        assert has_identity_number(text), text
        assert number[8:] not in masked(text).replace("\n", "")


@pytest.mark.parametrize("text", ["030303, 2395", "030303; 2395", "10\n12\n11\n23\n46"])
def test_what_may_also_be_two_sentences_or_a_column_of_counts_is_asked_about(text):
    assert [hit.certain for hit in find(text)] == [False]


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_found_in_every_spelling(number, spelling):
    written = spelling(number)
    for text in (written, f"Ungdomen ({written}) trivs.", f"a,{written},b", f"leverans_{written}.csv", f"{written}-1"):
        assert has_identity_number(text), text
        assert number[8:] not in masked(text)
    assert is_identity_like(written)


@pytest.mark.parametrize(
    "text",
    [
        "Org.nr 232100-0214",
        "Tel 063-14 75 00",
        "070-563 37 09",
        "Postadress Box 654, 831 27 Östersund",
        "perioden 2026-01-01 – 2026-12-31",
        "2026-01-01/2026-12-31",
        "dnr SN 2026/00123-4",
        "20260101-20261231",
        "kostnad 1234567890 kr",
        "2026-11-21 10:45",
        "HSLF-FS 2016:22",
        "Bankgiro 5050-1055",
        "epost 850101@x.se",
        "3 800 kr per dygn 2025",
        "leverans 2026-11-21.csv",
        "2026-01-01\n2026-12-31",
        "20260101\n20261231",
        "0611-12 34 56",
        "0705-12 34 53",
        "03-03, 03-10, 03-17, 03-24",
        "2026-03-03 10-18",
        "2026-01-15: 5 500 kr",
        "9.00-10.30, 13.15-14.45",
        "konto 8105-912 345 678-9",
        "",
    ],
)
def test_what_only_resembles_a_number_is_let_through(text):
    assert find(text) == []
    assert masked(text) == text


@pytest.mark.parametrize("code", ["S903-566910", "K2303-0001", "HSD-7K3Q", "B-2019-114", "20260131", "123456", "A1"])
def test_ordinary_local_codes_are_let_through(code):
    assert not is_identity_like(code)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("född 20110314-XXXX", "maskerat personnummer"),
        ("110314-T123", "T-nummer"),
        ("20110314-0000", "personnummer med fel kontrollsiffra"),
        ("kl 2026-11-21 1430", "personnummer eller datum och klockslag"),
    ],
)
def test_what_is_probably_a_number_is_pointed_out(text, kind):
    assert [(hit.certain, hit.kind) for hit in find(text)] == [(False, kind)]
    assert not has_identity_number(text)


def test_a_code_that_imitates_a_number_is_one():
    assert is_identity_like("110314-0000")
    assert is_identity_like("20110314-XXXX")
    assert is_identity_like("2003:0303:2395")


def test_all_numbers_in_a_text_are_masked_and_likely_ones_say_so():
    assert masked("200303032395 och 980405-2389, 19800711-2389") == (
        "[personnummer] och [liknar personnummer], [personnummer]"
    )


@given(st.dates().filter(lambda day: 1890 <= day.year <= 2026), st.integers(0, 999), st.sampled_from(list(SPELLINGS)))
def test_any_number_that_could_exist_is_found(day, serial, spelling):
    nine = f"{day:%y%m%d}{serial:03}"
    number = f"{day.year // 100}{nine}{check_digit(nine)}"
    assert is_identity_like(SPELLINGS[spelling](number))


@given(st.text())
def test_no_text_breaks_the_search(text):
    assert find(masked(text)) == [] or masked(masked(text)) == masked(text)
