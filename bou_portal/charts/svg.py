"""A small SVG writer: presentation attributes only, the same bytes for the same data.

WeasyPrint does not let page styles into an inline SVG, and the content security policy allows no style attribute,
so there are no classes, no `var()` and no `style`. The colours are those of static/css/tokens.css; a test compares.
"""

import zlib
from html import escape
from math import ceil, floor, log10

from django.utils.safestring import mark_safe

INK, SOFT, LINE, LINE_STRONG = "#1b2a2f", "#51605f", "#dcdfd8", "#78827b"
PAPER, GROUND, ACCENT, TINT = "#ffffff", "#f5f6f3", "#0f5c66", "#e3efef"
SERIES = ("#0f5c66", "#b4531f", "#5f6e33", "#5b5f97")
FONT = "Rapport, system-ui, sans-serif"  # Rapport exists in the PDF only; a browser goes on to its own
SIZE = 13


def attribute(name, value):
    if isinstance(value, float):
        value = f"{value:.1f}".removesuffix(".0")
    return f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'


def el(tag, *children, **attributes):
    """One element. Children are markup already; text goes through `label` or `title`."""
    head = tag + "".join(attribute(name, value) for name, value in attributes.items() if value is not None)
    return f"<{head}>{''.join(children)}</{tag}>" if children else f"<{head}/>"


def title(text):
    return f"<title>{escape(text)}</title>"


def label(x, y, text, **attributes):
    return el("text", escape(text), x=float(x), y=float(y), **attributes)


def drawing(width, height, name, *children, role="img"):
    """The whole picture. `name` becomes the direct `<title>` child: the PDF's alternative text."""
    body = el("g", *children, font_family=FONT, font_size=SIZE, fill=INK)
    view = f"0 0 {width:g} {height:g}"
    return mark_safe(  # noqa: S308 - every text in it went through escape()
        el("svg", title(name), body, xmlns="http://www.w3.org/2000/svg", viewBox=view, role=role)
    )


def text_width(text, *, bold=False):
    """A cautious guess in the drawing's units, made for the widest system font (DejaVu Sans)."""
    return len(text) * SIZE * (0.68 if bold else 0.61)


def wrapped(text, room, most=2):
    """The text as at most `most` lines that fit `room`; what still does not fit ends with an ellipsis."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(lines) < most and text_width(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return [
        line if text_width(line) <= room else line[: int(room / (SIZE * 0.61)) - 1].rstrip() + "…" for line in lines
    ]


def path(points):
    """A line through points; None lifts the pen, so that a hidden value leaves a gap and nothing to measure."""
    parts, pen_down = [], False
    for point in points:
        if point is None:
            pen_down = False
            continue
        parts.append(f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        pen_down = True
    return "".join(parts)


def key(*words):
    """An id that is the same every time for the same chart and different for different ones."""
    return f"c{zlib.crc32('|'.join(words).encode()):08x}"


def patterns(name):
    """Six fills told apart in black and white: full, slanted, dots, level lines, crossed, empty. Returns (defs, fills)."""
    one, two, three, four = SERIES
    tile = {"width": 6, "height": 6, "patternUnits": "userSpaceOnUse"}

    def pattern(index, back, *marks):
        return el("pattern", el("rect", width=6, height=6, fill=back), *marks, id=f"{name}-{index}", **tile)

    def stroke(d, colour, width):
        return el("path", d=d, stroke=colour, stroke_width=width, fill="none")

    slanted = "M-1.5 1.5L1.5 -1.5M0 6L6 0M4.5 7.5L7.5 4.5"
    defs = el(
        "defs",
        pattern(1, PAPER, stroke(slanted, two, 2)),
        pattern(2, TINT, el("circle", cx=3, cy=3, r=1.6, fill=one)),
        pattern(3, PAPER, stroke("M0 1.5H6M0 4.5H6", four, 1.2)),
        pattern(4, PAPER, stroke("M0 3H6M3 0V6", three, 1.4)),
    )
    edges = (one, two, one, four, three, SOFT)
    fills = (one, *(f"url(#{name}-{index})" for index in range(1, 5)), PAPER)
    return defs, tuple(zip(fills, edges, strict=True))


def nice_ticks(low, high, count=4):
    """Round axis values that enclose low..high, about `count` steps of 1, 2, 2.5 or 5 times a power of ten."""
    least = max((high - low) or abs(high) or 1, 1e-9) / count
    power = 10.0 ** floor(log10(least))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= least * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(step * n, 10) for n in range(first, max(last, first + 1) + 1)]
