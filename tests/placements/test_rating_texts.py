"""Words in ratings: read by the writer, then by a manager when she lets them, then by colleagues in the municipality."""

import pytest
from django.urls import reverse

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from placements.models import Rating
from tests.conftest import make_user
from tests.placements.test_ratings import TEXTS, WHOLE, answers, post

PAGE = "/placeringar/omdome/texter/"
NOTE = "Ingen vuxen vaken på natten"
CONDITION = "Fler vuxna på natten"
OTHER = "Yngre barn"


@pytest.fixture
def shared(sign_in, social_worker, placement):
    """Maja's rating with words in every place, ticked to be shared."""
    client = sign_in(social_worker)
    post(client, placement, 1)
    post(client, placement, 2, answers(answer_6="2", note_6=NOTE))
    whole = {"use_again": "villkor", "use_again_condition": CONDITION, "fits_other_group": OTHER}
    post(client, placement, 3, WHOLE | whole)
    post(client, placement, 4, TEXTS | {"may_be_shared": "on"}, do="send")
    return Rating.objects.get()


def decide(client, rating, svar="slapp", seen=None):
    data = {"svar": svar, "seen": seen or Rating.objects.get(pk=rating.pk).texts_version}
    return client.post(reverse("release_texts", args=[rating.uid]), data, follow=True)


@pytest.fixture
def released(sign_in, unit_manager, shared):
    decide(sign_in(unit_manager), shared)
    shared.refresh_from_db()
    return shared


def test_all_her_words_are_the_texts_of_a_rating(shared):
    assert [text for _, text in shared.texts] == [*TEXTS.values(), CONDITION, OTHER, NOTE]
    assert shared.texts[-1][0].startswith("Min bild är att den unge var trygg")


def test_manager_finds_reads_and_releases_them(sign_in, unit_manager, shared, social_worker):
    client = sign_in(unit_manager)
    listed = client.get("/att-gora/?lage=vantar").content.decode()
    assert "1 text väntar" in listed
    assert f'href="{PAGE}"' in listed
    page = client.get(PAGE).content.decode()
    for text in (*TEXTS.values(), NOTE, CONDITION, OTHER):
        assert text in page
    assert social_worker.name not in page  # without the writer's name
    event = Event.objects.get(verb=Verb.OPENED, target="placements.rating")
    assert (event.actor_id, event.municipality_id, event.detail) == (
        unit_manager.pk,
        shared.municipality_id,
        {"what": "texter"},
    )
    assert not Rating.objects.with_released_texts().exists()
    assert "Texterna är släppta till kollegorna." in decide(client, shared).content.decode()
    assert list(Rating.objects.with_released_texts()) == [shared]
    shared.refresh_from_db()
    assert (shared.texts_released_by, shared.texts_kept_at) == (unit_manager, None)
    assert Event.objects.filter(target="placements.rating", detail__texts="släppta").count() == 1
    assert "text väntar" not in client.get("/att-gora/?lage=vantar").content.decode()


def test_manager_keeps_them_back_and_changes_her_mind(sign_in, unit_manager, shared):
    client = sign_in(unit_manager)
    page = decide(client, shared, "behall").content.decode()
    assert "Texterna hålls inne" in page
    assert "Inga texter väntar på dig." in page
    assert "Släpp ändå" in page
    assert not Rating.objects.with_released_texts().exists()
    assert not Rating.objects.with_texts_to_read().exists()
    assert "Dra tillbaka" in decide(client, shared).content.decode()
    assert Rating.objects.with_released_texts().exists()
    decide(client, shared, "behall")
    assert not Rating.objects.with_released_texts().exists()


@pytest.mark.parametrize("changes", [{"may_be_shared": False}, {"submitted_at": None}])
def test_without_the_tick_or_unsent_they_are_hers_alone(sign_in, unit_manager, shared, changes):
    Rating.objects.update(**changes)
    client = sign_in(unit_manager)
    page = client.get(PAGE).content.decode()
    assert TEXTS["strengths"] not in page
    assert "Inget att läsa" in page
    assert decide(client, shared).status_code == 404
    assert not Rating.objects.with_released_texts().exists()


def test_without_words_there_is_nothing_to_release(shared):
    Rating.objects.update(strengths="", improvements="", use_again_condition="", fits_other_group="")
    assert Rating.objects.with_texts_to_read().exists()  # a line below a low answer is her words too
    shared.answers.update(note="")
    assert not Rating.objects.with_texts_to_read().exists()


