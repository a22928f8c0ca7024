"""Fifty posts of the same rating at the same moment give exactly one rating, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event
from bou_portal.periods import add_months
from municipalities.models import Municipality
from placements.codes import FormGroup
from placements.models import Assignment, CareHome, Child, Placement, Rating, RatingTask
from placements.questionnaire import questionnaire
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


def at_once(worker, send):
    """The same post, `send(client)`, from ten browsers, fifty times in all; the statuses that came back."""
    clients, start = [Client() for _ in range(BROWSERS)], Barrier(BROWSERS)
    for client in clients:
        client.force_login(worker)

    def browse(client):
        try:
            start.wait()
            return [send(client).status_code for _ in range(POSTS // BROWSERS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(BROWSERS) as pool:
        return [status for statuses in pool.map(browse, clients) for status in statuses]


def rate_at_once():
    worker, placement = rated_stay()
    begun = at_once(worker, lambda client: post(client, placement, 1))
    assert begun == [302] * POSTS
    assert Rating.objects.count() == 1
    client = Client()
    client.force_login(worker)
    post(client, placement, 2, answers())
    post(client, placement, 3, WHOLE)
    assert at_once(worker, lambda client: post(client, placement, 4, TEXTS, do="send")) == [302] * POSTS
    rating = Rating.objects.get()
    assert (rating.is_sent, rating.index, rating.answers.count()) == (True, 75, 22)
    assert Event.objects.filter(target="placements.rating", detail__sent=True).count() == 1
    assert client.get(reverse("rating_receipt", args=[placement.uid])).status_code == 200


def test_fifty_posts_at_once_give_one_rating(real_file):
    in_a_thread(rate_at_once)


def short_at_once():
    worker, placement = rated_stay()
    since = add_months(timezone.localdate(), -8)
    Placement.objects.filter(pk=placement.pk).update(started_on=since, ended_on=None)
    eight = {f"answer_{statement.number}": "4" for statement in questionnaire().asked(short=True)} | {"do": "send"}
    address = reverse("rate_home_short", args=[placement.uid])
    assert at_once(worker, lambda client: client.post(address, eight)) == [302] * POSTS
    rating = Rating.objects.get()
    assert (rating.form, rating.is_sent, rating.index, rating.answers.count()) == ("kort", True, 75, 8)
    assert Event.objects.filter(target="placements.rating", detail__sent=True).count() == 1


def test_fifty_short_forms_at_once_give_one_rating(real_file):
    in_a_thread(short_at_once)


def leave_at_once():
    worker, placement = rated_stay()
    Assignment.objects.create(
        municipality=placement.municipality, child=placement.child, worker=worker, started_on=date(2026, 1, 10)
    )
    address = reverse("rating_leave", args=[placement.uid, "hel"])
    assert at_once(worker, lambda client: client.post(address, {"reason": "kort"})) == [302] * POSTS
    assert RatingTask.objects.get().left_reason == "kort"


def test_a_task_left_fifty_times_at_once_is_one_task(real_file):
    in_a_thread(leave_at_once)
