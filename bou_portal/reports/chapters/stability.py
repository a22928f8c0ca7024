"""Stability: how stays end, how long they last, how often children move."""

from bou_portal.figures import Kind
from bou_portal.reports.blocks import name_of, over_time, table, text
from bou_portal.reports.chapters.planning import measured

ID = "stabilitet"
MEASURES = (
    "placements_ended",
    "unplanned_endings",
    "S1",
    "S2",
    "S3",
    "S4",
    "S5",
    "S9",
    "share_three_or_more",
    "ended_length_mean",
    "ended_length_median",
)


def title(source):
    return "Stabilitet"


def blocks(source):
    measures = measured(source, MEASURES)
    if not measures:
        return [text("Inget att visa om avslut och byten för kvartalet.")]
    before = source.quarter.previous()
    region = [] if source.is_region else ["Regionen"]
    rows = []
    for id in measures:
        row = [name_of(id), source.figure(id, quarter=before).text, source.figure(id).text]
        rows.append(row if source.is_region else [*row, source.of_region(id).text])
    made = [
        table(
            "Avslut och byten", ("Mått", f"Kvartal {before.number}", f"Kvartal {source.quarter.number}", *region), rows
        )
    ]
    followed = next((id for id in ("S3", "S1") if id in measures), None)
    if followed:
        points = [(quarter, source.figure(followed, quarter=quarter)) for quarter in source.quarters]
        unit = "%" if source.figure(followed).kind is Kind.SHARE else ""
        made.append(over_time("run", f"{name_of(followed)}, per kvartal", [("", points)], unit=unit))
    return made
