"""Quarters, periods and due dates, against the examples of the law and of the domain's documentation."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bou_portal.periods import (
    Period,
    Quarter,
    add_days,
    add_months,
    add_weeks,
    add_years,
    effective,
    is_working_day,
)

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
QUARTERS = st.builds(Quarter, st.integers(1990, 2060), st.integers(1, 4))


@pytest.mark.parametrize(
    ("add", "start", "count", "nominal", "due"),
    [
        (add_months, "2025-08-31", 6, "2026-02-28", "2026-03-02"),
        (add_months, "2026-05-31", 6, "2026-11-30", "2026-11-30"),
        (add_months, "2026-06-26", 6, "2026-12-26", "2026-12-28"),
        (add_months, "2026-08-24", 4, "2026-12-24", "2026-12-28"),
        (add_months, "2025-10-31", 4, "2026-02-28", "2026-03-02"),
        (add_days, "2026-12-10", 14, "2026-12-24", "2026-12-28"),
        (add_days, "2026-06-05", 14, "2026-06-19", "2026-06-22"),
        (add_years, "2024-02-29", 2, "2026-02-28", "2026-03-02"),
        (add_months, "2026-12-31", 2, "2027-02-28", "2027-03-01"),
        (add_weeks, "2026-12-24", 1, "2026-12-31", "2027-01-04"),
    ],
)
def test_due_dates_follow_the_law_of_1930(add, start, count, nominal, due):
    day = add(date.fromisoformat(start), count)
    assert str(day) == nominal
    assert str(effective(day)) == due


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01",
        "2026-01-06",
        "2026-04-03",
        "2026-04-06",
        "2026-05-01",
        "2026-05-14",
        "2026-06-19",
        "2026-12-24",
        "2026-12-25",
        "2026-12-31",
        "2026-11-21",
        "2026-11-22",
    ],
)
def test_holidays_eves_and_weekends_are_not_working_days(day):
    assert not is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-01-05", "2026-04-02", "2026-10-30", "2026-12-23", "2026-11-23"])
def test_half_days_and_plain_weekdays_are_working_days(day):
    assert is_working_day(date.fromisoformat(day))


@given(DAYS)
def test_effective_day_is_the_first_working_day_and_stays(day):
    due = effective(day)
    assert is_working_day(due)
    assert timedelta(0) <= due - day <= timedelta(days=5)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((due - day).days))
    assert effective(due) == due


@given(DAYS, st.integers(-60, 60))
def test_months_keep_the_day_or_take_the_months_last(day, months):
    result = add_months(day, months)
    assert (result.year * 12 + result.month) - (day.year * 12 + day.month) == months
    assert result.day == day.day or (result.day < day.day and (result + timedelta(days=1)).day == 1)


@given(DAYS, DAYS, st.integers(0, 24))
def test_months_keep_the_order_of_days(first, second, months):
    if first <= second:
        assert add_months(first, months) <= add_months(second, months)


@given(QUARTERS)
def test_quarter_prints_and_parses(quarter):
    assert Quarter.parse(str(quarter)) == Quarter.parse(quarter.slug) == quarter
    assert Period.parse(str(quarter)) == Period.parse(str(quarter.period)) == quarter.period


@given(DAYS)
def test_every_day_is_in_its_quarter_only(day):
    quarter = Quarter.of(day)
    assert day in quarter.period
    assert day not in quarter.previous().period
    assert day not in quarter.next().period


@given(QUARTERS, st.integers(-20, 20))
def test_quarters_are_ordered_and_walk_both_ways(quarter, steps):
    assert quarter.next(steps).previous(steps) == quarter
    assert (quarter.next(steps) > quarter) == (steps > 0)
    assert quarter.next().start == quarter.period.until


def test_quarter_in_words_and_days():
    quarter = Quarter(2026, 3)
    assert (str(quarter), quarter.slug, quarter.text) == (
        "2026-K3",
        "2026-k3",
        "kvartal 3 2026",
    )
    assert (quarter.start, quarter.end) == (date(2026, 7, 1), date(2026, 9, 30))
    assert [str(q) for q in quarter.rolling_four()] == [
        "2025-K4",
        "2026-K1",
        "2026-K2",
        "2026-K3",
    ]
    assert str(Quarter(2018, 1).rolling_year) == "2017-04-01..2018-03-31"
    assert (quarter.period.text, quarter.rolling_year.text) == (
        "kvartal 3 2026",
        "2025-10-01–2026-09-30",
    )


@pytest.mark.parametrize("text", ["", "2026-K5", "2026K3", "26-K3", "2026-Q3", "2026-K3 x"])
def test_wrong_quarter_says_how_to_write_it(text):
    with pytest.raises(ValueError, match="skriv som 2026-K3"):
        Quarter.parse(text)


@pytest.mark.parametrize("text", ["", "2017-04-01", "2017-04-31..2018-03-31", "2017..2018"])
def test_wrong_period_says_how_to_write_it(text):
    with pytest.raises(ValueError, match="skriv som 2017-04-01"):
        Period.parse(text)


def test_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="slutar"):
        Period.parse("2018-03-31..2017-04-01")


@pytest.mark.parametrize(
    ("start", "end", "nights"),
    [
        ("2026-06-01", None, 92),
        ("2026-06-01", "2026-07-01", 0),
        ("2026-06-01", "2026-07-02", 1),
        ("2026-09-30", None, 1),
        ("2026-09-30", "2026-10-01", 1),
        ("2026-10-01", None, 0),
        ("2026-08-01", "2026-08-01", 0),
        ("2026-08-01", "2026-08-11", 10),
    ],
)
def test_nights_inside_a_quarter(start, end, nights):
    period = Quarter(2026, 3).period
    assert period.days == 92
    assert period.nights(date.fromisoformat(start), end and date.fromisoformat(end)) == nights


@given(DAYS, st.integers(0, 900), st.lists(QUARTERS, min_size=1, max_size=1))
def test_nights_of_neighbouring_quarters_add_up(start, length, quarters):
    end = start + timedelta(days=length)
    first = quarters[0]
    both = Period(first.start, first.next().end)
    assert first.period.nights(start, end) + first.next().period.nights(start, end) == both.nights(start, end)
