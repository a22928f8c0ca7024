"""What the region's own work asks of each reader, on her first page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bou_portal.access import Role
from municipalities.models import (
    Accord,
    AccordDate,
    AccordParty,
    Body,
    Decision,
    Dispatch,
    InventoryAnswer,
    Knowledge,
    Municipality,
    NeedInventory,
    News,
    PlanVersion,
    Post,
    Receipt,
    RequestStep,
    Revision,
    SupportRequest,
)
from tests.conftest import make_user
from tests.municipalities.test_requests import a_request, an_activity


@pytest.fixture
def today(db):
    return timezone.localdate()


def start(client):
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def steering_group(region):
    return Body.objects.create(region=region, name="Styrgruppen", kind="styrgrupp")


def an_inventory(region, today):
    return NeedInventory.objects.create(
        region=region, year=today.year + 1, sent_at=timezone.now(), closes_on=today + timedelta(days=9)
    )


def sent(region, reader, municipality, days=0):
    """A piece of knowledge that was sent to her so many days ago."""
    piece = Knowledge.objects.create(
        region=region, kind="rapport", title=f"Rapport om barn {days}", summary="Kort", topic="bbic"
    )
    dispatch = Dispatch.objects.create(knowledge=piece)
    Dispatch.objects.filter(pk=dispatch.pk).update(sent_at=timezone.now() - timedelta(days=days))
    return Receipt.objects.create(dispatch=dispatch, user=reader, municipality=municipality)


def a_plan_that_waits(region):
    plan = an_activity(region).goal.focus.plan
    return PlanVersion.objects.create(plan=plan, number=1, content={"focuses": []})


def a_revision(region, municipality, today):
    accord = Accord.objects.create(region=region, title="Om hälsa", valid_from=today)
    AccordParty.objects.create(accord=accord, municipality=municipality)
    return Revision.objects.create(
        accord=accord, number=1, text="Ny", summary="Kortare", closes_on=today + timedelta(days=20)
    )


# --- the leader ---------------------------------------------------------------------------------------------------------
def test_the_leader_sees_what_came_in_and_the_urgent_first(sign_in, development_leader, sundsvall):
    a_request(sundsvall, urgency="bradskar")
    a_request(sundsvall, state=SupportRequest.State.ACCEPTED)
    shown = start(sign_in(development_leader))
    assert "En ny begäran om stöd brådskar." in shown
    assert "av 2 öppna" in shown
    assert "/stod/?lage=ny" in shown


def test_the_leader_sees_the_gaps(sign_in, development_leader, sundsvall, vasternorrland, today):
    inventory = an_inventory(vasternorrland, today)
    InventoryAnswer.objects.create(inventory=inventory, municipality=sundsvall, answered_at=timezone.now())
    Post.objects.create(region=vasternorrland, title="BBIC-samordnare")
    steering_group(vasternorrland)
    an_activity(vasternorrland)
    shown = start(sign_in(development_leader))
    assert "Sex kommuner har inte svarat om sina behov" in shown
    assert inventory.get_absolute_url() in shown
    assert "funktioner är vakanta" in shown
    assert "En aktivitet saknar ansvarig" in shown
    assert "Ett organ saknar ordförande" in shown


def test_the_leader_sees_what_the_steering_group_decides_and_which_days_come(
    sign_in, development_leader, vasternorrland, today
):
    body = steering_group(vasternorrland)
    a_plan_that_waits(vasternorrland)
    decision = {
        "body": body,
        "title": "Ta fram mall",
        "decided_on": today - timedelta(days=40),
        "owner_name": "Kommunerna",
    }
    Decision.objects.create(**decision, due_on=today - timedelta(days=1))
    accord = Accord.objects.create(region=vasternorrland, title="Om hälsa", valid_from=today)
    AccordDate.objects.create(accord=accord, due_on=today + timedelta(days=59))
    AccordDate.objects.create(accord=accord, due_on=today + timedelta(days=61))
    shown = start(sign_in(development_leader))
    assert "Två saker väntar på styrgruppen." in shown
    assert "Årsplan 2027, version 1" in shown
    assert "Ta fram mall" in shown
    assert "Om hälsa" in shown
    assert str(today + timedelta(days=59)) in shown
    assert str(today + timedelta(days=61)) not in shown


def test_knowledge_without_an_answer_is_counted_after_thirty_days(
    sign_in, development_leader, unit_manager, vasternorrland, sundsvall
):
    sent(vasternorrland, unit_manager, sundsvall, days=5)
    sent(vasternorrland, unit_manager, sundsvall, days=31)
    Receipt.objects.filter(pk=sent(vasternorrland, unit_manager, sundsvall, days=40).pk).update(
        tick="last", ticked_at=timezone.now()
    )
    shown = start(sign_in(development_leader))
    assert "50\N{NO-BREAK SPACE}%" in shown
    assert "1 av 2 äldre än 30 dagar" in shown


def test_a_calm_region_says_so(sign_in, development_leader):
    Municipality.objects.filter(region__code="22").update(ended_on=timezone.localdate())
    shown = start(sign_in(development_leader))
    assert "Inget väntar på styrgruppen" in shown


def test_the_leaders_page_costs_the_same_for_little_and_much(
    sign_in, development_leader, sundsvall, vasternorrland, today
):
    body = steering_group(vasternorrland)
    an_inventory(vasternorrland, today)
    client = sign_in(development_leader)

    def more(n):
        a_request(sundsvall)
        Decision.objects.create(
            body=body,
            title=f"B{n}",
            decided_on=today - timedelta(days=9),
            owner_name="Alla",
            due_on=today - timedelta(days=1),
        )
        Post.objects.create(region=vasternorrland, title=f"Funktion {n}")
        accord = Accord.objects.create(region=vasternorrland, title=f"Avtal {n}", valid_from=today)
        AccordDate.objects.create(accord=accord, due_on=today)

    more(0)
    start(client)
    few = queries(client)
    for n in range(1, 12):
        more(n)
    assert queries(client) <= few


def queries(client):
    with CaptureQueriesContext(connection) as found:
        start(client)
    return len(found)


# --- the municipality's people ------------------------------------------------------------------------------------------
def test_the_head_sees_what_she_takes_a_stand_on(sign_in, head_of_ifo, sundsvall, vasternorrland, today):
    version = a_plan_that_waits(vasternorrland)
    revision = a_revision(vasternorrland, sundsvall, today)
    an_inventory(vasternorrland, today)
    decision = {"body": steering_group(vasternorrland), "title": "X", "decided_on": today - timedelta(days=9)}
    Decision.objects.create(**decision, owner=head_of_ifo, due_on=today - timedelta(days=1))
    sent(vasternorrland, head_of_ifo, sundsvall)
    shown = start(sign_in(head_of_ifo))
    assert "Från regionen" in shown
    for text in (
        version.get_absolute_url(), revision.get_absolute_url(), "Ett beslut att genomföra", "Ett försenat",
        "Rapport om barn", f"Vad behöver Sundsvall inför {today.year + 1}?",
    ):  # fmt: skip
        assert text in shown


def test_what_is_signed_answered_and_ticked_asks_no_more(sign_in, head_of_ifo, sundsvall, vasternorrland, today):
    revision = a_revision(vasternorrland, sundsvall, today)
    revision.sign_offs.create(party=revision.accord.parties.get(), stand="godkanner", signed_by=head_of_ifo)
    InventoryAnswer.objects.create(inventory=an_inventory(vasternorrland, today), municipality=sundsvall)
    Receipt.objects.filter(pk=sent(vasternorrland, head_of_ifo, sundsvall).pk).update(
        tick="last", ticked_at=timezone.now()
    )
    PlanVersion.objects.filter(pk=a_plan_that_waits(vasternorrland).pk).update(state="aterkallad")
    assert "Från regionen" not in start(sign_in(head_of_ifo))


def test_the_manager_sees_knowledge_the_inventory_and_her_requests_that_moved(
    sign_in, unit_manager, development_leader, sundsvall, vasternorrland, today
):
    an_inventory(vasternorrland, today)
    for n in range(2):
        sent(vasternorrland, unit_manager, sundsvall, days=n)
    moved = a_request(sundsvall, unit_manager, title="Kurs i samtal", state=SupportRequest.State.ACCEPTED)
    RequestStep.objects.create(request=moved, state=moved.state, by=development_leader)
    a_request(sundsvall, unit_manager, title="Ingen har svarat")
    shown = start(sign_in(unit_manager))
    assert "Två utskick av kunskap väntar på ditt svar" in shown
    assert "Vad behöver Sundsvall" in shown
    assert "Kurs i samtal" in shown
    assert "Ingen har svarat" not in shown


def some_news(region, count):
    for n in range(count):
        News.objects.create(
            region=region, slug=f"n{n}", topic="bbic", title=f"Nyhet nummer {n}", lead="L", body="B", owner_name="Lena",
            published_at=timezone.now() - timedelta(days=n),
        )  # fmt: skip


def test_the_social_worker_sees_the_three_newest_news(sign_in, social_worker, sundsvall, vasternorrland):
    some_news(vasternorrland, 4)
    sent(vasternorrland, social_worker, sundsvall)
    shown = start(sign_in(social_worker))
    assert "Rapport om barn" in shown
    assert "Nyhet nummer 2" in shown
    assert "Nyhet nummer 3" not in shown


@pytest.mark.parametrize(
    "who", ["social_worker", "unit_manager", "head_of_ifo", "development_leader", "regional_reader"]
)
def test_whoever_carries_something_out_sees_it_on_her_first_page(client, request, vasternorrland, today, who):
    owner = request.getfixturevalue(who)
    activity = an_activity(vasternorrland)
    type(activity).objects.filter(pk=activity.pk).update(owner=owner)
    Decision.objects.create(body=steering_group(vasternorrland), title="Se över", decided_on=today, owner=owner)
    client.force_login(owner)
    shown = start(client)
    assert "Ett beslut att genomföra" in shown
    assert "En aktivitet i planen är din" in shown
    assert activity.title in shown


def test_the_regional_reader_sees_priorities_and_news(sign_in, regional_reader, vasternorrland, today):
    some_news(vasternorrland, 1)
    Decision.objects.create(
        body=steering_group(vasternorrland), title="Barns hälsa först", decided_on=today, is_priority=True
    )
    shown = start(sign_in(regional_reader))
    assert "Barns hälsa först" in shown
    assert "Nyhet nummer 0" in shown


@pytest.mark.parametrize("who", ["head_of_ifo", "unit_manager", "social_worker", "regional_reader"])
def test_nothing_of_another_region_is_seen(client, request, umea, today, who):
    region = umea.region
    a_plan_that_waits(region)
    an_inventory(region, today)
    some_news(region, 1)
    a_revision(region, umea, today)
    client.force_login(request.getfixturevalue(who))
    assert "Från regionen" not in start(client)


@pytest.mark.parametrize("who", ["head_of_ifo", "unit_manager", "social_worker"])
def test_a_first_page_costs_the_same_for_one_line_and_many(client, request, sundsvall, vasternorrland, today, who):
    reader = request.getfixturevalue(who)
    client.force_login(reader)
    body = steering_group(vasternorrland)

    def more(n):
        sent(vasternorrland, reader, sundsvall, days=n)
        Decision.objects.create(body=body, title=f"B{n}", decided_on=today, owner=reader)
        some = Accord.objects.create(region=vasternorrland, title=f"Avtal {n}", valid_from=today)
        AccordParty.objects.create(accord=some, municipality=sundsvall)
        Revision.objects.create(accord=some, number=1, text="Ny", summary="S", closes_on=today)
        moved = a_request(sundsvall, reader, state=SupportRequest.State.ACCEPTED)
        RequestStep.objects.create(request=moved, state=moved.state, by=None)

    more(0)
    some_news(vasternorrland, 1)
    start(client)
    few = queries(client)
    for n in range(1, 10):
        more(n)
    assert queries(client) <= few


def test_a_role_in_a_left_municipality_is_asked_nothing(sign_in, umea, vasternorrland, today):
    an_inventory(vasternorrland, today)
    place = Municipality.objects.get(code="2262")
    ann = make_user("ann@timra.example", Role.UNIT_MANAGER, municipality=place)
    assert "Vad behöver Timrå" in start(sign_in(ann))
    Municipality.objects.filter(pk=place.pk).update(ended_on=today)
    assert "Vad behöver Timrå" not in start(sign_in(ann))
