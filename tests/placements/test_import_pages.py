"""A delivery by way of the pages: leave, translate, look, take in, undo; and who may not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bou_portal.audit.models import Event
from placements.imports import staging, starting
from placements.imports.staging import work
from placements.models import Child, Delivery, DeliveryMapping, DeliveryRow, Placement

HEADERS = "kommunkod;barn;kon;fodelsear;placeringsform;enhet;startdatum;slutdatum;avslutsorsak;planerat;lagrum\n"
ROW = "2281;A1;flicka;2012;familjehem;Familjen Ek;2026-01-10;;;;SoL\n"
BAD = "2281;A2;flicka;2012;familjehem;Familjen Al;2026-13-10;;;;SoL\n"


def leave(client, text=HEADERS + ROW, name="leverans.csv", kind="placeringar", **more):
    file = SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
    return client.post(reverse("delivery_new"), {"kind": kind, "file": file, **more}, follow=True)


def confirm(client, delivery, base=None):
    data = {"base": delivery.base if base is None else base}
    return client.post(reverse("delivery_confirm", args=[delivery.uid]), data, follow=True)


@pytest.fixture
def client(client, data_steward):
    client.force_login(data_steward)
    return client


@pytest.fixture
def staged(client):
    leave(client, HEADERS + ROW + BAD)
    return Delivery.objects.get()


def test_a_data_steward_sees_every_rows_fate_before_anything_is_written(client):
    response = leave(client, HEADERS + ROW + BAD)
    html = response.content.decode()
    assert "1 av 2 rader kan läsas in" in html
    assert "Datumet finns inte" in html
    assert Delivery.objects.get().state == Delivery.State.STAGED
    assert not Placement.objects.exists()
    assert not Child.objects.exists()


def test_a_data_steward_takes_the_delivery_in_and_keeps_the_receipt(client, staged):
    response = confirm(client, staged)
    assert "Leveransen är inläst" in response.content.decode()
    assert Placement.objects.get().child.local_code == "A1"
    staged.refresh_from_db()
    assert (staged.state, staged.table) == (Delivery.State.CONFIRMED, None)
    receipt = client.get(reverse("delivery_receipt", args=[staged.uid]))
    assert "Ej inläst" in receipt.content.decode("utf-8-sig")
    assert set(Event.objects.values_list("verb", flat=True)) >= {"imported", "downloaded", "opened"}


def test_the_refused_rows_are_a_file_that_can_be_mended_and_left_again(client, staged):
    content = client.get(reverse("delivery_refused", args=[staged.uid])).content.decode("utf-8-sig")
    assert "A2" in content
    assert "Familjen Al" not in content
    leave(client, content.replace("2026-13-10", "2026-02-10"))
    confirm(client, Delivery.objects.first())
    assert Placement.objects.get().child.local_code == "A2"


def test_no_familys_name_is_kept(client, staged):
    confirm(client, staged)
    kept = str(list(Delivery.objects.values())) + str(list(DeliveryRow.objects.values()))
    assert "Familjen" not in kept


def test_a_data_steward_undoes_a_delivery(client, staged):
    confirm(client, staged)
    page = client.get(reverse("delivery_undo", args=[staged.uid]))
    assert "Ångra leveransen" in page.content.decode()
    client.post(reverse("delivery_undo", args=[staged.uid]))
    staged.refresh_from_db()
    assert staged.state == Delivery.State.UNDONE
    assert not Placement.objects.exists()
    assert not Child.objects.exists()


def test_a_delivery_is_not_undone_behind_the_next_of_its_kind(client, staged):
    confirm(client, staged)
    leave(client, HEADERS + ROW.replace("A1", "A3"))
    confirm(client, Delivery.objects.first())
    response = client.post(reverse("delivery_undo", args=[staged.uid]))
    assert "senare leverans av samma slag" in response.content.decode()
    assert Placement.objects.count() == 2


def test_new_headers_and_words_are_translated_once(client, sundsvall):
    text = "Kommunnr;barn;placeringsform;enhet;startdatum;lagrum;Anteckning\n2281;A1;Storfamilj;Ek;2026-01-10;SoL;hej\n"
    html = leave(client, text).content.decode()
    assert "Rubriken ”Kommunnr”" in html
    assert "Storfamilj" in html
    delivery = Delivery.objects.get()
    url = reverse("delivery_translate", args=[delivery.uid])
    wrong = client.post(url, {"header_0": "ta-inte-med", "header_1": "ta-inte-med"})
    assert "Välj vilken rubrik som är kommunkod" in wrong.content.decode()
    chosen = {"header_0": "kommunkod", "header_1": "ta-inte-med", "word_0": "Familjehem"}
    assert "1 av 1 rader kan läsas in" in client.post(url, chosen, follow=True).content.decode()
    assert DeliveryMapping.objects.filter(municipality=sundsvall).count() == 3
    delivery.refresh_from_db()
    confirm(client, delivery)
    assert Placement.objects.get().form_group == "familjehem"
    assert "1 av 1 rader kan läsas in" in leave(client, text.replace("A1", "A2")).content.decode()


def test_the_words_of_a_column_that_was_just_found_are_asked_for_next(client):
    text = "kommunkod;barn;Vårdtyp;startdatum;lagrum\n2281;A1;Storfamilj;2026-01-10;SoL\n"
    assert "Storfamilj" not in leave(client, text).content.decode()
    url = reverse("delivery_translate", args=[Delivery.objects.get().uid])
    assert "Storfamilj" in client.post(url, {"header_0": "placeringsform"}, follow=True).content.decode()
    response = client.post(url, {"word_0": "Familjehem"}, follow=True)
    assert "1 av 1 rader kan läsas in" in response.content.decode()


def test_a_word_nobody_knows_is_asked_for_once(client):
    leave(client, "kommunkod;barn;Vårdtyp;startdatum;lagrum\n2281;A1;Storfamilj;2026-01-10;SoL\n")
    url = reverse("delivery_translate", args=[Delivery.objects.get().uid])
    client.post(url, {"header_0": "placeringsform"})
    response = client.post(url, {"word_0": ""}, follow=True)
    assert "Ingen rad kan läsas in" in response.content.decode()


def test_a_file_without_headers_to_choose_among_says_what_to_do(client):
    html = leave(client, "kommunkod;kon;startdatum\n2281;K;2026-01-10\n").content.decode()
    assert "barn, placeringsform, lagrum" in html
    assert "Lägg till kolumnerna i filen" in html
    assert "Visa utfallet" not in html


def test_a_preview_is_made_anew_when_the_base_has_changed(client, staged):
    leave(client, HEADERS + ROW)
    other = Delivery.objects.first()
    confirm(client, other)
    response = confirm(client, staged)
    assert "En annan leverans lästes in, eller något skrevs in, under tiden" in response.content.decode()
    staged.refresh_from_db()
    assert staged.state == Delivery.State.STAGED
    assert staged.counts["unchanged"] == 1
    confirm(client, staged)
    staged.refresh_from_db()
    assert staged.state == Delivery.State.CONFIRMED
    assert Placement.objects.count() == 1


def test_a_delivery_that_comes_in_at_the_very_same_time_makes_the_preview_anew(
    client, staged, data_steward, monkeypatch
):
    leave(client, HEADERS + ROW)
    other, take_in = Delivery.objects.first(), staging.take_in

    def after_the_other(*args):
        monkeypatch.setattr(staging, "take_in", take_in)
        starting.start(other, data_steward)
        return take_in(*args)

    monkeypatch.setattr(staging, "take_in", after_the_other)
    assert "En annan leverans lästes in, eller något skrevs in, under tiden" in confirm(client, staged).content.decode()
    other.refresh_from_db()
    assert other.is_confirmed
    assert Placement.objects.count() == 1


def test_a_delivery_somebody_else_confirmed_first_stays_as_it_is(client, staged, data_steward):
    late = Delivery.objects.get(pk=staged.pk)
    confirm(client, staged)
    late.confirmed_by = data_steward
    staging.work(late)
    staged.refresh_from_db()
    assert staged.is_confirmed
    assert Event.objects.filter(verb="imported").count() == 1


def test_a_confirmation_of_an_outdated_page_is_refused(client, staged):
    response = confirm(client, staged, base="old")
    assert "har räknats om" in response.content.decode()
    assert not Placement.objects.exists()


def test_a_delivery_is_taken_in_once_however_often_it_is_confirmed(client, staged):
    confirm(client, staged)
    response = confirm(client, staged)
    assert "Ladda ner kvittot" in response.content.decode()
    assert Event.objects.filter(verb="imported").count() == 1


def test_a_file_without_a_single_right_row_cannot_be_taken_in(client):
    html = leave(client, HEADERS + BAD).content.decode()
    assert "Ingen rad kan läsas in" in html
    response = confirm(client, Delivery.objects.get())
    assert "Rätta filen" in response.content.decode()


def test_a_file_can_be_thrown_away(client, staged):
    client.post(reverse("delivery_discard", args=[staged.uid]))
    assert not Delivery.objects.exists()


def test_rows_are_narrowed_by_fate_and_level(client, staged):
    url = reverse("delivery_detail", args=[staged.uid])
    assert ">A1</td>" in client.get(url).content.decode()
    assert ">A1</td>" not in client.get(url, {"utfall": "refused"}).content.decode()
    assert ">A2</td>" not in client.get(url, {"utfall": "new"}).content.decode()
    assert ">A1</td>" not in client.get(url, {"visa": "fel"}).content.decode()
    assert "Ingen rad passar" in client.get(url, {"utfall": "closed"}).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.csv", b"", "tom"),
        ("x.csv", b"PK\x03\x04", "inte det som namnet säger"),
        ("barn 030303-2395.csv", HEADERS.encode(), "Filnamnet innehåller ett personnummer"),
        ("x.pdf", b"%PDF", "CSV, xlsx eller ods"),
    ],
)
def test_a_bad_file_gets_a_sentence_and_nothing_is_kept(client, name, content, says):
    response = leave(client, content, name)
    html = response.content.decode()
    assert says in html
    assert "030303-2395" not in html
    assert not Delivery.objects.exists()


def test_a_date_in_the_future_is_refused(client):
    assert "ligger i framtiden" in leave(client, delivered_on="2099-01-01").content.decode()


def test_an_identity_number_is_in_no_row_of_the_database(client):
    leave(client, HEADERS + ROW.replace("Familjen Ek", "030303-2395") + ROW.replace("A1", "200303032395"))
    kept = str(list(Delivery.objects.values())) + str(list(DeliveryRow.objects.values()))
    assert "2395" not in kept.replace(Delivery.objects.get().sha256, "").replace(Delivery.objects.get().base, "")
    assert Delivery.objects.get().counts["refused"] == 2


def test_a_big_file_is_worked_on_behind_the_page(client, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(starting, "AT_ONCE", 1)
    leave(client, HEADERS + ROW + ROW.replace("A1", "A3"))
    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.State.WORKING
    assert "0 av 2" in client.get(delivery.get_absolute_url()).content.decode()
    work(Delivery.objects.claim(delivery.pk))
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.STAGED
    progress = client.get(reverse("delivery_progress", args=[delivery.uid]))
    assert progress["HX-Refresh"] == "true"
    confirm(client, delivery)
    work(Delivery.objects.claim(delivery.pk))
    assert Placement.objects.count() == 2


def test_a_delivery_is_claimed_by_one_worker_and_again_when_that_one_died(staged):
    Delivery.objects.update(state=Delivery.State.WORKING)
    assert Delivery.objects.claim(staged.pk)
    assert Delivery.objects.claim(staged.pk) is None
    Delivery.objects.update(lease_until="2020-01-01T00:00Z", uploaded_at="2020-01-01T00:00Z")
    assert list(Delivery.objects.due()) == [staged.pk]
    assert Delivery.objects.claim(staged.pk)


@pytest.mark.parametrize("page", ["detail", "receipt", "refused", "undo", "translate", "progress"])
def test_a_neighbour_does_not_find_it(client, staged, neighbouring_manager, page):
    client.force_login(neighbouring_manager)
    assert client.get(reverse(f"delivery_{page}", args=[staged.uid])).status_code == 404


@pytest.mark.parametrize("who", ["social_worker", "head_of_ifo", "development_leader", "regional_reader"])
def test_others_may_not(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("delivery_list")).status_code == 403
    assert leave(client).status_code == 403
    assert not Delivery.objects.exists()


def test_a_neighbours_rows_are_refused(client):
    html = leave(client, HEADERS + ROW + ROW.replace("2281", "2480")).content.decode()
    assert "Du får inte läsa in uppgifter för den kommunen" in html


def test_the_list_says_what_to_do_first(client):
    assert "Inga leveranser ännu" in client.get(reverse("delivery_list")).content.decode()
    leave(client)
    assert "väntar på dig" in client.get(reverse("delivery_list")).content.decode()
