"""What may be told of how stays in a home ended, and who would use it again: attacked by municipalities that know their own."""

from datetime import date
from itertools import product
from random import Random

import pytest

from bou_portal.disclosure import Coarse, Disclosed, Score, Stay, Tables, coarse, protect, shown_coarse
from bou_portal.disclosure.coarse import AGAIN, LENGTH, PLANNED
from bou_portal.figures import State
from bou_portal.periods import Quarter

QUARTER = Quarter(2026, 3)
DAY = date(2026, 5, 1)


def stays(value, **places):
    """So many stays with the value in each municipality."""
    return [Stay(value, place, DAY) for place, count in places.items() for _ in range(count)]


def share(*rows):
    return shown_coarse(PLANNED, [stay for each in rows for stay in each], QUARTER.end)


@pytest.mark.parametrize(
    ("planned", "unplanned", "text"),
    [
        ({"A": 7, "B": 7}, {"A": 5, "B": 5}, "ungefär 60\N{NO-BREAK SPACE}%"),
        ({"A": 7, "B": 7}, {"A": 5, "B": 4}, ".."),  # without A's own, four of B's are left
        ({"A": 4, "B": 5}, {"A": 5, "B": 5}, ".."),  # nineteen
        ({"A": 14}, {"A": 10}, ".."),
        ({"A": 60, "B": 60}, {"A": 5, "B": 5}, "ungefär 90\N{NO-BREAK SPACE}%"),
        ({"A": 150, "B": 150}, {"A": 5, "B": 5}, "minst 95\N{NO-BREAK SPACE}%"),
        ({"A": 5, "B": 5}, {"A": 150, "B": 150}, "under 5\N{NO-BREAK SPACE}%"),
    ],
)
def test_a_share_is_about_twenty_and_five_of_others_on_either_side(planned, unplanned, text):
    assert share(stays(1, **planned), stays(0, **unplanned)).text == text


@pytest.mark.parametrize(
    ("days", "text"),
    [(90, "under 3 månader"), (91, "3–6 månader"), (182, "6–12 månader"), (365, "12 månader eller mer")],
)
def test_a_length_is_a_band(days, text):
    assert shown_coarse(LENGTH, stays(days, A=7, B=7, C=7, D=7), QUARTER.end).text == text


def test_a_length_is_hidden_where_one_municipality_has_near_half():
    """It could otherwise take away its own short stays and know that all the others were long."""
    assert not shown_coarse(LENGTH, stays(10, A=9) + stays(400, B=6, C=6), QUARTER.end).is_shown
    assert shown_coarse(LENGTH, stays(10, A=7) + stays(400, B=7, C=7, D=7), QUARTER.end).is_shown


def test_what_was_told_stands_until_ten_others_are_new():
    old = stays(1, A=8, B=8) + stays(0, A=6, B=6)
    first = shown_coarse(AGAIN, old, QUARTER.end)
    later = QUARTER.next()

    def then(**new):
        arrived = [Stay(1, place, later.start) for place, count in new.items() for _ in range(count)]
        return shown_coarse(AGAIN, old + arrived, later.end, (QUARTER, first))

    assert (then(A=30, B=9).text, then(A=30, B=9).since) == (first.text, "2026-K3")
    assert (then(A=30, B=10).value, then(A=30, B=10).since) == (80, "")


