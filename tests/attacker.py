"""An outsider who tries to work out hidden small counts, by linear programming over everything published.

Written apart from the protector: this module reads releases as plain data and imports nothing from
`bou_portal`. What it knows is what any reader knows: how a release is written, that zeros are shown,
what adds up to what, and who is a part of whom.

    found = attack(releases, truth)           # as an outsider
    found = attack(releases, truth, insider="2281")

`releases` are `as_dict()`s, oldest first. `truth` has one dict per release (`truth_of()` makes it from raw figures):
(measure, place, category) to a count, or to (numerator, denominator) for shares. The truth is used to know which counts
are worth finding and to check that the attacker's model is sound (`Unsound` otherwise); never to find them.
"""

import math
from dataclasses import dataclass

import highspy

SMALL = 5
SMALL_GROUP = 20
CANDIDATES = 5
MANY = 1e6  # no count is larger, so every problem is bounded

# What everybody can read in the definitions: which group each share is counted in, and who is inside whom.
BASE = {
    "S4_three_or_more": "placed_on",
    "L5": "placed_on",
    "L10_share": "placed_on",
    "L6": "in care 30 days",
    "reviews_in_time": "in care 6 months",
    "health_examined": "in care 12 months",
    "dental_examined": "in care 12 months",
}
INSIDE = (
    ("in care 30 days", "placed_on"),
    ("in care 6 months", "in care 30 days"),
    ("in care 12 months", "in care 6 months"),
)
# Who has been in care so long was there then: group now, quarters back, group then.
WAS = (
    ("in care 6 months", 1, "placed_on"),
    ("in care 6 months", 2, "placed_on"),
    ("in care 12 months", 2, "in care 6 months"),
    ("in care 12 months", 3, "placed_on"),
    ("in care 12 months", 4, "placed_on"),
)
FLOWS = ("placements_started", "placements_ended", "episodes_started", "episodes_ended")
# Which region figures are parts of which.
PARTS = (
    ("episodes_started", "placements_started"),
    ("episodes_ended", "placements_ended"),
    ("unplanned_endings", "placements_ended"),
)
# Who was examined in the last year of an unbroken year in care has come to one of these stages.
STAGES = {
    "placed_on_by_health": ("health_examined", ("gjord", "svar mottaget")),
    "placed_on_by_dental": ("dental_examined", ("gjord", "svar mottaget")),
}
REGION_BASE = {"S1": "placements_ended", "H1": "episodes_started"}


def truth_of(figures):
    """The truth behind one release, from the raw figures' `as_operator_dict()`s of its region and quarter."""
    return {
        (figure["id"], figure["place"], figure["category"]): (figure["numerator"], figure["denominator"])
        if figure["id"] in BASE or figure["id"] in REGION_BASE
        else figure["value"]
        for figure in figures
        if figure["value"] is not None or figure["denominator"] is not None
    }


class Unsound(AssertionError):
    """The attacker's own model does not hold for the truth: the attack proves nothing."""


@dataclass(frozen=True)
class Recovery:
    """A small count that the attacker bounded too well. `what` is "exact" or "narrow"."""

    what: str
    target: tuple
    true: int
    low: int
    high: int
    variable: int


class Model:
    """Variables and equations of one region over all its releases."""

    def __init__(self):
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.names, self.index, self.truth = [], {}, []
        self.rows = []

    def var(self, name, true):
        """The variable called `name`, made the first time it is asked for."""
        if name not in self.index:
            self.index[name] = len(self.names)
            self.names.append(name)
            self.truth.append(true)
            self.highs.addVar(0, MANY)
        return self.index[name]

    def fix(self, variable, value):
        self.row([(variable, 1)], value, value)

    def row(self, terms, low, high):
        """low <= sum of coefficient * variable <= high, which must also hold for the truth."""
        merged = {}
        for variable, coefficient in terms:
            merged[variable] = merged.get(variable, 0) + coefficient
        if all(self.truth[variable] is not None for variable in merged):
            value = sum(self.truth[variable] * coefficient for variable, coefficient in merged.items())
            if not low - 1e-6 <= value <= high + 1e-6:
                raise Unsound([(self.names[v], c, self.truth[v]) for v, c in merged.items()], low, high)
        self.highs.addRow(low, high, len(merged), list(merged), list(merged.values()))

    def equal(self, left, right):
        self.row([*left, *((variable, -coefficient) for variable, coefficient in right)], 0, 0)

    def at_most(self, part, whole):
        self.row([(whole, 1), (part, -1)], 0, math.inf)


