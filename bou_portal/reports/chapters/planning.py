"""Follow-up and legal certainty: plans, reviews, talks."""

from bou_portal.reports.blocks import bars, name_of, over_time, table, text

ID = "uppfoljning"
MEASURES = ("L5", "L6", "reviews_in_time", "L4", "L10_share", "P5", "P6")


def title(source):
    return "Uppföljning och rättssäkerhet"


def measured(source, measures):
    """The measures this issue has a number or a mark for."""
    return [id for id in measures if source.knows(id)]


def share_rows(source, measures):
    """Name, count of base, share, region: a row per measure."""
    rows = []
    for id in measures:
        figure = source.figure(id)
        row = [name_of(id), figure.of or figure.text, figure.text]
        rows.append(row if source.is_region else [*row, source.of_region(id).text])
    return rows


def share_table(source, caption, measures):
    columns = ("Mått", "Antal", "Andel") if source.is_region else ("Mått", "Antal", "Andel", "Regionen")
    return table(caption, columns, share_rows(source, measures))


def share_bars(source, title, measures):
    pairs = [(name_of(id), source.figure(id)) for id in measures]
    shown = [(label, figure) for label, figure in pairs if figure.is_shown]
    sentence = ""
    if shown:
        lowest = min(shown, key=lambda pair: pair[1].value)
        sentence = f"Lägst: {lowest[0][0].lower() + lowest[0][1:]}, {lowest[1].text}."
    return bars(title, pairs, unit="%", sentence=sentence)


def blocks(source):
    measures = measured(source, MEASURES)
    if not measures:
        return [text("Ingen uppgift om planer, överväganden och samtal för kvartalet.")]
    made = [
        share_table(source, "Planer, överväganden och samtal", measures),
        share_bars(source, "Andel av barnen", measures),
    ]
    if "L6" in measures:
        points = [(quarter, source.figure("L6", quarter=quarter)) for quarter in source.quarters]
        made.append(over_time("run", "Aktuell genomförandeplan, andel per kvartal", [("Andel", points)], unit="%"))
    return made
