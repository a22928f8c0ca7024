"""What is due as rows: derived after every change, written only where something differs, in a constant number of queries."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bou_portal.management.commands.load_register import load_rules
from municipalities.models import Region
from placements.codes import FormGroup
from placements.duties.derive import derive_dues, postponed
from placements.episodes import derive
from placements.models import (
    Child,
    CustodyQuestion,
    Due,
    FollowUp,
    HealthExam,
    Investigation,
    LegalBasis,
    LocalTarget,
    Placement,
    Plan,
    PostFollowUp,
    Restriction,
    Review,
    Rule,
)

START = date(2026, 1, 10)
Kind = Due.Kind


@pytest.fixture
def stay(child):
    """An open foster home since 10 January 2026, with nothing done."""
    stay = Placement.objects.create(
        municipality=child.municipality, child=child, form_group=FormGroup.FAMILY, home_key="a", started_on=START
    )
    derive([child.pk])
    return stay


def days(child):
    return dict(Due.objects.filter(child=child).values_list("kind", "due_on"))


def everything_about(child):
    """A row of every kind that something is counted from."""
    about, day = {"municipality": child.municipality, "child": child}, date(2026, 10, 1)
    Review.objects.create(**about, kind="övervägande", done_on=day, next_due_on=day, next_due_effective_on=day)
    for kind in Plan.Kind.values:
        Plan.objects.create(**about, kind=kind, made_on=day, in_force_until=date(2027, 4, 1))
    FollowUp.objects.create(**about, done_on=day, individual_talk=True, visit_in_home=True, next_on=date(2026, 12, 8))
    HealthExam.objects.create(**about, kind="läkare", requested_on=START, done_on=day, actions_needed=True)
    Investigation.objects.create(**about, opened_on=date(2026, 9, 1))
    Restriction.objects.create(**about, kind="contact", started_on=date(2026, 9, 15))
    CustodyQuestion.objects.create(**about, done_on=day)
    PostFollowUp.objects.create(**about, started_on=date(2026, 11, 1))


def test_rows_of_every_kind_become_what_is_due(stay):
    everything_about(stay.child)
    derive([stay.child.pk])
    assert days(stay.child) == {
        Kind.REVIEW: date(2027, 4, 1),
        Kind.CUSTODY: date(2028, 1, 10),
        Kind.RESTRICTION: date(2026, 12, 15),
        Kind.INVESTIGATION: date(2027, 1, 1),
        Kind.POST_CARE: date(2027, 5, 1),
        Kind.CARE_PLAN_REVISION: date(2028, 1, 10),
        Kind.PLAN: date(2027, 4, 1),
        Kind.TALK: date(2027, 1, 1),
        Kind.VISIT: date(2027, 1, 1),
        Kind.FOLLOW_UP: date(2026, 12, 8),
        Kind.DENTAL: date(2026, 3, 11),
        Kind.HEALTH_ACTION: date(2027, 1, 1),
    }
    assert set(Due.objects.filter(is_law=True).values_list("kind", flat=True)) == {
        Kind.REVIEW,
        Kind.CUSTODY,
        Kind.RESTRICTION,
        Kind.INVESTIGATION,
        Kind.POST_CARE,
        Kind.CARE_PLAN_REVISION,
    }


def test_custody_question_gets_the_day_it_was_due(child):
    """1 August 2024 + 24 months = Saturday 1 August 2026, late after Monday 3 August."""
    about = {"municipality": child.municipality, "child": child}
    Placement.objects.create(**about, form_group=FormGroup.FAMILY, home_key="a", started_on=date(2024, 8, 1))
    question = CustodyQuestion.objects.create(**about, done_on=date(2026, 7, 1))
    derive_dues([child.pk])
    question.refresh_from_db()
    assert (question.due_on, question.due_effective_on) == (date(2026, 8, 1), date(2026, 8, 3))


def test_deriving_again_writes_nothing(stay):
    everything_about(stay.child)
    derive([stay.child.pk])
    before = list(Due.objects.order_by("pk").values_list())
    with CaptureQueriesContext(connection) as queries:
        derive([stay.child.pk])
    assert [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert list(Due.objects.order_by("pk").values_list()) == before


def test_only_what_differs_is_written(stay):
    kept = set(Due.objects.exclude(kind=Kind.TALK).values_list("pk", flat=True))
    about = {"municipality": stay.municipality, "child": stay.child}
    FollowUp.objects.create(**about, done_on=date(2026, 3, 1), individual_talk=True)
    derive_dues([stay.child.pk])
    assert days(stay.child)[Kind.TALK] == date(2026, 6, 1)
    assert set(Due.objects.exclude(kind=Kind.TALK).values_list("pk", flat=True)) == kept


def test_queries_do_not_grow_with_the_children(stay):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            derive_dues(Child.objects.values_list("pk", flat=True))
        return len(asked)

    few = queries()
    for number in range(30):
        child = Child.objects.create(municipality=stay.municipality, local_code=f"X{number}", birth_year=2015)
        Placement.objects.create(
            municipality=stay.municipality, child=child, form_group="hvb", home_key=str(number), started_on=START
        )
    assert queries() <= few + 1  # the one that writes what is new
    assert queries() == few
    assert Due.objects.values("child").distinct().count() == 31


def test_nothing_is_due_for_who_has_left_care_by_consent(stay):
    Placement.objects.filter(pk=stay.pk).update(ended_on=date(2026, 11, 1))
    derive([stay.child.pk])
    assert days(stay.child) == {}


def test_compulsory_care_that_ended_waits_for_its_follow_up(stay):
    LegalBasis.objects.filter(child=stay.child).update(group="LVU", code="LVU_2")
    Child.objects.filter(pk=stay.child.pk).update(birth_year=2015)
    Placement.objects.filter(pk=stay.pk).update(ended_on=date(2026, 11, 1))
    derive([stay.child.pk])
    found = Due.objects.get(child=stay.child)
    assert (found.kind, found.due_on, found.late_after_on) == (Kind.POST_CARE, date(2026, 11, 1), date(2026, 11, 2))


# --- targets and rules ------------------------------------------------------------------------------------------------
def test_municipality_goes_before_its_region_and_the_region_before_the_table(stay, sundsvall, vasternorrland):
    LocalTarget.objects.create(code="R-GP-T", region=vasternorrland, amount=20, unit="days")
    derive_dues([stay.child.pk])
    assert days(stay.child)[Kind.PLAN] == date(2026, 1, 30)
    LocalTarget.objects.create(code="R-GP-T", municipality=sundsvall, amount=10, unit="days")
    derive_dues([stay.child.pk])
    assert days(stay.child)[Kind.PLAN] == date(2026, 1, 20)


def test_targets_of_others_change_nothing(stay, umea):
    LocalTarget.objects.create(code="R-GP-T", municipality=umea, amount=10, unit="days")
    LocalTarget.objects.create(code="R-GP-T", region=umea.region, amount=10, unit="days")
    derive_dues([stay.child.pk])
    assert days(stay.child)[Kind.PLAN] == date(2026, 2, 9)


def test_target_for_what_the_law_says_is_not_followed(stay, sundsvall):
    LocalTarget.objects.create(code="R-REV-SOL", municipality=sundsvall, amount=12, unit="months")
    derive_dues([stay.child.pk])
    assert days(stay.child)[Kind.REVIEW] == date(2026, 7, 10)


def test_examinations_follow_the_region(stay, vasternorrland):
    Region.objects.filter(pk=vasternorrland.pk).update(health_target_days=28)
    derive_dues([stay.child.pk])
    assert days(stay.child)[Kind.DENTAL] == date(2026, 2, 7)


INVENTED = """code,name,law,paragraph,kind,amount,unit,valid_from,valid_to,verified_on,exceptions
R-REV-SOL,Övervägande var sjätte månad,SoL (2025:400),22 kap. 13 §,statute,6,months,2025-07-01,2026-05-31,2026-11-21,
R-REV-SOL,Övervägande var fjärde månad,Påhittad lag (2099:1),1 kap. 1 §,statute,4,months,2026-06-01,,2026-11-21,
R-VISIT-T,Enskilt samtal varje månad,Riktmärke,,benchmark,1,months,,,2026-11-21,
"""


def test_new_act_is_a_change_of_data_and_everybody_follows(stay, tmp_path):
    """Four months from 10 January are over on 10 May, before the act: due the day it comes, 1 June 2026."""
    path = tmp_path / "rules.csv"
    path.write_text(INVENTED, encoding="utf-8")
    load_rules(path)
    monthly = date(2026, 2, 10)
    assert days(stay.child) == {Kind.REVIEW: date(2026, 6, 1), Kind.TALK: monthly, Kind.VISIT: monthly}
    assert stay.child.episodes.get().review_due_on == date(2026, 6, 1)


def test_reading_the_same_table_again_derives_nothing(stay):
    before = list(Due.objects.values_list("pk"))
    Due.objects.filter(kind=Kind.TALK).delete()
    call_command("load_register", verbosity=0)
    assert Due.objects.count() == len(before) - 1


def test_rule_table_holds_every_rule_the_engine_counts_by(db):
    """One wording at a time, lengths where the engine needs them, and no target that calls itself law."""
    counted = {
        "R-REV-SOL", "R-REV-2", "R-REV-3", "R-CUST", "R-CUST-NEXT", "R-REST", "R-NOREM", "R-JOUR", "R-INV", "R-VP2",
        "R-VP-T", "R-GP-T", "R-GP-CUR", "R-VISIT-T", "R-HEALTH-REQ", "R-HEALTH-T", "R-DENTAL-T", "R-HEALTH-ACT",
        "R-AGE-LVU2", "R-AGE-LVU3", "R-AGE-LEAD", "R-POST-LVU", "R-POST-SOL", "R-PRELIM",
    }  # fmt: skip
    for day in (date(2026, 11, 21), date(2024, 5, 1)):
        rules = Rule.objects.in_force(day)
        codes = list(rules.values_list("code", flat=True))
        assert len(codes) == len(set(codes))
        assert set(rules.filter(code__in=counted, amount__isnull=False).values_list("code", flat=True)) == counted
    targets = Rule.objects.exclude(kind=Rule.Kind.STATUTE)
    assert {rule.law for rule in targets} == {"Lokal målnivå", "Riktmärke"}
    assert not targets.exclude(paragraph="").exists()
    assert not Rule.objects.confirmed().filter(kind=Rule.Kind.STATUTE, paragraph="").exists()


def test_what_is_postponed_is_derived_once_at_the_end(stay):
    Due.objects.all().delete()
    with postponed():
        derive_dues([stay.child_id])
        derive_dues([stay.child_id])
        assert not Due.objects.exists()
    assert Due.objects.filter(child=stay.child).exists()
