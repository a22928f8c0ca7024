"""Several children change hands while the worker stays; the history stands and the log has a line for each."""

from datetime import date

import pytest

from bou_portal.audit.models import Event, Verb
from municipalities.models import Unit
from placements.models import Assignment
from tests.placements.test_worklist_page import new_child

PAGE = "/att-gora/lamna-over/"


@pytest.fixture
def majas(sundsvall, social_worker, north_unit):
    return [new_child(sundsvall, code, worker=social_worker, unit=north_unit) for code in ("ETT", "TVÅ", "TRE")]


def held(child):
    return child.assignments.get(ended_on__isnull=True)


def test_manager_moves_the_ticked_ones(sign_in, unit_manager, social_worker, majas, north_unit):
    client = sign_in(unit_manager)
    address = f"{PAGE}?fran={social_worker.pk}"
    assert "Maja Lindqvist är ansvarig för 3 barn som du når." in client.get(address).content.decode()
    ticked = [held(majas[0]).pk, held(majas[2]).pk]
    answer = client.post(address, {"children": ticked, "worker": unit_manager.pk})
    assert answer.url == "/att-gora/"
    assert [held(child).worker for child in majas] == [unit_manager, social_worker, unit_manager]
    assert held(majas[0]).unit == north_unit
    before = majas[0].assignments.get(ended_on__isnull=False)
    assert (before.worker, before.started_on) == (social_worker, date(2026, 1, 10))
    events = Event.objects.filter(verb=Verb.CHANGED, target="placements.child")
    assert {event.target_id for event in events} == {str(majas[0].pk), str(majas[2].pk)}


def test_worker_hands_over_her_own_to_a_unit(sign_in, social_worker, majas, sundsvall):
    south = Unit.objects.create(municipality=sundsvall, name="Barn och unga söder")
    sign_in(social_worker).post(PAGE, {"children": [held(majas[1]).pk], "unit": south.pk})
    assert (held(majas[1]).worker, held(majas[1]).unit) == (None, south)


@pytest.mark.parametrize(
    ("tick", "to", "said"),
    [(False, True, "Kryssa för minst ett barn"), (True, False, "Välj en kollega eller en enhet som tar över.")],
)
def test_what_is_missing_is_said_and_nothing_moves(sign_in, social_worker, unit_manager, majas, tick, to, said):
    data = ({"children": [held(majas[0]).pk]} if tick else {}) | ({"worker": unit_manager.pk} if to else {})
    assert said in sign_in(social_worker).post(PAGE, data).content.decode()
    assert Assignment.objects.filter(ended_on__isnull=False).count() == 0


def test_others_children_are_out_of_reach(sign_in, neighbour, social_worker, majas):
    client = sign_in(neighbour)
    assert "ETT" not in client.get(f"{PAGE}?fran={social_worker.pk}").content.decode()
    client.post(PAGE, {"children": [held(majas[0]).pk], "worker": neighbour.pk})
    assert held(majas[0]).worker == social_worker


def test_nobody_of_another_municipality_takes_over(sign_in, social_worker, neighbour, majas):
    answer = sign_in(social_worker).post(PAGE, {"children": [held(majas[0]).pk], "worker": neighbour.pk})
    assert "worker" in answer.context["form"].errors


def test_head_only_reads(sign_in, head_of_ifo):
    assert sign_in(head_of_ifo).get(PAGE).status_code == 403


def test_the_child_shows_who_was_responsible_before(sign_in, unit_manager, social_worker, majas):
    client = sign_in(unit_manager)
    client.post(f"{PAGE}?fran={social_worker.pk}", {"children": [held(majas[0]).pk], "worker": unit_manager.pk})
    shown = client.get(majas[0].get_absolute_url()).content.decode()
    assert "Ansvarig: Maja Lindqvist" in shown
    assert f"Ansvarig: {unit_manager}" in shown
