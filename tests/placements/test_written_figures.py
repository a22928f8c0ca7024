"""What is written by hand is counted as what is delivered; a municipality that never delivers a file has its figures."""

from datetime import date

import pytest
import time_machine

from bou_portal.periods import Quarter
from municipalities.models import Municipality
from placements.imports.delivering import import_delivery
from placements.indicators import Scope, Window, figures
from placements.models import Child, Placement
from tests.placements.test_written_pages import BREAKDOWN, END, HVB, MOVED, NEW, post

pytestmark = pytest.mark.django_db
QUARTER = Window.of(Quarter(2026, 3))
NOON = "2026-10-05 12:00"


def raw(code, category=None):
    scope = Scope.of(Municipality.objects.filter(code="2281"), [QUARTER])
    return next(f for f in figures(scope, {code}) if (f.place, f.category) == ("total", category))


def numbers(code, category=None):
    figure = raw(code, category)
    return figure.numerator, figure.denominator, figure.unconfirmed


@pytest.fixture
def maja(client, social_worker):
    with time_machine.travel(NOON, tick=True):
        client.force_login(social_worker)
        yield client


def new(client, code, start, **more):
    response = post(client, "placement_new", **NEW | {"local_code": code, "started_on": start} | more)
    assert response.status_code == 302, response.context["form"].errors
    return Child.objects.get(local_code=code)


def done(response):
    assert response.status_code == 302, response.context["form"].errors


def test_a_municipality_without_any_delivery_is_counted_from_what_it_writes(maja, home):
    """Three children in the third quarter of 2026.

    A: a family home from 2 January, under LVU from 1 August, moved as planned to the HVB on 1 September, open.
    B: a family home from 1 July, breaks down on 31 July.
    C: a family home from 1 May, ends as planned on 30 September.
    """
    a = new(maja, "A", "2026-01-02")
    done(post(maja, "placement_law", a, law="LVU:LVU_2", from_on="2026-08-01"))
    done(post(maja, "placement_move", a, **MOVED, **HVB | {"law": "LVU:LVU_2"}, moved_on="2026-09-01"))
    b = new(maja, "B", "2026-07-01", private_home="FH 2")
    done(post(maja, "placement_end", b, **BREAKDOWN, next_stop="home", ended_on="2026-07-31"))
    c = new(maja, "C", "2026-05-01", private_home="FH 3")
    done(post(maja, "placement_end", c, **END, ended_on="2026-09-30"))

    assert numbers("placed_on")[0] == 1  # only A the night of 30 September: C's last night is the 29th
    assert numbers("placed_on_by_form", "hvb")[0] == 1
    assert numbers("placed_any_time")[0] == 3
    assert numbers("placements_started")[0] == 2  # A's HVB and B
    assert numbers("placements_ended")[0] == 3
    assert numbers("episodes_ended")[0] == 2  # A's care goes on
    assert numbers("unplanned_endings")[0] == 1
    assert numbers("S1")[:2] == (2, 3)  # planned, of the three endings
    # nights of the quarter: A 92, B 30, C 91
    assert numbers("care_days")[0] == 92 + 30 + 91
    assert raw("placed_on").unconfirmed == 0  # nobody delivers, so nothing is missing in a delivery


def test_a_breakdown_written_by_hand_is_one_of_the_placements_begun_a_year_before(maja):
    """S2 counts, of placements begun in the twelve months that ended a year ago, those that broke down within a year."""
    first = new(maja, "A", "2024-10-10", law="SoL:")
    done(post(maja, "placement_end", first, **BREAKDOWN, next_stop="home", ended_on="2025-02-01"))
    new(maja, "B", "2025-03-01", private_home="FH 2", law="SoL:")
    scope = Scope.of(Municipality.objects.filter(code="2281"), [Window.rolling_year(Quarter(2026, 3))])
    figure = next(f for f in figures(scope, {"S2"}) if f.place == "total" and f.category is None)
    assert (figure.numerator, figure.denominator) == (1, 2)


def test_a_placement_that_only_the_portal_knows_is_unconfirmed_once_a_delivery_lacks_it(maja):
    headers = "kommunkod;barn;placeringsform;enhet;startdatum;slutdatum;lagrum\n"
    other = f"{headers}2281;B;familjehem;Ek;2026-08-01;;SoL".encode()
    import_delivery("l.csv", other, delivered=date(2026, 10, 1))
    new(maja, "A", "2026-08-10")
    assert numbers("placed_on")[::2] == (2, 0)  # written after the newest delivery
    import_delivery("l.csv", other, delivered=date(2026, 10, 6))
    assert numbers("placed_on")[::2] == (2, 1)
    assert Placement.objects.get(child__local_code="A").confirmed_on == date(2026, 10, 5)
