"""How many deviations are told of each kind, and what a reader who knows her own and the rule cannot work out.

Proven here, for an outsider and for every municipality that knows its own reports:

1. each kind alone is told as `county_total` tells sums (tests/test_disclosure_county_totals.py);
2. every table of three kinds and four municipalities, with a low threshold: where the sum of hidden kinds is told, each
   of them may have been several numbers, of all the others together and of each of them;
3. tables of any size with the real threshold: for each hidden kind there are other tables that publish the same and
   agree with what the reader knows, in which the kind has another number.

Not proven: municipalities that put their numbers together. Those in the group read every report by right.
"""

import random
from collections import defaultdict
from datetime import date
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bou_portal.disclosure import THRESHOLD
from municipalities.cooperation.deviation_counts import HalfYear, closed_half_years, open_months, shown, told
from municipalities.models import CooperationModel, Deviation

HIDDEN = ".."


def said(table, threshold=THRESHOLD):
    found = told(table, threshold)
    return [cell.text for cell in found.kinds], found.total.text


# --- which half-years ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("today", "open_from", "closed"),
    [
        (date(2026, 11, 21), "2026-07", ["juli–december 2025", "januari–juni 2026"]),
        (date(2026, 7, 31), "2026-01", ["januari–juni 2025", "juli–december 2025"]),
        (date(2026, 8, 1), "2026-07", ["juli–december 2025", "januari–juni 2026"]),
        (date(2027, 1, 31), "2026-07", ["juli–december 2025", "januari–juni 2026"]),
        (date(2027, 2, 1), "2027-01", ["januari–juni 2026", "juli–december 2026"]),
    ],
)
def test_a_half_year_is_told_when_nobody_can_report_in_it_any_more(today, open_from, closed):
    assert open_months(today)[-1] == open_from
    assert open_months(today)[0] == f"{today:%Y-%m}"
    halves = closed_half_years(today)
    assert [half.text for half in halves] == closed
    assert not {month for half in halves for month in half.months} & set(open_months(today))


# --- what is told -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("table", "kinds", "total"),
    [
        ([], [], "0"),
        ([[0, 0, 0, 0]], ["0"], "0"),
        ([[5, 4, 4, 3], [0, 0, 0, 0]], ["16", "0"], "16"),
        ([[5, 4, 4, 3], [1, 0, 0, 0]], ["16", HIDDEN], HIDDEN),  # the sum would tell the one
        ([[5, 4, 4, 3], [3, 2, 2, 2], [2, 3, 2, 2]], ["16", HIDDEN, HIDDEN], HIDDEN),  # two: both would be nine
        ([[2, 2, 2, 3], [3, 2, 2, 2], [2, 1, 1, 1]], [HIDDEN] * 3, "23"),
        ([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]], [HIDDEN] * 3, HIDDEN),  # the sum is small itself
        ([[6, 1, 1, 0], [7, 1, 0, 1], [2, 2, 2, 2]], [HIDDEN] * 3, HIDDEN),  # the first would know the others' few
        ([[9, 9, 9]], [HIDDEN], HIDDEN),  # three municipalities are too few to hide behind
    ],
)
def test_a_total_is_told_only_when_nothing_follows_from_it(table, kinds, total):
    assert said(table) == (kinds, total)


@pytest.fixture(scope="module")
def others():
    """What three municipalities may have reported of three kinds, in every way, the order of the municipalities aside."""
    columns = list(product(range(4), repeat=3))
    return list(combinations_with_replacement(columns, 3))


@pytest.mark.parametrize("own", [(0, 0, 0), (1, 0, 0), (2, 1, 0), (3, 0, 1)])
def test_every_small_table_leaves_its_reader_several_numbers_for_each_hidden_kind(own, others):
    threshold = 2
    of_all, of_one = defaultdict(set), defaultdict(set)
    for table in others:
        kinds, total = said([[own[kind], *(place[kind] for place in table)] for kind in range(3)], threshold)
        if total == HIDDEN or kinds.count(HIDDEN) < 3:
            continue
        for kind in range(3):
            of_all[total, kind].add(sum(place[kind] for place in table))
            of_one[total, kind].update(place[kind] for place in table)
    assert of_all
    largest = max(int(total) for total, _ in of_all)  # at the edge of what was tried there is only one way
    for found in (of_all, of_one):
        few = {seen: numbers for seen, numbers in found.items() if len(numbers) < threshold and int(seen[0]) < largest}
        assert few == {}


