"""How much waits, for whom, and how it goes: counted by the database, expected by hand."""

from datetime import date, timedelta

import pytest
import time_machine

from placements.deadlines import RuleBook
from placements.episodes import derive
from placements.models import Assignment, Child, Cover, Due, FollowUp, HealthExam, Placement, Plan
from placements.workload import Whose, Workload, first_not_due
from tests.placements.test_worklist import K, due, many_children

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def on_a_saturday_in_november():
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False):
        yield


@pytest.fixture
def stay(child):
    """An open foster home since 10 January 2026."""
    placed = Placement.objects.create(
        municipality=child.municipality,
        child=child,
        form_group="familjehem",
        home_key="a",
        started_on=date(2026, 1, 10),
    )
    derive([child.pk])
    return placed


def own(child, worker=None, unit=None):
    rows = {"municipality": child.municipality, "child": child, "started_on": date(2026, 1, 10)}
    return Assignment.objects.create(**rows, worker=worker, unit=unit)


def by_hand(child):
    """Two things late and one soon, and nothing else."""
    Due.objects.filter(child=child).delete()
    due(child, on=TODAY - timedelta(days=1))
    due(child, K.PLAN, on=TODAY - timedelta(days=9), is_law=False, code="R-GP-T")
    due(child, K.TALK, on=TODAY + timedelta(days=30), is_law=False, code="R-VISIT-T")


def test_own_work_is_that_of_ones_own_children(stay, social_worker, unit_manager):
    by_hand(stay.child)
    assert Workload(Whose.own(social_worker)).placed == 0
    own(stay.child, social_worker)
    load = Workload(Whose.own(social_worker))
    assert (load.placed, load.late, load.soon, load.late_children, load.waiting_children) == (1, 2, 1, 1, 1)
    assert Workload(Whose.own(unit_manager)).late == 0


def test_work_that_is_covered_for_is_counted_too(stay, social_worker, unit_manager, sundsvall):
    by_hand(stay.child)
    own(stay.child, social_worker)
    days = {"started_on": TODAY, "ended_on": TODAY}
    Cover.objects.create(municipality=sundsvall, absent=social_worker, covered_by=unit_manager, **days)
    assert Workload(Whose.own(unit_manager)).late == 2


def test_a_child_in_care_no_longer_still_waits_for_what_follows_after(stay, social_worker):
    own(stay.child, social_worker)
    Placement.objects.update(ended_on=date(2026, 10, 1))
    Due.objects.all().delete()
    due(stay.child, K.POST_CARE, on=date(2026, 10, 15), code="R-POST-SOL")
    load = Workload(Whose.own(social_worker))
    assert (load.placed, load.late) == (0, 1)


def test_the_unit_has_its_own_its_staffs_and_nobodys_children(
    stay, social_worker, unit_manager, north_unit, sundsvall, umea
):
    staffs, units, nobodys, others, far = [
        stay.child,
        *(Child.objects.create(municipality=place, local_code=code) for place, code in
          ((sundsvall, "ENHETS"), (sundsvall, "INGENS"), (sundsvall, "ANNANS"), (umea, "UMEÅ"))),
    ]  # fmt: skip
    own(staffs, social_worker)
    own(units, unit=north_unit)
    from municipalities.models import Unit

    own(others, unit=Unit.objects.create(municipality=sundsvall, name="Barn och unga söder"))
    for child in (staffs, units, nobodys, others, far):
        by_hand(child)
    reached = Whose.of_unit(unit_manager, north_unit).rows(Due).values_list("child__local_code", flat=True)
    assert set(reached) == {"SVL-7K3Q", "ENHETS", "INGENS"}


