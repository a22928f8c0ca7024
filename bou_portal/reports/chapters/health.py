"""Health and dental examinations: how far they have come, why not further, what followed."""

from bou_portal.figures import State
from bou_portal.reports.blocks import funnel, line, run, side_by_side, table, text, without_empty
from bou_portal.reports.chapters.planning import measured, share_bars, share_table
from bou_portal.reports.own_tables import ACTIONS, REASONS_UNDONE
from placements import examinations
from placements.health_funnel import NAMES, drawn, steps
from placements.indicators.funnel import KINDS

ID = "halsa"
MEASURES = ("H1", "H2", "H3", "health_examined", "dental_examined")
FUNNEL_NOTE = "Ett steg räknar också dem som kommit längre."


def title(source):
    return "Hälsa och tandhälsa"


def blocks(source):
    measures = measured(source, MEASURES)
    if not measures:
        return [text("Ingen uppgift om hälso- och tandundersökningar för kvartalet.")]
    return [
        side_by_side(*(funnel_of(source, code) for code in KINDS)),
        side_by_side(
            share_bars(source, "Andel av barnen", measures),
            share_table(source, "Hälso- och tandundersökningar", measures),
        ),
        side_by_side(
            step_table(source),
            by_kind(source, REASONS_UNDONE, "Barn utan gjord undersökning, efter orsak", "Orsak", REASONS),
            by_kind(source, ACTIONS, "Vad gjorda undersökningar ledde till", "Åtgärder", examinations.ACTIONS),
        ),
        side_by_side(run(source, "health_examined"), run(source, "dental_examined")),
        comment(source),
    ]


REASONS = (*examinations.REASONS.values(), examinations.UNSAID)


def told(source, code):
    """Whose the funnel is and its steps: the place's own, or the region's where the place's is not told; or nothing."""
    whose, cells = source.breakdown(code)
    figure = source.of_region if whose else source.figure
    shown = {stage: now for stage, _, now in cells}
    if not shown or all(now.state is State.NOT_DELIVERED for now in shown.values()):
        return None
    return whose, steps(figure("placed_on"), shown.get)


def funnel_of(source, code):
    found = told(source, code)
    return found and funnel(f"{NAMES[code]}{found[0]}", found[1], f"{drawn(code, found[1]).conclusion} {FUNNEL_NOTE}")


def step_table(source):
    """The same steps as numbers."""
    found = [told(source, code) for code in KINDS]
    if not all(found):
        return None
    rows = [line(name, *(dict(each)[name] for _, each in found)) for name, _ in found[0][1]]
    return table(f"Stegen i tal{found[0][0]}", ("Steg", "Hälsa", "Tand"), rows)


def by_kind(source, name, caption, heading, words):
    """The own municipality's counts for health and teeth, word by word."""
    counts = source.tables.get(name)
    if not counts:
        return None
    rows = [line(word, *(counts[kind, word] for kind in KINDS.values())) for word in words]
    return table(caption, (heading, "Hälsa", "Tand"), without_empty(rows))


def comment(source):
    """What the partner organisation said of the newest released funnel it had read when this quarter was frozen."""
    if not source.health_comment:
        return None
    quarter, words = source.health_comment
    return text(f"Samverkanspartens kommentar om {quarter}: {words}")
