"""Lengths that start at zero: horizontal bars, columns on top of each other, and the funnel."""

from itertools import accumulate, pairwise

from bou_portal.charts import svg
from bou_portal.charts.parts import HIDDEN, Chart, Series, Table, point_table, points, series
from bou_portal.formats import listing, number, percent, starting, with_unit

WIDTH = 440
ROW, LINE = 30, 14
LONGEST_LABEL = 3  # lines
NOTHING = "Det finns inga uppgifter att visa ännu."


def bars(rows, *, title, unit="", heading="", goals=None, top=None, conclusion="", width=WIDTH):
    """Horizontal bars with the value at the end of each. `goals` gives a label's target, drawn as a cross line.

    `top` fixes the end of the axis (100 for shares that should be comparable between charts).
    """
    rows, goals = points(rows), goals or {}
    left = min(max((svg.text_width(row.label) for row in rows), default=0) + 10, width * 0.45)
    right = max((svg.text_width(row.read(unit), bold=True) for row in rows), default=0) + 12
    longest = top or max([*(row.value or 0 for row in rows), *goals.values(), 1e-9])
    scale = (width - left - right) / float(longest)
    names = [svg.wrapped(row.label, left - 8, LONGEST_LABEL) for row in rows]
    high = [max(ROW, LINE * len(lines) + 8) for lines in names]
    tops = [end - (each + ROW) / 2 for end, each in zip(accumulate(high), high, strict=True)]
    drawn = [
        bar(row, lines, y, left, scale, unit, goals.get(row.label))
        for row, lines, y in zip(rows, names, tops, strict=True)
    ]
    said = conclusion or bars_conclusion(rows, unit=unit, goals=goals)
    table = point_table(title, heading or "Del", [Series("Värde", rows)], unit)
    if goals:
        cells = tuple((*cells, with_unit(goals[cells[0]], unit) if cells[0] in goals else "–") for cells in table.rows)
        table = Table(table.caption, (*table.columns, "Mål"), cells, table.note)
    picture = svg.drawing(width, sum(high) or ROW, f"{title}. {said}", *drawn)
    return Chart(title, picture, said, table)


def bar(row, lines, y, left, scale, unit, goal):
    """One row: its name in lines, its length, its value, its goal."""
    length = float(row.value or 0) * scale
    first = y + 20 - LINE / 2 * (len(lines) - 1)
    parts = [svg.label(left - 8, first + LINE * n, words, text_anchor="end") for n, words in enumerate(lines)]
    if row.value is not None:
        parts.append(svg.el("rect", x=left, y=y + 6, width=length, height=18, fill=svg.ACCENT))
    else:
        parts.append(svg.el("path", d=f"M{left:.1f} {y + 6}V{y + 24}", stroke=svg.LINE_STRONG, stroke_dasharray="2 2"))
    edge = left + length
    if goal is not None:
        at = left + float(goal) * scale
        line = {"stroke_width": 2.5, "fill": "none"}
        parts.append(svg.el("path", d=f"M{at:.1f} {y + 2}V{y + 28}", stroke=svg.PAPER, **line | {"stroke_width": 5}))
        parts.append(svg.el("path", d=f"M{at:.1f} {y + 2}V{y + 28}", stroke=svg.INK, **line))
        if 0 <= at - edge < svg.text_width(row.read(unit), bold=True) + 12:
            edge = at + 2
    parts.append(
        svg.label(
            edge + 7, y + 20, row.read(unit), font_weight=600, fill=svg.INK if row.value is not None else svg.SOFT
        )
    )
    return "".join(parts)


