"""A year's mandates: the leader sets them, each is ticked with a line of report, last year's are copied."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from municipalities.models import Mandate
from tests.conftest import make_user


@pytest.fixture
def year(db):
    return timezone.localdate().year


@pytest.fixture
def ulla(vasternorrland):
    return make_user("ulla@region.example", Role.BBIC_COORDINATOR, region=vasternorrland, name="Ulla Bergdahl")


@pytest.fixture
def mandate(vasternorrland, ulla, year):
    return Mandate.objects.create(region=vasternorrland, user=ulla, year=year, title="Leda BBIC-nätverket")


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


def send(client, name, /, *args, **data):
    return client.post(reverse(name, args=args), data)


def page(client, name, /, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


def test_the_leader_sets_a_mandate_and_it_is_on_the_years_page(lena, ulla, year):
    response = send(lena, "mandate_new", user=ulla.pk, year=year, title="Leda BBIC-nätverket")
    assert response.status_code == 302
    assert "Leda BBIC-nätverket" in lena.get(response.url).content.decode()
    assert f"0 av 1 uppdrag för {year} är klara." in page(lena, "mandate_list")


def test_it_is_ticked_with_a_line_of_report_by_its_person_and_by_the_leader(sign_in, development_leader, mandate, ulla):
    today = timezone.localdate()
    for user, told in ((ulla, "Fyra träffar."), (development_leader, "Fyra träffar, alla kommuner med.")):
        client = sign_in(user)
        assert send(client, "mandate_report", mandate.uid, done_on=today, told=told).status_code == 302
        mandate.refresh_from_db()
        assert (mandate.done_on, mandate.told) == (today, told)
    said = page(client, "mandate_list")
    assert "1 av 1" in said
    assert "Klart" in said


@pytest.mark.parametrize(
    ("days", "told", "said"),
    [(0, "", "Skriv en rad om hur det gick."), (1, "Klart", "i framtiden"), (0, "Om 20020130-2395", "personnummer")],
)
def test_what_is_wrong_with_a_report_is_said(lena, mandate, days, told, said):
    done = timezone.localdate() + timedelta(days=days)
    assert said in send(lena, "mandate_report", mandate.uid, done_on=done, told=told).content.decode()
    mandate.refresh_from_db()
    assert mandate.done_on is None


def test_a_report_can_be_opened_again(lena, mandate):
    Mandate.objects.update(done_on=timezone.localdate(), told="Klart")
    assert send(lena, "mandate_report", mandate.uid, done_on="", told="Inte riktigt klart").status_code == 302
    assert Mandate.objects.get().done_on is None


def test_last_years_are_copied_once(lena, mandate, ulla, year):
    Mandate.objects.update(year=year - 1, done_on=timezone.localdate(), told="Klart")
    assert "Kopiera förra årets" in page(lena, "mandate_list")
    for _ in range(2):
        assert send(lena, "mandate_copy", year).status_code == 302
    copied = Mandate.objects.get(year=year)
    assert (copied.title, copied.user, copied.done_on, copied.told) == (mandate.title, ulla, None, "")


def test_others_read_and_change_nothing(sign_in, social_worker, regional_reader, neighbour, mandate, year):
    for user in (social_worker, regional_reader):
        client = sign_in(user)
        assert "Leda BBIC-nätverket" in page(client, "mandate_list")
        assert client.get(reverse("mandate_report", args=[mandate.uid])).status_code == 404
        assert client.get(reverse("mandate_change", args=[mandate.uid])).status_code == 403
        assert send(client, "mandate_copy", year).status_code == 403
    client = sign_in(neighbour)
    assert "Leda BBIC-nätverket" not in page(client, "mandate_list")
    assert client.get(reverse("mandate_report", args=[mandate.uid])).status_code == 404


def test_only_somebody_who_works_for_the_region_gets_a_mandate(lena, social_worker, year):
    response = send(lena, "mandate_new", user=social_worker.pk, year=year, title="Något")
    assert "user" in response.context["form"].errors


@pytest.mark.parametrize("wish", ["x", "99999", "²025", "", "0000"])
def test_an_odd_year_in_the_address_is_no_error(lena, mandate, wish):
    assert lena.get(reverse("mandate_list"), {"ar": wish}).status_code == 200


def test_the_list_costs_the_same_for_one_and_for_thirty(lena, mandate, ulla, year, django_assert_max_num_queries):
    with django_assert_max_num_queries(30) as few:
        page(lena, "mandate_list")
    for number in range(30):
        Mandate.objects.create(region=mandate.region, user=ulla, year=year, title=f"Uppdrag {number}")
    with django_assert_max_num_queries(len(few)):
        page(lena, "mandate_list")
