"""Indicators on worlds small enough to count on the fingers, with dates on the boundaries."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bou_portal.figures import DEFINITIONS
from bou_portal.periods import Quarter
from municipalities.models import Municipality, Region
from placements.episodes import derive
from placements.indicators import INDICATORS, Scope, Window, figures
from placements.models import CareEpisode, Child, HealthExam, Rating, Review
from tests.placements import by_hand
from tests.placements.by_hand import OPEN, QUARTER, YEAR, count, deliver, on


@pytest.fixture
def place_child(db):
    return by_hand.place_child


@pytest.mark.parametrize(
    ("day", "number"), [("2018-01-09", 0), ("2018-01-10", 1), ("2018-01-31", 1), ("2018-02-01", 0)]
)
def test_the_end_day_is_not_a_night_of_care(place_child, day, number):
    place_child("2018-01-10", "2018-02-01")
    assert count("placed_on", on(day)).value == number


@pytest.mark.parametrize(
    ("start", "end", "number", "nights"),
    [
        ("2017-06-01", "2018-01-01", 0, 0),  # left on the first day: no night in the period
        ("2017-06-01", "2018-01-02", 1, 1),
        ("2018-03-31", OPEN, 1, 1),
        ("2018-04-01", OPEN, 0, 0),
        ("2018-02-03", "2018-02-03", 0, 0),  # a stay of no night
        ("2017-01-01", OPEN, 1, 90),
    ],
)
def test_any_time_means_at_least_one_night(place_child, start, end, number, nights):
    place_child(start, end)
    assert count("placed_any_time").value == number
    assert count("care_days").value == nights


def test_a_child_counts_once_whatever_the_number_of_rows(place_child, sundsvall):
    child = place_child("2018-01-10", "2018-02-01", "2018-02-01", "2018-03-01", "2018-03-01", OPEN)
    assert count("placed_on").value == 1
    assert count("placed_any_time").value == 1
    assert count("placements_started").value == 3
    assert count("episodes_started").value == 1
    assert count("placements_per_child", category="3+").value == 1
    assert count("share_three_or_more").value == 100
    assert count("S5").numerator == 2
    assert CareEpisode.objects.filter(child=child).count() == 1


def test_placements_per_child_is_about_those_placed_on_the_last_day(place_child):
    place_child("2018-01-10", "2018-02-01", "2018-02-01", "2018-03-31")
    place_child("2018-01-10", "2018-02-01", "2018-02-01", OPEN)
    figure = count("placements_per_child", category="2")
    assert (figure.value, figure.denominator) == (1, 1)


def test_length_mean_and_median_are_formed_over_the_whole_place(place_child, umea):
    for days in (2, 4):
        place_child("2018-02-01", str(date(2018, 2, 1) + timedelta(days=days)))
    for days in (10, 20, 30, 40):
        place_child("2018-02-01", str(date(2018, 2, 1) + timedelta(days=days)), municipality=umea)
    asked = {"asked": ("2281", "2480")}
    assert count("ended_length_median", **asked).value == 15  # of 2 4 10 20 30 40, not of 3 and 25
    assert count("ended_length_median", place="2281", **asked).value == 3
    assert count("ended_length_mean", **asked).value == pytest.approx(106 / 6)


@pytest.mark.parametrize(
    ("done", "code"),
    [
        ("2017-10-01", "reviews_in_time"),
        ("2017-09-30", "reviews_late"),  # + six months = 30 March
        ("2018-03-31", "reviews_in_time"),
        ("2018-04-01", "reviews_never"),  # after the day
    ],
)
def test_review_is_in_time_for_six_calendar_months(place_child, sundsvall, done, code):
    child = place_child("2017-01-01", OPEN)
    soon = {"next_due_on": "2018-01-01", "next_due_effective_on": "2018-01-01"}
    Review.objects.create(municipality=sundsvall, child=child, kind="övervägande", done_on=done, **soon)
    for each in ("reviews_in_time", "reviews_late", "reviews_never"):
        figure = count(each)
        assert (figure.value, figure.numerator, figure.denominator) == (each == code, each == code, 1)


def test_review_at_a_month_end_is_in_time_until_the_last_day_of_february(place_child, sundsvall):
    child = place_child("2017-01-01", OPEN)
    soon = {"next_due_on": "2018-02-28", "next_due_effective_on": "2018-02-28"}
    Review.objects.create(municipality=sundsvall, child=child, kind="övervägande", done_on="2017-08-31", **soon)
    assert count("reviews_in_time", on("2018-02-28")).value == 1
    assert count("reviews_late", on("2018-03-01")).value == 1


def test_reviews_are_asked_of_children_six_months_in_care(place_child, sundsvall):
    deliver("overvaganden", sundsvall)
    place_child("2017-09-30", OPEN)
    place_child("2017-10-01", OPEN)  # six months on 1 April
    assert count("reviews_never").denominator == 1


def test_reviews_due_in_the_quarter_are_in_time_by_the_effective_day(place_child, sundsvall):
    # 6 months from 2017-08-31 = Wed 28 Feb; from 2017-07-06 = Sat 6 Jan, Epiphany, so Mon 8 Jan
    done = {"2017-07-06": "2018-01-08", "2017-07-05": "2018-01-08", "2017-08-31": None}
    for start, day in done.items():
        child = place_child(start, OPEN)
        if day:
            soon = {"next_due_on": day, "next_due_effective_on": day}
            Review.objects.create(municipality=sundsvall, child=child, kind="övervägande", done_on=day, **soon)
            derive([child.pk])
    place_child("2017-08-31", "2018-02-28")  # ended before it was due
    place_child("2017-08-31", "2018-03-01")  # was due and not made
    figure = count("L4")
    assert (figure.numerator, figure.denominator) == (1, 4)


@pytest.mark.parametrize(("end", "broke"), [("2018-01-10", 1), ("2018-01-11", 0)])
def test_breakdown_within_365_days(place_child, end, broke):
    place_child("2017-01-10", end, planned="nej", end_reason="HOME_INITIATED")
    place_child("2017-01-10", end, planned="nej", end_reason="CONSENT_WITHDRAWN")
    place_child("2017-01-10", end, planned="nej", end_reason="HOME_CLOSED")
    place_child("2017-01-10", end, planned="ja", end_reason="CHILD_INITIATED")
    place_child("2016-12-31", end, planned="nej", end_reason="HOME_INITIATED")  # another cohort
    strict, broad = count("S2"), count("S2_broad")
    assert (strict.numerator, strict.denominator) == (broke, 4)
    assert (broad.numerator, broad.denominator) == (2 * broke, 4)


def test_planned_endings_say_how_many_are_known(place_child):
    for planned in ("ja", "nej", "okänt", ""):
        place_child("2017-01-10", "2018-02-01", planned=planned)
    figure = count("S1")
    assert (figure.value, figure.denominator, figure.coverage) == (50, 2, 50)
    assert count("unplanned_endings").value == 1


@pytest.mark.parametrize(("days", "from_"), [(60, "start"), (28, "request")])
def test_health_target_is_the_regions(place_child, vasternorrland, sundsvall, days, from_):
    Region.objects.filter(pk=vasternorrland.pk).update(health_target_days=days, health_target_from=from_)
    start = date(2018, 3, 31) - timedelta(days=days)
    for wait in (days, days + 1):
        child = place_child(str(start), OPEN)
        done = start + timedelta(days=wait)
        HealthExam.objects.create(municipality=sundsvall, child=child, kind="läkare", requested_on=start, done_on=done)
    too_late = place_child(str(start + timedelta(days=1)), OPEN)  # its target has not passed
    HealthExam.objects.create(
        municipality=sundsvall, child=too_late, kind="läkare", requested_on=start + timedelta(days=1)
    )
    needless = place_child(str(start), OPEN)
    HealthExam.objects.create(
        municipality=sundsvall, child=needless, kind="läkare", requested_on=start, not_needed=True
    )
    figure = count("H2")
    assert (figure.numerator, figure.denominator) == (1, 2)


@pytest.mark.parametrize(
    ("done", "value"), [("2017-03-31", 0), ("2017-04-01", 100), ("2018-03-31", 100), ("2018-04-01", 0)]
)
def test_examined_in_the_twelve_months_up_to_the_day(place_child, sundsvall, done, value):
    child = place_child("2017-03-31", OPEN)
    place_child("2017-04-01", OPEN)  # twelve months in care on 1 April
    HealthExam.objects.create(municipality=sundsvall, child=child, kind="läkare", done_on=done)
    figure = count("health_examined")
    assert (figure.value, figure.denominator) == (value, 1)


def test_age_is_age_at_the_end_of_the_year(place_child):
    child = place_child("2018-01-10", OPEN)
    for born, group in (
        (2012, "0-6"),
        (2011, "7-12"),
        (2001, "13-17"),
        (2000, "18-20"),
        (1997, "21+"),
        (None, "okänd"),
    ):
        Child.objects.filter(pk=child.pk).update(birth_year=born)
        assert count("placed_on_by_age", category=group).value == 1
    assert count("placed_on_by_age", category="0-6").coverage == 0


def test_who_was_not_placed_for_five_years_is_new(place_child):
    place_child("2010-01-01", "2012-06-01")  # the data reach back
    place_child("2012-01-01", "2013-02-01", "2018-02-01", "2018-02-10")
    place_child("2012-01-01", "2013-02-02", "2018-02-01", "2018-02-10")
    figure = count("V7")
    assert (figure.numerator, figure.denominator, figure.coverage) == (1, 2, 100)


def test_municipality_that_has_not_delivered_is_missing_and_not_nought(place_child, umea):
    place_child("2018-01-10", OPEN)
    asked = ("2281", "2480")
    missing = count("placed_on", place="2480", asked=asked)
    assert (missing.value, missing.denominator, missing.coverage, missing.is_delivered) == (None, None, 0, False)
    total = count("placed_on", asked=asked)
    assert (total.value, total.coverage) == (1, 50)
    deliver("placeringar", umea)
    assert count("placed_on", place="2480", asked=asked).value == 0


def test_what_rests_on_a_kind_never_delivered_is_missing(place_child, sundsvall):
    place_child("2016-01-10", OPEN)
    for code in ("reviews_never", "L4", "L6", "P5", "H1", "health_examined"):
        assert not count(code).is_delivered
    deliver("halsa", sundsvall)
    assert count("health_examined").value == 0


def test_open_placements_not_in_the_newest_delivery_are_told(place_child, sundsvall):
    deliver("placeringar", sundsvall, day="2017-12-31")
    deliver("placeringar", sundsvall, day="2018-03-31")
    place_child("2017-01-10", OPEN, confirmed_on="2017-12-31")
    place_child("2017-01-10", OPEN, confirmed_on="2018-03-31")
    place_child("2017-01-10", "2018-04-02", confirmed_on="2017-12-31")
    for code in ("placed_on", "placed_any_time", "care_days"):
        assert count(code).unconfirmed == 1


def test_region_and_total_are_over_the_whole(place_child, umea, vasternorrland):
    place_child("2018-01-10", OPEN)
    place_child("2018-01-10", OPEN, municipality=umea)
    codes = tuple(vasternorrland.municipalities.values_list("code", flat=True))
    assert count("placed_on", place="22", region=vasternorrland, asked=(*codes, "2480")).value == 1
    assert count("placed_on", region=vasternorrland, asked=(*codes, "2480")).value == 2


def test_ratings_of_24_months(placement, social_worker):
    rated = Rating.objects.create(
        municipality=placement.municipality,
        placement=placement,
        home=placement.home,
        rated_by=social_worker,
        overall=8,
        use_again="villkor",
    )
    window = Window.of(Quarter(2026, 4))
    assert count("B1", window).value is None
    Rating.objects.filter(pk=rated.pk).update(submitted_at=datetime(2026, 12, 31, 22, tzinfo=UTC))
    assert count("B1", window).value == 8
    assert count("B2", window).value == 0
    assert count("B3", window).value == 100
    assert count("B1", Window.of(Quarter(2026, 3))).value is None


def test_same_number_of_queries_for_one_child_as_for_many_places_and_quarters(
    place_child, umea, django_assert_num_queries, django_assert_max_num_queries
):
    place_child("2018-01-10", OPEN)
    with django_assert_max_num_queries(40) as asked:
        figures(Scope.of(Municipality.objects.filter(code="2281"), [QUARTER]))
    for number in range(8):
        place_child("2017-01-10", OPEN, municipality=umea, code=f"barn-{number}")
    with django_assert_num_queries(len(asked)):
        figures(Scope.of(Municipality.objects.all(), [Window.of(quarter) for quarter in Quarter(2018, 1).last(8)]))


def test_every_indicator_is_defined_and_counted(place_child):
    place_child("2018-01-10", OPEN)
    found = {figure.id for figure in figures(Scope.of(Municipality.objects.filter(code="2281"), [YEAR]))}
    assert found == set(INDICATORS)
    for code in INDICATORS:
        definition = DEFINITIONS[code]
        assert definition.name
        assert definition.unit
        assert definition.numerator
        assert definition.source


def test_unknown_indicator_is_an_error(sundsvall):
    with pytest.raises(KeyError, match="X9"):
        figures(Scope.of(Municipality.objects.filter(code="2281"), [YEAR]), {"X9"})