def possible(own, shown):
    """Every (others' part, others' rest) that goes with own (part, rest), the printed tens and a group of at most 60."""
    part, rest = own
    for others, other_rest in product(range(5, 61), repeat=2):
        whole = part + rest + others + other_rest
        if 20 <= whole <= 60 and 10 * ((100 * (part + others) + 5 * whole) // (10 * whole)) == shown:
            yield others, other_rest


def test_no_municipality_counts_the_others_or_learns_how_one_stay_ended():
    """On either side of a share are five or more others, and how many is not settled: even if sixty were known to be the most."""
    told = 0
    for seed in range(800):
        random = Random(seed)
        places, quality = "ABCDE"[: random.randint(2, 5)], random.uniform(0.3, 0.9)
        rows = [Stay(int(random.random() < quality), random.choice(places), DAY) for _ in range(random.randint(15, 60))]
        found = shown_coarse(PLANNED, rows, QUARTER.end)
        if not found.is_shown:
            continue
        told += 1
        for place in places:
            own = [row.value for row in rows if row.municipality == place]
            mine, rest = sum(own), len(own) - sum(own)
            worlds = set(possible((mine, rest), found.value))
            whole = sum(row.value for row in rows)
            truth = whole - mine, len(rows) - whole - rest
            assert truth in worlds
            assert min(truth) >= 5
            assert len({part for part, _ in worlds}) >= 2
            assert len({rest for _, rest in worlds}) >= 2
    assert told > 100


def sides(own, shown, whole):
    """How few of the others' stays can be shorter than the band, and how few longer: both may be none, or all but five."""
    low = 0 if shown == 0 else coarse.LENGTHS[shown - 1][0]
    high = coarse.LENGTHS[shown][0] or float("inf")
    shorter, longer = sum(days < low for days in own), sum(days >= high for days in own)
    return whole // 2 - shorter if low else None, whole // 2 - longer if high < float("inf") else None


def test_no_municipality_learns_that_all_the_others_were_long_or_short():
    """Even one that knew how many they are: at least five of the others may lie on either side of the band."""
    told = 0
    for seed in range(400):
        random = Random(seed)
        places = "ABCDE"[: random.randint(2, 5)]
        usual = {place: random.choice([30, 120, 250, 500]) for place in places}
        rows = [
            Stay(round(random.expovariate(1 / usual[place])), place, DAY)
            for place in random.choices(places, k=random.randint(18, 60))
        ]
        found = shown_coarse(LENGTH, rows, QUARTER.end)
        if not found.is_shown:
            continue
        told += 1
        for place in places:
            own = [row.value for row in rows if row.municipality == place]
            assert all(room is None or room >= 5 for room in sides(own, found.value, len(rows)))
    assert told > 40


def test_a_raw_stay_cannot_be_printed():
    with pytest.raises(TypeError, match="raw stay"):
        str(Stay(1, "A", DAY))


# --- as stored --------------------------------------------------------------------------------------------------------
def test_a_release_is_read_again_as_it_was_written():
    rows = stays(1, A=8, B=8) + stays(0, A=6, B=6)
    tables = Tables("R", QUARTER, ("A", "B"), [], stays={"home:planned": rows, "other:planned": rows[:5]})
    release = protect(tables)
    assert release.as_dict()["homes"] == {"home": {"planned": [60]}}
    assert release.about("home:planned").text == "ungefär 60\N{NO-BREAK SPACE}%"
    assert release.about("other:planned").text == release.about("unknown:planned").text == ".."
    assert Disclosed.from_dict(release.as_dict()) == release
    following = protect(Tables("R", QUARTER.next(), ("A", "B"), [], stays=tables.stays), [release])
    assert following.as_dict()["homes"] == {"home": {"planned": [60, "2026-K3"]}}
    assert Disclosed.from_dict(following.as_dict()) == following


def test_scores_are_stored_without_what_they_do_not_need():
    plain, marked = Score(State.SHOWN, 4.0, "5–9"), Score(State.SHOWN, 3.5, "20+", True, "2026-K1")
    release = Disclosed("R", QUARTER, 1, 5, (), {}, {"h": plain, "h:D3": marked}, {"h:length": Coarse(State.HIDDEN)})
    assert release.as_dict()["homes"] == {"h": {"all": [4.0, 5], "D3": [3.5, 20, 1, "2026-K1"]}}
    assert Disclosed.from_dict(release.as_dict()).scores == {"h": plain, "h:D3": marked}


def test_a_release_from_before_domains_were_told_can_still_be_read():
    old = {
        "schema": 1, "region": "R", "quarter": "2025-K4", "version": 1, "threshold": 5, "places": [], "cells": [],
        "scores": {"h": {"value": 3.5, "band": "5–9", "reason": None}, "i": {"value": None, "band": "", "reason": "hidden"}},
    }  # fmt: skip
    release = Disclosed.from_dict(old)
    assert (release.score("h").text, release.score("h").band) == ("3,5", "5–9")
    assert not release.score("i").is_shown
    assert not release.score("h:D3").is_shown
    assert not release.about("h:length").is_shown
