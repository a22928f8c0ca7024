"""Lessons from analyses that a second person has let out of her municipality.

The one thing here that crosses the wall between municipalities: a text that two people have read, the kind of analysis,
its categories of causes and the quarter in which it was let out. Nothing else of the analysis is in a `Lesson`.
"""

from dataclasses import dataclass

from django.utils import timezone

from bou_portal.periods import Quarter
from placements.models import AnalysisCause, EventAnalysis


@dataclass(frozen=True)
class Lesson:
    text: str
    kind: str
    categories: tuple[str, ...]
    quarter: Quarter


def shared(category=""):
    """All lessons of the regions that use the portal, newest first; `category` narrows to one kind of cause."""
    rows = EventAnalysis.objects.checked().filter(municipality__region__is_member=True)
    if category in AnalysisCause.Category.values:
        rows = rows.filter(causes__category=category).distinct()
    return [
        Lesson(
            text=row.lesson,
            kind=row.get_kind_display(),
            categories=tuple(dict.fromkeys(cause.get_category_display() for cause in row.causes.all())),
            quarter=Quarter.of(timezone.localdate(row.lesson_checked_at)),
        )
        for row in rows.prefetch_related("causes").order_by("-lesson_checked_at", "-pk")
    ]
