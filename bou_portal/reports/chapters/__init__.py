"""The report's chapters, in order. Each takes a `Source` and returns its blocks; a chapter without data is one line."""

from bou_portal.reports.chapters import children, health, homes, planning, stability, summary

CHAPTERS = (summary, children, planning, health, stability, homes)


def chapters(source, homes_used=()):
    """Chapters with their blocks, for any issue. `homes_used` are rows for the chapter on HVB."""
    made = []
    for chapter in CHAPTERS:
        blocks = chapter.blocks(source, homes_used) if chapter is homes else chapter.blocks(source)
        made.append({"id": chapter.ID, "title": chapter.title(source), "blocks": blocks})
    return made
