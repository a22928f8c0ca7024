"""The report's chapters, in order. Each takes a `Source` and returns its blocks; a chapter without data is one line."""

from bou_portal.reports.chapters import children, health, homes, places, planning, stability, summary

CHAPTERS = (summary, children, places, planning, health, stability, homes)


def chapters(source):
    """Chapters with their blocks, for any issue. Only the region's own report has the one on its municipalities."""
    return [
        {
            "id": chapter.ID,
            "title": chapter.title(source),
            "blocks": [block for block in chapter.blocks(source) if block],
        }
        for chapter in CHAPTERS
        if chapter is not places or source.is_region
    ]
