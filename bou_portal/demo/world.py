"""Invented children and what happened to them, in numbers and proportions like those of the field.

Deterministic: the same municipality and last day give the same lives. Nothing here knows the portal's tables; the world is
told to it by delivery files only.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bou_portal.periods import add_months
from placements.codes import EndReason, FormGroup, Initiator, LawGroup, NextStop, Planned, Sex

# New care episodes a year per inhabitant 0-20: with the lengths below they keep about 6.3 per thousand placed on any day,
# as in the country. Municipalities differ by about 40 per cent.
INFLOW, SPREAD = 0.0024, 0.33
YEARS_BACK = 6

F = FormGroup
# Days in a stay: median of a lognormal distribution, and its spread.
LENGTH = {
    F.EMERGENCY: (75, 0.6),
    F.HVB: (190, 0.8),
    F.SUPPORTED: (270, 0.6),
    F.SIS: (150, 0.6),
    F.FAMILY: (620, 0.9),
    F.NETWORK: (720, 0.9),
    F.SHELTER: (45, 0.5),
}
# Which form a stay begins in, by the child's age.
FORMS = (
    (12, {F.EMERGENCY: 0.38, F.FAMILY: 0.36, F.NETWORK: 0.18, F.HVB: 0.04, F.SHELTER: 0.04}),
    (17, {F.EMERGENCY: 0.20, F.FAMILY: 0.25, F.NETWORK: 0.12, F.HVB: 0.33, F.SIS: 0.06, F.SUPPORTED: 0.04}),
    (20, {F.FAMILY: 0.18, F.NETWORK: 0.08, F.HVB: 0.24, F.SUPPORTED: 0.45, F.SIS: 0.05}),
)
# Ends unplanned, by form; teenagers in family homes more often.
UNPLANNED = {
    F.EMERGENCY: 0.12,
    F.HVB: 0.38,
    F.SUPPORTED: 0.28,
    F.SIS: 0.2,
    F.FAMILY: 0.32,
    F.NETWORK: 0.2,
    F.SHELTER: 0.1,
}
AGES = ((0, 3, 0.11), (4, 6, 0.08), (7, 9, 0.10), (10, 12, 0.12), (13, 14, 0.10), (15, 17, 0.31), (18, 19, 0.18))


@dataclass
class Stay:
    form: str
    home: str
    started_on: date
    ended_on: date | None = None
    reason: str = ""
    planned: str = ""
    initiator: str = ""
    next_stop: str = ""
    host: str = ""


@dataclass
class Life:
    """One child, as far as a municipality's case system would know."""

    code: str
    sex: str
    birth_year: int
    stays: list[Stay]
    law: str
    law_changed_on: date | None = None
    unit: int = 0
    care: float = 0.85  # how well followed up: the share of what should be done that is done

    @property
    def started_on(self):
        return self.stays[0].started_on

    @property
    def ended_on(self):
        return self.stays[-1].ended_on


def pick(random, weights):
    return random.choices(list(weights), list(weights.values()))[0]


def lives(code, inhabitants, last_day, homes, neighbours):
    """All children of one municipality with a care episode in the last six years, oldest first.

    `homes` are names of institutions by form, `neighbours` codes of municipalities where a home may lie.
    """
    random = Random(f"bou-{code}-{last_day:%Y}")
    rate = INFLOW * math.exp(random.gauss(0, SPREAD))
    expected = inhabitants * rate * YEARS_BACK
    number = max(2, round(random.gauss(expected, math.sqrt(expected))))
    first_day = last_day - timedelta(days=round(365.25 * YEARS_BACK))
    quality = min(0.97, max(0.62, random.gauss(0.85, 0.08)))
    starts = sorted(random.random() for _ in range(number))
    return [
        life(
            random,
            f"{code[2:]}-{n:04d}",
            first_day + (last_day - first_day) * start,
            last_day,
            quality,
            homes,
            neighbours,
        )
        for n, start in enumerate(starts, start=1)
    ]


