"""What holds for every case that can be drawn: months and days around month ends, law changes, any order of rows."""

import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from placements.duties.case import After, Basis, Case, Exam, FollowedUp, Inquiry, Limit, Planned, Stay
from placements.duties.engine import duties
from placements.models import Due
from tests.placements.duty_cases import RULES, WORDINGS

FIRST, TODAY = date(2019, 1, 1), date(2026, 11, 21)
EDGES = [
    date(2024, 2, 29),
    date(2024, 8, 31),
    date(2025, 12, 31),
    date(2026, 2, 28),
    date(2022, 6, 30),
    date(2022, 7, 1),
]
days = st.one_of(st.sampled_from(EDGES), st.dates(FIRST, TODAY))
maybe_day = st.none() | days
maybe = st.sampled_from([True, False, None])
laws = st.sampled_from([("SoL", ""), ("LVU", "LVU_2"), ("LVU", "LVU_3"), ("LVU", ""), ("LVU", "LVU_6"), ("LSU", "LSU")])
forms = st.sampled_from(["familjehem", "natverkshem", "jourhem", "hvb", "tillfallig", "eget hem"])


def ordered(*found):
    """The days in time order, the open ones last."""
    known = sorted(day for day in found if day)
    return known + [None] * (len(found) - len(known))


@st.composite
def stays(draw):
    cuts = sorted(draw(st.lists(days, min_size=1, max_size=6, unique=True)))
    ends = [*cuts[1:], draw(st.none() | st.just(cuts[-1] + timedelta(days=40)))]
    found = [
        Stay(start, end, draw(forms), draw(st.sampled_from(["", "a", "b"])))
        for start, end in zip(cuts, ends, strict=True)
        if end is None or draw(st.integers(0, 5))
    ]
    return found or [Stay(cuts[0], None, "familjehem", "a")]


plans = st.lists(st.builds(lambda a, b: Planned(*ordered(a, b)), days, maybe_day), max_size=3)
limits = st.builds(
    lambda kind, a, b, c: Limit(kind, *ordered(a, b, c)),
    st.sampled_from(["contact", "secret", "no_removal"]), days, maybe_day, maybe_day,
)  # fmt: skip
exams = st.builds(
    lambda kind, a, b, c, actions, done: Exam(kind, *ordered(a, b, c), actions_needed=actions, actions_done=done),
    st.sampled_from(["läkare", "tand"]), days, maybe_day, maybe_day, maybe, maybe_day,
)  # fmt: skip
follow_ups = st.builds(FollowedUp, days, maybe, st.sampled_from(["", "refused", "other"]), maybe, maybe_day)
inquiries = st.builds(lambda a, until, b: Inquiry(*ordered(a), until, b and max(a, b)), days, maybe_day, maybe_day)
afters = st.builds(lambda a, b: After(*ordered(a, b)), days, maybe_day)
cases = st.builds(
    Case,
    birth_year=st.none() | st.integers(2003, 2020),
    stays=stays(),
    bases=st.lists(st.builds(lambda day, law: Basis(day, *law), days, laws), max_size=3, unique_by=lambda b: b.start),
    reviews=st.lists(days, max_size=4, unique=True),
    follow_ups=st.lists(follow_ups, max_size=4),
    care_plans=plans,
    plans=plans,
    exams=st.lists(exams, max_size=3),
    inquiries=st.lists(inquiries, max_size=2),
    limits=st.lists(limits, max_size=2),
    custody_questions=st.lists(days, max_size=3, unique=True),
    afters=st.lists(afters, max_size=2),
)


def late(case, today=TODAY):
    return [
        duty
        for duty in duties(case, RULES)
        if duty.late_after_on < today and (duty.lapses_on is None or duty.lapses_on > today)
    ]


def due_of(case, kind):
    return next((duty.due_on for duty in duties(case, RULES) if duty.kind == kind), None)


@given(cases)
def test_last_day_is_never_before_the_nominal_one(case):
    for duty in duties(case, RULES):
        assert duty.due_on <= duty.late_after_on
        assert duty.lapses_on is None or duty.due_on < duty.lapses_on
        assert duty.is_law or duty.due_on == duty.late_after_on


@given(cases, st.randoms(use_true_random=False))
def test_order_of_the_rows_is_of_no_importance(case, dice: random.Random):
    def shuffled(rows):
        return dice.sample(rows, len(rows))

    names = [name for name in Case.__dataclass_fields__ if name != "birth_year"]
    other = replace(case, **{name: shuffled(getattr(case, name)) for name in names})
    assert duties(other, RULES) == duties(case, RULES)


@given(cases, days)
def test_review_that_is_added_makes_nothing_due_earlier(case, day):
    before = due_of(case, Due.Kind.REVIEW)
    after = due_of(replace(case, reviews=[*case.reviews, day]), Due.Kind.REVIEW)
    assert before is None or after is None or after >= before


@given(cases, st.integers(0, 6))
def test_what_is_done_today_never_makes_more_late(case, which):
    more = [
        {"reviews": [*case.reviews, TODAY]},
        {"follow_ups": [*case.follow_ups, FollowedUp(TODAY, talk=True, visit=True)]},
        {"plans": [*case.plans, Planned(TODAY)]},
        {"care_plans": [*case.care_plans, Planned(TODAY)]},
        {"exams": [*case.exams, Exam("läkare", requested=TODAY, done=TODAY)]},
        {"custody_questions": [*case.custody_questions, TODAY]},
        {"limits": [limit._replace(considered=TODAY) for limit in case.limits]},
    ]
    assert len(late(replace(case, **more[which]))) <= len(late(case))


@given(cases)
def test_law_is_never_said_of_a_target(case):
    statutes = {wording.code for wording in WORDINGS if wording.kind == "statute"}
    for duty in duties(case, RULES):
        assert duty.is_law == (duty.code in statutes)


@given(cases, days)
def test_custody_question_that_is_added_makes_nothing_due_earlier(case, day):
    before = due_of(case, Due.Kind.CUSTODY)
    after = due_of(replace(case, custody_questions=[*case.custody_questions, day]), Due.Kind.CUSTODY)
    assert before is None or after is None or after >= before
