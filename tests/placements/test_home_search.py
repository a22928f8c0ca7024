"""Finding and comparing homes: every choice, the order, and that nothing but the region's release moves it."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.accounts.models import Membership
from bou_portal.disclosure import Disclosed, Score
from bou_portal.disclosure.coarse import Coarse
from bou_portal.figures import State
from bou_portal.periods import Quarter
from municipalities.models import Municipality, Region, Release
from placements.codes import FormGroup, Operator
from placements.models import (
    Agreement,
    AgreementHome,
    CareHome,
    Check,
    Criterion,
    HomeChange,
    HomeFact,
    HomeUse,
    HomeWay,
    Rating,
)
from tests.placements.test_homes import rated, stay

QUARTER = Quarter(2026, 3)
YESTERDAY = timezone.localdate() - timedelta(days=1)


def place(code):
    return Municipality.objects.get(code=code)


def made(name, code=None, **facts):
    return CareHome.objects.create(
        name=name, name_key=name.lower(), form_group=FormGroup.HVB, location=code and place(code), **facts
    )


def score(value, band="5–9"):
    return Score(State.SHOWN, value, band)


def told(scores, coarse=None, region="22", quarter=QUARTER):
    """A release of the region that tells this: {home or "home:D3": score}."""
    disclosed = Disclosed(region, quarter, 1, 5, (), {}, scores, coarse or {})
    return Release.objects.create(
        region=Region.objects.get(code=region),
        quarter=str(quarter),
        cells=disclosed.as_dict(),
        sha256=disclosed.sha256,
        code_version="test",
    )


def in_agreement(home, rank=None, price=None, *, region="22", outcome=None, **facts):
    """The home in a framework agreement in force; with an outcome also a checked criterion."""
    owner = {"region": Region.objects.get(code=region)} | facts
    agreement, _ = Agreement.objects.get_or_create(title=f"Ramavtal {region}", valid_from=date(2024, 1, 1), **owner)
    AgreementHome.objects.create(agreement=agreement, home=home, rank=rank, price_per_day=price)
    if outcome:
        criterion, _ = Criterion.objects.get_or_create(title="Trygg natt", **owner)
        agreement.criteria.add(criterion)
        facts = {"agreement": agreement, "criterion": criterion, "home": home, "checked_on": date(2026, 1, 1)}
        Check.objects.create(outcome=outcome, remedied_until=date(2026, 2, 1), **facts)


@pytest.fixture
def register(db):
    """Björken in Umeå, Ek in Sundsvall, Gran in Timrå, and Tall of which nothing is known."""
    homes = {
        "Björken": made("Björken", "2480", operator=Operator.COMPANY, age_from=13, age_to=17, target_sex="flickor",
                        target_group="Flickor, Ångest och oro", free_places=0),
        "Ek": made("Ek", "2281", target_sex="pojkar", target_group="Eget beteende", age_from=10, free_places=2),
        "Gran": made("Gran", "2262", target_sex="alla"),
        "Tall": made("Tall"),
    }  # fmt: skip
    HomeWay.objects.create(home=homes["Ek"], method="kbt")
    in_agreement(homes["Gran"], rank=2)
    in_agreement(homes["Björken"], rank=1, outcome="kvarstår")
    told({str(homes["Björken"].uid): score(4.0, "20+"), str(homes["Gran"].uid): score(4.5)})
    return homes


def found(client, **query):
    response = client.get(reverse("home_list"), query)
    assert response.status_code == 200
    return [row.home.name for row in response.context["page"]]


# --- every choice ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"malgrupp": "ångest"}, ["Björken"]),
        ({"malgrupp": "FLICKOR oro"}, ["Björken"]),
        ({"malgrupp": "flickor beteende"}, []),
        ({"alder": "12"}, ["Gran", "Ek", "Tall"]),
        ({"kon": "flickor"}, ["Gran", "Björken", "Tall"]),
        ({"kon": "pojkar"}, ["Gran", "Ek", "Tall"]),
        ({"metod": "kbt"}, ["Ek"]),
        ({"avstand": "50"}, ["Gran", "Ek"]),
        ({"avstand": "langre"}, ["Björken"]),
        ({"avstand": "100"}, ["Gran", "Ek"]),
        ({"ledig": "on"}, ["Ek"]),
        ({"lan": "24"}, ["Björken"]),
        ({"regi": "company"}, ["Björken"]),
        ({"avtal": "bara"}, ["Gran", "Björken"]),
        ({"avtal": "forst", "sortera": "namn"}, ["Björken", "Gran", "Ek", "Tall"]),
        ({"antal": "5"}, ["Gran", "Björken"]),
        ({"antal": "20"}, ["Björken"]),
        ({"roda": "on"}, ["Gran", "Ek", "Tall"]),
        ({"avstand": "tusen", "metod": "magi", "kon": "alla?", "alder": "x"}, ["Gran", "Björken", "Ek", "Tall"]),
        ({"sortera": "avstand"}, ["Ek", "Gran", "Björken", "Tall"]),
        ({"sortera": "avtal"}, ["Björken", "Gran", "Ek", "Tall"]),
        ({"sortera": "-omdome"}, ["Gran", "Björken", "Ek", "Tall"]),
    ],
)
def test_every_choice_narrows_or_orders(sign_in, social_worker, register, query, names):
    assert found(sign_in(social_worker), **query) == names


def test_the_distance_is_as_the_crow_flies_and_says_so(sign_in, social_worker, development_leader, register):
    page = sign_in(social_worker).get(reverse("home_list")).content.decode()
    assert "Avstånd fågelvägen från Sundsvall" in page
    assert "Avstånd fågelvägen" not in sign_in(development_leader).get(reverse("home_list")).content.decode()


def test_a_free_place_has_the_day_it_was_told(sign_in, social_worker, register):
    HomeFact.objects.create(home=register["Ek"], field="free_places", source="hemmet", told_on=date(2026, 11, 1))
    page = sign_in(social_worker).get(reverse("home_list"), {"ledig": "on"}).content.decode()
    assert "2 lediga platser, uppgift från 2026-11-01" in page


def test_an_agreement_that_has_ended_or_is_another_region_s_is_none(sign_in, social_worker, register):
    Agreement.objects.update(valid_until=YESTERDAY)
    in_agreement(register["Tall"], rank=1, region="24")
    assert found(sign_in(social_worker), avtal="bara") == []


# --- only what is shown ---------------------------------------------------------------------------------------------
def test_ratings_that_no_release_tells_of_never_move_a_home(sign_in, social_worker, neighbour, register):
    client = sign_in(social_worker)
    before = found(client)
    for name, index in (("Tall", 100), ("Björken", 100), ("Gran", 0)):
        rated(register[name], "2281", index, social_worker)
        rated(register[name], "2262", index, neighbour)
    assert found(client) == before == ["Gran", "Björken", "Ek", "Tall"]
    assert found(client, antal="5") == ["Gran", "Björken"]
    Rating.objects.update(index=Decimal("13.37"))
    assert found(client) == before


def test_few_ratings_are_drawn_towards_the_mean_of_what_is_shown(sign_in, social_worker, register):
    """4,5 from five weighs less than 4,5 from twenty: index 87,5 both, the region's mean 62,5."""
    one, many, low = (made(name, "2281") for name in ("Alfa", "Beta", "Gamma"))
    Release.objects.all().delete()
    told({str(one.uid): score(4.5), str(many.uid): score(4.5, "20+"), str(low.uid): score(1.5)})
    assert found(sign_in(social_worker))[:3] == ["Beta", "Alfa", "Gamma"]


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (3.5, 4.0, "upp från 3,5"), (4.5, 4.0, "ner från 4,5"), (4.0, 4.0, "oförändrat"), (None, 4.0, None), (4.0, None, None),
    ],
)  # fmt: skip
def test_a_trend_is_between_two_published_values(sign_in, social_worker, home, before, now, said):
    for value, quarter in ((before, Quarter(2026, 2)), (now, QUARTER)):
        told({str(home.uid): score(value)} if value else {}, quarter=quarter)
    page = sign_in(social_worker).get(reverse("home_list")).content.decode()
    assert bool(re.search("förra halvåret", page)) == bool(said)
    assert said is None or said in page


