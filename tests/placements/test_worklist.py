"""What waits, by which rule. Every expected day is counted by hand."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipalities.models import Region
from placements import worklist
from placements.codes import FormGroup, LawGroup
from placements.episodes import derive
from placements.models import FollowUp, HealthExam, LegalBasis, Placement, Plan, Review, Rule

TODAY = date(2026, 11, 21)


@pytest.fixture
def stay(child):
    """An open foster home since 10 January 2026, under SoL, with nothing done."""
    placement = Placement.objects.create(
        municipality=child.municipality,
        child=child,
        form_group=FormGroup.FAMILY,
        home_key="a",
        started_on=date(2026, 1, 10),
    )
    derive([child.pk])
    return placement


def tasks(today=TODAY):
    return {task.kind: task for task in worklist.overview(Placement.objects.all(), today).tasks}


def settle(child, **without):
    """Everything done on 1 November except what is named."""
    done, rows = date(2026, 11, 1), {"municipality": child.municipality, "child": child}
    if "review" not in without:
        Review.objects.create(**rows, kind="övervägande", done_on=done, next_due_on=done, next_due_effective_on=done)
    if "plan" not in without:
        Plan.objects.create(**rows, kind="genomförandeplan", made_on=done, in_force_until=date(2027, 5, 1))
    if "talk" not in without:
        FollowUp.objects.create(**rows, done_on=done, individual_talk=True)
    for kind in ("läkare", "tand"):
        if kind not in without:
            HealthExam.objects.create(**rows, kind=kind, done_on=done)
    derive([child.pk])


def test_child_with_nothing_done_waits_for_everything(stay):
    found = tasks()
    assert set(found) == {"review", "plan", "talk", "medical", "dental"}
    assert all(task.is_late for task in found.values())


def test_child_with_everything_done_waits_for_nothing(stay):
    settle(stay.child)
    assert tasks() == {}


def test_review_is_late_after_the_effective_day(stay):
    """10 January + 6 months = Friday 10 July 2026."""
    assert tasks(date(2026, 7, 10))["review"].word == "Senast i dag"
    late = tasks(date(2026, 7, 14))["review"]
    assert (late.is_late, late.word) == (True, "Försenad 4 dagar")
    assert "2026-07-10" in late.why


def test_review_cites_the_rule_table_and_not_the_code(stay):
    Rule.objects.filter(code="R-REV-SOL", valid_to__isnull=True).update(law="SoL (2099:1)", paragraph="99 kap. 9 §")
    assert "SoL (2099:1) 99 kap. 9 §" in tasks()["review"].why


def test_review_is_asked_for_thirty_days_ahead(stay):
    assert "review" not in tasks(date(2026, 6, 9))
    assert tasks(date(2026, 6, 10))["review"].state == worklist.WATCH


def test_review_on_a_saturday_may_wait_until_monday(child):
    """31 August 2025 + 6 months = Saturday 28 February 2026, effective Monday 2 March."""
    Placement.objects.create(
        municipality=child.municipality, child=child, form_group="hvb", home_key="b", started_on=date(2025, 8, 31)
    )
    derive([child.pk])
    assert tasks(date(2026, 3, 2))["review"].word == "Senast i dag"
    assert tasks(date(2026, 3, 3))["review"].word == "Försenad 1 dag"


def test_adult_by_consent_is_not_reviewed_but_under_lvu_3_is(stay):
    stay.child.birth_year = 2007  # 19 in 2026: grown whatever the birthday
    stay.child.save()
    assert "review" not in tasks()
    LegalBasis.objects.filter(child=stay.child).update(group=LawGroup.LVU, code="LVU_3")
    derive([stay.child.pk])
    assert tasks()["review"].what == "Omprövning"


def test_eighteen_this_year_is_still_reviewed(stay):
    stay.child.birth_year = 2008
    stay.child.save()
    assert "review" in tasks()


def test_new_placement_has_thirty_days_for_its_plan(stay):
    """10 January + 30 days = 9 February."""
    assert tasks(date(2026, 2, 9))["plan"].word == "Senast i dag"
    late = tasks(date(2026, 2, 10))["plan"]
    assert late.is_late
    assert "Målnivån är 30 dagar" in late.why
    assert "SoL (2025:400) 9 kap. 12 §" in late.why


def test_plan_is_old_after_its_last_day(stay):
    settle(stay.child)
    assert "plan" not in tasks(date(2027, 3, 31))
    assert tasks(date(2027, 5, 1))["plan"].word == "Senast i dag"
    assert tasks(date(2027, 5, 2))["plan"].is_late


def test_care_plan_is_no_implementation_plan(stay):
    settle(stay.child, plan=False)
    rows = {"municipality": stay.municipality, "child": stay.child}
    Plan.objects.create(**rows, kind="vårdplan", made_on=date(2026, 11, 1), in_force_until=date(2027, 5, 1))
    assert "plan" in tasks()


def test_talk_is_due_three_months_after_the_last_one(stay):
    settle(stay.child)
    assert tasks(date(2027, 2, 1))["talk"].word == "Senast i dag"
    late = tasks(date(2027, 2, 2))["talk"]
    assert late.is_late
    assert "Riktmärket är ett samtal inom 3 månader" in late.why


def test_follow_up_without_a_talk_does_not_count_unless_the_child_would_not(stay):
    settle(stay.child, talk=False)
    rows = {"municipality": stay.municipality, "child": stay.child, "done_on": date(2026, 11, 1)}
    seen = FollowUp.objects.create(**rows, individual_talk=False)
    assert "talk" in tasks()
    seen.no_talk_reason = FollowUp.NoTalk.TOO_YOUNG
    seen.save()
    assert "talk" not in tasks()


@pytest.mark.parametrize(
    ("counts_from", "days", "due"), [("start", 60, date(2026, 3, 11)), ("request", 28, date(2026, 2, 26))]
)
def test_health_target_is_the_regions_own(stay, counts_from, days, due):
    """60 days from 10 January = 11 March; 28 days from the request on 29 January = 26 February."""
    Region.objects.filter(pk=stay.municipality.region_id).update(
        health_target_days=days, health_target_from=counts_from
    )
    HealthExam.objects.create(
        municipality=stay.municipality, child=stay.child, kind="läkare", requested_on=date(2026, 1, 29)
    )
    task = tasks()["medical"]
    assert task.due_on == due
    assert f"Länets målnivå är {days} dagar" in task.why


@pytest.mark.parametrize("settled", [{"not_needed": True}, {"not_done_reason": "declined", "requested_on": TODAY}])
def test_examination_that_will_not_be_is_not_waited_for(stay, settled):
    HealthExam.objects.create(municipality=stay.municipality, child=stay.child, kind="tand", **settled)
    assert "dental" not in tasks()


def test_examination_before_the_care_does_not_settle_it(stay):
    HealthExam.objects.create(municipality=stay.municipality, child=stay.child, kind="tand", done_on=date(2026, 1, 9))
    assert "dental" in tasks()


def test_without_a_rule_nothing_is_demanded(stay):
    Rule.objects.filter(code__in=["R-GP-T", "R-VISIT-T"]).delete()
    assert not {"plan", "talk"} & set(tasks())


def test_what_the_law_demands_comes_first(stay):
    order = [task.kind for task in worklist.overview(Placement.objects.all(), TODAY).tasks]
    assert order == ["review", "plan", "talk", "medical", "dental"]


def test_ended_stay_waits_for_its_rating(placement):
    [task] = worklist.rating_tasks(Placement.objects.all(), TODAY)
    assert task.word == "Avslutad för 40 dagar sedan"
    assert worklist.rating_tasks(Placement.objects.all(), date(2027, 4, 13)) == []


def test_shares_say_what_they_rest_on(stay):
    seen = worklist.overview(Placement.objects.all(), TODAY)
    assert (seen.planned.text, seen.planned.base) == ("0\u00a0%", "0 av 1")
    settle(stay.child)
    seen = worklist.overview(Placement.objects.all(), TODAY)
    assert (seen.planned.base, seen.talked.base, seen.examined.base) == ("1 av 1",) * 3


def test_new_placement_is_not_yet_counted(stay):
    seen = worklist.overview(Placement.objects.all(), date(2026, 1, 20))
    assert seen.planned.text == "–"


def test_the_same_number_of_queries_for_one_child_and_for_thirty(sundsvall, stay, django_assert_num_queries):
    with django_assert_num_queries(3):
        worklist.overview(Placement.objects.all(), TODAY)
    many_children(sundsvall, 30)
    with django_assert_num_queries(3):
        assert len(worklist.overview(Placement.objects.all(), TODAY).stays) == 31


def many_children(municipality, count):
    from placements.models import Child

    children = [Child(municipality=municipality, local_code=f"B{n}", birth_year=2012) for n in range(count)]
    Child.objects.bulk_create(children)
    Placement.objects.bulk_create(
        Placement(
            municipality=municipality, child=child, form_group="familjehem", home_key="x", started_on=date(2026, 1, 1)
        )
        for child in children
    )
    derive(child.pk for child in children)
    return children


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(due=DAYS, grace=st.integers(0, 4), today=DAYS)
def test_state_is_late_exactly_after_the_last_day(due, grace, today):
    last = due + timedelta(days=grace)
    state = worklist.state_of(due, last, today)
    assert (state is not None and state[0] == worklist.LATE) == (today > last)
    assert (state is None) == (today <= last and (due - today).days > 30)


@given(whole=st.integers(1, 500), data=st.data())
def test_share_is_rounded_half_up(whole, data):
    part = data.draw(st.integers(0, whole))
    exact = Decimal(100 * part) / whole
    expected = exact.quantize(Decimal(1), ROUND_HALF_UP)
    # a share with a recurring decimal never lies on the half, so the quotient's own rounding does no harm
    assert worklist.Part(part, whole).text == f"{expected}\u00a0%"


@pytest.mark.parametrize(
    ("late", "soon", "said"),
    [
        (3, 4, ["tre saker är försenade", "fyra ska bli klara inom 30 dagar"]),
        (1, 0, ["en sak är försenad"]),
        (0, 1, ["en sak ska bli klar inom 30 dagar"]),
        (13, 1, ["13 saker är försenade", "en ska bli klar inom 30 dagar"]),
        (0, 0, []),
    ],
)
def test_sentence_counts_in_words(late, soon, said):
    assert worklist.counted(late, soon) == said
