"""Health and dental examinations."""

from bou_portal.reports.blocks import run, side_by_side, text
from bou_portal.reports.chapters.planning import measured, share_bars, share_table

ID = "halsa"
MEASURES = ("H1", "H2", "H3", "health_examined", "dental_examined")


def title(source):
    return "Hälsa och tandhälsa"


def blocks(source):
    measures = measured(source, MEASURES)
    if not measures:
        return [text("Ingen uppgift om hälso- och tandundersökningar för kvartalet.")]
    return [
        side_by_side(
            share_bars(source, "Andel av barnen", measures),
            share_table(source, "Hälso- och tandundersökningar", measures),
        ),
        side_by_side(run(source, "health_examined"), run(source, "dental_examined")),
    ]
