"""The rules as pure data: every wording of every rule with its days, and the targets set for one municipality."""

from dataclasses import dataclass, replace
from datetime import date

from bou_portal.periods import add_days, add_months

STATUTE, MONTHS, DAYS = "statute", "months", "days"
# The region's target for examinations is one number for both.
EXAM_TARGETS = ("R-HEALTH-T", "R-DENTAL-T")


@dataclass(frozen=True)
class Wording:
    """A rule as it reads between two days, both included; no length where the law gives no number."""

    code: str
    kind: str
    amount: int | None = None
    unit: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def add_length(day, wording):
    """`day` plus the wording's length in its own unit (lag 1930:173: the same day-number, or the month's last day)."""
    add = add_months if wording.unit == MONTHS else add_days
    return add(day, wording.amount)


def in_force(wordings, day):
    """The wording that holds on the day, or None. `wordings` in time order."""
    holding = [
        wording for wording in wordings if (wording.valid_from or date.min) <= day <= (wording.valid_to or date.max)
    ]
    return holding[-1] if holding else None


def first_due(wordings, day):
    """The first day on which a wording then in force makes due what is counted from `day`; None if none ever does.

    A new wording counts from the day it comes into force, for what has already begun too: whoever had been placed for
    two years when three years became two was due that day, and not before.
    """
    found = []
    for wording in wordings:
        if wording.amount is None:
            continue
        due = max(add_length(day, wording), wording.valid_from or date.min)
        if due <= (wording.valid_to or date.max):
            found.append(due)
    return min(found, default=None)


@dataclass(frozen=True)
class HealthTarget:
    """The region's target for health and dental examinations."""

    days: int = 60
    by_request: bool = False


class Rules:
    """All wordings by code, with the lengths that a region or a municipality has set instead. A statute's stands."""

    def __init__(self, wordings, targets=None, health=None):
        """`targets`: code -> (amount, unit), the municipality's own before the region's."""
        targets, self.health = dict(targets or {}), health or HealthTarget()
        targets |= dict.fromkeys(EXAM_TARGETS, (self.health.days, DAYS))
        self.by_code = {}
        for wording in sorted(wordings, key=lambda wording: wording.valid_from or date.min):
            if wording.kind != STATUTE and wording.code in targets:
                amount, unit = targets[wording.code]
                wording = replace(wording, amount=amount, unit=unit)
            self.by_code.setdefault(wording.code, []).append(wording)

    def due(self, code, day):
        """The last day, counted from `day`; None without such a rule."""
        return first_due(self.by_code.get(code, ()), day)

    def is_law(self, code, day):
        """Whether the rule's length is the law's own on that day."""
        wording = in_force(self.by_code.get(code, ()), day)
        return wording is not None and wording.kind == STATUTE

    def before(self, code, day):
        """The day from which the rule's length leads up to `day`; None without such a rule."""
        wording = in_force(self.by_code.get(code, ()), day)
        return add_length(day, replace(wording, amount=-wording.amount)) if wording and wording.amount else None
