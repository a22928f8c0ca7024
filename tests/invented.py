"""Invented regions for the disclosure tests: children who come, move and leave, quarter by quarter."""

import random
from dataclasses import replace

from bou_portal.disclosure import Disclosed, Tables, protect
from bou_portal.figures import Figure
from bou_portal.periods import Quarter
from tests.attacker import attack

SHARES = {
    "S4_three_or_more": ("placed_on", 0.12),
    "L5": ("placed_on", 0.9),
    "L10_share": ("placed_on", 0.7),
    "L6": ("in care 30 days", 0.8),
    "reviews_in_time": ("in care 6 months", 0.75),
    "health_examined": ("in care 12 months", 0.95),  # of those whom an examination has been made of
    "dental_examined": ("in care 12 months", 0.95),
}
KINDS = {
    "S4_three_or_more": "placeringar",
    "L5": "planer",
    "L6": "planer",
    "L10_share": "uppföljningar",
    "reviews_in_time": "överväganden",
    "health_examined": "hälsa",
    "dental_examined": "hälsa",
}
BREAKDOWNS = {
    "placed_on_by_form": ["familjehem"] * 9 + ["hvb"] * 3 + ["jourhem"] * 2 + ["sis", "stodboende", "natverkshem"],
    "placed_on_by_law": ["SoL"] * 6 + ["LVU"] * 3 + ["okänt"],
    "placed_on_by_age": ["0-6"] * 3 + ["7-12"] * 3 + ["13-17"] * 5 + ["18-20"],
    "placed_on_by_sex": ["flicka"] * 4 + ["pojke"] * 5,
    "placed_on_by_health": ["ej begärd"] * 3 + ["begärd"] * 2 + ["gjord"] * 4 + ["svar mottaget", "erbjuden", "avböjd"],
    "placed_on_by_dental": ["ej begärd"] * 3 + ["begärd", "erbjuden", "avböjd", "svar mottaget"] + ["gjord"] * 2,
}
# Stages of an examination, in which the examined are; who delivers no health is not in these tables.
EXAMINED = {"health_examined": "placed_on_by_health", "dental_examined": "placed_on_by_dental"}
REACHED = ("gjord", "svar mottaget")
FLOWS = ("placements_started", "placements_ended", "episodes_started", "episodes_ended")


