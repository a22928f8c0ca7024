"""The task to rate changes hands, is left and taken up again: by its holder, or by the manager for anybody."""

from datetime import date

import pytest
from django.urls import reverse

from bou_portal.access import Role
from bou_portal.accounts.models import Membership
from bou_portal.audit.models import Event
from municipalities.models import Unit
from placements.models import Assignment, Placement, Rating, RatingTask
from tests.conftest import make_user
from tests.placements.test_ratings import TEXTS, WHOLE, answers, post


@pytest.fixture
def majas(placement, social_worker, sundsvall, north_unit):
    Assignment.objects.create(
        municipality=sundsvall,
        child=placement.child,
        worker=social_worker,
        unit=north_unit,
        started_on=date(2026, 1, 10),
    )
    return placement


@pytest.fixture
def colleague(sundsvall):
    """In another unit: she reaches none of Maja's children."""
    south = Unit.objects.create(municipality=sundsvall, name="Barn och unga söder")
    return make_user("ola@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, unit=south, name="Ola Ek")


def address(placement, name="rating_task", kind="hel"):
    return reverse(name, args=[placement.uid, kind])


def hand(client, placement, to, kind="hel"):
    return client.post(address(placement, kind=kind), {"colleague": to.pk})


def leave(client, placement, reason="kort", kind="hel"):
    return client.post(address(placement, "rating_leave", kind), {"reason": reason})


def test_worker_hands_hers_to_a_colleague_who_reaches_the_form_and_nothing_else(
    sign_in, majas, social_worker, colleague
):
    client, start = sign_in(colleague), reverse("rate_home", args=[majas.uid])
    assert client.get(start).status_code == 404
    client = sign_in(social_worker)
    assert address(majas) in client.get(start).content.decode()
    answer = hand(client, majas, colleague)
    assert answer.url == reverse("worklist")
    assert "Uppgiften är överlämnad till Ola Ek." in client.get(answer.url).content.decode()
    event = Event.objects.get(target="placements.ratingtask")
    assert event.detail == {"what": "överlåten", "taken_by": colleague.pk, "was_taken_by": None}

    client = sign_in(colleague)
    listed = client.get("/att-gora/?lage=vantar").content.decode()
    assert start in listed
    assert majas.child.local_code in listed
    page = client.get(start).content.decode()
    assert majas.child.local_code in page
    for shown in (listed, page):
        assert majas.child.get_absolute_url() not in shown
    assert client.get(majas.child.get_absolute_url()).status_code == 404
    assert client.get(reverse("row_new", args=[majas.child.uid, "uppfoljning"])).status_code == 404
    assert majas.child.local_code not in client.get(reverse("child_list")).content.decode()
    post(client, majas, 1)
    assert post(client, majas, 2, answers("3"), do="pause").url == reverse("worklist")
    for step, data, do in ((2, answers(), "next"), (3, WHOLE, "next"), (4, TEXTS, "send")):
        assert post(client, majas, step, data, do=do).status_code == 302
    rating = Rating.objects.get()
    assert (rating.is_sent, rating.rated_by) == (True, colleague)
    assert majas.child.get_absolute_url() not in client.get(rating.get_absolute_url()).content.decode()


def test_handed_over_twice_the_first_no_longer_reaches_it(sign_in, majas, social_worker, colleague, unit_manager):
    hand(sign_in(social_worker), majas, colleague)
    hand(sign_in(colleague), majas, unit_manager)
    assert sign_in(colleague).get(reverse("rate_home", args=[majas.uid])).status_code == 404
    assert sign_in(unit_manager).get(reverse("rate_home", args=[majas.uid])).status_code == 200


def test_whoever_took_over_loses_it_with_her_membership(sign_in, majas, social_worker, colleague):
    hand(sign_in(social_worker), majas, colleague)
    Membership.objects.filter(user=colleague).update(ended_on=date(2026, 1, 1))
    assert sign_in(colleague).get(reverse("rate_home", args=[majas.uid])).status_code == 403


def test_the_short_form_s_task_gives_no_way_to_the_whole(sign_in, majas, social_worker, colleague):
    Placement.objects.update(ended_on=None, end_reason="", planned="")
    hand(sign_in(social_worker), majas, colleague, kind="kort")
    client = sign_in(colleague)
    assert client.get(reverse("rate_home_short", args=[majas.uid])).status_code == 200
    Placement.objects.update(ended_on=date(2026, 10, 12))
    assert client.get(reverse("rate_home", args=[majas.uid])).status_code == 404


def test_manager_hands_anybody_s_and_takes_it_herself(sign_in, majas, unit_manager, colleague, social_worker):
    client = sign_in(unit_manager)
    hand(client, majas, colleague)
    assert RatingTask.objects.get().taken_by == colleague
    hand(client, majas, unit_manager)
    assert RatingTask.objects.get().taken_by == unit_manager


def test_manager_takes_over_when_the_worker_has_left(sign_in, majas, unit_manager, social_worker):
    Membership.objects.filter(user=social_worker).update(ended_on=date(2026, 10, 1))
    client = sign_in(unit_manager)
    assert social_worker.name not in client.get(address(majas)).content.decode()
    assert hand(client, majas, social_worker).status_code == 200  # who has left cannot be chosen
    hand(client, majas, unit_manager)
    assert reverse("rate_home", args=[majas.uid]) in client.get("/att-gora/?lage=vantar&vems=mina").content.decode()


def test_only_colleagues_in_the_municipality_who_may_rate(
    sign_in, majas, social_worker, neighbour, head_of_ifo, data_steward
):
    client = sign_in(social_worker)
    for stranger in (neighbour, head_of_ifo, data_steward):
        page = hand(client, majas, stranger)
        assert page.status_code == 200
        assert "Välj ett giltigt alternativ" in page.content.decode()
    assert "Välj vem som tar över." in client.post(address(majas)).content.decode()
    assert not RatingTask.objects.filter(taken_by__isnull=False).exists()


@pytest.mark.parametrize("kind", ["hel", "kort"])
def test_left_with_a_reason_and_taken_up_again(sign_in, majas, social_worker, unit_manager, kind):
    if kind == "kort":
        Placement.objects.update(ended_on=None, end_reason="", planned="")
    name = "rate_home" if kind == "hel" else "rate_home_short"
    for who in (social_worker, unit_manager):
        client = sign_in(who)
        assert leave(client, majas, kind=kind).url == address(majas, kind=kind)
        task = RatingTask.objects.get()
        assert (task.left_reason, task.left_by, task.form) == ("kort", who, kind)
        page = client.get(address(majas, kind=kind)).content.decode()
        assert "Placeringen var för kort för att bedöma." in page
        assert "Ångra" in page
        assert reverse(name, args=[majas.uid]) not in client.get("/att-gora/?lage=vantar").content.decode()
        client.post(address(majas, "rating_take_up", kind))
        task.refresh_from_db()
        assert (task.left_reason, task.left_by, task.left_on) == ("", None, None)
        assert reverse(name, args=[majas.uid]) in client.get("/att-gora/?lage=vantar").content.decode()
    said = list(Event.objects.filter(target="placements.ratingtask").order_by("pk").values_list("detail", flat=True))
    assert said[:2] == [{"what": "lämnad", "reason": "kort"}, {"what": "återtagen"}]


def test_leaving_needs_one_of_the_reasons(sign_in, majas, social_worker):
    client = sign_in(social_worker)
    assert "Välj varför det inte går." in client.post(address(majas, "rating_leave")).content.decode()
    assert leave(client, majas, "orkar inte").status_code == 200
    assert not RatingTask.objects.exists()


def test_what_is_sent_is_neither_handed_over_nor_left(sign_in, majas, social_worker, colleague):
    Rating.objects.create(
        municipality=majas.municipality, placement=majas, home=majas.home, rated_by=social_worker
    ).send(social_worker)
    client = sign_in(social_worker)
    hand(client, majas, colleague)
    leave(client, majas)
    client.post(address(majas, "rating_take_up"))
    task = RatingTask.objects.get()
    assert (task.taken_by, task.left_reason) == (None, "")
    assert "Omdömet är redan skickat." in client.get("/att-gora/").content.decode()


def test_a_left_task_that_is_rated_all_the_same_counts(sign_in, majas, social_worker):
    client = sign_in(social_worker)
    leave(client, majas)
    assert "Lämnad utan omdöme" in client.get(reverse("rate_home", args=[majas.uid])).content.decode()
    for step, data, do in ((1, {}, "next"), (2, answers(), "next"), (3, WHOLE, "next"), (4, TEXTS, "send")):
        post(client, majas, step, data, do=do)
    assert Rating.objects.get().is_sent


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("neighbour", 404),
        ("neighbouring_manager", 404),
        ("colleague", 404),
        ("development_leader", 403),
        ("head_of_ifo", 403),
        ("data_steward", 403),
    ],
)
def test_others_cannot(request, sign_in, majas, social_worker, who, status):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(address(majas)).status_code == status
    assert hand(client, majas, social_worker).status_code == status
    assert leave(client, majas).status_code == status
    assert client.post(address(majas, "rating_take_up")).status_code == status
    assert not RatingTask.objects.exists()


def test_a_colleague_of_the_unit_may_rate_but_not_give_the_task_away(sign_in, majas, sundsvall, north_unit):
    near = make_user("siv@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, unit=north_unit)
    client = sign_in(near)
    assert address(majas) not in client.get(reverse("rate_home", args=[majas.uid])).content.decode()
    assert client.get(address(majas)).status_code == 404


def test_an_unknown_kind_is_no_page(sign_in, majas, social_worker):
    assert sign_in(social_worker).get(f"/placeringar/omdome/{majas.uid}/halv/uppgift/").status_code == 404


@pytest.mark.parametrize("who", ["social_worker", "unit_manager"])
def test_nothing_is_left_or_handed_over_before_it_is_asked_for(request, sign_in, majas, social_worker, colleague, who):
    """Left while the stay goes on, it would never be asked for once the stay has ended."""
    Placement.objects.update(ended_on=None, end_reason="", planned="")
    client = sign_in(request.getfixturevalue(who))
    assert client.get(address(majas)).status_code == 404
    assert leave(client, majas).status_code == 404
    assert hand(client, majas, colleague).status_code == 404
    assert not RatingTask.objects.exists()
