"""The drawing of a child's time in care."""

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bou_portal.charts.svg import text_width
from placements.timeline import LEFT, RIGHT, WIDTH, Bar, Mark, Scale, draw

TODAY = date(2026, 11, 21)
STAYS = [Bar(date(2025, 1, 1), date(2025, 6, 1), "Jourhem"), Bar(date(2025, 6, 1), None, "Familjehem")]
DAYS = st.dates(date(2005, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("stays", "said"),
    [
        ([], "Ingen placering är registrerad."),
        (STAYS[1:], "En placering, pågående sedan 2025-06-01."),
        (STAYS, "Två placeringar sedan 2025-01-01; den pågående började 2025-06-01."),
        (STAYS[:1], "En placering, från 2025-01-01 till 2025-06-01."),
    ],
)
def test_drawing_says_what_it_shows(stays, said):
    chart = draw([("Placering", stays)], [], TODAY)
    assert chart.conclusion == said
    assert said in chart.svg


def test_drawing_needs_no_style_and_no_script():
    chart = draw([("Placering", STAYS)], [("Planer", [Mark(date(2025, 3, 1))])], TODAY)
    assert not re.search(r"\b(style|class|onclick)=|<script|<style", chart.svg)


def test_table_lists_all_of_the_drawing_the_newest_first():
    done = [("Besök", [Mark(date(2025, 7, 1))]), ("Planer", [Mark(date(2025, 3, 1), "Vårdplan")])]
    assert draw([("Placering", STAYS)], done, TODAY).table.rows == (
        ("Besök", "2025-07-01", ""),
        ("Familjehem", "2025-06-01", "pågår"),
        ("Vårdplan", "2025-03-01", ""),
        ("Jourhem", "2025-01-01", "2025-06-01"),
    )


def test_rows_of_which_there_is_nothing_take_no_room():
    bare, empty = (draw([("Placering", STAYS), *more], [], TODAY).svg for more in ([], [("Utredning", [])]))
    assert bare == empty


@given(first=DAYS)
def test_labels_under_the_axis_never_touch(first):
    drawn = draw([("Placering", [Bar(first, None, "HVB")])], [], TODAY).svg
    middles = [(float(x), text) for x, text in re.findall(r'<text x="([\d.]+)"[^>]*middle[^>]*>([^<]+)<', drawn)]
    halves = [(x, text_width(text) / 2) for x, text in middles]
    assert all(a + half <= b - other for (a, half), (b, other) in pairwise(halves))
    assert all(x + half <= WIDTH for x, half in halves)


@given(first=DAYS, days=st.lists(DAYS, max_size=8))
def test_everything_lies_inside_the_drawing(first, days):
    chart = draw([("Placering", [Bar(first, None, "HVB")])], [("Planer", [Mark(day) for day in days])], TODAY)
    inside = [float(x) for x in re.findall(r'c?x="([\d.]+)"', chart.svg)]
    assert all(0 <= x <= RIGHT + 1 for x in inside)


@given(first=DAYS)
def test_ticks_stay_few_enough_to_read(first):
    ticks = Scale(first, TODAY).ticks()
    assert len(ticks) <= 9
    assert all(first <= tick <= TODAY for tick in ticks)
    assert Scale(first, TODAY).x(first) == LEFT
