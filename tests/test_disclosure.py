"""The gate: what leaves a municipality, what is hidden, and that nobody can work out what is hidden."""

import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bou_portal.disclosure import (
    PUBLISHED,
    Disclosed,
    Level,
    NotPublished,
    Rule,
    Tables,
    protect,
)
from bou_portal.disclosure.hiding import hide_breakdown
from bou_portal.figures import Figure
from bou_portal.periods import Quarter
from tests.attacker import Unsound, attack, truth_of
from tests.invented import World, attacked, released

QUARTER = Quarter(2026, 3)
LARGE = {"A": 40, "B": 50, "C": 60, "D": 70}


def tables(totals, *figures, quarter=QUARTER, version=1):
    """Raw figures of region R: children placed by municipality, None = not delivered."""
    placed = [Figure(id="placed_on", place=place, value=count) for place, count in totals.items()]
    return Tables("R", quarter, tuple(totals), [*placed, *figures], version=version)


def share(measure, parts):
    """A share by municipality, and the region's sum."""
    region = tuple(map(sum, zip(*parts.values(), strict=True)))
    return [
        Figure.share(id=measure, place=place, numerator=part, denominator=whole)
        for place, (part, whole) in (parts | {"R": region}).items()
    ]


def count(measure, value, place="R", category=None):
    return Figure(id=measure, place=place, category=category, value=value)


def texts(column):
    return {place: shown.text for place, shown in column.items()}


# Totals --------------------------------------------------------------------------------------------------------------


def test_small_totals_hide_behind_others_and_zero_and_missing_are_said():
    release = protect(tables({"A": 3, "B": 6, "C": 30, "D": 50, "E": 0, "F": None}))
    # B would see A as 9 - 6, so C is hidden too; the region's total of those who delivered stands.
    totals = {"A": "..", "B": "..", "C": "..", "D": "50", "E": "0", "F": "ingen uppgift"}
    assert texts(release.column("placed_on")) == totals
    assert release.cell("placed_on", "R").text == "89"
    assert release.missing == ("F",)


def test_nothing_is_hidden_where_nothing_is_small():
    release = protect(tables(LARGE | {"E": 0, "F": 5}))
    assert texts(release.column("placed_on")) == {"A": "40", "B": "50", "C": "60", "D": "70", "E": "0", "F": "5"}


def test_first_and_second_hiding_look_the_same():
    stored = protect(tables({"A": 3, "B": 6, "C": 30, "D": 50})).as_dict()
    hidden = [cell for cell in stored["cells"] if cell["measure"] == "placed_on" and cell["reason"]]
    assert len(hidden) == 3
    assert len({json.dumps(cell | {"place": ""}) for cell in hidden}) == 1


@pytest.mark.parametrize("totals", [{"A": 2, "B": 1, "C": 0}, {"A": 2, "B": 2, "C": 2}, {"A": 1, "B": 40}])
def test_a_region_too_small_to_hide_in_shows_nothing(totals):
    release = protect(tables(totals))
    assert release.cell("placed_on", "R").text == ".."
    assert set(texts(release.column("placed_on")).values()) == {".."}


def test_an_installation_may_hide_more_but_not_less():
    release = protect(tables(LARGE | {"E": 7}), threshold=10)
    assert release.cell("placed_on", "E").text == ".."
    assert protect(tables(LARGE | {"E": 4}), threshold=4).cell("placed_on", "E").text == "4"
    with pytest.raises(ValueError, match="never below 4"):
        protect(tables(LARGE), threshold=3)


