"""The same dispatch sent from ten browsers at one moment, and from two leaders', on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.test import Client
from django.urls import reverse

from bou_portal.access import Role
from bou_portal.mailing.models import Letter
from municipalities.models import Dispatch, Municipality, Receipt, Region
from tests.conftest import make_user
from tests.municipalities.test_knowledge import piece
from tests.municipalities.test_knowledge_dispatch import form_of
from tests.placements.conftest import in_a_thread, real_file  # noqa: F401 - a fixture


def world():
    region, sundsvall = Region.objects.get(code="22"), Municipality.objects.get(code="2281")
    leaders = [make_user(f"{n}@region.example", Role.DEVELOPMENT_LEADER, region=region) for n in range(2)]
    for number in range(5):
        make_user(f"chef{number}@sundsvall.example", Role.UNIT_MANAGER, municipality=sundsvall)
    return leaders, piece(region)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def at_once(address, senders):
    """[(client, what it sends)] posted at the same moment; the statuses."""
    start = Barrier(len(senders))

    def browse(sender):
        client, sent = sender
        try:
            start.wait()
            return client.post(address, sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(senders)) as pool:
        return list(pool.map(browse, senders))


def previewed(client, address, sent):
    return sent | {"previewed": client.post(address, sent).context["form"].data["previewed"], "do": "send"}


def ten_clicks():
    (leader, _), knowledge = world()
    address = reverse("dispatch_new", args=[knowledge.uid])
    client = signed_in(leader)
    sent = previewed(client, address, form_of(client, knowledge))
    assert at_once(address, [(signed_in(leader), sent) for _ in range(10)]) == [302] * 10
    assert (Dispatch.objects.count(), Receipt.objects.count(), Letter.objects.count()) == (1, 5, 5)


def two_leaders():
    leaders, knowledge = world()
    address = reverse("dispatch_new", args=[knowledge.uid])
    clients = [signed_in(leader) for leader in leaders]
    senders = [(client, previewed(client, address, form_of(client, knowledge))) for client in clients]
    assert sorted(at_once(address, senders)) == [200, 302]
    assert (Dispatch.objects.count(), Receipt.objects.count(), Letter.objects.count()) == (1, 5, 5)


def test_ten_clicks_at_once_are_one_dispatch(real_file):  # noqa: F811
    in_a_thread(ten_clicks)


def test_two_leaders_at_once_send_it_once(real_file):  # noqa: F811
    in_a_thread(two_leaders)
