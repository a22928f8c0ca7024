"""What a delivery does to the state: fates, order of arrival, undo, the command line (figures.md 2)."""

from datetime import date
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bou_portal.audit.models import Event
from municipalities.models import Unit
from placements.imports import delivering
from placements.imports.delivering import NotUndoable, import_delivery, undo
from placements.imports.preparing import base_of
from placements.models import (
    Assignment,
    CareEpisode,
    CareHome,
    Child,
    Delivery,
    DeliveryRow,
    FollowUp,
    HealthExam,
    LegalBasis,
    Placement,
    Plan,
    Rating,
    Review,
)

pytestmark = pytest.mark.django_db
HEADERS = "kommunkod;barn;kon;fodelsear;placeringsform;enhet;startdatum;slutdatum;avslutsorsak;planerat;lagrum"


def row(start, end="", home="Ek", *, child="A1", form="familjehem", law="SoL", reason="", planned="", code="2281"):
    return f"{code};{child};flicka;2012;{form};{home};{start};{end};{reason};{planned};{law}"


def deliver(*rows, on=None, headers=HEADERS, kind="placeringar", **more):
    content = "\n".join([headers, *rows]).encode()
    return import_delivery("leverans.csv", content, kind=kind, delivered=on and date.fromisoformat(on), **more)


def fates():
    """Fates of the newest delivery's rows."""
    return list(Delivery.objects.first().rows.values_list("fate", flat=True))


def stays():
    found = Placement.objects.order_by("child__local_code", "started_on")
    return [(p.started_on.isoformat(), p.ended_on and p.ended_on.isoformat()) for p in found]


def everything():
    """The whole state, without ids."""
    placements = Placement.objects.order_by("child__local_code", "started_on").values_list(
        "child__local_code",
        "form_group",
        "home_key",
        "started_on",
        "ended_on",
        "end_is_inferred",
        "end_reason",
        "planned",
    )
    laws = LegalBasis.objects.order_by("child__local_code", "started_on").values_list("group", "started_on", "ended_on")
    care = CareEpisode.objects.order_by("child__local_code", "started_on").values_list("started_on", "ended_on")
    children = Child.objects.order_by("local_code").values_list("local_code", "birth_year", "sex")
    return list(placements), list(laws), list(care), list(children)


# --- fates ------------------------------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing_the_second_time():
    rows = [row("2025-05-01"), row("2025-07-01", home="Al"), row("2025-06-01", "2025-06-20", child="A2")]
    deliver(*rows)
    before = everything()
    result = deliver(*rows)
    assert fates() == ["unchanged"] * 3
    assert result.repairs == {"a": 0, "b": 1, "c": 0}
    assert everything() == before


def test_a_placement_is_new_then_unchanged_then_closed_then_changed():
    for rows, fate in [
        ([row("2025-05-01")], "new"),
        ([row("2025-05-01")], "unchanged"),
        ([row("2025-05-01", "2025-07-01", reason="OTHER", planned="ja")], "closed"),
        ([row("2025-05-01", "2025-06-20", reason="OTHER", planned="ja")], "changed"),
        ([row("2025-05-01")], "unchanged"),
    ]:
        deliver(*rows, on=f"2025-09-{len(Delivery.objects.all()) + 1:02}")
        assert fates() == [fate]
    assert stays() == [("2025-05-01", "2025-06-20")]


def test_a_new_legal_ground_continues_the_placement():
    deliver(row("2025-05-01", law="SoL"), on="2025-06-01")
    deliver(row("2025-07-01", law="LVU"), on="2025-08-01")
    assert fates() == ["continued"]
    assert stays() == [("2025-05-01", None)]
    assert list(LegalBasis.objects.values_list("group", "started_on")) == [
        ("SoL", date(2025, 5, 1)),
        ("LVU", date(2025, 7, 1)),
    ]


