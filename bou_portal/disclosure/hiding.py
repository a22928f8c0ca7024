"""Which cells must be hidden. Numbers in, sets of places out; nothing here knows what the numbers mean.

A `Split` is a column of counts over municipalities, with the region's sum: the total (children placed on a
day) or a part of another split (those of them with a care plan). Splits form a tree, and a municipality
that is hidden in one is hidden in all below it. Hidden small counts are protected by hiding other
municipalities too, until the reader cannot narrow one down to fewer than `threshold` values.

Why the closed form is enough: children of hidden municipalities may change places, with everything that is
known about them, without changing any published number. At the root a hidden municipality may then hold
from 1 child to all but one per other hidden municipality. In a part X of Y it may hold from
`max(0, lo(Y) - c)` to `min(hi(Y), x)`, where x and c are how many children of the hidden municipalities are
in X and in Y but not in X. Tests attack the result with linear programming, which uses none of this.

Every municipality also reads the release with its own numbers at hand, so all bounds are computed
once for each of them (`insider`), with that municipality's own numbers taken as known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bou_portal.disclosure.published import SMALLEST_GROUP, THRESHOLD


@dataclass
class Split:
    """One column of counts by municipality: a total, or a part of another split.

    `counts` holds the municipalities that delivered it. `earlier` is what older versions of the same quarter
    told about them: place to (count, base), or None where they hid it. `was_dropped`: one of them hid the
    region's number. After `Hider.hide()`, `hidden` holds the municipalities to hide, and `is_dropped` says that
    the region's number is hidden too.
    """

    name: str
    counts: Mapping[str, int]
    of: "Split | None" = None
    is_share: bool = True
    earlier: list[Mapping[str, tuple[int, int] | None]] = field(default_factory=list)
    was_dropped: bool = False
    hidden: set[str] = field(default_factory=set)
    is_dropped: bool = False
    parts: list["Split"] = field(default_factory=list)

    def __post_init__(self):
        if self.of:
            self.of.parts.append(self)

    def base(self, place: str) -> int:
        """How many the place's count is a part of; for the total itself the count."""
        return self.of.counts[place] if self.of else self.counts[place]

    def rest(self, place: str) -> int:
        """Those in the base who are not counted here."""
        return self.base(place) - self.counts[place]

    def history(self, place: str) -> str:
        """What older versions of the quarter did: none there are, or they "hid", "showed" or "lacked" the place."""
        if not self.earlier:
            return "first"
        told = [version.get(place, ()) for version in self.earlier]
        return "hid" if None in told else "showed" if any(told) else "lacked"

    def changes(self, place: str) -> Iterable[int]:
        """How far the count and the rest are from what older versions showed."""
        for count, base in filter(None, (version.get(place) for version in self.earlier)):
            yield abs(self.counts[place] - count)
            yield abs(self.rest(place) - (base - count))

    def tree(self) -> Iterable["Split"]:
        """This split and all its parts, parents first."""
        yield self
        for part in self.parts:
            yield from part.tree()

    def hide(self, place: str) -> None:
        for split in self.tree():
            if place in split.counts:
                split.hidden.add(place)

    def drop(self) -> None:
        """Show nothing of this split or below it, not even the region's number: no sums are left to solve."""
        for split in self.tree():
            split.is_dropped = True
            nothing_to_share = {
                place for place in split.counts if split.of and place not in split.of.hidden and not split.base(place)
            }
            split.hidden = set(split.counts) - nothing_to_share


