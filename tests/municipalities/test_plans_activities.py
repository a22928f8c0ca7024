"""How an activity goes: said by its owner or the leader, in steps that are only added to."""

import pytest

from municipalities.models import ActivityStep
from tests.municipalities.plan_rows import activity, make_plan, page, send


@pytest.fixture
def plan(vasternorrland, unit_manager):
    return make_plan(vasternorrland, owner=unit_manager)


@pytest.fixture
def talks(plan):
    return activity("Handledning i samtal")


@pytest.mark.parametrize("who", ["unit_manager", "development_leader"])
def test_owner_and_leader_say_how_it_goes(sign_in, request, talks, who):
    user = request.getfixturevalue(who)
    client = sign_in(user)
    assert send(client, "activity_detail", talks.uid, state="pagar", text="Två datum bokade.").status_code == 302
    talks.refresh_from_db()
    step = talks.steps.get()
    assert (talks.state, step.state, step.text, step.by) == ("pagar", "pagar", "Två datum bokade.", user)
    assert "Två datum bokade." in page(client, "activity_detail", talks.uid)


@pytest.mark.parametrize("who", ["head_of_ifo", "social_worker", "regional_reader"])
def test_others_read_its_history_and_write_nothing(sign_in, request, talks, unit_manager, who):
    talks.steps.create(state="pagar", text="Två datum bokade.", by=unit_manager)
    client = sign_in(request.getfixturevalue(who))
    said = page(client, "activity_detail", talks.uid)
    assert "Två datum bokade." in said
    assert "Spara läget" not in said
    assert send(client, "activity_detail", talks.uid, state="klar").status_code == 403
    assert talks.steps.count() == 1


def test_a_double_click_is_one_step(sign_in, unit_manager, talks):
    client = sign_in(unit_manager)
    for _ in range(2):
        assert (
            send(client, "activity_detail", talks.uid, state="pagar", text="Klart med del ett.", seen=0).status_code
            == 302
        )
    assert talks.steps.count() == 1


def test_the_second_of_two_is_told_what_the_first_wrote(sign_in, unit_manager, development_leader, talks):
    talks.steps.create(state="stoppad", text="Pengarna är slut.", by=development_leader)
    client = sign_in(unit_manager)
    said = send(client, "activity_detail", talks.uid, state="pagar", text="Det rullar på.", seen=0).content.decode()
    assert "Pengarna är slut." in said
    assert "Ditt står kvar" in said
    assert "Det rullar på." in said
    newest = talks.steps.last().pk
    send(client, "activity_detail", talks.uid, state="pagar", text="Det rullar på.", seen=newest)
    assert talks.steps.count() == 2


def test_a_step_says_something(sign_in, unit_manager, talks):
    said = send(sign_in(unit_manager), "activity_detail", talks.uid, state="planerad").content.decode()
    assert "Ändra läget eller skriv en kommentar." in said
    assert not ActivityStep.objects.exists()


def test_an_identity_number_is_refused(sign_in, unit_manager, talks):
    said = send(sign_in(unit_manager), "activity_detail", talks.uid, state="pagar", text="Barnet 20121212-1212")
    assert "Texten innehåller ett personnummer" in said.content.decode()
    assert not ActivityStep.objects.exists()


def test_markup_in_a_comment_is_text(sign_in, unit_manager, plan, talks):
    client, markup = sign_in(unit_manager), "<script>alert(1)</script><b>fet</b>"
    send(client, "activity_detail", talks.uid, state="pagar", text=markup)
    for name, uid in (("activity_detail", talks.uid), ("plan_detail", plan.uid)):
        said = page(client, name, uid)
        assert "<script>alert" not in said
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said


def test_an_owner_who_left_says_nothing_more(sign_in, umea, unit_manager, talks):
    unit_manager.memberships.update(municipality=umea, unit=None)
    client = sign_in(unit_manager)
    assert send(client, "activity_detail", talks.uid, state="klar").status_code == 404


def test_a_neighbouring_leader_writes_nothing(sign_in, neighbouring_head, talks):
    assert send(sign_in(neighbouring_head), "activity_detail", talks.uid, state="klar").status_code == 404
    talks.refresh_from_db()
    assert talks.state == "planerad"
