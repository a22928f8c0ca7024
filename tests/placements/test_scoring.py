"""Check values of features.md (e), and what must hold whatever is answered."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements.questionnaire import questionnaire
from placements.scoring import adjusted_index, decimal, domain_index, home_mean, score

EVERYTHING = [s.number for s in questionnaire().statements]
DOMAIN_OF = {s.number: d.code for d in questionnaire().domains for s in d.statements}


def all_answered(value):
    return dict.fromkeys(EVERYTHING, value)


def without(answers, *domains):
    return {number: None if DOMAIN_OF[number] in domains else value for number, value in answers.items()}


@pytest.mark.parametrize(("value", "index"), [(1, 0), (2, 25), (3, 50), (4, 75), (5, 100)])
def test_the_same_answer_everywhere_gives_its_place_on_the_scale(value, index):
    found = score(all_answered(value))
    assert found.index == index
    assert set(found.domains.values()) == {Fraction(index)}


def test_vet_ej_leaves_the_other_half_of_a_domain_standing():
    assert score({1: 4, 2: None}).domains["D1"] == 75


def test_one_answer_of_three_is_too_few_for_a_domain():
    assert domain_index([5, None, None]) is None
    assert domain_index([5, 4, None]) == Fraction(175, 2)


def test_a_domain_without_answers_has_no_index():
    assert domain_index([None, None]) is None
    assert domain_index([]) is None


def test_six_domains_are_enough_and_five_are_not():
    six = score(without(all_answered(4), "D1", "D8"))
    five = score(without(all_answered(4), "D1", "D4", "D8"))
    assert six.stored_index == Decimal("75.00")
    assert five.index is None
    assert five.stored_index is None
    assert not five.is_complete


def test_domains_weigh_the_same_however_many_statements_they_have():
    answers = all_answered(3) | {1: 5, 2: 5}  # D1 100, seven domains at 50
    assert score(answers).index == Fraction(100 + 7 * 50, 8)
    assert score(answers).stored_index == Decimal("56.25")


def test_the_index_is_stored_half_up_with_two_decimals():
    assert decimal(Fraction(200, 3), 2) == Decimal("66.67")
    assert decimal(Fraction(1, 8), 2) == Decimal("0.13")


def test_short_form_uses_its_own_eight_statements():
    short = dict.fromkeys([1, 3, 6, 9, 12, 16, 19, 22], 5)
    assert score(short, short=True).index == 100
    assert score(short).index is None  # of the full form this answers half of two domains only


def test_short_form_counts_half_in_the_mean_of_a_home():
    assert home_mean([(80, False), (50, True)]) == 70
    assert home_mean([(80, False), (50, False)]) == 65
    assert home_mean([]) is None


def test_one_perfect_rating_does_not_top_nine_good_ones():
    single = decimal(adjusted_index(100, 1, 70))
    many = decimal(adjusted_index(78, 9, 70))
    assert (single, many) == (Decimal("75.0"), Decimal("75.1"))


@given(st.dictionaries(st.sampled_from(EVERYTHING), st.none() | st.integers(1, 5)))
def test_an_index_stays_on_its_scale(answers):
    found = score(answers)
    present = [index for index in found.domains.values() if index is not None]
    assert all(0 <= index <= 100 for index in present)
    assert found.is_complete == (len(present) >= 6)
    if found.is_complete:
        assert min(present) <= found.index <= max(present)
        assert 0 <= found.stored_index <= 100


@given(st.fractions(0, 100), st.integers(0, 1000), st.fractions(0, 100))
def test_an_adjusted_index_lies_between_the_home_and_the_region(index, count, region):
    assert min(index, region) <= adjusted_index(index, count, region) <= max(index, region)
