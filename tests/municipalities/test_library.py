"""A reader's own list: what she has saved, and of how much use it was."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bou_portal.access import Role
from municipalities.models import SavedItem
from tests.conftest import make_user
from tests.municipalities.test_knowledge import listed, piece, send_to

pytestmark = pytest.mark.django_db


def save(client, knowledge, do="save"):
    return client.post(reverse("knowledge_save", args=[knowledge.uid]), {"do": do})


def use(client, knowledge, mark):
    return client.post(reverse("knowledge_use", args=[knowledge.uid]), {"usefulness": mark})


def test_a_reader_saves_a_film_and_says_of_how_much_use_it_was(sign_in, social_worker, vasternorrland):
    client, film = sign_in(social_worker), piece(vasternorrland, kind="film", title="Barns råd")
    assert "Du har inget sparat" in client.get(reverse("saved_items")).content.decode()
    save(client, film)
    save(client, film)  # a double click
    page = client.get(reverse("saved_items")).content.decode()
    assert "Barns råd" in page
    assert "1 sparad." in page
    assert use(client, film, 3).url == film.get_absolute_url()
    assert SavedItem.objects.get().usefulness == 3
    use(client, film, 2)
    assert SavedItem.objects.get().usefulness == 2
    save(client, film, "remove")
    assert not SavedItem.objects.exists()


@pytest.mark.parametrize("mark", ["0", "4", "", "stor"])
def test_another_mark_than_one_to_three_is_not_saved(sign_in, social_worker, vasternorrland, mark):
    client, film = sign_in(social_worker), piece(vasternorrland)
    save(client, film)
    assert "Välj liten, viss eller stor nytta." in client.get(use(client, film, mark).url).content.decode()
    assert SavedItem.objects.get().usefulness is None


def test_the_database_refuses_a_mark_that_does_not_exist(social_worker, vasternorrland):
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedItem.objects.create(user=social_worker, knowledge=piece(vasternorrland), usefulness=4)


def test_a_list_is_the_readers_own(sign_in, social_worker, unit_manager, neighbour, vasternorrland):
    film = piece(vasternorrland)
    save(sign_in(social_worker), film)
    assert film.title not in sign_in(unit_manager).get(reverse("saved_items")).content.decode()
    assert use(sign_in(unit_manager), film, 3).status_code == 404
    assert save(sign_in(neighbour), film).status_code == 404
    assert use(sign_in(neighbour), film, 3).status_code == 404


def test_the_use_is_shown_from_five_answers(sign_in, social_worker, sundsvall, vasternorrland):
    film, client = piece(vasternorrland), sign_in(social_worker)
    for number, mark in enumerate((3, 3, 2, 3)):
        user = make_user(f"a{number}@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall)
        SavedItem.objects.create(user=user, knowledge=film, usefulness=mark)
    save(client, film)
    assert "För få svar än" in client.get(film.get_absolute_url()).content.decode()
    use(client, film, 1)
    assert "2,4 av 3 i snitt, 5 svar." in client.get(film.get_absolute_url()).content.decode()


def test_the_library_shows_what_is_saved_and_what_is_not_read(sign_in, unit_manager, sundsvall, vasternorrland):
    saved, sent, _ = (piece(vasternorrland, title=title) for title in ("Sparad", "Skickad", "Övrig"))
    SavedItem.objects.create(user=unit_manager, knowledge=saved)
    send_to(sent, unit_manager, sundsvall)
    client = sign_in(unit_manager)
    assert listed(client, visa="sparade") == ["Sparad"]
    assert listed(client, visa="olasta") == ["Skickad"]
    page = client.get(reverse("knowledge_list")).content.decode()
    assert "Tre titlar i biblioteket. En väntar på ditt svar." in page


@pytest.mark.parametrize("name", ["saved_items", "knowledge_inbox"])
def test_a_readers_lists_ask_the_same_number_of_questions_for_one_and_thirty(
    sign_in, unit_manager, sundsvall, vasternorrland, django_assert_max_num_queries, name
):
    client = sign_in(unit_manager)

    def add(number):
        knowledge = piece(vasternorrland, title=f"Rapport {number}")
        SavedItem.objects.create(user=unit_manager, knowledge=knowledge)
        send_to(knowledge, unit_manager, sundsvall)

    add(0)
    client.get(reverse(name))
    with django_assert_max_num_queries(20) as one:
        client.get(reverse(name))
    for number in range(1, 30):
        add(number)
    with django_assert_max_num_queries(len(one)):
        client.get(reverse(name))
