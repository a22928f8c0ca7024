"""What may be told about a home's ratings outside the own municipality."""

from dataclasses import replace
from datetime import date

import pytest

from bou_portal.disclosure import Disclosed, Rating, Tables, protect, shown_score
from bou_portal.figures import State
from bou_portal.periods import Quarter

DAY = date(2026, 9, 30)


def ratings(*places, index=75.0, on=date(2026, 5, 1)):
    return [Rating(index, place, rater, on) for rater, place in enumerate(places)]


@pytest.mark.parametrize(
    ("places", "state", "band"),
    [
        ("AABBC", State.SHOWN, "5\N{EN DASH}9"),
        ("AABB", State.HIDDEN, ""),
        ("AAABB", State.HIDDEN, ""),  # A knows three of five
        ("AAAAA", State.HIDDEN, ""),
        ("AAABBB", State.SHOWN, "5\N{EN DASH}9"),
        ("ABCDEFGHIJ", State.SHOWN, "10\N{EN DASH}19"),
        ("ABCDEFGHIJ" * 2, State.SHOWN, "20+"),
    ],
)
def test_a_score_needs_five_ratings_and_three_from_others(places, state, band):
    score = shown_score(ratings(*places), DAY)
    assert (score.state, score.band) == (state, band)
    assert score.text == ("4,0" if state is State.SHOWN else "..")


def test_a_score_needs_three_raters():
    two = [replace(rating, rater=rating.rater % 2) for rating in ratings(*"AABBCC")]
    assert not shown_score(two, DAY).is_shown


@pytest.mark.parametrize(
    ("index", "text"),
    [(25, "2,0"), (75, "4,0"), (56.2, "3,0"), (56.25, "3,5"), (68.74, "3,5"), (68.75, "4,0")],
)
def test_scores_are_half_steps_from_one_to_five(index, text):
    assert shown_score(ratings(*"AABBC", index=index), DAY).text == text


@pytest.mark.parametrize(
    ("index", "few", "many"), [(0, "1,5", "1,0"), (12.4, "1,5", "1,5"), (87.5, "4,5", "4,5"), (100, "4,5", "5,0")]
)
def test_few_ratings_never_come_to_the_ends_of_the_scale(index, few, many):
    """5,0 of five would tell what each of them said."""
    assert shown_score(ratings(*"AABBCCDDE", index=index), DAY).text == few
    assert shown_score(ratings(*"AABBCCDDEE", index=index), DAY).text == many


@pytest.mark.parametrize(("day", "is_shown"), [("2024-10-01", True), ("2024-09-30", False), ("2026-10-01", False)])
def test_scores_rest_on_the_last_twenty_four_months(day, is_shown):
    *others, last = ratings(*"AABBC")
    assert shown_score([*others, replace(last, rated_on=date.fromisoformat(day))], DAY).is_shown is is_shown


def test_short_forms_weigh_half():
    full, short = ratings(*"AABBC", index=100), [replace(r, weight=0.5) for r in ratings(*"ABC", index=0)]
    assert shown_score([*full, *short], DAY).value == 4.0  # 500 / 6.5 = 76.9


def test_a_release_holds_shown_scores_and_no_ratings():
    homes = {"home": ratings(*"AABBC", index=61.5), "other": ratings("A", index=37.25)}
    release = protect(Tables("R", Quarter(2026, 3), ("A",), [], homes))
    assert (release.score("home").text, release.score("home").band) == ("3,5", "5\N{EN DASH}9")
    assert release.score("other").text == release.score("unknown").text == ".."
    assert "other" not in release.as_json()  # not even that it has been rated
    assert release.score("other").text == ".."
    assert Disclosed.from_dict(release.as_dict()) == release
    with pytest.raises(TypeError, match="raw rating"):
        str(ratings("A")[0])
