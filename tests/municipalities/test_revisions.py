"""Revisions of agreements (features.md 2.9): proposal, comments by party, sign-off status, adoption, children told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.mailing.models import Letter
from municipalities.forms.revisions import CloseForm, RevisionForm, SignForm
from municipalities.models import Accord, Municipality, Revision, SignOff
from tests.conftest import make_user

OLD = "Parterna möts två gånger om året.\nKostnaden delas."
NEW = "Parterna möts fyra gånger om året.\nKostnaden delas."


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def accord(vasternorrland, sundsvall, today):
    accord = Accord.objects.create(region=vasternorrland, title="Länets", valid_from=today, text=OLD)
    accord.parties.create(municipality=sundsvall)
    accord.parties.create(municipality=Municipality.objects.get(code="2262"))
    accord.parties.create(name="Region Västernorrland")
    return accord


@pytest.fixture
def revision(accord, today):
    return Revision.objects.create(accord=accord, number=1, text=NEW, summary="Vi möts oftare.", closes_on=today)


@pytest.fixture
def lena(development_leader):
    return signed_in(development_leader)


@pytest.fixture
def eva(head_of_ifo):
    return signed_in(head_of_ifo)


@pytest.fixture
def karin(unit_manager):
    return signed_in(unit_manager)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def send(client, name, *args, **data):
    return client.post(reverse(name, args=args), data)


def page(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def party(accord, name):
    return next(party for party in accord.parties.all() if str(party) == name)


def proposal(today, **fields):
    return {"summary": "Vi möts oftare.", "text": NEW, "closes_on": str(today + timedelta(days=20))} | fields


# --- the proposal ---------------------------------------------------------------------------------------------------------
def test_a_leader_proposes_a_text_and_those_who_decide_are_told(lena, accord, head_of_ifo, today):
    assert lena.get(reverse("revision_new", args=[accord.uid])).context["form"]["text"].initial == OLD
    assert send(lena, "revision_new", accord.uid, **proposal(today)).status_code == 302
    made = Revision.objects.get()
    assert (made.number, made.text, made.state) == (1, NEW, "oppen")
    assert [letter.to for letter in Letter.objects.all()] == [head_of_ifo.email]
    assert NEW not in Letter.objects.get().body


def test_one_revision_at_a_time_and_the_second_is_told(lena, accord, revision, today, development_leader):
    assert "En revidering pågår redan" in send(lena, "revision_new", accord.uid, **proposal(today)).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(accord=accord, number=2, text="x", summary="x", closes_on=today)


def test_of_two_who_begin_at_the_same_moment_the_second_is_told(accord, development_leader, today):
    forms = [RevisionForm(proposal(today), user=development_leader, instance=Revision(accord=accord)) for _ in range(2)]
    assert all(form.is_valid() for form in forms)
    assert forms[0].save()
    assert forms[1].save() is None
    assert "pågår redan" in str(forms[1].non_field_errors())


def test_a_double_click_begins_one(lena, accord, today):
    token = lena.get(reverse("revision_new", args=[accord.uid])).context["form"].initial["token"]
    for _ in range(2):
        assert send(lena, "revision_new", accord.uid, **proposal(today, token=token)).status_code == 302
    assert Revision.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": OLD.replace("\n", "\r\n")}, "Texten är samma som den som gäller"),
        ({"closes_on": "2020-01-01"}, "Välj i dag eller en senare dag"),
        ({"summary": "Om 19121212-1212"}, "personnummer"),
        ({"summary": ""}, "obligatorisk"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused(lena, accord, today, wrong, said):
    assert said in send(lena, "revision_new", accord.uid, **proposal(today, **wrong)).content.decode()
    assert not Revision.objects.exists()


def test_the_proposal_is_changed_until_a_party_has_taken_a_stand(lena, accord, revision, today):
    send(lena, "revision_change", revision.uid, **proposal(today, text=NEW + " Lika."))
    assert Revision.objects.get().text.endswith("Lika.")
    form = RevisionForm(proposal(today, text="Annat"), user=None, instance=Revision.objects.get())
    revision.sign_offs.create(party=party(accord, "Sundsvall"), stand="godkanner")
    assert not form.is_valid()
    assert "redan" in str(form.errors) or "just tagit ställning" in str(form.errors)
    later = today + timedelta(days=30)
    send(lena, "revision_change", revision.uid, text="Smyg", closes_on=str(later))
    changed = Revision.objects.get()
    assert (changed.closes_on, changed.text.endswith("Lika.")) == (later, True)


# --- the parties ------------------------------------------------------------------------------------------------------------
def test_a_municipality_comments_and_all_parties_read_it(karin, eva, revision):
    for _ in range(2):
        assert (
            send(
                karin, "revision_comment", revision.uid, party=only(karin, revision), text="Bra, men dyrt."
            ).status_code
            == 302
        )
    assert revision.comments.count() == 1
    assert "Bra, men dyrt." in page(eva, "revision_detail", revision.uid)


def only(client, revision, name="revision_comment"):
    return client.get(reverse(name, args=[revision.uid])).context["form"].parties[0].uid


def test_names_in_a_comment_are_asked_about_and_numbers_refused(karin, revision):
    said = send(karin, "revision_comment", revision.uid, party=only(karin, revision), text="Fråga Anna Karlsson.")
    assert "Kan peka ut någon" in said.content.decode()
    said = send(karin, "revision_comment", revision.uid, party=only(karin, revision), text="19121212-1212")
    assert "personnummer" in said.content.decode()
    assert not revision.comments.exists()


def test_comments_end_on_their_last_day(karin, revision, today):
    uid = only(karin, revision)
    Revision.objects.update(closes_on=today - timedelta(days=1))
    assert send(karin, "revision_comment", revision.uid, party=uid, text="För sent").status_code == 302
    assert not revision.comments.exists()


def test_a_municipality_speaks_for_itself_alone(karin, eva, accord, revision):
    for other in ("Timrå", "Region Västernorrland"):
        data = {"party": party(accord, other).uid, "text": "Vi", "stand": "godkanner"}
        assert "party" in send(karin, "revision_comment", revision.uid, **data).context["form"].errors
        assert "party" in send(eva, "revision_sign", revision.uid, **data).context["form"].errors


def test_the_leader_notes_down_for_organisations_alone(lena, accord, revision):
    form = lena.get(reverse("revision_sign", args=[revision.uid])).context["form"]
    assert [str(party) for party in form.parties] == ["Region Västernorrland"]
    send(lena, "revision_sign", revision.uid, party=form.parties[0].uid, stand="godkanner")
    assert revision.sign_offs.get().party.name == "Region Västernorrland"


def test_who_is_not_party_reads_and_cannot_speak(accord, revision, sundsvall, eva, karin):
    accord.parties.filter(municipality=sundsvall).delete()
    for client in (eva, karin):
        assert client.get(reverse("revision_detail", args=[revision.uid])).status_code == 200
        assert client.get(reverse("revision_comment", args=[revision.uid])).status_code == 404
    assert eva.get(reverse("revision_sign", args=[revision.uid])).status_code == 404
    assert karin.get(reverse("revision_sign", args=[revision.uid])).status_code == 403


def test_another_region_finds_nothing(revision, umea, neighbouring_head):
    torsten = signed_in(make_user("torsten@region.example", Role.DEVELOPMENT_LEADER, region=umea.region))
    for name in ("revision_detail", "revision_comment", "revision_sign", "revision_adopt", "revision_drop"):
        assert torsten.get(reverse(name, args=[revision.uid])).status_code == 404
    head = signed_in(neighbouring_head)
    for name in ("revision_detail", "revision_comment", "revision_sign"):
        assert head.get(reverse(name, args=[revision.uid])).status_code == 404
    assert head.get(reverse("revision_adopt", args=[revision.uid])).status_code == 403


def test_a_stand_is_taken_shown_and_changed_until_closed(eva, lena, revision):
    assert "0 av 3 parter har godkänt" in page(eva, "revision_detail", revision.uid)
    sign(eva, revision, "godkanner")
    assert "1 av 3 parter har godkänt" in page(lena, "revision_detail", revision.uid)
    assert "Skriv varför ni inte godkänner" in sign(eva, revision, "godkanner-inte").content.decode()
    sign(eva, revision, "godkanner-inte", text="För dyrt för oss.")
    assert revision.sign_offs.get().stand == "godkanner-inte"
    assert "För dyrt för oss." in page(lena, "revision_detail", revision.uid)
    send(lena, "revision_drop", revision.uid, note="Vi tar om det.")
    assert eva.get(reverse("revision_sign", args=[revision.uid])).status_code == 404


def sign(client, revision, stand, **more):
    uid = only(client, revision, "revision_sign")
    return send(client, "revision_sign", revision.uid, party=uid, stand=stand, **more)


def test_a_stand_that_comes_as_it_is_closed_is_told_so(head_of_ifo, development_leader, accord, revision):
    data = {"party": party(accord, "Sundsvall").uid, "stand": "godkanner"}
    form = SignForm(data, user=head_of_ifo, revision=revision)
    assert form.is_valid()
    Revision.objects.update(state="avbruten", closed_at=timezone.now())
    assert form.save() is None
    assert "redan avslutad" in str(form.non_field_errors())
    assert not revision.sign_offs.exists()


def test_the_database_refuses_two_stands_and_a_closed_one_without_a_moment(accord, revision):
    for_it = {"party": party(accord, "Sundsvall"), "stand": "godkanner"}
    revision.sign_offs.create(**for_it)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignOff.objects.create(revision=revision, **for_it)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.update(state="antagen")


def test_what_waits_to_be_signed_stands_on_the_first_page(eva, karin, revision):
    first = reverse("start")
    assert str(revision) in eva.get(first).content.decode()
    assert str(revision) not in karin.get(first).content.decode()
    sign(eva, revision, "godkanner")
    assert str(revision) not in eva.get(first).content.decode()


# --- how it ends --------------------------------------------------------------------------------------------------------------
def approve_all(revision):
    for row in revision.accord.parties.all():
        revision.sign_offs.create(party=row, stand="godkanner")


def test_adopted_by_all_the_new_text_holds_and_the_old_one_is_readable(lena, accord, revision):
    approve_all(revision)
    assert send(lena, "revision_adopt", revision.uid).status_code == 302
    accord.refresh_from_db()
    assert accord.text == NEW
    said = page(lena, "revision_detail", revision.uid)
    assert "Antagen" in said
    assert OLD.splitlines()[0] in said
    assert '[−<del class="diff__taken">två</del>] [+<ins class="diff__added">fyra</ins>] gånger' in said


def test_without_everybody_a_reason_is_recorded_and_read(lena, eva, accord, revision):
    said = send(lena, "revision_adopt", revision.uid).content.decode()
    assert "Det saknas: Sundsvall, Timrå, Region Västernorrland" in said
    assert "Skriv varför" in said
    assert Accord.objects.get().text == OLD
    send(lena, "revision_adopt", revision.uid, note="Styrgruppen har beslutat.")
    assert Accord.objects.get().text == NEW
    assert "Styrgruppen har beslutat." in page(eva, "revision_detail", revision.uid)


def test_dropped_the_old_text_holds_and_another_may_begin(lena, accord, revision, today):
    assert send(lena, "revision_drop", revision.uid).status_code == 200
    send(lena, "revision_drop", revision.uid, note="Ingen enighet.")
    assert (Revision.objects.get().state, Accord.objects.get().text) == ("avbruten", OLD)
    send(lena, "revision_new", accord.uid, **proposal(today))
    assert Revision.objects.first().number == 2


def test_the_second_to_close_is_told(lena, revision, development_leader):
    approve_all(revision)
    form = CloseForm({}, user=development_leader, revision=revision, state="antagen")
    send(lena, "revision_adopt", revision.uid)
    assert form.is_valid()
    assert form.save() is None
    assert "redan avslutad" in str(form.non_field_errors())
    assert send(lena, "revision_drop", revision.uid, note="x").status_code == 302
    assert Revision.objects.get().state == "antagen"


def test_an_approval_taken_back_at_the_last_moment_stops_the_adoption(revision, development_leader):
    approve_all(revision)
    form = CloseForm({}, user=development_leader, revision=revision, state="antagen")
    revision.sign_offs.filter(party__municipality__code="2281").update(stand="godkanner-inte")
    assert form.is_valid()
    assert form.save() is None
    assert "ändrade sitt ställningstagande" in str(form.non_field_errors())
    assert Accord.objects.get().text == OLD


def test_while_it_is_open_the_text_is_not_changed_beside_it(lena, accord, revision):
    form = lena.get(reverse("accord_change", args=[accord.uid])).context["form"]
    assert "text" not in form.fields
    data = {"title": "Länets", "kind": "lan", "valid_from": "2026-01-01", "text": "Smyg"}
    assert send(lena, "accord_change", accord.uid, **data).status_code == 302
    assert Accord.objects.get().text == OLD


def test_children_are_told_that_their_parent_is_revised(lena, accord, revision, vasternorrland, today):
    child = Accord.objects.create(region=vasternorrland, title="Lokal", valid_from=today, parent=accord)
    assert "är reviderad" not in page(lena, "accord_detail", child.uid)
    send(lena, "revision_adopt", revision.uid, note="Brådskar")
    assert "Överordnad överenskommelse är reviderad" in page(lena, "accord_detail", child.uid)
    assert send(lena, "accord_stands", child.uid).status_code == 302
    assert "är reviderad" not in page(lena, "accord_detail", child.uid)


def test_who_joins_later_was_no_party_then(lena, accord, revision, today):
    approve_all(revision)
    send(lena, "revision_adopt", revision.uid)
    accord.parties.create(name="Ny part", joined_on=today + timedelta(days=1))
    assert "3 av 3 parter har godkänt" in page(lena, "revision_detail", revision.uid)


def test_the_number_of_questions_does_not_grow(lena, accord, revision, head_of_ifo):
    def grow(number):
        for index in range(number):
            row = accord.parties.create(name=f"Organisation {revision.pk} {index} {number}")
            revision.sign_offs.create(party=row, stand="godkanner", signed_by=head_of_ifo)
            revision.comments.create(party=row, text="Ja", by=head_of_ifo)

    def questions():
        page(lena, "revision_detail", revision.uid)
        with CaptureQueriesContext(connection) as seen:
            page(lena, "revision_detail", revision.uid)
        return len(seen)

    grow(1)
    before = questions()
    grow(30)
    assert questions() == before <= 20
