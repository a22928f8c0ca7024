"""What is missing about placements and in figures: who sees it, what counts as missing, and where it is filled in."""

from datetime import date

import pytest
import time_machine

from bou_portal.audit.models import Event
from placements.codes import LawCode, LawGroup
from placements.completeness import ITEMS
from placements.models import (
    Assignment,
    BaseData,
    Child,
    FollowUp,
    HealthExam,
    Investigation,
    LegalBasis,
    Placement,
    Plan,
    Review,
)
from tests.placements.by_hand import OPEN, deliver, place_child

ADDRESS = "/placeringar/fullstandighet/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-21 12:00+00:00", tick=False):
        yield


def text(response):
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def lacking(response):
    """The keys of what the page says is missing."""
    return {item.key for item, _ in response.context["cases"].per_item}


def complete(worker, start="2026-01-10", end=OPEN, **fields):
    """A child of whom everything is known."""
    child = place_child(start, end, **fields)
    place, known = child.municipality, {"municipality": child.municipality, "child": child}
    Placement.objects.filter(child=child).update(home_key="hem", host_municipality=place)
    LegalBasis.objects.create(started_on=start, group=LawGroup.SOL, code=LawCode.SOL, **known)
    for kind in Plan.Kind.values:
        Plan.objects.create(kind=kind, made_on="2026-10-01", in_force_until="2027-04-01", **known)
    FollowUp.objects.create(done_on="2026-10-15", **known)
    soon = {"next_due_on": "2027-01-10", "next_due_effective_on": "2027-01-10"}
    Review.objects.create(kind="övervägande", done_on="2026-07-10", **soon, **known)
    for kind in HealthExam.Kind.values:
        HealthExam.objects.create(kind=kind, requested_on=start, **known)
    Assignment.objects.create(worker=worker, started_on=start, **known)
    return child


def test_worker_reads_that_nothing_is_missing(sign_in, social_worker):
    complete(social_worker)
    response = sign_in(social_worker).get(ADDRESS)
    assert "Inget saknas om placeringen kvartal 4 2026." in text(response)
    assert lacking(response) == set()
    assert "Siffror utan full täckning" not in text(response)


@pytest.mark.parametrize(
    ("spoil", "missing"),
    [
        (lambda child: LegalBasis.objects.update(group="LVU", code=""), {"lagrum"}),
        (lambda child: LegalBasis.objects.update(group="SoL", code=""), set()),
        (lambda child: LegalBasis.objects.all().delete(), {"lagrum"}),
        (lambda child: Placement.objects.update(home_key=""), {"hem"}),
        (lambda child: Placement.objects.update(host_municipality=None), {"vistelsekommun"}),
        (lambda child: Plan.objects.filter(kind="vårdplan").delete(), {"vardplan"}),
        (lambda child: Plan.objects.filter(kind="genomförandeplan").update(made_on="2026-04-30"), {"plan"}),
        (lambda child: FollowUp.objects.update(done_on="2026-09-30"), {"uppfoljning"}),
        (lambda child: Review.objects.all().delete(), {"overvagande"}),
        (lambda child: HealthExam.objects.filter(kind="läkare").delete(), {"halsa"}),
        (lambda child: HealthExam.objects.filter(kind="tand").update(requested_on="2026-01-09"), {"tand"}),
        (lambda child: HealthExam.objects.update(requested_on=None, not_needed=True), set()),
        (lambda child: Placement.objects.update(form_group="jourhem"), {"utredning"}),
        (lambda child: Assignment.objects.update(ended_on="2026-11-01"), {"ansvarig"}),
        (lambda child: Child.objects.update(birth_year=None), {"fodelsear"}),
        (lambda child: Child.objects.update(sex="okänt"), {"kon"}),
    ],
)
def test_each_thing_that_is_missing_is_named(sign_in, unit_manager, spoil, missing):
    spoil(complete(unit_manager))
    assert lacking(sign_in(unit_manager).get(ADDRESS)) == missing


def test_child_in_an_emergency_home_has_an_investigation(sign_in, unit_manager, sundsvall):
    child = complete(unit_manager, form="jourhem")
    Investigation.objects.create(municipality=sundsvall, child=child, opened_on="2026-01-10")
    assert lacking(sign_in(unit_manager).get(ADDRESS)) == set()


def test_ending_tells_whether_it_was_planned_why_and_on_whose_initiative(sign_in, unit_manager):
    complete(unit_manager, end="2026-10-20", planned="nej")
    complete(unit_manager, end="2026-10-20", planned="okänt", initiator="home")
    complete(unit_manager, end="2026-10-20", planned="ja", initiator="home")
    complete(unit_manager, end="2026-09-20")  # another quarter
    response = sign_in(unit_manager).get(ADDRESS)
    assert {item.key: count for item, count in response.context["cases"].per_item} == {
        "orsak": 1,
        "initiativ": 1,
        "planerat": 1,
    }
    assert "Två av 3 placeringar saknar minst en uppgift kvartal 4 2026." in text(response)


