"""The health funnel's tables on their way out: what the shares of the examined tell of them, and who is missing in them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bou_portal.disclosure import protect
from bou_portal.disclosure.hiding import hide_breakdown
from bou_portal.disclosure.published import AT_LEAST, EXAMINED
from tests.attacker import attack, truth_of
from tests.test_disclosure import LARGE, count, share, tables, texts

NEEDLES = {"ej begärd": 108, "begärd": 2, "erbjuden": 2, "gjord": 100, "svar mottaget": 3, "avböjd": 5}
EXAMINED_OF = {
    "A": (20, 40),
    "B": (25, 50),
    "C": (28, 60),
    "D": (30, 70),
}  # 103 of 220: all whom the table says examined


def stages(cells, place="R", measure="placed_on_by_health"):
    return [count(measure, number, place, category=name) for name, number in cells.items()]


def shown(figures, sizes=LARGE):
    return texts(protect(tables(sizes, *figures)).table("placed_on_by_health", "R"))


def test_a_small_stage_hides_the_next_smallest():
    cells = {"ej begärd": 100, "begärd": 20, "erbjuden": 7, "gjord": 90, "svar mottaget": 3, "avböjd": 0}
    told = {"ej begärd": "100", "begärd": "20", "erbjuden": "..", "gjord": "90", "svar mottaget": "..", "avböjd": "0"}
    assert shown(stages(cells)) == told


def test_three_small_stages_hide_each_other_where_nothing_else_is_told():
    told = shown(stages(NEEDLES))
    assert [name for name, text in told.items() if text == ".."] == ["begärd", "erbjuden", "svar mottaget"]


def test_they_need_one_more_where_the_examined_are_told():
    """103 are examined, 100 of them shown as done: three have their answer, so that two and two are left."""
    told = shown([*stages(NEEDLES), *share("health_examined", EXAMINED_OF)])
    assert [name for name, text in told.items() if text == ".."] == ["begärd", "erbjuden", "svar mottaget", "avböjd"]


def test_the_attacker_finds_them_where_that_is_forgotten(monkeypatch):
    figures = [*stages(NEEDLES), *share("health_examined", EXAMINED_OF)]

    def found():
        raw = tables(LARGE, *figures)
        truth = truth_of(figure.as_operator_dict() for figure in raw.figures)
        recovered = attack([protect(raw).as_dict()], [truth])
        return sorted(recovery.target[-1] for recovery in recovered)

    assert found() == []
    monkeypatch.delitem(AT_LEAST, "placed_on_by_health")
    assert found() == ["begärd", "erbjuden", "svar mottaget"]


@given(
    st.lists(st.integers(0, 6), min_size=4, max_size=4).filter(lambda cells: sum(cells) >= 5),
    st.integers(0, 6),
)
def test_no_small_stage_can_be_narrowed_down_by_the_examined(counts, fewer):
    """All guesses that fit what is told, counted one by one. The two first stages are those of the examined."""
    cells = dict(enumerate(counts))
    least = max(counts[0] + counts[1] - fewer, 0)
    rest = sum(counts) - least
    if 0 < rest < 5:
        return  # the share's own protection does not tell such a share
    hidden = sorted(hide_breakdown(cells, floor=(frozenset({0, 1}), least)))
    total, lowest = sum(cells[name] for name in hidden), 0 if len(hidden) == len(cells) else 1
    known = sum(cells[name] for name in {0, 1} - set(hidden))
    possible = [
        guess
        for guess in itertools.product(range(lowest, total + 1), repeat=len(hidden))
        if sum(guess) == total and known + sum(guess[hidden.index(name)] for name in {0, 1} & set(hidden)) >= least
    ]
    for index, name in enumerate(hidden):
        if 0 < cells[name] < 5:
            values = {guess[index] for guess in possible}
            assert max(values) >= 5
            assert len(values) >= 5


def test_a_table_in_which_somebodys_children_are_missing_is_not_told():
    """All but A deliver health: the table would add up to 217, and the region's 220 tell that A has three."""
    sizes = {"A": 3, "B": 57, "C": 80, "D": 80}
    per_place = {"B": (50, 7), "C": (60, 20), "D": (70, 10)}
    own = [
        figure for place, cells in per_place.items() for figure in stages(dict(zip("ab", cells, strict=True)), place)
    ]
    figures = [*own, *stages({"a": 180, "b": 37})]
    assert set(shown(figures, sizes).values()) == {"ingen uppgift"}
    assert shown([*figures, *stages({"a": 180, "b": 40}), *stages({"a": 0, "b": 3}, "A")], sizes) == {
        "a": "180", "b": "40",
    }  # fmt: skip


def test_a_sum_that_does_not_fit_is_a_mistake_and_not_a_gap():
    with pytest.raises(ValueError, match="placed_on_by_health does not add up"):
        protect(tables(LARGE, *stages({"a": 100, "b": 50})))


def test_the_stages_of_the_examined_are_those_of_the_indicator():
    from placements.indicators.funnel import ANSWERED, DONE, KINDS

    assert {DONE, ANSWERED} == EXAMINED
    assert set(AT_LEAST) == set(KINDS)


def test_a_release_from_before_the_funnel_has_no_table():
    assert protect(tables(LARGE)).table("placed_on_by_health", "R") == {}
