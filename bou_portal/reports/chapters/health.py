"""Health and dental examinations."""

from bou_portal.reports.blocks import over_time, text
from bou_portal.reports.chapters.planning import measured, share_bars, share_table

ID = "halsa"
MEASURES = ("H1", "H2", "H3", "health_examined", "dental_examined")


def title(source):
    return "Hälsa och tandhälsa"


def blocks(source):
    measures = measured(source, MEASURES)
    if not measures:
        return [text("Ingen uppgift om hälso- och tandundersökningar för kvartalet.")]
    made = [
        share_table(source, "Hälso- och tandundersökningar", measures),
        share_bars(source, "Andel av barnen", measures),
    ]
    if "health_examined" in measures:
        points = [(quarter, source.figure("health_examined", quarter=quarter)) for quarter in source.quarters]
        made.append(over_time("run", "Hälsoundersökta senaste året, andel per kvartal", [("Andel", points)], unit="%"))
    return made