def test_the_receipt_shows_them_to_the_writer_and_once_released_to_colleagues(
    sign_in, social_worker, unit_manager, shared, placement, north_unit, sundsvall
):
    near = make_user("siv@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, unit=north_unit)
    receipt = reverse("rating_receipt", args=[placement.uid])
    words = (*TEXTS.values(), NOTE, CONDITION, OTHER)
    own = sign_in(social_worker).get(receipt).content.decode()
    assert all(word in own for word in words)
    assert "Texterna väntar på att din chef läser dem." in own
    for colleague in (near, unit_manager):
        shown = sign_in(colleague).get(receipt).content.decode()
        assert [word for word in words if word in shown] == []
        assert "6: 2" in shown  # the answers are seen at once
    decide(sign_in(unit_manager), shared)
    shown = sign_in(near).get(receipt).content.decode()
    assert all(word in shown for word in words)


@pytest.mark.parametrize(
    ("step", "data", "waits"),
    [
        (4, {"strengths": "Nya ord om personalen.", "improvements": "", "may_be_shared": "on"}, True),
        (4, {"strengths": TEXTS["strengths"], "improvements": TEXTS["improvements"]}, False),  # the tick is taken away
        (2, answers(answer_6="2", note_6="Ingen svarade i telefon"), True),
        (3, WHOLE | {"use_again": "villkor", "use_again_condition": "Annat"}, True),
    ],
)
def test_words_changed_after_the_release_are_read_anew(sign_in, social_worker, released, placement, step, data, waits):
    assert post(sign_in(social_worker), placement, step, data).status_code == 302
    assert not Rating.objects.with_released_texts().exists()
    assert Rating.objects.with_texts_to_read().exists() is waits


def test_what_is_not_words_may_change_without_being_read_anew(sign_in, social_worker, released, placement):
    client = sign_in(social_worker)
    post(client, placement, 2, answers("5", answer_6="2", note_6=NOTE))
    post(client, placement, 4, TEXTS | {"may_be_shared": "on"})
    released.refresh_from_db()
    assert released.index > 90
    assert Rating.objects.with_released_texts().exists()


def test_what_was_changed_while_she_read_is_not_released(sign_in, unit_manager, shared):
    client, seen = sign_in(unit_manager), shared.texts_version
    Rating.objects.update(strengths="Något helt annat.")
    assert "Texten ändrades medan du läste." in decide(client, shared, seen=seen).content.decode()
    assert not Rating.objects.with_released_texts().exists()
    assert decide(client, shared, svar="kanske").status_code == 200
    assert not Rating.objects.with_released_texts().exists()


def test_nobody_releases_her_own_words(sign_in, unit_manager, sundsvall, shared):
    Rating.objects.update(rated_by=unit_manager)
    client = sign_in(unit_manager)
    assert "Inget att läsa" in client.get(PAGE).content.decode()
    assert decide(client, shared).status_code == 404
    second = make_user("chef@sundsvall.example", Role.UNIT_MANAGER, municipality=sundsvall)
    decide(sign_in(second), shared)
    assert Rating.objects.with_released_texts().exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("social_worker", 403),
        ("head_of_ifo", 403),
        ("development_leader", 403),
        ("neighbour", 403),
        ("neighbouring_manager", 404),
    ],
)
def test_others_release_nothing(request, sign_in, shared, who, status):
    client = sign_in(request.getfixturevalue(who))
    page = client.get(PAGE)
    assert page.status_code == (200 if status == 404 else 403)
    assert TEXTS["strengths"] not in page.content.decode()
    assert decide(client, shared).status_code == status
    assert not Rating.objects.with_released_texts().exists()


def test_a_page_asks_as_many_questions_for_one_text_as_for_ten(
    sign_in, unit_manager, shared, django_assert_num_queries, django_assert_max_num_queries
):
    client = sign_in(unit_manager)
    client.get(PAGE)
    with django_assert_max_num_queries(30) as asked:
        client.get(PAGE)
    for form in range(9):
        Rating.objects.create(
            municipality=shared.municipality,
            placement=shared.placement,
            home=shared.home,
            rated_by=shared.rated_by,
            form=f"x{form}",
            strengths="Ord",
            may_be_shared=True,
            submitted_at=shared.submitted_at,
        )
    with django_assert_num_queries(len(asked) + 9):  # and a line in the log of each
        client.get(PAGE)
