"""What a region's year of interviews tells, and what a municipality that knows its own cannot learn from it.

Proven here, for every municipality as an insider that knows its own interviews and themes, against everything that is
told of the year:

1. nothing told is consistent with fewer than three interviews of the others, nor with fewer than three of them behind
   a theme that is told;
2. what is told never settles the others' number: at least three numbers remain possible;
3. what is not told never settles it either: 0, 1 and 2 of the others all remain possible, for the year and for a theme;
4. where a theme that is told must be one that all of the others named, the others are five or more.

Not proven: municipalities that put their numbers together, and whoever knows a child's interview otherwise.
"""

from collections import defaultdict
from itertools import islice, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bou_portal.disclosure.voices import TOO_FEW, Heard, Spoken, shown_year


def year(*rows):
    """Told of municipalities with (interviews, of which named trygghet)."""
    spoken = [Spoken(str(place), count, {"trygghet": named}) for place, (count, named) in enumerate(rows)]
    return shown_year(spoken, ["trygghet"])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], Heard(TOO_FEW)),
        ([(2, 2), (1, 1), (1, 1)], Heard(TOO_FEW)),
        ([(9, 9)], Heard(TOO_FEW)),  # all from one municipality
        ([(6, 6), (6, 6)], Heard(TOO_FEW)),  # two: each would know that the others are one
        ([(3, 3), (1, 1), (1, 1)], Heard(TOO_FEW)),  # the first knows three of five
        ([(3, 3), (2, 2), (1, 1)], Heard("5–9", ("trygghet",))),
        ([(3, 3), (2, 1), (1, 1)], Heard("5–9")),  # the theme: two of others than the first
        ([(5, 5), (2, 2), (1, 1)], Heard(TOO_FEW)),  # at most nine: the first would know that the others were 3 or 4
        ([(15, 9), (2, 2), (2, 2)], Heard(TOO_FEW)),  # the same at the band's other end
        ([(14, 9), (2, 2), (2, 1)], Heard("10–19", ("trygghet",))),
        ([(50, 9), (2, 2), (2, 2)], Heard("20+", ("trygghet",))),
    ],
)
def test_a_year_is_told_when_enough_of_others_stand_behind_it(rows, told):
    assert year(*rows) == told


def test_themes_come_in_the_order_asked_for_and_never_by_number():
    spoken = [Spoken(place, 4, {"hemmet": 2, "skola": 4, "familj": 1}) for place in "ABC"]
    assert shown_year(spoken, ["hemmet", "skola", "familj"]).themes == ("hemmet", "skola")
    with pytest.raises(TypeError, match="raw voices"):
        str(spoken[0])


def beliefs(most, named):
    """{what the first of three knows and is told: every (interviews, of which named) that the others may have}"""
    rows = [(count, part) for count in range(most + 1) for part in (range(count + 1) if named else (0,))]
    found = defaultdict(set)
    for own, *others in product(rows, repeat=3):
        found[own, year(own, *others)].add(tuple(map(sum, zip(*others, strict=True))))
    return found.items()


def test_a_band_stands_on_three_others_and_settles_nothing():
    for (own, told), others in beliefs(18, named=False):
        numbers = {count for count, _ in others}
        if told.is_shown:
            assert min(numbers) >= 3, own
            assert len(numbers) >= 3, own
        else:
            assert {0, 1, 2} <= numbers, own


def test_a_theme_stands_on_three_others_and_on_all_of_no_few():
    for (own, told), others in beliefs(6, named=True):
        if told.themes:
            assert min(named for _, named in others) >= 3, own
            assert any(named < count for count, named in others) or min(count for count, _ in others) >= 5, own
        elif told.is_shown:
            assert {0, 1, 2} <= {named for _, named in others}, own


counts = st.integers(0, 60).flatmap(lambda count: st.tuples(st.just(count), st.integers(0, count)))


@given(st.lists(counts, min_size=1, max_size=9))
def test_every_municipality_of_many_is_kept_from_the_others_number(rows):
    told = year(*rows)
    for place, own in enumerate(rows):
        others = [row for other, row in enumerate(rows) if other != place]
        heard, named = (sum(numbers) for numbers in zip((0, 0), *others, strict=False))
        if told.is_shown:
            assert heard >= 3
            possible = (few for few in range(3, 61) if year(own, *split(few)).band == told.band)
            assert len(list(islice(possible, 3))) == 3
        else:
            assert all(not year(own, *split(few)).is_shown for few in (0, 1, 2))
        if told.themes:
            assert named >= 3


def split(number):
    """So many interviews, one in each of as many municipalities."""
    return [(1, 0)] * number
