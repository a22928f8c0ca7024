"""Plans, talks, examinations, what follows after care and ends by age: counted by hand from domain.md 3."""

from datetime import date

import pytest

from placements.duties.case import After, Basis, Exam, FollowedUp, Planned, Stay
from placements.duties.engine import duties
from placements.duties.rules import HealthTarget, Rules
from placements.models import Due
from tests.placements.duty_cases import RULES, START, WORDINGS, case, day, due


# --- plans and follow-ups ---------------------------------------------------------------------------------------------
def test_care_plan_is_missed_after_the_target_and_made_before_the_placement_is_enough():
    assert day(case(), Due.Kind.CARE_PLAN) == date(2026, 2, 9)
    assert due(case(), Due.Kind.CARE_PLAN).is_law is False
    assert due(case(care_plans=[Planned(date(2025, 12, 1))]), Due.Kind.CARE_PLAN) is None


def test_care_plan_of_an_earlier_time_in_care_is_not_this_ones():
    stays = [Stay(date(2020, 1, 1), date(2021, 1, 1), "hvb", "x"), Stay(START, None, "familjehem", "a")]
    asked = case(stays=stays, care_plans=[Planned(date(2020, 1, 5))])
    assert day(asked, Due.Kind.CARE_PLAN) == date(2026, 2, 9)


def test_care_plan_is_revised_within_two_years_while_the_child_is_a_child():
    start = date(2024, 2, 29)
    found = due(case(start), Due.Kind.CARE_PLAN_REVISION)
    assert (found.due_on, found.late_after_on, found.is_law) == (date(2026, 2, 28), date(2026, 3, 2), True)
    for plans in ([Planned(start, date(2025, 9, 1))], [Planned(start), Planned(date(2025, 9, 1))]):
        assert due(case(start, care_plans=plans), Due.Kind.CARE_PLAN_REVISION) is None
    assert due(case(start, birth_year=2006), Due.Kind.CARE_PLAN_REVISION) is None


def test_plan_is_made_within_thirty_days_and_seen_to_every_six_months():
    assert day(case(), Due.Kind.PLAN) == date(2026, 2, 9)
    assert day(case(plans=[Planned(date(2026, 1, 31))]), Due.Kind.PLAN) == date(2026, 7, 31)
    assert day(case(plans=[Planned(date(2026, 1, 31), date(2026, 8, 31))]), Due.Kind.PLAN) == date(2027, 2, 28)


def test_talk_and_visit_count_from_the_last_of_each():
    rows = [FollowedUp(date(2026, 5, 1), talk=True), FollowedUp(date(2026, 8, 31), visit=True)]
    asked = case(follow_ups=rows)
    assert (day(asked, Due.Kind.TALK), day(asked, Due.Kind.VISIT)) == (date(2026, 8, 1), date(2026, 11, 30))
    assert (day(case(), Due.Kind.TALK), due(case(), Due.Kind.TALK).since) == (date(2026, 4, 10), Due.Since.START)


@pytest.mark.parametrize(("reason", "expected"), [("refused", date(2026, 8, 1)), ("too_young", date(2026, 8, 1)),
                                                  ("other", date(2026, 4, 10))])  # fmt: skip
def test_talk_that_could_not_be_held_counts_when_holding_none_was_right(reason, expected):
    rows = [FollowedUp(date(2026, 5, 1), talk=False, no_talk=reason)]
    assert day(case(follow_ups=rows), Due.Kind.TALK) == expected


def test_agreed_follow_up_stands_until_the_next_one_is_held():
    first = FollowedUp(date(2026, 3, 1), next_on=date(2026, 4, 20))
    assert day(case(follow_ups=[first]), Due.Kind.FOLLOW_UP) == date(2026, 4, 20)
    assert due(case(follow_ups=[FollowedUp(date(2026, 4, 19)), first]), Due.Kind.FOLLOW_UP) is None


# --- health -----------------------------------------------------------------------------------------------------------
def test_examination_is_asked_for_within_a_week_and_done_within_the_regions_target():
    assert day(case(), Due.Kind.HEALTH_REQUEST) == date(2026, 1, 17)
    assert (day(case(), Due.Kind.MEDICAL), day(case(), Due.Kind.DENTAL)) == (date(2026, 3, 11), date(2026, 3, 11))


def test_region_may_count_from_the_request():
    rules = Rules(WORDINGS, health=HealthTarget(28, by_request=True))
    exams = [Exam("läkare", requested=date(2026, 1, 29)), Exam("läkare", requested=date(2026, 2, 20))]
    asked = case(exams=exams)
    assert day(asked, Due.Kind.MEDICAL, rules) == date(2026, 2, 26)
    assert day(asked, Due.Kind.DENTAL, rules) == date(2026, 2, 7)  # not asked for: from the start
    assert due(asked, Due.Kind.HEALTH_REQUEST, rules) is None


