"""A social worker rates a home after a placement: once, in four steps, with nothing lost on the way."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from placements.codes import FormGroup
from placements.models import Placement, Rating
from placements.questionnaire import questionnaire
from tests.conftest import make_user

NUMBERS = [statement.number for statement in questionnaire().statements]
WHOLE = {"overall": "8", "use_again": "ja", "price_fair": "delvis", "youth_asked": "samtal"}
TEXTS = {"strengths": "Tät kontakt med skolan.", "improvements": "Bemanningen på helger."}


def answers(value="4", **changes):
    return {f"answer_{number}": value for number in NUMBERS} | changes


def post(client, placement, step, data=None, do="next"):
    return client.post(reverse("rating_step", args=[placement.uid, step]), (data or {}) | {"do": do})


@pytest.fixture
def worker(sign_in, social_worker):
    """The social worker's browser."""
    return sign_in(social_worker)


@pytest.fixture
def ready(worker, placement):
    """A draft with everything but the texts."""
    post(worker, placement, 1)
    post(worker, placement, 2, answers())
    post(worker, placement, 3, WHOLE)
    return Rating.objects.get()


@pytest.fixture
def sent(worker, placement, ready):
    post(worker, placement, 4, TEXTS, do="send")
    ready.refresh_from_db()
    return ready


def test_social_worker_rates_a_home_in_four_steps(worker, social_worker, placement):
    start = reverse("rate_home", args=[placement.uid])
    page = worker.get(start).content.decode()
    assert "Tallbacken" in page
    assert "3–6 månader" not in page
    assert "6–12 månader" in page  # 10 January to 12 October
    assert "16–17 år" in page  # born 2010, ended 2026
    assert "Planerat: Planerad flytt till annan form" in page
    assert not Rating.objects.exists()  # looking begins nothing
    assert post(worker, placement, 1).url == reverse("rating_step", args=[placement.uid, 2])
    assert post(worker, placement, 2, answers()).url == reverse("rating_step", args=[placement.uid, 3])
    assert post(worker, placement, 3, WHOLE).url == reverse("rating_step", args=[placement.uid, 4])
    assert post(worker, placement, 4, TEXTS, do="send").url == reverse("rating_receipt", args=[placement.uid])
    rating = Rating.objects.get()
    assert (rating.index, rating.rated_by, rating.home) == (Decimal("75.00"), social_worker, placement.home)
    assert (rating.overall, rating.use_again, rating.strengths) == (8, "ja", TEXTS["strengths"])
    assert rating.municipality == placement.municipality
    assert rating.answers.count() == 22
    assert not Placement.objects.awaiting_rating().exists()


def test_receipt_shows_own_index_and_until_when_it_may_be_changed(worker, placement, sent):
    page = worker.get(reverse("rating_receipt", args=[placement.uid])).content.decode()
    assert ">75<" in page
    assert "För få omdömen för att visas" in page
    until = datetime.now(UTC).date() + timedelta(days=14)
    assert f"Du kan ändra till {until}" in page or f"Du kan ändra till {until + timedelta(days=1)}" in page


def test_draft_is_kept_and_continued_where_it_was_left(worker, placement):
    post(worker, placement, 1)
    half = {f"answer_{number}": "2" for number in NUMBERS[:5]} | {"note_1": "Saknade rätt kunskap"}
    response = post(worker, placement, 2, half, do="pause")
    assert response.url == placement.get_absolute_url()
    rating = Rating.objects.get()
    assert (rating.is_sent, rating.answers.count(), rating.step) == (False, 5, 2)
    page = worker.get(reverse("rate_home", args=[placement.uid])).content.decode()
    assert "Saknade rätt kunskap" in page
    assert "<strong>5</strong> av 22" in page
    assert Placement.objects.awaiting_rating().exists()


def test_answers_are_saved_while_she_writes(worker, placement):
    post(worker, placement, 1)
    response = post(worker, placement, 2, {"answer_7": "5"}, do="save")
    assert "Sparat" in response.content.decode()
    assert Rating.objects.get().values == {7: 5}
    post(worker, placement, 2, {"answer_7": "vet-ej", "answer_8": "1"}, do="save")
    assert Rating.objects.get().values == {7: None, 8: 1}