# Shares --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (10, 20, "50\xa0%"),
        (5, 20, "25\xa0%"),
        (15, 20, "75\xa0%"),
        (33, 40, "83\xa0%"),
        (0, 20, "0\xa0%"),
        (20, 20, "100\xa0%"),
        (4, 20, ".."),
        (16, 20, ".."),
        (10, 19, ".."),
        (0, 19, ".."),
        (19, 19, ".."),
        (0, 0, "\N{EN DASH}"),
    ],
)
def test_shares_need_twenty_and_no_small_part(part, whole, text):
    region_only = Figure.share(id="H2", place="R", numerator=part, denominator=whole)
    assert protect(tables(LARGE, region_only)).cell("H2", "R").text == text
    others = {place: (size // 2, size) for place, size in LARGE.items()}
    release = protect(tables(LARGE | {"X": whole}, *share("L5", others | {"X": (part, whole)})))
    assert release.cell("L5", "X").text == text
    assert release.cell("L5", "R").is_shown


def test_a_shown_share_has_its_counts_and_a_hidden_one_has_nothing():
    parts = {"A": (30, 40), "B": (48, 50), "C": (40, 60), "D": (70, 70)}
    release = protect(tables(LARGE, *share("L5", parts)))
    assert release.cell("L5", "R").of == "188 av 220"
    assert release.cell("L5", "D").of == "70 av 70"
    hidden = release.cell("L5", "B")
    assert (hidden.value, hidden.numerator, hidden.denominator, hidden.of) == (None, None, None, "")
    # Two others hide B's two children without a plan, from outsiders and from each other.
    assert [place for place in "ABCD" if not release.cell("L5", place).is_shown] == ["A", "B", "C"]


def test_none_in_the_region_is_told_only_if_no_municipality_is_small():
    nobody = {place: (0, size) for place, size in LARGE.items()}
    assert protect(tables(LARGE, *share("L5", nobody))).cell("L5", "R").text == "0\xa0%"
    release = protect(tables(LARGE | {"E": 9}, *share("L5", nobody | {"E": (0, 9)})))
    assert release.cell("L5", "R").text == ".."
    release = protect(tables(LARGE | {"E": 9}, *share("H2", nobody | {"E": (0, 9)})))
    assert release.cell("H2", "R").text == ".."


def test_a_municipality_without_children_has_no_share_whatever_is_hidden():
    sizes = LARGE | {"E": 0}
    release = protect(tables(sizes, *share("L5", {place: (min(size, 1), size) for place, size in sizes.items()})))
    assert texts(release.column("L5")) == {"A": "..", "B": "..", "C": "..", "D": "..", "E": "\N{EN DASH}"}
    assert release.cell("L5", "R").text == ".."


def test_what_is_hidden_in_a_total_is_hidden_in_its_parts():
    sizes = {"A": 3, "B": 21, "C": 22, "D": 60}
    release = protect(tables(sizes, *share("L5", {place: (size // 2, size) for place, size in sizes.items()})))
    for place in "ABC":
        assert release.cell("placed_on", place).text == release.cell("L5", place).text == ".."


def test_a_share_not_delivered_is_named_and_not_counted():
    parts = {place: (size // 2, size) for place, size in LARGE.items() if place != "D"}
    release = protect(tables(LARGE, *share("L5", parts)))
    assert release.cell("L5", "D").text == "ingen uppgift"
    assert release.cell("L5", "R").of == "75 av 150"


def test_a_base_must_not_tell_a_small_municipality_that_delivered_nothing():
    """The region's base of the share is the total without A."""
    sizes = {"A": 3, "B": 6, "C": 30, "D": 50, "E": 60}
    parts = {place: (size // 2, size) for place, size in sizes.items() if place != "A"}
    release = protect(tables(sizes, *share("L5", parts)))
    assert release.cell("placed_on", "R").text == "149"
    assert release.cell("L5", "R").text == ".."  # its base would be 149 - 3


@pytest.mark.parametrize("parts", [{"A": (41, 40)}, {"A": (-1, 40)}, {"A": (30, 41)}])
def test_figures_that_contradict_each_other_are_refused(parts):
    with pytest.raises(ValueError, match="L5"):
        protect(tables(LARGE, *share("L5", parts)))


# The region's own figures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        ({"a": 50, "b": 20, "c": 0}, ""),
        ({"a": 50, "b": 20, "c": 3}, "bc"),
        ({"a": 50, "b": 2, "c": 2}, "abc"),
        ({"a": 50, "b": 4, "c": 3}, "bc"),
        ({"a": 50, "b": 2, "c": 2, "d": 2}, "abcd"),
        ({"a": 2, "b": 3, "c": 0}, "abc"),
    ],
)
def test_small_cells_of_a_breakdown_hide_the_next(cells, hidden):
    assert hide_breakdown(cells) == set(hidden)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=4).filter(lambda cells: sum(cells) >= 5))
def test_no_small_cell_of_a_breakdown_can_be_narrowed_down(counts):
    cells = dict(enumerate(counts))
    hidden = sorted(hide_breakdown(cells))
    total = sum(cells[name] for name in hidden)
    least = 0 if len(hidden) == len(cells) else 1
    possible = [
        guess for guess in itertools.product(range(least, total + 1), repeat=len(hidden)) if sum(guess) == total
    ]
    for index, name in enumerate(hidden):
        if 0 < cells[name] < 5:
            values = {guess[index] for guess in possible}
            assert len(values) >= 5
            assert max(values) >= 5
    assert all(name in hidden or not 0 < cells[name] < 5 for name in cells)


def test_a_breakdown_adds_up_and_keeps_the_order_of_its_code_list():
    cells = [count("placed_on_by_form", n, category=c) for c, n in (("hvb", 120), ("sis", 4), ("jourhem", 96))]
    release = protect(tables(LARGE, *cells))
    assert texts(release.table("placed_on_by_form", "R")) == {"hvb": "120", "sis": "..", "jourhem": ".."}
    with pytest.raises(ValueError, match="add up"):
        protect(tables(LARGE, *cells[:2]))


FLOWS = ("placements_started", "placements_ended", "episodes_started", "episodes_ended")


def flows(*region, turnover=(4, 4, 4, 4)):
    """The region's flows; in each municipality as many children came as left."""
    own = [count(flow, n, place) for place, n in zip("ABCD", turnover, strict=True) for flow in FLOWS]
    return [*map(count, FLOWS, region), *own]


@pytest.mark.parametrize(
    ("region", "turnover", "is_shown"),
    [
        ((22, 20, 16, 14), (4, 4, 4, 4), True),
        ((16, 14, 16, 14), (4, 4, 4, 4), True),
        ((22, 20, 4, 2), (1, 1, 0, 0), False),  # few came
        ((19, 17, 16, 14), (4, 4, 4, 4), False),  # three moved
        ((22, 20, 16, 14), (14, 1, 1, 1), False),  # only A had comings and goings, so A could tell the others'
    ],
)
def test_flows_are_shown_together_or_not_at_all(region, turnover, is_shown):
    release = protect(tables(LARGE, *flows(*region, turnover=turnover)))
    assert [release.cell(flow, "R").is_shown for flow in FLOWS] == [is_shown] * 4


@pytest.mark.parametrize(
    ("planned", "known", "text"), [(14, 20, "70\xa0%"), (13, 20, "65\xa0%"), (4, 20, ".."), (0, 20, "..")]
)
def test_a_share_of_a_flow_has_no_small_part(planned, known, text):
    """Two of the 22 endings are not known as planned or not; 0 + 2 would be the complement of the unplanned."""
    ended = share("S1", dict.fromkeys("BCD", (0, 0)) | {"A": (planned, known)})
    assert protect(tables(LARGE, *flows(24, 22, 16, 14), *ended)).cell("S1", "R").text == text


def test_parts_and_means_of_flows():
    ended = Figure(id="ended_length_mean", place="R", value=100.25, denominator=20)
    release = protect(tables(LARGE, *flows(22, 20, 16, 14), count("unplanned_endings", 6), ended))
    assert release.cell("unplanned_endings", "R").text == "6"
    assert release.cell("ended_length_mean", "R").text == "100,3"
    release = protect(tables(LARGE, *flows(22, 20, 16, 14), count("unplanned_endings", 4)))
    assert release.cell("unplanned_endings", "R").text == ".."
    release = protect(tables(LARGE, *flows(21, 19, 16, 14), replace(ended, denominator=19)))
    assert release.cell("ended_length_mean", "R").text == ".."


@pytest.mark.parametrize(
    ("days", "text"), [((4000, 3000, 500, 0), "7\xa0500"), ((9000, 500, 500, 0), ".."), ((4000, 3500, 0, 0), "..")]
)
def test_a_sum_that_one_municipality_dominates_is_hidden(days, text):
    parts = [count("care_days", n, place) for place, n in zip("ABCD", days, strict=True)]
    release = protect(tables(LARGE, *parts, count("care_days", sum(days))))
    assert release.cell("care_days", "R").text == text


def test_rolling_four_quarters_add_up_what_was_published():
    def year(*ended):
        releases = []
        for quarter, number in zip(QUARTER.rolling_four(), ended, strict=True):
            raw = tables(LARGE, *flows(number + 2, number, 16, 14), quarter=quarter)
            releases.append(protect(raw, releases))
        return [release.cell("placements_ended", "R", rolling=True).text for release in releases]

    assert year(20, 30, 25, 25) == ["ingen uppgift"] * 3 + ["100"]
    assert year(20, 3, 25, 25)[-1] == ".."


# Corrections ---------------------------------------------------------------------------------------------------------


def corrected(before, after):
    first = protect(tables(before))
    return first, protect(tables(after, version=2), [first])


def test_a_correction_by_a_few_children_is_not_told():
    _, second = corrected(LARGE, LARGE | {"B": 52})
    assert second.cell("placed_on", "B").text == ".."
    assert second.cell("placed_on", "R").text == "222"
    assert sum(shown.is_shown for shown in second.column("placed_on").values()) < 3  # and not by subtraction either


def test_a_correction_by_many_children_is_told():
    _, second = corrected(LARGE, LARGE | {"B": 55})
    assert texts(second.column("placed_on")) == {"A": "40", "B": "55", "C": "60", "D": "70"}


def test_a_late_delivery_of_a_few_children_is_not_told():
    late = LARGE | {"E": None, "F": None, "G": None}
    _, second = corrected(late, late | {"E": 3})
    assert second.cell("placed_on", "R").text == ".."  # the difference to the first version would be E
    _, second = corrected(late, late | {"E": 3, "F": 6, "G": 30})
    assert second.cell("placed_on", "R").text == "259"
    assert [p for p, shown in second.column("placed_on").items() if not shown.is_shown] == ["E", "F", "G"]
    _, second = corrected(late, late | {"E": 30})
    assert second.cell("placed_on", "E").text == "30"


def test_what_was_hidden_stays_hidden():
    sizes = LARGE | {"E": 3, "F": 6, "G": 7}
    first, second = corrected(sizes, sizes | {"E": 9})
    for release in (first, second):
        assert [p for p, shown in release.column("placed_on").items() if not shown.is_shown] == ["E", "F", "G"]


def test_other_regions_releases_do_not_matter():
    other = replace(protect(tables(LARGE | {"B": 48})), region="S")
    assert protect(tables(LARGE), [other]).as_json() == protect(tables(LARGE)).as_json()


# The release ---------------------------------------------------------------------------------------------------------


def test_release_is_stored_and_read_again_byte_for_byte():
    world = World(1)
    releases, _ = released(world, quarters=2)
    again = Disclosed.from_dict(json.loads(releases[1].as_json()))
    assert again == releases[1]
    assert again.sha256 == releases[1].sha256
    assert releases[0].sha256 != releases[1].sha256
    assert released(World(1), quarters=2)[0][1].as_json() == releases[1].as_json()


def test_no_hidden_number_is_anywhere_in_the_release():
    for release in released(World(5, gaps=0.1), corrected=True)[0]:
        for cell in release.as_dict()["cells"]:
            has_number = [cell[name] is not None for name in ("value", "numerator", "denominator")]
            assert any(has_number) == (cell["reason"] is None)
            if cell["kind"] == "count" and cell["value"] is not None and cell["measure"].startswith("placed_on"):
                assert cell["value"] == 0 or cell["value"] >= 5


def test_only_what_is_published_can_be_asked_for():
    release = protect(tables(LARGE, count("placed_on_by_form", 220, category="hvb"), count("V8", 3, "A", "hvb")))
    for question in [("V8", "A", "hvb"), ("placed_on_by_form", "A", "hvb"), ("placements_ended", "A"), ("x", "R")]:
        with pytest.raises(NotPublished):
            release.cell(*question)


def test_municipalities_publish_totals_and_regions_their_breakdowns():
    per_municipality = [entry for entry in PUBLISHED if Level.MUNICIPALITY in entry.levels]
    assert {entry.rule for entry in per_municipality} == {Rule.TOTAL, Rule.SPLIT}
    divided_by = {entry.breakdown for entry in PUBLISHED if entry.breakdown}
    assert divided_by == {"form", "law", "age", "sex", "health", "dental"}


# The attacker --------------------------------------------------------------------------------------------------------

REGIONS = [
    *({"seed": seed} for seed in range(5)),
    *({"seed": seed, "places": 12, "empty": 0.5} for seed in range(3)),
    *({"seed": seed, "places": 8, "dominating": True} for seed in range(2)),
    *({"seed": seed, "gaps": 0.15, "places": 8} for seed in range(3)),
    *({"seed": seed, "corrected": True, "places": 8} for seed in range(3)),
    *({"seed": seed, "insider": "2201"} for seed in range(2)),
    {"seed": 1, "quarters": 8, "places": 6},
    {"seed": 1, "quarters": 1, "places": 33},
]


@pytest.mark.parametrize("region", REGIONS, ids=str)
def test_attacker_finds_no_small_count(region):
    assert attacked(**region) == []


def test_attacker_finds_small_counts_without_the_second_hiding():
    found = [recovery.what for seed in range(5) for recovery in attacked(seed, second=False)]
    assert found.count("exact") > 10
    assert found.count("narrow") > 100


def test_attacker_reads_the_truth_from_raw_figures():
    raw, truth = World(3, gaps=0.2).step()
    assert truth_of(figure.as_operator_dict() for figure in raw.figures) == truth


def test_attacker_notices_a_truth_that_does_not_fit():
    releases, truths = released(World(2), quarters=1)
    truths[0]["placed_on", "R", None] += 1
    with pytest.raises(Unsound):
        attack([release.as_dict() for release in releases], truths)
