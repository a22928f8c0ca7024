"""The stages of the health and dental examination divide the placed children."""

import pytest

from placements.indicators.funnel import STAGES
from placements.models import HealthExam
from tests.placements.by_hand import OPEN, count, deliver, place_child

pytestmark = pytest.mark.django_db


def stages(code="placed_on_by_health"):
    return {stage: count(code, category=stage).value for stage in STAGES if count(code, category=stage).value}


def examine(child, kind="läkare", **days):
    return HealthExam.objects.create(municipality=child.municipality, child=child, kind=kind, **days)


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        ({"requested_on": "2017-06-30"}, "ej begärd"),  # before the episode
        ({"requested_on": "2017-07-01"}, "begärd"),
        ({"requested_on": "2018-04-01"}, "ej begärd"),  # after the day
        ({"requested_on": "2017-07-01", "offered_on": "2017-08-01"}, "erbjuden"),
        ({"offered_on": "2017-08-01", "done_on": "2018-03-31"}, "gjord"),
        ({"offered_on": "2017-08-01", "done_on": "2018-04-01"}, "erbjuden"),  # not done yet on the day
        ({"done_on": "2017-08-01", "result_on": "2017-08-20"}, "svar mottaget"),
        ({"not_needed": True}, "obehövlig eller avböjd"),
        ({"offered_on": "2017-08-01", "not_done_reason": "declined"}, "obehövlig eller avböjd"),
        ({"offered_on": "2017-08-01", "not_done_reason": "missed"}, "erbjuden"),
        ({"requested_on": "2016-08-01", "not_done_reason": "declined"}, "ej begärd"),
    ],
)
def test_a_child_stands_where_the_examination_has_come(days, stage):
    child = place_child("2017-07-01", OPEN)
    examine(child, **days)
    assert stages() == {stage: 1}
    examine(child, kind="tand", requested_on="2017-07-02")
    assert stages("placed_on_by_dental") == {"begärd": 1}


def test_a_later_attempt_outweighs_one_that_was_declined():
    child = place_child("2017-07-01", OPEN)
    examine(child, requested_on="2017-07-02", not_done_reason="declined")
    examine(child, requested_on="2018-01-02")
    assert stages() == {"begärd": 1}


def test_the_stages_add_up_to_the_placed_children(sundsvall):
    deliver("halsa", sundsvall)
    for done in ("2017-08-01", None):
        child = place_child("2017-07-01", "2018-01-01", "2018-01-01", OPEN)  # moved within the episode
        if done:
            examine(child, done_on=done)
    place_child("2017-07-01", "2018-03-31")
    assert stages() == {"gjord": 1, "ej begärd": 1}
    assert count("placed_on").value == 2
