"""A plan before the steering group: frozen, approved once or returned with reasons, and readable word by word ever after."""

import copy
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from bou_portal.audit.models import Event, Verb
from municipalities.forms.plan_versions import ApproveForm, ReturnForm
from municipalities.models import Activity, Body, Decision, Goal, Meeting, PlanVersion
from municipalities.plans.content import activities_of, content_of, difference
from tests.municipalities.plan_rows import activity, another_head, make_plan, page, send

State = PlanVersion.State


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def steering(vasternorrland):
    return Body.objects.create(region=vasternorrland, kind=Body.Kind.STEERING, name="Styrgruppen BoU")


@pytest.fixture
def plan(vasternorrland, unit_manager):
    return make_plan(vasternorrland, owner=unit_manager)


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


def propose(client, plan):
    """Read the page, then send what it shows."""
    digest = page(client, "plan_propose", plan.uid).split('name="digest" value="')[1].split('"')[0]
    return send(client, "plan_propose", plan.uid, digest=digest)


@pytest.fixture
def waiting(plan, today, development_leader):
    return PlanVersion.objects.create(
        plan=plan, number=1, content=content_of(plan, today), proposed_by=development_leader
    )


def approve(client, version, day, **data):
    return send(client, "version_approve", version.uid, decided_on=day.isoformat(), **data)


# --- proposed -----------------------------------------------------------------------------------------------------------
def test_the_leader_proposes_the_plan_as_it_is(lena, plan):
    assert propose(lena, plan).status_code == 302
    version = PlanVersion.objects.get()
    assert (version.number, version.state) == (1, State.PROPOSED)
    titles = [row["title"] for row in activities_of(version.content)]
    assert titles == ["Handledning i samtal", "Gemensam mall"]
    assert "väntar på styrgruppen" in page(lena, "plan_detail", plan.uid)
    assert lena.get(reverse("plan_propose", args=[plan.uid])).url == version.get_absolute_url()


def test_what_changed_while_she_read_is_not_proposed_unseen(lena, plan):
    digest = page(lena, "plan_propose", plan.uid).split('name="digest" value="')[1].split('"')[0]
    Activity.objects.filter(title="Gemensam mall").update(title="Gemensam rutin")
    said = send(lena, "plan_propose", plan.uid, digest=digest).content.decode()
    assert "Planen har ändrats medan du läste" in said
    assert not PlanVersion.objects.exists()


def test_a_plan_without_activities_is_not_proposed(lena, plan):
    Activity.objects.all().delete()
    assert "Planen har inga aktiviteter ännu." in propose(lena, plan).content.decode()


def test_what_differs_from_the_approved_version_is_shown(lena, plan, waiting):
    PlanVersion.objects.update(state=State.APPROVED, decided_on=timezone.localdate())
    assert "densamma som version 1, som redan är godkänd" in propose(lena, plan).content.decode()
    goal = Goal.objects.get()
    activity("Gemensam mall").delete()
    Activity.objects.filter(title="Handledning i samtal").update(aim="till 90 procent")
    Activity.objects.create(goal=goal, title="En helt ny träff")
    for said in (page(lena, "plan_propose", plan.uid), page(lena, "plan_detail", plan.uid)):
        assert "1 ny aktivitet, 1 borttagen, 1 ändrad" in said
        assert "En helt ny träff" in said
        assert "åt vilket håll: till 80 procent → till 90 procent" in said


def test_progress_is_no_change_of_the_plan_but_a_stop_is(plan, waiting, today):
    Activity.objects.update(state="klar")
    assert not difference(waiting.content, content_of(plan, today))
    Activity.objects.filter(title="Gemensam mall").update(state="stoppad")
    change = difference(waiting.content, content_of(plan, today)).changed[0]
    assert change.fields == [("läge", "", "Stoppad")]


def test_the_leader_takes_it_back(lena, waiting):
    assert send(lena, "version_withdraw", waiting.uid).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == State.WITHDRAWN


