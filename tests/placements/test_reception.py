"""Reception of unaccompanied minors: reported, corrected, locked, and then read by the county."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.periods import Quarter
from municipalities.models import Municipality
from placements.models import Bottleneck, Reception
from placements.reception_table import CountyTable, is_locked, last_day, open_quarter, told_quarters
from tests.conftest import make_user

OPEN, LOCKED = Quarter(2026, 3), Quarter(2026, 2)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The 21st of November 2026: the third quarter may be reported, the second is locked."""
    monkeypatch.setattr(timezone, "localdate", lambda *value: date(2026, 11, 21))


@pytest.fixture
def county_board(vasternorrland):
    return make_user("lars@lansstyrelsen.example", Role.COUNTY_BOARD, region=vasternorrland)


def report(code, received=None, quarter=LOCKED, note="", **numbers):
    place = Municipality.objects.get(code=code)
    return Reception.objects.create(
        municipality=place, quarter=str(quarter), received=received, note=note, **numbers
    )  # fmt: skip


def reports(*received):
    for code, count in zip(("2260", "2262", "2280", "2281", "2282", "2283", "2284"), received, strict=False):
        report(code, count, assigned=3, places_foster=2)


def address(code="2281", quarter=OPEN):
    return reverse("reception_report", args=[code, quarter])


def test_a_quarter_is_open_for_sixty_days():
    assert last_day(OPEN) == date(2026, 11, 29)
    assert open_quarter(date(2026, 9, 30)) is None
    assert open_quarter(date(2026, 10, 1)) == OPEN
    assert open_quarter(date(2026, 11, 29)) == OPEN
    assert open_quarter(date(2026, 11, 30)) is None
    assert is_locked(OPEN, date(2026, 11, 30))
    assert told_quarters(date(2026, 11, 29))[0] == LOCKED
    assert told_quarters(date(2026, 11, 30))[0] == OPEN


def test_a_municipality_reports_and_corrects(sign_in, data_steward, sundsvall):
    client = sign_in(data_steward)
    sent = {"assigned": "4", "received": "2", "places_foster": "3", "bottlenecks": ["guardians", "school"]}
    client.post(address(), sent | {"note": "Två platser blev inte av."})
    made = Reception.objects.get()
    assert (made.municipality, made.quarter, made.received, made.places_hvb) == (sundsvall, "2026-K3", 2, None)
    assert sorted(row.what for row in made.bottlenecks.all()) == ["guardians", "school"]
    client.post(address(), sent | {"received": "3", "bottlenecks": ["school"]})
    made.refresh_from_db()
    assert made.received == 3
    assert Bottleneck.objects.get().what == "school"
    page = client.get(reverse("reception")).content.decode()
    assert "Rätta kvartal 3 2026" in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Fyll i minst ett tal."),
        ({"received": "två"}, "Skriv ett heltal"),
        ({"received": "-1"}, "större än eller lika med 0"),
        ({"received": "20000"}, "Kontrollera talet"),
        ({"received": "2", "note": "Gäller 20120101-2384"}, "personnummer"),
        ({"received": "2", "bottlenecks": ["annat"]}, "annat"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(sign_in, data_steward, sent, said):
    page = sign_in(data_steward).post(address(), sent).content.decode()
    assert said in page
    assert not Reception.objects.exists()


def test_a_locked_quarter_is_refused_and_what_was_written_is_kept(sign_in, data_steward):
    client = sign_in(data_steward)
    page = client.post(address(quarter=LOCKED), {"received": "17"}).content.decode()
    assert "Kvartal 2 2026 är låst: länet ser det redan." in page
    assert 'value="17"' in page
    assert "är inte slut än" in client.post(address(quarter=OPEN.next()), {"received": "17"}).content.decode()
    assert not Reception.objects.exists()
    assert client.get(address(quarter=LOCKED)).status_code == 404
    assert client.get(address(quarter="2026-K9")).status_code == 404


def test_two_who_report_at_once_are_told(sign_in, data_steward, unit_manager, sundsvall):
    client = sign_in(data_steward)
    seen = client.get(address()).context["form"].fingerprint
    made = report("2281", 4, OPEN)
    Reception.objects.filter(pk=made.pk).update(entered_by=unit_manager)
    page = client.post(address(), {"received": "6", "seen": seen}).content.decode()
    assert f"{unit_manager} ändrade det här medan du skrev" in page
    assert 'value="6"' in page
    made.refresh_from_db()
    assert made.received == 4


def test_the_county_reads_places_by_municipality_and_one_sum_of_children(sign_in, county_board):
    reports(6, 5, 4, 3)
    page = sign_in(county_board).get(reverse("reception")).content.decode()
    table = CountyTable.of(Municipality.objects.get(code="2281").region, LOCKED)
    assert table.received.text == "18"
    assert table.sums == [12, 0, 0, 8, 0]
    assert table.sentence == "Fyra av sju kommuner lämnade kvartal 2 2026 och har 8 platser."
    assert '<span class="figure__value">18</span>' in page.replace("\n", "")
    assert page.count("ingen uppgift") >= 3


@pytest.mark.parametrize("received", [(1, 1, 1, 1), (9, 1, 1, 1), (6, 5, 4)])
def test_a_sum_with_somebodys_few_is_hidden(sign_in, county_board, received):
    reports(*received)
    page = sign_in(county_board).get(reverse("reception")).content.decode()
    assert "Dold för att skydda enskilda" in page
    assert str(CountyTable.of(Municipality.objects.get(code="2281").region, LOCKED).received) == ".."


def test_the_county_never_reads_a_quarter_that_may_change(sign_in, county_board, vasternorrland):
    report("2281", 77, OPEN, places_foster=77)
    page = sign_in(county_board).get(reverse("reception") + "?kvartal=2026-K3").content.decode()
    assert "77" not in page
    with pytest.raises(ValueError, match="can still be changed"):
        CountyTable.of(vasternorrland, OPEN)


def test_the_comment_stays_in_the_municipality(sign_in, county_board, development_leader, unit_manager, head_of_ifo):
    report("2281", 5, note="Väntar på gode män.")
    report("2280", 5, note="Annan kommuns ord.")
    Bottleneck.objects.create(
        municipality_id=Reception.objects.first().municipality_id, reception=Reception.objects.first(), what="guardians"
    )
    for who, reads in ((county_board, False), (development_leader, False), (unit_manager, True), (head_of_ifo, True)):
        page = sign_in(who).get(reverse("reception")).content.decode()
        assert ("Väntar på gode män." in page) is reads
        assert "Annan kommuns ord." not in page
        assert "Gode män" in page


def test_another_municipality_does_not_exist(sign_in, data_steward, county_board):
    client = sign_in(data_steward)
    for code in ("2480", "9999"):
        assert client.get(address(code)).status_code == 404
        assert client.post(address(code), {"received": "2"}).status_code == 404
    assert sign_in(county_board).get(address()).status_code == 403


@pytest.mark.parametrize("wish", ["?lan=24", "?kvartal=fel", "?lan=x&kvartal=2031-K1"])
def test_an_odd_address_gives_the_own_county(sign_in, county_board, wish):
    page = sign_in(county_board).get(reverse("reception") + wish).content.decode()
    assert "Västernorrland" in page
    assert "Kvartal 2 2026" in page.replace("kvartal", "Kvartal")
