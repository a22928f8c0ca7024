"""Spread: one dot per municipality on a line, without names, and one's own marked."""

from bou_portal.charts import runs, svg
from bou_portal.charts.bars import NOTHING, WIDTH, Frame
from bou_portal.charts.parts import HIDDEN_NOTE, Chart, Table, shown
from bou_portal.formats import number, with_unit

ROW = 54
STACK = 20.0


def strip(rows, *, title, unit="", own_name="", conclusion="", width=WIDTH):
    """Rows of (name, shown values[, own value]). Equal values stand on top of each other; the median is a cross line."""
    given = list(rows)
    rows = [
        (name, [value for value in map(shown, values) if value is not None], shown(own[0] if own else None))
        for name, values, *own in given
    ]
    everything = [float(value) for _, values, own in rows for value in [*values, *([own] if own is not None else [])]]
    top = 100 if unit == "%" else max([*everything, 1])
    ticks = svg.nice_ticks(min([*everything, 0]), top)
    frame = Across(12.0, width - 24.0, ticks)
    drawn = [dots(row, n * ROW, frame, unit, own_name) for n, row in enumerate(rows)]
    bottom = max(len(rows), 1) * ROW
    drawn.append(frame.axis(bottom, unit))
    said = conclusion or strip_conclusion(rows, unit=unit)
    cells = tuple(
        (name, *spread(values, unit), "–" if own is None else with_unit(own, unit)) for name, values, own in rows
    )
    table = Table(
        title,
        ("Mått", "Antal", "Lägst", "Median", "Högst", own_name or "Egen"),
        cells,
        HIDDEN_NOTE if some_hidden(given) else "",
    )
    return Chart(title, svg.drawing(width, bottom + 24, f"{title}. {said}", *drawn), said, table)


class Across(Frame):
    """A frame turned on its side: values run from left to right."""

    def __init__(self, left, right, ticks):
        super().__init__(left=left, right=right, top=left, bottom=right, ticks=ticks)

    def at(self, value):
        return self.left + (float(value) - self.ticks[0]) * self.scale

    def axis(self, y, unit):
        return "".join(
            svg.label(self.at(tick), y + 16, with_unit(tick, unit), text_anchor="middle", fill=svg.SOFT)
            for tick in self.ticks
        )


def dots(row, y, frame, unit, own_name):
    """Name above, line, median, dots, own value as a diamond with its word."""
    name, values, own = row
    base, seen = y + 42, {}
    parts = [svg.label(frame.left, y + 14, name, font_weight=600)]
    parts.append(svg.el("path", d=f"M{frame.left:.1f} {base}H{frame.right:.1f}", stroke=svg.LINE, fill="none"))
    if (middle := runs.median(values)) is not None:
        x = frame.at(middle)
        parts.append(svg.el("path", d=f"M{x:.1f} {base - 14}V{base + 7}", stroke=svg.INK, stroke_width=2, fill="none"))
    places = [round(frame.at(value), 1) for value in sorted(values)]
    tallest = max(map(places.count, places), default=1)
    step = min(5.0, STACK / tallest)  # a high stack stays under its name
    for x in places:
        above = seen[x] = seen.get(x, -1) + 1
        ring = {"fill": svg.PAPER, "fill_opacity": "0.6", "stroke": svg.ACCENT, "stroke_width": 1.8}
        parts.append(svg.el("circle", cx=x, cy=base - above * step, r=4.5, **ring))
    if own is not None:
        x = frame.at(own)
        parts.append(svg.el("path", d=f"M{x:.1f} {base - 7}l7 7l-7 7l-7 -7z", fill=svg.SERIES[1], stroke=svg.PAPER))
        words = f"{own_name} {with_unit(own, unit)}".strip()
        parts.append(
            svg.label(frame.right, y + 14, f"◆ {words}", text_anchor="end", fill=svg.SERIES[1], font_weight=600)
        )
    return "".join(parts)


def spread(values, unit):
    """How many, lowest, median and highest as words."""
    if not values:
        return "0", "–", "–", "–"
    return number(len(values)), *(with_unit(value, unit) for value in (min(values), runs.median(values), max(values)))


def some_hidden(rows):
    return any(shown(value) is None for _, values, *_ in rows for value in values)


def strip_conclusion(rows, *, unit=""):
    """Between which values the places lie, for the first row that shows any."""
    for name, values, *_ in rows:
        if values := [value for value in map(shown, values) if value is not None]:
            count, low, middle, high = spread(values, unit)
            return f"{name}: {count} kommuner mellan {low} och {high}, i mitten {middle}."
    return NOTHING