def test_worker_goes_from_what_is_missing_to_where_it_is_written(sign_in, social_worker):
    child = place_child("2026-01-10", OPEN)
    LegalBasis.objects.filter(child=child).delete()
    page = text(sign_in(social_worker).get(ADDRESS))
    for address in ("uppfoljning/ny/", "plan/ny/?typ=v%C3%A5rdplan", "undersokning/ny/?typ=tand", "ansvar/", "lagrum/"):
        assert f'href="/placeringar/{child.uid}/{address}"' in page
    ended = place_child("2026-01-10", "2026-10-20")
    page = text(sign_in(social_worker).get(f"{ADDRESS}?saknas=planerat"))
    assert f'href="/placeringar/{ended.uid}/avsluta/"' in page
    assert str(child.uid) not in page


def test_head_of_ifo_reads_what_is_missing_without_forms(sign_in, head_of_ifo, sundsvall):
    child = place_child("2026-01-10", OPEN)
    page = text(sign_in(head_of_ifo).get(ADDRESS))
    assert child.local_code in page
    assert f"/placeringar/{child.uid}/uppfoljning/ny/" not in page
    event = Event.objects.latest("pk")
    assert (event.verb, event.target, event.municipality_id) == ("opened", "placements.placement", sundsvall.pk)
    assert event.detail == {"quarter": "2026-K4", "rows": 1}


def test_data_steward_reads_the_figures_alone_and_what_to_do(sign_in, data_steward, sundsvall):
    child = place_child("2026-01-10", OPEN)
    deliver("placeringar", sundsvall, day="2026-09-30")
    response = sign_in(data_steward).get(f"{ADDRESS}?kvartal=2026-K3")
    page = text(response)
    assert child.local_code not in page
    assert "Inga överväganden eller omprövningar är lämnade eller inskrivna." in page
    assert 'href="/siffror/basuppgifter/?kommun=2281&amp;kvartal=2026-K3"' in page
    assert not Event.objects.filter(verb="opened").exists()
    BaseData.objects.create(municipality=sundsvall, quarter="2026-K2", reports=1, reports_assessed_in_time=1)
    gaps = {
        gap.definition.id: gap
        for gap in sign_in(data_steward).get(f"{ADDRESS}?kvartal=2026-K3").context["coverage"].gaps
    }
    assert gaps["L3"].why == "Kvartalets basuppgifter är inte lämnade."
    assert gaps["S9"].text == "ingen uppgift"
    assert "L3" not in {gap.definition.id for gap in sign_in(data_steward).get(ADDRESS).context["coverage"].gaps}


def test_coverage_says_how_much_is_known_and_shows_who_lacks_it(sign_in, unit_manager):
    place_child("2026-01-10", "2026-10-20", planned="ja")
    place_child("2026-01-10", "2026-10-20")
    response = sign_in(unit_manager).get(ADDRESS)
    gap = next(gap for gap in response.context["coverage"].gaps if gap.definition.id == "S1")
    assert (gap.text.replace("\xa0", " "), gap.state) == ("täckning 50 %", "watch")
    assert gap.address == f"{ADDRESS}?kommun=2281&kvartal=2026-K4&saknas=planerat"
    assert gap.why == "Saknas för en del: om avslutet var planerat."


def test_unit_is_chosen_and_old_addresses_do_no_harm(sign_in, unit_manager, north_unit, sundsvall):
    ours, others = place_child("2026-01-10", OPEN), place_child("2026-01-10", OPEN)
    Assignment.objects.create(municipality=sundsvall, child=ours, unit=north_unit, started_on=date(2026, 1, 10))
    client = sign_in(unit_manager)
    page = text(client.get(f"{ADDRESS}?enhet={north_unit.pk}"))
    assert str(ours.uid) in page
    assert str(others.uid) not in page
    assert str(others.uid) in text(client.get(f"{ADDRESS}?enhet=999999&saknas=x&kvartal=1999-K1&sida=x&kommun=2480"))


def test_neighbour_sees_her_own(sign_in, neighbouring_head):
    child = place_child("2026-01-10", OPEN)
    page = text(sign_in(neighbouring_head).get(f"{ADDRESS}?kommun=2281"))
    assert str(child.uid) not in page
    assert "Inga placeringar kvartal 4 2026." in page


@pytest.mark.parametrize("who", ["procurer", "development_leader", "regional_reader"])
def test_others_do_not_see_it(sign_in, request, who):
    assert sign_in(request.getfixturevalue(who)).get(ADDRESS).status_code == 403


def test_page_asks_the_database_equally_often_for_one_child_and_many(
    sign_in, unit_manager, django_assert_num_queries, django_assert_max_num_queries
):
    client = sign_in(unit_manager)
    client.get(ADDRESS)
    place_child("2026-01-10", OPEN)
    with django_assert_max_num_queries(60) as asked:
        client.get(ADDRESS)
    for _ in range(9):
        place_child("2026-01-10", OPEN)
    with django_assert_num_queries(len(asked)):
        client.get(ADDRESS)


def test_every_item_has_its_own_key():
    assert len({item.key for item in ITEMS}) == len(ITEMS)
