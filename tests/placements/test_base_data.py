"""The basic data that a municipality counts itself: who leaves them, what is refused, and that nothing is nought."""

import pytest
import time_machine

from bou_portal.audit.models import Event
from placements.models import BaseData

ADDRESS = "/siffror/basuppgifter/"
COUNTS = {
    "reports": "40",
    "reports_assessed_in_time": "38",
    "assessments": "36",
    "assessments_in_time": "30",
    "investigations": "12",
    "investigations_in_time": "9",
}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-21 12:00+00:00", tick=False):
        yield


def text(response):
    return " ".join(response.content.decode().split())


def test_data_steward_leaves_the_newest_quarter(sign_in, data_steward):
    client = sign_in(data_steward)
    assert "Sundsvall har inte lämnat några basuppgifter för kvartal 3 2026." in text(client.get(ADDRESS))
    page = text(client.post(ADDRESS, COUNTS, follow=True))
    assert "Sundsvall har lämnat alla sex basuppgifter för kvartal 3 2026." in page
    assert "40, varav 38 skyddsbedömda samma eller nästa dag (95 %)" in page.replace("\xa0", " ")
    row = BaseData.objects.get()
    assert (row.quarter, row.municipality.code, row.investigations_in_time) == ("2026-K3", "2281", 9)
    assert row.entered_by == data_steward
    event = Event.objects.get(target="placements.basedata")
    assert (event.verb, event.municipality_id) == ("created", row.municipality_id)
    assert event.detail == {"quarter": "2026-K3", "fields": sorted(COUNTS)}


def test_unit_manager_mends_an_earlier_quarter_and_the_log_says_what(sign_in, unit_manager, sundsvall):
    BaseData.objects.create(municipality=sundsvall, quarter="2026-K1", **{name: int(n) for name, n in COUNTS.items()})
    client = sign_in(unit_manager)
    client.post(f"{ADDRESS}?kvartal=2026-K1", COUNTS | {"reports": "41", "assessments_in_time": ""})
    row = BaseData.objects.get()
    assert (row.reports, row.assessments_in_time, row.entered_by) == (41, None, unit_manager)
    event = Event.objects.get(target="placements.basedata")
    assert (event.verb, event.detail["fields"]) == ("changed", ["assessments_in_time", "reports"])
    client.post(f"{ADDRESS}?kvartal=2026-K1", COUNTS | {"reports": "41", "assessments_in_time": ""})
    assert Event.objects.filter(target="placements.basedata").count() == 1  # nothing was changed


def test_an_empty_box_is_no_answer_and_never_nought(sign_in, data_steward):
    client = sign_in(data_steward)
    page = text(client.post(ADDRESS, {"reports": "0", "assessments": "5"}, follow=True))
    assert "har lämnat 2 av sex basuppgifter" in page
    assert "5, i tid: ingen uppgift" in page
    row = BaseData.objects.get()
    assert (row.reports, row.reports_assessed_in_time, row.investigations) == (0, None, None)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, "Skriv minst ett antal innan du sparar."),
        ({"reports": "3", "reports_assessed_in_time": "4"}, "Kan inte vara fler än 3, som är alla."),
        ({"assessments_in_time": "4"}, "Skriv också hur många de var i allt"),
        ({"investigations": "-1"}, "Antalet kan inte vara mindre än 0."),
        ({"investigations": "tolv"}, "Skriv ett helt antal med siffror, eller lämna tomt."),
        ({"investigations": "9999999999"}, "Antalet är orimligt stort. Kontrollera talet."),
    ],
)
def test_wrong_counts_say_why_and_nothing_is_lost(sign_in, data_steward, counts, said):
    page = text(sign_in(data_steward).post(ADDRESS, counts))
    assert said in page
    assert all(f'value="{count}"' in page for count in counts.values() if count.lstrip("-").isdigit())
    assert not BaseData.objects.exists()


@pytest.mark.parametrize("about", ["kommun=2281", "kommun=9999", "kvartal=1999-K1", "kvartal=x"])
def test_nothing_is_left_for_another_place_or_quarter_than_the_address_says(sign_in, neighbouring_manager, about):
    client = sign_in(neighbouring_manager)
    assert client.get(f"{ADDRESS}?{about}").status_code == 404
    assert client.post(f"{ADDRESS}?{about}", {"reports": "3"}).status_code == 404
    assert not BaseData.objects.exists()


@pytest.mark.parametrize("who", ["social_worker", "head_of_ifo", "development_leader"])
def test_others_do_not_leave_counts(sign_in, request, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, COUNTS).status_code == 403
    assert not BaseData.objects.exists()


def test_page_asks_the_database_equally_often_for_one_quarter_and_many(
    sign_in, data_steward, sundsvall, django_assert_num_queries, django_assert_max_num_queries
):
    client = sign_in(data_steward)
    client.get(ADDRESS)
    BaseData.objects.create(municipality=sundsvall, quarter="2026-K3", reports=1, entered_by=data_steward)
    with django_assert_max_num_queries(12) as asked:
        client.get(ADDRESS)
    for code in ("2026-K2", "2026-K1", "2025-K4"):
        BaseData.objects.create(municipality=sundsvall, quarter=code, reports=1, entered_by=data_steward)
    with django_assert_num_queries(len(asked)):
        client.get(ADDRESS)
