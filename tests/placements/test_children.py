"""The list of placements, the look-up, the child's page and who is responsible."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.audit.models import Event, Verb
from placements.codes import FormGroup
from placements.episodes import derive
from placements.models import Assignment, Child, Delivery, FollowUp, LegalBasis, Placement

LIST, LOOKUP, EXPORT = "/placeringar/", "/placeringar/sok/", "/placeringar/utdrag.csv"


@pytest.fixture(autouse=True)
def on_a_saturday_in_november():
    with time_machine.travel("2026-11-21T08:00:00+00:00", tick=False):
        yield


@pytest.fixture
def stay(child, home):
    placement = Placement.objects.create(
        municipality=child.municipality,
        child=child,
        form_group=FormGroup.HVB,
        home=home,
        home_key=str(home.pk),
        started_on=date(2026, 1, 10),
    )
    derive([child.pk])
    return placement


def text(response):
    return response.content.decode()


def assign(child, worker=None, unit=None, **more):
    return Assignment.objects.create(
        municipality=child.municipality, child=child, worker=worker, unit=unit, started_on=date(2026, 1, 10), **more
    )


# --- who reaches what -------------------------------------------------------------------------------------------------
def pages(child):
    uid = child.uid
    return [
        reverse("child_detail", args=[uid]),
        reverse("child_assign", args=[uid]),
        *(reverse("row_new", args=[uid, kind]) for kind in ("uppfoljning", "plan", "overvagande", "undersokning")),
    ]


def test_social_worker_opens_every_page_of_an_unassigned_child(sign_in, social_worker, stay):
    client = sign_in(social_worker)
    assert {client.get(page).status_code for page in pages(stay.child)} == {200}


@pytest.mark.parametrize("who", ["neighbour", "neighbouring_manager"])
def test_neighbour_finds_no_such_child(sign_in, request, stay, who):
    client = sign_in(request.getfixturevalue(who))
    assert {client.get(page).status_code for page in pages(stay.child)} == {404}


@pytest.mark.parametrize("who", ["development_leader", "regional_reader", "data_steward"])
def test_who_has_no_children_is_refused(sign_in, request, stay, who):
    client = sign_in(request.getfixturevalue(who))
    everything = [*pages(stay.child), LIST, LOOKUP, EXPORT]
    assert {client.get(page).status_code for page in everything} == {403}
    assert not Event.objects.filter(verb=Verb.OPENED).exists()


def test_child_of_another_unit_does_not_exist_for_the_worker_but_for_her_managers(
    sign_in, social_worker, unit_manager, head_of_ifo, umea, stay, sundsvall
):
    from municipalities.models import Unit

    south = Unit.objects.create(municipality=sundsvall, name="Barn och unga syd")
    assign(stay.child, unit=south)
    page = reverse("child_detail", args=[stay.child.uid])
    assert sign_in(social_worker).get(page).status_code == 404
    assert sign_in(unit_manager).get(page).status_code == 200
    assert sign_in(head_of_ifo).get(page).status_code == 200


def test_head_of_ifo_reads_but_does_not_write(sign_in, head_of_ifo, stay):
    client = sign_in(head_of_ifo)
    read, *write = pages(stay.child)
    assert "Skriv in" not in text(client.get(read))
    assert {client.get(page).status_code for page in write} == {403}


# --- the child's page ---------------------------------------------------------------------------------------------------
def test_opening_a_child_is_logged_once(sign_in, social_worker, stay):
    sign_in(social_worker).get(reverse("child_detail", args=[stay.child.uid]))
    event = Event.objects.get(verb=Verb.OPENED)
    assert (event.actor_id, event.municipality_id) == (social_worker.pk, stay.municipality_id)
    assert (event.target, event.target_id, event.detail) == ("placements.child", str(stay.child.pk), {})


def test_page_is_not_shown_when_the_log_cannot_be_written(sign_in, social_worker, stay, monkeypatch):
    def broken(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr("bou_portal.audit.log.record", broken)
    with pytest.raises(DatabaseError):
        sign_in(social_worker).get(reverse("child_detail", args=[stay.child.uid]))


def test_page_begins_with_what_waits_and_says_why(sign_in, social_worker, stay):
    shown = text(sign_in(social_worker).get(reverse("child_detail", args=[stay.child.uid])))
    assert "är försenade" in shown
    assert "SoL (2025:400) 22 kap. 13 §" in shown
    assert "Flicka, född 2010" in shown
    assert "<svg" in shown
    assert str(stay.child.pk) not in reverse("child_detail", args=[stay.child.uid]).split("/")


def test_page_marks_what_is_inferred_and_what_is_not_confirmed(sign_in, social_worker, stay, sundsvall):
    Placement.objects.create(
        municipality=sundsvall,
        child=stay.child,
        form_group="jourhem",
        home_key="j",
        started_on=date(2025, 11, 1),
        ended_on=date(2026, 1, 10),
        end_is_inferred=True,
        planned="okänt",
    )
    stay.confirmed_on = date(2026, 3, 31)
    stay.save()
    delivery = Delivery.objects.create(
        kind="placeringar", delivered_on=date(2026, 9, 30), file_name="k3.csv", sha256="x", state="confirmed"
    )
    delivery.municipalities.add(sundsvall)
    shown = text(sign_in(social_worker).get(reverse("child_detail", args=[stay.child.uid])))
    assert "Slutet är härlett" in shown
    assert "Ej bekräftad i senaste leverans" in shown
    assert "2026-09-30" in shown


def test_page_asks_as_many_questions_for_a_short_story_as_for_a_long_one(sign_in, social_worker, stay):
    client, page = sign_in(social_worker), reverse("child_detail", args=[stay.child.uid])
    client.get(page)
    one = queries_for(client, page)
    rows = {"municipality": stay.municipality, "child": stay.child}
    FollowUp.objects.bulk_create(FollowUp(**rows, done_on=date(2026, 2, day)) for day in range(1, 28))
    assert queries_for(client, page) == one


# --- who is responsible -------------------------------------------------------------------------------------------------
def take(client, child, **data):
    return client.post(reverse("child_assign", args=[child.uid]), {"started_on": timezone.localdate(), **data})


def test_social_worker_takes_over_a_child(sign_in, social_worker, north_unit, stay):
    earlier = assign(stay.child, unit=north_unit)
    answer = take(sign_in(social_worker), stay.child, worker=social_worker.pk, unit=north_unit.pk)
    assert answer.url == stay.child.get_absolute_url()
    earlier.refresh_from_db()
    assert earlier.ended_on == timezone.localdate()
    assert Assignment.objects.get(ended_on__isnull=True).worker == social_worker
    assert Event.objects.filter(verb=Verb.CHANGED, target="placements.child", detail__what="ansvar").count() == 1


def test_worker_who_gives_a_child_away_comes_back_to_the_list(sign_in, social_worker, stay, sundsvall):
    from municipalities.models import Unit

    south = Unit.objects.create(municipality=sundsvall, name="Barn och unga syd")
    assert take(sign_in(social_worker), stay.child, unit=south.pk).url == LIST


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Välj en handläggare eller en enhet."),
        ({"unit": "own", "started_on": "2099-01-01"}, "Välj i dag eller en tidigare dag."),
        ({"unit": "own", "started_on": "2025-12-31"}, "Nuvarande ansvar började 2026-01-10."),
        ({"worker": "neighbour"}, "Välj ett giltigt alternativ"),
    ],
)
def test_wrong_responsibility_says_why(sign_in, social_worker, north_unit, neighbour, stay, data, said):
    assign(stay.child, unit=north_unit)
    data = {name: {"own": north_unit.pk, "neighbour": neighbour.pk}.get(value, value) for name, value in data.items()}
    assert said in text(take(sign_in(social_worker), stay.child, **data))
    assert Assignment.objects.count() == 1


# --- look-up --------------------------------------------------------------------------------------------------------------
def test_code_leads_to_the_childs_page_and_stays_out_of_the_address(sign_in, social_worker, stay):
    answer = sign_in(social_worker).post(LOOKUP, {"code": " svl-7k3q "})
    assert answer.url == f"/placeringar/{stay.child.uid}/"


@pytest.mark.parametrize("who", ["neighbour", "social_worker"])
def test_code_that_is_not_reached_gets_one_and_the_same_answer(sign_in, request, stay, who):
    client = sign_in(request.getfixturevalue(who))
    code = "SVL-7K3Q" if who == "neighbour" else "FINNS-INTE"
    assert "Inget barn med den koden finns bland dem du når." in text(client.post(LOOKUP, {"code": code}))


def test_identity_number_is_not_searched_for(sign_in, social_worker):
    shown = text(sign_in(social_worker).post(LOOKUP, {"code": "20100101-2384"}))
    assert "personnummer" in shown


def test_get_finds_nothing(sign_in, social_worker, stay):
    assert sign_in(social_worker).get(LOOKUP, {"code": "SVL-7K3Q"}).status_code == 200


def test_two_municipalities_with_the_same_code_ask_which(sign_in, social_worker, umea, stay):
    from bou_portal.access import Role
    from bou_portal.accounts.models import Membership

    Membership.objects.create(user=social_worker, role=Role.UNIT_MANAGER, municipality=umea, started_on="2020-01-01")
    Child.objects.create(municipality=umea, local_code="SVL-7K3Q")
    shown = text(sign_in(social_worker).post(LOOKUP, {"code": "SVL-7K3Q"}))
    assert "Sundsvalls kommun" in shown
    assert "Umeå kommun" in shown


# --- the list -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def several(sundsvall, social_worker, stay):
    """One child each: hers in a foster home under LVU, one that has ended, and the HVB child nobody has."""
    hers = Child.objects.create(municipality=sundsvall, local_code="HENNES", birth_year=2015)
    LegalBasis.objects.create(municipality=sundsvall, child=hers, group="LVU", started_on=date(2026, 11, 1))
    assign(hers, worker=social_worker)
    rows = {"municipality": sundsvall, "form_group": "familjehem", "home_key": "a"}
    Placement.objects.create(child=hers, started_on=timezone.localdate() - timedelta(days=3), **rows)
    gone = Child.objects.create(municipality=sundsvall, local_code="BORTA", birth_year=2009)
    Placement.objects.create(child=gone, started_on=date(2025, 1, 1), ended_on=date(2025, 6, 1), **rows)
    derive([hers.pk, gone.pk])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"SVL-7K3Q", "HENNES"}),
        ("?status=avslutade", {"BORTA"}),
        ("?status=alla", {"SVL-7K3Q", "HENNES", "BORTA"}),
        ("?form=hvb", {"SVL-7K3Q"}),
        ("?lag=LVU", {"HENNES"}),
        ("?ansvarig=jag", {"HENNES"}),
        ("?ansvarig=ingen", {"SVL-7K3Q"}),
        ("?sent=on", {"SVL-7K3Q"}),
        ("?form=finns-inte&sortera=konstigt&sida=99", {"SVL-7K3Q", "HENNES"}),
    ],
)
def test_list_shows_what_was_chosen(sign_in, social_worker, several, query, shown):
    page = text(sign_in(social_worker).get(LIST + query))
    assert {code for code in ("SVL-7K3Q", "HENNES", "BORTA") if code in page} == shown


def test_list_sorts_by_code(sign_in, social_worker, several):
    page = text(sign_in(social_worker).get(LIST + "?sortera=-kod"))
    assert page.index("SVL-7K3Q") < page.index("HENNES")


def test_list_of_nobody_invites(sign_in, unit_manager):
    assert "Placeringarna kommer med kommunens leverans" in text(sign_in(unit_manager).get(LIST))


def queries_for(client, address):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_list_asks_as_many_questions_for_one_row_as_for_thirty(sign_in, social_worker, sundsvall, stay):
    from tests.placements.test_worklist import many_children

    client = sign_in(social_worker)
    client.get(LIST)
    one = queries_for(client, LIST)
    for child in many_children(sundsvall, 30):
        assign(child, worker=social_worker)
    assert queries_for(client, LIST) == one


# --- the file ------------------------------------------------------------------------------------------------------------
def test_export_is_a_swedish_csv_and_logged_with_its_rows(sign_in, unit_manager, several):
    answer = sign_in(unit_manager).get(EXPORT + "?status=alla&sortera=kod")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert lines[0].startswith("barn;födelseår;kön;form;hem;lag;startdatum;slutdatum")
    assert [line.split(";")[0] for line in lines[1:]] == ["BORTA", "HENNES", "SVL-7K3Q"]
    event = Event.objects.get(verb=Verb.EXPORTED)
    assert (event.municipality_id, event.detail) == (unit_manager.current_memberships[0].municipality_id, {"rows": 3})


def test_export_holds_no_formula(sign_in, unit_manager, stay):
    Child.objects.filter(pk=stay.child_id).update(local_code="=1+1")
    assert "\n'=1+1;" in sign_in(unit_manager).get(EXPORT).content.decode("utf-8-sig").replace("\r\n", "\n")


def test_export_of_nothing_is_only_headings(sign_in, neighbour, stay):
    assert len(sign_in(neighbour).get(EXPORT).content.decode("utf-8-sig").splitlines()) == 1
    assert not Event.objects.filter(verb=Verb.EXPORTED).exists()


@pytest.mark.parametrize(("name", "more"), [("child_detail", []), ("child_assign", []), ("row_new", ["plan"])])
def test_the_code_stands_in_no_title(sign_in, social_worker, stay, name, more):
    """A title is kept in the browser's history, where an address holds no code either."""
    html = sign_in(social_worker).get(reverse(name, args=[stay.child.uid, *more])).content.decode()
    title = html.partition("<title>")[2].partition("</title>")[0]
    assert stay.child.local_code not in title
    assert "barn" in title
