"""The chain from need to activity, decision and figure: what it says, from where, and that it never says more."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.disclosure import Disclosed
from bou_portal.disclosure.release import Key
from bou_portal.figures import Kind, Shown, State
from bou_portal.periods import Quarter
from municipalities.models import Body, Decision, Kpi, KpiValue, Need, PlanVersion, Release
from tests.municipalities.test_requests import an_activity

L10 = "L10_share"


@pytest.fixture
def need(vasternorrland):
    return Need.objects.create(
        region=vasternorrland, year=2027, topic="delaktighet", title="Fler enskilda samtal", told_on=date(2026, 2, 1)
    )


@pytest.fixture
def activity(need):
    made = an_activity(need.region)
    made.figure_id, made.aim = L10, "minst 80 %"
    made.save()
    made.needs.add(need)
    return made


def a_release(region, quarter, value=None, **fields):
    """A frozen release with one figure: shown, or hidden when there is no value."""
    shown = Shown(State.HIDDEN, Kind.SHARE) if value is None else Shown(State.SHOWN, Kind.SHARE, value)
    cells = {Key(L10, region.code): shown}
    told = Disclosed(region.code, Quarter.parse(quarter), 1, 5, (), cells)
    return Release.objects.create(
        region=region, quarter=quarter, cells=told.as_dict(), sha256="x", code_version="1", **fields
    )


def a_decision(region, **fields):
    body, _ = Body.objects.get_or_create(region=region, name="Styrgruppen", kind="styrgrupp")
    return Decision.objects.create(body=body, title="Utbilda alla", decided_on=date(2026, 3, 1), **fields)


def chain(client, need):
    response = client.get(reverse("chain", args=[need.uid]))
    assert response.status_code == 200
    return response.content.decode()


def test_all_four_links_are_there_and_each_leads_on(sign_in, development_leader, need, activity):
    decision = a_decision(need.region)
    decision.activities.add(activity)
    a_release(need.region, "2025-K4", 61)
    a_release(need.region, "2026-K3", 68)
    shown = chain(sign_in(development_leader), need)
    told = "Behovet möts av en aktivitet, och ett beslut är fattat. Sedan kvartal 4 2025 har siffran gått från 61\N{NO-BREAK SPACE}%"
    assert f"{told} till 68\N{NO-BREAK SPACE}%." in shown
    for row in (need, activity, decision):
        assert f'href="{row.get_absolute_url()}"' in shown
    assert "▲ 7 procentenheter sedan kvartal 4 2025 (61\N{NO-BREAK SPACE}%)." in shown
    assert "minst 80 %" in shown
    assert f'href="{reverse("region_figures", args=["22"])}"' in shown


def test_whoever_may_not_open_the_regions_figures_is_led_to_what_they_mean(sign_in, social_worker, need, activity):
    a_release(need.region, "2026-K3", 68)
    shown = chain(sign_in(social_worker), need)
    assert f'href="{reverse("definitions")}#{L10}"' in shown
    assert "Inget nyare värde har kommit" in shown


def test_a_need_without_anything_says_what_is_missing(sign_in, social_worker, need):
    shown = chain(sign_in(social_worker), need)
    assert "Behovet möts inte av någon aktivitet i planen ännu." in shown
    assert "Inget beslut hör till" in shown
    assert "Ingen aktivitet säger vilken siffra" in shown


def test_a_hidden_value_stays_hidden(sign_in, development_leader, need, activity):
    a_release(need.region, "2025-K4", 61)
    a_release(need.region, "2026-K3")
    shown = chain(sign_in(development_leader), need)
    assert "procentenheter" not in shown
    assert ".." in shown


def test_without_a_release_and_for_what_is_never_published_nothing_is_shown(
    sign_in, development_leader, need, activity
):
    client = sign_in(development_leader)
    assert "Siffran visas inte för länet ännu." in chain(client, need)
    a_release(need.region, "2026-K3", 68)
    activity.figure_id = "L1"
    activity.save()
    assert "Siffran visas inte för länet ännu." in chain(client, need)


def test_the_newest_version_of_a_release_is_read(sign_in, development_leader, need, activity):
    a_release(need.region, "2026-K3", 68)
    a_release(need.region, "2026-K3", 71, version=2)
    assert "71\N{NO-BREAK SPACE}%" in chain(sign_in(development_leader), need)


def test_a_published_indicator_says_its_source(sign_in, social_worker, need, activity):
    kpi = Kpi.objects.create(code="N99816", title="Ej återaktualiserade", unit="%", source="kolada")
    for year, value in ((2024, 70.0), (2025, 74.5), (2026, None)):
        KpiValue.objects.create(kpi=kpi, place="0022", year=year, value=value)
    activity.figure_id = kpi.code
    activity.save()
    Need.objects.update(told_on=date(2025, 2, 1))
    need.refresh_from_db()
    shown = chain(sign_in(social_worker), need)
    assert "Källa: Kolada" in shown
    assert "74,5" in shown
    assert "▲ 4,5 procentenheter sedan 2024 (70,0\N{NO-BREAK SPACE}%)." in shown


def test_the_decision_that_approved_the_plan_is_a_link_and_a_waiting_version_is_told(
    sign_in, development_leader, need, activity
):
    content = {"focuses": [{"goals": [{"activities": [{"uid": str(activity.uid)}]}]}]}
    plan = activity.goal.focus.plan
    version = PlanVersion.objects.create(plan=plan, number=1, content=content)
    client = sign_in(development_leader)
    assert "Väntar på styrgruppen" in chain(client, need)
    decision = a_decision(need.region)
    PlanVersion.objects.update(state="godkand", decision=decision, body=decision.body, decided_on=date(2026, 3, 1))
    shown = chain(client, need)
    assert str(decision) in shown
    PlanVersion.objects.update(content={"focuses": []})
    assert str(decision) not in chain(client, need)
    assert version.get_absolute_url()


@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("neighbouring_head", 404)])
def test_another_region_sees_no_chain(client, request, need, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("chain", args=[need.uid])).status_code == status


def test_a_long_chain_costs_the_same_as_a_short_one(sign_in, development_leader, need, activity):
    a_decision(need.region).activities.add(activity)
    a_release(need.region, "2026-K3", 68)
    client = sign_in(development_leader)
    queries(client, need)  # the session is written on the first page
    few = queries(client, need)
    for n in range(10):
        other = activity.__class__.objects.create(goal=activity.goal, title=f"A{n}", figure_id=L10)
        other.needs.add(need)
        a_decision(need.region).activities.add(other)
    assert queries(client, need) == few


def queries(client, need):
    with CaptureQueriesContext(connection) as found:
        chain(client, need)
    return len(found)


def test_a_need_told_today_compares_with_the_last_frozen_quarter(sign_in, development_leader, need, activity):
    Need.objects.update(told_on=timezone.localdate() + timedelta(days=1))
    need.refresh_from_db()
    a_release(need.region, "2026-K3", 68)
    assert "Inget nyare värde har kommit" in chain(sign_in(development_leader), need)
