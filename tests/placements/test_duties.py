"""How days are counted, and what the board must consider: by hand from domain.md 3. Pure: no database, no today."""

from datetime import date
from itertools import pairwise

import pytest

from placements.duties.case import Basis, Case, Inquiry, Limit, Stay
from placements.duties.decided import custody_days
from placements.duties.engine import duties
from placements.duties.rules import Rules, Wording, first_due
from placements.models import Due
from tests.placements.duty_cases import LAW, RULES, START, WORDINGS, case, day, due


@pytest.mark.parametrize(
    ("amount", "unit", "start", "nominal", "late_after"),
    [
        (6, "months", date(2025, 8, 31), date(2026, 2, 28), date(2026, 3, 2)),
        (6, "months", date(2026, 5, 31), date(2026, 11, 30), date(2026, 11, 30)),
        (6, "months", date(2026, 6, 26), date(2026, 12, 26), date(2026, 12, 28)),
        (4, "months", date(2026, 8, 24), date(2026, 12, 24), date(2026, 12, 28)),
        (4, "months", date(2025, 10, 31), date(2026, 2, 28), date(2026, 3, 2)),
        (14, "days", date(2026, 12, 10), date(2026, 12, 24), date(2026, 12, 28)),
        (14, "days", date(2026, 6, 5), date(2026, 6, 19), date(2026, 6, 22)),
        (24, "months", date(2024, 2, 29), date(2026, 2, 28), date(2026, 3, 2)),
        (2, "months", date(2026, 12, 31), date(2027, 2, 28), date(2027, 3, 1)),
        (7, "days", date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_ten_examples_of_how_time_is_counted(amount, unit, start, nominal, late_after):
    """domain.md 3.0: through the engine, as an investigation with that limit."""
    rules = Rules([Wording("R-INV", LAW, amount, unit)])
    found = due(Case(inquiries=[Inquiry(start)]), Due.Kind.INVESTIGATION, rules)
    assert (found.due_on, found.late_after_on) == (nominal, late_after)


def test_target_is_missed_on_its_own_day_and_law_on_the_next_working_day():
    """28 February 2026 is a Saturday; 30 January + 30 days is Sunday 1 March."""
    asked = case(date(2025, 8, 31))
    assert due(asked, Due.Kind.REVIEW).late_after_on == date(2026, 3, 2)
    plan = due(case(date(2026, 1, 30)), Due.Kind.PLAN)
    assert (plan.due_on, plan.late_after_on, plan.is_law) == (date(2026, 3, 1), date(2026, 3, 1), False)


# --- reviews --------------------------------------------------------------------------------------------------------
def test_review_counts_from_the_start_and_then_from_the_last_one():
    assert day(case(), Due.Kind.REVIEW) == date(2026, 7, 10)
    assert day(case(reviews=[date(2026, 6, 1), date(2026, 3, 1)]), Due.Kind.REVIEW) == date(2026, 12, 1)


def test_review_of_an_earlier_time_in_care_does_not_count():
    assert day(case(reviews=[date(2026, 1, 9)]), Due.Kind.REVIEW) == date(2026, 7, 10)


@pytest.mark.parametrize(
    ("group", "code", "rule"),
    [("SoL", "", "R-REV-SOL"), ("LVU", "LVU_2", "R-REV-2"), ("LVU", "", "R-REV-2"), ("LVU", "LVU_2_3", "R-REV-3")],
)
def test_review_follows_the_law_the_child_is_under(group, code, rule):
    assert due(case(bases=[Basis(START, group, code)]), Due.Kind.REVIEW).code == rule


def test_adult_by_consent_is_not_reviewed_and_a_childs_review_lapses_when_she_is_grown():
    """Born 2008: certainly 18 from 1 January 2027."""
    assert due(case(birth_year=2008), Due.Kind.REVIEW).lapses_on == date(2027, 1, 1)
    assert due(case(birth_year=2007), Due.Kind.REVIEW) is None
    found = due(case(birth_year=2007, bases=[Basis(START, "LVU", "LVU_3")]), Due.Kind.REVIEW)
    assert (found.due_on, found.lapses_on) == (date(2026, 7, 10), None)


# --- custody --------------------------------------------------------------------------------------------------------
def test_custody_is_asked_after_two_years_in_the_same_foster_home_and_then_every_year():
    asked = case(date(2024, 3, 31))
    assert due(asked, Due.Kind.CUSTODY).due_on == date(2026, 3, 31)
    later = case(date(2024, 3, 31), custody_questions=[date(2026, 3, 1)])
    found = due(later, Due.Kind.CUSTODY)
    assert (found.due_on, found.code) == (date(2027, 3, 1), "R-CUST-NEXT")


def test_move_to_another_foster_home_starts_the_two_years_again():
    stays = [
        Stay(date(2023, 1, 1), date(2024, 6, 1), "familjehem", "a"),
        Stay(date(2024, 6, 1), None, "familjehem", "b"),
    ]
    assert day(case(stays=stays), Due.Kind.CUSTODY) == date(2026, 6, 1)


def test_short_stay_away_and_a_new_row_about_the_same_home_do_not_start_them_again():
    stays = [
        Stay(date(2023, 1, 1), date(2023, 6, 1), "natverkshem", "a"),
        Stay(date(2023, 6, 1), date(2023, 6, 8), "tillfallig"),
        Stay(date(2023, 6, 8), date(2023, 9, 1), "familjehem", "a"),
        Stay(date(2023, 9, 1), None, "familjehem", "a"),
    ]
    assert day(case(stays=stays), Due.Kind.CUSTODY) == date(2025, 1, 1)


def test_time_at_home_starts_the_two_years_again():
    stays = [
        Stay(date(2022, 8, 1), date(2024, 1, 1), "familjehem", "a"),
        Stay(date(2024, 2, 1), None, "familjehem", "a"),
    ]
    assert day(case(stays=stays), Due.Kind.CUSTODY) == date(2026, 2, 1)


def test_unknown_homes_are_not_taken_for_one():
    stays = [Stay(date(2023, 1, 1), date(2024, 1, 1), "familjehem"), Stay(date(2024, 1, 1), None, "familjehem")]
    assert day(case(stays=stays), Due.Kind.CUSTODY) == date(2026, 1, 1)


def test_custody_is_not_asked_in_an_institution_nor_an_emergency_home():
    for form in ("hvb", "jourhem", "stodboende"):
        assert due(case(date(2020, 1, 1), form=form), Due.Kind.CUSTODY) is None


def test_three_years_became_two_and_was_due_on_the_day_of_the_new_law():
    """Placed 1 January 2020: three years are up after the new law, two were up before it: due the day it came."""
    assert day(case(date(2020, 1, 1)), Due.Kind.CUSTODY) == date(2022, 7, 1)
    assert day(case(date(2019, 5, 1)), Due.Kind.CUSTODY) == date(2022, 5, 1)  # three years, under the old law
    assert day(case(date(2021, 2, 1)), Due.Kind.CUSTODY) == date(2023, 2, 1)


def test_question_considered_early_does_not_make_the_next_come_sooner():
    assert day(case(date(2024, 1, 1), custody_questions=[date(2024, 3, 1)]), Due.Kind.CUSTODY) == date(2026, 1, 1)
    assert day(case(date(2024, 1, 1), custody_questions=[date(2025, 9, 1)]), Due.Kind.CUSTODY) == date(2026, 9, 1)


def test_each_question_knows_when_it_was_due():
    asked = case(date(2022, 8, 1), custody_questions=[date(2025, 9, 1), date(2024, 7, 1)])
    assert custody_days(asked, RULES) == {date(2024, 7, 1): date(2024, 8, 1), date(2025, 9, 1): date(2025, 7, 1)}


# --- restrictions, emergency homes, investigations --------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "code"), [("contact", "R-REST"), ("secret", "R-REST"), ("no_removal", "R-NOREM")])
def test_restriction_is_considered_again_every_third_month(kind, code):
    limit = Limit(kind, date(2026, 1, 31))
    found = due(case(limits=[limit]), Due.Kind.RESTRICTION)
    assert (found.due_on, found.code, found.is_law) == (date(2026, 4, 30), code, True)
    again = due(case(limits=[limit._replace(considered=date(2026, 4, 15))]), Due.Kind.RESTRICTION)
    assert again.due_on == date(2026, 7, 15)


def test_restriction_that_has_ended_falls_away():
    limit = Limit("contact", date(2026, 1, 31), end=date(2026, 3, 1))
    assert due(case(limits=[limit]), Due.Kind.RESTRICTION) is None


def test_emergency_home_ends_two_months_after_the_investigation():
    inquiry = Inquiry(date(2026, 1, 5), closed=date(2026, 4, 30))
    asked = case(form="jourhem", inquiries=[inquiry])
    assert day(asked, Due.Kind.EMERGENCY) == date(2026, 6, 30)
    assert due(case(form="jourhem", inquiries=[inquiry._replace(closed=None)]), Due.Kind.EMERGENCY) is None
    assert due(case(inquiries=[inquiry]), Due.Kind.EMERGENCY) is None


def test_emergency_home_entered_after_the_investigation_counts_from_the_day_of_entering():
    inquiry = Inquiry(date(2024, 1, 5), closed=date(2024, 4, 30))
    stays = [Stay(START, date(2026, 2, 1), "jourhem", "a"), Stay(date(2026, 2, 1), None, "jourhem", "b")]
    assert day(case(stays=stays, inquiries=[inquiry]), Due.Kind.EMERGENCY) == date(2026, 3, 10)


def test_investigation_is_closed_in_four_months_or_on_the_day_it_is_extended_to():
    opened = Inquiry(date(2025, 10, 31))
    assert day(case(inquiries=[opened]), Due.Kind.INVESTIGATION) == date(2026, 2, 28)
    extended = opened._replace(extended_until=date(2026, 4, 15))
    assert day(case(inquiries=[extended]), Due.Kind.INVESTIGATION) == date(2026, 4, 15)
    assert due(case(inquiries=[opened._replace(closed=date(2026, 5, 1))]), Due.Kind.INVESTIGATION) is None


# --- time and the table -------------------------------------------------------------------------------------------------
def test_everything_of_care_falls_away_when_care_ends():
    found = duties(case(end=date(2026, 12, 1)), RULES)
    assert found
    assert all(duty.lapses_on == date(2026, 12, 1) for duty in found)


@pytest.mark.parametrize(
    ("opened", "nominal", "late_after"),
    [
        (date(2023, 10, 29), date(2024, 2, 29), date(2024, 2, 29)),
        (date(2023, 10, 30), date(2024, 2, 29), date(2024, 2, 29)),
        (date(2023, 10, 31), date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 6, 29), date(2024, 7, 1)),  # a Saturday
        (date(2023, 11, 30), date(2024, 3, 30), date(2024, 4, 2)),  # Easter Eve: Tuesday is the next working day
        (date(2023, 12, 31), date(2024, 4, 30), date(2024, 4, 30)),
        (date(2024, 1, 31), date(2024, 5, 31), date(2024, 5, 31)),
    ],
)
def test_month_ends_of_a_leap_year(opened, nominal, late_after):
    found = due(Case(inquiries=[Inquiry(opened)]), Due.Kind.INVESTIGATION)
    assert (found.due_on, found.late_after_on) == (nominal, late_after)


def test_new_act_is_followed_from_its_day_and_not_before():
    """An act invented for this test: four months instead of six from 1 January 2027, and an end to the old rule."""
    new = [Wording("R-REV-SOL", LAW, 6, "months", None, date(2026, 12, 31)),
           Wording("R-REV-SOL", LAW, 4, "months", date(2027, 1, 1))]  # fmt: skip
    rules = Rules([wording for wording in WORDINGS if wording.code != "R-REV-SOL"] + new)
    expected = {
        date(2026, 6, 30): date(2026, 12, 30),  # due before the act
        date(2026, 7, 1): date(2027, 1, 1),  # four months are over when it comes
        date(2026, 8, 31): date(2027, 1, 1),
        date(2026, 10, 31): date(2027, 2, 28),  # four months
    }
    assert {start: day(case(start), Due.Kind.REVIEW, rules) for start in expected} == expected


def test_rule_that_has_not_begun_is_nobodys_duty_before_its_day():
    coming = [Wording("R-REV-SOL", LAW, 1, "months", date(2030, 1, 1))]
    assert day(case(), Due.Kind.REVIEW, Rules(coming)) == date(2030, 1, 1)


def test_rule_that_has_ended_without_another_is_no_duty():
    assert first_due([Wording("R-INV", LAW, 4, "months", None, date(2026, 1, 1))], date(2025, 12, 1)) is None


def test_target_overrides_a_benchmark_and_never_the_law():
    rules = Rules(WORDINGS, {"R-VISIT-T": (2, "months"), "R-GP-T": (14, "days"), "R-REV-SOL": (1, "months")})
    assert day(case(), Due.Kind.PLAN, rules) == date(2026, 1, 24)
    assert day(case(), Due.Kind.TALK, rules) == date(2026, 3, 10)
    assert day(case(), Due.Kind.REVIEW, rules) == date(2026, 7, 10)


def test_child_with_no_rows_and_a_table_without_rules_wait_for_nothing():
    assert duties(Case(), RULES) == []
    assert duties(case(), Rules([])) == []


def test_duties_come_in_the_order_they_fall_due():
    found = duties(case(inquiries=[Inquiry(START)], limits=[Limit("contact", START)]), RULES)
    assert all(earlier.due_on <= later.due_on for earlier, later in pairwise(found))
