"""The frozen content of a report as HTML, for the PDF and for the page alike."""

from django.template.loader import render_to_string

from bou_portal import charts


def drawn(block):
    """A block of content with its chart drawn, where it has one. Blocks carry shown values only."""
    kind = block["type"]
    if kind == "bars":
        return block | {
            "chart": charts.bars(
                [(row["label"], row["value"], row["text"]) for row in block["rows"]],
                title=block["title"],
                unit=block.get("unit", ""),
                conclusion=block.get("sentence", ""),
                width=320,
            )
        }
    if kind in ("line", "run", "stacked"):
        rows = [
            (name["name"], [charts.Point(point["label"], point["value"], point["text"]) for point in name["points"]])
            for name in block["series"]
        ]
        options = {"title": block["title"], "unit": block.get("unit", ""), "conclusion": block.get("sentence", "")}
        if kind == "run":
            chart = charts.run_chart(rows[0][1], heading="Kvartal", **options)
        else:
            chart = {"line": charts.line, "stacked": charts.stacked}[kind](rows, **options)
        return block | {"chart": chart}
    if kind == "pair":
        return block | {"left": drawn(block["left"]), "right": drawn(block["right"])}
    if kind == "figures":
        return block | {"figures": [figure | {"spark": _spark(figure)} for figure in block["figures"]]}
    return block


def _spark(figure):
    points = [charts.Point(point["label"], point["value"], point["text"]) for point in figure.get("trend", [])]
    if sum(point.value is not None for point in points) < 2:
        return ""
    return charts.spark(points, title=figure["label"], unit=figure.get("unit", "")).svg


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
