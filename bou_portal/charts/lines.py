"""Change over time: lines, the run chart with its median, and the spark line beside a figure."""

from bou_portal.charts import runs, svg
from bou_portal.charts.bars import NOTHING, WIDTH, Frame
from bou_portal.charts.parts import HIDDEN, Chart, Series, point_table, points, series
from bou_portal.figures import MARKS, State
from bou_portal.formats import count_word, with_unit

DASHES = (None, "7 4", "2 3", "10 3 2 3")


def line(
    rows,
    *,
    title,
    unit="",
    heading="Kvartal",
    goal=None,
    splits=None,
    ticks=None,
    conclusion="",
    width=WIDTH,
    height=230,
):
    """Up to four lines, the first with points; told apart by dash, colour and a name at the end of each.

    `ticks` fixes the axis, where a scale has ends of its own. `splits` (label -> word) begins a new series at a label: an upright line with its word, and no line drawn across it.
    """
    rows = series(rows)
    if len(rows) > len(DASHES):
        raise ValueError("at most four lines can be told apart in black and white")
    frame = line_frame(rows, unit, goal, width, height, ticks)
    labels = rows[0].labels if rows else ()
    drawn = [frame.grid(), frame.below(labels), goal_line(goal, frame, unit)]
    parted = {labels.index(label): word for label, word in (splits or {}).items() if label in labels}
    drawn += [split(frame, n, len(labels), word) for n, word in parted.items()]
    ends = []
    for n, row in enumerate(rows):
        drawn.append(curve(row, frame, svg.SERIES[n], DASHES[n], dots=n == 0, breaks=parted))
        if row.seen:
            ends.append((frame.y(row.seen[-1].value) + 4.5, end_name(row, unit), svg.SERIES[n]))
    for y, text, colour in apart(ends, 16, frame.bottom + 4):
        drawn.append(svg.label(frame.right + 8, y, text, fill=colour, font_weight=600))
    said = conclusion or line_conclusion(rows, title=title, unit=unit)
    picture = svg.drawing(width, height, f"{title}. {said}", *drawn)
    return Chart(title, picture, said, point_table(title, heading, rows, unit))


def line_frame(rows, unit, goal, width, height, ticks=None):
    """Room for the axis at the left and the names at the right; the scale holds all values and the goal."""
    values = [float(point.value) for row in rows for point in row.seen] + ([float(goal)] if goal is not None else [])
    low, high = min(values, default=0), max(values, default=1)
    room = (high - low) * 0.15 or abs(high) * 0.1 or 1
    low = max(low - room, 0) if low >= 0 else low - room
    high = min(high + room, 100) if unit == "%" and high <= 100 else high + room
    ticks = ticks or svg.nice_ticks(0 if low < high * 0.4 else low, high)
    names = [end_name(row, unit) for row in rows if row.seen]
    right = width - max((svg.text_width(name, bold=True) for name in names), default=0) - 12
    left = max(svg.text_width(with_unit(tick)) for tick in ticks) + 8
    return Frame(left=left, right=max(right, width * 0.5), top=14, bottom=height - 26, ticks=ticks)


def end_name(row, unit):
    """The line's name and its newest value; where that one is not shown, its mark and never an older value."""
    return f"{row.name} {row.points[-1].read(unit)}".strip()


def split(frame, n, count, word):
    """A broken upright line before the label where a new series begins, its word above the axis."""
    x = frame.x(n - 0.5, count)
    upright = svg.el(
        "path", d=f"M{x:.1f} {frame.top}V{frame.bottom}", stroke=svg.INK, stroke_dasharray="5 3", fill="none"
    )
    near, anchor = (x - 4, "end") if n > count / 2 else (x + 4, "start")
    return upright + svg.label(near, frame.top - 3, word, text_anchor=anchor, fill=svg.SOFT)


