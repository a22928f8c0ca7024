"""Two who mend the same row at the same moment: one is saved, the other is told, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.accounts.models import User
from bou_portal.audit.models import Event, Verb
from municipalities.models import Municipality
from placements.codes import FormGroup
from placements.models import Child, Placement, Plan
from tests.conftest import make_user
from tests.placements.conftest import in_a_thread

COLLEAGUES = 8
PLAN = {"kind": "genomförandeplan"}


def written_plan():
    """A plan that was written today, and the colleagues who may mend it."""
    sundsvall = Municipality.objects.get(code="2281")
    workers = [
        make_user(f"maja{n}@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall) for n in range(COLLEAGUES)
    ]
    child = Child.objects.create(municipality=sundsvall, local_code="SVL-1", birth_year=2010)
    Placement.objects.create(
        municipality=sundsvall, child=child, form_group=FormGroup.FAMILY, started_on=date(2026, 1, 10)
    )
    plan = Plan.objects.create(
        municipality=sundsvall,
        child=child,
        kind=Plan.Kind.IMPLEMENTATION,
        made_on=date(2026, 2, 1),
        in_force_until=date(2026, 8, 1),
        entered_by=workers[0],
        entered_at=timezone.now(),
    )
    return plan, workers


def mend_at_once():
    plan, workers = written_plan()
    address = reverse("row_change", args=[plan.child.uid, "plan", plan.uid])
    start = Barrier(COLLEAGUES)

    def mends(n):
        client = Client()
        client.force_login(workers[n])
        try:
            seen = client.get(address).context["form"]["seen"].value()
            start.wait()
            answer = client.post(address, PLAN | {"made_on": f"2026-03-{n + 1:02}", "seen": seen})
            return answer.status_code, b"Spara en g\xc3\xa5ng till om ditt ska g\xc3\xa4lla" in answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(COLLEAGUES) as pool:
        answers = sorted(pool.map(mends, range(COLLEAGUES)))
    assert answers == [(200, True)] * (COLLEAGUES - 1) + [(302, False)]
    change = Event.objects.get(verb=Verb.CHANGED)
    plan.refresh_from_db()
    assert (plan.changed_by_id, plan.made_on.day) == (
        change.actor_id,
        [w.pk for w in workers].index(change.actor_id) + 1,
    )


def write_at_once():
    """The same new plan from eight browsers, as by a nervous hand, is one plan."""
    plan = Plan.objects.get()
    workers = list(User.objects.filter(memberships__role=Role.SOCIAL_WORKER))
    address, start = reverse("row_new", args=[plan.child.uid, "plan"]), Barrier(COLLEAGUES)

    def writes(worker):
        client = Client()
        client.force_login(worker)
        try:
            start.wait()
            return client.post(address, PLAN | {"made_on": "2026-09-01"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(COLLEAGUES) as pool:
        statuses = list(pool.map(writes, workers))
    assert set(statuses) <= {200, 302}
    assert statuses.count(302) >= 1
    assert Plan.objects.filter(made_on=date(2026, 9, 1)).count() == 1


def test_what_is_written_about_a_child_is_written_one_at_a_time(real_file):
    in_a_thread(mend_at_once)
    in_a_thread(write_at_once)
