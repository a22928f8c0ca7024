"""Why something is due, in one or two Swedish sentences: what it is counted from, whose number it is, where it stands.

Law paragraphs and lengths come from the rule book of the day; what is a target is never said to be law.
"""

from bou_portal.formats import date as iso
from placements.models import Due

Kind, Since = Due.Kind, Due.Since


def explain(due, book):
    """Why this is due, by the book of the day and the child's municipality."""
    return SENTENCES[due.kind](due, book)


def _is_past(due, book):
    return due.late_after_on < book.day


def _target(book, code):
    """`Målnivån är 30 dagar (lokal målnivå, Sundsvall)` in parts: whose, how long, who set it."""
    rule = book.get(code)
    is_target = code in book.set_by or (rule and rule.kind == rule.Kind.LOCAL_TARGET)
    setter = f" ({book.set_by[code]})" if code in book.set_by else ""
    return "Målnivån" if is_target else "Riktmärket", book.length(code), setter


def _law(book, code, said):
    """`; att planen ska finnas står i SoL …`, or only the full stop."""
    return f"; {said} {law}." if (law := book.cite(code)) else "."


def _by_law(due, book, counted):
    """What it is counted from, the rule's own name and where it stands."""
    rule = book.get(due.code)
    return f"{counted} {rule.name} ({rule})." if rule else counted


def _review(due, book):
    return _by_law(due, book, f"{'Skulle ha gjorts' if _is_past(due, book) else 'Ska göras'} {iso(due.due_on)}.")


def _custody(due, book):
    since = "Senast övervägd" if due.since == Since.LAST else "I samma familjehem sedan"
    return _by_law(due, book, f"{since} {iso(due.counted_from_on)}.")


def _restriction(due, book):
    since = "Senast övervägd" if due.since == Since.LAST else "Beslutad"
    return _by_law(due, book, f"{since} {iso(due.counted_from_on)}.")


def _emergency(due, book):
    since = "Utredningen avslutades" if due.since == Since.CLOSED else "I jourhem sedan"
    return _by_law(due, book, f"{since} {iso(due.counted_from_on)}.")


def _investigation(due, book):
    extended = f", förlängd till {iso(due.due_on)}" if due.since == Since.EXTENDED else ""
    return _by_law(due, book, f"Inledd {iso(due.counted_from_on)}{extended}.")


def _post_care(due, book):
    if due.since == Since.ENDED and due.due_on == due.counted_from_on:
        return _by_law(due, book, f"Vården upphörde {iso(due.counted_from_on)} och ingen uppföljning är inledd.")
    since = "Vården upphörde" if due.since == Since.ENDED else "Inledd"
    return _by_law(due, book, f"{since} {iso(due.counted_from_on)}, ska avslutas senast {iso(due.due_on)}.")


def _care_plan(due, book):
    _, length, setter = _target(book, due.code)
    said = f"Placerad {iso(due.counted_from_on)} och ingen vårdplan är registrerad. Målnivån är {length}{setter}"
    return said + _law(book, "R-VP", "att planen ska finnas står i")


def _care_plan_revision(due, book):
    return _by_law(due, book, f"Placerad {iso(due.counted_from_on)} och planen är inte reviderad sedan dess.")


def _plan(due, book):
    _, length, setter = _target(book, due.code)
    if due.since == Since.LAST:
        said = f"Planen {'gällde' if _is_past(due, book) else 'gäller'} till {iso(due.due_on)}. "
        said += f"Målnivån är att den ses över inom {length}{setter}"
    else:
        said = f"Placerad {iso(due.counted_from_on)}. Målnivån är {length}{setter}"
    return said + _law(book, "R-GP", "att planen ska finnas står i")


def _talk(due, book):
    last = f"Senaste samtalet {iso(due.counted_from_on)}" if due.since == Since.LAST else "Inget samtal är registrerat"
    return f"{last}. {_regularly(due, book, 'ett samtal')}"


def _visit(due, book):
    last = f"Senaste besöket {iso(due.counted_from_on)}" if due.since == Since.LAST else "Inget besök är registrerat"
    return f"{last}. {_regularly(due, book, 'ett besök')}"


def _regularly(due, book, what):
    whose, length, setter = _target(book, due.code)
    said = f"; lagen säger regelbundet ({law})" if (law := book.cite("R-VISIT")) else ""
    return f"{whose} är {what} inom {length}{setter}{said}."


def _agreed(due, book):
    return f"Vid uppföljningen {iso(due.counted_from_on)} bestämdes nästa till {iso(due.due_on)}."


def _request(due, book):
    _, length, setter = _target(book, due.code)
    said = f"Placerad {iso(due.counted_from_on)} och ingen undersökning är begärd. Målnivån är {length}{setter}"
    return said + _law(book, "R-HEALTH-SOL", "att regionen ska underrättas står i")


def _exam(due, book):
    begun = "Begärd" if due.since == Since.REQUEST else "Placerad"
    said = (
        f"{begun} {iso(due.counted_from_on)}. Länets målnivå är {book.length(due.code)} från {Since(due.since).label}"
    )
    return said + _law(book, "R-HEALTH", "undersökningen erbjuds enligt")


def _action(due, book):
    _, length, setter = _target(book, due.code)
    return f"Undersökningen {iso(due.counted_from_on)} visade att något behöver göras. Målnivån är {length}{setter}."


def _age(due, book):
    return _by_law(due, book, f"Åldern nås senast {iso(due.late_after_on)}. Planera i god tid vad som följer efter.")


SENTENCES = {
    Kind.REVIEW: _review,
    Kind.CUSTODY: _custody,
    Kind.RESTRICTION: _restriction,
    Kind.EMERGENCY: _emergency,
    Kind.INVESTIGATION: _investigation,
    Kind.POST_CARE: _post_care,
    Kind.CARE_PLAN: _care_plan,
    Kind.CARE_PLAN_REVISION: _care_plan_revision,
    Kind.PLAN: _plan,
    Kind.TALK: _talk,
    Kind.VISIT: _visit,
    Kind.FOLLOW_UP: _agreed,
    Kind.HEALTH_REQUEST: _request,
    Kind.MEDICAL: _exam,
    Kind.DENTAL: _exam,
    Kind.HEALTH_ACTION: _action,
    Kind.AGE: _age,
}
