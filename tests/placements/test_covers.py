"""Who covers for whom: the colleague reaches the children for as long as it lasts, and not a day longer."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from bou_portal.access import Permission, Role
from bou_portal.accounts.models import Membership, User
from bou_portal.audit.models import Event, Verb
from municipalities.models import Unit
from placements.models import Assignment, Child, Cover
from tests.conftest import make_user

TODAY = date(2026, 11, 21)
PAGE = "/ersattare/"


@pytest.fixture(autouse=True)
def on_a_saturday_in_november():
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False):
        yield


@pytest.fixture
def colleague(sundsvall):
    """A social worker of the south: she does not reach Maja's children of the north."""
    south = Unit.objects.create(municipality=sundsvall, name="Barn och unga söder")
    return make_user("siv@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, unit=south, name="Siv Ek")


@pytest.fixture
def majas_child(child, social_worker, north_unit):
    rows = {"municipality": child.municipality, "child": child, "started_on": date(2026, 1, 10)}
    Assignment.objects.create(**rows, worker=social_worker, unit=north_unit)
    return child


def cover(absent, covered_by, place, first=TODAY, last=date(2026, 12, 3)):
    return Cover.objects.create(
        municipality=place, absent=absent, covered_by=covered_by, started_on=first, ended_on=last
    )


def say(client, colleague, first="2026-11-21", last="2026-12-03", **more):
    return client.post(PAGE, {"covered_by": colleague.pk, "started_on": first, "ended_on": last, **more})


def wrong(response):
    assert response.status_code == 200
    return " ".join(text for found in response.context["form"].errors.values() for text in found)


def test_social_worker_says_who_covers_for_her(sign_in, social_worker, colleague, sundsvall):
    client = sign_in(social_worker)
    assert say(client, colleague).status_code == 302
    made = Cover.objects.get()
    assert (made.absent, made.covered_by, made.municipality) == (social_worker, colleague, sundsvall)
    event = Event.objects.get(verb=Verb.CREATED, target="placements.cover")
    assert event.detail == {"worker": colleague.pk, "was_worker": social_worker.pk}
    shown = client.get(PAGE).content.decode()
    assert "Siv Ek" in shown
    assert "Pågår" in shown


def reaches(user, child):
    return Child.objects.for_user(User.objects.get(pk=user.pk), Permission.READ_CASES).filter(pk=child.pk).exists()


def test_who_covers_reaches_the_children_for_as_long_as_it_lasts(sign_in, colleague, social_worker, majas_child):
    page = majas_child.get_absolute_url()
    assert sign_in(colleague).get(page).status_code == 404
    cover(social_worker, colleague, majas_child.municipality)
    assert sign_in(colleague).get(page).status_code == 200
    with time_machine.travel("2026-12-03T22:30:00+00:00", tick=False):  # the last evening, Swedish time
        assert reaches(colleague, majas_child)
    with time_machine.travel("2026-12-03T23:00:00+00:00", tick=False):
        assert not reaches(colleague, majas_child)


def test_cover_does_not_move_the_responsibility(colleague, social_worker, majas_child):
    cover(social_worker, colleague, majas_child.municipality)
    assert majas_child.assignments.get(ended_on__isnull=True).worker == social_worker


def test_ended_early_the_children_are_out_of_reach_at_once(sign_in, social_worker, colleague, majas_child):
    begun = cover(social_worker, colleague, majas_child.municipality, first=date(2026, 11, 10))
    client = sign_in(social_worker)
    assert client.post(reverse("cover_end", args=[begun.uid])).status_code == 302
    begun.refresh_from_db()
    assert begun.ended_on == date(2026, 11, 20)
    assert Event.objects.filter(verb=Verb.ENDED, target="placements.cover").exists()
    assert sign_in(colleague).get(majas_child.get_absolute_url()).status_code == 404


def test_cover_that_has_not_begun_is_taken_away(sign_in, social_worker, colleague, sundsvall):
    coming = cover(social_worker, colleague, sundsvall, first=date(2026, 12, 1))
    sign_in(social_worker).post(reverse("cover_end", args=[coming.uid]))
    assert not Cover.objects.exists()


def test_manager_arranges_for_anybody_in_her_municipality(sign_in, unit_manager, social_worker, colleague, neighbour):
    client = sign_in(unit_manager)
    assert say(client, colleague, absent=social_worker.pk).status_code == 302
    assert Cover.objects.get().absent == social_worker
    assert "absent" in client.post(PAGE, {"absent": neighbour.pk}).context["form"].errors
    assert client.post(reverse("cover_end", args=[Cover.objects.get().uid])).status_code == 302


def test_head_arranges_too_but_covers_for_nobody_herself(sign_in, head_of_ifo, social_worker, colleague):
    client = sign_in(head_of_ifo)
    assert say(client, colleague, absent=social_worker.pk).status_code == 302
    assert "covered_by" in say(client, head_of_ifo, absent=colleague.pk).context["form"].errors


def test_social_worker_cannot_say_it_for_a_colleague(sign_in, social_worker, colleague, unit_manager):
    say(sign_in(social_worker), unit_manager, absent=colleague.pk)
    assert Cover.objects.get().absent == social_worker  # what the form does not ask is not heard


@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("colleague", 404), ("development_leader", 403)])
def test_others_cannot_end_it(sign_in, request, who, status, social_worker, unit_manager, sundsvall):
    made = cover(social_worker, unit_manager, sundsvall)
    answer = sign_in(request.getfixturevalue(who)).post(reverse("cover_end", args=[made.uid]))
    assert answer.status_code == status
    assert Cover.objects.filter(ended_on=made.ended_on).exists()


