"""The yearly plan (features.md 0.1, 1.1): made by the leader, read by all in the region, needs and activities joined."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.models import Event, Verb
from municipalities.models import Activity, Focus, Goal, Kpi, Need, Plan
from municipalities.plans.page import states_sentence
from tests.municipalities.plan_rows import YEAR, activity, another_leader, make_plan, page, send


@pytest.fixture
def plan(vasternorrland, unit_manager):
    return make_plan(vasternorrland, owner=unit_manager)


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


# --- made by the leader -----------------------------------------------------------------------------------------------
def test_the_leader_makes_a_plan_from_focus_to_activity(lena, unit_manager, vasternorrland):
    need = Need.objects.create(region=vasternorrland, year=YEAR, topic="bbic", title="Stöd i barnsamtal")
    assert send(lena, "plan_new", kind="ar", year=YEAR, scope="placerade").status_code == 302
    plan = Plan.objects.get()
    assert (str(plan), plan.region) == (f"Plan {YEAR}", vasternorrland)
    send(lena, "focus_new", plan.uid, title="Uppföljning")
    send(lena, "goal_new", Focus.objects.get().uid, title="Fler får enskilda samtal")
    send(
        lena, "activity_new", Goal.objects.get().uid, title="Handledning", owner=unit_manager.pk, first_quarter=f"{YEAR}-K1",
        last_quarter=f"{YEAR}-K3", measure="Två tillfällen", figure_id="L10_share", aim="till 80 procent", needs=need.pk,
    )  # fmt: skip
    made = Activity.objects.get()
    assert (made.owner, made.figure_id, list(made.needs.all())) == (unit_manager, "L10_share", [need])
    said = page(lena, "plan_detail", plan.uid)
    for word in ("Uppföljning", "Mål: Fler får enskilda samtal", "Handledning", "kvartal 1–3 2027", "Två tillfällen"):
        assert word in said
    assert Event.objects.filter(target="municipalities.activity", verb=Verb.CREATED).exists()


def test_the_head_sees_each_activity_s_state_and_last_comment(sign_in, head_of_ifo, unit_manager, plan):
    """The acceptance sentence of F01."""
    states = {"planerad": "Planerad", "pagar": "Pågår", "klar": "Klar", "stoppad": "Stoppad"}
    goal = Goal.objects.get()
    for state in states:
        row = Activity.objects.create(goal=goal, title=f"I läge {state}", state=state)
        row.steps.create(state=state, text="Först detta.", by=unit_manager)
        row.steps.create(state=state, text=f"Sist {state}.", by=unit_manager)
    said = page(sign_in(head_of_ifo), "plan_detail", plan.uid)
    for state, word in states.items():
        row = said.split(f"I läge {state}</a>")[1].split("</tr>")[0]
        assert word in row
        assert f"Sist {state}." in row
        assert "Först detta." not in row
    assert "Arbeta med planen" not in said


def test_a_figure_is_shown_by_name_with_its_definition(sign_in, regional_reader, plan):
    said = page(sign_in(regional_reader), "plan_detail", plan.uid)
    assert (
        f'<a href="{reverse("definitions")}#L10_share">Barn med enskilt samtal i perioden</a>: till 80 procent' in said
    )


def test_a_published_indicator_leads_to_its_own_page(sign_in, regional_reader, plan):
    Kpi.objects.create(code="U99999", title="Placerade i familjehem", source="kolada", is_core=True)
    Activity.objects.filter(title="Gemensam mall").update(figure_id="U99999")
    said = page(sign_in(regional_reader), "plan_detail", plan.uid)
    assert f'<a href="{reverse("kpi_detail", args=["U99999"])}">Placerade i familjehem</a>' in said


def test_a_figure_that_has_gone_out_of_use_stays_chosen(lena, plan):
    Activity.objects.filter(title="Gemensam mall").update(figure_id="GAMMAL")
    assert "GAMMAL (finns inte längre)" in page(lena, "part_change", "aktivitet", activity("Gemensam mall").uid)


# --- what the page answers ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, "Planen har inga aktiviteter ännu."),
        ({"klar": 1}, "En av en aktivitet är klar."),
        ({"klar": 2, "pagar": 1, "planerad": 2}, "Två av fem aktiviteter är klara, en pågår och två är planerade."),
    ],
)
def test_the_first_sentence(counts, said):
    assert states_sentence(counts) == said


def test_what_should_have_been_done_is_said(sign_in, regional_reader, plan):
    Activity.objects.update(first_quarter="2020-K1", last_quarter="2020-K2")
    Activity.objects.filter(title="Gemensam mall").update(state="klar")
    said = page(sign_in(regional_reader), "plan_detail", plan.uid)
    assert "En skulle ha varit klar." in said
    assert said.count("Skulle ha varit klar") == 1


def test_needs_without_activity_and_activities_without_need_are_listed(sign_in, regional_reader, vasternorrland, plan):
    unmet = Need.objects.create(region=vasternorrland, year=YEAR, topic="skola", title="Skolfam i länet")
    Need.objects.create(region=vasternorrland, year=YEAR + 1, topic="skola", title="Ett annat års behov")
    said = page(sign_in(regional_reader), "plan_detail", plan.uid)
    gaps = said.split("Behov utan aktivitet")[1]
    assert reverse("need_detail", args=[unmet.uid]) in gaps
    assert "Stöd i barnsamtal" not in gaps
    assert "Ett annat års behov" not in gaps
    loose = said.split("Aktiviteter utan behov")[1].split("Versioner")[0]
    assert "Gemensam mall" in loose
    assert "Handledning i samtal" not in loose


@pytest.mark.parametrize(
    ("query", "shown", "left_out"),
    [
        ({"lage": "planerad"}, "Handledning i samtal", "Gemensam mall"),
        ({"kvartal": f"{YEAR}-K2"}, "Handledning i samtal", "Gemensam mall"),
        ({"ansvarig": "BBIC-samordnaren"}, "Gemensam mall", "Handledning i samtal"),
        ({"mina": "on"}, "Handledning i samtal", "Gemensam mall"),
        ({"siffra": "placerade"}, "Handledning i samtal", "Gemensam mall"),
    ],
)
def test_the_plan_is_narrowed(sign_in, unit_manager, plan, query, shown, left_out):
    Activity.objects.filter(title="Gemensam mall").update(state="pagar", first_quarter=f"{YEAR}-K3", figure_id="L1")
    said = page(sign_in(unit_manager), "plan_detail", plan.uid, **query).split("Behov utan aktivitet")[0]
    assert shown in said
    assert left_out not in said
    assert "Visar 1 av 2 aktiviteter" in said


def test_an_old_address_narrows_nothing(sign_in, unit_manager, plan):
    said = page(sign_in(unit_manager), "plan_detail", plan.uid, lage="okänt", kvartal="fel", ansvarig="<b>")
    assert "Alla 2 aktiviteter" in said


def test_figures_about_all_are_told_apart_from_those_about_placed_children(lena, plan):
    """The scope that the leader sets decides which figures are offered first (1.1)."""
    Plan.objects.update(scope="alla")
    form = page(lena, "part_change", "aktivitet", activity("Gemensam mall").uid)
    assert form.index("Portalens siffror om hela BoU") < form.index("Portalens siffror om placerade barn")
    assert "Gäller hela den sociala barn- och ungdomsvården" in page(lena, "plan_detail", plan.uid)


# --- kept in order ------------------------------------------------------------------------------------------------------
def test_parts_are_moved_with_buttons(lena, plan):
    second = activity("Gemensam mall")
    response = send(lena, "part_move", "aktivitet", second.uid, "upp")
    assert response.url == f"{reverse('plan_edit', args=[plan.uid])}#{second.uid}"
    assert [str(row) for row in Activity.objects.all()] == ["Gemensam mall", "Handledning i samtal"]
    send(lena, "part_move", "aktivitet", second.uid, "upp")  # already first
    assert [str(row) for row in Activity.objects.all()] == ["Gemensam mall", "Handledning i samtal"]
    send(lena, "part_move", "aktivitet", second.uid, "ned")
    assert [str(row) for row in Activity.objects.all()] == ["Handledning i samtal", "Gemensam mall"]


def test_an_activity_moves_to_another_goal_and_comes_last_there(lena, plan):
    goal = Goal.objects.create(focus=Focus.objects.get(), title="Ett annat mål", order=1)
    Activity.objects.create(goal=goal, title="Redan där")
    row = activity("Gemensam mall")
    send(lena, "part_change", "aktivitet", row.uid, title=row.title, goal=goal.pk)
    assert [str(each) for each in goal.activities.all()] == ["Redan där", "Gemensam mall"]


def test_an_activity_moves_only_within_its_own_plan(lena, vasternorrland, plan):
    other = make_plan(vasternorrland, year=YEAR + 1)
    goal = Goal.objects.get(focus__plan=other)
    row = Activity.objects.get(title="Gemensam mall", goal__focus__plan=plan)
    response = send(lena, "part_change", "aktivitet", row.uid, title=row.title, goal=goal.pk)
    assert response.status_code == 200
    row.refresh_from_db()
    assert row.plan == plan


def test_what_answers_a_decision_cannot_be_removed(lena, vasternorrland, plan):
    from municipalities.models import Body, Decision

    body = Body.objects.create(region=vasternorrland, kind="styrgrupp", name="Styrgruppen")
    decision = Decision.objects.create(body=body, title="Planen godkänns", decided_on=timezone.localdate())
    decision.activities.add(activity("Gemensam mall"))
    for word, uid in (("aktivitet", activity("Gemensam mall").uid), ("fokus", Focus.objects.get().uid)):
        said = send(lena, "part_remove", word, uid).content.decode()
        assert "svarar på ett beslut. Sätt den till Stoppad" in said
    assert send(lena, "part_remove", "aktivitet", activity("Handledning i samtal").uid).status_code == 302
    assert [str(row) for row in Activity.objects.all()] == ["Gemensam mall"]


def test_a_plan_nobody_has_seen_can_be_removed(lena, plan):
    assert send(lena, "plan_remove", plan.uid).status_code == 302
    assert not Plan.objects.exists()
    assert not Activity.objects.exists()


def test_last_year_s_plan_is_copied_without_its_history(lena, unit_manager, plan):
    activity("Handledning i samtal").steps.create(state="pagar", text="Gick bra.")
    Activity.objects.filter(title="Handledning i samtal").update(state="pagar")
    Activity.objects.filter(title="Gemensam mall").update(state="klar")
    assert send(lena, "plan_copy", plan.uid, year=YEAR + 1, only_open="on").status_code == 302
    copied = Activity.objects.get(goal__focus__plan__year=YEAR + 1)
    assert (str(copied), copied.state, copied.first_quarter, copied.owner) == (
        "Handledning i samtal", "planerad", f"{YEAR + 1}-K1", unit_manager,
    )  # fmt: skip
    assert not copied.steps.exists()
    assert not copied.needs.exists()
    assert "Regionen har redan en sådan plan" in send(lena, "plan_copy", plan.uid, year=YEAR + 1).content.decode()


# --- owners who leave ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["locked", "left"])
def test_what_somebody_who_left_was_to_do_is_handed_over(lena, head_of_ifo, unit_manager, plan, how):
    assert "Lämna över" not in page(lena, "plan_detail", plan.uid)
    if how == "locked":
        unit_manager.is_active = False
        unit_manager.save()
    else:
        unit_manager.memberships.update(ended_on=timezone.localdate() - timedelta(days=1))
    said = page(lena, "plan_detail", plan.uid)
    assert "En aktivitet har ingen som ansvarar." in said
    assert f"{unit_manager} (har slutat)" in said
    response = send(lena, "plan_hand_over", plan.uid, before=unit_manager.pk, after=head_of_ifo.pk)
    assert response.status_code == 302
    assert activity("Handledning i samtal").owner == head_of_ifo
    assert "Lämna över" not in page(lena, "plan_detail", plan.uid)


def test_an_erased_owner_leaves_an_activity_that_needs_somebody(lena, unit_manager, plan):
    unit_manager.delete()
    assert "Behöver någon" in page(lena, "plan_detail", plan.uid)


def test_only_colleagues_of_the_region_can_own_an_activity(lena, neighbouring_head, plan):
    row = activity("Gemensam mall")
    response = send(
        lena, "part_change", "aktivitet", row.uid, title=row.title, goal=row.goal_id, owner=neighbouring_head.pk
    )
    assert response.status_code == 200
    row.refresh_from_db()
    assert row.owner is None


# --- wrong input --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "ar", "year": YEAR, "scope": "placerade"}, "Regionen har redan en sådan plan för det året."),
        ({"kind": "ar", "year": 1999, "scope": "placerade"}, "Ange ett år mellan 2010 och 2100."),
        ({"kind": "ar", "year": 2030, "scope": "alla", "introduction": "Barnet 20121212-1212"}, "personnummer"),
    ],
)
def test_a_wrong_plan_says_why(lena, plan, data, said):
    response = send(lena, "plan_new", **data)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"first_quarter": f"{YEAR}-K3", "last_quarter": f"{YEAR}-K1"}, "inte bli klar före kvartalet då den börjar"),
        ({"first_quarter": "2027-K9"}, "Välj ett giltigt alternativ"),
        ({"figure_id": "påhittad"}, "Välj ett giltigt alternativ"),
        ({"title": ""}, "måste fyllas i"),
    ],
)
def test_a_wrong_activity_says_why(lena, plan, data, said):
    row = activity("Handledning i samtal")
    whole = {"title": row.title, "goal": row.goal_id, "owner": row.owner_id}
    response = send(lena, "part_change", "aktivitet", row.uid, **(whole | data))
    assert response.status_code == 200
    assert said in response.content.decode()


def test_a_double_click_makes_one_activity(lena, plan):
    token = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    for _ in range(2):
        send(lena, "activity_new", Goal.objects.get().uid, title="Ny träff", token=token)
        send(lena, "plan_new", kind="ar", year=YEAR + 3, scope="alla", token=token)
    assert Activity.objects.filter(title="Ny träff").count() == 1
    assert Plan.objects.filter(year=YEAR + 3).count() == 1


def test_the_second_of_two_leaders_is_told(lena, vasternorrland, plan):
    row = activity("Gemensam mall")
    seen = page(lena, "part_change", "aktivitet", row.uid).split('name="seen" value="')[1].split('"')[0]
    row.measure = "En annan skrev detta"
    row.save()
    response = send(lena, "part_change", "aktivitet", row.uid, title="Mitt namn", goal=row.goal_id, seen=seen)
    assert "ändrade det här medan du skrev" in response.content.decode()
    row.refresh_from_db()
    assert row.title == "Gemensam mall"
    another_leader(vasternorrland)


def test_the_database_refuses_the_impossible(vasternorrland, plan):
    for broken in (
        lambda: Plan.objects.create(region=vasternorrland, year=YEAR, title="En till"),
        lambda: Plan.objects.create(region=vasternorrland, year=1900, title="För gammal"),
        lambda: Activity.objects.update(first_quarter="2027-K3", last_quarter="2027-K1"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


# --- who ------------------------------------------------------------------------------------------------------------------
LEADING = ("plan_edit", "plan_change", "plan_copy", "plan_hand_over", "plan_remove", "plan_propose", "focus_new")


@pytest.mark.parametrize("who", ["head_of_ifo", "unit_manager", "regional_reader"])
@pytest.mark.parametrize("name", LEADING)
def test_only_the_leader_changes_the_plan(sign_in, request, plan, who, name):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse(name, args=[plan.uid])).status_code == 403
    assert send(client, name, plan.uid).status_code == 403


def test_a_neighbouring_region_finds_nothing(sign_in, neighbouring_head, plan):
    client = sign_in(neighbouring_head)
    for name in ("plan_detail", "plan_pdf"):
        assert client.get(reverse(name, args=[plan.uid])).status_code == 404
    assert client.get(reverse("activity_detail", args=[activity("Gemensam mall").uid])).status_code == 404
    assert str(plan) not in page(client, "plans")


def test_a_part_of_no_kind_does_not_exist(lena, plan):
    row = activity("Gemensam mall")
    assert lena.get(f"/plan/okand/{row.uid}/andra/").status_code == 404
    assert lena.post(f"/plan/aktivitet/{row.uid}/flytta/sidled/").status_code == 404
    assert lena.get(f"/plan/mal/{row.uid}/andra/").status_code == 404


def test_the_queries_do_not_grow(sign_in, head_of_ifo, unit_manager, vasternorrland, plan):
    client, counts = sign_in(head_of_ifo), []
    page(client, "plans")  # the first answer writes the session
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            page(client, "plan_detail", plan.uid)
            page(client, "plans")
        counts.append(len(asked))
        for number in range(30):
            goal = Goal.objects.create(focus=Focus.objects.first(), title=f"Mål {number}")
            row = Activity.objects.create(goal=goal, title=f"Nr {number}", owner=unit_manager, figure_id="L10_share")
            row.needs.add(Need.objects.first())
            row.steps.create(state="pagar", text="Ord.", by=unit_manager)
            Plan.objects.get_or_create(region=vasternorrland, year=2040 + number, title=f"Plan {2040 + number}")
    assert counts[0] == counts[1]