def test_both_grounds_in_one_file_are_one_placement():
    result = deliver(row("2025-05-01", "2025-07-01", law="SoL"), row("2025-07-01", law="LVU"))
    assert (result.counts["new"], result.counts["continued"]) == (1, 1)
    assert stays() == [("2025-05-01", None)]


def test_a_move_closes_the_first_home_by_inference_and_says_so():
    result = deliver(row("2025-05-01"), row("2025-07-01", home="Al"))
    assert stays() == [("2025-05-01", "2025-07-01"), ("2025-07-01", None)]
    first = Placement.objects.order_by("started_on").first()
    assert (first.end_is_inferred, first.planned, first.end_reason) == (True, "okänt", "")
    assert [(m.check, m.row) for m in result.messages if m.check.startswith("repair")] == [("repair_b", 2)]


def test_a_filled_in_birth_year_is_a_change():
    deliver(row("2025-05-01").replace("2012", ""))
    deliver(row("2025-05-01"))
    assert fates() == ["changed"]
    assert Child.objects.get().birth_year == 2012


# --- order of arrival, undo -------------------------------------------------------------------------------------------

HISTORY = [
    ("2025-06-01", [row("2025-05-01"), row("2025-04-01", "2025-04-20", child="A2", form="hvb", home="Björkbacken")]),
    ("2025-08-01", [row("2025-05-01", "2025-07-15", reason="OTHER"), row("2025-07-01", home="Al", law="LVU")]),
    ("2025-10-01", [row("2025-05-01", "2025-06-30", reason="COURT"), row("2025-09-01", home="Al", law="SoL")]),
]


def test_the_order_of_arrival_does_not_matter():
    pictures = []
    for order in permutations(HISTORY):
        for day, rows in order:
            deliver(*rows, on=day)
        placements, *rest = everything()
        pictures.append(([p[:2] + p[3:] for p in placements], *rest))
        for model in (Placement, Child, Delivery, CareHome):
            model.objects.all().delete()
    assert all(picture == pictures[0] for picture in pictures)
    assert len(pictures[0][0]) == 3


def test_undoing_gives_back_what_was_before(django_user_model):
    user = django_user_model.objects.create_user("x@y.example", "x" * 12, name="X")
    pictures = [everything()]
    for day, rows in HISTORY:
        deliver(*rows, on=day)
        pictures.append(everything())
    for delivery in Delivery.objects.all():
        assert everything() == pictures.pop()
        undo(delivery, user)
    assert everything() == pictures.pop()
    assert not CareHome.objects.exists()
    assert Event.objects.filter(verb="undid", actor_id=user.pk).count() == 3


def test_an_undone_delivery_is_not_undone_again():
    deliver(row("2025-05-01"))
    undo(Delivery.objects.get(), None)
    with pytest.raises(NotUndoable):
        undo(Delivery.objects.get(), None)


def test_a_rated_placement_is_not_thrown_away_by_undoing(social_worker):
    deliver(row("2025-05-01", "2025-07-01", form="hvb", home="Björkbacken"))
    placement = Placement.objects.get()
    Rating.objects.create(
        placement=placement, home=placement.home, municipality=placement.municipality, rated_by=social_worker
    )
    with pytest.raises(NotUndoable, match="omdöme"):
        undo(Delivery.objects.get(), social_worker)
    assert Placement.objects.filter(pk=placement.pk).exists()
    assert Delivery.objects.get().state == Delivery.State.CONFIRMED


def test_a_corrected_start_keeps_the_placement_and_its_rating(social_worker):
    deliver(row("2025-05-01", "2025-07-01", form="hvb", home="Björkbacken"), on="2025-08-01")
    pk = Placement.objects.get().pk
    deliver(row("2025-04-20", "2025-07-01", form="hvb", home="Björkbacken"), on="2025-09-01")
    assert Placement.objects.get().pk == pk
    assert stays() == [("2025-04-20", "2025-07-01")]


