"""Raw figures have no text form; shown figures are written as Swedes write numbers."""

import json
from datetime import date

import pytest
from django.template import Context, Engine
from hypothesis import given
from hypothesis import strategies as st

from bou_portal import figures
from bou_portal.figures import Definition, Figure, Kind, Shown, State, intern
from bou_portal.formats import number, round_half_up
from bou_portal.periods import Quarter

RAW = Figure(id="placed_on", place="2281", value=4711, period=Quarter(2026, 3).period, on=date(2026, 9, 30))
ENGINE = Engine()


@pytest.mark.parametrize(
    "print_it",
    [str, "{}".format, "{:d}".format, "{:>8}".format, lambda raw: f"{raw}", print, json.dumps, list, Figure.__html__],
)
def test_raw_figure_cannot_be_printed(print_it):
    with pytest.raises((TypeError, RuntimeError)):
        print_it(RAW)


def test_raw_figure_says_where_to_go():
    with pytest.raises(TypeError, match=r"disclosure\.protect"):
        str(RAW)


@pytest.mark.parametrize(
    "template",
    [
        "{{ raw }}",
        "{{ raw.value }}",
        "{{ raw.as_operator_dict.value }}",
        "{{ raw|stringformat:'s' }}",
        "{{ raw|floatformat }}",
        "{% for x in raw %}{{ x }}{% endfor %}",
    ],
)
def test_templates_cannot_open_a_raw_figure(template):
    try:
        text = ENGINE.from_string(template).render(Context({"raw": RAW}))
    except (TypeError, RuntimeError):
        return
    assert "4711" not in text


def test_repr_for_logs_and_debug_pages_holds_no_number():
    assert "4711" not in repr(RAW)
    assert "4711" not in repr([RAW])


def test_the_operators_command_gets_the_exact_numbers():
    share = Figure.share(id="reviews_in_time", place="total", numerator=1, denominator=3, coverage=98.5)
    assert share.as_operator_dict() == {
        "id": "reviews_in_time",
        "place": "total",
        "category": None,
        "value": 100 / 3,
        "numerator": 1,
        "denominator": 3,
        "coverage": 98.5,
        "unconfirmed": 0,
    }


def test_the_own_municipality_sees_its_exact_figures():
    count = intern(Figure(id="placed_on", place="2281", value=3))
    assert (count.text, count.is_intern, count.is_shown) == ("3", True, True)
    share = intern(Figure.share(id="x", place="2281", numerator=1, denominator=8))
    assert (share.text, share.of) == ("13\xa0%", "1 av 8")


def test_nothing_to_measure_and_nothing_delivered_have_their_own_marks():
    empty = intern(Figure.share(id="x", place="2281", numerator=0, denominator=0))
    missing = intern(Figure(id="placed_on", place="2281"))
    assert (empty.text, empty.state) == ("–", State.NOT_APPLICABLE)
    assert (missing.text, missing.state) == ("ingen uppgift", State.NOT_DELIVERED)
    assert Shown(State.HIDDEN).text == ".."
    assert Shown(State.HIDDEN).reason == "dold för att skydda enskilda"
    assert intern(Figure(id="placed_on", place="2281", value=0)).text == "0"


def test_means_have_one_decimal(monkeypatch):
    monkeypatch.setattr(figures, "DEFINITIONS", {})
    figures.define(Definition("days", "Dagar", "dagar", "dagar", "avslut", kind=Kind.MEAN))
    assert intern(Figure(id="days", place="2281", value=1234.25, denominator=4)).text == "1\xa0234,3"


def test_a_definition_means_one_thing(monkeypatch):
    monkeypatch.setattr(figures, "DEFINITIONS", {})
    definition = Definition("placed_on", "Placerade barn", "barn", "placerade på dagen")
    figures.define(definition, definition)
    with pytest.raises(ValueError, match="defined twice"):
        figures.define(Definition("placed_on", "Annat", "barn", "annat"))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, 1, "1\xa0234,5"),
        (1234567, 0, "1\xa0234\xa0567"),
        (0, 0, "0"),
        (2.5, 0, "3"),
        (-3, 0, "\N{MINUS SIGN}3"),
        (999.95, 1, "1\xa0000,0"),
        (2.675, 2, "2,68"),
    ],
)
def test_numbers_are_written_in_swedish(value, decimals, text):
    assert number(value, decimals) == text


@given(st.integers(0, 2000), st.integers(1, 2000))
def test_shares_round_half_up_to_whole_per_cent(part, whole):
    shown = intern(Figure.share(id="x", place="2281", numerator=part, denominator=whole))
    assert shown.value == (200 * part + whole) // (2 * whole)


@given(st.integers(-10_000, 10_000))
def test_halves_go_up(whole):
    assert round_half_up(whole + 0.5) == whole + 1


def test_a_count_that_is_written_as_a_share_of_nobody_is_not_applicable():
    """`reviews_in_time` is a count for programs and a share on pages: of nobody it is 0, and no share."""
    figure = Figure(id="reviews_in_time", place="2260", value=0, numerator=0, denominator=0)
    assert intern(figure).text == "–"


def test_a_figure_of_which_nothing_is_known_is_no_figure():
    told = intern(Figure(id="unplanned_endings", place="2281", value=0, numerator=0, coverage=50.0))
    untold = intern(Figure(id="unplanned_endings", place="2281", value=0, numerator=0, coverage=0.0))
    assert (told.text, untold.text) == ("0", "ingen uppgift")
