"""What became of a row, by its effect: what the deliveries say with it, against what they say without it."""

from placements.imports.state import ChildState, Line
from placements.models import DeliveryRow
from placements.stays import Stay

Fate = DeliveryRow.Fate


def placement_fates(before: ChildState, after: ChildState, delivery: int) -> dict[int, str]:
    """Row number -> fate, for the rows of one delivery about one child.

    New: a placement that was not there. Continued: a later start in a placement that goes on (a new legal ground).
    Closed: it gave an open placement its end. Changed: anything else it changed. Unchanged: nothing.
    """
    then = {row.key: stay for stay in _all(before) for row in stay.rows}
    values = {line[1:3]: line.values for line in after.lines}
    facts_changed = before.facts != after.facts
    left_out = {id(stay) for stay in after.folded.left_out}
    fates = {}
    for stay in _all(after):
        earlier = {id(then[row.key]): then[row.key] for row in stay.rows if row.key in then}
        mine = [row for row in stay.rows if row.delivery == delivery]
        if not mine:
            continue
        judge = _Judge(stay, list(earlier.values()), values, id(stay) in left_out)
        for row in sorted(mine, key=lambda row: (row.start, row.number)):
            fates[row.number] = judge.fate(row, facts_changed)
    return fates


def _all(state: ChildState) -> list[Stay]:
    return state.folded.stays + state.folded.left_out


class _Judge:
    """Judges the rows of one stay, first to last, remembering what an earlier one of them already did."""

    def __init__(self, stay: Stay, earlier: list[Stay], values: dict, left_out: bool):
        self.stay, self.values, self.left_out = stay, values, left_out
        self.was = earlier[0] if len(earlier) == 1 else None
        self.is_new = not earlier
        self.starts = {row.start for was in earlier for row in was.rows}
        self.told = {}
        for was in earlier:
            for row in sorted(was.rows, key=lambda row: row.age):
                self.told[row.start] = self._said(row)
        self.merged = len(earlier) > 1

    def _said(self, row):
        return self.values[row.key]

    def fate(self, row, facts_changed) -> str:
        said, told = self._said(row), self.told.get(row.start)
        self.told[row.start] = said
        if self.left_out:
            return Fate.UNCHANGED
        if self.is_new and not self.starts:
            self.starts.add(row.start)
            return Fate.NEW
        if said == told:
            return Fate.UNCHANGED
        if self._closes(row):
            return Fate.CLOSED
        if row.start not in self.starts and row.start > self.stay.start:
            self.starts.add(row.start)
            return Fate.CONTINUED
        return Fate.CHANGED if self.merged or facts_changed or self._changed() else Fate.UNCHANGED

    def _closes(self, row) -> bool:
        was_open = self.was is not None and self.was.delivered_end is None
        return was_open and row.end is not None and row.end == self.stay.delivered_end

    def _changed(self) -> bool:
        return self.was is None or _content(self.was) != _content(self.stay)


def _content(stay: Stay) -> tuple:
    ending = stay.delivered_end, stay.reason, stay.planned, stay.initiator, stay.next_stop
    return stay.start, ending, stay.facts, stay.laws()


def keyed_fates(before: dict, after: dict, keys: dict[int, tuple]) -> dict[int, str]:
    """The same for kinds whose rows stand by themselves: what the key had before, against what it has now."""
    fates, seen = {}, set()
    for number, key in sorted(keys.items()):
        if key in seen or before.get(key) == after[key]:
            fates[number] = Fate.UNCHANGED
        else:
            fates[number] = Fate.CHANGED if key in before else Fate.NEW
        seen.add(key)
    return fates


def newest_by_key(lines: list[Line], key) -> dict[tuple, dict]:
    """Key -> values of the newest row with that key."""
    return {key(line.values): line.values for line in sorted(lines, key=lambda line: line[:3])}