@pytest.mark.parametrize(("changed_on", "is_said"), [(date(2026, 6, 30), True), (date(2026, 7, 1), False)])
def test_no_trend_goes_from_one_owner_s_time_to_another_s(sign_in, social_worker, home, changed_on, is_said):
    for value, quarter in ((3.0, Quarter(2026, 2)), (4.0, QUARTER)):
        told({str(home.uid): score(value)}, quarter=quarter)
    HomeChange.objects.create(home=home, kind="ägare", changed_on=changed_on)
    client = sign_in(social_worker)
    assert ("upp från 3,0" in client.get(reverse("home_list")).content.decode()) is is_said
    [(text, _)] = cells(compared(client, home), "Sedan förra halvåret")
    assert text == ("Upp från 3,0 förra halvåret" if is_said else "Går inte att säga")


# --- who ------------------------------------------------------------------------------------------------------------
def test_a_neighbour_in_another_region_reads_her_own_region_s_release(sign_in, neighbour, register):
    """What Västernorrland shows is not Västerbotten's; its agreements neither."""
    client = sign_in(neighbour)
    assert found(client, antal="5") == []
    assert found(client, avtal="bara") == []
    told({str(register["Ek"].uid): score(3.0)}, region="24")
    assert found(client, antal="5") == ["Ek"]


