"""What is written by hand about placements, when it is taken back, meets others' work, or is not theirs to write."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event
from placements.imports.delivering import import_delivery
from placements.models import Child, WrittenRow
from tests.conftest import make_user
from tests.placements.test_written_pages import BREAKDOWN, END, HVB, MOVED, NEW, ago, opened, post, said, stays

pytestmark = pytest.mark.django_db
PAGES = ("placement_begin", "placement_move", "placement_law", "placement_end", "placement_undo")


@pytest.fixture
def maja(sign_in, social_worker):
    return sign_in(social_worker)


@pytest.fixture
def placed(maja):
    """A child that Maja wrote in: in a family home since 100 days."""
    post(maja, "placement_new", **NEW, started_on=ago(100))
    return Child.objects.get()


# --- taking back ------------------------------------------------------------------------------------------------------


def test_the_newest_change_is_shown_and_taken_back(maja, placed):
    post(maja, "placement_end", placed, **END, ended_on=ago(3))
    page = opened(maja, "placement_undo", placed)
    assert f"Maja Lindqvist skrev in avslut {ago(3)}" in said(page)
    change = page.context["form"]["change"].value()
    assert post(maja, "placement_undo", placed, seen="", change=change).url == placed.get_absolute_url()
    assert stays(placed) == [("familjehem", ago(100), None)]
    assert Event.objects.filter(verb="undid", target="placements.writtenrow").count() == 1
    assert "redan ångrad" in said(post(maja, "placement_undo", placed, seen="", change=change))


def test_taking_back_the_start_of_a_new_child_takes_the_child_too(maja, placed):
    change = opened(maja, "placement_undo", placed).context["form"]["change"].value()
    assert post(maja, "placement_undo", placed, seen="", change=change).url == reverse("child_list")
    assert not Child.objects.exists()


def test_a_manager_takes_back_what_a_worker_wrote_and_a_colleague_does_not(client, placed, unit_manager, north_unit):
    change = WrittenRow.objects.get().change
    colleague = make_user(
        "ida@sundsvall.example", Role.SOCIAL_WORKER, municipality=placed.municipality, unit=north_unit, name="Ida"
    )
    client.force_login(colleague)
    assert "Bara den som skrev in" in said(post(client, "placement_undo", placed, seen="", change=change))
    client.force_login(unit_manager)
    assert post(client, "placement_undo", placed, seen="", change=change).status_code == 302
    assert not Child.objects.exists()


def test_what_is_older_than_a_day_has_no_page(maja, placed):
    WrittenRow.objects.update(entered_at=timezone.now() - timedelta(hours=25))
    assert opened(maja, "placement_undo", placed).status_code == 404


# --- two at once ------------------------------------------------------------------------------------------------------


def test_the_second_is_told_who_was_first_and_loses_nothing(maja, placed, unit_manager):
    karin = Client()
    karin.force_login(unit_manager)
    seen = opened(maja, "placement_end", placed).context["form"]["seen"].value()
    post(karin, "placement_end", placed, **BREAKDOWN, next_stop="home", ended_on=ago(3))
    response = post(maja, "placement_end", placed, seen=seen, **END, ended_on=ago(5))
    assert f"{unit_manager} skrev in avslut {ago(3)}" in said(response)
    form = response.context["form"]
    assert (form["reason"].value(), form["ended_on"].value()) == ("INDEPENDENT", str(ago(5)))
    assert stays(placed) == [("familjehem", ago(100), ago(3))]
    post(maja, "placement_end", placed, seen=form["seen"].value(), **END, ended_on=ago(5))
    assert stays(placed) == [("familjehem", ago(100), ago(5))]


def test_a_delivery_meanwhile_is_named(maja, placed, social_worker):
    seen = opened(maja, "placement_law", placed).context["form"]["seen"].value()
    rows = f"2281;EGEN-1;hvb;Nyhem;{ago(40)};;LVU"
    import_delivery("l.csv", f"kommunkod;barn;placeringsform;enhet;startdatum;slutdatum;lagrum\n{rows}".encode())
    response = post(maja, "placement_law", placed, seen=seen, law="LVU:LVU_2", from_on=ago(10))
    assert "En leverans ändrade barnets placeringar" in said(response)


def test_who_ends_what_has_been_taken_back_is_told(maja, placed):
    post(maja, "placement_law", placed, law="LVU:LVU_2", from_on=ago(10))
    seen = opened(maja, "placement_end", placed).context["form"]["seen"].value()
    change = opened(maja, "placement_undo", placed).context["form"]["change"].value()
    WrittenRow.objects.exclude(change=change).update(entered_at=timezone.now() - timedelta(hours=1))
    post(maja, "placement_undo", placed, seen="", change=change)
    assert "ångrade en ändring" in said(post(maja, "placement_end", placed, seen=seen, **END, ended_on=ago(3)))


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("head_of_ifo", 403), ("data_steward", 403)])
def test_others_neither_see_nor_write(request, placed, name, who, status):
    client = Client()
    client.force_login(request.getfixturevalue(who))
    assert opened(client, name, placed).status_code == status
    assert post(client, name, placed, seen="x", **END, ended_on=ago(3)).status_code == status
    assert WrittenRow.objects.count() == 1


def test_the_list_says_which_ended_stay_awaits_its_rating(maja, placed, home):
    post(maja, "placement_move", placed, **MOVED, **HVB, moved_on=ago(30))
    post(maja, "placement_end", placed, **END, ended_on=ago(3))
    page = said(maja.get(reverse("child_list"), {"status": "avslutade"}))
    assert page.count("Väntar på omdöme") == 1
    stay = placed.placements.get(form_group="hvb")
    assert reverse("rate_home", args=[stay.uid]) in page


def test_the_pages_ask_the_database_the_same_whatever_there_is(maja, placed):
    def asked(name):
        with CaptureQueriesContext(connection) as queries:
            assert opened(maja, name, placed).status_code == 200
        return len(queries)

    before = [asked(name) for name in PAGES[1:]]
    for day in range(20, 10, -1):
        post(maja, "placement_law", placed, law="LVU:" if day % 2 else "SoL:", from_on=ago(day))
    assert [asked(name) for name in PAGES[1:]] == before


def test_the_childs_page_tells_what_was_written_from_what_was_delivered(maja, placed):
    assert f"Senast inskriven i portalen {ago(0)}." in said(maja.get(placed.get_absolute_url()))
    rows = f"2281;EGEN-2;familjehem;Ek;{ago(40)};;SoL"
    import_delivery("l.csv", f"kommunkod;barn;placeringsform;enhet;startdatum;slutdatum;lagrum\n{rows}".encode())
    page = said(maja.get(Child.objects.get(local_code="EGEN-2").get_absolute_url()))
    assert f"Bekräftad i leverans {ago(40)}." in page
    assert "inskriven i portalen" not in page