def curve(row, frame, colour, dash, *, dots, breaks=()):
    """A line with gaps where nothing is shown; a lone value between two gaps still gets its dot."""
    count = len(row.points)
    places = [None if p.value is None else (frame.x(n, count), frame.y(p.value)) for n, p in enumerate(row.points)]
    drawn = [place for n, at in enumerate(places) for place in ((None, at) if n in breaks else (at,))]
    parts = [svg.el("path", d=svg.path(drawn), fill="none", stroke=colour, stroke_width=2.5, stroke_dasharray=dash)]
    last = max((n for n, place in enumerate(places) if place), default=-1)
    if dots:
        parts += [
            hidden_mark(frame.x(n, count), frame.bottom, row.points[n].text)
            for n, place in enumerate(places)
            if not place
        ]
    for n, place in enumerate(places):
        alone = place and not any(places[m] for m in (n - 1, n + 1) if 0 <= m < count)
        if place and (dots or alone):
            parts.append(svg.el("circle", cx=place[0], cy=place[1], r=4.5 if n == last else 3.2, fill=colour))
    return "".join(parts)


def hidden_mark(x, y, text=""):
    """The mark of a value that is not shown, at the foot of the chart whatever the value is; a dash where there is none."""
    sign = text if text == MARKS[State.NOT_APPLICABLE] else HIDDEN
    return svg.label(x, y - 4, sign, text_anchor="middle", font_weight=600, fill=svg.SOFT)


def goal_line(goal, frame, unit):
    """The target as a fine dotted line with its word on it."""
    if goal is None:
        return ""
    y = frame.y(goal)
    rule = svg.el(
        "path", d=f"M{frame.left:.1f} {y:.1f}H{frame.right:.1f}", stroke=svg.INK, stroke_dasharray="1 4", fill="none"
    )
    return rule + svg.label(frame.left + 4, y - 5, f"Mål {with_unit(goal, unit)}", fill=svg.SOFT)


def apart(ends, least, lowest):
    """Labels moved as little as needed so that none covers another and none leaves the drawing."""
    placed = []
    for y, text, colour in sorted(ends):
        placed.append([max(y, placed[-1][0] + least) if placed else max(y, 12.0), text, colour])
    limit = lowest
    for label in reversed(placed):
        label[0] = min(label[0], limit)
        limit = label[0] - least
    return placed


def line_conclusion(rows, *, title, unit=""):
    """From the first shown value to the last, and where the comparison stands."""
    rows = series(rows)
    if not rows or not rows[0].seen:
        return NOTHING
    first, last = rows[0].seen[0], rows[0].seen[-1]
    name = f"{title}, {rows[0].name}" if rows[0].name else title
    others = [
        f"{row.name} {row.seen[-1].read(unit)}" for row in rows[1:] if row.seen and row.seen[-1].label == last.label
    ]
    beside = f" ({', '.join(others)})" if others else ""
    if first is last:
        return f"{name}: {last.read(unit)} {last.label}{beside}."
    word = "oförändrat" if first.value == last.value else ("upp" if last.value > first.value else "ned")
    change = (
        f"oförändrat {last.read(unit)}"
        if word == "oförändrat"
        else f"{word} från {first.read(unit)} till {last.read(unit)}"
    )
    return f"{name}: {change} mellan {first.label} och {last.label}{beside}."