def alike(table, own, tries):
    """Other tables that a reader cannot tell from this one: her own reports are the same, and so is what is told."""
    answer = said(table)
    dice = random.Random(str(table))
    hidden = [kind for kind, cell in enumerate(answer[0]) if cell == HIDDEN]
    places = [place for place in range(len(table[0])) if place != own]
    now = [list(kind) for kind in table]
    for _ in range(tries):
        tried = [list(kind) for kind in now]
        for _ in range(dice.choice((1, 1, 2, 3))):
            kind, place = dice.choice(hidden), dice.choice(places)
            step = dice.choice((-3, -2, -1, 1, 2, 3))
            tried[kind][place] += step
            if answer[1] != HIDDEN:  # what is told in all stays the same
                tried[dice.choice(hidden)][dice.choice(places)] -= step
        if min(map(min, tried)) >= 0 and said(tried) == answer:
            now = tried
            yield now


tables = st.integers(4, 7).flatmap(
    lambda places: st.lists(st.lists(st.integers(0, 7), min_size=places, max_size=places), min_size=1, max_size=6)
)


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(-1, 3))
def test_no_hidden_number_can_be_worked_out(table, own):
    """`own` -1 is an outsider. What the others have of a hidden kind has at least three possible numbers."""
    kinds, _ = said(table)
    if HIDDEN not in kinds:
        return

    def of_others(each):
        return sum(each) - (each[own] if own >= 0 else 0)

    possible = [{of_others(kind)} for kind in table]
    wanted = [index for index, cell in enumerate(kinds) if cell == HIDDEN]
    for other in alike(table, own, 4000):
        for index in wanted:
            possible[index].add(of_others(other[index]))
        if all(len(possible[index]) > 2 for index in wanted):
            break
    assert [(table[index], possible[index]) for index in wanted if len(possible[index]) < 3] == []


@given(tables)
def test_what_is_told_is_true(table):
    found = told(table)
    for cell, kind in zip(found.kinds, table, strict=True):
        assert not cell.is_shown or cell.value == sum(kind)
    assert not found.total.is_shown or found.total.value == sum(map(sum, table))


# --- a region's ---------------------------------------------------------------------------------------------------------
TODAY = date(2026, 11, 21)


@pytest.fixture
def model(vasternorrland):
    return CooperationModel.objects.create(region=vasternorrland, name="Norrbus")


def report(model, place, number, kind="kallelse", month="2026-03"):
    Deviation.objects.bulk_create(
        Deviation(model=model, municipality=place, month=month, kind=kind, to_party="skola") for _ in range(number)
    )


def test_a_region_reads_two_half_years_and_the_newest_in_a_sentence(model, vasternorrland, umea):
    for place in vasternorrland.municipalities.all()[:4]:
        report(model, place, 4)
    report(model, umea, 9)  # another region's
    report(model, vasternorrland.municipalities.first(), 1, month="2026-09")  # not closed yet
    found = shown(vasternorrland, TODAY)
    assert found.kinds[0][1][1].text == "16"
    assert [cell.text for cell in found.totals] == ["ingen uppgift", "16"]
    assert "16 avvikelser är rapporterade januari–juni 2026." in found.sentence
    assert found.table.columns == ("Vad som brast", "Juli–december 2025", "Januari–juni 2026")


def test_a_few_are_hidden_with_the_reason(model, vasternorrland, sundsvall):
    report(model, sundsvall, 3)
    found = shown(vasternorrland, TODAY)
    assert found.table.rows[0][2] == HIDDEN
    assert found.table.note == ".. = dold för att skydda enskilda"
    assert found.sentence.startswith("För få avvikelser")


def test_a_region_without_reports_says_so(model, vasternorrland):
    found = shown(vasternorrland, TODAY)
    assert found.totals[1].text == "ingen uppgift"
    assert found.sentence == "Ingen avvikelse är rapporterad till och med januari–juni 2026."


def test_the_number_of_queries_is_the_same_for_many(model, vasternorrland, django_assert_num_queries):
    for place in vasternorrland.municipalities.all():
        report(model, place, 9)
        report(model, place, 9, kind="sip", month="2025-12")
    with django_assert_num_queries(3):
        shown(vasternorrland, TODAY)


def test_half_years_know_their_months():
    half = HalfYear(2026, 2)
    assert half.months == [f"2026-{month:02}" for month in range(7, 13)]
    assert half.closes_on == date(2027, 1, 31)
    assert HalfYear.of(date(2026, 6, 30)) == half.previous() == HalfYear(2026, 1)
