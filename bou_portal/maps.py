"""A region's map as SVG: one shape per municipality, shaded by a shown value, linked, without JavaScript.

The outlines are Statistics Sweden's (municipalities/data/ORIGIN.md); names and values come from the caller.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import escape
from pathlib import Path

from bou_portal.charts import svg
from bou_portal.charts.parts import HIDDEN, HIDDEN_NOTE, Chart, Table, shown
from bou_portal.figures import Shown
from bou_portal.formats import listing, with_unit

OUTLINES = Path(__file__).parent.parent / "municipalities" / "data" / "map.json"
SHADES = (svg.TINT, "#b9d8da", "#8cbcc1", "#5f9aa1")  # light to dark; ink is readable on all four
MARGIN = 12
HIGHEST = 560
TEXT = 12  # on the finished drawing, whatever the county's size


@dataclass(frozen=True)
class Place:
    """A municipality on the map: SCB code, name, and, where there is one, a shown value and a page to go to."""

    code: str
    name: str
    value: int | float | Decimal | None = None
    text: str = ""
    href: str = ""

    def __post_init__(self):
        object.__setattr__(self, "text", self.text or (self.value.text if isinstance(self.value, Shown) else ""))
        object.__setattr__(self, "value", shown(self.value))

    def read(self, unit=""):
        return self.text or ("" if self.value is None else with_unit(self.value, unit))


@cache
def outlines():
    """Paths, label points and boxes by municipality code, as delivered."""
    return json.loads(OUTLINES.read_text())


def region_map(places, *, title, unit="", conclusion="", width=440, links=True):
    """The places' county or counties. Plain when no place has a value, shaded in up to four steps when any has.

    Names that do not fit in their shape become numbers; `Chart.aside` lists them as (number, place).
    """
    places = tuple(places)
    sheet = Sheet([outlines()["municipalities"][place.code] for place in places], width)
    values = [float(place.value) for place in places if place.value is not None]
    limits, valued = steps(values), bool(values) or any(place.text for place in places)
    name = svg.key(title, *(place.code for place in places))
    shapes = [outline(place, shade(place, limits, valued, name), unit, links) for place in places]
    words, aside = named(places, sheet, unit)
    said = conclusion or map_conclusion(places, unit)
    height = sheet.height + (30 if limits else 0)
    land = svg.el("g", *shapes, transform=sheet.transform, stroke=svg.SOFT, stroke_width=sheet.line)
    drawn = (hatch(name), land, svg.el("g", *words, pointer_events="none"), key_to_shades(limits, sheet, unit))
    role = "group" if links and any(place.href for place in places) else "img"
    picture = svg.drawing(width, height, f"{title}. {said}", *drawn, role=role)
    return Chart(title, picture, said, map_table(title, places, unit), aside)


def named(places, sheet, unit):
    """Names where they fit, the largest shapes first, then numbers in the places' order: (words, aside)."""
    shapes = {place: outlines()["municipalities"][place.code] for place in places}
    words, aside = [], []
    for place in sorted(places, key=lambda place: -area(shapes[place]["bbox"])):
        lines = [place.name, *([place.read(unit)] if place.read(unit) else [])]
        if sheet.fits(lines, shapes[place]):
            words.append(sheet.words(lines, shapes[place]))
        else:
            aside.append(place)
    aside = tuple(enumerate((place for place in places if place in aside), 1))
    words += [sheet.words([str(n)], shapes[place]) for n, place in aside]
    return words, aside


def area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