class Hider:
    """Decides what is hidden in one tree of splits."""

    def __init__(self, root: Split, threshold: int = THRESHOLD):
        self.root = root
        self.threshold = threshold

    def hide(self, *, second: bool = True) -> None:
        """Hide small counts, then (`second`) as much more as keeps them from being worked out."""
        for split in self.root.tree():
            self._hide_small(split)
        for split in self.root.tree() if second else ():
            while not split.is_dropped and (unsafe := self._unsafe(split)):
                self._repair(split, unsafe)

    # First: small counts ----------------------------------------------------------------------------

    def _hide_small(self, split: Split) -> None:
        total = sum(split.counts.values())
        rest = sum(map(split.rest, split.counts))
        too_few = split.of and split.is_share and 0 < total + rest < SMALLEST_GROUP
        if split.is_dropped or split.was_dropped or too_few or self._is_small(total) or self._is_small(rest):
            split.drop()
        for place in split.counts:
            if not self._may_show(split, place):
                split.hide(place)

    def _is_small(self, count: int) -> bool:
        return 0 < count < self.threshold

    def _may_show(self, split: Split, place: str) -> bool:
        if split.history(place) == "hid" or self._tells_a_small_change(split, place):
            return False
        if split.of and split.base(place):
            small = self._is_small(split.counts[place]) or self._is_small(split.rest(place))
            return split.base(place) >= SMALLEST_GROUP and not small
        return not self._is_small(split.counts[place])

    def _tells_a_small_change(self, split: Split, place: str) -> bool:
        """A corrected number beside the old one would tell how few children the correction was about."""
        return any(map(self._is_small, split.changes(place)))

    # Second: what the reader can know ---------------------------------------------------------------

    def _block(self, split: Split, place: str) -> tuple:
        """Hidden municipalities only hide behind others of their block; the reader may know the block's sum.

        Blocks part municipalities that deliver different parts (the bases of the region's shares tell their sums
        apart), and in a correction those with different histories: what was shown may be guessed to be unchanged,
        and a late delivery is the difference between the region's old and new number.
        """
        delivers = tuple(place in part.counts for part in split.tree() if not part.is_dropped)
        return delivers, split.history(place)

    def _bounds(self, split: Split, insider: str | None) -> dict[str, tuple[int, int, int, int]]:
        """For each hidden place: least and most of its count and of its rest, as this reader can know them."""
        base = self._base_bounds(split, insider)
        blocks: dict[tuple, list[str]] = {}
        for place in split.hidden - {insider}:
            blocks.setdefault(self._block(split, place), []).append(place)
        bounds = {}
        for members in blocks.values():
            count = sum(split.counts[place] for place in members)
            rest = sum(split.rest(place) for place in members)
            for place in members:
                if split.of:
                    low, high = base[place]
                    bounds[place] = (max(0, low - rest), min(high, count), max(0, low - count), min(high, rest))
                else:
                    bounds[place] = (1 if len(members) > 1 else count, count - len(members) + 1, 0, 0)
        return bounds

    def _base_bounds(self, split: Split, insider: str | None) -> dict[str, tuple[int, int]]:
        """The same for the base. One that was once shown counts as known, now hidden or not."""
        if not split.of:
            return {}
        exact = {place: (split.base(place),) * 2 for place in split.hidden}
        known = self._bounds(split.of, insider)
        return exact | {
            place: bound[:2] for place, bound in known.items() if place in exact and split.of.history(place) != "showed"
        }

    def _unsafe(self, split: Split) -> list[str]:
        """Municipalities with a small count or rest that some reader could narrow down."""
        return [
            place
            for insider in (None, *sorted(split.hidden))
            for place, (low, high, rest_low, rest_high) in self._bounds(split, insider).items()
            if (self._is_sensitive(split, place, split.counts[place]) and self._is_narrow(low, high))
            or (
                split.of
                and self._is_sensitive(split, place, split.rest(place))
                and self._is_narrow(rest_low, rest_high)
            )
        ]

    def _is_sensitive(self, split: Split, place: str, count: int) -> bool:
        """A small count, a correction by a small count, or "none" or "all" of a group that is small itself."""
        in_small_group = split.of and split.is_share and 0 < split.base(place) < SMALLEST_GROUP
        none_of_few = in_small_group and count == 0
        return self._is_small(count) or none_of_few or self._tells_a_small_change(split, place)

    def _is_narrow(self, low: int, high: int) -> bool:
        return high < self.threshold or high - low < self.threshold - 1

    def _repair(self, split: Split, unsafe: list[str]) -> None:
        """Hide the smallest municipality that helps; where none is left, a part that parts the blocks, or all of it."""
        blocks = {self._block(split, place) for place in unsafe}
        spare = [
            place
            for place in split.counts
            if place not in split.hidden and split.base(place) and self._block(split, place) in blocks
        ]
        uneven = (part for part in split.tree() if not part.is_dropped and len(part.counts) < len(split.counts))
        if spare:
            split.hide(min(spare, key=lambda place: (split.base(place), place)))
        else:
            next(uneven, split).drop()


def hide_breakdown(
    cells: Mapping[str, int],
    threshold: int = THRESHOLD,
    earlier: Iterable[Mapping[str, int | None]] = (),
    *,
    second: bool = True,
    floor: tuple[frozenset[str], int] | None = None,
) -> set[str]:
    """Which cells of a one-dimensional table with a published total are hidden.

    Zeros are shown, so a hidden cell is known to be at least 1. If that does not leave room enough, the whole
    table is hidden, its zeros too. `earlier` are older versions of the table: what one of them hid stays hidden,
    and must be safe also for a reader who takes everything that she once saw as unchanged. `floor` names cells that
    are known to hold at least so many together.
    """
    earlier = list(earlier)
    old = {name for name in cells if any(version.get(name, 0) is None for version in earlier)}
    hidden = old | {name for name, count in cells.items() if 0 < count < threshold}
    if not second:
        return hidden
    spare = sorted((name for name in cells if cells[name] and name not in hidden), key=lambda name: cells[name])

    def is_narrow(group: set[str]) -> bool:
        ranges = (_range(cells, name, group, floor) for name in group if 0 < cells[name] < threshold)
        return any(high < threshold or high - low < threshold - 1 for low, high in ranges)

    if is_narrow(old) or (old and not all(cells[name] for name in old)):
        return set(cells)
    new = hidden - old
    while is_narrow(new):
        if not spare:
            return set(cells)
        new.add(spare.pop(0))
    return old | new


def _range(cells: Mapping[str, int], name: str, group: set[str], floor) -> tuple[int, int]:
    """Least and most of a hidden cell, by the sum of the hidden ones, of which each is at least 1."""
    low, high = 1, sum(cells[each] for each in group) - len(group) + 1
    if floor:
        names, least = floor
        inside = names & group
        needed = max(least - sum(cells.get(each, 0) for each in names - group), len(inside))
        if name not in inside:
            high -= needed - len(inside)
        elif len(inside) == 1:
            low = needed
    return low, high