def attack(releases, truth, insider=None):
    """All small counts, small rests and all-or-nothing shares of small groups that can be narrowed down."""
    model = Model()
    targets = {}
    for number, (release, true) in enumerate(zip(releases, truth, strict=True)):
        targets |= _Release(model, number, release, true, insider).add()
    _link_quarters(model, releases, truth)
    return _solve(model, targets)


class _Release:
    """Adds one release's variables and rows to the model."""

    def __init__(self, model, number, release, true, insider):
        self.model, self.number, self.true, self.insider = model, number, true, insider
        self.region, self.places = release["region"], release["places"]
        # What a correction hides may have become 0: it was hidden before. An insider is after the others' children.
        self.least_hidden = 1 if release["version"] == 1 else 0
        self.known_places = {insider, self.region} if insider else set()
        self.cells = {
            (cell["measure"], cell["place"], cell["category"]): cell
            for cell in release["cells"]
            if cell["period"] == "quarter"
        }
        self.targets = {}

    def add(self):
        self._totals()
        for measure in BASE:
            self._share(measure)
        self._groups()
        self._breakdowns()
        self._region_figures()
        return self.targets

    def name(self, *parts):
        return (self.number, *parts)

    def _true(self, measure, place, category=None):
        return self.true.get((measure, place, category))

    def _count(self, measure, place, category=None, zero_hides=False):
        """The variable of a published count: fixed when shown, at least 1 when hidden (zeros are shown)."""
        cell = self.cells[measure, place, category]
        variable = self.model.var(self.name(measure, place, category), self._true(measure, place, category))
        if cell["reason"] is None:
            self.model.fix(variable, cell["value"])
        else:
            self.model.row([(variable, 1)], 0 if zero_hides else self.least_hidden, math.inf)
            if place not in self.known_places:
                self.targets[variable] = False
        if place == self.insider:
            self.model.fix(variable, self._true(measure, place, category))
        return variable

    def _delivered(self, measure):
        return [place for place in self.places if self.cells[measure, place, None]["reason"] != "not delivered"]

    def _totals(self):
        places = self._delivered("placed_on")
        if not places:
            return
        region_hidden = self.cells["placed_on", self.region, None]["reason"] is not None
        # When the region itself is hidden, everything is: then zeros may be among the hidden.
        parts = [(self._count("placed_on", place, zero_hides=region_hidden), 1) for place in places]
        self.model.equal(parts, [(self._count("placed_on", self.region), 1)])

    def _share(self, measure):
        """Numerator and base of a share, per municipality and in the region."""
        parts, bases = [], []
        for place in self._delivered(measure):
            part, base = self._pair(measure, place, BASE[measure])
            parts.append((part, 1))
            bases.append((base, 1))
        cell = self.cells[measure, self.region, None]
        if cell["reason"] == "not delivered":
            return
        part, base = self._pair(measure, self.region, f"base of {measure}")
        self.model.equal(parts, [(part, 1)])
        self.model.equal(bases, [(base, 1)])

    def _pair(self, measure, place, base_name):
        cell = self.cells[measure, place, None]
        true = self._true(measure, place) or (None, None)
        part = self.model.var(self.name(measure, place, "part"), true[0])
        rest = self.model.var(self.name(measure, place, "rest"), None if true[0] is None else true[1] - true[0])
        # The children placed are a group too, whose variable the totals have made.
        group = self.name(base_name, place, None)
        base = self.model.var(group, true[1])
        self.model.equal([(part, 1), (rest, 1)], [(base, 1)])
        if cell["reason"] is None:
            self.model.fix(part, cell["numerator"])
            self.model.fix(base, cell["denominator"])
        elif cell["reason"] == "not applicable":
            self.model.fix(base, 0)
        if place == self.insider:
            self.model.fix(part, true[0])
            self.model.fix(base, true[1])
        elif cell["reason"] == "hidden" and place not in self.known_places:
            none_of_few = bool(true[1]) and true[1] < SMALL_GROUP
            self.targets[part] = none_of_few
            self.targets[rest] = none_of_few
            self.targets[base] = False
        return part, base

    def _groups(self):
        for inner, outer in INSIDE:
            for place in self.places:
                names = [self.name(group, place, None) for group in (inner, outer)]
                if all(name in self.model.index for name in names):
                    self.model.at_most(*(self.model.index[name] for name in names))

    def _breakdowns(self):
        tables = {}
        for measure, place, category in self.cells:
            if category is not None:
                tables.setdefault((measure, place), []).append(category)
        for (measure, place), categories in tables.items():
            cells = [self.cells[measure, place, category] for category in categories]
            if any(cell["reason"] == "not delivered" for cell in cells):
                continue
            nothing_shown = all(cell["reason"] for cell in cells)
            parts = [(self._count(measure, place, category, zero_hides=nothing_shown), 1) for category in categories]
            self.model.equal(parts, [(self.model.index[self.name("placed_on", place, None)], 1)])
            self._stages(measure, place)

    def _stages(self, measure, place):
        """Those examined are among those who have come so far."""
        share, reached = STAGES.get(measure, ("", ()))
        examined = self.model.index.get(self.name(share, place, "part"))
        if examined is not None:
            stages = [(self.model.index[self.name(measure, place, stage)], 1) for stage in reached]
            self.model.row([*stages, (examined, -1)], 0, math.inf)

    def _region_figures(self):
        """Flows and their parts. Several are hidden together, so a hidden one may be 0."""
        for measure in (*FLOWS, "placed_any_time", "unplanned_endings"):
            if self.cells[measure, self.region, None]["reason"] != "not delivered":
                self._count(measure, self.region, zero_hides=True)
        for part, whole in PARTS:
            names = [self.name(measure, self.region, None) for measure in (part, whole)]
            if all(name in self.model.index for name in names):
                inner, outer = (self.model.index[name] for name in names)
                true = self.model.truth[outer] - self.model.truth[inner]
                rest = self.model.var(self.name(part, self.region, "rest"), true)
                self.model.equal([(inner, 1), (rest, 1)], [(outer, 1)])
                if not self.insider:
                    self.targets[rest] = False
        for measure, cell in ((cell["measure"], cell) for cell in self.cells.values()):
            outer = self.model.index.get(self.name(REGION_BASE.get(measure), self.region, None))
            if outer is not None and cell["reason"] in (None, "hidden"):
                _, base = self._pair(measure, self.region, f"base of {measure}")
                self.model.at_most(base, outer)


