"""Decisions: numbered one by one, owned, followed up, found again; and what is prioritised, with what is done about it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from bou_portal.figures import DEFINITIONS
from municipalities.bodies.decisions import by_due
from municipalities.models import Activity, Body, Decision, DecisionStep, Focus, Goal, Need, Plan, Region
from tests.conftest import make_user
from tests.municipalities.test_meetings import a_meeting, an_item


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def steering(vasternorrland):
    return Body.objects.create(region=vasternorrland, kind=Body.Kind.STEERING, name="Styrgruppen")


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


@pytest.fixture
def activity(vasternorrland):
    """In the plan of 2027; it meets a need of Sundsvall's and should move a figure of the portal's."""
    plan = Plan.objects.create(region=vasternorrland, year=2027, title="Årsplan 2027")
    goal = Goal.objects.create(focus=Focus.objects.create(plan=plan, title="Stabilitet"), title="Färre avbrott")
    made = Activity.objects.create(
        goal=goal, title="Introduktion för familjehem", figure_id=next(iter(DEFINITIONS)), state="pagar"
    )
    made.needs.add(Need.objects.create(region=vasternorrland, year=2027, topic="familjehem", title="Fler familjehem"))
    return made


def page(client, address, /, *args, **query):
    return client.get(reverse(address, args=args), query).content.decode()


def send(client, address, /, *args, **data):
    return client.post(reverse(address, args=args), data)


def decide(body, title="Vi satsar", **fields):
    return Decision.objects.create(body=body, title=title, **{"decided_on": timezone.localdate()} | fields)


# --- numbers ------------------------------------------------------------------------------------------------------------
def test_decisions_are_numbered_by_body_and_year(steering, vasternorrland, today):
    other = Body.objects.create(region=vasternorrland, kind=Body.Kind.COUNCIL, name="Rådet")
    last_year = today.replace(year=today.year - 1, day=1)
    made = [decide(steering), decide(steering), decide(other), decide(steering, decided_on=last_year)]
    assert [row.mark for row in made] == [
        f"{today.year}:1", f"{today.year}:2", f"{today.year}:1", f"{today.year - 1}:1",
    ]  # fmt: skip


def test_two_at_the_same_moment_get_different_numbers(steering, monkeypatch):
    """The other saves between our look at the last number and our own saving."""
    asked, next_number = [], Decision.next_number

    def late(self):
        found = next_number(self)
        if not asked:
            asked.append(True)
            decide(steering, "Den andras")
        return found

    monkeypatch.setattr(Decision, "next_number", late)
    mine = decide(steering, "Mitt")
    assert {(row.title, row.number) for row in Decision.objects.all()} == {("Den andras", 1), ("Mitt", 2)}
    assert mine.number == 2


def test_the_database_refuses_the_same_number_twice(steering):
    first, second = decide(steering), decide(steering)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=second.pk).update(number=first.number)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=first.pk).update(done_on=first.decided_on - timedelta(days=1))


# --- writing them down --------------------------------------------------------------------------------------------------
def test_a_leader_writes_a_decision_at_an_item(lena, steering, today, head_of_ifo, activity):
    meeting = a_meeting(steering, today)
    item = an_item(meeting, "Familjehem i länet")
    form = lena.get(reverse("decision_new", args=[meeting.uid]), {"punkt": item.pk}).context["form"]
    assert (form.initial["item"], form.initial["title"]) == (item.pk, "Familjehem i länet")
    sent = {
        "item": item.pk, "title": "Länet satsar på familjehem", "decided_on": today, "owner": head_of_ifo.pk,
        "due_on": today + timedelta(days=30), "is_priority": "on", "activities": [activity.pk],
        "token": form.initial["token"],
    }  # fmt: skip
    for _ in range(2):  # a double click
        assert send(lena, "decision_new", meeting.uid, **sent).status_code == 302
    made = Decision.objects.get()
    assert (made.mark, made.owner, made.owner_name) == (f"{today.year}:1", head_of_ifo, "Eva Nordin")
    assert list(made.activities.all()) == [activity]
    assert Event.objects.filter(verb=Verb.CREATED, target="municipalities.decision").count() == 1
    assert f"{made.mark} Länet satsar på familjehem" in page(lena, "meeting_detail", meeting.uid)


def test_a_decision_between_meetings(lena, steering, today):
    assert send(lena, "decision_between", steering.uid, title="Per capsulam", decided_on=today).status_code == 302
    assert "mellan möten" in page(lena, "decision_detail", Decision.objects.get().uid)


@pytest.mark.parametrize(
    ("days", "due", "owner", "said"),
    [
        (1, None, "", "Beslutsdatum kan inte ligga i framtiden."),
        (0, 5, "", "Ange vem som är ansvarig"),
        (0, -1, "Siv Ek", "Dagen kan inte vara före beslutsdatum."),
    ],
)
def test_wrong_days_are_refused(lena, steering, today, days, due, owner, said):
    sent = {"title": "Vi satsar", "decided_on": today + timedelta(days=days), "owner_name": owner}
    if due is not None:
        sent["due_on"] = today + timedelta(days=due)
    assert said in send(lena, "decision_between", steering.uid, **sent).content.decode()
    assert not Decision.objects.exists()


def test_a_decision_keeps_its_year_and_is_carried_out_after_it_is_made(lena, steering, today):
    made = decide(steering, owner_name="Siv Ek", decided_on=today - timedelta(days=3))
    sent = {"title": "Vi satsar", "decided_on": today.replace(year=today.year - 1, day=1), "owner_name": "Siv Ek"}
    assert "under samma år" in send(lena, "decision_change", made.uid, **sent).content.decode()
    made.follow_up(None, DecisionStep.Kind.DONE, "Klart", today - timedelta(days=2))
    sent["decided_on"] = today
    assert "Datumet kan inte vara senare." in send(lena, "decision_change", made.uid, **sent).content.decode()


def test_a_new_owner_takes_over_from_one_who_left(lena, steering, head_of_ifo, unit_manager, today):
    made = decide(steering, owner=head_of_ifo, owner_name="Eva Nordin")
    head_of_ifo.memberships.update(ended_on=today)
    said = page(lena, "decision_detail", made.uid)
    assert "Behöver en ny ansvarig" in said
    assert "Eva Nordin har slutat." in said
    assert "Eva Nordin, har slutat" in page(lena, "decision_change", made.uid)
    sent = {"title": "Vi satsar", "decided_on": today, "owner": unit_manager.pk}
    assert send(lena, "decision_change", made.uid, **sent).status_code == 302
    assert Decision.objects.get().owner == unit_manager


def test_a_deleted_owner_leaves_the_decision_open_under_a_name(steering, head_of_ifo):
    decide(steering, owner=head_of_ifo, owner_name="Eva Nordin")
    head_of_ifo.delete()
    assert Decision.objects.open().get().owner_text == "Eva Nordin"


def test_an_identity_number_is_refused(lena, steering, today):
    sent = {"title": "Om 20121212-1212", "decided_on": today}
    assert "personnummer" in send(lena, "decision_between", steering.uid, **sent).content.decode()


# --- following up -------------------------------------------------------------------------------------------------------
def test_the_owner_follows_up_until_it_is_done_and_it_can_be_reopened(sign_in, lena, steering, head_of_ifo, today):
    made = decide(steering, owner=head_of_ifo, owner_name="Eva Nordin", decided_on=today - timedelta(days=9))
    eva = sign_in(head_of_ifo)
    first = {"kind": "kommentar", "text": "Halva vägen.", "last": ""}
    for _ in range(2):  # a double click
        assert send(eva, "decision_follow_up", made.uid, **first).status_code == 302
    step = made.steps.get()
    done = {"kind": "genomfort", "text": "Klart i alla kommuner.", "done_on": today, "last": step.pk}
    for _ in range(2):
        assert send(eva, "decision_follow_up", made.uid, **done).status_code == 302
    made.refresh_from_db()
    assert (made.done_on, made.outcome, made.steps.count()) == (today, "Klart i alla kommuner.", 2)
    assert "Klart i alla kommuner." in page(eva, "decision_detail", made.uid)
    again = {"kind": "oppnat", "text": "En kommun saknades.", "last": made.steps.last().pk}
    assert send(eva, "decision_follow_up", made.uid, **again).status_code == 302
    made.refresh_from_db()
    assert made.is_open


def test_a_second_follower_is_told_what_the_first_wrote(sign_in, steering, head_of_ifo, development_leader):
    made = decide(steering, owner=head_of_ifo, owner_name="Eva Nordin")
    made.follow_up(development_leader, DecisionStep.Kind.COMMENT, "Jag har ringt.")
    sent = {"kind": "kommentar", "text": "Min rad.", "last": ""}
    said = send(sign_in(head_of_ifo), "decision_follow_up", made.uid, **sent).content.decode()
    assert "Jag har ringt." in said
    assert "Min rad." in said
    assert made.steps.count() == 1


def test_wrong_follow_ups_say_why(lena, steering, today):
    made = decide(steering, owner_name="Siv Ek")
    for sent, said in (
        ({"kind": "kommentar"}, "Skriv en kommentar."),
        ({"kind": "genomfort", "done_on": today + timedelta(days=1)}, "kan inte ligga i framtiden"),
        ({"kind": "genomfort", "done_on": today - timedelta(days=1)}, "före beslutsdatum"),
        ({"kind": "kommentar", "text": "Om 20121212-1212"}, "personnummer"),
    ):
        assert said in send(lena, "decision_follow_up", made.uid, **sent).content.decode()
    assert not made.steps.exists()


def test_only_the_owner_and_the_leader_follow_up(sign_in, lena, steering, head_of_ifo, unit_manager, neighbour):
    made = decide(steering, owner=head_of_ifo)
    assert lena.get(reverse("decision_follow_up", args=[made.uid])).status_code == 200
    colleague = sign_in(unit_manager)
    assert colleague.get(reverse("decision_follow_up", args=[made.uid])).status_code == 404
    assert colleague.get(reverse("decision_change", args=[made.uid])).status_code == 403
    assert "Följ upp" not in page(colleague, "decision_detail", made.uid)
    assert sign_in(neighbour).get(reverse("decision_detail", args=[made.uid])).status_code == 404
    other = make_user("torsten@region.example", Role.DEVELOPMENT_LEADER, region=Region.objects.get(code="24"))
    assert sign_in(other).get(reverse("decision_change", args=[made.uid])).status_code == 404


# --- finding them -------------------------------------------------------------------------------------------------------
def test_open_late_and_own_decisions(steering, head_of_ifo, today):
    early = today - timedelta(days=20)
    late = decide(steering, "Försenat", owner=head_of_ifo, decided_on=early, due_on=today - timedelta(days=1))
    due = decide(steering, "I dag", owner_name="Siv Ek", decided_on=early, due_on=today)
    undated = decide(steering, "Utan dag", owner=head_of_ifo, decided_on=early)
    decide(steering, "Bara beslutat", decided_on=early)
    done = decide(steering, "Klart", owner=head_of_ifo, decided_on=early, done_on=today)
    assert list(by_due(Decision.objects.open())) == [late, due, undated]
    assert list(by_due(Decision.objects.open().owned_by(head_of_ifo))) == [late, undated]
    assert list(Decision.objects.late()) == [late]
    assert list(Decision.objects.done()) == [done]
    assert late.state == ("late", f"Försenat sedan {today - timedelta(days=1)}")


def test_the_list_is_searched_narrowed_and_taken_out(sign_in, steering, head_of_ifo, today):
    decide(steering, "Översyn av rutiner", owner=head_of_ifo, due_on=today)
    decide(steering, "Gemensam kurs", is_priority=True)
    client = sign_in(head_of_ifo)
    for query, shown, hidden in (
        ({"sok": "översyn"}, "Översyn av", "Gemensam kurs"),
        ({"sok": "eva RUTINER"}, "Översyn av", "Gemensam kurs"),
        ({"mina": "on"}, "Översyn av", "Gemensam kurs"),
        ({"prio": "on"}, "Gemensam kurs", "Översyn av"),
        ({"lage": "oppna"}, "Översyn av", "Gemensam kurs"),
        ({"organ": steering.uid, "sok": "kurs"}, "Gemensam kurs", "Översyn av"),
    ):
        for address in ("decision_list", "decision_export"):
            said = page(client, address, **query)
            assert shown in said
            assert hidden not in said
    assert "Inget beslut passar urvalet" in page(client, "decision_list", lage="klara")
    assert page(client, "decision_list", organ="trasigt", sortera="hittepå")
    assert Event.objects.filter(verb=Verb.EXPORTED, target="municipalities.decision").count() == 6


def test_the_list_costs_as_much_for_thirty_as_for_one(sign_in, steering, head_of_ifo):
    client, counts = sign_in(head_of_ifo), []
    page(client, "decision_list")
    for size in (1, 29):
        for n in range(size):
            decide(steering, f"Beslut {n}", owner=head_of_ifo)
        with CaptureQueriesContext(connection) as queries:
            page(client, "decision_list")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- priorities and the chain -------------------------------------------------------------------------------------------
def test_a_council_user_sees_priorities_with_what_answers_them(sign_in, regional_reader, steering, activity):
    """features.md 1.10."""
    made = decide(steering, "Familjehemmen först", is_priority=True)
    made.activities.add(activity)
    decide(steering, "Inget särskilt")
    said = page(sign_in(regional_reader), "decision_priorities")
    assert "Familjehemmen först" in said
    assert "Introduktion för familjehem" in said
    assert "Pågår" in said
    assert "Inget särskilt" not in said


def test_the_chain_from_need_to_figure_is_told_at_the_decision(sign_in, social_worker, steering, activity):
    made = decide(steering)
    made.activities.add(activity)
    said = page(sign_in(social_worker), "decision_detail", made.uid)
    assert "Introduktion för familjehem" in said
    assert "Fler familjehem" in said
    assert "Ska påverka" in said


def test_priorities_cost_as_much_for_many_as_for_one(sign_in, regional_reader, steering, activity):
    client, counts = sign_in(regional_reader), []
    page(client, "decision_priorities")
    for size in (1, 10):
        for n in range(size):
            decide(steering, f"Prioritering {n}", is_priority=True).activities.add(activity)
        with CaptureQueriesContext(connection) as queries:
            page(client, "decision_priorities")
        counts.append(len(queries))
    assert counts[0] == counts[1]
