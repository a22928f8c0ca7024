"""What the child's page tells: events in words, one kind at a time, what lies ahead, what is over, and the picture."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from placements import casefile, child_events
from placements.episodes import derive
from placements.models import (
    CustodyQuestion,
    FollowUp,
    HealthExam,
    Investigation,
    Placement,
    Plan,
    PostFollowUp,
    Restriction,
    Review,
)
from placements.worklist import LATE, Task

DAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def on_a_saturday_in_november():
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False):
        yield


@pytest.fixture
def stay(child):
    placement = Placement.objects.create(
        municipality=child.municipality, child=child, form_group="familjehem", started_on=date(2026, 1, 10)
    )
    derive([child.pk])
    return placement


def look(client, child, kind=""):
    return client.get(reverse("child_detail", args=[child.uid]) + (f"?visa={kind}" if kind else ""))


def line(slug, row):
    (event,) = child_events.ROW_EVENTS[slug](slug, row)
    return event


@pytest.mark.parametrize(
    ("slug", "row", "what", "about"),
    [
        (
            "uppfoljning",
            FollowUp(
                done_on=DAY, kind="extra", visit_in_home=True, individual_talk=False, no_talk_reason="refused", school=2,
                feels_safe="nej", goals_reviewed=3, goal_attainment=4, measures_decided=True, next_on=date(2026, 9, 1),
            ),
            "Uppföljning, extra",
            "besök i hemmet, inget enskilt samtal (barnet ville inte), skolgång 2 av 5, känner sig inte trygg, "
            "tre mål följdes upp, måluppfyllelse 4 av 5, nya åtgärder beslutade, nästa 2026-09-01",
        ),
        (
            "plan",
            Plan(kind="genomförandeplan", made_on=DAY, in_force_until=date(2026, 12, 1), elements=5, has_contact=False,
                 has_views=False, has_goals=True),
            "Genomförandeplan",
            "fem av sju lagstadgade delar (umgänge och barnets och vårdnadshavares synpunkter saknas), "
            "gäller till 2026-12-01",
        ),
        (
            "plan",
            Plan(kind="vårdplan", made_on=DAY, in_force_until=date(2026, 12, 1), elements=4),  # delivered as a number
            "Vårdplan",
            "fyra av fyra lagstadgade delar",
        ),
        (
            "overvagande",
            Review(kind="omprövning", done_on=DAY, due_effective_on=date(2026, 5, 31)),
            "Omprövning",
            "1 dag för sent. Skulle göras senast 2026-05-31.",
        ),
        ("vardnadsfraga", CustodyQuestion(done_on=DAY, outcome="not_now"), "Överflyttad vårdnad övervägd", "Inte nu."),
        ("begransning", Restriction(kind="secret", started_on=DAY), "Hemlig vistelseort", "pågår"),
        (
            "utredning",
            Investigation(reported_on=date(2026, 5, 1), opened_on=DAY, closed_on=date(2026, 9, 1)),
            "Utredning inledd",
            "aktualiserad 2026-05-01, avslutad 2026-09-01",
        ),
        ("efter-placering", PostFollowUp(started_on=DAY), "Uppföljning efter placering", "pågår"),
        (
            "undersokning",
            HealthExam(kind="tand", requested_on=DAY, not_done_reason="missed"),
            "Tandundersökning",
            "begärd 2026-06-01, uteblivet",
        ),
    ],
)  # fmt: skip
def test_what_was_written_reads_as_a_line(slug, row, what, about):
    event = line(slug, row)
    assert (event.on, event.what, event.about) == (DAY, what, about)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"requested_on": DAY}, "Begärd"),
        ({"requested_on": DAY, "offered_on": DAY}, "Tid erbjuden"),
        ({"done_on": DAY}, "Väntar på svar"),
        ({"done_on": DAY, "result_on": DAY}, "Åtgärder inte bedömda"),
        ({"done_on": DAY, "result_on": DAY, "actions_needed": True}, "Åtgärder återstår"),
        ({"done_on": DAY, "result_on": DAY, "actions_needed": True, "actions_done_on": DAY}, "Klar"),
        ({"done_on": DAY, "result_on": DAY, "actions_needed": False}, "Klar"),
        ({"requested_on": DAY, "not_done_reason": "declined"}, "Blir inte av"),
    ],
)
def test_examination_says_how_far_it_has_come(values, said):
    assert line("undersokning", HealthExam(kind="läkare", **values)).state[1] == said


@pytest.fixture
def full(stay, social_worker):
    """A child of whom there is something of each kind."""
    rows = {"municipality": stay.municipality, "child": stay.child}
    wrote = {"entered_by": social_worker, "entered_at": timezone.now()}
    FollowUp.objects.create(**rows, done_on=DAY, kind="extra", visit_in_home=True, individual_talk=True, **wrote)
    Plan.objects.create(**rows, kind="vårdplan", made_on=DAY, in_force_until=date(2026, 12, 1))
    Review.objects.create(
        **rows, kind="övervägande", done_on=DAY, next_due_on=date(2026, 12, 1), next_due_effective_on=date(2026, 12, 1)
    )
    HealthExam.objects.create(**rows, kind="tand", requested_on=DAY, **wrote)
    Investigation.objects.create(**rows, reported_on=date(2025, 10, 1), opened_on=date(2025, 10, 5))
    Restriction.objects.create(**rows, kind="contact", started_on=DAY)
    CustodyQuestion.objects.create(**rows, done_on=DAY)
    derive([stay.child.pk])
    return stay


@pytest.mark.parametrize(
    ("kind", "shown", "hidden"),
    [
        ("placering", "Placerad: Familjehem", "Vårdplan"),
        ("uppfoljning", "Uppföljning, extra", "Vårdplan"),
        ("plan", "Vårdplan", "Uppföljning, extra"),
        ("provning", "Umgängesbegränsning", "Vårdplan"),
        ("halsa", "Tandundersökning", "Vårdplan"),
        ("utredning", "Utredning inledd", "Vårdplan"),
    ],
)
def test_reader_sees_one_kind_of_events(sign_in, social_worker, full, kind, shown, hidden):
    page = look(sign_in(social_worker), full.child, kind)
    told = [event.what for event in page.context["file"].events]
    assert shown in told
    assert hidden not in told
    assert f'href="?visa={kind}#handelser" aria-current="true"' in page.content.decode()


def test_examination_past_its_target_day_is_red_in_the_time_line_too(sign_in, social_worker, full):
    """Placed 10 January, 60 days by the region's target: late since March."""
    file = look(sign_in(social_worker), full.child, "halsa").context["file"]
    assert [event.state for event in file.events] == [("late", "Begärd, försenad")]


