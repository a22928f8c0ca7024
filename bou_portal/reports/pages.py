"""The frozen content of a report as HTML, for the PDF and for the page alike."""

from django.template.loader import render_to_string

from bou_portal import charts, maps

NARROW = 340  # half a page's width, in the drawing's units
WIDE = 410  # a map's key needs more


def drawn(block):
    """A block of content with its chart drawn, where it has one. Blocks carry shown values only."""
    kind = block["type"]
    if kind in DRAWINGS:
        return block | {"chart": DRAWINGS[kind](block, title=block["title"], conclusion=block["sentence"])}
    if kind == "columns":
        return block | {"blocks": [drawn(each) for each in block["blocks"]]}
    if kind == "figures":
        return block | {"figures": [figure | {"spark": _spark(figure)} for figure in block["figures"]]}
    return block


def _bars(block, **words):
    rows = [(row["label"], row["value"], row["text"]) for row in block["rows"]]
    top = 100 if block["unit"] == "%" else None
    return charts.bars(rows, unit=block["unit"], top=top, width=NARROW, **words)


def _funnel(block, **words):
    return charts.funnel(_points(block["rows"]), width=NARROW, **words)


def _line(block, **words):
    return charts.line([("", _points(block["points"]))], unit=block["unit"], width=NARROW, height=190, **words)


def _run(block, **words):
    return charts.run_chart(
        _points(block["points"]), unit=block["unit"], heading="Kvartal", width=NARROW, height=190, **words
    )


def _strip(block, **words):
    rows = [(row["name"], row["values"], row["own"]) for row in block["rows"]]
    return charts.strip(rows, unit=block["unit"], own_name=block["own_name"], width=NARROW, **words)


def _map(block, **words):
    places = [maps.Place(row["code"], row["label"], row["value"], row["text"]) for row in block["places"]]
    return maps.region_map(places, links=False, width=WIDE, **words)


def _points(rows):
    return [charts.Point(row["label"], row["value"], row["text"]) for row in rows]


DRAWINGS = {"bars": _bars, "funnel": _funnel, "line": _line, "run": _run, "strip": _strip, "map": _map}


def _spark(figure):
    points = _points(figure["trend"])
    if sum(point.value is not None for point in points) < 2:
        return ""
    return charts.spark(points, title=figure["label"], unit=figure["unit"]).svg


def chapters(report):
    """The report's chapters with every chart drawn."""
    return [
        chapter | {"blocks": [drawn(block) for block in chapter["blocks"]]} for chapter in report.content["chapters"]
    ]


def report_html(report):
    """The whole report as one HTML document for the printer."""
    return render_to_string(
        "reports/pdf/report.html", {"report": report, "content": report.content, "chapters": chapters(report)}
    )
