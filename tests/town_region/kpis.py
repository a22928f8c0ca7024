"""The town's rows of published indicators and of taking out released figures."""

from datetime import timedelta

from bou_portal.imports import read_table
from municipalities.kolada.store import COUNTRY
from municipalities.kpis import importing as kpi_import
from municipalities.models import Kpi, KpiAnalysis, KpiImport, KpiValue, Municipality, Region, ReleaseExport

TABLE = "Kommunkod;Kommun;Skriftlig rutin\n;;2025\n2281;Sundsvall;1\n2262;Timrå;..\n2299;Sundborg;1\n"


def build(people, today):
    """Makes the rows; returns {word of the access table: row}."""
    region, leader = Region.objects.get(code="22"), people["development_leader"]
    place, manager = Municipality.objects.get(code="2281"), people["unit_manager"]
    values(today.year - 1)
    waiting = kpi_import.stage_table(read_table("oj.csv", TABLE.encode()), "oj.csv", region, leader)
    read = kpi_import.stage_table(read_table("rutin.csv", TABLE.encode()), "rutin.csv", region, leader)
    mapping = {**read.mapping, "theme": "Öppna jämförelser", "year": ""}
    KpiImport.objects.filter(pk=read.pk).update(mapping=mapping, state=KpiImport.State.PREVIEWED)
    fetch = KpiImport.objects.create(
        region=region, source="kolada", state="misslyckad", done=3, total=78, started_by=leader,
        told={"problem": "Kolada gick inte att nå.", "counts": {}},
    )  # fmt: skip
    own = {"kpi": Kpi.objects.get(code="N33817"), "year": today.year - 1, "changed_by": manager}
    shared = KpiAnalysis.objects.create(
        **own, municipality=place, observed="Fler i familjehem än i länet.", chosen="Se över öppna insatser.",
        owner_name="Enhetschef", follow_on=today - timedelta(days=3), is_shared=True,
    )  # fmt: skip
    kept = KpiAnalysis.objects.create(
        **{**own, "year": today.year - 2}, municipality=place, observed="Som tidigare år.", is_shared=False
    )
    ReleaseExport.objects.create(
        region=region, first_quarter="2026-K3", last_quarter="2026-K3", form="xlsx", purpose="Underlag till nämnden",
        rows=120, sha256="0" * 64, taken_by=leader,
    )  # fmt: skip
    return {
        "kpi_waiting": waiting, "kpi_read": read, "kpi_fetch_row": fetch, "kpi_shared": shared, "kpi_kept": kept,
    }  # fmt: skip


def values(last):
    """One indicator for the county, the country and two who are alike; one year is missing."""
    kpi, places = Kpi.objects.get(code="N33817"), ["2281", "2262", "2280", "0022", COUNTRY]
    alike = Municipality.objects.get(code="2281").similar.values_list("other__code", flat=True)[:2]
    KpiValue.objects.bulk_create(
        KpiValue(kpi=kpi, place=place, year=year, gender=gender, value=4 + number / 2 + (last - year) / 10)
        for number, place in enumerate([*places, *alike])
        for year in (last - 4, last - 2, last - 1, last)
        for gender in "TKM"
    )
    KpiValue.objects.create(kpi=kpi, place="2260", year=last, value=None, status="Missing")