def test_unknown_kind_shows_everything(sign_in, social_worker, full):
    file = look(sign_in(social_worker), full.child, "hittepå").context["file"]
    assert (file.wanted, len(file.events)) == ("", len(file.all_events))


def test_kind_of_which_there_is_nothing_shows_the_way_back(sign_in, social_worker, stay):
    assert "Inget av det slaget är registrerat." in look(sign_in(social_worker), stay.child, "halsa").content.decode()


def test_picture_holds_all_that_lasts_and_all_that_was_done(full):
    chart = casefile.read(full.child).picture
    for word in ("Utredning", "Begränsning", "Besök", "Samtal", "Planer", "Prövning", "Vårdnad"):
        assert f">{word}<" in chart.svg
    rows = [row[0] for row in chart.table.rows]
    assert {"Familjehem", "SoL", "Utredning", "Umgängesbegränsning", "Vårdplan", "Enskilt samtal"} <= set(rows)


def test_what_lies_ahead_says_when_and_why(full):
    ahead = {due.what: due for due in casefile.read(full.child).ahead}
    late_or_soon = {"Övervägande"}  # 2026-12-01 is among what waits already
    assert not late_or_soon & set(ahead)
    assert all(due.due > date(2026, 12, 21) and due.why.endswith(".") for due in ahead.values())
    assert ahead