def test_social_worker_sees_only_covers_that_concern_her(sign_in, social_worker, colleague, unit_manager, sundsvall):
    cover(colleague, unit_manager, sundsvall)
    assert "Siv Ek" not in sign_in(social_worker).get(PAGE).content.decode().partition("Bestäm en ersättare")[0]
    assert "Siv Ek" in sign_in(unit_manager).get(PAGE).content.decode().partition("Bestäm en ersättare")[0]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-12-03", "2026-12-01", "Sista dagen kan inte vara före den första. Välj 2026-12-03 eller senare."),
        ("2026-11-20", "2026-12-01", "Den dagen har varit."),
        ("2026-11-21", "2027-11-23", "Välj högst ett år."),
        ("", "2026-12-01", "måste fyllas i"),
        ("2026-13-01", "2026-12-01", "giltigt datum"),
    ],
)
def test_days_that_cannot_be_are_refused_with_a_reason(sign_in, social_worker, colleague, first, last, said):
    assert said.lower() in wrong(say(sign_in(social_worker), colleague, first, last)).lower()
    assert not Cover.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "is_taken"),
    [
        ("2026-12-03", "2026-12-10", False),  # the last day of the other is one of its days
        ("2026-11-25", "2026-11-26", False),
        ("2026-12-04", "2026-12-10", True),
    ],
)
def test_two_at_once_are_refused(sign_in, social_worker, colleague, unit_manager, sundsvall, first, last, is_taken):
    cover(social_worker, unit_manager, sundsvall)
    answer = say(sign_in(social_worker), colleague, first, last)
    assert (answer.status_code == 302) == is_taken
    if not is_taken:
        assert "ersätter redan 2026-11-21–2026-12-03" in wrong(answer)


def test_who_is_away_herself_covers_for_nobody(sign_in, social_worker, colleague, unit_manager, sundsvall):
    cover(colleague, unit_manager, sundsvall)
    assert "är själv borta 2026-11-21–2026-12-03" in wrong(say(sign_in(social_worker), colleague))


def test_who_covers_finds_somebody_else_before_she_leaves(sign_in, social_worker, colleague, unit_manager, sundsvall):
    cover(colleague, social_worker, sundsvall)
    assert "ersätter Siv Ek" in wrong(say(sign_in(social_worker), unit_manager))


def test_nobody_covers_for_herself(sign_in, unit_manager, social_worker):
    assert "ingen kan ersätta sig själv" in wrong(say(sign_in(unit_manager), unit_manager, absent=unit_manager.pk))


def test_colleague_is_one_of_the_same_municipality(sign_in, social_worker, neighbour, procurer):
    client = sign_in(social_worker)
    assert wrong(say(client, neighbour))
    assert wrong(say(client, procurer))


def test_the_database_refuses_the_impossible(social_worker, colleague, sundsvall):
    for impossible in (
        {"absent": social_worker, "covered_by": social_worker},
        {"absent": social_worker, "covered_by": colleague, "last": date(2026, 11, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            cover(place=sundsvall, **impossible)


def test_who_has_left_reaches_nothing_by_her_cover(sign_in, social_worker, colleague, majas_child):
    cover(social_worker, colleague, majas_child.municipality)
    Membership.objects.filter(user=colleague).update(ended_on=TODAY)
    assert sign_in(User.objects.get(pk=colleague.pk)).get(majas_child.get_absolute_url()).status_code == 403


def test_name_of_a_colleague_is_text(sign_in, social_worker, colleague, sundsvall):
    User.objects.filter(pk=colleague.pk).update(name="<script>x</script>")
    cover(social_worker, colleague, sundsvall)
    shown = sign_in(social_worker).get(PAGE).content.decode()
    assert "<script>x" not in shown
