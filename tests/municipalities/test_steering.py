"""The steering group's room: what waits for a stand, the log, the goal areas; and the stand on a quarter's report."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.models import Event
from municipalities.bodies.steering import SteeringRoom
from municipalities.models import (
    Body,
    BodyMember,
    Decision,
    Focus,
    Goal,
    Plan,
    PlanVersion,
    Release,
    ReportStand,
)
from tests.municipalities.test_meetings import a_meeting, an_item


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def steering(vasternorrland):
    return Body.objects.create(region=vasternorrland, kind=Body.Kind.STEERING, name="Styrgruppen")


@pytest.fixture
def plan(vasternorrland):
    made = Plan.objects.create(region=vasternorrland, year=2027, title="Årsplan 2027")
    Goal.objects.create(focus=Focus.objects.create(plan=made, title="Stabila placeringar"), title="Färre avbrott")
    return made


def release(region, version=1, quarter="2026-K3"):
    return Release.objects.create(region=region, quarter=quarter, version=version, cells=[], sha256="", code_version="")


@pytest.fixture
def eva(sign_in, head_of_ifo):
    return sign_in(head_of_ifo)


def page(client, **query):
    return client.get(reverse("steering"), query).content.decode()


def stand(client, **data):
    return client.post(reverse("report_stand", args=["22", "2026-k3"]), data)


# --- the room -----------------------------------------------------------------------------------------------------------
def test_the_room_shows_what_waits_the_log_and_the_goal_areas(eva, steering, plan, vasternorrland, head_of_ifo, today):
    """features.md 2.6: agenda, decision log, goal areas."""
    version = PlanVersion.objects.create(plan=plan, number=1, content={"schema": 1})
    release(vasternorrland)
    past = today - timedelta(days=9)
    Decision.objects.create(body=steering, title="Sent", decided_on=past, owner_name="Siv Ek", due_on=past)
    BodyMember.objects.create(body=steering, user=head_of_ifo, part="ordforande", started_on=past)
    an_item(a_meeting(steering, today + timedelta(days=3)), "Läget i länet")
    said = page(eva)
    assert "Tre saker väntar på styrgruppen." in said
    for words in ("Årsplan 2027, version 1", "Kvartalsrapport 2026-K3", "Sent", "Läget i länet", "Stabila placeringar"):
        assert words in said
    assert version.get_absolute_url() in said
    assert "Ta ställning" in said


def test_who_only_reads_takes_no_stand(sign_in, social_worker, steering, vasternorrland):
    release(vasternorrland)
    client = sign_in(social_worker)
    assert "Ta ställning" not in page(client)
    assert client.get(reverse("report_stand", args=["22", "2026-k3"])).status_code == 403


def test_a_region_without_a_steering_group_is_invited(eva, sign_in, development_leader, vasternorrland):
    assert "Den läggs in av" in page(eva)
    assert "Nytt organ" in page(sign_in(development_leader))
    release(vasternorrland)
    assert eva.get(reverse("report_stand", args=["22", "2026-k3"])).status_code in (302, 403, 404)


def test_nothing_waits(vasternorrland, steering):
    assert SteeringRoom(vasternorrland).sentence == "Ingenting väntar på styrgruppen. Inget möte är planerat."


# --- the stand on a report ----------------------------------------------------------------------------------------------
def test_an_ifo_chef_approves_a_quarters_report(eva, steering, vasternorrland, head_of_ifo, today):
    """features.md 2.6: approve each quarterly report; the decision gets number and date."""
    made = release(vasternorrland)
    assert stand(eva, state="godkand").status_code == 302
    found = ReportStand.objects.get()
    assert (found.release, found.state, found.decided_by) == (made, "godkand", head_of_ifo)
    assert str(found.decision) == f"{today.year}:1 Kvartalsrapporten 2026-K3 godkänns"
    assert Event.objects.filter(target="municipalities.reportstand").count() == 1
    assert "Kvartalsrapport 2026-K3" not in page(eva).split("Beslutslogg")[0]


def test_an_ifo_chef_returns_a_report_with_reasons_owner_and_day(
    eva, steering, vasternorrland, development_leader, today
):
    release(vasternorrland)
    assert "Skriv varför rapporten återlämnas." in stand(eva, state="aterlamnad").content.decode()
    sent = {"state": "aterlamnad", "reason": "Kramfors saknas.", "owner": development_leader.pk}
    assert stand(eva, **sent, due_on=today + timedelta(days=14)).status_code == 302
    decision = Decision.objects.get()
    assert (decision.owner, decision.due_on, decision.text) == (
        development_leader, today + timedelta(days=14), "Kramfors saknas.",
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportStand.objects.update(reason="")


def test_a_stand_is_taken_once_and_a_correction_waits_anew(eva, steering, vasternorrland):
    release(vasternorrland)
    for _ in range(2):
        assert stand(eva, state="godkand").status_code == 302
    assert (ReportStand.objects.count(), Decision.objects.count()) == (1, 1)
    assert SteeringRoom(vasternorrland).reports == []
    correction = release(vasternorrland, version=2)
    assert SteeringRoom(vasternorrland).reports == [correction]


def test_a_municipality_that_has_left_decides_nothing(eva, steering, vasternorrland, sundsvall, today):
    release(vasternorrland)
    sundsvall.ended_on = today
    sundsvall.save()
    assert "Din kommun deltar inte längre" in stand(eva, state="godkand").content.decode()
    assert not ReportStand.objects.exists()


def test_a_neighbouring_head_finds_no_report(sign_in, neighbouring_head, steering, vasternorrland):
    release(vasternorrland)
    assert sign_in(neighbouring_head).get(reverse("report_stand", args=["22", "2026-k3"])).status_code == 404


def test_an_identity_number_is_refused(eva, steering, vasternorrland):
    release(vasternorrland)
    said = stand(eva, state="aterlamnad", reason="Om 20121212-1212").content.decode()
    assert "personnummer" in said
