"""Agreements between bodies (features.md 1.9, 2.1, 4.1): what is kept of them, who may, and what is refused."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from municipalities.accords.page import dates_within
from municipalities.models import Accord, AccordDate, AccordParty, Revision
from tests.conftest import make_user

TITLE = "Överenskommelse om barn och unga"


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def accord(vasternorrland, today):
    return an_accord(vasternorrland, today, title=TITLE, text="Parterna möts två gånger om året.")


def an_accord(region, today, **fields):
    return Accord.objects.create(region=region, valid_from=fields.pop("valid_from", today), **{"title": TITLE} | fields)


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


def send(client, name, *args, **data):
    return client.post(reverse(name, args=args), data)


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


WRITTEN = {"title": TITLE, "kind": "stat", "valid_from": "2026-01-01"}


# --- the leader's hand --------------------------------------------------------------------------------------------------
def test_a_leader_writes_an_agreement_with_money_goals_and_an_end(lena, development_leader, vasternorrland):
    data = WRITTEN | {"valid_until": "2027-12-31", "money": "1250000", "goals": "Alla har en rutin."}
    assert send(lena, "accord_new", **data, owner=development_leader.pk).status_code == 302
    made = Accord.objects.get()
    assert (made.region, made.money, made.owner) == (vasternorrland, 1_250_000, development_leader)
    assert [(date.kind, str(date.due_on)) for date in made.dates.all()] == [("slut", "2027-12-31")]
    assert Event.objects.get(verb=Verb.CREATED, target="municipalities.accord").actor_id == development_leader.pk


def test_a_double_click_saves_once(lena):
    token = lena.get(reverse("accord_new")).context["form"].initial["token"]
    for _ in range(2):
        assert send(lena, "accord_new", **WRITTEN, token=token, valid_until="2027-12-31").status_code == 302
    assert Accord.objects.count() == AccordDate.objects.count() == 1


def test_what_is_wrong_is_said_in_swedish(lena):
    said = send(lena, "accord_new", **WRITTEN | {"valid_until": "2025-01-01"}).content.decode()
    assert "Slutdatum kan inte vara före startdatum" in said
    said = send(lena, "accord_new", **WRITTEN | {"goals": "Som vid 19121212-1212."}).content.decode()
    assert "personnummer" in said
    assert not Accord.objects.exists()


def test_an_agreement_lies_under_another_but_never_in_a_ring(lena, accord, vasternorrland, today):
    child = an_accord(vasternorrland, today, title="Lokal", parent=accord)
    below = an_accord(vasternorrland, today, title="Rutin", parent=child)
    said = send(lena, "accord_change", accord.uid, **WRITTEN, parent=below.pk).content.decode()
    assert "Välj ett giltigt alternativ" in said
    for other in (accord, child):
        with pytest.raises(IntegrityError), transaction.atomic():
            Accord.objects.filter(pk=other.pk).update(parent=other)


def test_another_regions_agreement_is_no_parent(lena, accord, umea, today):
    elsewhere = an_accord(umea.region, today)
    assert "parent" in send(lena, "accord_change", accord.uid, **WRITTEN, parent=elsewhere.pk).context["form"].errors


def test_the_end_is_a_day_to_keep_that_follows_the_agreement(lena, accord):
    send(lena, "accord_change", accord.uid, **WRITTEN, valid_until="2027-06-30")
    end = accord.dates.get()
    send(lena, "accord_date_done", end.uid)
    send(lena, "accord_change", accord.uid, **WRITTEN, valid_until="2028-06-30")
    end.refresh_from_db()
    assert (str(end.due_on), end.done_on) == ("2028-06-30", None)
    assert lena.get(reverse("accord_date_change", args=[end.uid])).status_code == 404
    assert send(lena, "accord_date_remove", end.uid).status_code == 404
    send(lena, "accord_change", accord.uid, **WRITTEN)
    assert not accord.dates.exists()
    AccordDate.objects.create(accord=accord, kind="slut", due_on="2029-01-01")
    with pytest.raises(IntegrityError), transaction.atomic():
        AccordDate.objects.create(accord=accord, kind="slut", due_on="2030-01-01")


def test_the_second_writer_is_told_what_the_first_one_wrote(lena, accord):
    seen = lena.get(reverse("accord_change", args=[accord.uid])).context["form"].initial["seen"]
    Accord.objects.update(title="Nytt namn")
    said = send(lena, "accord_change", accord.uid, **WRITTEN | {"title": "Mitt namn"}, seen=seen).content.decode()
    assert "Nytt namn" in said
    assert "Mitt namn" in said
    assert Accord.objects.get().title == "Nytt namn"


# --- parties ----------------------------------------------------------------------------------------------------------
def test_parties_are_municipalities_and_organisations(lena, accord, sundsvall):
    data = {"municipalities": [sundsvall.pk], "organisations": "Region Västernorrland\r\n\r\nRegion  Västernorrland\n"}
    assert send(lena, "accord_parties", accord.uid, **data).status_code == 302
    assert sorted(map(str, accord.parties.all())) == ["Region Västernorrland", "Sundsvall"]
    assert send(lena, "accord_parties", accord.uid, organisations="x" * 101).status_code == 200
    assert send(lena, "accord_parties", accord.uid, organisations="").status_code == 302
    assert not accord.parties.exists()


def test_a_party_that_has_taken_a_stand_leaves_and_stays_readable(lena, accord, sundsvall, today):
    party = accord.parties.create(municipality=sundsvall)
    revision = Revision.objects.create(accord=accord, number=1, text="Ny", summary="Ny text", closes_on=today)
    revision.sign_offs.create(party=party, stand="godkanner")
    send(lena, "accord_parties", accord.uid)
    party.refresh_from_db()
    assert party.left_on == today
    assert "Har varit part: Sundsvall" in page(lena, "accord_detail", accord.uid)
    send(lena, "accord_parties", accord.uid, municipalities=[sundsvall.pk])
    party.refresh_from_db()
    assert party.left_on is None


def test_the_second_who_chooses_parties_is_told(lena, accord, sundsvall):
    seen = lena.get(reverse("accord_parties", args=[accord.uid])).context["form"].initial["seen"]
    accord.parties.create(municipality=sundsvall)
    said = send(lena, "accord_parties", accord.uid, organisations="Region", seen=seen)
    assert "ändrade det här medan du skrev" in said.content.decode()
    assert [str(party) for party in accord.parties.all()] == ["Sundsvall"]


def test_another_regions_municipality_is_no_party(lena, accord, umea):
    assert send(lena, "accord_parties", accord.uid, municipalities=[umea.pk]).status_code == 200
    assert not accord.parties.exists()


def test_the_database_refuses_a_party_of_nobody_of_two_and_twice(accord, sundsvall):
    accord.parties.create(municipality=sundsvall)
    for wrong in ({}, {"municipality": sundsvall, "name": "Region"}, {"municipality": sundsvall}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccordParty.objects.create(accord=accord, **wrong)


# --- days to keep -------------------------------------------------------------------------------------------------------
def test_a_day_is_marked_done_and_the_mark_taken_back_the_same_day(lena, accord, today):
    data = {"kind": "redovisning", "due_on": str(today), "what": "Till länsstyrelsen"}
    assert send(lena, "accord_date_new", accord.uid, **data).status_code == 302
    date = accord.dates.get()
    send(lena, "accord_date_done", date.uid)
    assert "Ångra" in page(lena, "accord_detail", accord.uid)
    send(lena, "accord_date_undo", date.uid)
    assert accord.dates.get().done_on is None
    send(lena, "accord_date_done", date.uid)
    AccordDate.objects.update(done_on=today - timedelta(days=1))
    send(lena, "accord_date_undo", date.uid)
    assert accord.dates.get().done_on == today - timedelta(days=1)
    assert "Ångra" not in page(lena, "accord_detail", accord.uid)


def test_a_day_is_changed_and_taken_away(lena, accord, today):
    date = accord.dates.create(due_on=today)
    assert send(lena, "accord_date_change", date.uid, kind="slut", due_on=str(today)).status_code == 200
    assert send(lena, "accord_date_change", date.uid, kind="annat", due_on="2027-01-02").status_code == 302
    assert str(accord.dates.get().due_on) == "2027-01-02"
    assert "Ta bort dagen?" in page(lena, "accord_date_remove", date.uid)
    assert send(lena, "accord_date_remove", date.uid).status_code == 302
    assert not accord.dates.exists()


def test_days_within_are_those_passed_and_soon(accord, vasternorrland, umea, today):
    for days, done in ((-3, None), (10, None), (11, today), (50, None)):
        accord.dates.create(due_on=today + timedelta(days=days), done_on=done)
    an_accord(umea.region, today).dates.create(due_on=today)
    assert [date.days_left for date in dates_within(vasternorrland, 30)] == [-3, 10]


# --- reading --------------------------------------------------------------------------------------------------------------
def test_the_list_says_what_is_next_and_puts_children_under_their_parents(lena, accord, vasternorrland, today):
    an_accord(vasternorrland, today, title="Äldre rutin", parent=accord)
    an_accord(vasternorrland, today, title="Zon")
    an_accord(vasternorrland, today, title="Slut", valid_from="2020-01-01", valid_until="2021-01-01")
    accord.dates.create(due_on=today + timedelta(days=23))
    said = page(lena, "accords")
    assert f"Nästa dag att hålla är {today + timedelta(days=23)}, om 23 dagar: redovisning, {TITLE}." in said
    shown = lena.get(reverse("accords")).context["page"]
    assert [(line.accord.title, line.depth) for line in shown.lines] == [("Zon", 0), (TITLE, 0), ("Äldre rutin", 1)]
    assert "hör under" in said
    ended = lena.get(reverse("accords"), {"visa": "avslutade"}).context["page"]
    assert [line.accord.title for line in ended.lines] == ["Slut"]
    assert len(lena.get(reverse("accords"), {"visa": "alla"}).context["page"].lines) == 4


def test_the_list_says_which_days_have_passed(lena, accord, today):
    accord.dates.create(due_on=today - timedelta(days=1))
    assert f"Redovisning {today - timedelta(days=1)} har passerat utan att vara klarmarkerad: {TITLE}." in page(
        lena, "accords"
    )


@pytest.mark.parametrize(
    ("wish", "order"), [("nasta", "BAC"), ("-nasta", "ABC"), ("pengar", "BAC"), ("galler", "ABC"), ("okänt", "ABC")]
)
def test_the_list_is_sorted_with_what_is_not_known_last(lena, vasternorrland, today, wish, order):
    for title, days, money in (("A", 20, 2), ("B", 10, 1), ("C", None, None)):
        made = an_accord(
            vasternorrland, today, title=title, money=money,
            valid_until=days and today + timedelta(days={20: 30, 10: 40}[days]),
        )  # fmt: skip
        if days:
            made.dates.create(due_on=today + timedelta(days=days))
    lines = lena.get(reverse("accords"), {"sortera": wish}).context["page"].lines
    assert "".join(line.accord.title for line in lines) == order


def test_the_list_is_narrowed_to_a_kind_and_a_party(lena, accord, sundsvall, vasternorrland, today):
    accord.parties.create(municipality=sundsvall)
    an_accord(vasternorrland, today, title="Lokal", kind="lokal")
    assert "Lokal" not in [str(line.accord) for line in shown(lena, part="2281")]
    assert [str(line.accord) for line in shown(lena, slag="lokal")] == ["Lokal"]
    assert "Ingen överenskommelse stämmer med valet" in page(lena, "accords", slag="fou")


def shown(client, **query):
    return client.get(reverse("accords"), query).context["page"].lines


def test_an_empty_list_says_what_to_do(lena, client, social_worker):
    assert "Ny överenskommelse" in page(lena, "accords")
    client.force_login(social_worker)
    assert "skrivs in av regionens utvecklingsledare" in page(client, "accords")


def test_every_municipality_in_the_region_reads_and_none_writes(sign_in, social_worker, accord):
    client = sign_in(social_worker)
    said = page(client, "accord_detail", accord.uid)
    assert "Parterna möts två gånger om året." in said
    assert "Ändra" not in said
    for name in ("accord_change", "accord_parties", "accord_date_new", "revision_new"):
        assert client.get(reverse(name, args=[accord.uid])).status_code == 403


def test_another_region_finds_nothing(sign_in, umea, accord):
    client = sign_in(make_user("torsten@region.example", Role.DEVELOPMENT_LEADER, region=umea.region))
    for name in ("accord_detail", "accord_file", "accord_change", "accord_parties"):
        assert client.get(reverse(name, args=[accord.uid])).status_code == 404
    assert TITLE not in page(client, "accords")
    assert client.get(reverse("accords"), {"region": "22"}).status_code == 404


def test_the_leader_sees_that_the_owner_has_left(lena, accord, vasternorrland, today):
    owner = make_user("ulla@region.example", Role.METHOD_SUPPORTER, region=vasternorrland, name="Ulla Berg")
    Accord.objects.update(owner=owner)
    assert "har slutat" not in page(lena, "accord_detail", accord.uid)
    owner.memberships.update(ended_on=today)
    assert "Ulla Berg har slutat" in page(lena, "accord_detail", accord.uid)
    assert owner in lena.get(reverse("accord_change", args=[accord.uid])).context["form"].fields["owner"].queryset


def test_text_with_markup_is_shown_as_text(lena, accord):
    Accord.objects.update(text="<script>alert(1)</script>")
    assert "&lt;script&gt;" in page(lena, "accord_detail", accord.uid)


def queries(client, name, *args):
    client.get(reverse(name, args=args))
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse(name, args=args))
    return len(seen)


def test_the_number_of_questions_does_not_grow(lena, accord, vasternorrland, today):
    def grow(number):
        for index in range(number):
            made = an_accord(vasternorrland, today, title=f"Nr {index}", parent=accord)
            made.dates.create(due_on=today)
            made.parties.create(name="Region")
            accord.dates.create(due_on=today)
            accord.parties.create(name=f"Organisation {index}")

    grow(1)
    before = queries(lena, "accords"), queries(lena, "accord_detail", accord.uid)
    grow(30)
    assert (queries(lena, "accords"), queries(lena, "accord_detail", accord.uid)) == before
    assert max(before) <= 20


def test_the_pdf_holds_text_and_parties_and_is_logged(lena, accord, sundsvall, today):
    accord.parties.create(municipality=sundsvall)
    accord.dates.create(due_on=today, what="Till länsstyrelsen")
    response = lena.get(reverse("accord_file", args=[accord.uid]))
    file = PdfReader(BytesIO(response.content))
    said = " ".join(" ".join(sheet.extract_text() for sheet in file.pages).split())
    for words in (TITLE, "Sundsvall", "Parterna möts två gånger om året.", "Till länsstyrelsen"):
        assert words in said
    assert b"pdfuaid" in file.trailer["/Root"]["/Metadata"].get_data()
    assert Event.objects.filter(verb=Verb.DOWNLOADED, target="municipalities.accord").exists()
    assert response.content == lena.get(reverse("accord_file", args=[accord.uid])).content