def life(random, code, started_on, last_day, quality, homes, neighbours):
    low, high, _ = random.choices(AGES, [weight for *_, weight in AGES])[0]
    age = random.randint(low, high)
    sex = random.choices([Sex.BOY, Sex.GIRL], [0.53, 0.47])[0]
    law = random.choices([LawGroup.SOL, LawGroup.LVU], [0.7, 0.3])[0]
    stays = journey(random, age, started_on, last_day, homes, neighbours)
    child = Life(code, sex, started_on.year - age, stays, law, unit=random.randrange(2), care=quality)
    if law == LawGroup.SOL and random.random() < 0.06:
        changed = started_on + timedelta(days=random.randint(40, 200))
        # Only where the first delivery comes before it, so that the case system's earlier row is known.
        if last_day - timedelta(days=700) < changed < (child.ended_on or last_day):
            child.law_changed_on = changed
    return child


def journey(random, age, started_on, last_day, homes, neighbours):
    """The stays of one care episode, moving on until the child goes home or the world ends."""
    stays, on = [], started_on
    moves = random.choices([0, 1, 2, 3], [0.60, 0.25, 0.10, 0.05])[0]
    while True:
        form = next_form(random, age, stays)
        median, spread = LENGTH[form]
        end = on + timedelta(days=max(3, round(median * math.exp(random.gauss(0, spread)))))
        aged_out = date(started_on.year - age + 21, 1, 1)
        end = min(end, max(aged_out, on + timedelta(days=30)))
        stay = Stay(form, home_of(random, form, homes, stays), on, host=random.choice(neighbours))
        stays.append(stay)
        if end > last_day:
            return stays
        stay.ended_on = end
        leaves = (len(stays) > moves and form != F.EMERGENCY) or len(stays) > 4 or end >= aged_out
        ending(random, stay, age, leaves)
        if leaves:
            return stays
        on = end


def next_form(random, age, stays):
    weights = dict(next(weights for limit, weights in FORMS if age <= limit))
    if stays and stays[-1].form == F.EMERGENCY:
        weights.pop(F.EMERGENCY, None)
    return pick(random, weights)


def home_of(random, form, homes, stays):
    """An institution's name, or a home known to its municipality only by a number."""
    if form in homes:
        names = [name for name in homes[form] if not stays or name != stays[-1].home]
        # Some homes are used often, most now and then.
        return random.choices(names, [1 / (n + 1) for n in range(len(names))])[0]
    return f"Hem {random.randint(1000, 9999)}"


def ending(random, stay, age, leaves):
    """How a stay ended, in the field's own separate answers."""
    unplanned = UNPLANNED[stay.form] * (1.25 if 13 <= age <= 17 else 0.85)
    if random.random() < 0.04:
        stay.planned = Planned.UNKNOWN
    elif random.random() < unplanned:
        stay.planned = Planned.UNPLANNED
        reasons = {
            EndReason.CHILD_INITIATED: (0.32, Initiator.CHILD),
            EndReason.HOME_INITIATED: (0.30, Initiator.HOME),
            EndReason.CONSENT_WITHDRAWN: (0.18, Initiator.GUARDIAN),
            EndReason.BOARD_DISSATISFIED: (0.12, Initiator.BOARD),
            EndReason.HOME_CLOSED: (0.05, Initiator.HOME),
            EndReason.COURT: (0.03, Initiator.COURT),
        }
        stay.reason = pick(random, {reason: weight for reason, (weight, _) in reasons.items()})
        stay.initiator = reasons[stay.reason][1]
    else:
        stay.planned, stay.initiator = Planned.PLANNED, Initiator.BOARD
        grown = age >= 17
        stay.reason = (
            (EndReason.INDEPENDENT if grown and random.random() < 0.6 else EndReason.GOAL_REACHED_HOME)
            if leaves
            else EndReason.MOVED_PLANNED
        )
    if leaves:
        stay.next_stop = NextStop.OWN_HOUSING if stay.reason == EndReason.INDEPENDENT else NextStop.HOME
    else:
        stay.next_stop = NextStop.PLACEMENT


def months_in_care(child, last_day):
    """Days on which three months of care had passed, one after the other, to the end or the last day."""
    until = child.ended_on or last_day
    step = 3
    while (day := add_months(child.started_on, step)) < until:
        yield day
        step += 3
