"""A child's time in care as a drawing: stays and law as bars over time, what was done as marks. Pure."""

from dataclasses import dataclass
from datetime import date

from bou_portal.charts import Chart, Table, svg
from bou_portal.formats import count_word, starting
from bou_portal.formats import date as iso
from bou_portal.periods import Quarter, add_months

# Narrow enough for its words to be read on a phone.
WIDTH, LEFT, RIGHT = 380, 104, 372
BAR, ROW = 34, 24
FILLS = ((svg.ACCENT, svg.PAPER), (svg.TINT, svg.INK))


@dataclass(frozen=True)
class Bar:
    """Something that lasts `[start, end)`; no end = it goes on."""

    start: date
    end: date | None
    label: str


@dataclass(frozen=True)
class Mark:
    """Something done on a day; `label` where the row's name does not say what."""

    on: date
    label: str = ""


@dataclass(frozen=True)
class Scale:
    """Days to the drawing's x."""

    first: date
    last: date

    def x(self, day):
        inside = min(max(day, self.first), self.last)
        return LEFT + (RIGHT - LEFT) * (inside - self.first).days / max((self.last - self.first).days, 1)

    def ticks(self):
        """Quarters when they have room, else years, else every fifth year."""
        days = (self.last - self.first).days
        quarter = Quarter.of(self.first).next()
        every = [quarter.next(n) for n in range(days // 80 + 2)]
        if days > 2 * 366:
            step = 1 if days < 9 * 366 else 5
            every = [q for q in every if q.number == 1 and q.year % step == 0]
        elif days > 366:
            every = [q for q in every if q.number in (1, 3)]
        return [q.start for q in every if q.start <= self.last]


def draw(bars, marks, today):
    """`bars` and `marks` are (name, things) rows, the stays first. Returns a `Chart`, whose table lists all of it."""
    everything = [bar.start for _, row in bars for bar in row] + [mark.on for _, row in marks for mark in row]
    scale = Scale(min([*everything, add_months(today, -3)]), max([*everything, today]))
    stays = bars[0][1]
    bars, marks = ([(name, row) for name, row in rows if row] for rows in (bars, marks))
    bottom = 8 + BAR * len(bars) + ROW * len(marks)
    parts = [axis(scale, bottom, today)]
    for n, (name, row) in enumerate(bars):
        y = 8 + n * BAR
        parts.append(svg.label(LEFT - 10, y + 19, name, text_anchor="end"))
        parts += [drawn_bar(bar, y, scale, today, FILLS[min(n, 1)]) for bar in row]
    for n, (name, row) in enumerate(marks):
        y = 8 + BAR * len(bars) + n * ROW
        parts.append(svg.label(LEFT - 10, y + 17, name, text_anchor="end"))
        parts.append(svg.el("path", d=f"M{LEFT} {y + 12}H{RIGHT}", stroke=svg.LINE))
        parts += [drawn_mark(mark, y, scale, name) for mark in row]
    said = conclusion(stays, today)
    picture = svg.drawing(WIDTH, bottom + 26, f"Tidslinje. {said}", *parts)
    return Chart("Tidslinje", picture, said, table(bars, marks))


def axis(scale, bottom, today):
    lines, free = [], LEFT
    for tick in scale.ticks():
        x, text = scale.x(tick), str(tick.year) if tick.month == 1 else f"{tick:%Y-%m}"
        half = svg.text_width(text) / 2
        lines.append(svg.el("path", d=f"M{x:.1f} 4V{bottom}", stroke=svg.LINE))
        if free < x - half and x + half < WIDTH:  # a label that has no room is left out, its line is not
            lines.append(svg.label(x, bottom + 18, text, text_anchor="middle", fill=svg.SOFT))
            free = x + half + 4
    now = scale.x(today)
    lines.append(svg.el("path", svg.title("I dag"), d=f"M{now:.1f} 4V{bottom}", stroke=svg.INK, stroke_dasharray="3 3"))
    return "".join(lines)


def drawn_bar(bar, y, scale, today, colours):
    fill, ink = colours
    left, right = scale.x(bar.start), scale.x(bar.end or today)
    wide = max(right - left, 2.0)
    said = f"{bar.label} {iso(bar.start)}–{iso(bar.end)}"
    box = svg.el("rect", svg.title(said), x=left, y=y + 3, width=wide, height=22, fill=fill, stroke=svg.PAPER, rx=2)
    if svg.text_width(bar.label) + 10 > wide:
        return box
    return box + svg.label(left + 6, y + 18, bar.label, fill=ink)


def drawn_mark(mark, y, scale, name):
    x = min(max(scale.x(mark.on), LEFT + 5.0), RIGHT - 5.0)
    return svg.el(
        "circle",
        svg.title(f"{mark.label or name} {iso(mark.on)}"),
        cx=x,
        cy=y + 12,
        r=5,
        fill=svg.ACCENT,
        stroke=svg.PAPER,
    )


def conclusion(stays, today):
    """How many stays, since when, and whether it goes on."""
    if not stays:
        return "Ingen placering är registrerad."
    count = f"{starting(count_word(len(stays)))} {'placering' if len(stays) == 1 else 'placeringar'}"
    open_ones = [stay for stay in stays if stay.end is None or stay.end > today]
    if open_ones and len(stays) == 1:
        return f"En placering, pågående sedan {iso(stays[0].start)}."
    if open_ones:
        return f"{count} sedan {iso(stays[0].start)}; den pågående började {iso(open_ones[-1].start)}."
    return f"{count}, från {iso(stays[0].start)} till {iso(max(stay.end for stay in stays))}."


def table(bars, marks):
    """Everything in the drawing, the newest first."""
    lines = [(bar.start, bar.label, iso(bar.start), iso(bar.end) or "pågår") for _, row in bars for bar in row]
    lines += [(mark.on, mark.label or name, iso(mark.on), "") for name, row in marks for mark in row]
    newest = sorted(lines, key=lambda line: line[0], reverse=True)
    return Table("Allt i bilden, det senaste först", ("Vad", "Dag eller från", "Till"), tuple(x[1:] for x in newest))