class Sheet:
    """From the outlines' coordinates (1 unit = 200 m) to the drawing's."""

    def __init__(self, shapes, width, most=HIGHEST):
        boxes = [shape["bbox"] for shape in shapes]
        self.x, self.y = min(box[0] for box in boxes), min(box[1] for box in boxes)
        wide, high = max(box[2] for box in boxes) - self.x, max(box[3] for box in boxes) - self.y
        self.scale = min((width - 2 * MARGIN) / wide, most / high)
        self.left = (width - wide * self.scale) / 2
        self.height = high * self.scale + 2 * MARGIN
        self.line = round(0.8 / self.scale, 2)
        x, y = self.left - self.x * self.scale, MARGIN - self.y * self.scale
        self.transform = f"translate({x:.1f} {y:.1f}) scale({self.scale:.4f})"
        self.taken = []

    def at(self, x, y):
        return self.left + (x - self.x) * self.scale, MARGIN + (y - self.y) * self.scale

    def box(self, lines, shape, right=0, down=0):
        """The rectangle the words need around the shape's label point: left, top, right, bottom."""
        x, y = self.at(*shape["label"])
        wide = max(svg.text_width(line, bold=True) for line in lines) * TEXT / svg.SIZE / 2
        high = len(lines) * TEXT * 0.62
        return x + right - wide, y + down - high, x + right + wide, y + down + high

    def is_free(self, box):
        return not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in self.taken)

    def fits(self, lines, shape):
        """Whether the words stay inside the shape's own box and clear of words already there."""
        box, edge = self.box(lines, shape), shape["bbox"]
        left, top, right, bottom = *self.at(*edge[:2]), *self.at(*edge[2:])
        inside = left - 2 < box[0] and box[2] < right + 2 and top < box[1] and box[3] < bottom
        return inside and self.is_free(box)

    def words(self, lines, shape):
        """The words at the label point, moved a little where another label is in the way."""
        ways = ((0, 0), (0, -9), (0, 9), (-11, 0), (11, 0), (-11, -9), (11, 9))
        right, down = next((way for way in ways if self.is_free(self.box(lines, shape, *way))), (0, 0))
        self.taken.append(self.box(lines, shape, right, down))
        x, y = self.at(*shape["label"])
        x, y = x + right, y + down + TEXT * 0.35 - (len(lines) - 1) * TEXT * 0.6
        weights = (600,) if len(lines) == 1 else (None, 700)
        return "".join(
            svg.label(x, y + n * TEXT * 1.25, line, text_anchor="middle", font_size=TEXT, font_weight=weight)
            for n, (line, weight) in enumerate(zip(lines, weights, strict=True))
        )


def steps(values):
    """Lower limits of the shades, rounded, from the shown values; none when nothing is shown."""
    if not values:
        return []
    ticks = [tick for tick in svg.nice_ticks(min(values), max(values), 4) if tick < max(values)]
    return ticks[: len(SHADES)] if min(values) < max(values) else [min(values)]


def shade(place, limits, valued, name):
    """A shade, hatching for a hidden value, paper for a map without values or without this one."""
    if place.value is not None:
        level = max(n for n, limit in enumerate(limits) if limit <= float(place.value) or n == 0)
        return SHADES[level if len(limits) > 1 else 1]
    if valued and place.text == HIDDEN:
        return f"url(#{name})"
    return svg.PAPER if valued else svg.TINT


def hatch(name):
    """Fine slanted lines on the ground colour: there is a value, and it is not shown."""
    lines = svg.el("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6", stroke=svg.LINE_STRONG, stroke_width=1, fill="none")
    ground = svg.el("rect", width=8, height=8, fill=svg.GROUND)
    return svg.el("defs", svg.el("pattern", ground, lines, id=name, width=8, height=8, patternUnits="userSpaceOnUse"))


def outline(place, fill, unit, links):
    """The shape with its own title, inside a link where there is somewhere to go."""
    said = f"{place.name}: {place.read(unit)}" if place.read(unit) else place.name
    shape = outlines()["municipalities"][place.code]
    drawn = svg.el("path", svg.title(said), d=shape["d"], fill=fill, fill_rule="evenodd")
    return f'<a href="{escape(place.href)}" aria-label="{escape(said)}">{drawn}</a>' if links and place.href else drawn


def key_to_shades(limits, sheet, unit):
    """Samples of the shades with their lower limits, under the map."""
    parts = []
    for n, limit in enumerate(limits if len(limits) > 1 else []):
        x, y = MARGIN + n * 104.0, sheet.height + 4
        parts.append(svg.el("rect", x=x, y=y, width=16, height=14, fill=SHADES[n], stroke=svg.SOFT, stroke_width=0.8))
        parts.append(svg.label(x + 22, y + 12, f"från {with_unit(limit, unit)}", font_size=TEXT))
    return "".join(parts)


