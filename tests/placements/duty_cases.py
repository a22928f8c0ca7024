"""A case of one child and the rules of 2026, for the tests of what is due. No database."""

from datetime import date

from placements.duties.case import Basis, Case, Stay
from placements.duties.engine import duties
from placements.duties.rules import Rules, Wording

LAW, TARGET, BENCHMARK = "statute", "local_target", "benchmark"
WORDINGS = [
    Wording("R-REV-SOL", LAW, 6, "months", None, date(2025, 6, 30)),
    Wording("R-REV-SOL", LAW, 6, "months", date(2025, 7, 1)),
    Wording("R-REV-2", LAW, 6, "months"),
    Wording("R-REV-3", LAW, 6, "months"),
    Wording("R-REST", LAW, 3, "months"),
    Wording("R-NOREM", LAW, 3, "months"),
    Wording("R-CUST", LAW, 36, "months", None, date(2022, 6, 30)),
    Wording("R-CUST", LAW, 24, "months", date(2022, 7, 1)),
    Wording("R-CUST-NEXT", LAW, 12, "months"),
    Wording("R-JOUR", LAW, 2, "months"),
    Wording("R-INV", LAW, 4, "months"),
    Wording("R-VP2", LAW, 24, "months"),
    Wording("R-VP-T", TARGET, 30, "days"),
    Wording("R-GP-T", TARGET, 30, "days"),
    Wording("R-GP-CUR", TARGET, 6, "months"),
    Wording("R-VISIT-T", BENCHMARK, 3, "months"),
    Wording("R-HEALTH-REQ", TARGET, 7, "days"),
    Wording("R-HEALTH-T", TARGET, 60, "days"),
    Wording("R-DENTAL-T", TARGET, 60, "days"),
    Wording("R-HEALTH-ACT", TARGET, 3, "months"),
    Wording("R-AGE-LVU2", LAW, 216, "months"),
    Wording("R-AGE-LVU3", LAW, 252, "months"),
    Wording("R-AGE-LEAD", TARGET, 6, "months"),
    Wording("R-POST-LVU", LAW, 6, "months", date(2022, 7, 1)),
    Wording("R-POST-SOL", LAW, 6, "months"),
]
RULES = Rules(WORDINGS)
START = date(2026, 1, 10)


def case(start=START, *, form="familjehem", home="a", end=None, **about):
    return Case(**{"birth_year": 2015, "stays": [Stay(start, end, form, home)], "bases": [Basis(start, "SoL")]} | about)


def due(asked, kind, rules=RULES):
    """The only duty of the kind, or None."""
    found = [duty for duty in duties(asked, rules) if duty.kind == kind]
    assert len(found) < 2
    return found[0] if found else None


def day(asked, kind, rules=RULES):
    return found.due_on if (found := due(asked, kind, rules)) else None
