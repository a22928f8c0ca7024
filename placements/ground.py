"""The ground for a choice of home as two printed pages: what the comparison shows, what was asked for, and what it is not.

Nothing in it is about a child, and nothing rests on the own municipality's children alone.
"""

import hashlib

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from bou_portal.charts import svg
from bou_portal.pdf import render

# So that four homes of the longest names and facts still go on two pages.
LONGEST_NAME, LONGEST_TEXT, LONGEST_NOTE = 44, 58, 48


class Ground:
    def __init__(self, comparison):
        self.comparison, self.today = comparison, timezone.localdate()

    @property
    def homes(self):
        return self.comparison.homes

    @property
    def names(self):
        return [shortened(str(home), LONGEST_NAME) for home in self.homes]

    @property
    def released(self):
        return self.comparison.released

    @property
    def choices(self):
        """What she searched for, in words."""
        return self.comparison.search.choices.chosen

    @property
    def parts(self):
        """[(heading, [(line's heading, [(text, note, bar or nothing)])])]"""
        return [
            (heading, [(line.heading, [printed(cell) for cell in line.cells]) for line in lines])
            for heading, lines in self.comparison.shown_parts
        ]

    @property
    def file_name(self):
        return f"underlag-infor-placering-{self.today}.pdf"

    def pdf(self):
        """The same choices on the same day give the same bytes."""
        html = render_to_string("placements/ground.html", {"ground": self, "is_demo": settings.DEMO})
        return render(html, identifier=hashlib.sha256(html.encode()).digest()[:16])


def printed(cell):
    bar = score_bar(cell) if cell.value is not None else ""
    return shortened(cell.text, LONGEST_TEXT), shortened(cell.note, LONGEST_NOTE), bar, cell.is_known


def score_bar(cell):
    """The shown value as a length from nought to five; its text alternative says the number."""
    full, part = (
        svg.el("rect", width=width, height=6, fill=fill)
        for width, fill in ((100, svg.LINE), (20 * cell.value, svg.ACCENT))
    )
    return svg.drawing(100, 6, f"{cell.text} av 5", full, part)


def shortened(text, most):
    return text if len(text) <= most else text[: most - 1].rstrip(" ,.") + "…"
