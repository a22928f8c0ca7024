"""A reader who tries to work out what one person thought of a home, by linear programming over all that is released.

Written apart from the gate: it reads releases as plain data and imports nothing from `bou_portal`. It knows what is printed
in the questionnaire (which statement belongs to which domain, how a result is made) and how a release is written. It is
also given more than any municipality has: how many have rated the home, what each rating weighs, which statements were
answered, and which ratings came and went between two releases. What it `knows` of the answers is its own.

    attack = Attack(lambda voice: voice.municipality == "A")
    attack.read(told(release, "uid"), voices)             # once for each release
    attack.bounds(somebody_else, "D3")                    # the least and the most that she can have said
"""

import math
from dataclasses import dataclass, field

import highspy

DOMAIN = {
    **dict.fromkeys((1, 2), "D1"), **dict.fromkeys((3, 4, 5), "D2"), **dict.fromkeys((6, 7, 8), "D3"),
    **dict.fromkeys((9, 10, 11), "D4"), **dict.fromkeys((12, 13, 14), "D5"), **dict.fromkeys((15, 16, 17), "D6"),
    **dict.fromkeys((18, 19, 20), "D7"), **dict.fromkeys((21, 22), "D8"),
}  # fmt: skip
SHORT = {1, 3, 6, 9, 12, 16, 19, 22}
DOMAINS = tuple(f"D{number}" for number in range(1, 9))
PARTS = ("all", *DOMAINS, *map(str, DOMAIN))
LEAST, MOST, FEW = 1, 5, 10


@dataclass(frozen=True)
class Voice:
    """One stay's rating. `weight` 0.5: the short form. `answers` by statement; None or missing = "vet ej"."""

    name: object
    municipality: str
    rater: object
    answers: dict
    weight: float = 1.0
    known: dict = field(default_factory=dict, compare=False, repr=False)

    def shares(self, part):
        """How much each answer weighs in a part of this voice's result; nothing where it has no such part."""
        if part not in self.known:
            self.known[part] = self.worked_out(part)
        return self.known[part]

    def worked_out(self, part):
        answered = [number for number in DOMAIN if self.answers.get(number)]
        if part.isdigit():
            return {int(part): 1.0} if int(part) in answered else {}
        if part != "all":
            asked = [number for number in DOMAIN if DOMAIN[number] == part and (self.weight == 1 or number in SHORT)]
            here = [number for number in asked if number in answered]
            return {number: 1 / len(here) for number in here} if here and 2 * len(here) >= len(asked) else {}
        present = [shares for domain in DOMAINS if (shares := self.shares(domain))]
        return {number: share / len(present) for shares in present for number, share in shares.items()}

    def value(self, part):
        """1-5, or None."""
        shares = self.shares(part)
        return sum(self.answers[number] * share for number, share in shares.items()) if shares else None


def told(release, home="home"):
    """{part: value} that a release prints of a home and has counted anew: the rest it has only printed again."""
    parts = release["homes"].get(home, {}).items()
    return {part: stored[0] for part, stored in parts if part in PARTS and len(stored) < 4}


def interval(value, count):
    """What a printed value says of the mean: half steps, rounded half up, the ends cut off where few have rated."""
    inwards = 0.5 if count < FEW else 0
    low = LEAST if value <= LEAST + inwards else value - 0.25
    return low, MOST if value >= MOST - inwards else value + 0.25


class Attack:
    """One reader's linear programme: a column for every answer of somebody else's, a row for every printed value."""

    def __init__(self, knows):
        self.knows = knows
        self.columns = {}
        self.model = highspy.Highs()
        self.model.setOptionValue("output_flag", False)

    def read(self, values, voices):
        """Take in a release's values, of a result that rested on these voices."""
        for part, value in values.items():
            heard = [(voice, shares) for voice in voices if (shares := voice.shares(part))]
            weight = sum(voice.weight for voice, _ in heard)
            low, high = (end * weight for end in interval(value, len(heard)))
            unknown = {}
            for voice, shares in heard:
                if self.knows(voice):
                    own = voice.weight * voice.value(part)
                    low, high = low - own, high - own
                    continue
                for number, share in shares.items():
                    column = self.column(voice, number)
                    unknown[column] = unknown.get(column, 0) + voice.weight * share
            self.model.addRow(low - 1e-7, high + 1e-7, len(unknown), list(unknown), list(unknown.values()))

    def column(self, voice, number):
        if (voice.name, number) not in self.columns:
            self.columns[voice.name, number] = len(self.columns)
            self.model.addVar(LEAST, MOST)
        return self.columns[voice.name, number]

    def bounds(self, voice, part):
        """The least and the most that this voice can have said."""
        shares = {self.column(voice, number): share for number, share in voice.shares(part).items()}
        columns = len(self.columns)
        costs = [shares.get(column, 0.0) for column in range(columns)]
        self.model.changeColsCost(columns, list(range(columns)), costs)
        found = []
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            self.model.changeObjectiveSense(sense)
            self.model.run()
            assert self.model.getModelStatus() == highspy.HighsModelStatus.kOptimal, "the attacker's model is wrong"
            found.append(self.model.getInfo().objective_function_value)
        return tuple(found)


def candidates(low, high):
    """How many half steps lie between."""
    return math.floor(2 * high + 1e-4) - math.ceil(2 * low - 1e-4) + 1
