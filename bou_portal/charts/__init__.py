"""Charts as SVG for page and PDF alike. They take shown values only: a raw figure raises TypeError, None is a gap.

Every function returns a `Chart`: the drawing, one sentence from the data, and the same figures as a table.
"""

from bou_portal.charts.bars import bars, funnel, stacked
from bou_portal.charts.dots import strip
from bou_portal.charts.lines import line, run_chart, spark
from bou_portal.charts.parts import HIDDEN, HIDDEN_NOTE, Chart, Point, Series, Table

__all__ = [
    "HIDDEN",
    "HIDDEN_NOTE",
    "Chart",
    "Point",
    "Series",
    "Table",
    "bars",
    "funnel",
    "line",
    "run_chart",
    "spark",
    "stacked",
    "strip",
]