def test_going_on_needs_an_answer_to_every_statement(worker, placement):
    post(worker, placement, 1)
    response = post(worker, placement, 2, answers(answer_3="", answer_22=""))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Två saker behöver rättas" in page
    assert 'href="#id_answer_3_0"' in page
    assert 'id="id_answer_3_0"' in page
    assert Rating.objects.get().step == 2


def test_a_later_step_opens_only_when_the_earlier_is_done(worker, placement):
    assert worker.get(reverse("rating_step", args=[placement.uid, 4])).url == reverse("rate_home", args=[placement.uid])
    assert post(worker, placement, 4, TEXTS, do="send").status_code == 302
    assert not Rating.objects.exists()


@pytest.mark.parametrize("do", ["save", "pause", "next", "annat"])
def test_what_is_sent_stays_whole_however_a_step_is_left(worker, placement, sent, do):
    post(worker, placement, 3, {}, do=do)
    post(worker, placement, 3, WHOLE | {"use_again": "villkor"}, do=do)
    sent.refresh_from_db()
    assert (sent.overall, sent.use_again) == (8, "ja")


def test_condition_must_be_said(worker, placement):
    post(worker, placement, 1)
    post(worker, placement, 2, answers())
    page = post(worker, placement, 3, WHOLE | {"use_again": "villkor"}).content.decode()
    assert "Skriv vilka villkoren är" in page
    response = post(worker, placement, 3, WHOLE | {"use_again": "villkor", "use_again_condition": "Fler på natten"})
    assert response.status_code == 302


def test_too_many_vet_ej_makes_the_rating_incomplete(worker, placement):
    unknown = {f"answer_{n}": "vet-ej" for d in questionnaire().domains[:3] for n in [s.number for s in d.statements]}
    post(worker, placement, 1)
    post(worker, placement, 2, answers() | unknown)
    post(worker, placement, 3, WHOLE)
    post(worker, placement, 4, do="send")
    rating = Rating.objects.get()
    assert rating.is_sent
    assert rating.index is None
    assert "ofullständig" in worker.get(rating.get_absolute_url()).content.decode()


# --- texts ----------------------------------------------------------------------------------------------------------
def test_identity_number_in_a_text_is_refused(worker, placement, ready):
    page = post(worker, placement, 4, {"strengths": "Flickan 20090101-2385 trivdes"}, do="send").content.decode()
    assert "Texten innehåller ett personnummer" in page
    ready.refresh_from_db()
    assert (ready.is_sent, ready.strengths) == (False, "")


def test_a_word_that_may_point_somebody_out_is_confirmed_or_changed(worker, placement, ready):
    texts = {"strengths": "Bra kontakt med Anna Berg."}
    page = post(worker, placement, 4, texts, do="send").content.decode()
    assert "<mark>Anna Berg</mark>" in page
    ready.refresh_from_db()
    assert not ready.is_sent
    other = post(worker, placement, 4, texts | {"confirmed": ["någon annan"]}, do="send")
    assert other.status_code == 200
    assert post(worker, placement, 4, texts | {"confirmed": ["Anna Berg"]}, do="send").status_code == 302
    ready.refresh_from_db()
    assert (ready.is_sent, ready.strengths) == (True, texts["strengths"])


def test_unconfirmed_text_is_not_saved_on_the_way(worker, placement, ready):
    response = post(worker, placement, 4, {"strengths": "Ring 070-123 45 67"}, do="save")
    assert "Inte sparat" in response.content.decode()
    ready.refresh_from_db()
    assert ready.strengths == ""


# --- once -----------------------------------------------------------------------------------------------------------
def test_a_placement_is_not_rated_twice(worker, placement, sent):
    start = reverse("rate_home", args=[placement.uid])
    assert worker.get(start).url == sent.get_absolute_url()
    assert worker.post(start, {"do": "next"}).url == sent.get_absolute_url()
    assert post(worker, placement, 4, {"strengths": "En gång till"}, do="send").url == sent.get_absolute_url()
    assert Rating.objects.get().strengths == TEXTS["strengths"]
    assert Event.objects.filter(target="placements.rating", detail__sent=True).count() == 1


