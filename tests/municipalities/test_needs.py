"""The yearly inventory of needs: who is asked, who answers what until when, the region's order, and what is done."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.mailing.models import Letter
from municipalities.forms.needs import InventoryForm
from municipalities.models import InventoryAnswer, Municipality, Need, NeedInventory
from municipalities.needs.inventory import Standing
from tests.conftest import make_user
from tests.municipalities.test_requests import an_activity

NEED = {"topic": "bbic", "title": "Stöd i BBIC", "text": "", "importance": "4"}


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def inventory(vasternorrland, today):
    """Sent, and open for a month."""
    return NeedInventory.objects.create(
        region=vasternorrland, year=today.year + 1, sent_at=timezone.now(), closes_on=today + timedelta(days=30)
    )


def a_need(inventory, municipality=None, **fields):
    """A municipality's need, or a joint one."""
    if municipality:
        fields["municipality"] = municipality
        fields["answer"] = InventoryAnswer.objects.get_or_create(
            inventory=inventory, municipality=municipality, defaults={"answered_at": timezone.now()}
        )[0]
    data = {"region": inventory.region, "year": inventory.year, "topic": "bbic", "title": "Stöd i BBIC"}
    return Need.objects.create(**data | fields)


def send(client, name, *args, query="", **data):
    return client.post(reverse(name, args=args) + query, data)


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


# --- asking -------------------------------------------------------------------------------------------------------------
def test_a_leader_makes_an_inventory_and_sends_it_once(sign_in, development_leader, head_of_ifo, unit_manager, today):
    social = make_user(
        "soc@sundsvall.example", Role.SOCIAL_WORKER, municipality=head_of_ifo.current_memberships[0].municipality
    )
    client = sign_in(development_leader)
    data = {"year": today.year + 1, "introduction": "Vad behöver ni?", "closes_on": str(today + timedelta(days=20))}
    assert send(client, "inventory_new", **data).status_code == 302
    made = NeedInventory.objects.get()
    assert not Letter.objects.exists()
    for _ in range(2):
        assert send(client, "inventory_send", made.uid).status_code == 302
    told = {letter.to: letter for letter in Letter.objects.all()}
    assert set(told) == {head_of_ifo.email, unit_manager.email}
    assert social.email not in told
    assert reverse("inventory_answer", args=[made.uid]) in told[unit_manager.email].body


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"year": 1999}, "Välj ett år mellan"),
        ({"closes_on": "2020-01-01"}, "Sista dagen har redan varit"),
        ({"introduction": "20100101-2382"}, "personnummer"),
    ],
)
def test_a_wrong_inventory_says_why(sign_in, development_leader, today, data, said):
    right = {"year": today.year + 1, "closes_on": str(today + timedelta(days=20))}
    assert said in send(sign_in(development_leader), "inventory_new", **right | data).content.decode()
    assert not NeedInventory.objects.exists()


def test_a_region_asks_once_a_year(sign_in, development_leader, inventory, today):
    data = {"year": inventory.year, "closes_on": str(today + timedelta(days=20))}
    assert "redan en inventering" in send(sign_in(development_leader), "inventory_new", **data).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedInventory.objects.create(region=inventory.region, year=inventory.year, closes_on=today)


def test_of_two_who_make_one_at_the_same_moment_the_second_is_told(vasternorrland, development_leader, today):
    data = {"year": today.year + 1, "closes_on": str(today + timedelta(days=20))}
    forms = [
        InventoryForm(data, user=development_leader, instance=NeedInventory(region=vasternorrland)) for _ in range(2)
    ]
    assert [form.is_valid() for form in forms] == [True, True]
    assert [bool(form.save()) for form in forms] == [True, False]
    assert "redan en inventering" in str(forms[1].errors)


def test_a_double_click_makes_one_inventory(sign_in, development_leader, today):
    data = {"year": today.year + 1, "closes_on": str(today + timedelta(days=20)), "token": uuid.uuid4()}
    for _ in range(2):
        assert send(sign_in(development_leader), "inventory_new", **data).status_code == 302
    assert NeedInventory.objects.count() == 1


def test_what_was_sent_keeps_its_year_and_may_be_open_longer(sign_in, development_leader, inventory, today):
    client = sign_in(development_leader)
    later = today + timedelta(days=50)
    seen = client.get(reverse("inventory_change", args=[inventory.uid])).context["form"].initial["seen"]
    send(client, "inventory_change", inventory.uid, year=inventory.year + 1, closes_on=str(later), seen=seen)
    assert NeedInventory.objects.get().closes_on == later
    assert NeedInventory.objects.get().year == inventory.year


def test_a_municipality_that_has_left_is_not_asked(sign_in, development_leader, unit_manager, vasternorrland, today):
    Municipality.objects.filter(code="2281").update(ended_on=today)
    made = NeedInventory.objects.create(region=vasternorrland, year=2027, closes_on=today + timedelta(days=9))
    send(sign_in(development_leader), "inventory_send", made.uid)
    assert not Letter.objects.exists()
    assert Standing(made).total == 6
    assert "2281" not in [row.municipality.code for row in Standing(made).rows]


