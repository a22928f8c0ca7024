"""The gate: raw figures in, shown figures out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bou_portal.disclosure.coarse import Stay
from bou_portal.disclosure.differences import Differences
from bou_portal.disclosure.hiding import Hider, Split, hide_breakdown
from bou_portal.disclosure.homes import told_of_homes
from bou_portal.disclosure.published import (
    AT_LEAST,
    BY_MEASURE,
    GROUPS,
    LOWEST_THRESHOLD,
    PUBLISHED,
    SMALLEST_GROUP,
    THRESHOLD,
    TOTAL,
    Publication,
    Rule,
    publications,
)
from bou_portal.disclosure.release import Disclosed, Key
from bou_portal.disclosure.rolling import rolling, shown_number
from bou_portal.disclosure.scores import Rating
from bou_portal.figures import Figure, Kind, Shown, State
from bou_portal.periods import Quarter

FLOWS = ("placements_started", "placements_ended", "episodes_started", "episodes_ended")
FEWEST_CONTRIBUTORS = 3
LARGEST_PART = 0.85  # of a sum, from one municipality


@dataclass(frozen=True)
class Tables:
    """The raw figures of one region and quarter, for its municipalities (`places`) and the region itself.

    Figures that are not in `PUBLISHED` are ignored, so everything that the indicators give may be passed. A
    breakdown names all its categories, also the empty ones: which are there must not tell which are empty.
    `ratings` are by subject: a home's public id, or that with a domain or statement ("uid:D3", "uid:6"); `inside` says
    which part each part belongs to ("6" to "D3", "D3" to the whole, ""). `stays` are by home and kind ("uid:planned").
    `formerly` names the home that took over another's ratings. `version` is 2 for the first correction.
    """

    region: str
    quarter: Quarter
    places: tuple[str, ...]
    figures: Iterable[Figure]
    ratings: Mapping[str, Iterable[Rating]] = field(default_factory=dict)
    stays: Mapping[str, Iterable[Stay]] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)
    formerly: Mapping[str, str] = field(default_factory=dict)
    version: int = 1


def protect(
    tables: Tables,
    earlier_releases: Iterable[Disclosed] = (),
    *,
    threshold: int = THRESHOLD,
    _second: bool = True,
) -> Disclosed:
    """Everything that outsiders may know of the region's quarter, so that no count under `threshold` can be worked out.

    `earlier_releases` are all that the region has released: older versions of this quarter (what they hid stays
    hidden, what they showed must not tell a small correction) and the quarters that rolling figures add up.
    ValueError if the figures contradict each other or the threshold is under 4. `_second` is for the tests,
    which show that small counts can be worked out without the second hiding.
    """
    if threshold < LOWEST_THRESHOLD:
        raise ValueError(f"the threshold is never below {LOWEST_THRESHOLD}")
    earlier = [release for release in earlier_releases if release.region == tables.region]
    gate = _Gate(tables, earlier, threshold, _second)
    cells = gate.cells()
    scores, coarse = told_of_homes(
        tables.quarter, tables.ratings, tables.stays, tables.inside, tables.formerly, earlier, threshold
    )
    return Disclosed(
        region=tables.region,
        quarter=tables.quarter,
        version=tables.version,
        threshold=threshold,
        places=tuple(tables.places),
        cells=cells | rolling(tables.region, tables.quarter, cells, earlier),
        scores=scores,
        coarse=coarse,
    )


class _Gate:
    """The hiding of one release. Lives as long as one call of `protect()`."""

    def __init__(self, tables: Tables, earlier: list[Disclosed], threshold: int, second: bool):
        self.tables = tables
        self.region = tables.region
        self.older = [release for release in earlier if release.quarter == tables.quarter]
        self.before = [release for release in earlier if release.quarter == tables.quarter.previous()]
        self.threshold = threshold
        self.second = second
        self.figures = {(figure.id, figure.place, figure.category): figure for figure in tables.figures}
        self.splits = self._splits()
        self.total = self.splits[TOTAL]
        Hider(self.total, threshold).hide(second=second)
        self.differences = Differences(self.region, self.figures, self.total.counts, self.older, self.is_clear)

    def cells(self) -> dict[Key, Shown]:
        """Every cell of `PUBLISHED`, in its order."""
        flows = self._flows_may_show()
        cells: dict[Key, Shown] = {}
        for publication in PUBLISHED:
            match publication.rule:
                case Rule.TOTAL | Rule.SPLIT:
                    cells |= self._split_cells(publication)
                case Rule.BREAKDOWN:
                    cells |= self._breakdown_cells(publication)
                case _:
                    cells[Key(publication.measure, self.region)] = self._region_cell(publication, flows)
        return cells

    def figure(self, measure: str, place: str) -> Figure | None:
        figure = self.figures.get((measure, place, None))
        return figure if figure and figure.is_delivered else None

    def value(self, measure: str, place: str) -> float | None:
        figure = self.figure(measure, place)
        return figure and figure.value

    def is_clear(self, *counts: float) -> bool:
        """None of the counts is small."""
        return not any(0 < abs(count) < self.threshold for count in counts)

    def was_hidden(self, key: Key) -> bool:
        return any(key in old.cells and old.cells[key].state is State.HIDDEN for old in self.older)

    # Municipalities and the region: the total and its splits ------------------------------------------

    def _splits(self) -> dict[str, Split]:
        delivered = {
            place: int(value) for place in self.tables.places if (value := self.value(TOTAL, place)) is not None
        }
        splits = {TOTAL: Split(TOTAL, delivered, **self._history(TOTAL))}
        shares = publications(Rule.SPLIT)
        for group, of in GROUPS.items():
            measures = [share.measure for share in shares if group in self._line(share.of)]
            splits[group] = self._group(group, splits[of], measures)
        for share in shares:
            base = splits[share.of]
            if any(base.counts[place] != count for place, (_, count) in self._parts(share.measure).items()):
                base = self._group(f"base of {share.measure}", splits[TOTAL], [share.measure])
            counts = {place: part for place, (part, _) in self._parts(share.measure).items()}
            splits[share.measure] = Split(share.measure, counts, base, **self._history(share.measure))
        return splits

    @staticmethod
    def _line(group: str | None) -> Iterable[str]:
        """The group and those it is a part of."""
        while group:
            yield group
            group = GROUPS.get(group)

    def _parts(self, measure: str) -> dict[str, tuple[int, int]]:
        """Numerator and denominator by municipality, where both the share and the total were delivered."""
        figures = {
            place: self.figure(measure, place) for place in self.tables.places if self.value(TOTAL, place) is not None
        }
        parts = {
            place: (int(figure.numerator or 0), int(figure.denominator or 0))
            for place, figure in figures.items()
            if figure
        }
        if any(not 0 <= part <= whole for part, whole in parts.values()):
            raise ValueError(f"{measure}: the numerator is not a part of the denominator")
        return parts

    def _group(self, name: str, of: Split, measures: list[str]) -> Split:
        """A group that only shows as a denominator, put together from the shares of it."""
        counts: dict[str, int] = {}
        for measure in measures:
            for place, (_, base) in self._parts(measure).items():
                counts.setdefault(place, base)
        if any(count > of.counts[place] for place, count in counts.items()):
            raise ValueError(f"{name}: more children than in {of.name}")
        group = Split(name, counts, of, is_share=False)
        group.earlier = [
            {place: self._seen_group(old, place, group, measures, of_seen) for place in counts}
            for old, of_seen in zip(self.older, of.earlier, strict=True)
        ]
        return group

    @staticmethod
    def _is_base(group: str, measure: str) -> bool:
        return BY_MEASURE[measure].of == group or group not in GROUPS

    def _seen_group(self, old: Disclosed, place: str, group: Split, measures: list[str], of_seen: Mapping):
        """What an older version told of a group at the place: its count and of how many; None where it hid it."""
        cells = {measure: old.cells.get(Key(measure, place)) for measure in measures}
        told = {measure: cell for measure, cell in cells.items() if cell and cell.state is not State.NOT_DELIVERED}
        seen = {measure: cell.denominator or 0 for measure, cell in told.items() if cell.state is not State.HIDDEN}
        if not seen:
            return None if told else ()
        own = [count for measure, count in seen.items() if self._is_base(group.name, measure)]
        if own and of_seen.get(place):
            return own[0], of_seen[place][0]
        # Shown by way of a smaller group only: the reader knows it to be there, but not its size.
        return group.counts[place], group.base(place)

    def _history(self, measure: str) -> dict:
        """What older versions of this quarter showed and hid of the measure."""
        earlier = []
        for old in self.older:
            seen = {}
            for place, shown in old.column(measure).items():
                if shown.state in (State.SHOWN, State.HIDDEN):
                    counts = (shown.value,) * 2 if measure == TOTAL else (shown.numerator, shown.denominator)
                    seen[place] = counts if shown.is_shown else None
                elif shown.state is State.NOT_APPLICABLE:
                    seen[place] = (0, 0)
            earlier.append(seen)
        return {"earlier": earlier, "was_dropped": self.was_hidden(Key(measure, self.region))}

    def _split_cells(self, publication: Publication) -> dict[Key, Shown]:
        split = self.splits[publication.measure]
        cells = {}
        for place in self.tables.places:
            if place not in split.counts:
                shown = Shown(State.NOT_DELIVERED, publication.kind)
            elif place in split.hidden:
                shown = Shown(State.HIDDEN, publication.kind)
            else:
                shown = shown_number(publication.kind, split.counts[place], split.base(place))
            cells[Key(publication.measure, place)] = shown
        if not split.counts:
            shown = Shown(State.NOT_DELIVERED, publication.kind)
        elif split.is_dropped:
            shown = Shown(State.HIDDEN, publication.kind)
        else:
            shown = shown_number(publication.kind, sum(split.counts.values()), sum(map(split.base, split.counts)))
        return cells | {Key(publication.measure, self.region): shown}

    # The region alone ---------------------------------------------------------------------------------

    def _breakdown_cells(self, publication: Publication) -> dict[Key, Shown]:
        measure = publication.measure
        figures = {
            category: figure
            for (name, place, category), figure in self.figures.items()
            if (name, place) == (measure, self.region)
        }
        keys = {name: Key(measure, self.region, name) for name in figures}
        counts = {name: int(figure.value) for name, figure in figures.items() if figure.is_delivered}
        if len(counts) < len(figures) or self._is_partial(measure, counts):
            return {key: Shown(State.NOT_DELIVERED) for key in keys.values()}
        if counts and sum(counts.values()) != sum(self.total.counts.values()):
            raise ValueError(f"{measure} does not add up to {TOTAL}")
        older = [{name: old.cells.get(key) for name, key in keys.items()} for old in self.older]
        earlier = [
            {name: shown.value for name, shown in table.items() if shown and shown.state is not State.NOT_DELIVERED}
            for table in older
        ]
        hidden = hide_breakdown(counts, self.threshold, earlier, second=self.second, floor=self._floor(measure))
        told = self.differences.tell_of_table(measure, counts, hidden) or self.differences.tell_the_other(
            publication, counts
        )
        if self.total.is_dropped or told:
            hidden = set(counts)
        return {
            key: Shown(State.HIDDEN) if name in hidden else shown_number(Kind.COUNT, counts[name])
            for name, key in keys.items()
        }

    def _is_partial(self, measure: str, counts: Mapping[str, int]) -> bool:
        """Whether somebody's children are missing in the table: what is missing would tell how many they are."""
        told = {place for (name, place, _), figure in self.figures.items() if name == measure and figure.is_delivered}
        missing = self.total.counts.keys() - told
        adds_up = sum(counts.values()) == sum(self.total.counts.values())
        return bool(told - {self.region}) and bool(missing) and not (adds_up and missing.isdisjoint(self.total.hidden))

    def _floor(self, measure: str) -> tuple[frozenset[str], int] | None:
        """Which of the table's cells are known to hold at least how many together, by a share that is shown."""
        names, share = AT_LEAST.get(measure, (frozenset(), ""))
        split = self.splits.get(share)
        return None if split is None or split.is_dropped else (names, sum(split.counts.values()))

    def _flows_may_show(self) -> bool:
        """Whether what began and ended may be told: all of it or nothing.

        Placed now = placed last quarter + started - ended holds for every municipality and for the region. The
        region's flows then bound how much a municipality can have changed, unless enough children both came and
        left in the same municipalities (`turnover`, without the reader's own).
        """
        flows = [self.value(name, self.region) for name in FLOWS]
        if self.total.is_dropped or None in flows:
            return False
        if any(self.was_hidden(Key(name, self.region)) for name in FLOWS):
            return False
        flows_of = [BY_MEASURE[name] for name in FLOWS]
        if (
            self.differences.tell(*flows_of)
            or self._flows_tell_who_joined()
            or any(map(self.differences.tell_the_other, flows_of))
        ):
            return False
        started, ended, entered, left = flows
        if not self.is_clear(*flows, started - entered, ended - left):
            return False
        turnover = [
            min(self.value("episodes_started", place) or 0, self.value("episodes_ended", place) or 0)
            for place in self.total.counts
        ]
        return not self.second or sum(turnover) - max(turnover, default=0) >= self.threshold - 1

    def _flows_tell_who_joined(self) -> bool:
        """Placed then = placed now - began + ended, also for who delivers now and did not then, and the other way."""
        for old in self.before:
            then = {
                place: shown for place, shown in old.column(TOTAL).items() if shown.state is not State.NOT_DELIVERED
            }
            if any(not shown.is_shown for place, shown in then.items() if place not in self.total.counts):
                return True
            for place in self.total.counts.keys() - then.keys():
                began, ended = (self.value(name, place) or 0 for name in FLOWS[2:])
                if not self.is_clear(self.total.counts[place] - began + ended):
                    return True
        return False

    def _region_cell(self, publication: Publication, flows: bool) -> Shown:
        figure = self.figure(publication.measure, self.region)
        if figure is None:
            return Shown(State.NOT_DELIVERED, publication.kind)
        if publication.kind is not Kind.COUNT and not figure.denominator and figure.value is None:
            return Shown(State.NOT_APPLICABLE, publication.kind)
        may_show = {
            Rule.FLOW: self._flow_may_show,
            Rule.PART: self._part_may_show,
            Rule.SHARE: self._share_may_show,
            Rule.WORKLOAD: self._workload_may_show,
            Rule.MEAN: self._mean_may_show,
        }[publication.rule]
        needs_flows = publication.rule is Rule.FLOW or publication.of is not None
        hidden = self.was_hidden(Key(publication.measure, self.region)) or (needs_flows and not flows)
        told = self.differences.tell(publication) or self.differences.tell_the_other(publication)
        if hidden or told or not may_show(publication, figure):
            return Shown(State.HIDDEN, publication.kind)
        if publication.kind is Kind.SHARE:
            return shown_number(Kind.SHARE, int(figure.numerator), int(figure.denominator))
        return shown_number(publication.kind, figure.value)

    def _flow_may_show(self, publication: Publication, figure: Figure) -> bool:
        if publication.measure != "placed_any_time":
            return True
        now = sum(self.total.counts.values())
        before = now - self.value("episodes_started", self.region) + self.value("episodes_ended", self.region)
        return self.is_clear(figure.value, figure.value - now, figure.value - before)

    def _part_may_show(self, publication: Publication, figure: Figure) -> bool:
        return self.is_clear(figure.value, self.value(publication.of, self.region) - figure.value)

    def _share_may_show(self, publication: Publication, figure: Figure) -> bool:
        part, whole = figure.numerator, figure.denominator
        outside = self.value(publication.of, self.region) - whole if publication.of else 0
        # How many are outside the base because the answer is not known is coverage, and may be told; but what is not
        # in the rest (`outside + part`) may not be small, since that is the complement of the part of the flow.
        if whole < SMALLEST_GROUP or outside < 0 or not self.is_clear(part, whole - part, outside + part):
            return False
        if publication.of and any(self.figure(publication.measure, place) is None for place in self.total.counts):
            return False  # what is outside the base would be the flow of those who did not deliver
        # None or all of the region is none or all of every municipality, however small its group is.
        return 0 < part < whole or all(
            not (own := self.figure(publication.measure, place)) or not 0 < (own.denominator or 0) < SMALLEST_GROUP
            for place in self.tables.places
        )

    def _workload_may_show(self, publication: Publication, figure: Figure) -> bool:
        if not figure.value:
            return True
        parts = [self.value(publication.measure, place) or 0 for place in self.tables.places]
        dominated = max(parts) > LARGEST_PART * figure.value
        return not self.total.is_dropped and sum(map(bool, parts)) >= FEWEST_CONTRIBUTORS and not dominated

    def _mean_may_show(self, publication: Publication, figure: Figure) -> bool:
        return self.value(publication.of, self.region) >= SMALLEST_GROUP
