"""Rows written by hand in the fold with the deliveries (ADR 11): any order, nothing erased, taken back exactly."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bou_portal import retention
from placements import written
from placements.imports.delivering import undo
from placements.imports.preparing import base_of
from placements.imports.state import LAST, Line, placed
from placements.models import CareHome, Child, Delivery, LegalBasis, Placement, Rating, WrittenRow
from placements.written import NotTakenBack, Overtaken, newest_change, standing, take_back, write
from tests.placements.test_imports import deliver, everything, fates, row, stays

pytestmark = pytest.mark.django_db
PLACED = row("2025-05-01")  # child A1 in the family home Ek, under SoL


def child():
    return Child.objects.get(local_code="A1")


def by_hand(rows, user, on=None):
    """Write a change on a day, as the child stands."""
    change = write(child(), rows, user, standing(child()).seen)
    if on:
        WrittenRow.objects.filter(change=change.uid).update(written_on=on)
        written._fold_anew(child())
    return change


def about():
    now = standing(child())
    return now.about(now.last)


def ending(end="2025-07-01", **more):
    return [about() | {"slutdatum": end, "avslutsorsak": "OTHER", "planerat": "ja"} | more]


def law(day="2025-06-10"):
    return [about(), about() | {"startdatum": day, "lagrum": "LVU"}]


def move(day="2025-07-01"):
    new = {"placeringsform": "jourhem", "startdatum": day, "lagrum": "SoL"}
    return [*ending(day, nasta="placement"), new]


CHANGES = {"ending": ending, "law": law, "move": move}


# --- the fold ---------------------------------------------------------------------------------------------------------

days = st.dates(date(2025, 5, 1), date(2025, 5, 20))
values = st.builds(
    lambda form, home, start, nights, law: (
        {
            "placeringsform": form,
            "enhet": home,
            "startdatum": start.isoformat(),
            "lagrum": law,
        }
        | (
            {"slutdatum": (start + timedelta(nights)).isoformat(), "avslutsorsak": "OTHER"}
            if nights is not None
            else {}
        )
    ),
    st.sampled_from(["familjehem", "jourhem"]),
    st.sampled_from(["Ek", "Al", ""]),
    days,
    st.one_of(st.none(), st.integers(0, 12)),
    st.sampled_from(["SoL", "LVU"]),
)


class PrivateHomes:
    """Homes as they are named."""

    def key(self, municipality, form, name):
        return name


@given(st.data(), st.lists(st.tuples(days, st.booleans(), values), max_size=8))
def test_the_state_does_not_depend_on_the_order_in_which_rows_arrive(data, drawn):
    lines = [
        Line(day, LAST + n if by_hand else day.toordinal(), n, told) for n, (day, by_hand, told) in enumerate(drawn, 1)
    ]
    shuffled = data.draw(st.permutations(lines))

    def told(found):
        folded = placed(1, found, PrivateHomes()).folded
        return [(s.form, s.home, s.start, s.end, s.reason) for s in folded.stays], folded.legal_bases()

    assert told(shuffled) == told(lines)


@pytest.mark.parametrize("change", CHANGES)
def test_deliveries_and_a_change_give_the_same_in_any_order(social_worker, sundsvall, change):
    deliver(PLACED, on="2025-06-01")
    rows = CHANGES[change]()
    Delivery.objects.all().delete()
    pictures = []

    def write_it():
        there = Child.objects.get_or_create(municipality=sundsvall, local_code="A1")[0]
        for told in rows:
            WrittenRow.objects.create(
                municipality=sundsvall, child=there, written_on="2025-07-02", values=told, entered_at=timezone.now()
            )
        written._fold_anew(there)

    steps = [
        lambda: deliver(PLACED, on="2025-06-01"),
        write_it,
        lambda: deliver(PLACED, row("2025-03-01", "2025-04-01", home="Al"), on="2025-08-01"),
    ]
    for order in permutations(steps):
        Child.objects.all().delete()
        Delivery.objects.all().delete()
        for step in order:
            step()
        pictures.append(everything())
    assert all(picture == pictures[0] for picture in pictures)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_taken_back_leaves_everything_as_it_was(social_worker, change):
    deliver(PLACED, row("2025-03-01", "2025-04-01", home="Al"), on="2025-06-01")
    before = everything()
    made = by_hand(CHANGES[change](), social_worker)
    assert everything() != before
    take_back(child(), made.uid, social_worker, may_all=False)
    assert everything() == before
    assert not WrittenRow.objects.exists()


def test_a_later_delivery_that_says_the_same_changes_nothing(social_worker):
    deliver(PLACED, on="2025-06-01")
    by_hand(ending(), social_worker, on="2025-07-02")
    before = everything()
    deliver(row("2025-05-01", "2025-07-01", reason="OTHER", planned="ja"), on="2025-08-01")
    assert fates() == ["unchanged"]
    assert everything() == before


def test_a_later_delivery_with_the_stay_still_open_does_not_erase_an_end_written_by_hand(social_worker):
    deliver(PLACED, on="2025-06-01")
    by_hand(ending(), social_worker, on="2025-07-02")
    deliver(PLACED, on="2025-08-01")
    assert (fates(), stays()) == (["unchanged"], [("2025-05-01", "2025-07-01")])


def test_a_later_delivery_with_another_end_corrects_it(social_worker):
    deliver(PLACED, on="2025-06-01")
    by_hand(ending(planerat="nej", orsak="conflict"), social_worker, on="2025-07-02")
    assert Placement.objects.get().cause == "conflict"
    deliver(row("2025-05-01", "2025-07-05", reason="OTHER", planned="ja"), on="2025-08-01")
    stay = Placement.objects.get()
    assert (stay.ended_on, stay.planned, stay.cause) == (date(2025, 7, 5), "ja", "")


def test_of_two_endings_written_the_same_day_the_later_stands(social_worker):
    deliver(PLACED, on="2025-06-01")
    by_hand(ending("2025-07-01", planerat="nej", orsak="conflict"), social_worker)
    by_hand(ending("2025-06-20", orsak=""), social_worker)
    stay = Placement.objects.get()
    assert (stay.ended_on, stay.planned, stay.cause) == (date(2025, 6, 20), "ja", "")


def test_an_ending_on_the_day_the_law_changed_stands_though_both_were_written_today(social_worker):
    deliver(PLACED, on="2025-06-01")
    by_hand(law("2025-06-10"), social_worker)
    by_hand(ending("2025-06-10"), social_worker)
    assert stays() == [("2025-05-01", "2025-06-10")]
    assert list(LegalBasis.objects.values_list("group", flat=True)) == ["SoL"]


def test_undoing_a_delivery_leaves_what_was_written_beside_it(social_worker):
    deliver(PLACED, row("2025-05-01", child="A2"), on="2025-06-01")
    by_hand(law(), social_worker)
    undo(Delivery.objects.get(), social_worker)
    assert list(Child.objects.values_list("local_code", flat=True)) == ["A1"]
    assert stays() == [("2025-05-01", None)]
    assert list(LegalBasis.objects.values_list("group", "started_on")) == [
        ("SoL", date(2025, 5, 1)),
        ("LVU", date(2025, 6, 10)),
    ]


def test_what_is_written_makes_a_staged_preview_anew(social_worker, sundsvall):
    deliver(PLACED, on="2025-06-01")
    bases = [base_of({sundsvall.pk})]
    change = by_hand(law(), social_worker)
    bases.append(base_of({sundsvall.pk}))
    take_back(child(), change.uid, social_worker, may_all=False)
    assert bases == [base_of({sundsvall.pk}), bases[1]]
    assert bases[0] != bases[1]


# --- writing and taking back ------------------------------------------------------------------------------------------


def test_who_saw_other_stays_than_there_are_writes_nothing(social_worker):
    deliver(PLACED, on="2025-06-01")
    seen, rows = standing(child()).seen, ending()
    deliver(row("2025-05-01", law="LVU"), on="2025-06-02")
    with pytest.raises(Overtaken):
        write(child(), rows, social_worker, seen)
    assert not WrittenRow.objects.exists()


def test_sent_twice_at_once_it_is_written_once(social_worker):
    deliver(PLACED, on="2025-06-01")
    seen, rows = standing(child()).seen, ending()
    assert write(child(), rows, social_worker, seen).uid == write(child(), rows, social_worker, seen).uid
    assert WrittenRow.objects.count() == 1


def test_only_the_newest_is_taken_back_while_it_is_fresh_and_by_whom_it_concerns(social_worker, unit_manager):
    deliver(PLACED, on="2025-06-01")
    first = by_hand(law(), social_worker)
    newest = by_hand(ending(), social_worker)
    with pytest.raises(NotTakenBack, match="redan ångrad"):
        take_back(child(), first.uid, social_worker, may_all=False)
    with pytest.raises(NotTakenBack, match="Bara den som skrev"):
        take_back(child(), newest.uid, unit_manager, may_all=False)
    WrittenRow.objects.update(entered_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(NotTakenBack, match="mer än ett dygn"):
        take_back(child(), newest.uid, social_worker, may_all=False)
    WrittenRow.objects.update(entered_at=timezone.now())
    take_back(child(), newest.uid, unit_manager, may_all=True)
    assert newest_change(child()).uid == first.uid


def test_an_ending_that_is_being_rated_stands(social_worker, home):
    deliver(row("2025-05-01", form="hvb", home="Tallbacken"), on="2025-06-01")
    change = by_hand(ending(), social_worker)
    stay = Placement.objects.get()
    Rating.objects.create(municipality=stay.municipality, placement=stay, home=home, rated_by=social_worker)
    with pytest.raises(NotTakenBack, match="Omdömet om hemmet är påbörjat"):
        take_back(child(), change.uid, social_worker, may_all=False)
    assert stays() == [("2025-05-01", "2025-07-01")]


def test_a_child_of_whom_nothing_else_is_known_goes_with_its_start(social_worker, sundsvall):
    new = Child(municipality=sundsvall, local_code="EGEN-1")
    start = {"placeringsform": "hvb", "enhet": "Nyhem", "startdatum": "2025-05-01", "lagrum": "SoL"}
    change = write(new, [start], social_worker, "")
    assert CareHome.objects.filter(name="Nyhem", proposed_by=sundsvall).exists()
    take_back(new, change.uid, social_worker, may_all=False)
    assert not Child.objects.exists()
    assert not CareHome.objects.filter(name="Nyhem").exists()


def test_a_fault_half_way_writes_nothing(social_worker, monkeypatch):
    deliver(PLACED, on="2025-06-01")
    before, rows, seen = everything(), ending(), standing(child()).seen

    def fails(*args, **kwargs):
        raise RuntimeError("the log is full")

    monkeypatch.setattr(written, "record", fails)
    with pytest.raises(RuntimeError):
        write(child(), rows, social_worker, seen)
    assert (everything(), WrittenRow.objects.count()) == (before, 0)


def test_retention_takes_the_written_rows_with_the_child(social_worker):
    deliver(row("2015-05-01", "2015-06-01", reason="OTHER", planned="ja"), on="2015-07-01")
    by_hand(ending("2015-06-10"), social_worker)
    retention.apply(today=date(2026, 11, 21))
    assert not Child.objects.exists()
    assert not WrittenRow.objects.exists()


def test_what_a_delivery_of_the_same_day_says_is_older_than_what_is_written(social_worker):
    today = timezone.localdate().isoformat()
    deliver(PLACED, on=today)
    by_hand(ending(), social_worker)
    deliver(row("2025-05-01", "2025-09-01", reason="COURT"), on=today)
    assert stays() == [("2025-05-01", "2025-07-01")]


def test_a_home_written_by_its_register_entry_and_delivered_by_its_name_is_one(social_worker, home, sundsvall):
    new = Child(municipality=sundsvall, local_code="A1")
    start = {"placeringsform": "hvb", "enhet": home.uid.hex, "startdatum": "2025-05-01", "lagrum": "SoL"}
    write(new, [start], social_worker, "")
    deliver(row("2025-05-01", form="hvb", home="Tallbacken"), on=timezone.localdate().isoformat())
    assert fates() == ["changed"]  # the delivery tells the child's sex and birth year, which nobody had written
    assert Placement.objects.get().home == home


def test_writing_about_one_of_many_asks_the_database_no_more(social_worker):
    deliver(PLACED, on="2025-06-01")
    asked = []
    for day in ("2025-06-10", "2025-06-12"):
        rows, seen = law(day), standing(child()).seen
        with CaptureQueriesContext(connection) as queries:
            write(child(), rows, social_worker, seen)
        asked.append(len(queries))
        take_back(child(), newest_change(child()).uid, social_worker, may_all=False)
        deliver(*(row("2025-05-01", child=f"B{n}") for n in range(30)), on="2025-06-02")
    assert asked[0] == asked[1]