def run_chart(pairs, *, title, unit="", heading="Månad", goal=None, marks=None, conclusion="", width=WIDTH, height=250):
    """Points with their median, the latest signal ringed, and `marks` (label -> word) for what was tried when."""
    row = Series(title, points(pairs))
    values = [None if point.value is None else float(point.value) for point in row.points]
    middle, found = runs.median(values), runs.signals(values)
    bare = Series("", row.points)
    frame = line_frame([bare], unit, goal, width, height)
    frame.right = width - svg.text_width(f"Median {with_unit(middle or 0, unit)}", bold=True) - 8
    drawn = [frame.grid(), frame.below(row.labels), goal_line(goal, frame, unit)]
    drawn += [
        mark(frame, row.labels.index(at), len(values), word) for at, word in (marks or {}).items() if at in row.labels
    ]
    drawn.append(curve(row, frame, svg.ACCENT, None, dots=True))
    if middle is not None:
        y = frame.y(middle)
        across = f"M{frame.left:.1f} {y:.1f}H{frame.right:.1f}"
        drawn.append(
            svg.el("path", d=across, stroke=svg.SERIES[1], stroke_width=1.8, stroke_dasharray="7 4", fill="none")
        )
        drawn.append(
            svg.label(
                frame.right + 6, y + 4.5, f"Median {with_unit(middle, unit)}", fill=svg.SERIES[1], font_weight=600
            )
        )
    drawn += [rings(signal, row, frame) for signal in found[-1:]]
    said = conclusion or run_conclusion(row.points, title=title, unit=unit)
    picture = svg.drawing(width, height, f"{title}. {said}", *drawn)
    return Chart(title, picture, said, point_table(title, heading, [Series("Värde", row.points)], unit))


def rings(signal, row, frame):
    """A ring around every point of the signal and its name above the last one."""
    count, parts = len(row.points), []
    for n in range(signal.first, signal.last + 1):
        x, y = frame.x(n, count), frame.y(row.points[n].value)
        parts.append(svg.el("circle", cx=x, cy=y, r=7.5, fill="none", stroke=svg.INK, stroke_width=1.4))
    x = min(frame.x(signal.last, count) + 8, frame.right)
    high = min(frame.y(row.points[n].value) for n in range(signal.first, signal.last + 1))
    y = max(high - 13, frame.top + 2)
    parts.append(svg.label(x, y, f"signal: {signal.kind}", text_anchor="end", font_weight=600))
    return "".join(parts)


def mark(frame, n, count, word):
    """A thin upright line where something was tried, with its word at the foot."""
    x = frame.x(n, count)
    upright = svg.el("path", d=f"M{x:.1f} {frame.top}V{frame.bottom}", stroke=svg.LINE_STRONG, fill="none")
    return upright + svg.label(x + 4, frame.bottom - 5, word, fill=svg.SOFT)


def run_conclusion(pairs, *, title, unit=""):
    """The latest signal in words, or that there is none."""
    rows = points(pairs)
    values = [None if point.value is None else float(point.value) for point in rows]
    middle, found = runs.median(values), runs.signals(values)
    if middle is None:
        return NOTHING
    around = with_unit(middle, unit)
    if not found:
        return f"{title} varierar kring medianen {around}, ingen signal."
    latest = found[-1]
    where = f"mellan {rows[latest.first].label} och {rows[latest.last].label}"
    if latest.kind == "trend":
        return f"{title}, signal: trend, {count_word(latest.count)} {latest.way} värden i rad {where}."
    return f"{title}, signal: förskjutning, {count_word(latest.count)} värden i rad {latest.way} medianen {around} {where}."


def spark(pairs, *, title, unit="", width=120, height=24):
    """A small line beside a figure, its end marked. No axis: the figure and its change stand in words beside it."""
    row = Series(title, points(pairs))
    values = [float(point.value) for point in row.seen]
    low, high = min(values, default=0), max(values, default=1)
    frame = Frame(left=0, right=width, top=4, bottom=height - 4, ticks=[low, high if high > low else low + 1])
    count, said = len(row.points), line_conclusion([("", row.points)], title=title, unit=unit)
    step = (width - 8) / max(count - 1, 1)
    at = [None if p.value is None else (3 + n * step, frame.y(p.value)) for n, p in enumerate(row.points)]
    drawn = [svg.el("path", d=svg.path(at), fill="none", stroke=svg.ACCENT, stroke_width=2)]
    if ends := [place for place in at if place]:
        drawn.append(svg.el("circle", cx=ends[-1][0], cy=ends[-1][1], r=2.8, fill=svg.ACCENT))
    table = point_table(title, "Kvartal", [Series("Värde", row.points)], unit)
    return Chart(title, svg.drawing(width, height, said, *drawn), said, table)
