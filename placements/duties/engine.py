"""Every duty of one case. Pure: no database, no today. What falls away by itself says from which day."""

from dataclasses import dataclass
from datetime import date

from bou_portal.periods import effective
from placements.duties import decided, followed, health
from placements.models.dues import Due


@dataclass(frozen=True)
class Duty:
    """`due_on` is the nominal day, for planning; `late_after_on` the last day, moved past holidays where it is law."""

    kind: Due.Kind
    code: str
    is_law: bool
    since: Due.Since
    counted_from_on: date | None
    due_on: date
    late_after_on: date
    lapses_on: date | None = None


ASKED = (
    decided.review,
    decided.custody,
    decided.restrictions,
    decided.emergency,
    decided.ages,
    followed.care_plan,
    followed.care_plan_revision,
    followed.plan,
    followed.talk,
    followed.visit,
    followed.agreed,
    health.request,
    health.exams,
    health.actions,
)
# These do not need a child in care.
ALWAYS_ASKED = (decided.investigations, decided.after_care)


def duties(case, rules):
    """What is to be done for this child, in the order it falls due.

    What belongs to being in care falls away when care ends; what belongs to being a child when the child is grown.
    """
    found = []
    if case.episode:
        found = [draft.until(case.episode.ended_on) for ask in ASKED for draft in ask(case, rules)]
    found += [draft for ask in ALWAYS_ASKED for draft in ask(case, rules)]
    made = [_duty(draft, rules) for draft in found if draft.lapses_on is None or draft.due_on < draft.lapses_on]
    return sorted(made, key=lambda duty: (duty.due_on, duty.kind, duty.code, duty.counted_from_on or date.min))


def _duty(draft, rules):
    is_law = rules.is_law(draft.code, draft.due_on)
    late_after = draft.late_after_on or (effective(draft.due_on) if is_law else draft.due_on)
    return Duty(
        draft.kind, draft.code, is_law, draft.since, draft.counted_from_on, draft.due_on, late_after, draft.lapses_on
    )