def test_who_has_not_answered_is_reminded_once(sign_in, development_leader, head_of_ifo, inventory):
    timra = Municipality.objects.get(code="2262")
    ann = make_user("ann@timra.example", Role.UNIT_MANAGER, municipality=timra)
    a_need(inventory, head_of_ifo.current_memberships[0].municipality)
    client = sign_in(development_leader)
    assert "Påminn dem" in page(client, "inventory_detail", inventory.uid)
    for _ in range(2):
        send(client, "inventory_remind", inventory.uid)
    assert [letter.to for letter in Letter.objects.all()] == [ann.email]
    shown = page(client, "inventory_detail", inventory.uid)
    assert "Påminn dem" not in shown
    assert "En av sju kommuner har svarat" in shown
    assert "Ingen att fråga" in shown


# --- answering ----------------------------------------------------------------------------------------------------------
def test_a_municipality_answers_with_its_needs_and_changes_them(sign_in, unit_manager, sundsvall, inventory):
    client = sign_in(unit_manager)
    assert "Svara nu" in page(client, "need_list")
    assert send(client, "answer_need", inventory.uid, **NEED).status_code == 302
    need = Need.objects.get()
    assert (need.municipality, need.year, need.importance) == (sundsvall, inventory.year, 4)
    assert (need.answer.answered_by, need.answer.inventory) == (unit_manager, inventory)
    seen = client.get(reverse("need_change", args=[need.uid])).context["form"].initial["seen"]
    send(client, "need_change", need.uid, **NEED | {"title": "Annat stöd", "seen": seen})
    assert Need.objects.get().title == "Annat stöd"
    assert "Svaret är lämnat" in page(client, "inventory_answer", inventory.uid)
    assert send(client, "need_remove", need.uid).status_code == 302
    assert not Need.objects.exists()
    assert not InventoryAnswer.objects.exists()


def test_a_municipality_answers_that_it_has_no_needs(sign_in, head_of_ifo, sundsvall, inventory):
    client = sign_in(head_of_ifo)
    for _ in range(2):
        assert send(client, "inventory_answer", inventory.uid).status_code == 302
    assert InventoryAnswer.objects.get().municipality == sundsvall
    assert Standing(inventory).came == 1
    assert "inte har några behov" in page(client, "inventory_answer", inventory.uid)


def test_no_needs_is_not_said_beside_needs(sign_in, unit_manager, sundsvall, inventory):
    a_need(inventory, sundsvall)
    said = send(sign_in(unit_manager), "inventory_answer", inventory.uid).content.decode()
    assert "Ta bort dem först" in said


def test_ten_needs_are_the_most(sign_in, unit_manager, sundsvall, inventory):
    for n in range(10):
        a_need(inventory, sundsvall, title=f"Behov {n}")
    assert (
        "redan skrivit 10 behov" in send(sign_in(unit_manager), "answer_need", inventory.uid, **NEED).content.decode()
    )
    assert Need.objects.count() == 10


def test_a_double_click_tells_one_need(sign_in, unit_manager, inventory):
    client, token = sign_in(unit_manager), uuid.uuid4()
    for _ in range(2):
        assert send(client, "answer_need", inventory.uid, **NEED, token=token).status_code == 302
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"importance": "6"}, "importance"), ({"title": ""}, "title"), ({"text": "Kalle Karlsson"}, "text"),
        ({"topic": "väder"}, "topic"),
    ],
)  # fmt: skip
def test_a_wrong_need_says_why(sign_in, unit_manager, inventory, data, said):
    assert said in send(sign_in(unit_manager), "answer_need", inventory.uid, **NEED | data).context["form"].errors
    assert not Need.objects.exists()


def test_the_database_refuses_what_is_out_of_scale_and_a_need_without_its_answer(inventory, sundsvall):
    for fields in ({"importance": 6}, {"municipality": sundsvall}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Need.objects.create(region=inventory.region, year=2027, topic="bbic", title="X", **fields)


def test_after_the_last_day_nothing_is_changed(sign_in, unit_manager, sundsvall, inventory, today):
    need = a_need(inventory, sundsvall)
    NeedInventory.objects.update(closes_on=today - timedelta(days=1))
    client = sign_in(unit_manager)
    assert "Inventeringen stängde" in page(client, "inventory_answer", inventory.uid)
    assert "Inventeringen stängde" in send(client, "answer_need", inventory.uid, **NEED).content.decode()
    assert "Inventeringen stängde" in send(client, "inventory_answer", inventory.uid).content.decode()
    assert client.get(reverse("need_change", args=[need.uid])).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("neighbouring_manager", 404), ("social_worker", 403), ("regional_reader", 403), ("development_leader", 403)],
)
def test_nobody_else_answers(client, request, inventory, who, status):
    client.force_login(request.getfixturevalue(who))
    assert send(client, "answer_need", inventory.uid, **NEED).status_code == status
    assert not Need.objects.exists()