class World:
    """Invented municipalities, some with no or few children; `gaps` is how likely one lacks a kind of delivery."""

    def __init__(self, seed, places=7, dominating=False, empty=0.15, gaps=0.0):
        self.random = random.Random(seed)
        self.places = [f"{2200 + number}" for number in range(places)]
        self.children = {}
        for place in self.places:
            size = 0 if self.random.random() < empty else int(self.random.lognormvariate(2.2, 1.1))
            self.children[place] = [self.child() for _ in range(size)]
        if dominating:
            self.children[self.places[0]] += [self.child() for _ in range(400)]
        self.gaps = {
            kind: {p for p in self.places if self.random.random() < gaps} for kind in dict.fromkeys(KINDS.values())
        }
        self.quarter = Quarter(2024, 4)

    def child(self):
        return {"quarters": self.random.randrange(7)} | {
            table: self.random.choice(words) for table, words in BREAKDOWNS.items()
        }

    def step(self):
        """One quarter later: the raw figures of the region, and the truth for the attacker."""
        self.quarter = self.quarter.next()
        flows = {}
        for place, children in self.children.items():
            stay = [child for child in children if self.random.random() > 0.12]
            left = len(children) - len(stay)
            for child in stay:
                child["quarters"] += 1
            new = sum(self.random.random() < 0.14 for _ in range(len(children) + (self.random.random() < 0.4)))
            moves = sum(self.random.random() < 0.08 for _ in stay)
            self.children[place] = stay + [self.child() | {"quarters": 0} for _ in range(new)]
            flows[place] = dict(zip(FLOWS, (new + moves, left + moves, new, left), strict=True))
        self.flows = flows
        return self.snapshot(flows)

    def correct(self):
        """The same quarter as delivered again by some municipalities: a few children more, some facts better."""
        for place in self.places:
            if self.random.random() < 0.4:
                self.children[place] += [self.child() for _ in range(self.random.choice((0, 1, 1, 2, 3, 7)))]
            elif self.random.random() < 0.2:
                del self.children[place][: self.random.choice((1, 2, 6))]
        tables, truth = self.snapshot(self.flows)
        return replace(tables, version=2), truth

    def snapshot(self, flows):
        """The raw figures, and the same as the attacker's truth."""
        truth = {}
        for place in self.places:
            if place not in self.gaps["placeringar"]:
                truth |= self.of_municipality(place)
                truth |= {(flow, place, None): count for flow, count in flows[place].items()}
        truth |= self.of_region(truth)
        figures = [
            Figure.share(numerator=true[0], denominator=true[1], id=measure, place=place, category=category)
            if isinstance(true, tuple)
            else Figure(value=true, id=measure, place=place, category=category)
            for (measure, place, category), true in truth.items()
        ]
        return Tables(region="R", quarter=self.quarter, places=tuple(self.places), figures=figures), truth

    def of_municipality(self, place):
        children = self.children[place]
        groups = {
            "placed_on": children,
            "in care 30 days": [child for child in children if child["quarters"] or self.random.random() < 0.7],
            "in care 6 months": [child for child in children if child["quarters"] > 1],
            "in care 12 months": [child for child in children if child["quarters"] > 3],
        }
        shares = {
            (measure, place, None): (
                sum(self.random.random() < rate and may_count(measure, child) for child in groups[group]),
                len(groups[group]),
            )
            for measure, (group, rate) in SHARES.items()
            if place not in self.gaps[KINDS[measure]]
        }
        for table in EXAMINED.values() if place not in self.gaps["hälsa"] else ():
            shares |= {
                (table, place, word): sum(child[table] == word for child in children)
                for word in dict.fromkeys(BREAKDOWNS[table])
            }
        return shares | {("placed_on", place, None): len(children)}

    def of_region(self, truth):
        region = {}
        for measure in SHARES:
            if parts := [truth[measure, place, None] for place in self.places if (measure, place, None) in truth]:
                region[measure, "R", None] = tuple(map(sum, zip(*parts, strict=True)))
        for measure in ("placed_on", *FLOWS):
            region[measure, "R", None] = sum(truth.get((measure, place, None), 0) for place in self.places)
        delivering = [place for place in self.places if ("placed_on", place, None) in truth]
        everybody = [child for place in delivering for child in self.children[place]]
        for table, words in BREAKDOWNS.items():
            for word in dict.fromkeys(words):
                if table not in EXAMINED.values():
                    region[table, "R", word] = sum(child[table] == word for child in everybody)
                elif parts := [truth[table, place, word] for place in self.places if (table, place, word) in truth]:
                    region[table, "R", word] = sum(parts)
        known = sum(self.random.random() < 0.95 for _ in range(region["placements_ended", "R", None]))
        planned = sum(self.random.random() < 0.7 for _ in range(known))
        region["S1", "R", None] = (planned, known)
        region["unplanned_endings", "R", None] = known - planned
        region["placed_any_time", "R", None] = region["placed_on", "R", None] + region["episodes_ended", "R", None]
        return region


def may_count(measure, child):
    """Whether what is known of the child elsewhere lets the share count it."""
    return measure not in EXAMINED or child[EXAMINED[measure]] in REACHED


def released(world: World, quarters=3, corrected=False, second=True) -> tuple[list[Disclosed], list[dict]]:
    """Quarter after quarter through the gate, and the truth behind each release."""
    releases, truths = [], []
    for tables, truth in [*(world.step() for _ in range(quarters)), *([world.correct()] if corrected else [])]:
        releases.append(protect(tables, releases, _second=second))
        truths.append(truth)
    return releases, truths


def attacked(seed, *, quarters=3, corrected=False, second=True, insider=None, **world):
    """What the attacker finds in a region's releases."""
    releases, truths = released(World(seed, **world), quarters, corrected, second)
    return attack([release.as_dict() for release in releases], truths, insider)
