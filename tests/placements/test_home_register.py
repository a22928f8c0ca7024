"""The register of homes: every fact with its source and age, and who keeps it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from placements.codes import FactSource, FormGroup
from placements.homes.facts import NOTHING, WrongNumber, is_old, organisation_number, told
from placements.imports.homes import forget_proposals
from placements.models import CareHome, HomeChange, HomeFact
from tests.conftest import make_user

SAID = {"source": "hemmet", "told_on": "2026-10-03"}
TODAY = timezone.localdate()
COMPANY = "002000-0014"
ALL = {
    "operator": "company",
    "operator_name": "Påhittad omsorg",
    "organisation_number": "0020000014",
    "target_group": "eget beteende",
    "target_sex": "flickor",
    "age_from": "13",
    "age_to": "17",
    "methods": ["mi", "kbt"],
    "places": "8",
    "free_places": "2",
    "phone": "060-12 34 56",
    "website": "hemmet.example",
    "ivo_status": "aktiv",
    "ivo_checked_on": "2026-09-01",
    "ivo_link": "https://www.ivo.se/tallbacken",
}


@pytest.fixture
def leader(sign_in, development_leader):
    return sign_in(development_leader)


def change(client, home, **facts):
    """Save the form with what is given, the rest as it stands."""
    base = {"name": home.name, "form_group": home.form_group, "location": home.location_id or ""}
    return client.post(reverse("home_change", args=[home.uid]), base | SAID | facts)


def page(client, name, home):
    return client.get(reverse(name, args=[home.uid])).content.decode()


def fact(home, field):
    row = home.facts.get(field=field)
    return row.source, row.told_on


# --- facts ------------------------------------------------------------------------------------------------------------
def test_leader_writes_every_fact_and_who_said_so(leader, home, development_leader):
    assert change(leader, home, **ALL).status_code == 302
    home.refresh_from_db()
    assert (home.organisation_number, home.website, home.free_places) == (COMPANY, "https://hemmet.example", 2)
    assert sorted(home.ways.values_list("method", flat=True)) == ["kbt", "mi"]
    assert fact(home, "places") == ("hemmet", date(2026, 10, 3))
    assert fact(home, "ivo_status") == ("ivo", date(2026, 9, 1))
    assert set(home.facts.values_list("field", flat=True)) == set(ALL) - {"ivo_checked_on", "ivo_link"}
    assert set(home.facts.values_list("entered_by", flat=True)) == {development_leader.pk}
    assert set(Event.objects.get(verb=Verb.CHANGED).detail["fields"]) == set(ALL)


def test_what_is_not_changed_keeps_its_source_unless_it_was_checked_too(leader, home):
    change(leader, home, **ALL)
    change(leader, home, **ALL | {"places": "9", "source": "region", "told_on": "2026-11-01"})
    assert fact(home, "places") == ("region", date(2026, 11, 1))
    assert fact(home, "operator") == ("hemmet", date(2026, 10, 3))
    change(leader, home, **ALL | {"places": "9", "told_on": "2026-10-20", "all_checked": "on"})
    assert fact(home, "operator") == ("hemmet", date(2026, 10, 20))
    assert fact(home, "places") == ("region", date(2026, 11, 1))  # newer already
    assert fact(home, "ivo_status") == ("ivo", date(2026, 9, 1))  # nobody asked IVO


def test_who_proposes_is_the_source_unless_she_says_otherwise(sign_in, social_worker):
    maja = sign_in(social_worker)
    asked = maja.get(reverse("home_propose")).content.decode()
    assert '<option value="kommun" selected>' in asked
    assert "all_checked" not in asked
    maja.post(reverse("home_propose"), {"name": "Granen", "form_group": "hvb", **SAID, "source": "kommun"})
    assert fact(CareHome.objects.get(), "form_group") == ("kommun", date(2026, 10, 3))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"organisation_number": "900101-2384"}, "en enskild firma har innehavarens"),
        ({"organisation_number": "19900101-2384"}, "en enskild firma har innehavarens"),
        ({"organisation_number": "002000-0015"}, "sista siffra stämmer inte"),
        ({"organisation_number": "12345"}, "med tio siffror"),
        ({"phone": "Kalle 12"}, "Skriv telefonnumret med riktnummer"),
        ({"ivo_link": "http://www.ivo.se/hem"}, "Länken ska gå till IVO"),
        ({"ivo_link": "https://ivo.se.example/hem"}, "Länken ska gå till IVO"),
        ({"ivo_link": "https://evilivo.se/hem"}, "Länken ska gå till IVO"),
        ({"ivo_link": "https://ivo.se@hem.example/"}, "Skriv en vanlig webbadress"),
        ({"website": "ftp://hem.example/"}, "Skriv en vanlig webbadress"),
        ({"website": "https://hem.example/20090101-2385"}, "Det ser ut som ett personnummer"),
        ({"operator_name": "Firma 20090101-2385"}, "Det ser ut som ett personnummer"),
        ({"places": "4", "free_places": "5"}, "Fler lediga platser än platser"),
        ({"places": "0", "free_places": "1"}, "Fler lediga platser än platser"),
        ({"ivo_status": "aktiv", "ivo_checked_on": ""}, "Skriv vilken dag du kontrollerade hos IVO."),
        ({"ivo_checked_on": "2030-01-01"}, "Dagen ligger framåt i tiden."),
        ({"form_group": "familjehem"}, "Skriv företagets organisationsnummer"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_with_a_sentence(leader, home, facts, said):
    response = change(leader, home, **facts)
    assert said in response.content.decode()
    assert not HomeFact.objects.exists()


def test_what_is_refused_does_not_rename_the_page(leader, home):
    shown = change(leader, home, name="", operator="company").content.decode()
    assert "Tallbacken, HVB i Sundsvall" in shown


def test_only_a_company_stands_for_foster_care(leader, home):
    change(leader, home, form_group=FormGroup.FAMILY, organisation_number=COMPANY)
    assert "Konsulentstödd familjehemsvård" in page(leader, "home_detail", home)


@pytest.mark.parametrize("text", ["002000-0014", "0020000014", "16002000-0014", " 002000 0014"])
def test_an_organisation_number_is_read_in_any_spelling(text):
    assert organisation_number(text) == COMPANY


@pytest.mark.parametrize("text", ["", "abc", "002000-001x", "0020000014 eller 0020000022", "900101-2384"])
def test_what_is_no_organisation_number_is_not_read(text):
    with pytest.raises(WrongNumber):
        organisation_number(text)


def test_the_card_says_who_said_so_and_when_and_what_is_old(leader, home):
    home.places, home.free_places, home.operator = 8, 2, "company"
    home.save()
    lately = TODAY - timedelta(days=50)
    days = {"places": date(2025, 1, 1), "free_places": TODAY - timedelta(days=15), "operator": lately}
    sources = {"places": FactSource.IVO, "free_places": FactSource.HOME, "operator": FactSource.HOME}
    HomeFact.objects.bulk_create(
        HomeFact(home=home, field=field, source=sources[field], told_on=day) for field, day in days.items()
    )
    lines = {line.label: line for line in told(home)}
    assert lines["Regi"].source == f"Uppgiften från hemmet, {lately}"
    assert not lines["Regi"].age
    assert (lines["Platser"].source, lines["Platser"].age) == ("Uppgiften från IVO, 2025-01-01", "Äldre än ett år")
    assert lines["Lediga platser"].age == "Äldre än två veckor"
    assert lines["Form"].source == "Källa saknas"
    assert (lines["Målgrupp"].value, lines["Målgrupp"].source) == (NOTHING, "")
    shown = page(leader, "home_detail", home)
    assert f"Uppgiften från hemmet, {lately}" in strip_tags(shown)
    assert "Äldre än två veckor" in shown


@pytest.mark.parametrize(
    ("field", "days", "old"), [("places", 365, False), ("places", 366, True), ("free_places", 14, False)]
)
def test_when_a_fact_is_old(field, days, old):
    assert is_old(field, TODAY - timedelta(days=days)) is old


def test_ages_are_as_old_as_the_older_of_the_two(home):
    home.age_from, home.age_to = 13, 17
    HomeFact.objects.create(home=home, field="age_from", source="ivo", told_on=date(2026, 9, 1))
    HomeFact.objects.create(home=home, field="age_to", source="hemmet", told_on=date(2026, 10, 1))
    line = next(line for line in told(home) if line.label == "Ålder")
    assert (line.value, line.source) == ("13–17 år", "Uppgiften från IVO, 2026-09-01")


def test_the_card_asks_the_same_number_of_questions_whatever_is_known(leader, home):
    def questions():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(leader, "home_detail", home)
        return len(asked)

    questions()
    empty = questions()
    change(leader, home, **ALL)
    assert questions() == empty


def test_the_second_of_two_leaders_is_told_what_the_first_wrote(leader, home):
    seen = leader.get(reverse("home_change", args=[home.uid])).context["form"].initial["seen"]
    change(leader, home, places="8", methods=["mi"])
    response = change(leader, home, places="6", seen=seen).content.decode()
    assert "ändrade det här medan du skrev" in response
    assert "Motiverande samtal" in response
    home.refresh_from_db()
    assert home.places == 8


# --- free places ------------------------------------------------------------------------------------------------------
def test_leader_updates_the_free_places_alone(leader, home):
    address = reverse("home_free_places", args=[home.uid])
    assert leader.post(address, {"free_places": "3", "told_on": "2026-11-20"}).url == home.get_absolute_url()
    home.refresh_from_db()
    assert home.free_places == 3
    assert fact(home, "free_places") == ("hemmet", date(2026, 11, 20))
    leader.post(address, {"free_places": "3", "told_on": "2026-11-21"})  # the same number, asked again
    assert fact(home, "free_places") == ("hemmet", date(2026, 11, 21))
    assert Event.objects.filter(verb=Verb.CHANGED, detail__fields=["free_places"]).count() == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"free_places": "9"}, "Fler lediga platser än platser"),
        ({"free_places": ""}, "obligatoriskt"),
        ({"told_on": "2026-10-01"}, "Det finns en nyare uppgift, från 2026-10-03."),
        ({"told_on": "2030-01-01"}, "Dagen ligger framåt i tiden."),
    ],
)
def test_free_places_that_cannot_be_are_refused(leader, home, data, said):
    change(leader, home, places="8", free_places="2")
    response = leader.post(
        reverse("home_free_places", args=[home.uid]), {"free_places": "1", "told_on": "2026-11-01"} | data
    )
    assert said in response.content.decode()
    home.refresh_from_db()
    assert home.free_places == 2


# --- a new owner or manager -------------------------------------------------------------------------------------------
def test_leader_enters_a_new_owner_and_takes_it_back(leader, home):
    address = reverse("home_series", args=[home.uid])
    assert leader.post(address, {"kind": "ägare", "changed_on": "2026-03-01"}).url == home.get_absolute_url()
    assert "Ny ägare från och med 2026-03-01" in page(leader, "home_detail", home)
    again = leader.post(address, {"kind": "ägare", "changed_on": "2026-03-01"}).content.decode()
    assert "Bytet är redan infört" in again
    leader.post(reverse("home_series_remove", args=[home.uid]), {"change": HomeChange.objects.get().pk})
    assert not home.changes.exists()
    detail = {"kind": "ägare", "changed_on": "2026-03-01"}
    assert [event.detail for event in Event.objects.filter(verb=Verb.CHANGED).order_by("pk")] == [
        detail | {"series": "ny"},
        detail | {"series": "borttagen"},
    ]


def test_a_change_of_another_home_is_not_removed(leader, home, sundsvall):
    other = CareHome.objects.create(name="B", name_key="b", form_group="hvb", location=sundsvall)
    entered = HomeChange.objects.create(home=other, kind="ägare", changed_on=date(2026, 1, 1))
    leader.post(reverse("home_series_remove", args=[home.uid]), {"change": entered.pk})
    assert HomeChange.objects.exists()


def test_a_change_ahead_in_time_is_refused(leader, home):
    response = leader.post(reverse("home_series", args=[home.uid]), {"kind": "ägare", "changed_on": "2030-01-01"})
    assert "Dagen ligger framåt i tiden." in response.content.decode()


# --- who --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["home_change", "home_free_places", "home_series", "home_series_remove", "home_merge"])
def test_only_who_keeps_the_home_changes_it(sign_in, social_worker, home, umea, name):
    address = reverse(name, args=[home.uid])
    procurer = make_user("pia@sundsvall.example", Role.PROCURER, municipality=home.location)
    for user in (social_worker, procurer):
        assert sign_in(user).post(address).status_code == 403
    stranger = make_user("lo@vb.example", Role.DEVELOPMENT_LEADER, region=umea.region)
    assert sign_in(stranger).post(address).status_code == 404


def test_a_closed_home_is_rated_but_not_picked(sign_in, leader, home, placement, social_worker):
    leader.post(reverse("home_close", args=[home.uid]))
    assert home not in CareHome.objects.listed()
    assert "kan inte väljas" in page(leader, "home_detail", home)
    maja = sign_in(social_worker)
    assert "Tallbacken" not in maja.get(reverse("placement_new")).content.decode()
    assert maja.get(reverse("rate_home", args=[placement.uid])).status_code == 200


def test_a_proposal_that_something_rests_on_outlives_the_undoing_of_a_delivery(leader, sundsvall):
    proposal = CareHome.objects.create(
        name="Nyviken", name_key="nyviken", form_group="hvb", status="proposed", proposed_by=sundsvall
    )
    change(leader, proposal, places="5")
    forget_proposals([sundsvall.pk])
    assert CareHome.objects.filter(pk=proposal.pk).exists()