def test_what_is_over_is_told_in_short(sign_in, social_worker, full):
    Placement.objects.filter(pk=full.pk).update(
        ended_on=date(2026, 11, 1), end_reason="MOVED_PLANNED", planned="ja", initiator="sn"
    )
    page = look(sign_in(social_worker), full.child)
    (past,) = page.context["file"].past
    assert (past.home, past.started_on, past.ended_on) == ("Familjehem", date(2026, 1, 10), date(2026, 11, 1))
    shown = page.content.decode()
    assert "Avslutade placeringar" in shown
    assert reverse("row_new", args=[full.child.uid, "efter-placering"]) in shown


def task(kind, state="watch"):
    return Task(kind, None, "", DAY, state, "", "", "", "")


@pytest.mark.parametrize(
    ("is_placed", "waiting", "said"),
    [
        (True, [], "Allt är i fas: inget väntar de närmaste 30 dagarna."),
        (True, [task("plan", LATE), task("talk")], "En sak är försenad. En ska bli klar inom 30 dagar."),
        (True, [task("rating")], "Ett omdöme väntar."),
        (False, [], "Barnet är inte placerat just nu."),
        (False, [task("rating")], "Barnet är inte placerat just nu. Ett omdöme väntar."),
        (False, [task("post_care", LATE)], "Barnet är inte placerat just nu. En sak är försenad."),
    ],
)
def test_page_begins_with_what_waits(is_placed, waiting, said):
    class File:
        pass

    file = File()
    file.is_placed = is_placed
    assert casefile.sentence(file, waiting) == said


def test_page_asks_as_many_questions_for_many_rows_of_every_kind(sign_in, social_worker, full):
    client = sign_in(social_worker)
    look(client, full.child)
    one = queries(client, full.child)
    rows = {"municipality": full.municipality, "child": full.child}
    days = [date(2026, month, day) for month in (2, 3, 4) for day in range(1, 11)]
    wrote = {"entered_by": social_worker, "entered_at": timezone.now()}
    FollowUp.objects.bulk_create(FollowUp(**rows, **wrote, done_on=day, visit_in_home=True) for day in days)
    Plan.objects.bulk_create(Plan(**rows, **wrote, kind="vårdplan", made_on=day, in_force_until=day) for day in days)
    HealthExam.objects.bulk_create(HealthExam(**rows, **wrote, kind="tand", requested_on=day) for day in days)
    CustodyQuestion.objects.bulk_create(CustodyQuestion(**rows, **wrote, done_on=day) for day in days)
    Restriction.objects.bulk_create(Restriction(**rows, **wrote, kind="secret", started_on=day) for day in days)
    Investigation.objects.bulk_create(Investigation(**rows, **wrote, opened_on=day) for day in days)
    PostFollowUp.objects.bulk_create(PostFollowUp(**rows, **wrote, started_on=day) for day in days)
    assert queries(client, full.child) == one


def queries(client, child):
    with CaptureQueriesContext(connection) as seen:
        assert look(client, child).status_code == 200
    return len(seen)


def test_only_who_may_write_is_shown_the_ways_to_write(sign_in, head_of_ifo, full):
    shown = look(sign_in(head_of_ifo), full.child).content.decode()
    assert "Skriv in" not in shown
    assert "/uppfoljning/" not in shown


def test_an_unplanned_ending_says_why_and_who_took_the_initiative_once():
    about = {"planned": "nej", "cause": "absconded", "second_cause": "conflict"}
    told = child_events.ending(Placement(end_reason="CHILD_INITIATED", initiator="child", **about))
    assert told == "På barnets initiativ, oplanerat (avvikning och konflikt i hemmet)"
    assert child_events.ending(Placement(end_reason="COURT", initiator="court", planned="ja")).endswith(
        "initiativ: domstol"
    )