def _link_quarters(model, releases, truth):
    """What ties the quarters together, where none was corrected: a correction is another state of the base."""
    by_quarter = {}
    for number, release in enumerate(releases):
        by_quarter.setdefault(release["quarter"], []).append(number)
    alone = {quarter: numbers[0] for quarter, numbers in by_quarter.items() if len(numbers) == 1}
    for quarter, now in alone.items():
        if _previous(quarter) in alone:
            _link(model, releases[now], now, alone[_previous(quarter)], truth)
        for group, back, then in WAS:
            before = alone.get(_previous(quarter, back))
            for place in releases[now]["places"]:
                names = (now, group, place, None), (before, then, place, None)
                if all(name in model.index for name in names):
                    model.at_most(*(model.index[name] for name in names))


def _previous(quarter, steps=1):
    year, index = divmod(4 * int(quarter[:4]) + int(quarter[-1]) - 1 - steps, 4)
    return f"{year}-K{index + 1}"


def _link(model, release, now, before, truth):
    """Placed now = placed last quarter + started - ended, for every municipality and for the region."""
    region = release["region"]
    places = [place for place in release["places"] if (now, "placed_on", place, None) in model.index]
    if any((before, "placed_on", place, None) not in model.index for place in places):
        return
    if any((now, flow, region, None) not in model.index for flow in FLOWS):
        return
    for begin, end in (FLOWS[:2], FLOWS[2:]):
        for place in places:
            flows = [model.var((now, flow, place, None), truth[now].get((flow, place, None))) for flow in (begin, end)]
            stock = [model.index[number, "placed_on", place, None] for number in (before, now)]
            model.equal([(stock[0], 1), (flows[0], 1)], [(stock[1], 1), (flows[1], 1)])
        for flow in (begin, end):
            parts = [(model.index[now, flow, place, None], 1) for place in places]
            model.equal(parts, [(model.index[now, flow, region, None], 1)])
    for inner, outer in PARTS[:2]:
        for place in places:
            model.at_most(model.index[now, inner, place, None], model.index[now, outer, place, None])


