"""The short form during a long stay: one page of eight statements, sent once, changed within fourteen days."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from bou_portal.access import Role
from bou_portal.audit.models import Event
from bou_portal.periods import Quarter
from placements.indicators.scope import Window
from placements.models import Assignment, Placement, Rating
from placements.questionnaire import questionnaire
from tests.conftest import make_user
from tests.placements.test_indicators import count
from tests.placements.test_ratings import TEXTS, WHOLE, answers, post

EIGHT = [statement.number for statement in questionnaire().asked(short=True)]
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-21T09:00:00+00:00", tick=False) as clock:
        yield clock


def eight(value="4", **changes):
    return {f"answer_{number}": value for number in EIGHT} | changes


def send(client, placement, data=None, do="send", name="rate_home_short"):
    return client.post(reverse(name, args=[placement.uid]), (data or eight()) | {"do": do})


@pytest.fixture
def worker(sign_in, social_worker, placement):
    """The browser of Maja, whose child has been there for ten months."""
    Placement.objects.update(ended_on=None, end_reason="", planned="")
    placement.refresh_from_db()
    Assignment.objects.create(
        municipality=placement.municipality, child=placement.child, worker=social_worker, started_on=date(2026, 1, 10)
    )
    return sign_in(social_worker)


def test_eight_statements_one_per_domain():
    assert len(EIGHT) == 8
    assert all(len(domain.asked(short=True)) == 1 for domain in questionnaire().domains)


def test_it_is_found_on_the_list_and_the_child_s_page_and_sent_from_one_page(worker, placement, social_worker):
    address = reverse("rate_home_short", args=[placement.uid])
    for page in ("/att-gora/?lage=vantar", placement.child.get_absolute_url()):
        shown = worker.get(page).content.decode()
        assert "Kort omdöme under placeringen: Tallbacken" in shown
        assert f'href="{address}"' in shown
    shown = worker.get(address).content.decode()
    assert "Kort omdöme om Tallbacken" in shown
    assert "<strong>0</strong> av 8 besvarade" in shown
    assert "Vad hände?" not in shown
    assert "<legend>Hemmet har det kunnande" in shown  # the whole form's numbers, 1, 3, 6, would only puzzle
    assert 'aria-label="Steg"' not in shown
    assert not Rating.objects.exists()
    assert send(worker, placement).url == reverse("short_rating_receipt", args=[placement.uid])
    rating = Rating.objects.get()
    assert (rating.form, rating.index, rating.rated_by, rating.answers.count()) == ("kort", 75, social_worker, 8)
    receipt = worker.get(rating.get_absolute_url()).content.decode()
    assert "Det korta omdömet om Tallbacken är skickat" in receipt
    assert ">75<" in receipt
    assert "Du kan ändra till 2026-12-05" in receipt
    assert "För få omdömen för att visas" in receipt
    assert "Helhetsbetyg" not in receipt
    assert "Kort omdöme" not in worker.get("/att-gora/?lage=vantar").content.decode()


def test_it_is_saved_while_she_answers_and_needs_all_eight_to_be_sent(worker, placement):
    assert "Sparat" in send(worker, placement, {"answer_6": "5"}, do="save").content.decode()
    assert Rating.objects.get().values == {6: 5}
    page = send(worker, placement, eight(answer_9="")).content.decode()
    assert "En sak behöver rättas" in page
    assert not Rating.objects.get().is_sent
    assert send(worker, placement, {"answer_6": "1"}, do="pause").url == placement.get_absolute_url()
    assert Rating.objects.get().values == {6: 1}
    assert "Fortsätt" in worker.get("/att-gora/?lage=vantar").content.decode()


def test_too_many_vet_ej_makes_it_incomplete(worker, placement):
    send(worker, placement, eight(answer_1="vet-ej", answer_3="vet-ej"))
    assert Rating.objects.get().index == 75
    send(
        worker, placement, eight(answer_1="vet-ej", answer_3="vet-ej", answer_6="vet-ej"), "next", "short_rating_change"
    )
    assert Rating.objects.get().index is None


@pytest.mark.parametrize(("day", "index"), [("2026-12-05", Decimal(100)), ("2026-12-06", Decimal(75))])
def test_it_is_changed_within_14_days(worker, placement, social_worker, today, day, index):
    send(worker, placement)
    today.move_to(f"{day}T09:00:00+01:00")
    worker.force_login(social_worker)
    change = reverse("short_rating_change", args=[placement.uid])
    assert (worker.get(change).status_code == 200) == (index == 100)
    send(worker, placement, eight("5"), "next", "short_rating_change")
    assert Rating.objects.get().index == index


def test_it_is_sent_once(worker, placement):
    send(worker, placement)
    assert send(worker, placement, eight("1")).url == Rating.objects.get().get_absolute_url()
    assert Rating.objects.get().index == 75
    assert Event.objects.filter(target="placements.rating", detail__sent=True).count() == 1


def test_before_half_a_year_there_is_none(worker, placement):
    Placement.objects.update(started_on=date(2026, 5, 21))
    assert worker.get(reverse("rate_home_short", args=[placement.uid])).status_code == 404
    assert send(worker, placement).status_code == 404
    Placement.objects.update(started_on=date(2026, 5, 20))
    assert worker.get(reverse("rate_home_short", args=[placement.uid])).status_code == 200


def test_it_lapses_when_the_stay_ends_but_what_was_sent_stands(worker, placement):
    send(worker, placement, {"answer_6": "5"}, do="save")
    Placement.objects.update(ended_on=date(2026, 11, 20))
    for answer in (worker.get(reverse("rate_home_short", args=[placement.uid])), send(worker, placement)):
        assert answer.url == reverse("rate_home", args=[placement.uid])
    assert not Rating.objects.get().is_sent
    assert "Kort omdöme" not in worker.get("/att-gora/?lage=vantar").content.decode()
    Placement.objects.update(ended_on=None)
    send(worker, placement)
    Placement.objects.update(ended_on=date(2026, 11, 20))
    send(worker, placement, eight("5"), "next", "short_rating_change")
    assert Rating.objects.get().index == 100
    assert worker.get(Rating.objects.get().get_absolute_url()).status_code == 200


def test_the_stay_is_rated_as_a_whole_after_it_too(worker, placement):
    send(worker, placement)
    Placement.objects.update(ended_on=date(2026, 11, 20))
    assert Placement.objects.awaiting_rating().exists()
    for step, data, do in ((1, {}, "next"), (2, answers("5"), "next"), (3, WHOLE, "next"), (4, TEXTS, "send")):
        assert post(worker, placement, step, data, do=do).status_code == 302
    assert dict(Rating.objects.values_list("form", "index")) == {"kort": 75, "hel": 100}
    assert not Placement.objects.awaiting_rating().exists()


def test_indicators_count_the_whole_stay_only(worker, placement):
    window = Window.of(Quarter(2026, 4))
    send(worker, placement, eight("1"))
    Placement.objects.update(ended_on=date(2026, 11, 20))
    assert (count("B3", window).numerator, count("B3", window).denominator) == (0, 1)
    assert count("B4", window).denominator == 0
    assert count("B1", window).value is None
    for step, data, do in ((1, {}, "next"), (2, answers("5"), "next"), (3, WHOLE, "next"), (4, TEXTS, "send")):
        post(worker, placement, step, data, do=do)
    assert (count("B3", window).numerator, count("B4", window).numerator, count("B4", window).denominator) == (1, 0, 1)
    assert (count("B1", window).value, count("B2", window).value) == (8, 100)


@pytest.mark.parametrize(
    ("who", "status"),
    [("neighbour", 404), ("neighbouring_manager", 404), ("development_leader", 403), ("head_of_ifo", 403)],
)
def test_others_cannot(request, worker, sign_in, placement, who, status):
    client = sign_in(request.getfixturevalue(who))
    for name in ("rate_home_short", "short_rating_change", "short_rating_receipt"):
        assert client.get(reverse(name, args=[placement.uid])).status_code == status
    assert send(client, placement).status_code == status
    assert not Rating.objects.exists()


def test_a_colleague_in_another_unit_cannot(worker, sign_in, placement, sundsvall):
    other = make_user("ola@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall)
    assert send(sign_in(other), placement).status_code == 404