def test_a_neighbour_in_the_region_changes_nothing_and_reads_all(sign_in, sundsvall, inventory):
    need = a_need(inventory, sundsvall)
    client = sign_in(
        make_user("ann@timra.example", Role.UNIT_MANAGER, municipality=Municipality.objects.get(code="2262"))
    )
    assert client.get(reverse("need_detail", args=[need.uid])).status_code == 200
    for name in ("need_change", "need_remove"):
        assert send(client, name, need.uid).status_code == 404
    assert client.get(reverse("inventory_answer", args=[inventory.uid]), {"kommun": "2281"}).status_code == 404


def test_another_region_sees_nothing(sign_in, neighbouring_manager, sundsvall, inventory):
    need = a_need(inventory, sundsvall)
    client = sign_in(neighbouring_manager)
    assert client.get(reverse("need_detail", args=[need.uid])).status_code == 404
    assert "Stöd i BBIC" not in page(client, "need_list")


# --- the region's own ---------------------------------------------------------------------------------------------------
def test_the_leader_adds_joint_needs_and_leaves_others_words_alone(sign_in, development_leader, sundsvall, inventory):
    client = sign_in(development_leader)
    assert send(client, "joint_need_new", query=f"?ar={inventory.year}", **NEED).status_code == 302
    joint = Need.objects.get()
    assert (joint.municipality, joint.year) == (None, inventory.year)
    assert client.get(reverse("need_change", args=[a_need(inventory, sundsvall).uid])).status_code == 404


def test_a_need_that_is_met_is_not_removed(sign_in, development_leader, inventory):
    need = a_need(inventory)
    an_activity(inventory.region).needs.add(need)
    response = sign_in(development_leader).post(reverse("need_remove", args=[need.uid]), follow=True)
    assert "möts av en aktivitet" in response.content.decode()
    assert Need.objects.exists()


def test_the_leader_ranks_and_a_second_one_is_told(sign_in, development_leader, sundsvall, inventory):
    first, second = a_need(inventory, sundsvall, title="Ett"), a_need(inventory, title="Två")
    client = sign_in(development_leader)
    query = f"?ar={inventory.year}"
    seen = client.get(reverse("need_rank") + query).context["form"].initial["seen"]
    ranks = {f"rank-{first.uid}": "2", f"rank-{second.uid}": "1", "seen": seen}
    for _ in range(2):  # the second is a double click
        assert send(client, "need_rank", query=query, **ranks).status_code == 302
    assert [need.title for need in Need.objects.all()] == ["Två", "Ett"]
    ranks[f"rank-{first.uid}"] = "1"
    said = send(client, "need_rank", query=query, **ranks).content.decode()
    assert "Någon annan ändrade behoven" in said
    assert "rank-" in send(client, "need_rank", query=query, **{f"rank-{first.uid}": "0"}).content.decode()
    assert Need.objects.get(pk=first.pk).rank == 2


def test_needs_are_grouped_by_topic_and_those_without_activity_stand_out(sign_in, social_worker, sundsvall, inventory):
    timra = Municipality.objects.get(code="2262")
    met = a_need(inventory, sundsvall, topic="skola", title="Skolsamverkan")
    a_need(inventory, timra, title="BBIC i Timrå")
    a_need(inventory, sundsvall, title="BBIC i Sundsvall")
    activity = an_activity(inventory.region)
    activity.needs.add(met)
    client = sign_in(social_worker)
    shown = page(client, "need_list")
    assert "3 kommuner" not in shown
    assert "2 behov från 2 kommuner" in shown
    assert f"Två av tre behov inför {inventory.year} möts inte av någon aktivitet." in shown
    assert str(activity) in shown
    without = page(client, "need_list", lage="utan", ar=inventory.year)
    assert "Skolsamverkan" not in without
    assert "BBIC i Timrå" in without
    assert "BBIC i Timrå" not in page(client, "need_list", lage="med")
    assert "Skolsamverkan" not in page(client, "need_list", omrade="bbic")
    assert "BBIC i Sundsvall" not in page(client, "need_list", kommun="2262")
    assert "Inget behov passar urvalet" in page(client, "need_list", kommun="lan")
    assert "I regionens ordning" in page(client, "need_list", ordna="rang")


@pytest.mark.parametrize("who", ["social_worker", "unit_manager", "development_leader"])
def test_the_list_costs_the_same_for_one_and_thirty(client, request, sundsvall, inventory, who):
    client.force_login(request.getfixturevalue(who))
    activity = an_activity(inventory.region)
    activity.needs.add(a_need(inventory, sundsvall))
    queries(client)  # the session is written on the first page
    few = queries(client)
    for n in range(29):
        activity.needs.add(a_need(inventory, sundsvall, title=f"Behov {n}"))
    assert queries(client) == few


def queries(client):
    with CaptureQueriesContext(connection) as found:
        client.get(reverse("need_list"))
    return len(found)
