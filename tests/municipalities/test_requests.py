"""Requests for support: who asks, who answers, which steps are allowed, and who is told."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from bou_portal.mailing.models import Letter
from bou_portal.periods import Quarter
from municipalities.models import Activity, CourseBasis, Focus, Goal, Municipality, Plan, RequestStep, SupportRequest
from tests.conftest import make_user

State = SupportRequest.State
ASKED = {"topic": "bbic", "title": "Handledning i BBIC", "text": "Sex nya.", "wish": "handledning", "urgency": "snart"}


def a_request(municipality, by=None, **fields):
    row = SupportRequest.objects.create(
        municipality=municipality,
        **{"topic": "bbic", "title": "Stöd i utredning", "wish": "handledning", **fields},
        asked_by=by,
    )
    RequestStep.objects.create(request=row, state=State.NEW, by=by)
    return row


@pytest.fixture
def request_row(sundsvall, unit_manager):
    return a_request(sundsvall, unit_manager)


def step(client, row, state="", text="", *, seen=None, token=None, **data):
    """Send the form as the page shows it, or as `seen` says it was shown before."""
    seen = seen if seen is not None else row.steps.order_by("-pk").first().pk
    data = {"state": state, "text": text, "seen": seen, "token": token or uuid.uuid4(), **data}
    return client.post(reverse("request_detail", args=[row.uid]), data)


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


def next_quarter():
    return str(Quarter.of(timezone.localdate()).next())


# --- asking -------------------------------------------------------------------------------------------------------------
def test_a_manager_asks_for_her_municipality_and_follows_it(sign_in, unit_manager, sundsvall):
    client = sign_in(unit_manager)
    assert client.post(reverse("request_new"), ASKED).status_code == 302
    row = SupportRequest.objects.get()
    assert (row.municipality, row.state, row.asked_by) == (sundsvall, State.NEW, unit_manager)
    assert [step.state for step in row.steps.all()] == [State.NEW]
    assert Event.objects.get(verb=Verb.CREATED, target="municipalities.supportrequest").municipality_id == sundsvall.pk
    assert "Ni har en öppen begäran om stöd, och en väntar på svar." in page(client, "support")


def test_a_double_click_asks_once(sign_in, unit_manager):
    client = sign_in(unit_manager)
    token = client.get(reverse("request_new")).context["form"].initial["token"]
    for _ in range(2):
        assert client.post(reverse("request_new"), ASKED | {"token": token}).status_code == 302
    assert SupportRequest.objects.count() == RequestStep.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [("Pojken heter Kalle Karlsson", "Kan peka ut någon"), ("Barnet 20100101-2382", "personnummer")],
)
def test_a_request_names_nobody(sign_in, unit_manager, text, said):
    shown = sign_in(unit_manager).post(reverse("request_new"), ASKED | {"text": text}).content.decode()
    assert said in shown
    assert not SupportRequest.objects.exists()


def test_who_speaks_for_two_says_for_which(sign_in, unit_manager, umea):
    unit_manager.memberships.create(role=Role.HEAD_OF_IFO, municipality=umea, started_on="2020-01-01")
    client = sign_in(unit_manager)
    assert "municipality" in client.post(reverse("request_new"), ASKED).context["form"].errors
    assert client.post(reverse("request_new"), ASKED | {"municipality": umea.pk}).status_code == 302
    assert SupportRequest.objects.get().municipality == umea


def test_a_municipality_that_has_left_asks_no_more_and_keeps_what_it_asked(sign_in, unit_manager, request_row):
    Municipality.objects.filter(code="2281").update(ended_on=timezone.localdate())
    client = sign_in(unit_manager)
    assert client.get(reverse("request_new")).status_code == 404
    assert "deltar inte från och med" in page(client, "request_detail", request_row.uid)


# --- who sees it --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("head_of_ifo", 200), ("development_leader", 200), ("neighbouring_manager", 404), ("social_worker", 403),
        ("regional_reader", 403), ("data_steward", 403),
    ],
)  # fmt: skip
def test_only_the_municipality_and_the_leader_see_it(client, request, request_row, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("request_detail", args=[request_row.uid])).status_code == status


def test_another_municipality_of_the_region_does_not_see_it(sign_in, request_row):
    other = Municipality.objects.get(code="2262")
    ann = make_user("ann@timra.example", Role.UNIT_MANAGER, municipality=other)
    client = sign_in(ann)
    assert client.get(reverse("request_detail", args=[request_row.uid])).status_code == 404
    assert "Stöd i utredning" not in page(client, "support", lage="alla")


# --- triage -------------------------------------------------------------------------------------------------------------
def test_a_request_goes_from_new_to_closed_and_both_see_the_history(
    sign_in, development_leader, unit_manager, request_row, vasternorrland
):
    activity = an_activity(vasternorrland)
    client = sign_in(development_leader)
    assert step(client, request_row, State.ACCEPTED, "Vi tittar på det.").status_code == 302
    step(client, request_row, State.PLANNED, planned_quarter=next_quarter(), activity=activity.pk)
    step(client, request_row, State.DELIVERED)
    step(client, request_row, State.CLOSED, "Tack!")
    row = SupportRequest.objects.get()
    assert (row.state, row.taken_by, row.activity) == (State.CLOSED, development_leader, activity)
    assert [each.state for each in row.steps.all()] == ["ny", "mottagen", "planerad", "levererad", "avslutad"]
    for reader in (development_leader, unit_manager):
        shown = page(sign_in(reader), "request_detail", row.uid)
        assert "Vi tittar på det." in shown
        assert "Tack!" in shown


def an_activity(region):
    plan = Plan.objects.create(region=region, year=2027, title="Årsplan 2027")
    goal = Goal.objects.create(focus=Focus.objects.create(plan=plan, title="Barnet"), title="Fler samtal")
    return Activity.objects.create(goal=goal, title="Utbilda i barnsamtal")


@pytest.mark.parametrize(
    ("now", "wish"),
    [("ny", "levererad"), ("ny", "avslutad"), ("mottagen", "ny"), ("planerad", "avslutad"), ("ny", "hej")],
)
def test_a_crafted_step_is_refused_in_swedish(sign_in, development_leader, request_row, now, wish):
    SupportRequest.objects.update(state=now, planned_quarter="2027-K1")
    response = step(sign_in(development_leader), request_row, wish)
    assert "Det steget går inte härifrån" in response.content.decode()
    assert SupportRequest.objects.get().state == now
    assert request_row.steps.count() == 1


@pytest.mark.parametrize("over", [State.CLOSED, State.DECLINED, State.WITHDRAWN])
def test_nothing_more_is_said_of_what_is_over(sign_in, development_leader, request_row, over):
    SupportRequest.objects.update(state=over)
    assert "Gör en ny begäran" in step(sign_in(development_leader), request_row, text="Hej").content.decode()
    assert request_row.steps.count() == 1


def test_what_is_planned_says_when_and_what_is_declined_says_why(sign_in, development_leader, request_row):
    client = sign_in(development_leader)
    assert "Välj vilket kvartal" in step(client, request_row, State.PLANNED).content.decode()
    crafted = step(client, request_row, State.PLANNED, planned_quarter="1999-K1")
    assert "Välj vilket kvartal" in crafted.content.decode()
    assert "Skriv varför begäran avböjs" in step(client, request_row, State.DECLINED).content.decode()
    assert step(client, request_row, State.DECLINED, "Det gör vi inte.").status_code == 302


def test_the_database_refuses_a_planned_request_without_a_quarter(request_row):
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportRequest.objects.update(state=State.PLANNED)


def test_an_activity_of_another_region_is_not_chosen(sign_in, development_leader, request_row, umea):
    activity = an_activity(umea.region)
    response = step(
        sign_in(development_leader), request_row, State.PLANNED, planned_quarter=next_quarter(), activity=activity.pk
    )
    assert "activity" in response.context["page"].form.errors


def test_an_empty_form_asks_for_a_step_or_a_word(sign_in, development_leader, request_row):
    assert "Välj ett steg eller skriv en kommentar." in step(sign_in(development_leader), request_row).content.decode()


def test_of_two_leaders_the_second_is_told_and_one_step_is_taken(
    sign_in, development_leader, vasternorrland, request_row
):
    shown = request_row.steps.get().pk
    step(sign_in(development_leader), request_row, State.ACCEPTED)
    second = make_user("siv@region.example", Role.DEVELOPMENT_LEADER, region=vasternorrland, name="Siv Ek")
    client = sign_in(second)
    response = step(client, request_row, State.DECLINED, "Nej tack.", seen=shown)
    said = response.content.decode()
    assert "hann före medan du skrev, och begäran är nu mottagen" in said
    assert "Nej tack." in said
    assert SupportRequest.objects.get().state == State.ACCEPTED
    again = response.context["page"].form.data["seen"]
    assert step(client, request_row, State.DECLINED, "Nej tack.", seen=again).status_code == 302
    assert SupportRequest.objects.get().state == State.DECLINED


def test_a_double_click_makes_one_step_and_one_mail(sign_in, development_leader, request_row):
    client, token, seen = sign_in(development_leader), uuid.uuid4(), request_row.steps.get().pk
    for _ in range(2):
        assert step(client, request_row, State.ACCEPTED, "Ja.", token=token, seen=seen).status_code == 302
    assert request_row.steps.count() == 2
    assert Letter.objects.count() == 1


# --- the municipality's own words ---------------------------------------------------------------------------------------
def test_the_asker_adds_a_word_and_takes_back_what_is_new(sign_in, unit_manager, request_row):
    client = sign_in(unit_manager)
    step(client, request_row, text="Gärna i mars.")
    assert SupportRequest.objects.get().state == State.NEW
    step(client, request_row, State.WITHDRAWN)
    assert SupportRequest.objects.get().state == State.WITHDRAWN
    assert [each.text for each in request_row.steps.all()] == ["", "Gärna i mars.", ""]


def test_a_municipality_takes_no_steps_of_the_leaders_and_nothing_back_that_is_taken_up(
    sign_in, unit_manager, request_row
):
    client = sign_in(unit_manager)
    assert "Det steget går inte härifrån" in step(client, request_row, State.ACCEPTED).content.decode()
    SupportRequest.objects.update(state=State.ACCEPTED)
    assert "Det steget går inte härifrån" in step(client, request_row, State.WITHDRAWN).content.decode()


def test_a_comment_names_nobody(sign_in, unit_manager, request_row):
    said = step(sign_in(unit_manager), request_row, text="Ring Kalle Karlsson").content.decode()
    assert "Kan peka ut någon" in said
    assert request_row.steps.count() == 1


# --- mail ---------------------------------------------------------------------------------------------------------------
def test_the_asker_is_told_by_a_mail_that_says_nothing_of_it(sign_in, development_leader, unit_manager, request_row):
    step(sign_in(development_leader), request_row, State.ACCEPTED, "Vi hörs.")
    letter = Letter.objects.get()
    assert letter.to == unit_manager.email
    assert request_row.get_absolute_url() in letter.body
    assert "Stöd i utredning" not in letter.body + letter.subject
    assert "Vi hörs" not in letter.body


def test_when_the_asker_has_left_her_municipality_is_told(
    sign_in, development_leader, unit_manager, head_of_ifo, request_row
):
    unit_manager.memberships.update(ended_on=timezone.localdate())
    step(sign_in(development_leader), request_row, State.ACCEPTED)
    assert [letter.to for letter in Letter.objects.all()] == [head_of_ifo.email]


def test_a_word_from_the_municipality_reaches_whoever_took_it_up(
    sign_in, development_leader, unit_manager, request_row
):
    SupportRequest.objects.update(state=State.ACCEPTED, taken_by=development_leader)
    step(sign_in(unit_manager), request_row, text="När blir det?")
    assert [letter.to for letter in Letter.objects.all()] == [development_leader.email]


# --- the queue ----------------------------------------------------------------------------------------------------------
def test_the_leader_sees_her_regions_queue_narrowed_and_sorted(sign_in, development_leader, sundsvall, umea):
    timra = Municipality.objects.get(code="2262")
    a_request(sundsvall, title="Brådskande råd", topic="lag", urgency="bradskar")
    a_request(timra, title="Kurs i bbic", wish="utbildning")
    a_request(timra, title="Gammal sak", state=State.CLOSED)
    a_request(umea, title="Umeås egen")
    client = sign_in(development_leader)
    shown = page(client, "support")
    assert "Två nya begäranden väntar på dig" in shown
    assert "En behövs inom en månad." in shown
    assert "Gammal sak" not in shown
    assert "Umeås egen" not in shown
    assert "Gammal sak" in page(client, "support", lage="alla")
    for query in ({"omrade": "lag"}, {"kommun": "2281"}, {"snart": "bradskar"}, {"form": "handledning"}):
        narrowed = page(client, "support", **query)
        assert "Brådskande råd" in narrowed, query
        assert "Kurs i bbic" not in narrowed, query
    for wish in ("kommun", "-omrade", "-snart", "lage", "hittepå"):
        assert "Kurs i bbic" in page(client, "support", sortera=wish)
    urgent_last = page(client, "support", sortera="-snart")
    assert urgent_last.index("Kurs i bbic") < urgent_last.index("Brådskande råd")


def test_counts_per_topic_are_bars_a_table_and_a_file(sign_in, development_leader, sundsvall):
    timra = Municipality.objects.get(code="2262")
    for place in (sundsvall, sundsvall, timra):
        a_request(place)
    a_request(sundsvall, topic="lag", state=State.CLOSED)
    a_request(sundsvall, topic="skola", state=State.WITHDRAWN)
    old = a_request(sundsvall, topic="halsa")
    SupportRequest.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=400))
    client = sign_in(development_leader)
    assert "<svg" in page(client, "support")
    file = client.get(reverse("request_counts")).content.decode("utf-8-sig").splitlines()
    assert file == ["område;begäranden;varav öppna;kommuner", "BBIC;3;3;2", "Lag och rättssäkerhet;1;0;1"]
    assert Event.objects.filter(verb=Verb.EXPORTED).count() == 1


@pytest.mark.parametrize("who", ["unit_manager", "development_leader"])
def test_the_list_costs_the_same_for_one_and_thirty(client, request, sundsvall, who, north_unit):
    client.force_login(request.getfixturevalue(who))
    a_request(sundsvall)
    queries(client)  # the session is written on the first page
    few = queries(client)
    for n in range(29):
        a_request(sundsvall, title=f"Begäran {n}")
    assert queries(client) == few


def queries(client):
    with CaptureQueriesContext(connection) as found:
        client.get(reverse("support"))
    return len(found)


# --- courses ------------------------------------------------------------------------------------------------------------
def basis_data(rows, **data):
    return {"title": "Barnsamtal", "text": "Två dagar", "requests": [row.pk for row in rows], **data}


def test_requests_on_one_topic_become_a_course_basis_that_knows_who_asked(
    sign_in, development_leader, unit_manager, sundsvall
):
    timra = Municipality.objects.get(code="2262")
    rows = [a_request(sundsvall, unit_manager, topic="delaktighet"), a_request(timra, topic="delaktighet")]
    client = sign_in(development_leader)
    address = f"{reverse('course_basis_new')}?begaran={rows[0].uid}&begaran={rows[1].uid}&begaran=fel"
    assert client.get(address).content.decode().count("checked") == 2
    assert client.post(address, basis_data(rows)).status_code == 302
    basis = CourseBasis.objects.get()
    assert (basis.topic, basis.region, basis.created_by) == ("delaktighet", sundsvall.region, development_leader)
    shown = page(client, "course_basis", basis.uid)
    assert "2 kommuner har begärt det här" in shown
    assert "Sundsvall" in shown
    assert "Timrå" in shown
    assert "först välja platser" in page(sign_in(unit_manager), "request_detail", rows[0].uid)


def test_mixed_topics_are_refused_in_swedish(sign_in, development_leader, sundsvall):
    rows = [a_request(sundsvall), a_request(sundsvall, topic="skola")]
    said = sign_in(development_leader).post(reverse("course_basis_new"), basis_data(rows)).content.decode()
    assert "Välj begäranden om samma område. Du har valt BBIC och Skola." in said
    assert not CourseBasis.objects.exists()


def test_a_basis_without_requests_and_one_of_anothers_are_refused(sign_in, development_leader, umea):
    client = sign_in(development_leader)
    assert "Välj minst en begäran." in client.post(reverse("course_basis_new"), basis_data([])).content.decode()
    client.post(reverse("course_basis_new"), basis_data([a_request(umea)]))
    assert not CourseBasis.objects.exists()


def test_a_basis_is_changed_and_made_once(sign_in, development_leader, sundsvall):
    rows = [a_request(sundsvall), a_request(sundsvall)]
    client = sign_in(development_leader)
    token = uuid.uuid4()
    for _ in range(2):
        client.post(reverse("course_basis_new"), basis_data(rows[:1], token=token))
    basis = CourseBasis.objects.get()
    address = reverse("course_basis_change", args=[basis.uid])
    seen = client.get(address).context["form"].initial["seen"]
    assert client.post(address, basis_data(rows, seen=seen)).status_code == 302
    assert basis.requests.count() == 2
