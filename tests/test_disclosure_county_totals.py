"""One sum of the municipalities' own reports: what each of them can work out of it, knowing the rule."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bou_portal.disclosure.county_totals import FEWEST_REPORTERS, county_total
from bou_portal.figures import State

THRESHOLD = 5


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([], "ingen uppgift"),
        ([0, 0, 0, 0], "0"),
        ([3, 4, 2, 1], "10"),
        ([1, 1, 1, 1], ".."),  # the sum itself is small
        ([2, 2, 2, 3], ".."),  # under ten, the rule alone would narrow the counts down
        ([9, 1, 1, 0], ".."),  # the one with nine sees that the others have two
        ([9, 3, 2, 0], "14"),
        ([12, 0, 0, 0], "12"),  # the one with twelve sees that the others have none
        ([9, 9, 9], ".."),  # too few to hide behind
    ],
)
def test_the_sum_is_told_only_when_nobody_is_found_in_it(counts, said):
    assert county_total(counts).text == said


@pytest.mark.parametrize(("reporters", "most"), [(4, 14), (5, 8)])
def test_no_municipality_can_narrow_down_anothers_few(reporters, most):
    """Every possible report: whoever knows her own count, the answer and the rule has five left to choose from."""
    possible, small = defaultdict(set), set()
    for counts in product(range(most + 1), repeat=reporters):
        seen = (counts[0], county_total(counts, THRESHOLD).text)
        possible[seen].add(counts[1])
        if 0 < counts[1] < THRESHOLD:
            small.add((seen, counts[1]))
    assert small
    assert [(seen, count) for seen, count in small if len(possible[seen]) < THRESHOLD] == []


@given(st.lists(st.integers(0, 40), min_size=1, max_size=20))
def test_what_is_shown_is_true_and_leaves_no_few(counts):
    told = county_total(counts, THRESHOLD)
    if told.state is State.SHOWN:
        assert told.value == sum(counts)
        assert len(counts) >= FEWEST_REPORTERS
        assert not any(0 < told.value - own < THRESHOLD for own in (0, *counts))
