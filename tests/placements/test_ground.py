"""The ground for a choice: two accessible pages with what it says, what it does not, and nothing of a child."""

import io

import page
import pytest
from django.urls import reverse
from pypdf import PdfReader

from bou_portal.audit.models import Event, Verb
from bou_portal.disclosure.coarse import Coarse
from bou_portal.figures import State
from placements.models import HomeFact, HomeUse, HomeWay
from tests.placements.test_home_search import in_agreement, made, score, told
from tests.placements.test_homes import stay
from tests.placements.test_lights import an_agreement, rated

LONG = "Behandlingshemmet Långa Vägens Norra Ungdomsverksamhet för flickor och pojkar i Ångermanland och Medelpad"
GROUP = "Flickor och pojkar med neuropsykiatriska funktionsnedsättningar, självskadebeteende och långvarig skolfrånvaro sedan år"


@pytest.fixture
def four(sundsvall, social_worker):
    """Four homes of which everything is known, in the longest words there is room for."""
    homes = [
        made(
            f"{LONG[:97]} {n}", code, target_group=GROUP[:120], target_sex="alla", age_from=13, age_to=20, places=12,
            operator="foundation", operator_name=f"Stiftelsen {LONG}"[:100], free_places=2, ivo_status="aktiv",
        )
        for n, code in enumerate(("2281", "2584", "1280", "2262"))
    ]  # fmt: skip
    scores, coarse = {}, {}
    for n, home in enumerate(homes):
        scores |= {str(home.uid): score(4.0, "10–19")}
        scores |= {f"{home.uid}:D{d}": score(1 + d / 2, "10–19") for d in range(1, 9)}
        coarse |= {
            f"{home.uid}:again": Coarse(State.SHOWN, "again", 70),
            f"{home.uid}:length": Coarse(State.SHOWN, "length", 3),
        }
        in_agreement(home, rank=n + 1, price=6400, outcome="uppfyllt")
        for field in ("form_group", "operator", "operator_name", "target_group", "places", "free_places", "ivo_status"):
            HomeFact.objects.create(home=home, field=field, source="region", told_on="2023-01-01")
        HomeWay.objects.bulk_create(
            HomeWay(home=home, method=method) for method in ("mi", "kbt", "dbt", "art", "tmo", "familj", "npf")
        )
    told(scores, coarse)
    stay(homes[0], sundsvall)
    return homes


def ground(client, homes, **query):
    response = client.get(reverse("home_ground"), {"hem": [home.uid for home in homes]} | query)
    assert response.status_code == 200
    return b"".join(response) if response.streaming else response.content


def text_of(pdf):
    return " ".join(" ".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages).split())


def test_four_homes_of_the_longest_words_go_on_two_accessible_pages(sign_in, social_worker, four):
    pdf = ground(sign_in(social_worker), four, kon="flickor", avstand="50")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    for profile in (page.ValidationProfile.PDF_UA_1,):
        result = page.validate_pdf_bytes(pdf, profile=profile)
        assert result.is_compliant, result.to_json()


def test_homes_of_common_words_have_their_map_on_the_second_page(sign_in, social_worker):
    homes = [
        made(name, code, target_group="Pojkar 13–17, eget beteende")
        for name, code in zip("ABCD", ("2281", "2584", "1280", "2262"), strict=True)
    ]
    pages = PdfReader(io.BytesIO(ground(sign_in(social_worker), homes))).pages
    assert len(pages) == 2
    assert "1 Sundsvall, 2 Kiruna, 3 Malmö, 4 Timrå" in pages[1].extract_text()


def test_the_ground_says_what_it_is_and_what_was_asked_for(sign_in, social_worker, four):
    said = text_of(ground(sign_in(social_worker), four, kon="flickor", avstand="50", roda="on"))
    assert "Det visar erfarenheter och avgör ingenting." in said
    assert "Det enskilda barnets behov styr valet." in said
    assert "Kontrollera hemmet hos IVO och avtalets rangordning" in said
    assert (
        "flicka eller pojke: Flicka; avstånd fågelvägen från Sundsvall: Högst 50 km; inga röda kriterier: ja." in said
    )
    assert "Trygghet" in said
    assert "Rang 1" in said
    assert "None" not in said


def test_nothing_in_it_is_about_a_child(sign_in, social_worker, four):
    said = text_of(ground(sign_in(social_worker), four))
    assert "Innehåller inga uppgifter om något barn" in said
    assert "Våra placeringar" not in said
    assert "K-" not in said


def test_a_number_that_was_searched_for_is_not_printed(sign_in, social_worker, home):
    client, wanted = sign_in(social_worker), {"malgrupp": "pojke 20090101-2385"}
    said = text_of(ground(client, [home], **wanted))
    assert "20090101" not in said
    found = client.get(reverse("home_list"), wanted, headers={"hx-request": "true"})
    assert "20090101" not in found.headers["HX-Push-Url"]
    assert "Det ser ut som ett personnummer" in client.get(reverse("home_list"), wanted).content.decode()


def test_an_empty_ground_says_that_too_little_is_known(sign_in, social_worker, home):
    said = text_of(ground(sign_in(social_worker), [home]))
    assert "Inga omdömen är frysta ännu" in said
    assert "För få omdömen" in said
    assert "inga villkor" in said


def test_a_light_of_own_ratings_is_on_the_page_and_not_on_the_paper(sign_in, social_worker, sundsvall, home):
    """The paper is handed on; whoever reads it must not learn what three colleagues answered."""
    an_agreement(home, items=[6], municipality=sundsvall)
    for _ in range(3):
        rated(home, social_worker, 1)
    client = sign_in(social_worker)
    assert "Rött" in client.get(reverse("home_compare"), {"hem": home.uid}).content.decode()
    said = text_of(ground(client, [home]))
    assert "Rött" not in said
    assert "Underlag saknas" in said


def test_taking_the_ground_along_is_logged_and_counted(sign_in, social_worker, sundsvall, four):
    client = sign_in(social_worker)
    ground(client, four[:2])
    event = Event.objects.get(verb=Verb.DOWNLOADED)
    keys = f"{four[0].pk} {four[1].pk}"
    assert (event.target, event.municipality_id, event.detail) == ("underlag", sundsvall.pk, {"homes": keys})
    assert HomeUse.objects.filter(what="underlag", municipality=sundsvall).get().count == 1


@pytest.mark.parametrize("homes", [[], ["skräp"], ["00000000-0000-4000-8000-000000000000"]])
def test_there_is_no_ground_without_a_home(sign_in, social_worker, homes):
    assert sign_in(social_worker).get(reverse("home_ground"), {"hem": homes}).status_code == 404


def test_who_may_not_read_homes_gets_none(sign_in, regional_reader, home):
    assert sign_in(regional_reader).get(reverse("home_ground"), {"hem": home.uid}).status_code == 403
