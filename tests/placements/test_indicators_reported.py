"""What is reported about a placement or a quarter: how it ended, how far away it is, what the municipality counts."""

from datetime import UTC, datetime

import pytest

from bou_portal.periods import Quarter
from municipalities.models import Municipality
from placements.indicators import Window
from placements.models import BaseData, FollowUp, Placement, Rating, RatingAnswer, Restriction
from tests.placements.by_hand import OPEN, YEAR, count, place_child

pytestmark = pytest.mark.django_db


def test_endings_are_divided_by_who_took_the_initiative():
    place_child("2017-01-10", "2018-02-01", planned="ja", initiator="board")
    place_child("2017-01-10", "2018-02-01", planned="nej", initiator="child")
    place_child("2017-01-10", "2018-02-01", planned="nej")
    assert [count("endings_by_initiator", category=each).value for each in ("board", "child", "home", "okänt")] == [
        1, 1, 0, 1,
    ]  # fmt: skip
    assert [count("unplanned_by_initiator", category=each).value for each in ("board", "child", "okänt")] == [0, 1, 1]
    assert count("unplanned_by_initiator", category="child").coverage == 50


def test_an_ending_is_counted_under_both_of_its_causes():
    place_child("2017-01-10", "2018-02-01", planned="nej", cause="conflict", second_cause="school")
    place_child("2017-01-10", "2018-02-01", planned="nej", cause="school", second_cause="school")
    place_child("2017-01-10", "2018-02-01", planned="nej")
    place_child("2017-01-10", "2018-02-01", planned="ja")
    found = [count("unplanned_by_cause", category=each).value for each in ("conflict", "school", "needs", "okänt")]
    assert found == [1, 2, 0, 1]
    assert count("unplanned_by_cause", category="school").coverage == pytest.approx(200 / 3)


def test_distance_is_between_the_middles_of_the_municipalities(sundsvall, umea):
    malmo = Municipality.objects.get(code="1280")
    for host in (sundsvall, umea, malmo, None):
        child = place_child("2018-01-10", OPEN)
        Placement.objects.filter(child=child).update(host_municipality=host)
    figure = count("S9_distance")
    assert (figure.value, figure.denominator, figure.coverage) == (232, 3, 75)  # of 0, 232 and 808 km
    assert count("S9_far").numerator == 2


def test_secret_address_is_in_no_figure_of_distance(sundsvall, umea):
    child = place_child("2018-01-10", OPEN)
    Placement.objects.update(host_municipality=umea)
    about = {"municipality": sundsvall, "child": child, "kind": Restriction.Kind.SECRET}
    secret = Restriction.objects.create(started_on="2018-02-01", **about)
    for code in ("S9", "S9_county", "S9_distance", "S9_far"):
        assert count(code).denominator == 0
    secret.ended_on = "2018-03-01"
    secret.save()
    assert count("S9_far").numerator == 1


def test_base_data_are_the_quarters_own_counts(sundsvall, umea):
    numbers = {"reports": 40, "reports_assessed_in_time": 38, "assessments": 0, "assessments_in_time": 0}
    BaseData.objects.create(municipality=sundsvall, quarter="2018-K1", investigations=20, **numbers)
    BaseData.objects.create(municipality=umea, quarter="2018-K1", investigations=10, investigations_in_time=9)
    assert count("L3").value == 95
    assert (count("L2").denominator, count("L2").coverage) == (0, 100)  # none, and that is known
    assert count("L1").coverage == 0  # half of the answer is no answer
    both = count("L1", asked=("2281", "2480"))
    assert (both.numerator, both.denominator, both.coverage) == (9, 10, 50)
    assert count("L3", Window.of(Quarter(2018, 2))).coverage == 0
    assert count("L3", YEAR).coverage == 25  # one quarter of four


def test_ratings_with_a_low_mark_for_safety(placement, social_worker):
    rating = Rating.objects.create(
        municipality=placement.municipality, placement=placement, home=placement.home, rated_by=social_worker
    )
    window = Window.of(Quarter(2026, 4))
    Rating.objects.update(submitted_at=datetime(2026, 12, 31, 22, tzinfo=UTC))
    for item, value in ((6, 4), (7, None), (1, 1)):
        RatingAnswer.objects.create(municipality=placement.municipality, rating=rating, item=item, value=value)
    assert (count("B4", window).numerator, count("B4", window).denominator) == (0, 1)
    RatingAnswer.objects.filter(item=7).update(value=2)
    assert count("B4", window).numerator == 1
    RatingAnswer.objects.filter(item__in=(6, 7)).update(value=None)
    assert count("B4", window).denominator == 0


def test_information_on_rights_is_asked_of_the_care_episode(sundsvall):
    for day, told in (("2018-01-20", True), ("2018-01-20", False), ("2017-12-20", True), ("2018-04-02", True)):
        child = place_child("2018-01-10", OPEN)
        FollowUp.objects.create(municipality=sundsvall, child=child, done_on=day, rights_info_given=told)
    figure = count("P8")
    assert (figure.numerator, figure.denominator, figure.coverage) == (1, 4, 50)
