"""Indicators as they are read: own value beside county, country and those alike; one of them over the years."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from municipalities.kpis.page import as_text
from municipalities.models import Kpi, KpiValue, Municipality

N = "N33817"


@pytest.fixture
def kpi(db):
    return Kpi.objects.get(code=N)


def tell(kpi, place, values, gender="T"):
    KpiValue.objects.bulk_create(
        KpiValue(kpi=kpi, place=place, year=year, gender=gender, value=value) for year, value in values.items()
    )


@pytest.fixture
def told(kpi, sundsvall):
    """Sundsvall with a missing year, two neighbours, the country, and three of the seven alike."""
    tell(kpi, "2281", {2021: 6.0, 2022: 6.5, 2024: 7.5})
    tell(kpi, "2281", {2024: 7.1}, "K")
    tell(kpi, "2281", {2024: 7.9}, "M")
    tell(kpi, "2262", {2024: 5.5})
    tell(kpi, "2280", {2024: None})
    tell(kpi, "0000", {2021: 5.0, 2024: 6.6})
    alike = [each.other.code for each in sundsvall.similar.all()]
    for place, value in zip(alike, (4.0, 5.0, 6.0), strict=False):
        tell(kpi, place, {2024: value})
    return alike


def page(client, code=N, **query):
    answer = client.get(reverse("kpi_detail", args=[code]), query)
    return answer.context["page"], answer.content.decode()


def test_the_manager_sees_own_value_county_country_trend_and_those_alike(sign_in, unit_manager, told):
    answer = sign_in(unit_manager).get(reverse("kpis"))
    row = next(row for row in answer.context["found"].rows if row.kpi.code == N)
    assert (str(row.own), row.own.year) == ("7,5", 2024)
    assert (str(row.county), row.county.base) == ("6,5", "medel av 2 kommuner")
    assert str(row.country) == "6,6"
    assert (str(row.similar), row.similar.base) == ("5,0", "medel av 3 liknande")
    assert row.trend == "▲ 1 sedan 2022"
    html = answer.content.decode()
    assert "Sundsvall ligger högre än liknande kommuner i ett nyckeltal och lägre i noll" in html
    assert "2024" in html
    assert "<svg" in str(row.spark.svg)


def test_what_is_ours_is_not_credited_to_kolada(sign_in, unit_manager, told):
    html = sign_in(unit_manager).get(reverse("kpis")).content.decode()
    assert "Källa: Kolada" in html
    assert "bearbetade av BoU-portalen, inte Koladas egna" in html
    assert "Kolada har redan skyddat sina små tal" in html


def test_koladas_own_value_of_the_county_goes_before_ours(sign_in, unit_manager, kpi, told):
    tell(kpi, "0022", {2024: 6.9})
    shown, _ = page(sign_in(unit_manager))
    assert next((name, str(cell), cell.base) for name, cell in shown.beside) == ("Länet", "6,9", "")


def test_one_indicator_over_the_years_in_the_county_by_gender_and_alike(sign_in, unit_manager, told):
    shown, html = page(sign_in(unit_manager))
    assert shown.sentence == (
        "2024 hade Sundsvall 7,5 per 1 000 invånare 0–20 år. Länet 6,5, riket 6,6 och liknande kommuner 5,0."
    )
    assert list(shown.years) == [2021, 2022, 2023, 2024]
    own = [point[1] for point in shown.chart.table.rows]
    assert own == ["6,0", "6,5", "–", "7,5"]  # the missing year is a gap
    assert [(row.place.short_name, str(row.value)) for row in shown.county_rows if row.value.is_told] == [
        ("Sundsvall", "7,5"),
        ("Timrå", "5,5"),
    ]
    assert shown.genders == [("Sundsvall", 2024, "7,1", "7,9")]
    assert len(shown.similar_rows) == 7
    for other in Municipality.objects.filter(code__in=told):
        assert other.short_name in html


def test_the_county_is_sorted_by_value_with_the_missing_last(sign_in, unit_manager, told):
    client = sign_in(unit_manager)
    falling, _ = page(client, sortera="-varde")
    assert [row.place.short_name for row in falling.county_rows][:2] == ["Sundsvall", "Timrå"]
    rising, _ = page(client, sortera="varde")
    assert [row.place.short_name for row in rising.county_rows][:2] == ["Timrå", "Sundsvall"]
    assert not rising.county_rows[-1].value.is_told
    backwards, _ = page(client, sortera="-namn")
    assert backwards.county_rows[0].place.short_name == "Örnsköldsvik"


def test_whoever_works_in_the_region_chooses_a_municipality(sign_in, regional_reader, told):
    client = sign_in(regional_reader)
    whole, _ = page(client)
    assert [name for name, _ in whole.lines] == ["Länet", "Riket"]
    timra, html = page(client, kommun="2262")
    assert timra.lines[0][0] == "Timrå"
    assert "Liknande kommuner" in html
    strange, _ = page(client, kommun="2480")  # another region's: as if nothing had been chosen
    assert strange.place is None


def test_a_municipality_sees_itself_whatever_is_asked(sign_in, neighbour, told):
    shown, _ = page(sign_in(neighbour), kommun="2281")
    assert shown.place.short_name == "Umeå"
    assert shown.region.code == "24"


def test_search_and_theme_narrow_the_list(sign_in, unit_manager):
    client = sign_in(unit_manager)

    def codes(**query):
        return {row.kpi.code for row in client.get(reverse("kpis"), query).context["found"].rows}

    assert {kpi.theme for kpi in Kpi.objects.filter(code__in=codes())} == {"Placeringar"}
    assert codes(omrade="Utredningstid") == {"U33401", "U33402"}
    assert codes(sok="n33817") == {N}
    assert codes(sok="TRYGG I BOENDET") == {"U33755", "U33767", "U33779"}
    assert len(codes(omrade="alla")) == 25
    assert {kpi.theme for kpi in Kpi.objects.filter(code__in=codes(omrade="finns inte"))} == {"Placeringar"}
    empty = client.get(reverse("kpis"), {"sok": "finns inte"}).content.decode()
    assert "Inget nyckeltal passar" in empty


def test_a_page_without_values_says_what_to_do(sign_in, unit_manager):
    _, html = page(sign_in(unit_manager))
    assert "Inga värden är inlästa ännu" in html
    assert "Utvecklingsledaren hämtar dem" in html


def test_zero_is_zero_and_missing_is_a_dash(sign_in, unit_manager, kpi):
    tell(kpi, "2281", {2023: None, 2024: 0.0})
    shown, _ = page(sign_in(unit_manager))
    assert str(shown.now) == "0,0"
    assert [as_text(value, "%") for value in (None, 0.0, 77.0, 100.0, 12.34)] == [
        "–", "0,0\u00a0%", "77,0\u00a0%", "100\u00a0%", "12,3\u00a0%",
    ]  # fmt: skip


def test_of_numbers_of_children_no_mean_is_made(sign_in, unit_manager):
    count = Kpi.objects.get(code="N33812")
    tell(count, "2281", {2024: 60})
    tell(count, "2262", {2024: 10})
    shown, _ = page(sign_in(unit_manager), "N33812")
    assert [name for name, _ in shown.lines] == ["Sundsvall"]


def test_an_indicator_that_is_gone_says_so(sign_in, unit_manager, kpi, told):
    from datetime import date

    Kpi.objects.filter(pk=kpi.pk).update(gone_on=date(2026, 10, 1))
    client = sign_in(unit_manager)
    assert "Finns inte längre hos Kolada" in page(client)[1]
    assert "Finns inte längre hos Kolada" in client.get(reverse("kpis")).content.decode()


def test_a_municipality_that_has_left_is_not_in_the_county_s_table(sign_in, regional_reader, told):
    from datetime import date

    Municipality.objects.filter(code="2262").update(ended_on=date(2026, 1, 1))
    shown, _ = page(sign_in(regional_reader))
    assert "Timrå" not in [row.place.short_name for row in shown.county_rows]


@pytest.mark.parametrize("name", ["kpis", "kpi_analyses"])
def test_whoever_has_no_part_in_the_region_s_work_is_refused(sign_in, vasternorrland, name):
    from bou_portal.access import Role
    from tests.conftest import make_user

    stranger = make_user("lars@lansstyrelsen.example", Role.COUNTY_BOARD, region=vasternorrland)
    assert sign_in(stranger).get(reverse(name)).status_code == 403


def test_an_unknown_indicator_is_not_found(sign_in, unit_manager):
    assert sign_in(unit_manager).get(reverse("kpi_detail", args=["N00001"])).status_code == 404


def test_the_list_asks_the_database_as_often_with_one_value_as_with_many(sign_in, unit_manager, told):
    client = sign_in(unit_manager)
    client.get(reverse("kpis"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("kpis"), {"sok": N})
    for kpi in Kpi.objects.exclude(code=N)[:30]:
        tell(kpi, "2281", {2023: 1.0, 2024: 2.0})
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("kpis"), {"omrade": "alla"})
    assert len(many) == len(few)


def test_the_database_keeps_one_indicator_per_id(kpi):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Kpi.objects.create(code=N, title="En till", source="fil")