def test_who_works_in_two_regions_chooses_whose_ratings_she_reads(sign_in, social_worker, umea, register):
    Membership.objects.create(
        user=social_worker, role=Role.SOCIAL_WORKER, municipality=umea, started_on=date(2020, 1, 1)
    )
    told({str(register["Ek"].uid): score(3.0)}, region="24")
    client = sign_in(social_worker)
    assert found(client, antal="5", region="22") == ["Gran", "Björken"]
    assert found(client, antal="5", region="24") == ["Ek"]
    assert found(client, avtal="bara", region="22") == ["Gran", "Björken"]
    assert "Omdömen från" in client.get(reverse("home_list")).content.decode()


def test_a_proposal_of_another_municipality_is_neither_found_nor_compared(sign_in, neighbour, sundsvall):
    secret = made("Nyviken", "2281", status="proposed", proposed_by=sundsvall)
    client = sign_in(neighbour)
    assert found(client) == []
    assert "Nyviken" not in client.get(reverse("home_compare"), {"hem": secret.uid}).content.decode()
    assert client.get(reverse("home_ground"), {"hem": secret.uid}).status_code == 404


# --- the same in every browser --------------------------------------------------------------------------------------
def test_htmx_gets_the_part_that_changes_and_an_address_without_empty_choices(sign_in, social_worker, register):
    query = {"form": "", "regi": "", "kon": "pojkar", "hem": str(register["Ek"].uid), "sida": "1"}
    response = sign_in(social_worker).get(reverse("home_list"), query, headers={"HX-Request": "true"})
    address = QueryDict(response["HX-Push-Url"].partition("?")[2])
    assert address.dict() == {"kon": "pojkar", "hem": str(register["Ek"].uid)}
    page = response.content.decode()
    assert "<html" not in page
    assert 'id="traffar"' in page
    again = sign_in(social_worker).get(response["HX-Push-Url"]).content.decode()
    assert "<html" in again
    assert again.count("<strong>Ek</strong>") == page.count("<strong>Ek</strong>") == 1


def test_without_scripts_one_form_holds_choices_and_ticks(sign_in, social_worker, register):
    ticked = {"hem": [register["Björken"].uid, register["Ek"].uid], "kon": "pojkar"}
    page = sign_in(social_worker).get(reverse("home_list"), ticked).content.decode()
    form = page[page.index('<form method="get"') : page.index("</form>", page.index('<form method="get"'))]
    assert f'formaction="{reverse("home_compare")}"' in form
    assert f'value="{register["Björken"].uid}" id="vald-{register["Björken"].uid}" checked' in form  # not in the list
    assert re.search(rf'value="{register["Ek"].uid}" id="hem-[^>]*checked', form)
    assert '<option value="pojkar" selected>' in form


def asked(client, name, query):
    """How many questions the page takes."""
    with CaptureQueriesContext(connection) as questions:
        assert client.get(reverse(name), query).status_code == 200
    return len(questions)


@pytest.fixture
def crowd(register):
    """`crowd()` adds 195 homes, twenty of them in an agreement and checked."""

    def add():
        homes = CareHome.objects.bulk_create(
            CareHome(name=f"Hem {n}", name_key=f"a{n:03}", form_group=FormGroup.HVB, location=place("2281"))
            for n in range(195)
        )
        HomeWay.objects.bulk_create(HomeWay(home=home, method="mi") for home in homes)
        for n, home in enumerate(homes[:20]):
            in_agreement(home, rank=n, outcome="uppfyllt")
        return homes

    return add


@pytest.mark.parametrize("query", [{}, {"roda": "on"}, {"avtal": "bara", "sortera": "avstand"}])
def test_the_list_asks_as_many_questions_for_5_homes_as_for_200(sign_in, social_worker, register, crowd, query):
    client = sign_in(social_worker)
    found(client, **query)
    few = asked(client, "home_list", query)
    crowd()
    assert asked(client, "home_list", query) == few


def test_four_homes_are_compared_in_as_many_questions_as_two(sign_in, social_worker, register, crowd):
    client, homes = sign_in(social_worker), [str(home.uid) for home in crowd()]
    asked(client, "home_compare", {"hem": homes[:1]})
    assert asked(client, "home_compare", {"hem": homes[:2]}) == asked(client, "home_compare", {"hem": homes[:4]})


# --- side by side ---------------------------------------------------------------------------------------------------
def compared(client, *homes, **query):
    response = client.get(reverse("home_compare"), {"hem": [home.uid for home in homes]} | query)
    assert response.status_code == 200
    return response


