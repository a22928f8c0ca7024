"""The report's chapters, in order. Each takes a `Source` and returns its blocks; a chapter without data is one line."""

from bou_portal.reports.chapters import (
    children,
    health,
    homes,
    learning,
    places,
    planning,
    region_work,
    stability,
    summary,
    voices,
)

CHAPTERS = (summary, children, places, planning, health, stability, homes, voices, learning, region_work)


def chapters(source):
    """Chapters with their blocks, for any issue. Only the region's own report has the one on its municipalities, and
    only the issue "Intern" the one on what is the municipality's own."""
    return [
        {
            "id": chapter.ID,
            "title": chapter.title(source),
            "blocks": [block for block in chapter.blocks(source) if block],
        }
        for chapter in CHAPTERS
        if (chapter is not places or source.is_region) and (chapter is not learning or source.is_intern)
    ]
