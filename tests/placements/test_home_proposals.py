"""Proposed homes: who makes them, who sees them, and how the region's leader keeps the register."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from bou_portal.access import Role
from bou_portal.accounts.models import Membership
from bou_portal.audit.models import Event, Verb
from bou_portal.imports import folded
from placements.codes import FormGroup
from placements.imports.homes import Homes, forget_proposals
from placements.models import CareHome, HomeAlias
from tests.conftest import make_user
from tests.placements.test_homes import body, rated, stay


@pytest.fixture
def leader(sign_in, development_leader):
    return sign_in(development_leader)


@pytest.fixture
def proposal(sundsvall):
    return CareHome.objects.create(
        name="Tallbackens hem",
        name_key="tallbackens hem",
        form_group=FormGroup.HVB,
        status="proposed",
        proposed_by=sundsvall,
    )


TOLD = {"source": "kommun", "told_on": "2026-10-03"}
FACTS = {"name": "Nya Granen", "form_group": "hvb", "operator": "company", "age_from": "13", "age_to": "17"} | TOLD


def test_the_leader_hears_of_a_proposal_on_the_first_page(leader, proposal):
    assert "1 förslag till HVB-registret väntar på dig" in leader.get("/").content.decode()
    proposal.delete()
    assert "förslag till HVB-registret" not in leader.get("/").content.decode()


def test_social_worker_proposes_a_home(sign_in, social_worker, sundsvall):
    response = sign_in(social_worker).post(reverse("home_propose"), FACTS)
    home = CareHome.objects.get(name="Nya Granen")
    assert response.url == home.get_absolute_url()
    assert (home.status, home.proposed_by, home.name_key) == ("proposed", sundsvall, "nya granen")
    assert "Föreslaget" in body(sign_in(social_worker), "home_detail", home.uid)
    assert Event.objects.filter(verb=Verb.CREATED, target="placements.carehome").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "obligatoriskt"),
        ({"name": "TALL-BACKEN"}, "Hemmet finns redan"),
        ({"age_from": "18", "age_to": "12"}, "Högsta ålder kan inte vara under lägsta ålder."),
        ({"name": "Hem för 20090101-2385"}, "Det ser ut som ett personnummer"),
        ({"form_group": "jourhem"}, "giltigt"),
        ({"form_group": "familjehem"}, "Skriv företagets organisationsnummer"),
        ({"source": "fil"}, "giltigt"),
        ({"told_on": "2030-01-01"}, "Dagen ligger framåt i tiden."),
    ],
)
def test_a_proposal_says_what_is_wrong(sign_in, social_worker, home, changes, said):
    response = sign_in(social_worker).post(reverse("home_propose"), FACTS | changes)
    assert said in response.content.decode()
    assert CareHome.objects.count() == 1


def test_a_proposal_made_by_hand_outlives_the_undoing_of_a_delivery(sign_in, social_worker, sundsvall, proposal):
    sign_in(social_worker).post(reverse("home_propose"), FACTS)
    forget_proposals([sundsvall.pk])
    assert [home.name for home in CareHome.objects.all()] == ["Nya Granen"]


def test_nobody_proposes_in_another_municipality_s_name(sign_in, social_worker, sundsvall, umea):
    sign_in(social_worker).post(reverse("home_propose"), FACTS | {"proposed_by": umea.pk})
    assert CareHome.objects.get().proposed_by == sundsvall


def test_who_works_in_two_municipalities_says_for_which_she_proposes(sign_in, social_worker, sundsvall, umea):
    Membership.objects.create(
        user=social_worker, role=Role.SOCIAL_WORKER, municipality=umea, started_on=date(2020, 1, 1)
    )
    address = reverse("home_propose")
    assert "Välj kommun" in sign_in(social_worker).post(address, FACTS).content.decode()
    sign_in(social_worker).post(address, FACTS | {"proposed_by": umea.pk})
    assert CareHome.objects.get().proposed_by == umea


def test_a_proposal_is_seen_by_its_municipality_and_its_leader_only(
    sign_in, social_worker, neighbour, development_leader, proposal
):
    for user, status in [(social_worker, 200), (development_leader, 200), (neighbour, 404)]:
        client = sign_in(user)
        assert client.get(proposal.get_absolute_url()).status_code == status
        assert ("Tallbackens hem" in body(client, "home_list")) == (status == 200)


def test_leader_approves_a_proposal(sign_in, leader, neighbour, proposal):
    assert "1 förslag väntar på dig" in body(leader, "home_list")
    leader.post(reverse("home_approve", args=[proposal.uid]))
    proposal.refresh_from_db()
    assert proposal.status == "registered"
    assert Event.objects.filter(target="placements.carehome", detail__approved=True).exists()
    assert leader.post(reverse("home_approve", args=[proposal.uid])).status_code == 404
    assert sign_in(neighbour).get(proposal.get_absolute_url()).status_code == 200


def test_a_proposal_is_not_closed_for_everybody_to_see(leader, proposal):
    assert leader.post(reverse("home_close", args=[proposal.uid])).status_code == 404
    proposal.refresh_from_db()
    assert proposal.is_proposed


@pytest.mark.parametrize("name", ["home_approve", "home_change", "home_merge", "home_close"])
def test_only_the_region_s_leader_keeps_homes(sign_in, social_worker, proposal, umea, name):
    address = reverse(name, args=[proposal.uid])
    assert sign_in(social_worker).post(address).status_code == 403
    other = make_user("lo@vb.example", Role.DEVELOPMENT_LEADER, region=umea.region)
    assert sign_in(other).post(address).status_code == 404
    assert CareHome.objects.get().status == "proposed"


def test_leader_merges_a_proposal_into_a_home(leader, home, proposal, social_worker, sundsvall):
    rating = rated(proposal, "2281", 80, social_worker)
    HomeAlias.objects.create(municipality=sundsvall, home=proposal, key="hem17")
    response = leader.post(reverse("home_merge", args=[proposal.uid]), {"target": home.pk, "confirmed": "ja"})
    assert response.url == home.get_absolute_url()
    rating.refresh_from_db()
    assert (rating.home, rating.placement.home, rating.placement.home_key) == (home, home, str(home.pk))
    names = {"hem17", folded("Tallbackens hem"), proposal.uid.hex}
    assert set(HomeAlias.objects.values_list("municipality", "key", "home")) == {
        (sundsvall.pk, n, home.pk) for n in names
    }
    assert not CareHome.objects.filter(name="Tallbackens hem").exists()
    assert Homes([sundsvall.pk]).key(sundsvall.pk, "hvb", "Tallbackens hem") == str(home.pk)
    event = Event.objects.get(target="placements.carehome", verb=Verb.CHANGED)
    moved = {name: count for name, count in event.detail.items() if count}
    assert moved == {"merged": proposal.pk, "placements": 1, "ratings": 1}
    assert Event.objects.filter(target="placements.carehome", verb=Verb.DELETED, target_id=str(proposal.pk)).exists()


def test_a_home_is_not_merged_into_itself_or_a_proposal(leader, home, proposal):
    assert "giltigt" in leader.post(reverse("home_merge", args=[home.uid]), {"target": home.pk}).content.decode()
    assert "giltigt" in leader.post(reverse("home_merge", args=[home.uid]), {"target": proposal.pk}).content.decode()
    assert CareHome.objects.count() == 2


def test_leader_renames_a_home_and_deliveries_still_find_it(leader, home, sundsvall):
    stay(home, sundsvall)
    leader.post(reverse("home_change", args=[home.uid]), {"name": "Tallåsen", "form_group": "hvb"} | TOLD)
    home.refresh_from_db()
    assert (home.name, home.name_key) == ("Tallåsen", "tallzz1sen")
    assert Homes([sundsvall.pk]).key(sundsvall.pk, "hvb", "Tallbacken") == str(home.pk)


def test_leader_closes_a_home_and_opens_it_again(leader, home):
    leader.post(reverse("home_close", args=[home.uid]))
    assert not leader.get(reverse("home_list")).context["page"].object_list
    leader.post(reverse("home_close", args=[home.uid]))
    assert leader.get(reverse("home_list")).context["page"].object_list


def test_a_proposal_without_a_proposer_is_refused(db):
    with pytest.raises(ValidationError, match="Ange vilken kommun"):
        CareHome(name="X", name_key="x", form_group="hvb", status="proposed").full_clean()
