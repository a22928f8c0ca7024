"""The start page: for each role the sentence that answers, what waits, and nothing that is not hers to see."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from bou_portal.access import Role
from bou_portal.accounts.models import Membership, User
from bou_portal.start.deliveries import holes
from bou_portal.start.views import greeting
from municipalities.models import Release
from placements.episodes import derive
from placements.models import Assignment, Child, Delivery, Placement

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def on_a_saturday_in_november():
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False):
        yield


@pytest.fixture
def stay(child):
    placement = Placement.objects.create(
        municipality=child.municipality,
        child=child,
        form_group="familjehem",
        home_key="a",
        started_on=date(2026, 1, 10),
    )
    derive([child.pk])
    return placement


def own(child, worker):
    Assignment.objects.create(municipality=child.municipality, child=child, worker=worker, started_on=date(2026, 1, 10))


def start(client, query=""):
    response = client.get(f"/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_stranger_signs_in_first(client, db):
    assert client.get("/").status_code == 302


def test_social_worker_reads_first_what_is_late(sign_in, social_worker, stay):
    own(stay.child, social_worker)
    shown = start(sign_in(social_worker))
    assert "God morgon, Maja" in shown
    assert "Fem saker är försenade." in shown
    assert "Försenad 134 dagar" in shown  # 10 July to 21 November
    assert "SoL (2025:400) 22 kap. 13 §" in shown
    assert f"/placeringar/{stay.child.uid}/overvagande/ny/" in shown


def test_social_worker_in_step_is_told_so(sign_in, social_worker, sundsvall):
    child = Child.objects.create(municipality=sundsvall, local_code="NY-1")
    Placement.objects.create(
        municipality=sundsvall, child=child, form_group="hvb", home_key="a", started_on=TODAY - timedelta(days=2)
    )
    derive([child.pk])
    own(child, social_worker)
    # two days in: the plan's target is 28 days away, the rest later
    assert "En sak ska bli klar inom 30 dagar." in start(sign_in(social_worker))


def test_social_worker_without_children_is_pointed_to_those_nobody_has(sign_in, social_worker, stay):
    shown = start(sign_in(social_worker))
    assert "Du har inga placerade barn just nu." in shown
    assert "Ett placerat barn saknar ansvarig." in shown
    assert "SoL (2025:400) 22 kap. 12 §" in shown


def test_colleagues_children_are_not_hers(sign_in, social_worker, unit_manager, stay):
    own(stay.child, unit_manager)
    assert "SVL-7K3Q" not in start(sign_in(social_worker))


def test_rating_that_waits_is_asked_for(sign_in, social_worker, placement):
    own(placement.child, social_worker)
    shown = start(sign_in(social_worker))
    assert "Ett omdöme väntar." in shown
    assert "Avslutad för 40 dagar sedan" in shown


def test_long_list_is_cut_and_shown_whole_on_request(sign_in, social_worker, sundsvall):
    from tests.placements.test_worklist import many_children

    for child in many_children(sundsvall, 3):
        own(child, social_worker)
    client = sign_in(social_worker)
    assert start(client).count("task__do") == 8
    assert "Visa allt (15)" in start(client)
    assert start(client, "?visa=allt").count("task__do") == 15


def test_manager_sees_with_whom_it_waits(sign_in, unit_manager, social_worker, stay):
    own(stay.child, social_worker)
    shown = start(sign_in(unit_manager))
    assert "Hos vem det väntar" in shown
    assert "Maja Lindqvist" in shown
    assert "Inga leveranser är inlästa än." in shown


def delivered(municipality, day, kind="placeringar"):
    delivery = Delivery.objects.create(
        kind=kind, delivered_on=day, file_name="fil.csv", sha256="x", state=Delivery.State.CONFIRMED
    )
    delivery.municipalities.add(municipality)
    return delivery


def test_head_reads_exact_figures_marked_intern(sign_in, head_of_ifo, stay, sundsvall):
    delivered(sundsvall, date(2026, 9, 30))
    shown = start(sign_in(head_of_ifo))
    assert "Rapporten för kvartal 3 2026 är inte publicerad än." in shown
    assert "Ett barn är placerat, och för ett av dem är något försenat." in shown
    assert "Intern" in shown
    assert "Ett övervägande eller omprövning är försenat" in shown


def test_data_steward_reads_what_is_missing_and_nothing_about_children(sign_in, data_steward, stay, sundsvall):
    delivered(sundsvall, date(2026, 9, 30))
    shown = start(sign_in(data_steward))
    assert "saknas för kvartal 3 2026" in shown
    assert "Uppföljningar" in shown
    assert "SVL-7K3Q" not in shown


def test_leader_reads_who_has_delivered_and_no_count(sign_in, development_leader, stay, sundsvall):
    delivered(sundsvall, date(2026, 9, 30))
    shown = start(sign_in(development_leader))
    assert "En av sju kommuner har levererat för kvartal 3 2026." in shown
    assert "Kvartalet är inte fryst än." in shown
    assert "SVL-7K3Q" not in shown
    assert "placerade barn" not in shown


def test_leader_is_told_when_the_quarter_is_frozen(sign_in, development_leader, vasternorrland):
    Release.objects.create(region=vasternorrland, quarter="2026-K3", cells={}, sha256="x", code_version="1")
    assert "Kvartalet är fryst" in start(sign_in(development_leader))


def test_regional_reader_waits_for_a_report(sign_in, regional_reader, stay):
    shown = start(sign_in(regional_reader))
    assert "Ingen rapport är publicerad än." in shown
    assert "SVL-7K3Q" not in shown


def test_several_roles_get_a_section_each(sign_in, unit_manager, vasternorrland):
    Membership.objects.create(
        user=unit_manager, role=Role.DEVELOPMENT_LEADER, region=vasternorrland, started_on="2020-01-01"
    )
    shown = start(sign_in(unit_manager))
    assert "Barn och unga norr" in shown
    assert "Region Västernorrland" in shown


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_start_page(sign_in, role, sundsvall, vasternorrland):
    from bou_portal.access import REGIONAL_ROLES

    place = {"region": vasternorrland} if role in REGIONAL_ROLES else {"municipality": sundsvall}
    user = User.objects.create_user("ny@example.se", "ett-langt-losenord", name="Ny Person")
    Membership.objects.create(user=user, role=role, started_on="2020-01-01", **place)
    start(sign_in(user))


def test_somebody_without_a_role_is_told_whom_to_ask(sign_in, db):
    user = User.objects.create_user("ingen@example.se", "ett-langt-losenord", name="Ingen")
    assert "Du har inget uppdrag just nu" in start(sign_in(user))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], []),
        ([date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)], []),
        ([date(2026, 4, 10), date(2026, 7, 10), date(2026, 10, 10)], []),
        ([date(2025, 12, 31), date(2026, 9, 30)], ["2026-K1", "2026-K2"]),
    ],
)
def test_quarters_without_a_delivery_are_holes(days, expected):
    from bou_portal.periods import Quarter

    assert holes(days, Quarter(2026, 3)) == expected


@pytest.mark.parametrize(
    ("hour", "said"), [(6, "God morgon, Maja"), (12, "Hej, Maja"), (19, "God kväll, Maja"), (2, "Hej, Maja")]
)
def test_greeting_follows_the_clock(hour, said):
    with time_machine.travel(datetime(2026, 11, 21, hour, tzinfo=ZoneInfo("Europe/Stockholm")), tick=False):
        assert greeting(User(name="Maja Lindqvist")) == said


def test_start_asks_as_many_questions_for_one_child_as_for_thirty(sign_in, social_worker, stay, sundsvall):
    from tests.placements.test_children import queries_for
    from tests.placements.test_worklist import many_children

    own(stay.child, social_worker)
    client = sign_in(social_worker)
    start(client)
    one = queries_for(client, "/")
    for child in many_children(sundsvall, 30):
        own(child, social_worker)
    assert queries_for(client, "/") == one
