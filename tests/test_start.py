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
from placements.models import Assignment, CentreThread, Child, Cover, Delivery, Due, HomeNeed, Placement, Reception
from tests.conftest import make_user
from tests.placements.test_worklist import due, many_children

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


def only(child, *days):
    """Reviews due on these days, and nothing else that waits for the child."""
    Due.objects.filter(child=child).delete()
    for day in days:
        due(child, on=day)


def start(client):
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def test_stranger_signs_in_first(client, db):
    assert client.get("/").status_code == 302


def test_social_worker_reads_first_what_is_late(sign_in, social_worker, stay):
    own(stay.child, social_worker)
    only(stay.child, date(2026, 7, 10), date(2026, 11, 20), date(2026, 12, 1))
    shown = start(sign_in(social_worker))
    assert "God morgon, Maja" in shown
    assert "Två saker är försenade och en ska bli klar inom 30 dagar." in shown
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
    only(child, TODAY + timedelta(days=28), TODAY + timedelta(days=60))
    assert "En sak ska bli klar inom 30 dagar." in start(sign_in(social_worker))
    Due.objects.all().delete()
    assert "Inget är försenat och inget förfaller inom 30 dagar: din enda placering är i fas." in start(
        sign_in(social_worker)
    )


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
    assert "En sak väntar på dig." in shown
    assert "Avslutad för 40 dagar sedan" in shown


def test_the_most_urgent_are_shown_and_the_rest_a_click_away(sign_in, social_worker, stay):
    own(stay.child, social_worker)
    only(stay.child, *(TODAY - timedelta(days=n) for n in range(15)))
    shown = start(sign_in(social_worker))
    assert shown.count("task__do") == 8
    assert "Försenad 14 dagar" in shown
    assert "Försenad 6 dagar" not in shown
    assert '<a href="/att-gora/">Visa alla (15)</a>' in shown


def test_who_covers_is_told_how_much_waits_there_and_keeps_her_own_apart(sign_in, social_worker, unit_manager, stay):
    own(stay.child, unit_manager)
    only(stay.child, TODAY)
    days = {"started_on": TODAY, "ended_on": date(2026, 12, 3)}
    Cover.objects.create(municipality=stay.municipality, absent=unit_manager, covered_by=social_worker, **days)
    shown = start(sign_in(social_worker))
    assert "Du ersätter Test Person till 2026-12-03. En sak ska bli klar inom 30 dagar." in shown
    assert f'href="/att-gora/?ansvarig={unit_manager.pk}"' in shown
    assert "SVL-7K3Q" not in shown


def test_manager_sees_with_whom_it_waits(sign_in, unit_manager, social_worker, stay):
    own(stay.child, social_worker)
    shown = start(sign_in(unit_manager))
    assert "Hos vem det väntar" in shown
    assert f'<a href="/att-gora/?ansvarig={social_worker.pk}">Maja Lindqvist</a>' in shown
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
    assert "Ett barn är placerat, och för ett barn är något försenat." in shown
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
    cells = {"region": "22", "quarter": "2026-K3", "version": 1, "threshold": 5, "places": [], "cells": []}
    Release.objects.create(region=vasternorrland, quarter="2026-K3", cells=cells, sha256="x", code_version="1")
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

    own(stay.child, social_worker)
    client = sign_in(social_worker)
    start(client)
    one = queries_for(client, "/")
    for child in many_children(sundsvall, 30):
        own(child, social_worker)
    assert queries_for(client, "/") <= one  # fewer kinds among the most urgent ask for fewer begun rows


def test_the_centre_reads_how_much_waits_for_it(sign_in, vasternorrland, sundsvall):
    frida = make_user("frida@region.example", Role.FOSTER_CENTRE, region=vasternorrland)
    need = {"municipality": sundsvall, "age_band": "7-12", "wanted_on": TODAY, "posted_on": TODAY}
    HomeNeed.objects.create(**need)
    HomeNeed.objects.create(**need, state="filled", closed_on=TODAY)
    CentreThread.objects.create(municipality=sundsvall, subject="Jourhem i jul")
    assert "Ett behov av familjehem väntar på ett hem, och en fråga från kommunerna är öppen." in start(sign_in(frida))


def test_the_county_board_reads_what_the_newest_locked_quarter_rests_on(sign_in, vasternorrland, sundsvall):
    lars = make_user("lars@region.example", Role.COUNTY_BOARD, region=vasternorrland)
    Reception.objects.create(municipality=sundsvall, quarter="2026-K2", received=6)
    assert "En av sju kommuner har lämnat mottagandet för kvartal 2 2026" in start(sign_in(lars))
