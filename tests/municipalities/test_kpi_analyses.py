"""A municipality's analysis of an indicator: observe, explain, choose, follow; shared when it says so."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.models import Event
from municipalities.models import Kpi, KpiAnalysis, KpiValue, Region

SEEN = {"year": 2024, "observed": "Fler i familjehem än i länet."}


@pytest.fixture
def kpi(db):
    found = Kpi.objects.get(code="N33817")
    KpiValue.objects.create(kpi=found, place="2281", year=2024, value=7.5)
    return found


@pytest.fixture
def analysis(kpi, sundsvall):
    return KpiAnalysis.objects.create(kpi=kpi, municipality=sundsvall, **SEEN)


def write(client, kpi, **changes):
    return client.post(reverse("kpi_analysis_new", args=[kpi.code]), SEEN | changes)


def test_the_manager_writes_all_four_steps(sign_in, unit_manager, kpi, sundsvall):
    client = sign_in(unit_manager)
    asked = client.get(reverse("kpi_analysis_new", args=[kpi.code])).content.decode()
    assert "Sundsvall 7,5" in asked
    day = timezone.localdate() + timedelta(days=90)
    answer = write(
        client, kpi, explained="Få öppna insatser.", chosen="Nätverksmöten.", owner_name="Enhetschef", follow_on=day
    )
    analysis = KpiAnalysis.objects.get()
    assert answer.url == analysis.get_absolute_url()
    assert (analysis.municipality, analysis.changed_by, analysis.step) == (sundsvall, unit_manager, "Valt")
    change = reverse("kpi_analysis_change", args=[analysis.uid])
    sent = {name: value for name, value in client.get(change).context["form"].initial.items() if value is not None}
    client.post(change, sent | {"followed": "Färre placerades akut.", "follow_on": day})
    analysis.refresh_from_db()
    assert (analysis.followed, analysis.step, analysis.is_due) == ("Färre placerades akut.", "Följt upp", False)
    assert [event.verb for event in Event.objects.order_by("pk")] == ["created", "changed"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"observed": ""}, "obligatoriskt"),
        ({"chosen": "Nätverksmöten."}, "Ange när ni ska följa upp"),
        ({"follow_on": "2027-01-01"}, "Skriv vad ni väljer att göra"),
        ({"followed": "Bra."}, "Skriv först vad ni valde"),
        ({"observed": "Barnet 20090808-2381 flyttade."}, "personnummer"),
        ({"observed": "Anna Svensson flyttade."}, "Kan peka ut någon"),
        ({"chosen": "Ring 20090808-2381.", "follow_on": "2027-01-01"}, "personnummer"),
        ({"year": 1999}, "Välj"),
    ],
)
def test_what_is_wrong_is_said_in_swedish(sign_in, unit_manager, kpi, changes, says):
    answer = write(sign_in(unit_manager), kpi, **changes)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not KpiAnalysis.objects.exists()


def test_the_same_year_twice_is_refused_and_a_double_click_saves_once(sign_in, unit_manager, kpi):
    client = sign_in(unit_manager)
    token = client.get(reverse("kpi_analysis_new", args=[kpi.code])).context["form"].initial["token"]
    for _ in range(2):
        write(client, kpi, token=token)
    assert KpiAnalysis.objects.count() == 1
    again = write(client, kpi)
    assert "redan en analys av nyckeltalet" in again.content.decode()


def test_two_at_once_the_second_is_told(sign_in, unit_manager, analysis):
    client, change = sign_in(unit_manager), reverse("kpi_analysis_change", args=[analysis.uid])
    seen = client.get(change).context["form"].initial["seen"]
    KpiAnalysis.objects.update(observed="Något annat.")
    answer = client.post(change, SEEN | {"observed": "Mitt.", "seen": seen})
    assert "ändrade det här medan du skrev" in answer.content.decode()
    analysis.refresh_from_db()
    assert analysis.observed == "Något annat."


def test_the_region_reads_what_is_shared_and_nothing_else(client, development_leader, analysis):
    client.force_login(development_leader)
    assert client.get(analysis.get_absolute_url()).status_code == 404
    assert "Fler i familjehem" not in client.get(reverse("kpi_detail", args=["N33817"])).content.decode()
    KpiAnalysis.objects.update(is_shared=True)
    assert "Fler i familjehem" in client.get(analysis.get_absolute_url()).content.decode()
    assert str(analysis.uid) in client.get(reverse("kpi_analyses")).content.decode()
    assert client.get(reverse("kpi_analysis_change", args=[analysis.uid])).status_code == 403


@pytest.mark.parametrize("who", ["neighbour", "regional_reader", "neighbouring_manager"])
def test_nobody_else_reads_it_even_when_it_is_shared(sign_in, request, analysis, who):
    KpiAnalysis.objects.update(is_shared=True)
    client = sign_in(request.getfixturevalue(who))
    assert client.get(analysis.get_absolute_url()).status_code == 404
    assert str(analysis.uid) not in client.get(reverse("kpi_analyses")).content.decode()


def test_another_region_s_leader_does_not_read_it(sign_in, analysis):
    from bou_portal.access import Role
    from tests.conftest import make_user

    KpiAnalysis.objects.update(is_shared=True)
    other = make_user("torsten@region.example", Role.DEVELOPMENT_LEADER, region=Region.objects.get(code="24"))
    assert sign_in(other).get(analysis.get_absolute_url()).status_code == 404


def test_the_neighbour_cannot_change_it_and_a_worker_cannot_write(
    client, neighbouring_manager, social_worker, analysis, kpi
):
    change = reverse("kpi_analysis_change", args=[analysis.uid])
    client.force_login(neighbouring_manager)
    assert client.post(change, SEEN).status_code == 404
    client.force_login(social_worker)
    assert client.get(analysis.get_absolute_url()).status_code == 200
    assert client.post(change, SEEN).status_code == 403
    assert write(client, kpi).status_code == 403


def test_a_day_of_follow_up_that_has_come_is_first_in_the_list(sign_in, unit_manager, analysis, sundsvall, kpi):
    due = KpiAnalysis.objects.create(
        kpi=kpi, municipality=sundsvall, year=2023, observed="x", chosen="y", follow_on=timezone.localdate()
    )
    KpiAnalysis.objects.filter(pk=due.pk).update(changed_at=timezone.now() - timedelta(days=99))
    answer = sign_in(unit_manager).get(reverse("kpi_analyses"))
    assert next(iter(answer.context["page"])) == due
    assert "1 analys ska följas upp nu" in answer.content.decode()
    assert "Ska följas upp" in answer.content.decode()


def test_markup_is_shown_as_text(sign_in, unit_manager, analysis):
    KpiAnalysis.objects.update(observed="<script>alert(1)</script>")
    html = sign_in(unit_manager).get(analysis.get_absolute_url()).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_the_database_refuses_what_is_followed_without_being_chosen(analysis, kpi, sundsvall):
    with pytest.raises(IntegrityError), transaction.atomic():
        KpiAnalysis.objects.filter(pk=analysis.pk).update(followed="Bra.")
    with pytest.raises(IntegrityError), transaction.atomic():
        KpiAnalysis.objects.create(kpi=kpi, municipality=sundsvall, **SEEN)


def test_the_list_asks_the_database_as_often_for_one_as_for_thirty(sign_in, unit_manager, analysis, sundsvall, kpi):
    client = sign_in(unit_manager)
    client.get(reverse("kpi_analyses"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("kpi_analyses"))
    for year in range(1995, 2024):
        KpiAnalysis.objects.create(kpi=kpi, municipality=sundsvall, year=year, observed="x", changed_by=unit_manager)
    with CaptureQueriesContext(connection) as thirty:
        client.get(reverse("kpi_analyses"))
    assert len(thirty) == len(one)