def test_a_file_that_meets_another_is_prepared_anew(monkeypatch):
    """Two at once: the second finds the base changed, prepares again and sees what the first one did."""
    real = delivering.prepare

    def meets_another(*args):
        monkeypatch.setattr(delivering, "prepare", real)
        prepared = real(*args)
        deliver(row("2025-05-01"), on="2025-06-01")
        return prepared

    monkeypatch.setattr(delivering, "prepare", meets_another)
    result = deliver(row("2025-05-01"), on="2025-07-01")
    assert result.counts["unchanged"] == 1
    assert stays() == [("2025-05-01", None)]


# --- confirmation, holes ----------------------------------------------------------------------------------------------


def test_an_open_placement_without_a_row_in_the_newest_delivery_is_unconfirmed():
    deliver(row("2025-05-01"), row("2025-05-01", child="A2"), on="2025-06-01")
    result = deliver(row("2025-05-01"), on="2025-09-01")
    assert result.unconfirmed == 1
    assert Placement.objects.get(child__local_code="A2").ended_on is None
    assert Placement.objects.get(child__local_code="A1").confirmed_on == date(2025, 9, 1)
    result = deliver(row("2025-05-01"), row("2025-05-01", child="A2"), on="2025-10-01")
    assert result.unconfirmed == 0


def test_a_missing_year_is_named_as_a_hole():
    deliver(row("2022-05-01"), on="2022-12-31")
    result = deliver(row("2022-05-01"), on="2024-12-31")
    assert [(m.check, m.value) for m in result.messages if m.row is None] == [("missing_year", "2023")]


def test_a_delivery_from_a_day_that_has_not_been_is_pointed_out():
    result = deliver(row("2025-05-01"), on="2090-01-01")
    assert [(m.check, m.value) for m in result.messages if m.row is None] == [("delivered_in_the_future", "2090-01-01")]


def test_a_delivery_without_a_date_gets_the_newest_in_the_file():
    assert deliver(row("2025-05-01", "2025-07-03"), row("2025-06-01", child="A2")).delivered == date(2025, 7, 3)


# --- homes, people ----------------------------------------------------------------------------------------------------


def test_an_institution_is_found_by_name_and_a_private_home_leaves_only_a_digest(home, sundsvall):
    deliver(row("2025-05-01", form="hvb", home="TALLBACKEN "), row("2025-05-01", child="A2", home="Familjen Ek"))
    assert Placement.objects.get(child__local_code="A1").home == home
    private = Placement.objects.get(child__local_code="A2")
    assert (private.home, len(private.home_key)) == (None, 32)
    kept = str(list(DeliveryRow.objects.values())) + str(list(Placement.objects.values()))
    assert "Familjen" not in kept


def test_an_unknown_institution_becomes_a_proposal_once(sundsvall):
    deliver(
        row("2025-05-01", form="hvb", home="Nya hemmet"), row("2025-05-01", child="A2", form="hvb", home="nya hemmet")
    )
    proposal = CareHome.objects.get()
    assert (proposal.name, proposal.status, proposal.proposed_by) == ("Nya hemmet", "proposed", sundsvall)
    deliver(row("2025-05-01", form="hvb", home="Nya hemmet"))
    assert CareHome.objects.count() == 1
    assert fates() == ["unchanged"]


def test_another_municipalitys_proposal_is_not_mine(umea):
    deliver(row("2025-05-01", form="hvb", home="Nya hemmet"))
    deliver(row("2025-05-01", form="hvb", home="Nya hemmet", code="2480"))
    assert CareHome.objects.filter(name="Nya hemmet").count() == 2