def _solve(model, targets):
    """The small ones among the targets that can be narrowed down: first in fractions, then in whole children."""
    solver = _Solver(model)
    small = [
        variable
        for variable, none_of_few in targets.items()
        if (true := model.truth[variable]) is not None and (0 < true < SMALL or (none_of_few and true == 0))
    ]
    found = solver.narrowed(small)
    solver.use_whole_numbers()
    return found + solver.narrowed(set(small) - {recovery.variable for recovery in found})


class _Solver:
    """Least and most of each variable so far. Every solution found is a witness for all the others too."""

    def __init__(self, model):
        self.model, self.highs, self.names = model, model.highs, model.names
        self.low, self.high = self._nothing()
        self.whole_low, self.whole_high = self._nothing()

    def _nothing(self):
        return [MANY] * len(self.names), [-1.0] * len(self.names)

    def use_whole_numbers(self):
        """From now on children are whole; solutions that happened to be whole already still count."""
        self.low, self.high = self.whole_low, self.whole_high
        for variable in range(len(self.names)):
            self.highs.changeColIntegrality(variable, highspy.HighsVarType.kInteger)

    def narrowed(self, variables):
        """Those of the variables that cannot take enough values."""
        for variable in variables:
            self.widen(variable)
        return [self.recovery(variable) for variable in variables if self.is_narrow(variable)]

    def recovery(self, variable):
        least, most = self.least(variable), self.most(variable)
        what = "exact" if least == most else "narrow"
        return Recovery(what, self.model.names[variable], self.model.truth[variable], least, most, variable)

    def least(self, variable):
        return math.ceil(self.low[variable] - 1e-6)

    def most(self, variable):
        return math.floor(self.high[variable] + 1e-6)

    def is_narrow(self, variable):
        return self.most(variable) < SMALL or self.most(variable) - self.least(variable) + 1 < CANDIDATES

    def widen(self, variable):
        """Look for the most, then for the least, until there are candidates enough."""
        for sign in (-1.0, 1.0):
            if self.is_narrow(variable):
                self.look(variable, sign)

    def look(self, variable, sign):
        self.highs.changeColCost(variable, sign)
        self.highs.run()
        status = self.highs.getModelStatus()
        self.highs.changeColCost(variable, 0.0)
        if status != highspy.HighsModelStatus.kOptimal:
            raise Unsound(self.highs.modelStatusToString(status), self.names[variable])
        solution = list(self.highs.getSolution().col_value)
        self._witness(solution, self.low, self.high)
        if all(abs(value - round(value)) < 1e-6 for value in solution):
            self._witness(solution, self.whole_low, self.whole_high)

    @staticmethod
    def _witness(solution, low, high):
        low[:] = map(min, low, solution)
        high[:] = map(max, high, solution)