def test_rater_changes_within_14_days_and_the_index_follows(worker, placement, sent):
    post(worker, placement, 2, answers("5"))
    sent.refresh_from_db()
    assert sent.index == 100
    assert Event.objects.filter(verb=Verb.CHANGED, target="placements.rating", detail__step=2).exists()


@pytest.mark.parametrize(("moment", "index"), [("2026-11-15 22:30", 100), ("2026-11-15 23:30", 75)])
def test_rating_is_locked_after_the_fourteenth_day(worker, placement, sent, moment, index):
    """Swedish days: 23:30 UTC on 15 November is the 16th in Sweden."""
    Rating.objects.update(submitted_at=datetime(2026, 11, 1, 12, tzinfo=UTC))
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        worker.force_login(sent.rated_by)
        post(worker, placement, 2, answers("5"))
    sent.refresh_from_db()
    assert sent.index == index


def test_colleague_does_not_change_a_sent_rating(sign_in, placement, sent, sundsvall, north_unit):
    colleague = make_user("ola@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, unit=north_unit)
    assert post(sign_in(colleague), placement, 2, answers("1")).url == sent.get_absolute_url()
    sent.refresh_from_db()
    assert sent.index == 75


def test_manager_takes_over_a_draft(sign_in, placement, ready, unit_manager):
    post(sign_in(unit_manager), placement, 4, TEXTS, do="send")
    ready.refresh_from_db()
    assert (ready.is_sent, ready.rated_by) == (True, unit_manager)


# --- who may not ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("neighbour", 404),
        ("neighbouring_manager", 404),
        ("development_leader", 403),
        ("regional_reader", 403),
        ("head_of_ifo", 403),
        ("data_steward", 403),
    ],
)
def test_others_cannot_rate(request, sign_in, placement, who, status):
    client = sign_in(request.getfixturevalue(who))
    for name, args in [("rate_home", []), ("rating_step", [1]), ("rating_receipt", [])]:
        assert client.get(reverse(name, args=[placement.uid, *args])).status_code == status
        refused = 405 if (name, status) == ("rating_receipt", 404) else status  # a receipt is only read
        assert client.post(reverse(name, args=[placement.uid, *args]), {"do": "next"}).status_code == refused
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"ended_on": None, "planned": "", "end_reason": ""},
        {"form_group": FormGroup.SIS},
        {"form_group": FormGroup.FAMILY, "home": None},
        {"home": None},
    ],
)
def test_only_ended_stays_in_rated_homes_are_rated(worker, placement, changes):
    Placement.objects.update(**changes)
    assert worker.get(reverse("rate_home", args=[placement.uid])).status_code == 404
    assert post(worker, placement, 1).status_code == 404
    assert not Rating.objects.exists()


def test_supported_housing_is_rated_too(worker, placement):
    Placement.objects.update(form_group=FormGroup.SUPPORTED)
    assert worker.get(reverse("rate_home", args=[placement.uid])).status_code == 200


def test_receipt_needs_a_sent_rating(worker, placement, ready):
    assert worker.get(reverse("rating_receipt", args=[placement.uid])).status_code == 404


def test_opening_a_stay_is_logged(worker, social_worker, placement):
    worker.get(reverse("rate_home", args=[placement.uid]))
    event = Event.objects.get(verb=Verb.OPENED, target="placements.placement")
    assert (event.actor_id, event.municipality_id) == (social_worker.pk, placement.municipality_id)


def test_two_stays_in_one_home_give_two_ratings(worker, placement, ready, child, home):
    post(worker, placement, 4, do="send")
    second = Placement.objects.create(
        municipality=child.municipality,
        child=child,
        form_group=FormGroup.HVB,
        home=home,
        home_key=str(home.pk),
        started_on=date(2026, 10, 20),
        ended_on=date(2026, 11, 2),
    )
    post(worker, second, 1)
    assert Rating.objects.count() == 2