def test_a_delivered_worker_and_unit_get_a_child_that_nobody_has(social_worker, sundsvall):
    headers = HEADERS + ";ansvarig;enhetsnamn"
    unit = Unit.objects.create(municipality=sundsvall, name="Barn och unga söder")
    deliver(row("2025-05-01") + f";{social_worker.email};barn och unga söder", headers=headers)
    assignment = Assignment.objects.get()
    assert (assignment.worker, assignment.unit, assignment.ended_on) == (social_worker, unit, None)
    result = deliver(row("2025-05-01", child="A2") + ";ingen@x.example;Okänd enhet", headers=headers)
    assert {m.check for m in result.messages} >= {"unknown_worker", "unknown_unit"}
    assert Assignment.objects.count() == 1


# --- companions -------------------------------------------------------------------------------------------------------


def test_reviews_come_in_once_with_their_due_dates():
    deliver(row("2025-01-10", law="LVU"))
    headers, rows = "kommunkod;barn;typ;genomfort", ["2281;A1;övervägande;2025-07-05", "2281;A1;övervägande;2025-07-05"]
    result = deliver(*rows, headers=headers, kind="overvaganden")
    assert (result.counts["new"], result.counts["unchanged"]) == (1, 1)
    review = Review.objects.get()
    assert (review.due_on, review.next_due_on) == (date(2025, 7, 10), date(2026, 1, 5))
    assert deliver(*rows, headers=headers, kind="overvaganden").counts["unchanged"] == 2


def test_a_review_written_in_the_portal_stands_beside_a_delivery(social_worker):
    deliver(row("2025-01-10"))
    child = Child.objects.get()
    written = Review.objects.create(
        municipality=child.municipality,
        child=child,
        kind="övervägande",
        done_on=date(2025, 7, 5),
        next_due_on=date(2026, 1, 5),
        next_due_effective_on=date(2026, 1, 5),
        entered_by=social_worker,
        entered_at="2025-07-05T10:00Z",
    )
    deliver("2281;A1;övervägande;2025-07-05", headers="kommunkod;barn;typ;genomfort", kind="overvaganden")
    undo(Delivery.objects.first(), social_worker)
    assert list(Review.objects.all()) == [written]


def test_an_examination_is_the_same_from_request_to_done():
    headers = "kommunkod;barn;typ;begard;erbjuden;genomford"
    deliver("2281;A1;läkare;2025-02-01;;", headers=headers, kind="halsa", on="2025-03-01")
    deliver("2281;A1;läkare;2025-02-01;2025-03-05;2025-03-10", headers=headers, kind="halsa", on="2025-04-01")
    assert fates() == ["changed"]
    assert HealthExam.objects.get().done_on == date(2025, 3, 10)


def test_plans_and_follow_ups_are_stored_with_their_values():
    deliver(
        "2281;A1;GP;2025-02-01;2025-05-01;6;ja",
        headers="kommunkod;barn;typ;datum;reviderad;delar;barnet_deltog",
        kind="planer",
    )
    plan = Plan.objects.get()
    assert (plan.kind, plan.elements, plan.child_took_part, plan.in_force_until) == (
        "genomförandeplan",
        6,
        True,
        date(2025, 11, 1),
    )
    deliver(
        "2281;A1;2025-05-02;3-månaders;ja;nej;ville inte;4;ja",
        headers="kommunkod;barn;datum;typ;besok_i_hemmet;enskilt_samtal;skal_inget_samtal;halsa;trygg",
        kind="uppfoljningar",
    )
    follow_up = FollowUp.objects.get()
    assert (follow_up.visit_in_home, follow_up.individual_talk, follow_up.no_talk_reason) == (True, False, "refused")
    assert (follow_up.health, follow_up.school, follow_up.feels_safe) == (4, None, "ja")


def test_a_row_of_another_delivery_that_points_at_the_municipality_need_not_wait(sundsvall):
    """Two deliveries at once that wait for each other's municipality would be ended by the database."""
    with CaptureQueriesContext(connection) as asked:
        delivering.lock({sundsvall.pk}, base_of({sundsvall.pk}))
    assert connection.vendor == "sqlite" or "FOR NO KEY UPDATE" in str(asked.captured_queries)
