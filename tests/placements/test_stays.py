"""Rules 3, 4, 5 and 7 of a delivery (figures.md 2), each with a hand-made example, and what must hold for all input."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from placements.stays import Row, Span, fold, span_on

MAY, JUNE, JULY, AUGUST = (date(2025, month, 1) for month in (5, 6, 7, 8))
FIRST, SECOND = date(2025, 9, 1), date(2025, 10, 1)
SOL, LVU = ("SoL", ""), ("LVU", "")


def row(start, end=None, home="A", *, delivered=FIRST, delivery=1, number=1, form="hvb", **more):
    return Row(delivered, delivery, number, form, home, start, end, **more)


def spans(folded):
    return [(stay.home, stay.start, stay.end) for stay in folded.stays]


def rules(folded):
    return [repair.rule for repair in folded.repairs]


# --- rule 3: which rows are the same placement ------------------------------------------------------------------------


def test_a_placement_delivered_open_and_then_ended_is_one():
    folded = fold([row(MAY), row(MAY, JULY, delivered=SECOND, delivery=2, reason="OTHER", planned="ja")])
    assert spans(folded) == [("A", MAY, JULY)]
    assert (folded.stays[0].reason, folded.stays[0].planned, folded.stays[0].inferred) == ("OTHER", "ja", False)


def test_a_corrected_end_wins_over_an_earlier_delivery():
    folded = fold([row(MAY, JULY, reason="OTHER"), row(MAY, JUNE, delivered=SECOND, delivery=2, reason="COURT")])
    assert spans(folded) == [("A", MAY, JUNE)]
    assert folded.stays[0].reason == "COURT"


def test_a_later_open_row_never_erases_an_end():
    folded = fold([row(MAY, JULY), row(MAY, delivered=SECOND, delivery=2)])
    assert spans(folded) == [("A", MAY, JULY)]


def test_a_later_start_in_the_same_home_is_only_a_new_legal_ground():
    folded = fold([row(MAY, law=SOL), row(JULY, delivered=SECOND, delivery=2, law=LVU)])
    assert spans(folded) == [("A", MAY, None)]
    assert folded.legal_bases() == [Span(MAY, JULY, SOL), Span(JULY, None, LVU)]


def test_a_ground_from_the_day_the_placement_ends_holds_no_night():
    folded = fold([row(MAY, law=SOL), row(JUNE, JUNE, number=2, law=LVU)])
    assert folded.legal_bases() == [Span(MAY, JUNE, SOL)]


def test_a_ground_that_ends_when_the_next_begins_leaves_the_placement_open():
    folded = fold([row(MAY, JULY, law=SOL), row(JULY, number=2, law=LVU)])
    assert spans(folded) == [("A", MAY, None)]
    assert folded.repairs == []


def test_an_older_open_row_does_not_reopen_what_a_newer_delivery_ended():
    folded = fold([row(MAY, delivered=FIRST), row(JULY), row(MAY, JULY, delivered=SECOND, delivery=2, reason="OTHER")])
    assert spans(folded) == [("A", MAY, JULY)]


def test_the_end_in_one_delivery_is_that_of_the_later_start():
    folded = fold([row(MAY, AUGUST, reason="OTHER"), row(JULY, JULY + timedelta(9), number=2, reason="COURT")])
    assert spans(folded) == [("A", MAY, JULY + timedelta(9))]


def test_stays_that_touch_are_one_and_a_night_between_makes_two():
    night = timedelta(days=1)
    assert spans(fold([row(MAY, JULY), row(JULY, AUGUST, number=2)])) == [("A", MAY, AUGUST)]
    assert len(fold([row(MAY, JULY), row(JULY + night, AUGUST, number=2)]).stays) == 2


def test_another_placement_between_the_starts_makes_a_return_a_new_placement():
    folded = fold([row(MAY), row(JUNE, home="B", number=2), row(JULY, number=3)])
    assert spans(folded) == [("A", MAY, JUNE), ("B", JUNE, JULY), ("A", JULY, None)]


def test_another_form_in_the_same_home_is_another_placement():
    folded = fold([row(MAY, form="jourhem"), row(JULY, form="familjehem", number=2)])
    assert [(stay.form, stay.end) for stay in folded.stays] == [("jourhem", JULY), ("familjehem", None)]


def test_unknown_homes_are_the_same_while_the_earlier_has_no_ending_reason():
    open_, silent, moved = row(MAY, home=""), row(MAY, JULY, home=""), row(MAY, JULY, home="", reason="OTHER")
    later = row(JULY, home="", number=2)
    assert len(fold([open_, later]).stays) == 1
    assert len(fold([silent, later]).stays) == 1
    assert len(fold([moved, later]).stays) == 2
    assert fold([moved, later]).stays[0].home_is_unknown


def test_an_unknown_home_and_a_named_one_are_different_homes():
    assert len(fold([row(MAY, home=""), row(JULY, home="A", number=2)]).stays) == 2


# --- rule 4: repair ---------------------------------------------------------------------------------------------------


def test_the_example_of_the_rules():
    folded = fold([row(MAY), row(JULY, home="B", number=2)])
    assert spans(folded) == [("A", MAY, JULY), ("B", JULY, None)]
    assert rules(folded) == ["b"]
    assert (folded.stays[0].inferred, folded.stays[0].planned, folded.stays[0].reason) == (True, "okänt", "")
    assert not folded.stays[1].inferred


def test_of_two_that_start_together_the_latest_end_wins():
    folded = fold([row(MAY, JULY), row(MAY, AUGUST, home="B", number=2)])
    assert (spans(folded), rules(folded)) == ([("B", MAY, AUGUST)], ["a"])


def test_of_two_that_start_together_an_ended_one_beats_an_open_one():
    folded = fold([row(MAY, JULY), row(MAY, home="B", number=2)])
    assert (spans(folded), rules(folded)) == ([("A", MAY, JULY)], ["a"])


def test_of_two_that_start_and_end_together_the_newest_delivery_and_then_the_later_row_wins():
    newer = row(MAY, JULY, home="B", delivered=SECOND, delivery=2)
    assert spans(fold([newer, row(MAY, JULY, number=9)])) == [("B", MAY, JULY)]
    assert spans(fold([row(MAY, JULY, home="B", number=2), row(MAY, JULY)])) == [("B", MAY, JULY)]


def test_one_that_runs_past_the_next_start_is_cut_and_keeps_its_ending():
    folded = fold([row(MAY, AUGUST, reason="OTHER", planned="nej"), row(JULY, home="B", number=2)])
    assert (spans(folded), rules(folded)) == ([("A", MAY, JULY), ("B", JULY, None)], ["c"])
    cut = folded.stays[0]
    assert (cut.reason, cut.planned, cut.inferred, cut.delivered_end) == ("OTHER", "nej", True, AUGUST)


def test_nothing_is_dropped_for_having_the_same_end():
    folded = fold([row(MAY, AUGUST), row(JULY, AUGUST, home="B", number=2)])
    assert spans(folded) == [("A", MAY, JULY), ("B", JULY, AUGUST)]


def test_an_inferred_end_gives_way_when_the_real_one_is_delivered():
    before = [row(MAY), row(JULY, home="B", number=2)]
    after = [*before, row(MAY, JUNE, delivered=SECOND, delivery=2, reason="OTHER")]
    assert spans(fold(after)) == [("A", MAY, JUNE), ("B", JULY, None)]
    assert rules(fold(after)) == []


# --- rule 5 and 7: confirmation, episodes, what the rows add ----------------------------------------------------------


def test_a_stay_is_confirmed_by_the_newest_delivery_that_has_it():
    folded = fold([row(MAY), row(MAY, delivered=SECOND, delivery=2)])
    assert folded.stays[0].confirmed == SECOND


def test_an_episode_lasts_until_a_night_at_home():
    folded = fold([row(MAY, JUNE), row(JUNE, JULY, home="B", number=2), row(JULY + timedelta(1), home="C", number=3)])
    assert folded.episodes() == [Span(MAY, JULY), Span(JULY + timedelta(1), None)]


def test_the_newest_delivery_that_says_something_says_it():
    told, silent = {"dygnskostnad": "4850"}, {}
    folded = fold([row(MAY, facts=told), row(MAY, delivered=SECOND, delivery=2, facts=silent)])
    assert folded.stays[0].facts == told


def test_a_law_goes_on_through_a_move_and_breaks_with_the_care():
    folded = fold([row(MAY, JUNE, law=LVU), row(JUNE, JULY, "B", number=2, law=LVU), row(AUGUST, number=3, law=LVU)])
    assert folded.legal_bases() == [Span(MAY, JULY, LVU), Span(AUGUST, None, LVU)]


def test_a_stay_of_no_night_leaves_one_law_a_day():
    folded = fold([row(MAY, MAY, "B", form="jourhem", law=SOL), row(MAY, JULY, number=2, law=LVU)])
    assert folded.legal_bases() == [Span(MAY, JULY, LVU)]


def test_the_span_of_a_day():
    spans = [Span(MAY, JUNE), Span(JULY, None)]
    assert span_on(spans, MAY) == spans[0]
    assert span_on(spans, JUNE) is None
    assert span_on(spans, AUGUST) == spans[1]
    assert span_on(spans, MAY - timedelta(1)) is None


# --- what holds for all input -----------------------------------------------------------------------------------------

days = st.integers(0, 40).map(lambda number: MAY + timedelta(number))


@st.composite
def delivered_rows(draw):
    """Up to four deliveries with a date each, and up to six rows in each."""
    rows = []
    for delivery in range(1, draw(st.integers(1, 4)) + 1):
        delivered = FIRST + timedelta(draw(st.integers(0, 3)))
        for number in range(2, draw(st.integers(0, 6)) + 2):
            start = draw(days)
            end = draw(st.none() | st.integers(0, 20).map(lambda nights, start=start: start + timedelta(nights)))
            rows.append(
                row(
                    start,
                    end,
                    draw(st.sampled_from(["A", "B", ""])),
                    form=draw(st.sampled_from(["hvb", "familjehem"])),
                    delivered=delivered,
                    delivery=delivery,
                    number=number,
                    reason=draw(st.sampled_from(["", "OTHER"])) if end else "",
                    law=draw(st.sampled_from([SOL, LVU])),
                )
            )
    return rows


def nights(start, end):
    return {start + timedelta(day) for day in range(((end or date(2025, 12, 1)) - start).days)}


def picture(folded):
    return (
        [(s.form, s.home, s.start, s.end, s.inferred, s.reason, s.planned) for s in folded.stays],
        folded.legal_bases(),
        folded.episodes(),
        sorted((r.rule, r.stay.start, r.stay.home, r.stay.form) for r in folded.repairs),
    )


@given(delivered_rows(), st.randoms())
def test_the_order_of_arrival_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert picture(fold(shuffled)) == picture(fold(rows))


@given(delivered_rows())
def test_the_same_rows_delivered_again_change_nothing(rows):
    again = [replace(r, delivery=r.delivery + 10, delivered=SECOND) for r in rows if r.delivery == 1]
    first = [r for r in rows if r.delivery == 1]
    assert picture(fold([*first, *again]))[:3] == picture(fold(first))[:3]


@given(delivered_rows())
def test_a_child_is_in_one_place_at_a_time(rows):
    for stay, then in pairwise(fold(rows).stays):
        assert stay.end is not None
        assert stay.start <= stay.end <= then.start
        assert stay.start < then.start


@given(delivered_rows())
def test_no_row_is_lost_except_to_rule_4a(rows):
    folded = fold(rows)
    kept = [r.key for stay in folded.stays + folded.left_out for r in stay.rows]
    assert sorted(kept) == sorted(r.key for r in rows)
    assert len(folded.left_out) == rules(folded).count("a")


@given(delivered_rows())
def test_no_night_is_invented(rows):
    delivered = set().union(*(nights(r.start, r.end) for r in rows), set())
    for stay in fold(rows).stays:
        assert nights(stay.start, stay.end) <= delivered


@given(delivered_rows())
def test_episodes_and_laws_cover_the_nights_of_the_stays(rows):
    folded = fold(rows)
    placed = set().union(*(nights(s.start, s.end) for s in folded.stays), set())
    assert set().union(*(nights(s.start, s.end) for s in folded.episodes()), set()) == placed
    assert set().union(*(nights(s.start, s.end) for s in folded.legal_bases()), set()) == placed
    for span, then in pairwise(folded.legal_bases()):
        assert span.end is not None
        assert span.end <= then.start
