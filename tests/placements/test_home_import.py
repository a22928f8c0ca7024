"""Files of homes: preview, confirm, receipt; twice changes nothing, and an older fact never replaces a newer one."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal import retention
from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from bou_portal.imports import read_table
from placements.homes.columns import COLUMNS, SYNONYMS
from placements.homes.importing import FATES, MOST_ROWS, Plan, RegisterChanged, confirm, stage
from placements.models import CareHome, HomeFact, HomeImport
from tests.conftest import make_user

COMPANY, OTHER_COMPANY = "002000-0014", "002000-0022"
TODAY = timezone.localdate()
HEADERS = (
    "name;org_no;operator_type;municipality_code;care_form;target_group;sex;age_from;age_to;places;permit_status;"
    "source;as_of"
)
GRANEN = f"Granen;{COMPANY};enskild regi;2281;HVB;eget beteende;flickor;13;17;8;Aktiv;IVO;2026-10-01"


@pytest.fixture
def leader(sign_in, development_leader):
    return sign_in(development_leader)


@pytest.fixture
def take(vasternorrland, development_leader):
    """`take("Namn;Form\\nGranen;HVB")` keeps a file for preview."""

    def taken(text, told_on=date(2026, 10, 1), source="fil"):
        table = read_table("hem.csv", text.encode())
        return stage(table, "hem.csv", vasternorrland, source, told_on, development_leader)

    return taken


@pytest.fixture
def took(take, development_leader):
    """The same, taken in at once. Returns the fate of each row."""

    def done(*args, **kwargs):
        staged = take(*args, **kwargs)
        confirm(staged, Plan(staged, development_leader).digest, development_leader)
        return [row["fate"] for row in HomeImport.objects.get(pk=staged.pk).outcome]

    return done


def upload(client, text, name="hem.csv", **data):
    file = SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
    return client.post(reverse("home_import"), {"file": file, "source": "fil", "told_on": "2026-10-01"} | data)


def told(staged, user):
    return Plan(staged, user).rows


# --- the way through --------------------------------------------------------------------------------------------------
def test_leader_leaves_a_file_looks_at_it_and_takes_it_in(leader, development_leader):
    response = upload(leader, f"{HEADERS};Adress\n{GRANEN};Storgatan 1")
    shown = leader.get(response.url)
    text = shown.content.decode()
    assert "Granen" in text
    assert "Enskild regi, företag" in text
    assert "Kolumner som inte tas med: Adress" in text
    assert "Inget är sparat ännu" in text
    assert not CareHome.objects.exists()
    staged = HomeImport.objects.get()
    assert "Storgatan" not in str(staged.rows)
    done = leader.post(
        reverse("home_import_confirm", args=[staged.uid]), {"digest": Plan(staged, development_leader).digest}
    )
    home = CareHome.objects.get()
    assert (home.organisation_number, home.location.code, home.target_sex, home.places) == (
        COMPANY,
        "2281",
        "flickor",
        8,
    )
    assert (home.ivo_status, home.ivo_checked_on, home.name_key) == ("aktiv", date(2026, 10, 1), "granen")
    assert {(fact.source, fact.told_on) for fact in home.facts.all()} == {("ivo", date(2026, 10, 1))}
    assert home.facts.count() == 10
    receipt = leader.get(done.url).content.decode()
    assert "Inläst" in receipt
    assert home.get_absolute_url() in receipt
    event = Event.objects.get(verb=Verb.IMPORTED)
    assert event.detail == {"new": 1, "changed": 0, "renewed": 0, "same": 0, "refused": 0}
    assert HomeImport.objects.get().rows == []


def test_twice_changes_nothing(leader, took, take):
    assert took(f"{HEADERS}\n{GRANEN}") == ["new"]
    before = list(CareHome.objects.values()), list(HomeFact.objects.values_list("field", "source", "told_on"))
    assert took(f"{HEADERS}\n{GRANEN}") == ["same"]
    assert (list(CareHome.objects.values()), list(HomeFact.objects.values_list("field", "source", "told_on"))) == before
    page = leader.get(take(f"{HEADERS}\n{GRANEN}").get_absolute_url()).content.decode()
    assert "Inget ändras" in page
    assert "Läs in hemmen" not in page


def test_a_change_is_shown_field_by_field(leader, take, home):
    home.places = 6
    home.save()
    page = leader.get(take("Namn;Form;Platser;Målgrupp\nTallbacken;HVB;8;NPF").get_absolute_url()).content.decode()
    assert "Platser: 6 → <strong>8</strong>" in page
    assert "Målgrupp: ingen uppgift → <strong>NPF</strong>" in page


def test_the_same_facts_on_a_later_day_renew_them(took):
    took("Namn;Form;Platser\nGranen;HVB;8", told_on=date(2026, 1, 1))
    assert took("Namn;Form;Platser\nGranen;HVB;8", told_on=date(2026, 5, 1)) == ["renewed"]
    assert set(HomeFact.objects.values_list("told_on", flat=True)) == {date(2026, 5, 1)}


def test_an_older_fact_never_replaces_a_newer_one(took, take, development_leader):
    took("Namn;Form;Platser\nGranen;HVB;8", told_on=date(2026, 5, 1))
    text = "Namn;Form;Platser;Målgrupp\nGranen;HVB;6;NPF"
    (row,) = told(take(text, told_on=date(2026, 1, 1)), development_leader)
    assert row["notes"] == ["Platser: uppgiften i registret är nyare (2026-05-01) och står kvar."]
    assert took(text, told_on=date(2026, 1, 1)) == ["changed"]
    home = CareHome.objects.get()
    assert (home.places, home.target_group) == (8, "NPF")
    assert home.facts.get(field="places").told_on == date(2026, 5, 1)


def test_what_was_cleared_on_a_later_day_stays_empty(took, home):
    HomeFact.objects.create(home=home, field="target_group", source="region", told_on=date(2026, 6, 1))
    assert took("Namn;Form;Målgrupp\nTallbacken;HVB;NPF", told_on=date(2026, 5, 1)) == ["renewed"]  # only its form
    home.refresh_from_db()
    assert home.target_group == ""


def test_an_empty_cell_changes_nothing(took, home):
    home.target_group, home.places = "NPF", 6
    home.save()
    took("Namn;Form;Målgrupp;Platser\nTallbacken;HVB;;7")
    home.refresh_from_db()
    assert (home.target_group, home.places) == ("NPF", 7)


def test_only_ivo_tells_when_ivo_was_asked(took):
    took("Namn;Form;Status hos IVO;Källa\nGranen;HVB;Aktiv;hemmet\nAspen;HVB;Nedlagd;IVO")
    assert dict(CareHome.objects.values_list("name", "ivo_checked_on")) == {"Granen": None, "Aspen": date(2026, 10, 1)}


def test_meks_home_list_is_read(take, development_leader):
    text = (
        "Namn\tAdress\tPostnummer\tPostort\tBoendeformer\tÄgarform\tMålgrupp\tSpråk\tGarantiplatser\tRörliga platser\t"
        "Summa platser\tLediga platser\tAktivt\n"
        "Granen\tStorgatan 1\t85230\tSundsvall\tHVB\tPrivat\tpojkar 13-17\tsvenska\t4\t2\t6\t1\tNej"
    )
    staged = take(text)
    (row,) = told(staged, development_leader)
    words = {label: new for label, _, new in row["changes"]}
    assert words == {
        "Form": "HVB",
        "Regi": "Enskild regi, företag",
        "Målgrupp": "pojkar 13-17",
        "Platser": "6",
        "Lediga platser": "1",
    }
    assert row["notes"] == ["Tar inte emot enligt filen. Markera hemmet som stängt på dess sida om det stämmer."]
    assert "Storgatan" not in str(staged.rows)


def test_a_heading_means_one_column():
    words = [word for column, _ in COLUMNS for word in (column.name, *column.known_as)]
    meant = {}
    for column, _ in COLUMNS:
        for word in (column.name, *column.known_as):
            assert meant.setdefault(word.casefold(), column.name) == column.name, word
    assert len(SYNONYMS) > 50 < len(words)


# --- what is refused --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";;;;HVB", "Raden saknar hemmets namn."),
        ("Granen;;;;", "Hemmet finns inte i registret. Skriv dess form"),
        ("Granen;;;;familjehem", "familjerna har rätt att stå utanför"),
        ("Granen;;;;Konsulentstödd familjehemsvård", "Skriv företagets organisationsnummer"),
        ("Granen;;;;koloni", "Okänd form"),
        ("Granen;900101-2384;;;HVB", "en enskild firma har innehavarens"),
        ("Granen;199001012384;;;HVB", "en enskild firma har innehavarens"),
        ("Granen;002000-0015;;;HVB", "sista siffra stämmer inte"),
        ("Granen 20090101-2385;;;;HVB", "Här står ett personnummer"),
        ("Granen;;kooperativ;;HVB", "Okänt värde"),
        ("Granen;;;9999;HVB", "Okänd kommun"),
        ("Granen;;;2480;HVB", "Hemmet ligger i Västerbotten"),
        ("Granen;;;;HVB;;alla;17;13", "Högsta ålder kan inte vara under lägsta ålder"),
        ("Granen;;;;HVB;;;;;många", "Skriv ett heltal"),
        ("Granen;;;;HVB;;;;;;;IVO;2030-01-01", "Dagen ligger framåt i tiden"),
        ("Granen;;;;HVB;;;;;;;IVO;i går", "Datumet finns inte"),
    ],
)
def test_a_row_that_cannot_be_taken_in_says_what_to_do(leader, take, took, row, said):
    page = leader.get(take(f"{HEADERS}\n{row}").get_absolute_url()).content.decode()
    assert said in page
    assert took(f"{HEADERS}\n{row}") == ["refused"]
    assert not CareHome.objects.exists()
    assert "2384" not in str(list(HomeImport.objects.values("rows", "outcome")))


def test_two_rows_about_one_home_are_both_refused(took):
    assert took("Namn;Form;Platser\nGranen;HVB;8\nGRANEN;hvb;9\nAspen;HVB;5") == ["refused", "refused", "new"]


def test_another_region_s_home_is_left_alone(took, home, umea):
    home.location = umea
    home.save()
    assert took("Namn;Form;Platser\nTallbacken;HVB;8") == ["refused"]
    home.refresh_from_db()
    assert home.places is None


def test_a_home_with_another_organisation_number_is_not_overwritten(took, take, home, development_leader):
    home.organisation_number = COMPANY
    home.save()
    text = f"Namn;Form;Organisationsnummer\nTallbacken;HVB;{OTHER_COMPANY}"
    assert "för in bytet" in told(take(text), development_leader)[0]["notes"][0]
    assert took(text) == ["refused"]


def test_a_row_that_would_break_a_home_is_refused(took, home):
    home.places = 4
    home.save()
    assert took("Namn;Form;Lediga platser\nTallbacken;HVB;5") == ["refused"]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("Platser;Form\n8;HVB", "hem.csv", "Ingen kolumn har hemmets namn"),
        ("Namn;Adress\nGranen;Storgatan", "hem.csv", "Filen har bara hemmens namn"),
        ("Namn;Form", "hem.csv", "inga rader"),
        ("", "hem.csv", "tom"),
        ("Namn;Form\nA;HVB", "hem.pdf", "CSV, xlsx eller ods"),
        (b"PK\x03\x04 inget kalkylblad", "hem.xlsx", "inte det som namnet säger"),
        ("Namn;Form\n" + "A;HVB\n" * (MOST_ROWS + 1), "hem.csv", "fler än 2000 hem"),
    ],
)
def test_a_file_that_cannot_be_read_is_not_kept(leader, text, name, said):
    assert said in upload(leader, text, name).content.decode()
    assert not HomeImport.objects.exists()


def test_a_day_ahead_in_time_is_refused(leader):
    assert "framåt i tiden" in upload(leader, "Namn;Form\nA;HVB", told_on="2030-01-01").content.decode()


# --- safety -----------------------------------------------------------------------------------------------------------
def test_what_is_confirmed_is_what_was_shown(leader, take, home, development_leader):
    staged = take("Namn;Form;Platser\nTallbacken;HVB;8")
    digest = Plan(staged, development_leader).digest
    home.places = 5  # a colleague was faster
    home.save()
    with pytest.raises(RegisterChanged):
        confirm(staged, digest, development_leader)
    response = leader.post(reverse("home_import_confirm", args=[staged.uid]), {"digest": digest})
    assert "Registret har ändrats sedan sidan visades" in response.content.decode()
    home.refresh_from_db()
    assert home.places == 5
    assert not HomeImport.objects.get().is_confirmed


def test_nothing_is_half_written(take, home, development_leader, monkeypatch):
    staged = take("Namn;Form;Platser\nTallbacken;HVB;8\nGranen;HVB;5")
    digest = Plan(staged, development_leader).digest

    def broken(facts):
        raise RuntimeError

    monkeypatch.setattr("placements.homes.importing.note", broken)
    with pytest.raises(RuntimeError):
        confirm(staged, digest, development_leader)
    home.refresh_from_db()
    assert home.places is None
    assert CareHome.objects.count() == 1
    assert not HomeImport.objects.get().is_confirmed


def test_confirming_twice_takes_it_in_once(leader, take, development_leader):
    staged = take("Namn;Form\nGranen;HVB")
    data = {"digest": Plan(staged, development_leader).digest}
    for _ in range(2):
        assert leader.post(reverse("home_import_confirm", args=[staged.uid]), data).url == staged.get_absolute_url()
    assert CareHome.objects.count() == 1
    assert not confirm(staged, data["digest"], development_leader)


def test_leader_throws_a_file_away(leader, take, took):
    staged = take("Namn;Form\nGranen;HVB")
    assert leader.post(reverse("home_import_discard", args=[staged.uid])).url == reverse("home_import")
    assert not HomeImport.objects.exists()
    took("Namn;Form\nGranen;HVB")
    done = HomeImport.objects.get()
    leader.post(reverse("home_import_discard", args=[done.uid]))  # too late: the receipt stays
    assert HomeImport.objects.exists()


@pytest.mark.parametrize("name", ["home_import_detail", "home_import_confirm", "home_import_discard"])
def test_only_the_region_s_leader_reaches_a_file(sign_in, take, social_worker, umea, name):
    address = reverse(name, args=[take("Namn;Form\nGranen;HVB").uid])
    stranger = make_user("lo@vb.example", Role.DEVELOPMENT_LEADER, region=umea.region)
    for user, status in ((social_worker, 403), (stranger, 404)):
        client = sign_in(user)
        method = client.get if name == "home_import_detail" else client.post
        assert method(address).status_code == status
    assert HomeImport.objects.exists()


def test_a_social_worker_leaves_no_file(sign_in, social_worker):
    assert upload(sign_in(social_worker), "Namn;Form\nGranen;HVB").status_code == 403


def test_a_file_nobody_confirmed_is_gone_after_a_week(take, took):
    waiting, done = take("Namn;Form\nGranen;HVB"), took("Namn;Form\nAspen;HVB")
    HomeImport.objects.update(uploaded_at=timezone.now() - timedelta(days=8))
    retention.apply()
    assert done == ["new"]
    assert [staged.is_confirmed for staged in HomeImport.objects.all()] == [True]
    assert not HomeImport.objects.filter(pk=waiting.pk).exists()


def test_a_long_file_asks_no_more_questions_than_a_short_one(leader, take):
    def questions(number):
        rows = "\n".join(f"Hem {index};HVB;{index % 9}" for index in range(number))
        address = take(f"Namn;Form;Platser\n{rows}").get_absolute_url()
        with CaptureQueriesContext(connection) as asked:
            leader.get(address)
        return len(asked)

    questions(1)
    assert questions(2) == questions(200)


def test_every_fate_has_a_word(leader, take):
    page = leader.get(take("Namn;Form\nGranen;HVB").get_absolute_url()).content.decode()
    assert all(word in page for word in FATES.values())