def map_conclusion(places, unit=""):
    """Highest and lowest shown value, or how many municipalities there are."""
    seen = sorted((place for place in places if place.value is not None), key=lambda place: place.value)
    if not seen:
        return f"{len(places)} kommuner." if len(places) != 1 else "En kommun."
    high = f"Högst är {seen[-1].name} med {seen[-1].read(unit)}"
    if len(seen) == 1:
        return f"{high}."
    low = f"lägst av de visade {seen[0].name}" if len(seen) < len(places) else f"lägst {seen[0].name}"
    unseen = [place.name for place in places if place.value is None]
    rest = f" För {listing(unseen)} visas inget tal." if 0 < len(unseen) <= 3 else ""
    return f"{high} och {low} med {seen[0].read(unit)}.{rest}"


def map_table(title, places, unit):
    """Name and shown value per municipality; empty when the map shows names only."""
    rows = tuple((place.name, place.read(unit) or "–") for place in places)
    hidden = any(place.text == HIDDEN for place in places)
    return Table(title, ("Kommun", "Värde"), rows, HIDDEN_NOTE if hidden else "")


@dataclass(frozen=True)
class Spot:
    """Something that lies in a municipality. It is drawn in the middle of it: where in it, nobody is told."""

    code: str
    label: str
    municipality: str
    text: str = ""
    href: str = ""

    @property
    def name(self):
        return f"{self.label}, {self.municipality}"

    @property
    def read(self):
        return self.text


def spot_map(spots, *, title, own=(), width=440, most=HIGHEST):
    """Numbered discs on the outlines of the counties they lie in; the municipalities in `own` are shaded.

    `Chart.aside` lists the spots as (number, spot). `most` is the land's greatest height in the drawing's units.
    """
    spots = tuple(spots)
    shapes = outlines()["municipalities"]
    drawn = [spot for spot in spots if spot.code in shapes]
    codes = around({code[:2] for code in (*own, *(spot.code for spot in drawn))})
    sheet = Sheet([shapes[code] for code in codes], width, most)
    land = [
        svg.el("path", d=shapes[code]["d"], fill=SHADES[2 if code in own else 0], fill_rule="evenodd") for code in codes
    ]
    land = svg.el("g", *land, transform=sheet.transform, stroke=svg.LINE_STRONG, stroke_width=sheet.line)
    numbered = tuple(enumerate(spots, 1))
    said = f"{listing([f'{n} {spot.name}' for n, spot in numbered])}."
    discs = [disc(sheet, spots, n, spot) for n, spot in numbered if spot in drawn]
    picture = svg.drawing(width, sheet.height, f"{title}. {said}", land, *discs)
    rows = tuple((str(n), spot.label, spot.municipality, spot.text or "–") for n, spot in numbered)
    return Chart(title, picture, said, Table(title, ("Nummer", "Hem", "Kommun", "Avstånd"), rows), numbered)


def around(counties):
    """Codes of the municipalities to draw: a county alone, or everything between several."""
    shapes = outlines()["municipalities"]
    inside = [code for code in shapes if code[:2] in counties]
    if len(counties) < 2:
        return inside
    lefts, tops, rights, bottoms = zip(*(shapes[code]["bbox"] for code in inside), strict=True)

    def between(x, y):
        return min(lefts) <= x <= max(rights) and min(tops) <= y <= max(bottoms)

    return [code for code in shapes if code in inside or between(*shapes[code]["label"])]


def disc(sheet, spots, n, spot):
    """The spot's number in a filled ring; those in the same municipality stand side by side."""
    x, y = sheet.at(*outlines()["municipalities"][spot.code]["label"])
    x += 22 * sum(other.code == spot.code for other in spots[: n - 1])
    ring = svg.el("circle", cx=x, cy=y, r=10, fill=svg.ACCENT, stroke=svg.PAPER, stroke_width=2)
    return ring + svg.label(x, y + 4.5, str(n), text_anchor="middle", font_size=TEXT, font_weight=700, fill=svg.PAPER)