def bars_conclusion(rows, *, unit="", goals=None):
    """Which is largest and smallest, or how many reach their goal. Hidden values take no part."""
    seen = [row for row in points(rows) if row.value is not None]
    if not seen:
        return NOTHING
    if goals:
        aimed = [row for row in seen if row.label in goals]
        below = [row for row in aimed if row.value < goals[row.label]]
        if not below:
            return f"Alla {number(len(aimed))} når sitt mål."
        names = listing([f"{row.label} ({row.read(unit)})" for row in below[:3]])
        return f"{number(len(aimed) - len(below))} av {number(len(aimed))} når sitt mål; under målet ligger {names}."
    largest, smallest = max(seen, key=lambda row: row.value), min(seen, key=lambda row: row.value)
    if len(seen) == 1 or largest.value == smallest.value:
        return f"{starting(listing([row.label for row in seen]))}: {largest.read(unit)}."
    most = f"Störst är {largest.label} med {largest.read(unit)}"
    if len(seen) < len(points(rows)):  # what is not shown may be smaller still
        return f"{most}; allt kan inte visas."
    return f"{most} och minst {smallest.label} med {smallest.read(unit)}."


def stacked(rows, *, title, unit="", heading="Kvartal", conclusion="", width=WIDTH, height=250):
    """Columns per quarter, one layer per series, at most six. A hidden layer is left out and the column says `..`."""
    rows = series(rows)
    if len(rows) > 6:
        raise ValueError("at most six layers can be told apart in black and white: join the smallest")
    labels = rows[0].labels if rows else ()
    sums = [sum(float(row.points[n].value or 0) for row in rows) for n in range(len(labels))]
    ticks = svg.nice_ticks(0, max([*sums, 1]))
    names = max((svg.text_width(row.name) for row in rows), default=0) + 36
    frame = Frame(
        left=svg.text_width(number(ticks[-1])) + 10, right=width - names, top=14, bottom=height - 26, ticks=ticks
    )
    defs, fills = svg.patterns(svg.key(title, *labels))
    drawn = [defs, frame.grid(), frame.below(labels)]
    for n in range(len(labels)):
        drawn.append(column([row.points[n] for row in rows], frame, n, len(labels), fills))
    drawn.append(legend(rows, fills, frame.right + 14, frame.top))
    said = conclusion or stacked_conclusion(rows, unit=unit)
    picture = svg.drawing(width, height, f"{title}. {said}", *drawn)
    return Chart(title, picture, said, point_table(title, heading, rows, unit))


def column(layers, frame, n, count, fills):
    """One column from the bottom up; white edges keep the layers apart in print."""
    middle, wide = frame.x(n, count), min(34.0, frame.step(count) * 0.66)
    y, parts = float(frame.bottom), []
    for point, (fill, edge) in zip(layers, fills, strict=False):
        high = float(point.value or 0) * frame.scale
        if high:
            y -= high
            box = {"x": middle - wide / 2, "y": y + 0.5, "width": wide, "height": max(high - 1, 0.5)}
            parts.append(svg.el("rect", **box, fill=fill, stroke=edge, stroke_width=0.8))
    if any(point.value is None for point in layers):
        parts.append(svg.label(middle, y - 6, HIDDEN, text_anchor="middle", font_weight=600))
    return "".join(parts)


def legend(rows, fills, x, top):
    """The names, uppermost layer first, each with a sample of its fill."""
    parts = []
    for n, (row, (fill, edge)) in enumerate(reversed(list(zip(rows, fills, strict=False)))):
        y = top + n * 22
        parts.append(svg.el("rect", x=x, y=y, width=13, height=13, fill=fill, stroke=edge, stroke_width=0.8))
        parts.append(svg.label(x + 19, y + 11, row.name))
    return "".join(parts)