def test_who_has_how_much(stay, social_worker, head_of_ifo, north_unit, sundsvall):
    second, third = many_children(sundsvall, 2)
    own(stay.child, social_worker)
    own(second, unit=north_unit)
    for child in (stay.child, second, third):
        by_hand(child)
    due(second, on=TODAY - timedelta(days=5))
    rows = Workload(Whose(head_of_ifo)).workers
    assert [(str(row.who), row.placed, row.late, row.soon) for row in rows] == [
        ("Barn och unga norr", 1, 3, 1),
        ("Maja Lindqvist", 1, 2, 1),
        ("None", 1, 2, 1),
    ]
    assert [row.query for row in rows] == [
        f"enhet={north_unit.pk}",
        f"ansvarig={social_worker.pk}",
        "ansvarig=ingen",
    ]


def test_kinds_that_are_late_are_counted(stay, head_of_ifo):
    by_hand(stay.child)
    due(stay.child, on=TODAY - timedelta(days=400))
    assert Workload(Whose(head_of_ifo)).late_by_kind == [("review", 2), ("plan", 1)]


def shares(head):
    return {name: part.base for name, part in Workload(Whose(head)).shares.items()}


def test_shares_say_what_they_rest_on(stay, head_of_ifo):
    assert shares(head_of_ifo) == dict.fromkeys(("plan", "talk", "exam"), "0 av 1")
    done, rows = date(2026, 11, 1), {"municipality": stay.municipality, "child": stay.child}
    Plan.objects.create(**rows, kind="genomförandeplan", made_on=done, in_force_until=date(2027, 5, 1))
    FollowUp.objects.create(**rows, done_on=done, individual_talk=True)
    HealthExam.objects.create(**rows, kind="läkare", done_on=done)
    derive([stay.child_id])
    assert shares(head_of_ifo) == dict.fromkeys(("plan", "talk", "exam"), "1 av 1")


def test_a_new_placement_is_not_yet_counted(stay, head_of_ifo):
    with time_machine.travel("2026-01-20T08:00:00+00:00", tick=False):
        assert shares(head_of_ifo) == dict.fromkeys(("plan", "talk", "exam"), "ingen att räkna än")


@pytest.mark.parametrize(("day", "counted"), [("2026-02-08", "ingen att räkna än"), ("2026-02-09", "0 av 1")])
def test_a_plan_is_asked_for_when_its_target_day_has_come(stay, head_of_ifo, day, counted):
    """10 January + 30 days = 9 February."""
    with time_machine.travel(f"{day}T08:00:00+00:00", tick=False):
        assert shares(head_of_ifo)["plan"] == counted


@pytest.mark.parametrize(("talked", "share"), [(date(2026, 8, 21), "1 av 1"), (date(2026, 8, 20), "0 av 1")])
def test_a_talk_is_recent_for_three_months(stay, head_of_ifo, talked, share):
    """21 August + 3 months = 21 November."""
    rows = {"municipality": stay.municipality, "child": stay.child}
    FollowUp.objects.create(**rows, done_on=talked, individual_talk=True)
    assert shares(head_of_ifo)["talk"] == share


def test_the_first_day_that_is_not_due_is_exact(db):
    book = RuleBook(TODAY)
    for code in ("R-GP-T", "R-VISIT-T", "R-GP-CUR"):
        for today in (date(2026, 2, 28), date(2026, 5, 31), date(2028, 2, 29), TODAY):
            first = first_not_due(book, code, today)
            assert book.due(code, first) >= today > book.due(code, first - timedelta(days=1))
    assert first_not_due(book, "FINNS-INTE", TODAY) is None


def test_the_same_number_of_queries_for_one_child_and_for_many(
    stay, head_of_ifo, sundsvall, django_assert_max_num_queries
):
    def everything():
        load = Workload(Whose(head_of_ifo), TODAY)
        return load.counts, load.forms, load.untaken, load.shares, load.workers, load.late_by_kind

    own(stay.child, head_of_ifo)
    head_of_ifo.current_memberships  # noqa: B018 - read once per request
    with django_assert_max_num_queries(20) as one:
        everything()
    for child in many_children(sundsvall, 30):
        own(child, head_of_ifo)
    with django_assert_max_num_queries(len(one)):
        everything()
