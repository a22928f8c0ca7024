"""Breakdowns and returns into care among those who began, or went home, some time ago."""

import pytest

from placements.models import Placement
from tests.placements.by_hand import OPEN, count, place_child

pytestmark = pytest.mark.django_db
BROKE = {"planned": "nej", "end_reason": "HOME_INITIATED"}
WITHDRAWN = {"planned": "nej", "end_reason": "CONSENT_WITHDRAWN"}


@pytest.mark.parametrize(
    ("code", "start", "last_day", "too_late"),
    [
        ("S2_6", "2017-07-10", "2018-01-08", "2018-01-09"),  # 182 days
        ("S2", "2017-01-10", "2018-01-10", "2018-01-11"),  # 365 days
        ("S2_24", "2016-01-10", "2018-01-09", "2018-01-10"),  # 730 days, 2016 had a 29 February
    ],
)
def test_breakdowns_are_followed_for_half_a_year_one_year_and_two(code, start, last_day, too_late):
    place_child(start, last_day, **BROKE)
    place_child(start, too_late, **BROKE)
    place_child(start, last_day, **WITHDRAWN)
    place_child(start, OPEN)
    strict, broad = count(code), count(code.replace("S2", "S2_broad"))
    assert (strict.numerator, strict.denominator) == (1, 4)
    assert (broad.numerator, broad.denominator) == (2, 4)


def test_who_has_not_been_followed_long_enough_is_not_in_the_cohort():
    place_child("2017-09-30", OPEN)  # 182 days later is 31 March
    assert count("S2_6").denominator == 1
    Placement.objects.update(started_on="2017-10-01")  # another cohort
    assert count("S2_6").denominator == 0


@pytest.mark.parametrize(
    ("again", "within_a_year"), [("2017-02-02", 1), ("2018-02-01", 1), ("2018-02-02", 0)]  # 365 days
)  # fmt: skip
def test_who_comes_back_within_a_year_of_going_home_is_placed_again(again, within_a_year):
    home = {"planned": "ja", "end_reason": "GOAL_REACHED_HOME"}
    place_child("2016-01-10", "2017-02-01", again, OPEN, **home)
    place_child("2016-01-10", "2017-02-01", end_reason="CONSENT_WITHDRAWN", next_stop="home")
    place_child("2016-01-10", "2017-02-01", again, OPEN, next_stop="own_housing", end_reason="INDEPENDENT")
    place_child("2016-01-10", "2017-02-01")  # nobody knows where
    figure = count("S6")
    assert (figure.numerator, figure.denominator, figure.coverage) == (within_a_year, 2, 75)
    assert count("S6_24").denominator == 0


def test_returns_are_followed_for_two_years():
    place_child("2015-01-10", "2016-02-01", "2018-01-31", OPEN, next_stop="home")
    place_child("2015-01-10", "2016-02-01", "2018-02-01", OPEN, next_stop="home")  # 731 days
    figure = count("S6_24")
    assert (figure.numerator, figure.denominator) == (1, 2)
