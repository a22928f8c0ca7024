"""What two versions of a quarter tell together, two quarters when somebody begins to deliver, and two municipalities."""

import pytest

from bou_portal.disclosure import protect
from bou_portal.figures import Figure
from tests.test_disclosure import FLOWS, LARGE, QUARTER, count, flows, share, tables

MISSING = LARGE | {"E": None}
LATE = LARGE | {"E": 30}
BEGAN = (22, 20, 16, 14)


def girls_and_boys(girls, boys, place="R"):
    return [count("placed_on_by_sex", n, place, word) for word, n in (("flicka", girls), ("pojke", boys))]


def moved(part, whole):
    return Figure.share(id="H2", place="R", numerator=part, denominator=whole)


def second(before, after, late=LATE):
    """Version 2, in which E has delivered too."""
    first = protect(tables(MISSING, *before))
    return protect(tables(late, *after, version=2), [first])


@pytest.mark.parametrize(
    ("after", "is_shown"),
    [
        ((28, 26, 22, 20), True),
        ((24, 26, 22, 20), False),  # two of E's began
        ((28, 26, 22, 15), False),  # one of E's went home
        ((28, 26, 20, 20), False),  # of E's six that began two had moved
        (BEGAN, True),
    ],
)
def test_what_began_and_ended_does_not_tell_of_who_came_late(after, is_shown):
    release = second(flows(*BEGAN), flows(*after))
    assert [release.cell(flow, "R").is_shown for flow in FLOWS] == [is_shown] * 4


@pytest.mark.parametrize(("girls", "boys", "is_shown"), [(115, 135, True), (102, 148, False), (100, 150, True)])
def test_a_table_does_not_tell_of_who_came_late(girls, boys, is_shown):
    release = second(girls_and_boys(100, 120), girls_and_boys(girls, boys))
    assert [shown.is_shown for shown in release.table("placed_on_by_sex", "R").values()] == [is_shown] * 2


def test_hidden_cells_of_a_table_are_not_told_together():
    """E has 28 in foster homes, and 2 in what is hidden: the sum of the hidden cells would tell."""

    def forms(*numbers):
        return [count("placed_on_by_form", n, category=word) for word, n in zip(("f", "h", "s"), numbers, strict=True)]

    release = second(forms(200, 17, 3), forms(228, 18, 4))
    assert not any(shown.is_shown for shown in release.table("placed_on_by_form", "R").values())


@pytest.mark.parametrize(
    ("part", "whole", "is_shown"), [(70, 130, True), (53, 104, False), (62, 112, False), (50, 100, True)]
)
def test_a_share_does_not_tell_of_who_came_late(part, whole, is_shown):
    """62 of 112: of E's twelve all, which is told of a group of twenty at least."""
    assert second([moved(50, 100)], [moved(part, whole)]).cell("H2", "R").is_shown is is_shown


@pytest.mark.parametrize(("days", "is_shown"), [(16000, True), (18760, False)])
def test_a_sum_does_not_tell_who_came_late(days, is_shown):
    own = [count("care_days", 4000, place) for place in "ABCD"]
    release = second([*own, count("care_days", 16000)], [*own, count("care_days", days)])
    assert release.cell("care_days", "R").is_shown is is_shown


def test_who_came_late_herself_cannot_take_away_her_own():
    missing, late = LARGE | {"E": None, "F": None}, LARGE | {"E": 30, "F": 30}
    own = [*girls_and_boys(28, 2, "E"), *girls_and_boys(15, 15, "F")]
    first = protect(tables(missing, *girls_and_boys(100, 120)))
    again = protect(tables(late, *own, *girls_and_boys(143, 137), version=2), [first])
    assert not again.cell("placed_on_by_sex", "R", "flicka").is_shown


@pytest.mark.parametrize(("now", "is_shown"), [(30, True), (4, False)])
def test_flows_do_not_tell_how_many_who_joins_had_before(now, is_shown):
    """E delivers from this quarter on: the region's sums then and now, and what began and ended, give E's sum then."""
    own = flows(22, 20, 16, 14)
    before = protect(tables(LARGE | {"E": None, "F": 9, "G": 9}, quarter=QUARTER.previous()))
    release = protect(tables(LARGE | {"E": now, "F": 9, "G": 9}, *own), [before])
    assert [release.cell(flow, "R").is_shown for flow in FLOWS] == [is_shown] * 4


def test_an_unchanged_correction_shows_what_was_shown():
    raw = [*flows(*BEGAN), *share("L5", dict.fromkeys("ABCD", (20, 40))), *girls_and_boys(100, 120)]
    first = protect(tables(LARGE, *raw))
    assert protect(tables(LARGE, *raw, version=2), [first]).cells == first.cells


# Two ----------------------------------------------------------------------------------------------------------------


def told_of_two(girls_of_b, began_of_b, places="AB"):
    """A has 300 children and B 12: what the region shows when only they, or C too, deliver."""
    sizes = {"A": 300, "B": 12, "C": 60}
    rest = 60 if "C" in places else 0
    figures = [
        *girls_and_boys(150 + girls_of_b + rest, 162 - girls_of_b),
        *girls_and_boys(150, 150, "A"),
        *girls_and_boys(girls_of_b, 12 - girls_of_b, "B"),
        *flows(40 + began_of_b, 40, 30 + began_of_b, 30),
        *(count(name, n, "A") for name, n in zip(FLOWS, (40, 34, 30, 24), strict=True)),
        *(count(name, n, "B") for name, n in zip(FLOWS, (began_of_b, 6, began_of_b, 6), strict=True)),
    ]
    release = protect(tables({place: sizes[place] for place in places}, *figures))
    return release.cell("placed_on_by_sex", "R", "flicka").is_shown, release.cell("episodes_started", "R").is_shown


def test_where_two_deliver_one_does_not_see_the_others_few():
    assert told_of_two(6, 6) == (True, True)
    assert told_of_two(2, 6) == (False, True)
    assert told_of_two(6, 2) == (True, False)
    assert told_of_two(2, 6, "ABC") == (True, True)