# --- answered -----------------------------------------------------------------------------------------------------------
def test_the_steering_group_approves(sign_in, head_of_ifo, waiting, steering, today):
    Decision.objects.create(body=steering, title="Ett tidigare", decided_on=today)
    assert approve(sign_in(head_of_ifo), waiting, today, body=steering.pk).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_on, waiting.decided_by) == (State.APPROVED, today, head_of_ifo)
    decision = waiting.decision
    assert (decision.body, decision.number, decision.year, decision.decided_on) == (steering, 2, today.year, today)
    assert set(decision.activities.all()) == set(Activity.objects.all())
    assert not decision.is_open
    said = page(sign_in(head_of_ifo), "plan_version", waiting.uid)
    assert f"Godkänd {today} av Styrgruppen BoU, beslut {decision.mark}." in said


def test_the_decision_stands_under_the_item_of_that_day_s_meeting(sign_in, head_of_ifo, waiting, steering, today):
    starts = timezone.now()
    meeting = Meeting.objects.create(body=steering, starts_at=starts, ends_at=starts + timedelta(hours=1))
    item = meeting.items.create(title="Planen", kind="beslut", plan_version=waiting)
    approve(sign_in(head_of_ifo), waiting, today, body=steering.pk)
    decision = Decision.objects.get()
    assert (decision.item, decision.meeting) == (item, meeting)


def test_a_region_without_bodies_approves_too(sign_in, head_of_ifo, waiting, today):
    assert approve(sign_in(head_of_ifo), waiting, today).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decision) == (State.APPROVED, None)


def test_it_is_returned_with_reasons(sign_in, head_of_ifo, development_leader, waiting):
    client = sign_in(head_of_ifo)
    said = send(client, "version_return", waiting.uid).content.decode()
    assert "Skriv varför planen återlämnas." in said
    send(client, "version_return", waiting.uid, reason="Målen går inte att mäta.")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.RETURNED, "Målen går inte att mäta.")
    assert "Målen går inte att mäta." in page(sign_in(development_leader), "plan_detail", waiting.plan.uid)


def test_the_second_of_two_who_decide_is_told_and_nothing_is_doubled(head_of_ifo, sundsvall, waiting, steering, today):
    """Both have the page open; both forms are valid; the row decides."""
    second = another_head(sundsvall)
    data = {"decided_on": today.isoformat(), "body": steering.pk}
    early = ApproveForm(data, version=PlanVersion.objects.get(), user=head_of_ifo)
    late = ReturnForm({"reason": "Nej."}, version=PlanVersion.objects.get(), user=second)
    again = ApproveForm(data, version=PlanVersion.objects.get(), user=second)
    assert all(form.is_valid() for form in (early, late, again))
    assert early.save()
    assert early.save()  # a double click is no quarrel
    assert not late.save()
    assert not again.save()
    assert f"{head_of_ifo} hann före: versionen är godkänd." in str(late.non_field_errors())
    assert Decision.objects.count() == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by, waiting.reason) == (State.APPROVED, head_of_ifo, "")


@pytest.mark.parametrize("days", [1, 30])
def test_nobody_decides_in_the_future(sign_in, head_of_ifo, waiting, today, days):
    said = approve(sign_in(head_of_ifo), waiting, today + timedelta(days=days)).content.decode()
    assert "Beslutsdatum kan inte ligga framåt i tiden." in said
    waiting.refresh_from_db()
    assert waiting.state == State.PROPOSED


def test_a_municipality_that_left_decides_nothing(sign_in, head_of_ifo, sundsvall, waiting, today):
    sundsvall.ended_on = today
    sundsvall.save()
    assert "deltar inte längre i regionen" in approve(sign_in(head_of_ifo), waiting, today).content.decode()


def test_another_region_s_body_is_no_choice(sign_in, head_of_ifo, waiting, steering, today):
    elsewhere = Body.objects.create(region_id=waiting.plan.region_id + 1, kind="styrgrupp", name="Granne")
    assert approve(sign_in(head_of_ifo), waiting, today, body=elsewhere.pk).status_code == 200


