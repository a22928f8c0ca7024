"""Stability: how stays end, how long they last, how often children move."""

from bou_portal.figures import State
from bou_portal.reports.blocks import line, name_of, run, side_by_side, table, text, without_empty
from bou_portal.reports.chapters.planning import NOTE, measured
from bou_portal.reports.own_tables import INITIATORS, REASONS
from placements.codes import Planned
from placements.indicators import INDICATORS
from placements.interruptions import BY_CAUSE, LABELS

ID = "stabilitet"
MEASURES = (
    "placements_ended",
    "unplanned_endings",
    "S1",
    "S2",
    "S3",
    "S4",
    "S5",
    "S7",
    "S9",
    "share_three_or_more",
    "S4_three_or_more",
    "ended_length_mean",
    "ended_length_median",
)
FOLLOWED = ("S3", "unplanned_endings", "S1", "S4_three_or_more")
ENDED = (Planned.PLANNED, Planned.UNPLANNED, Planned.UNKNOWN)


def title(source):
    return "Stabilitet"


def blocks(source):
    measures = measured(source, MEASURES)
    if not measures:
        return [text("Inget att visa om avslut och byten för kvartalet.")]
    followed = [chart for id in FOLLOWED if (chart := run(source, id))]
    return [
        side_by_side(*followed[:1], endings(source, measures)),
        side_by_side(*followed[1:3]) if source.is_region else None,
        side_by_side(why(source, REASONS, "Orsak"), why(source, INITIATORS, "Initiativ")),
        causes(source),
    ]


def endings(source, measures):
    before, rows = source.quarter.previous(), []
    for id in measures:
        cells = [source.figure(id, quarter=before).text, source.figure(id).text]
        region = [] if source.is_region else [source.of_region(id).text]
        rows.append(line(name_of(id), *cells, *region, definition=source.number(id)))
    columns = ("Mått", f"Kv {before.number}", f"Kv {source.quarter.number}")
    note = NOTE if not source.is_region and any(row["cells"][-1] == "–" for row in rows) else ""
    return table("Avslut och byten", columns if source.is_region else (*columns, "Regionen"), rows, note)


def why(source, name, heading):
    """The own municipality's endings of the quarter by reason or initiator, planned and not."""
    counts = source.tables.get(name)
    if not counts or source.figure("placements_ended").state is not State.SHOWN:
        return None
    labels = sorted(
        {label for label, _ in counts}, key=lambda label: (-sum(counts[label, way] for way in ENDED), label)
    )
    rows = [line(label, *(counts[label, way] for way in ENDED)) for label in labels]
    total = line("Alla", *(sum(counts[label, way] for label in labels) for way in ENDED))
    columns = (heading, *(way.label for way in ENDED))
    return table(f"Kvartalets avslut efter {heading.lower()}", columns, [*without_empty(rows), total])


def causes(source):
    """Why stays ended otherwise than planned, as the social workers see it, this quarter and the one before."""
    before = source.quarter.previous()
    rows = [
        line(LABELS[cause], source.figure(BY_CAUSE, cause, before).text, source.figure(BY_CAUSE, cause).text)
        for cause in INDICATORS[BY_CAUSE].categories
        if source.knows(BY_CAUSE, cause)
    ]
    if not without_empty(rows):
        return None
    columns = ("Orsak", f"Kv {before.number}", f"Kv {source.quarter.number}")
    note = "Ett avslut kan ha två orsaker och räknas då under båda."
    return table("Oplanerade avslut efter orsak, som socialsekreteraren ser den", columns, without_empty(rows), note)