class Frame:
    """The drawing's inner rectangle with a vertical scale from its lowest to its highest tick."""

    def __init__(self, *, left, right, top, bottom, ticks):
        self.left, self.right, self.top, self.bottom, self.ticks = left, right, top, bottom, ticks
        self.scale = (bottom - top) / (ticks[-1] - ticks[0])

    def y(self, value):
        return self.bottom - (float(value) - self.ticks[0]) * self.scale

    def step(self, count):
        return (self.right - self.left) / max(count, 1)

    def x(self, n, count):
        return self.left + self.step(count) * (n + 0.5)

    def grid(self):
        """Level hairlines with their values at the left."""
        parts = []
        for tick in self.ticks:
            y = self.y(tick)
            parts.append(svg.el("path", d=f"M{self.left:.1f} {y:.1f}H{self.right:.1f}", stroke=svg.LINE, fill="none"))
            parts.append(svg.label(self.left - 6, y + 4.5, number(tick), text_anchor="end", fill=svg.SOFT))
        return "".join(parts)

    def below(self, labels):
        """As many labels under the axis as there is room for, the last one always."""
        widest = max((svg.text_width(label) for label in labels), default=0) + 10
        every = max(1, -(-widest // self.step(len(labels))))
        return "".join(
            svg.label(self.x(n, len(labels)), self.bottom + 18, label, text_anchor="middle", fill=svg.SOFT)
            for n, label in enumerate(labels)
            if (len(labels) - 1 - n) % every == 0
        )


def stacked_conclusion(rows, *, unit=""):
    """The total now and at the start, and the largest layer now. Where a layer is hidden no total is said."""
    rows = series(rows)
    seen = [row for row in rows if row.points and row.points[-1].value is not None]
    if not seen:
        return NOTHING
    largest = max(seen, key=lambda row: row.points[-1].value)
    biggest = f"störst är {largest.name} med {largest.points[-1].read(unit)}"
    first, last = ([row.points[n].value for row in rows] for n in (0, -1))
    label = rows[0].labels[-1]
    if None in last or None in first or len(rows[0].labels) < 2:
        return f"{label}: {biggest}."
    now, then = with_unit(sum(last), unit), with_unit(sum(first), unit)
    return f"{now} i {label} mot {then} i {rows[0].labels[0]}; {biggest}."


def funnel(steps, *, title, heading="Steg", conclusion="", width=WIDTH):
    """Steps that can only shrink, such as placed, asked, examined. Each bar says its share of the step before."""
    steps = points(steps)
    longest = max([float(step.value or 0) for step in steps] + [1])
    wide, high, drawn = width - 165.0, 46, []
    shares = funnel_shares(steps)
    for n, (step, share) in enumerate(zip(steps, shares, strict=True)):
        y, length = n * high, float(step.value or 0) / longest * wide
        drawn.append(svg.label(0, y + 14, step.label))
        drawn.append(svg.el("rect", x=0, y=y + 20, width=wide, height=16, fill=svg.GROUND))
        drawn.append(svg.el("rect", x=0, y=y + 20, width=length, height=16, fill=svg.ACCENT))
        drawn.append(svg.label(wide + 8, y + 33, step.read(), font_weight=600))
        drawn.append(svg.label(width, y + 33, share and f"{share} av förra", text_anchor="end", fill=svg.SOFT))
    said = conclusion or funnel_conclusion(steps)
    rows = tuple((step.label, step.read(), share or "–") for step, share in zip(steps, shares, strict=True))
    table = point_table(title, heading, [Series("Antal", steps)], "")
    table = Table(title, (heading, "Antal", "Av förra steget"), rows, table.note)
    return Chart(title, svg.drawing(width, max(len(steps), 1) * high, f"{title}. {said}", *drawn), said, table)


def funnel_shares(steps):
    """Each step as a share of the one before, empty where either is hidden or there is nothing to divide."""
    pairs = zip((None, *steps), steps, strict=False)
    return [
        percent(step.value * 100 / before.value) if before and before.value and step.value is not None else ""
        for before, step in pairs
    ]


def funnel_conclusion(steps):
    """From the first step to the last, and where most fall away."""
    seen = [step for step in points(steps) if step.value is not None]
    if len(seen) < 2:
        hidden = any(step.read() == HIDDEN for step in points(steps))
        return "Stegen är dolda för att skydda enskilda." if hidden else NOTHING
    first, last = seen[0], seen[-1]
    lost, before, after = max(((a.value - b.value, a, b) for a, b in pairwise(seen)), key=lambda way: way[0])
    said = f"Av {first.read()} ({first.label.lower()}) återstår {last.read()} ({last.label.lower()})"
    return (
        f"{said}; flest faller bort mellan {before.label.lower()} och {after.label.lower()}."
        if lost > 0
        else f"{said}."
    )
