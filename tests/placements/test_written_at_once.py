"""Two people end the same placement at the same moment: one is first, the other is told, nothing is half written."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from municipalities.models import Municipality
from placements.imports.delivering import import_delivery
from placements.models import Child, Placement, WrittenRow
from tests.conftest import make_user
from tests.placements.conftest import in_a_thread

TODAY = timezone.localdate()
WORKERS = 4


def ending(day):
    return {"ended_on": str(day), "reason": "INDEPENDENT", "planned": "ja", "next_stop": "own_housing"}


def end_at_once():
    sundsvall = Municipality.objects.get(code="2281")
    people = [make_user(f"{n}@sundsvall.example", Role.UNIT_MANAGER, municipality=sundsvall) for n in range(WORKERS)]
    rows = f"2281;A1;familjehem;Ek;{TODAY - timedelta(days=90)};;SoL"
    import_delivery("l.csv", f"kommunkod;barn;placeringsform;enhet;startdatum;slutdatum;lagrum\n{rows}".encode())
    address = reverse("placement_end", args=[Child.objects.get().uid])
    start = Barrier(WORKERS)

    def end(number):
        client = Client()
        client.force_login(people[number])
        try:
            data = ending(TODAY - timedelta(days=number)) | {
                "seen": client.get(address).context["form"]["seen"].value()
            }
            start.wait()
            return client.post(address, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(end, range(WORKERS)))


def judge():
    answers = end_at_once()
    assert sorted(answer.status_code for answer in answers) == [200] * (WORKERS - 1) + [302]
    first = next(number for number, answer in enumerate(answers) if answer.status_code == 302)
    assert WrittenRow.objects.count() == 1
    assert Placement.objects.get().ended_on == TODAY - timedelta(days=first)
    for number, answer in enumerate(answers):
        if number != first:
            page = answer.content.decode()  # the contexts of answers at the same moment are mixed
            assert "skrev in avslut" in page
            assert f'value="{TODAY - timedelta(days=number)}"' in page


@pytest.mark.usefixtures("real_file")
def test_of_several_who_end_a_placement_at_once_one_is_first_and_the_others_are_told():
    in_a_thread(judge)