@pytest.mark.parametrize(
    "exam",
    [
        Exam("läkare", done=date(2026, 2, 1)),
        Exam("läkare", not_needed=True),
        Exam("läkare", requested=START, reason="declined"),
        Exam("läkare", requested=START, reason="not_needed"),
    ],
)
def test_examination_that_is_settled_waits_for_nothing(exam):
    assert due(case(exams=[exam]), Due.Kind.MEDICAL) is None
    assert due(case(exams=[exam]), Due.Kind.HEALTH_REQUEST) is None
    assert due(case(exams=[exam]), Due.Kind.DENTAL)


def test_examination_that_was_missed_or_is_of_an_earlier_placement_still_waits():
    for exam in (Exam("läkare", requested=START, reason="missed"), Exam("läkare", done=date(2025, 12, 1))):
        assert due(case(exams=[exam]), Due.Kind.MEDICAL)


def test_what_an_examination_said_is_needed_waits_until_it_is_done():
    exam = Exam("tand", done=date(2026, 2, 1), result=date(2026, 2, 28), actions_needed=True)
    assert day(case(exams=[exam]), Due.Kind.HEALTH_ACTION) == date(2026, 5, 28)
    assert due(case(exams=[exam._replace(actions_done=date(2026, 3, 5))]), Due.Kind.HEALTH_ACTION) is None


# --- after care and age -------------------------------------------------------------------------------------------------
def test_compulsory_care_of_a_child_that_ends_is_followed_up_at_once():
    asked = case(end=date(2026, 5, 8), bases=[Basis(START, "LVU", "LVU_2")])
    found = due(asked, Due.Kind.POST_CARE)
    ended = date(2026, 5, 8)
    assert (found.due_on, found.late_after_on, found.lapses_on) == (ended, ended, date(2026, 11, 8))
    consent_since = [Basis(START, "LVU", "LVU_2"), Basis(ended, "SoL")]
    assert due(case(end=ended, bases=consent_since), Due.Kind.POST_CARE) == found
    assert {duty.kind for duty in duties(asked, RULES) if duty.lapses_on != date(2026, 5, 8)} == {Due.Kind.POST_CARE}


def test_open_follow_up_after_compulsory_care_ends_in_six_months_from_its_start():
    asked = case(end=date(2026, 5, 8), bases=[Basis(START, "LVU")], afters=[After(date(2026, 5, 12))])
    found = due(asked, Due.Kind.POST_CARE)
    assert (found.due_on, found.code) == (date(2026, 11, 12), "R-POST-LVU")
    closed = [After(date(2026, 5, 12), date(2026, 6, 1))]
    assert due(case(end=date(2026, 5, 8), afters=closed), Due.Kind.POST_CARE) is None


def test_open_follow_up_after_care_by_consent_ends_six_months_after_the_placement():
    asked = case(end=date(2026, 5, 8), afters=[After(date(2026, 5, 12))])
    found = due(asked, Due.Kind.POST_CARE)
    assert (found.due_on, found.code, found.counted_from_on) == (date(2026, 11, 8), "R-POST-SOL", date(2026, 5, 8))


@pytest.mark.parametrize(
    "about",
    [
        {"bases": [Basis(START, "SoL")]},
        {"birth_year": 2008, "bases": [Basis(START, "LVU")]},
        {"bases": [Basis(START, "LVU")], "stays": [Stay(START, date(2026, 5, 8), "hvb", "x", "DECEASED")]},
    ],
)
def test_nobody_must_be_followed_up_after_consent_as_grown_or_dead(about):
    assert due(case(**({"end": date(2026, 5, 8)} if "stays" not in about else {}), **about), Due.Kind.POST_CARE) is None


@pytest.mark.parametrize(
    ("code", "warned", "ends"),
    [("LVU_2", date(2027, 7, 1), date(2028, 12, 31)), ("LVU_3", date(2030, 7, 1), date(2031, 12, 31))],
)
def test_end_of_compulsory_care_by_age_is_warned_of_half_a_year_ahead(code, warned, ends):
    """Born 2010: 18 in 2028 and 21 in 2031, nobody here knows which day."""
    found = due(case(birth_year=2010, bases=[Basis(START, "LVU", code)]), Due.Kind.AGE)
    assert (found.due_on, found.late_after_on) == (warned, ends)
