"""Cooperation models: what the leader keeps, how many municipalities have a local network, and what everybody reads."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from municipalities.models import Accord, Body, CooperationModel, CooperationPaper, LocalNetwork, Municipality
from tests.conftest import make_user

LINK = "https://region.example/rutin"


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def model(vasternorrland):
    return CooperationModel.objects.create(region=vasternorrland, name="Norrbus")


@pytest.fixture
def paper(model):
    return CooperationPaper.objects.create(
        model=model, kind="rutin", title="Samverkansrutin", version="1", link=LINK, holds_since_on="2020-01-01"
    )


@pytest.fixture
def network(model, sundsvall, today):
    return LocalNetwork.objects.create(
        model=model, municipality=sundsvall, contact="Samordnare, elevhälsan", started_on=today - timedelta(days=99)
    )


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


@pytest.fixture
def maja(sign_in, social_worker):
    return sign_in(social_worker)


def send(client, name, /, *args, **data):
    return client.post(reverse(name, args=args), data)


def page(client, name, /, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


# --- the model ----------------------------------------------------------------------------------------------------------
def test_the_leader_writes_a_model_with_its_agreement_group_and_two_steering_bodies(lena, vasternorrland, today):
    bodies = [
        Body.objects.create(region=vasternorrland, kind=kind, name=name)
        for kind, name in (("natverk", "Norrbus länsgrupp"), ("politisk", "Barnarenan"), ("rad", "LIFO"))
    ]
    accord = Accord.objects.create(region=vasternorrland, title="Överenskommelse Norrbus", valid_from=today)
    group, *steering = (body.pk for body in bodies)
    data = {"name": "Norrbus", "ages": "0–20 år", "started_on": "2008-01-01", "accord": accord.pk, "group": group}
    assert send(lena, "cooperation_new", **data, steered_by=steering).status_code == 302
    model = CooperationModel.objects.get()
    said = page(lena, "cooperation_detail", model.uid)
    for row in (*bodies, accord):
        assert row.get_absolute_url() in said
    assert "0–20 år" in said


def test_two_models_do_not_share_a_name_and_a_double_click_makes_one(lena, model):
    assert "Modellen finns redan." in send(lena, "cooperation_new", name="Norrbus").content.decode()
    token = lena.get(reverse("cooperation_new")).context["form"].initial["token"]
    for _ in range(2):
        assert send(lena, "cooperation_new", name="Västerbus", token=token).status_code == 302
    assert CooperationModel.objects.count() == 2


def test_another_regions_bodies_cannot_be_chosen(lena, umea):
    body = Body.objects.create(region=umea.region, kind="natverk", name="Grannarnas grupp")
    response = send(lena, "cooperation_new", name="Norrbus", group=body.pk)
    assert "group" in response.context["form"].errors


def test_an_ended_group_that_is_chosen_stays_chosen(lena, vasternorrland, model, today):
    group = Body.objects.create(
        region=vasternorrland, kind="natverk", name="Gamla gruppen", ended_on=today - timedelta(days=9)
    )
    assert "group" in send(lena, "cooperation_change", model.uid, name="N", group=group.pk).context["form"].errors
    CooperationModel.objects.update(group=group)
    assert send(lena, "cooperation_change", model.uid, name="N", group=group.pk).status_code == 302


def test_a_second_writer_is_told_by_name_what_steers_now(lena, vasternorrland, model):
    seen = lena.get(reverse("cooperation_change", args=[model.uid])).context["form"].initial["seen"]
    model.steered_by.add(Body.objects.create(region=vasternorrland, kind="rad", name="LIFO"))
    said = send(lena, "cooperation_change", model.uid, name="Norrbus", seen=seen).content.decode()
    assert "Ditt står kvar" in said
    assert "LIFO" in said
    assert model.steered_by.count() == 1


@pytest.mark.parametrize("name", ["cooperation_change", "paper_new", "network_new"])
def test_only_the_regions_leader_keeps_it(sign_in, social_worker, regional_reader, umea, model, name):
    for user in (social_worker, regional_reader):
        assert sign_in(user).get(reverse(name, args=[model.uid])).status_code == 403
    other = make_user("x@y.example", Role.DEVELOPMENT_LEADER, region=umea.region)
    assert sign_in(other).get(reverse(name, args=[model.uid])).status_code == 404


def test_the_county_reads_it_and_nobody_else(sign_in, social_worker, regional_reader, neighbour, vasternorrland, model):
    for user, status in ((social_worker, 200), (regional_reader, 200), (neighbour, 404)):
        assert sign_in(user).get(model.get_absolute_url()).status_code == status
    assert "Norrbus" not in page(sign_in(neighbour), "cooperation")
    partner = sign_in(make_user("h@region.example", Role.PARTNER, region=vasternorrland))
    assert {partner.get(url).status_code for url in (reverse("cooperation"), model.get_absolute_url())} == {403}


def test_an_empty_page_invites_the_leader_and_tells_the_others(lena, vasternorrland):
    assert "Skriv in den modell" in page(lena, "cooperation")


def test_others_are_told_who_writes(maja):
    assert "Utvecklingsledaren skriver in" in page(maja, "cooperation")


# --- papers -------------------------------------------------------------------------------------------------------------
def test_a_new_version_ends_the_old_one_which_is_kept(lena, model, paper, today):
    form = lena.get(reverse("paper_version", args=[model.uid, paper.uid])).context["form"]
    assert form.initial["title"] == "Samverkansrutin"
    data = {"kind": "rutin", "title": "Samverkansrutin", "version": "2", "link": LINK, "holds_since_on": today}
    assert send(lena, "paper_version", model.uid, paper.uid, **data).status_code == 302
    paper.refresh_from_db()
    assert paper.ended_on == today
    found = lena.get(model.get_absolute_url()).context["page"]
    assert [(label, [row.version for row in rows]) for label, rows in found.papers] == [("Rutiner", ["2"])]
    assert found.earlier_papers == [paper]
    assert "Tidigare (1)" in page(lena, "cooperation_detail", model.uid)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"link": "http://region.example/x"}, "Länken ska börja med https://."),
        ({"link": "javascript:alert(1)"}, "Länken ska börja med https://."),
        ({"link": ""}, "obligatoriskt"),
        ({"title": "Om 20020130-2395"}, "personnummer"),
        ({"kind": "annat"}, "giltigt"),
    ],
)
def test_what_is_wrong_with_a_paper_is_said(lena, model, changed, said):
    data = {"kind": "blankett", "title": "Kallelse", "link": LINK} | changed
    assert said in send(lena, "paper_new", model.uid, **data).content.decode()
    assert not CooperationPaper.objects.exists()


def test_a_version_does_not_begin_before_the_one_it_takes_over_from(lena, model, paper):
    data = {"kind": "rutin", "title": "S", "link": LINK, "holds_since_on": "2019-01-01"}
    assert "kan inte gälla tidigare" in send(lena, "paper_version", model.uid, paper.uid, **data).content.decode()


def test_a_paper_does_not_end_before_it_begins(lena, model, paper):
    data = {"kind": "rutin", "title": "S", "link": LINK, "holds_since_on": "2020-01-01", "ended_on": "2019-01-01"}
    assert "Den kan inte sluta gälla" in send(lena, "paper_change", model.uid, paper.uid, **data).content.decode()


def test_another_models_paper_is_not_found_under_this_one(lena, vasternorrland, paper):
    other = CooperationModel.objects.create(region=vasternorrland, name="Annan")
    assert lena.get(reverse("paper_change", args=[other.uid, paper.uid])).status_code == 404


# --- local networks -----------------------------------------------------------------------------------------------------
def test_five_of_eight_on_the_map(lena, vasternorrland, umea, model, today):
    """As in the county of the seed, where five of eight municipalities have one."""
    places = list(vasternorrland.municipalities.all())
    Municipality.objects.filter(pk__in=[place.pk for place in places[8:]]).update(ended_on=today)
    total = min(8, len(places))
    for place in places[:5]:
        data = {"municipality": place.pk, "contact": "Samordnare", "started_on": today}
        assert send(lena, "network_new", model.uid, **data).status_code == 302
    said = page(lena, "cooperation_detail", model.uid)
    assert f"5 av {total} kommuner har ett lokalt nätverk." in said
    drawn = lena.get(model.get_absolute_url()).context["page"].map
    assert drawn.conclusion == f"5 av {total} kommuner har ett lokalt nätverk."
    assert [text for _, text in drawn.table.rows].count("finns") == 5
    assert f"5 av {total} kommuner" in page(lena, "cooperation")


def test_a_network_that_has_ended_or_whose_municipality_has_left_is_not_counted_but_kept(maja, network, model, today):
    assert maja.get(model.get_absolute_url()).context["page"].sentence.startswith("1 av ")
    LocalNetwork.objects.update(ended_on=today)
    assert maja.get(model.get_absolute_url()).context["page"].sentence.startswith("0 av ")
    assert "Tidigare eller kommande (1)" in page(maja, "cooperation_detail", model.uid)
    LocalNetwork.objects.update(ended_on=None)
    Municipality.objects.filter(code="2281").update(ended_on=today)
    said = page(maja, "cooperation_detail", model.uid)
    assert "0 av " in said
    assert "kommunen deltar inte" in said


def test_a_municipality_has_one_network_in_a_model(lena, model, network, sundsvall, today):
    data = {"municipality": sundsvall.pk, "started_on": today}
    assert "Kommunen har redan ett lokalt nätverk." in send(lena, "network_new", model.uid, **data).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        LocalNetwork.objects.create(model=model, municipality=sundsvall, started_on=today)


def test_a_network_does_not_end_before_it_begins(lena, model, network, sundsvall, today):
    data = {"municipality": sundsvall.pk, "started_on": today, "ended_on": today - timedelta(days=1)}
    response = send(lena, "network_change", model.uid, network.uid, **data)
    assert "Slutdatum kan inte vara före startdatum." in response.content.decode()


def test_the_contact_is_a_function(lena, model, sundsvall, today):
    data = {"municipality": sundsvall.pk, "contact": "Kalle Svensson", "started_on": today}
    assert "Kan peka ut någon" in send(lena, "network_new", model.uid, **data).content.decode()


def test_the_pages_cost_the_same_for_one_and_for_many(
    maja, model, network, vasternorrland, today, django_assert_max_num_queries
):
    def cost(name, *args):
        with django_assert_max_num_queries(40) as captured:
            page(maja, name, *args)
        return len(captured)

    page(maja, "cooperation")  # the session's own first time
    few = cost("cooperation_detail", model.uid), cost("cooperation")
    for place in vasternorrland.municipalities.exclude(code="2281"):
        LocalNetwork.objects.create(model=model, municipality=place, started_on=today)
        CooperationPaper.objects.create(model=model, kind="rutin", title=f"Rutin {place}", link=LINK)
        CooperationModel.objects.create(region=vasternorrland, name=f"Modell {place}")
    assert (cost("cooperation_detail", model.uid), cost("cooperation")) == few
