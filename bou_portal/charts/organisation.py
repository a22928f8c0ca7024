"""Who reports to whom: boxes under each other, each one step in from the box it hangs from, with lines between."""

from dataclasses import dataclass

from bou_portal.charts import svg
from bou_portal.charts.parts import Chart, Table

WIDTH = 440
STEP, GAP, LINE, PAD = 28, 12, 17, 10


@dataclass(frozen=True)
class Box:
    """One body: its name, what is said of it, what is missing; `above` is the place of its upper box in the list."""

    name: str
    about: str
    note: str = ""
    above: int | None = None
    depth: int = 0
    is_marked: bool = False


def organisation(boxes, *, title, conclusion, table: Table, width=WIDTH):
    """A drawing of boxes in the order given, upper boxes before those that hang from them."""
    drawn, placed, top = [], [], 1.0
    for box in boxes:
        left = 1.0 + STEP * box.depth
        lines = lines_of(box, width - left - 2 * PAD - 1)
        high = LINE * len(lines) + 2 * PAD
        if box.above is not None:
            drawn.append(connector(placed[box.above], left, top + high / 2))
        drawn.append(drawn_box(box, lines, left, top, width - left - 1, high))
        placed.append((left, top + high))
        top += high + GAP
    picture = svg.drawing(width, max(top - GAP + 1, LINE), f"{title}. {conclusion}", *drawn)
    return Chart(title, picture, conclusion, table)


def lines_of(box, room):
    """(text, weight, colour) of the lines in a box."""
    named = [(text, 600, svg.INK) for text in svg.wrapped(box.name, room * 0.92)]
    about = [(text, 400, svg.SOFT) for text in svg.wrapped(box.about, room)]
    return [*named, *about, *([(box.note, 600, svg.INK)] if box.note else [])]


def drawn_box(box, lines, left, top, wide, high):
    fill, edge, thick = (svg.TINT, svg.ACCENT, 2) if box.is_marked else (svg.PAPER, svg.LINE_STRONG, 1)
    frame = svg.el("rect", x=left, y=top, width=wide, height=high, rx=4, fill=fill, stroke=edge, stroke_width=thick)
    words = [
        svg.label(left + PAD, top + PAD + LINE * (n + 1) - 4, text, font_weight=weight, fill=colour)
        for n, (text, weight, colour) in enumerate(lines)
    ]
    return frame + "".join(words)


def connector(upper, left, middle):
    """From the lower edge of the upper box down, and in to the middle of this one."""
    x, bottom = upper[0] + STEP / 2, upper[1]
    return svg.el(
        "path",
        d=f"M{x:.1f} {bottom:.1f}V{middle:.1f}H{left:.1f}",
        stroke=svg.LINE_STRONG,
        stroke_width=1.5,
        fill="none",
    )
