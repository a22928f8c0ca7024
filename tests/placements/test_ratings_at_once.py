"""Fifty posts of the same rating at the same moment give exactly one rating, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from django.db import connection
from django.test import Client
from django.urls import reverse

from bou_portal.access import Role
from bou_portal.audit.models import Event
from municipalities.models import Municipality
from placements.codes import FormGroup
from placements.models import CareHome, Child, Placement, Rating
from tests.conftest import make_user
from tests.placements.conftest import in_a_thread
from tests.placements.test_ratings import TEXTS, WHOLE, answers, post

POSTS = 50
BROWSERS = 10


def rated_stay():
    """A worker of Sundsvall and an ended placement that awaits its rating."""
    sundsvall = Municipality.objects.get(code="2281")
    worker = make_user("maja@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall)
    home = CareHome.objects.create(name="Tallbacken", name_key="tallbacken", form_group=FormGroup.HVB)
    child = Child.objects.create(municipality=sundsvall, local_code="SVL-1", birth_year=2010)
    placement = Placement.objects.create(
        municipality=sundsvall,
        child=child,
        form_group=FormGroup.HVB,
        home=home,
        home_key=str(home.pk),
        started_on=date(2026, 1, 10),
        ended_on=date(2026, 10, 12),
    )
    return worker, placement


def at_once(worker, placement, step, data, do):
    """The same post from ten browsers, fifty times in all; the statuses that came back."""
    clients, start = [Client() for _ in range(BROWSERS)], Barrier(BROWSERS)
    for client in clients:
        client.force_login(worker)

    def browse(client):
        try:
            start.wait()
            return [post(client, placement, step, data, do=do).status_code for _ in range(POSTS // BROWSERS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(BROWSERS) as pool:
        return [status for statuses in pool.map(browse, clients) for status in statuses]


def rate_at_once():
    worker, placement = rated_stay()
    begun = at_once(worker, placement, 1, {}, "next")
    assert begun == [302] * POSTS
    assert Rating.objects.count() == 1
    client = Client()
    client.force_login(worker)
    post(client, placement, 2, answers())
    post(client, placement, 3, WHOLE)
    assert at_once(worker, placement, 4, TEXTS, "send") == [302] * POSTS
    rating = Rating.objects.get()
    assert (rating.is_sent, rating.index, rating.answers.count()) == (True, 75, 22)
    assert Event.objects.filter(target="placements.rating", detail__sent=True).count() == 1
    assert client.get(reverse("rating_receipt", args=[placement.uid])).status_code == 200


def test_fifty_posts_at_once_give_one_rating(real_file):
    in_a_thread(rate_at_once)
