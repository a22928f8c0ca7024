"""Follow-up and legal certainty: plans, reviews, talks."""

from bou_portal.reports.blocks import bars, line, name_of, run, side_by_side, table, text
from bou_portal.reports.chapters.places import spread

ID = "uppfoljning"
MEASURES = ("L5", "L6", "reviews_in_time", "L4", "L10_share", "P5", "P6")
# Told in the issue "Intern" alone, and not shares of the placed children.
REPORTED = ("L9", "L3", "L2", "L1")
NOTE = "– i kolumnen Regionen: måttet publiceras inte för regionen."


def title(source):
    return "Uppföljning och rättssäkerhet"


def measured(source, measures):
    """The measures this issue has a number or a mark for."""
    return [id for id in measures if source.knows(id)]


def share_table(source, caption, measures):
    """Name, count of base, share, last quarter, region: a row per measure."""
    before = source.quarter.previous()
    columns = ("Mått", "Antal", f"Kv {before.number}", f"Kv {source.quarter.number}")
    rows = []
    for id in measures:
        figure = source.figure(id)
        cells = [figure.of or figure.text, source.figure(id, quarter=before).text, figure.text]
        region = [] if source.is_region else [source.of_region(id).text]
        rows.append(line(name_of(id), *cells, *region, definition=source.number(id)))
    note = NOTE if not source.is_region and any(source.of_region(id).text == "–" for id in measures) else ""
    return table(caption, columns if source.is_region else (*columns, "Regionen"), rows, note)


def share_bars(source, title, measures):
    pairs = [(name_of(id), source.figure(id)) for id in measures]
    shown = [(label, figure) for label, figure in pairs if figure.is_shown]
    if not shown:
        return None
    label, lowest = min(shown, key=lambda pair: pair[1].value)
    sentence = f"Lägst är ”{label}” med {lowest.text}."
    return bars(title, pairs, unit="%", sentence=sentence)


def blocks(source):
    measures = measured(source, MEASURES)
    if not measures:
        return [text("Ingen uppgift om planer, överväganden och samtal för kvartalet.")]
    return [
        side_by_side(
            share_bars(source, "Andel av barnen", measures),
            share_table(source, "Planer, överväganden och samtal", (*measures, *measured(source, REPORTED))),
        ),
        side_by_side(run(source, "L6"), run(source, "L10_share")),
        None if source.is_region else side_by_side(*spread(source)),
    ]
