"""The ground for a choice of home as two printed pages: what the comparison shows, what was asked for, and what it is not.

Nothing in it is about a child, and nothing rests on the own municipality's children alone.
"""

import hashlib
from functools import cached_property
from math import ceil

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from bou_portal.charts import svg
from bou_portal.pdf import render

# So that four homes of the longest names and facts still go on two pages.
LONGEST = 120
# What goes on one line of a column, and how many lines leave room for the map on the second page.
LINE, LINES_BESIDE_MAP = 24, 40
MAP_SIZE = {"width": 240, "most": 200}


class Ground:
    def __init__(self, comparison):
        self.comparison, self.today = comparison, timezone.localdate()

    @property
    def homes(self):
        return self.comparison.homes

    @property
    def released(self):
        return self.comparison.released

    @property
    def choices(self):
        """What she searched for, in words."""
        return self.comparison.search.choices.chosen

    @property
    def first_page(self):
        """What others think and what was promised: [(heading, [(line's heading, [(text, note, bar, is it known)])])]."""
        return [printed(*part) for part in self.comparison.shown_parts[:-1]]

    @property
    def second_page(self):
        """What the homes are."""
        return [printed(*part) for part in self.comparison.shown_parts[-1:]]

    @cached_property
    def map(self):
        """Where the homes lie, when the facts leave room for it."""
        return self.comparison.map(**MAP_SIZE) if self.lines <= LINES_BESIDE_MAP else None

    @property
    def lines(self):
        """About how many lines the second page's table takes."""
        names = max(ceil(len(str(home)) / LINE) for home in self.homes)
        cells = [cells for _, lines in self.second_page for _, cells in lines]
        return names + sum(max(ceil((len(text) + len(note)) / LINE) for text, note, *_ in row) for row in cells)

    @property
    def file_name(self):
        return f"underlag-infor-placering-{self.today}.pdf"

    def pdf(self):
        """The same choices on the same day give the same bytes."""
        html = render_to_string("placements/ground.html", {"ground": self, "is_demo": settings.DEMO})
        return render(html, identifier=hashlib.sha256(html.encode()).digest()[:16])


def printed(heading, lines):
    return heading, [(line.heading, [printed_cell(cell) for cell in line.cells]) for line in lines]


def printed_cell(cell):
    bar = score_bar(cell) if cell.value is not None else ""
    return shortened(cell.text), shortened(cell.note), bar, cell.is_known


def score_bar(cell):
    """The shown value as a length from nought to five; its text alternative says the number."""
    lengths = ((100, svg.LINE), (20 * cell.value, svg.ACCENT))
    full, part = (svg.el("rect", width=width, height=6, fill=fill) for width, fill in lengths)
    return svg.drawing(100, 6, f"{cell.text} av 5", full, part)


def shortened(text):
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip(" ,.") + "…"