def cells(response, heading):
    """What the comparison says under a line's heading, home by home."""
    lines = [line for _, lines in response.context["comparison"].parts for line in lines]
    return [(cell.text, cell.note) for cell in next(line for line in lines if line.heading == heading).cells]


def test_homes_are_compared_side_by_side(sign_in, social_worker, sundsvall, register):
    ek, gran = register["Ek"], register["Gran"]
    Release.objects.all().delete()
    shown = {str(gran.uid): score(4.5), f"{gran.uid}:D3": score(3.5, "10–19")}
    told(
        shown,
        {f"{gran.uid}:again": Coarse(State.SHOWN, "again", 70), f"{gran.uid}:length": Coarse(State.SHOWN, "length", 1)},
    )
    stay(gran, sundsvall, ended_on=None)
    response = compared(sign_in(social_worker), ek, gran)
    assert cells(response, "Omdöme 1–5") == [("För få omdömen", ""), ("4,5", "5–9 omdömen")]
    assert cells(response, "Trygghet") == [("För få omdömen", ""), ("3,5", "10–19 omdömen")]
    assert [text.replace("\xa0", " ") for text, _ in cells(response, "Skulle användas igen")] == [
        "För få för att visas",
        "ungefär 70 %",
    ]
    assert cells(response, "Vistelsens längd, median")[1] == ("3–6 månader", "")
    assert cells(response, "Avtal") == [("Inget avtal", ""), ("Rang 2", "Ramavtal 22")]
    assert cells(response, "Våra placeringar här") == [("0", ""), ("1", "1 pågår nu")]
    assert cells(response, "Ligger i")[0] == ("Sundsvall", "0\xa0km fågelvägen".replace("\xa0", " "))
    assert len(response.context["comparison"].shown_parts[1][1]) == 8
    assert "1 Ek, Sundsvall och 2 Gran, Timrå." in response.content.decode()


def test_the_price_is_the_own_region_s(sign_in, social_worker, neighbour, register):
    in_agreement(register["Ek"], rank=1, price=6400)
    in_agreement(register["Ek"], rank=3, price=9900, region="24")
    assert [text for text, _ in cells(compared(sign_in(social_worker), register["Ek"]), "Avtal")] == [
        "Rang 1, 6\xa0400 kr per dygn"
    ]
    assert [text for text, _ in cells(compared(sign_in(neighbour), register["Ek"]), "Avtal")] == [
        "Rang 3, 9\xa0900 kr per dygn"
    ]


def test_more_than_four_homes_are_asked_to_become_four(sign_in, social_worker, register):
    client, fifth = sign_in(social_worker), made("Asp")
    assert "Högst fyra kan jämföras" not in compared(client, *register.values()).content.decode()
    page = compared(client, *register.values(), fifth, kon="pojkar").content.decode()
    assert "5 hem är valda. Högst fyra kan jämföras" in page
    assert 'name="kon" value="pojkar"' in page
    assert "Trygghet" not in page
    assert (
        client.get(reverse("home_ground"), {"hem": [home.uid for home in (*register.values(), fifth)]}).status_code
        == 404
    )


def test_nothing_to_compare_says_what_to_do(sign_in, social_worker, register):
    page = sign_in(social_worker).get(reverse("home_compare"), {"hem": "skräp"}).content.decode()
    assert "Inga hem är valda" in page


def test_the_own_municipality_s_experience_is_nobody_else_s(sign_in, development_leader, sundsvall, register):
    stay(register["Ek"], sundsvall)
    page = compared(sign_in(development_leader), register["Ek"], register["Gran"]).content.decode()
    assert "Vår egen erfarenhet" not in page
    assert "Registrera val" not in page


# --- how much it is used --------------------------------------------------------------------------------------------
def test_use_is_counted_for_the_municipality_once_for_the_same_thing(sign_in, social_worker, sundsvall, register):
    client = sign_in(social_worker)
    found(client)
    assert not HomeUse.objects.exists()
    for kon in ("pojkar", "flickor"):
        found(client, kon=kon)
    compared(client, register["Ek"], register["Gran"])
    compared(client, register["Gran"], register["Ek"])
    compared(client, register["Gran"])
    month = timezone.localdate().replace(day=1)
    counted = HomeUse.objects.values_list("municipality", "month_on", "what", "count").order_by("what")
    assert list(counted) == [(sundsvall.pk, month, "jämför", 2), (sundsvall.pk, month, "sök", 1)]


def test_regional_readers_are_not_counted(sign_in, development_leader, register):
    client = sign_in(development_leader)
    found(client, kon="pojkar")
    compared(client, register["Ek"])
    assert not HomeUse.objects.exists()