@pytest.mark.parametrize("name", ["version_approve", "version_return"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("development_leader", 403), ("unit_manager", 403), ("regional_reader", 403), ("neighbouring_head", 404)],
)
def test_only_the_steering_group_decides(sign_in, request, waiting, name, who, status):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse(name, args=[waiting.uid])).status_code == status
    assert send(client, name, waiting.uid, reason="x").status_code == status
    waiting.refresh_from_db()
    assert waiting.state == State.PROPOSED


# --- frozen -------------------------------------------------------------------------------------------------------------
def test_a_version_never_changes_when_the_plan_does(lena, plan, waiting, unit_manager):
    """Whatever happens to the plan, its needs and its owners, the version says what it said."""
    kept = copy.deepcopy(waiting.content)
    before = page(lena, "plan_version", waiting.uid)
    PlanVersion.objects.update(state=State.APPROVED, decided_on=timezone.localdate())
    talks = activity("Handledning i samtal")
    send(lena, "part_change", "aktivitet", talks.uid, title="Något helt annat", goal=talks.goal_id)
    send(lena, "plan_change", plan.uid, title="Ny titel", scope="alla", introduction="Ny inledning")
    send(lena, "part_move", "aktivitet", talks.uid, "ned")
    send(lena, "part_remove", "aktivitet", activity("Gemensam mall").uid)
    talks.needs.all().delete()
    unit_manager.delete()
    waiting.refresh_from_db()
    assert waiting.content == kept
    said = page(lena, "plan_version", waiting.uid)
    for word in ("Handledning i samtal", "Gemensam mall", "Stöd i barnsamtal", "till 80 procent", "Plan 2027"):
        assert word in said
        assert word in before
    assert "Något helt annat" not in said.split("Planen som den lades fram")[1]


def test_old_versions_stay_beside_new_ones(lena, plan, waiting, today):
    PlanVersion.objects.update(state=State.APPROVED, decided_on=today)
    Activity.objects.filter(title="Gemensam mall").update(title="Gemensam rutin")
    propose(lena, plan)
    assert [row.number for row in plan.versions.all()] == [2, 1]
    assert "Gemensam mall" in page(lena, "plan_version", waiting.uid)
    PlanVersion.objects.filter(number=2).update(state=State.APPROVED, decided_on=today)
    assert "En senare version är godkänd." in page(lena, "plan_version", waiting.uid)


def test_the_database_refuses_two_that_wait_and_a_return_without_reasons(plan, waiting):
    for broken in (
        lambda: PlanVersion.objects.create(plan=plan, number=2, content={}),
        lambda: PlanVersion.objects.create(plan=plan, number=1, content={}, state=State.WITHDRAWN),
        lambda: PlanVersion.objects.update(state=State.RETURNED, reason=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


# --- on paper -----------------------------------------------------------------------------------------------------------
def test_version_and_plan_come_as_accessible_pdf(sign_in, head_of_ifo, waiting, steering, today):
    client = sign_in(head_of_ifo)
    approve(client, waiting, today, body=steering.pk)
    response = client.get(reverse("version_pdf", args=[waiting.uid]))
    assert response["Content-Disposition"] == 'attachment; filename="plan-22-2027-version-1.pdf"'
    reader = PdfReader(BytesIO(response.content))
    said = " ".join(reader.pages[0].extract_text().split())
    for word in ("Version 1", "Styrgruppen BoU", today.isoformat(), "Handledning i samtal", "Sida 1 av"):
        assert word in said
    metadata = reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfuaid:part>1" in metadata
    assert b"pdfaid" in metadata
    assert Event.objects.filter(verb=Verb.DOWNLOADED, target="municipalities.planversion").exists()
    living = client.get(reverse("plan_pdf", args=[waiting.plan.uid]))
    assert "inte en beslutad version" in " ".join(PdfReader(BytesIO(living.content)).pages[0].extract_text().split())


def test_a_long_title_with_markup_is_printed_as_text(lena, plan):
    Activity.objects.filter(title="Gemensam mall").update(title="<b>Mall</b> & <img src=x> " + "lång" * 40)
    response = lena.get(reverse("plan_pdf", args=[plan.uid]))
    assert response.status_code == 200
    assert "<b>Mall</b> & <img src=x>" in " ".join(PdfReader(BytesIO(response.content)).pages[0].extract_text().split())
