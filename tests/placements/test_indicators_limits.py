"""The time in an emergency home, and the question of custody."""

from datetime import date

import pytest

from placements.models import CustodyQuestion, Due, Investigation
from tests.placements.by_hand import OPEN, count, place_child

pytestmark = pytest.mark.django_db


def investigate(child, opened, closed=None):
    about = {"municipality": child.municipality, "child": child, "opened_on": opened, "closed_on": closed}
    return Investigation.objects.create(**about)


@pytest.mark.parametrize(("closed", "over"), [("2018-01-31", 0), ("2018-01-30", 1), ("2017-06-30", 1)])
def test_emergency_home_is_for_two_months_after_the_investigation(closed, over):
    child = place_child("2017-05-01", OPEN, form="jourhem")
    investigate(child, "2017-05-01", closed)
    place_child("2017-05-01", OPEN, form="familjehem")
    figure = count("S7")  # on 31 March: 31 January + two months is that day, 30 January is over
    assert (figure.numerator, figure.denominator) == (over, 1)


def test_time_runs_from_the_first_emergency_home_when_the_investigation_was_closed_before():
    came = {"2018-01-30": 1, "2018-02-01": 0}
    for day in came:
        child = place_child("2017-01-01", day, day, OPEN)
        child.placements.filter(ended_on=None).update(form_group="jourhem")
        investigate(child, "2017-01-01", "2017-04-01")
    moved = place_child("2017-12-01", "2018-03-01", "2018-03-01", OPEN, form="jourhem")  # between emergency homes
    investigate(moved, "2017-08-01", "2017-10-01")
    figure = count("S7")
    assert (figure.numerator, figure.denominator) == (2, 3)


def test_open_and_unknown_investigations_have_no_limit_yet():
    investigate(place_child("2017-05-01", OPEN, form="jourhem"), "2017-05-01")
    place_child("2017-05-01", OPEN, form="jourhem")
    figure = count("S7")
    assert (figure.denominator, figure.coverage) == (0, 50)


def test_custody_question_is_in_time_by_the_effective_day():
    child = place_child("2016-01-06", OPEN)
    for due, senast, done in (
        ("2018-01-06", "2018-01-08", "2018-01-08"),
        ("2018-02-10", "2018-02-12", "2018-02-13"),
        ("2017-12-31", "2018-01-02", "2018-01-01"),  # due in another quarter
    ):
        CustodyQuestion.objects.create(
            municipality=child.municipality, child=child, done_on=done, due_on=due, due_effective_on=senast
        )
    waits = place_child("2016-02-01", OPEN)
    for kind, due in (("custody", "2018-02-01"), ("custody", "2018-04-01"), ("review", "2018-02-01")):
        Due.objects.create(
            municipality=waits.municipality, child=waits, kind=kind, is_law=True,
            due_on=date.fromisoformat(due), late_after_on=due,
        )  # fmt: skip
    figure = count("L9")
    assert (figure.numerator, figure.denominator) == (1, 3)


def test_nothing_is_said_of_what_nobody_has_written():
    place_child("2016-02-01", OPEN, form="jourhem")
    for code in ("S7", "L9", "L1"):
        assert not count(code).is_delivered
