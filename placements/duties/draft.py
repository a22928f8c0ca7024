"""A duty before its rule is looked up: what a rule's function answers with."""

from dataclasses import dataclass, replace
from datetime import date

from placements.models.dues import Due


@dataclass(frozen=True)
class Draft:
    """`late_after_on` only where it is not the due day itself."""

    kind: Due.Kind
    code: str
    since: Due.Since
    counted_from_on: date | None
    due_on: date
    lapses_on: date | None = None
    late_after_on: date | None = None

    def until(self, day):
        """Falls away on that day at the latest; None changes nothing."""
        if day is None or (self.lapses_on and self.lapses_on <= day):
            return self
        return replace(self, lapses_on=day)


def counted(kind, code, rules, since, day, *, lapses_on=None):
    """The duty that the rule counts from the day; nothing without such a rule."""
    if due := rules.due(code, day):
        yield Draft(kind, code, since, day, due, lapses_on)
