"""What is handed to a home on paper says what is shown, and nothing that is raw."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from bou_portal.periods import Quarter
from bou_portal.reports.freeze import freeze
from municipalities.models import Municipality
from placements.agreement_letters import FollowUpLetter, ResultLetter, file_word
from placements.homes.scores import ReleasedScores
from placements.lights import Light
from placements.models import CareHome, Check, HomeReply, Rating, RatingAnswer
from tests.conftest import make_user
from tests.placements.test_lights import an_agreement, checked, rated

QUARTER = Quarter(2026, 3)
IN_TIME = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECRET = "Nyckelord Gråsparv"
Outcome = Check.Outcome


@pytest.fixture
def raters(sundsvall):
    """Two people in each of three municipalities."""
    return [
        make_user(f"r{number}-{code}@x.example", Role.SOCIAL_WORKER, municipality=Municipality.objects.get(code=code))
        for code in ("2281", "2262", "2280")
        for number in (1, 2)
    ]


@pytest.fixture
def shown(home, raters, vasternorrland):
    """Twelve ratings of Tallbacken, 3 and 4 by turns, frozen: something of it is shown."""
    for number, rater in enumerate(raters * 2):
        rated(home, rater, 3 + number % 2, at=IN_TIME)
    Rating.objects.update(strengths=SECRET, improvements=SECRET, may_be_shared=True, texts_released_at=IN_TIME)
    RatingAnswer.objects.update(note=SECRET)
    freeze(vasternorrland, QUARTER, with_reports=False)


def text_of(response):
    assert response.status_code == 200, response.status_code
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(response.content)).pages
    return len(pages), re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def get(client, name, *args):
    return client.get(reverse(name, args=args))


# --- the yearly letter ------------------------------------------------------------------------------------------------
def test_the_letter_tells_what_is_shown_and_how_to_answer(sign_in, development_leader, home, shown):
    client = sign_in(development_leader)
    page = get(client, "home_letter", home.uid).content.decode()
    assert "3,5 av 5 från 10–19 omdömen" in page
    pages, said = text_of(get(client, "home_letter_file", home.uid))
    assert pages == 1
    for words in ("Tallbacken", "3,5 av 5", "10–19", "2024-10-01 till 2026-09-30", "Trygghet", "Så svarar ni",
                  "Kommunförbundet Västernorrland", development_leader.email):  # fmt: skip
        assert words in said, words


def test_the_letter_holds_nothing_raw(sign_in, procurer, home, shown, vasternorrland):
    _, said = text_of(get(sign_in(procurer), "home_letter_file", home.uid))
    assert SECRET not in said
    assert not [place.short_name for place in vasternorrland.municipalities.all() if place.short_name in said]
    names = Rating.objects.values_list("rated_by__email", "rated_by__name")
    assert not [word for row in names for word in row if word in said]
    values = re.findall(r"(?<![\d,-])\d,\d(?!\d)", said)
    assert values
    assert all(value[-1] in "05" for value in values)  # half steps only
    assert not re.search(r"\b12 omdömen|\bindex", said)


def test_without_a_shown_score_the_page_says_why_and_there_is_no_file(sign_in, procurer, home, raters, vasternorrland):
    client = sign_in(procurer)
    assert "inte fryst något kvartal" in get(client, "home_letter", home.uid).content.decode()
    for rater in raters[:2]:
        rated(home, rater, 4, at=IN_TIME)
    freeze(vasternorrland, QUARTER, with_reports=False)
    page = get(client, "home_letter", home.uid).content.decode()
    assert "minst fem omdömen av minst tre personer" in page
    assert reverse("home_letter_file", args=[home.uid]) not in page
    assert get(client, "home_letter_file", home.uid).status_code == 404
    assert not Event.objects.filter(verb=Verb.DOWNLOADED).exists()


def test_handing_out_a_letter_is_logged_and_gives_the_same_bytes(sign_in, procurer, home, shown):
    client = sign_in(procurer)
    first, second = (get(client, "home_letter_file", home.uid) for _ in range(2))
    assert first.content == second.content
    assert first["Content-Disposition"] == 'attachment; filename="resultatbrev-tallbacken-2026-k3.pdf"'
    assert Event.objects.filter(verb=Verb.DOWNLOADED, target="placements.carehome").count() == 2


def test_a_letter_is_for_those_who_keep_agreements(sign_in, social_worker, home, shown):
    assert get(sign_in(social_worker), "home_letter", home.uid).status_code == 403


def test_a_leader_who_has_left_is_not_named(sign_in, development_leader, procurer, home, shown):
    development_leader.is_active = False
    development_leader.save()
    _, said = text_of(get(sign_in(procurer), "home_letter_file", home.uid))
    assert development_leader.email not in said


def test_the_letter_of_another_region_is_not_made_of_this_one(sign_in, home, shown, umea):
    stranger = make_user("x@umea.example", Role.PROCURER, municipality=umea)
    assert get(sign_in(stranger), "home_letter_file", home.uid).status_code == 404


# --- the agreement's follow-up ------------------------------------------------------------------------------------------
@pytest.fixture
def regional(vasternorrland, home):
    return an_agreement(home, items=[6, 7, 8], region=vasternorrland)


def test_the_follow_up_tells_lights_rule_checks_values_and_reply(
    sign_in, social_worker, development_leader, regional, home, shown, vasternorrland
):
    checked(regional, home, Outcome.HANDLED, date(2026, 9, 3), remedied_until=date(2099, 1, 1), note="Ny rutin väntas.")
    wrong = checked(regional, home, Outcome.NOT_REMEDIED, date(2026, 9, 4), note="Fel hem.")
    Check.objects.filter(pk=wrong.pk).update(withdrawn_at=IN_TIME, checked_by=development_leader)
    HomeReply.objects.create(
        region=vasternorrland, home=home, text="Vi har anställt en till.", replied_on=date(2026, 10, 1)
    )
    pages, said = text_of(get(sign_in(social_worker), "agreement_follow_up", regional.uid, home.uid))
    assert pages <= 2
    for words in ("Tallbacken", "Ramavtal", "Gult", "visat värde 3,5 av 5", "Brist som hanteras", "2099-01-01",
                  "Ny rutin väntas.", "10–19", "Vi har anställt en till.", "index 70"):  # fmt: skip
        assert words in said, words
    assert "Fel hem" not in said
    assert development_leader.email not in said
    assert SECRET not in said
    assert Event.objects.filter(verb=Verb.DOWNLOADED, target="placements.agreement").count() == 1


def test_a_printed_light_rests_on_shown_values_even_in_the_own_agreement(sign_in, procurer, sundsvall, home, raters):
    """The home would otherwise read what three colleagues answered."""
    own = an_agreement(home, items=[6], municipality=sundsvall)
    for _ in range(3):
        rated(home, raters[0], 1, at=IN_TIME)
    page = get(sign_in(procurer), "agreement_home", own.uid, home.uid).content.decode()
    assert "3 egna omdömen" in page
    letter = FollowUpLetter(own, home, procurer)
    assert [light.light for light, _ in letter.lights] == [Light.NONE]
    _, said = text_of(get(sign_in(procurer), "agreement_follow_up", own.uid, home.uid))
    assert "egna omdömen" not in said
    assert "För få omdömen för att visas" in said


def test_every_letter_is_archivable_and_accessible(sign_in, procurer, home, shown, regional):
    client = sign_in(procurer)
    for response in (
        get(client, "home_letter_file", home.uid),
        get(client, "agreement_follow_up", regional.uid, home.uid),
    ):
        metadata = PdfReader(BytesIO(response.content)).trailer["/Root"]["/Metadata"].get_data()
        assert b"pdfaid" in metadata
        assert b"pdfuaid:part>1<" in metadata


def test_a_letter_needs_a_shown_score():
    assert not ResultLetter(CareHome(name="Å"), ReleasedScores()).exists


def test_a_file_is_named_in_plain_letters():
    assert file_word(CareHome(name="Ängens HVB, Café 2")) == "angens-hvb-cafe-2"


def test_the_way_to_the_letter_is_on_the_homes_page_for_those_who_send_it(sign_in, procurer, social_worker, home):
    def page(user):
        return get(sign_in(user), "home_results", home.uid).content.decode()

    assert reverse("home_letter", args=[home.uid]) in page(procurer)
    assert reverse("home_letter", args=[home.uid]) not in page(social_worker)
