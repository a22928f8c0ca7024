"""What waits for whoever keeps agreements: findings due, agreements that end, homes nobody has checked. And how much it asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal import navigation
from bou_portal.demo.agreements import make_agreements
from bou_portal.periods import add_months
from placements.agreement_page import FollowUp
from placements.codes import FormGroup
from placements.models import Agreement, AgreementHome, CareHome, Check
from tests.placements.test_agreements import page
from tests.placements.test_lights import an_agreement, checked

Outcome = Check.Outcome


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def agreement(sundsvall, home):
    """Sundsvall's agreement with Tallbacken about one criterion; Petra keeps it."""
    return an_agreement(home, items=[6, 7, 8], municipality=sundsvall)


@pytest.fixture
def regional(vasternorrland, home):
    return an_agreement(home, items=[6, 7, 8], region=vasternorrland)


@pytest.fixture
def petra(sign_in, procurer):
    return sign_in(procurer)


def test_the_start_page_answers_what_to_do_now(petra, procurer, agreement, sundsvall, home, today):
    Agreement.objects.update(valid_until=add_months(today, 6))
    checked(agreement, home, Outcome.OPEN, today, remedied_until=today + timedelta(days=30))
    never = CareHome.objects.create(name="Nytt hem", name_key="nytt hem", form_group=FormGroup.HVB)
    AgreementHome.objects.create(agreement=agreement, home=never)
    said = page(petra, "start")
    assert (
        "En brist ska följas upp, ett avtal går ut inom sex månader och ett hem är inte kontrollerat på ett år." in said
    )
    assert "Tallbacken: Trygghet" in said
    assert "Aldrig kontrollerat" in said


def test_what_waits_ends_where_its_days_end(procurer, agreement, home, today):
    check = checked(agreement, home, Outcome.OPEN, today, remedied_until=today + timedelta(days=31))
    Agreement.objects.update(valid_until=add_months(today, 6) + timedelta(days=1))
    assert FollowUp(procurer).is_empty
    Check.objects.update(checked_on=add_months(today, -12))
    assert len(FollowUp(procurer).unchecked) == 1
    Check.objects.update(
        checked_on=add_months(today, -12) + timedelta(days=1), remedied_until=today - timedelta(days=1)
    )
    late = FollowUp(procurer)
    assert not late.unchecked
    assert "Tiden gick ut" in late.findings[0].word
    Check.objects.filter(pk=check.pk).update(outcome=Outcome.NOT_REMEDIED, remedied_until=None)
    assert FollowUp(procurer).findings[0].word == "Inte åtgärdad i tid"
    checked(agreement, home, Outcome.MET, today)
    assert FollowUp(procurer).is_empty


def test_nothing_waits_for_what_is_ended_closed_left_or_anothers(procurer, agreement, regional, home, today):
    checked(regional, home, Outcome.NOT_REMEDIED, today)
    checked(agreement, home, Outcome.NOT_REMEDIED, today)
    assert len(FollowUp(procurer).findings) == 1
    agreement.homes.all().delete()
    assert FollowUp(procurer).is_empty
    AgreementHome.objects.create(agreement=agreement, home=home)
    Agreement.objects.filter(pk=agreement.pk).update(valid_until=today - timedelta(days=1))
    assert FollowUp(procurer).is_empty


def test_without_agreements_the_start_page_says_how_to_begin(petra):
    said = page(petra, "start")
    assert "Inga avtal som du sköter gäller just nu." in said
    assert reverse("agreement_new") in said


@pytest.mark.parametrize("name", ["agreement_list", "agreement_detail", "check_grid", "agreement_home", "start"])
def test_pages_ask_as_often_for_many_homes_as_for_few(petra, agreement, sundsvall, home, today, name):
    arguments = {"agreement_detail": [agreement.uid], "check_grid": [agreement.uid]}.get(name, [])
    if name == "agreement_home":
        arguments = [agreement.uid, home.uid]
    checked(agreement, home, Outcome.OPEN, today, remedied_until=today)
    asked = []
    for number in (1, 12):
        for index in range(number):
            made = CareHome.objects.create(
                name=f"H{number}-{index}", name_key=f"h{number}-{index}", form_group=FormGroup.HVB
            )
            AgreementHome.objects.create(agreement=agreement, home=made, rank=index + 1)
            checked(agreement, made, Outcome.OPEN, today, remedied_until=today)
            checked(agreement, home, Outcome.MET, today - timedelta(days=index + 1))
            extra = an_agreement(made, items=[6], municipality=sundsvall)
            Agreement.objects.filter(pk=extra.pk).update(valid_until=today)
        page(petra, name, *arguments)
        with CaptureQueriesContext(connection) as queries:
            page(petra, name, *arguments)
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("who", ["procurer", "social_worker", "development_leader"])
def test_agreements_lie_under_hvb(request, who):
    tabs = navigation.tabs_for(request.getfixturevalue(who), reverse("agreement_list"))
    assert [text for text, _, current in tabs if current] == ["Avtal"]
    assert tabs[0][0] == "HVB"


def test_the_demo_has_every_outcome_and_something_to_do(procurer, development_leader, today):
    for user, mail in ((procurer, "petra"), (development_leader, "lena")):
        user.email = f"{mail}@demo.example"
        user.save()
    names = {FormGroup.HVB: [f"Hem {n}" for n in range(9)], FormGroup.SUPPORTED: ["Stöd 1", "Stöd 2"]}
    for form, listed in names.items():
        for name in listed:
            CareHome.objects.create(name=name, name_key=name.lower(), form_group=form)
    assert make_agreements(names, today) == "3 avtal med 64 kontroller."
    assert make_agreements(names, today) == "Avtalen fanns redan."
    assert set(Check.objects.values_list("outcome", flat=True)) == set(Outcome.values)
    assert Agreement.objects.ended().count() == 1
    waits = FollowUp(procurer)
    assert (len(waits.findings), len(waits.ending), len(waits.unchecked)) == (1, 1, 1)
    waits = FollowUp(development_leader)
    assert (len(waits.findings), len(waits.ending), len(waits.unchecked)) == (3, 0, 2)
