"""The members page: seeing, changing units, ending, handing over, and the municipality's units."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from bou_portal.access import Permission, Role
from bou_portal.accounts.models import Invitation, Membership
from bou_portal.audit.models import Event, Verb
from placements.models import Assignment, Child
from tests.conftest import make_user

PAGE = "/medarbetare/"


@pytest.fixture
def head(sign_in, head_of_ifo):
    return sign_in(head_of_ifo)


@pytest.fixture
def sara(sundsvall, north_unit):
    """A colleague in the same unit."""
    return make_user("sara@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, unit=north_unit, name="Sara")


@pytest.fixture
def three_children(sundsvall, social_worker, north_unit):
    children = [
        Child.objects.create(municipality=sundsvall, local_code=f"SVL-{number}", birth_year=2012) for number in range(3)
    ]
    for child in children:
        Assignment.objects.create(
            municipality=sundsvall, child=child, worker=social_worker, unit=north_unit, started_on=date(2026, 1, 10)
        )
    return children


def path(user, act=""):
    return f"/medarbetare/{user.memberships.latest('pk').uid}/{act}"


def test_a_head_sees_the_whole_municipality_and_nobody_elses(head, head_of_ifo, social_worker, data_steward, neighbour):
    page = head.get(PAGE).content.decode()
    for user in (head_of_ifo, social_worker, data_steward):
        assert user.email in page
    assert neighbour.email not in page
    assert "Barn och unga norr" in page
    assert "aldrig" in page


def test_a_leader_sees_the_regions_roles_and_the_heads_but_no_social_workers(
    sign_in, development_leader, regional_reader, head_of_ifo, social_worker, neighbouring_head
):
    page = sign_in(development_leader).get(PAGE).content.decode()
    for user in (development_leader, regional_reader, head_of_ifo):
        assert user.email in page
    for user in (social_worker, neighbouring_head):
        assert user.email not in page


def test_a_head_who_is_alone_is_told_to_invite(head):
    assert "Här är du ensam än så länge" in head.get(PAGE).content.decode()


def test_the_page_asks_the_database_as_often_for_thirty_as_for_one(
    head, social_worker, sundsvall, django_assert_max_num_queries, django_assert_num_queries
):
    head.get(PAGE)
    with django_assert_max_num_queries(20) as few:
        head.get(PAGE)
    for number in range(30):
        make_user(f"m{number}@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall)
        Invitation.objects.create(
            email=f"i{number}@sundsvall.example",
            name="Ny",
            role=Role.SOCIAL_WORKER,
            municipality=sundsvall,
            token_hash=str(number),
        )
    with django_assert_num_queries(len(few)):
        head.get(PAGE)


def test_the_unit_is_changed_and_logged(head, social_worker, sundsvall):
    south = sundsvall.units.create(name="Barn och unga söder")
    assert head.post(path(social_worker), {"unit": south.pk}).status_code == 302
    assert social_worker.memberships.get().unit == south
    assert Event.objects.get(verb=Verb.CHANGED).detail == {"field": "enhet"}


def test_a_unit_of_another_municipality_is_no_choice(head, social_worker, umea, north_unit):
    foreign = umea.units.create(name="Centrum")
    assert head.post(path(social_worker), {"unit": foreign.pk}).status_code == 200
    assert social_worker.memberships.get().unit == north_unit


@pytest.mark.parametrize("act", ["", "lamna-over/", "avsluta/", "nollstall/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_others_do_not_reach_a_member(sign_in, request, social_worker, three_children, act, method):
    for who, status in [("neighbouring_head", 404), ("development_leader", 404), ("unit_manager", 403)]:
        client = sign_in(request.getfixturevalue(who))
        assert getattr(client, method)(path(social_worker, act)).status_code == status, who
    assert social_worker.memberships.in_force().count() == 1
    assert Assignment.objects.filter(worker=social_worker, ended_on__isnull=True).count() == 3


def test_a_head_ends_neither_herself_nor_another_head(head, head_of_ifo, sundsvall):
    other = make_user("ulla@sundsvall.example", Role.HEAD_OF_IFO, municipality=sundsvall)
    for user in (head_of_ifo, other):
        assert head.post(path(user, "avsluta/")).status_code == 404
        assert user.memberships.in_force().exists()


def test_a_leader_ends_a_head_in_the_region(sign_in, development_leader, head_of_ifo):
    assert sign_in(development_leader).post(path(head_of_ifo, "avsluta/")).status_code == 302
    assert not head_of_ifo.memberships.in_force().exists()


def test_somebody_without_children_just_leaves(head, data_steward):
    assert head.get(path(data_steward, "avsluta/")).status_code == 200
    assert data_steward.memberships.in_force().exists()
    page = head.post(path(data_steward, "avsluta/"), follow=True).content.decode()
    assert "Uppdraget är avslutat" in page
    assert not data_steward.memberships.in_force().exists()
    assert head.post(path(data_steward, "avsluta/")).status_code == 404


def test_nobody_leaves_with_children_in_hand(head, social_worker, three_children):
    response = head.get(path(social_worker, "avsluta/"))
    assert "ansvarar för 3 barn" in response.content.decode()
    answer = head.post(path(social_worker, "avsluta/"), {})
    assert "Välj en kollega eller en enhet som tar över." in answer.content.decode()
    assert social_worker.memberships.in_force().exists()


def test_leaving_hands_all_children_to_the_chosen_colleague(head, social_worker, sara, three_children, head_of_ifo):
    head.post(path(social_worker, "avsluta/"), {"worker": sara.pk})
    assert not social_worker.memberships.in_force().exists()
    open_now = Assignment.objects.filter(ended_on__isnull=True)
    assert {a.child for a in open_now.filter(worker=sara)} == set(three_children)
    assert not open_now.filter(worker=social_worker).exists()
    assert Assignment.objects.filter(worker=social_worker, ended_on__isnull=False).count() == 3
    assert Child.objects.for_user(sara, Permission.READ_CASES).count() == 3
    changed = Event.objects.filter(verb=Verb.CHANGED, target="placements.child", actor_id=head_of_ifo.pk)
    assert changed.count() == 3
    assert Event.objects.filter(verb=Verb.ENDED).count() == 1


def test_children_can_be_handed_to_the_unit_and_the_role_kept(head, social_worker, sara, three_children, north_unit):
    head.post(path(social_worker, "lamna-over/"), {"unit": north_unit.pk})
    assert social_worker.memberships.in_force().exists()
    assert set(Assignment.objects.filter(ended_on__isnull=True).values_list("worker", "unit")) == {
        (None, north_unit.pk)
    }
    assert Child.objects.for_user(sara, Permission.READ_CASES).count() == 3


def test_children_go_to_nobody_outside_the_municipality(head, social_worker, three_children, neighbour, data_steward):
    for other in (neighbour, data_steward, social_worker):
        assert head.post(path(social_worker, "lamna-over/"), {"worker": other.pk}).status_code == 200
    assert Assignment.objects.filter(worker=social_worker, ended_on__isnull=True).count() == 3


def test_a_promotion_takes_no_children_away(head, social_worker, three_children, sundsvall):
    Membership.objects.create(user=social_worker, role=Role.LEAD_SOCIAL_WORKER, municipality=sundsvall)
    old = social_worker.memberships.get(role=Role.SOCIAL_WORKER)
    head.post(f"/medarbetare/{old.uid}/avsluta/")
    assert Assignment.objects.filter(worker=social_worker, ended_on__isnull=True).count() == 3
    assert [m.role for m in social_worker.memberships.in_force()] == [Role.LEAD_SOCIAL_WORKER]


def test_a_head_resets_a_lost_second_factor(head, social_worker, sundsvall, head_of_ifo, client):
    Authenticator.objects.create(user=social_worker, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert "Nollställ andra faktorn" in head.get(path(social_worker)).content.decode()
    assert head.get(path(social_worker, "nollstall/")).status_code == 200
    assert Authenticator.objects.exists()
    head.post(path(social_worker, "nollstall/"))
    assert not Authenticator.objects.exists()
    event = Event.objects.get(verb=Verb.CHANGED)
    assert (event.actor_id, event.municipality_id) == (head_of_ifo.pk, sundsvall.pk)


# --- units --------------------------------------------------------------------------------------------------------------
UNITS = "/medarbetare/enheter/2281/"


def test_a_head_adds_and_renames_units(head, sundsvall):
    assert "har inga enheter än" in head.get(UNITS).content.decode()
    head.post(UNITS, {"name": "  Mottagning   unga "})
    unit = sundsvall.units.get()
    assert unit.name == "Mottagning unga"
    head.post(UNITS, {"unit": unit.pk, "name": "Mottagningen"})
    assert [unit.name for unit in sundsvall.units.all()] == ["Mottagningen"]
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [Verb.CREATED, Verb.CHANGED]


def test_two_units_cannot_share_a_name(head, sundsvall, north_unit):
    page = head.post(UNITS, {"name": "barn och unga NORR"}).content.decode()
    assert "Kommunen har redan en enhet med det namnet." in page
    assert sundsvall.units.count() == 1


def test_a_head_opens_the_municipality_to_its_social_workers(head, sundsvall, neighbour, social_worker, child):
    Assignment.objects.create(
        municipality=sundsvall,
        child=child,
        unit=sundsvall.units.create(name="Söder"),
        started_on=date(2026, 1, 10),
    )
    assert not Child.objects.for_user(social_worker, Permission.READ_CASES).exists()
    head.post(UNITS + "insyn/", {"opens_all_to_workers": "on"})
    del social_worker.current_memberships
    assert Child.objects.for_user(social_worker, Permission.READ_CASES).exists()
    assert Event.objects.get().detail == {"opens_all_to_workers": True}


@pytest.mark.parametrize("page", [UNITS, UNITS + "insyn/"])
def test_others_do_not_touch_the_units(sign_in, request, sundsvall, page):
    for who, status in [("neighbouring_head", 404), ("development_leader", 404), ("unit_manager", 403)]:
        client = sign_in(request.getfixturevalue(who))
        assert client.post(page, {"name": "Ny", "opens_all_to_workers": "on"}).status_code == status, who
    assert not sundsvall.units.filter(name="Ny").exists()
    sundsvall.refresh_from_db()
    assert not sundsvall.opens_all_to_workers


# --- one's own account --------------------------------------------------------------------------------------------------
def test_everybody_sees_and_renames_herself(sign_in, social_worker):
    client = sign_in(social_worker)
    page = client.get("/konto/").content.decode()
    for shown in ("maja@sundsvall.example", "Socialsekreterare", "Sundsvalls kommun", "Barn och unga norr"):
        assert shown in page
    sent = {"name": "Maja Ek", "wants_weekly_mail": "on", "email": "annan@sundsvall.example", "session_round": "7"}
    client.post("/konto/", sent)
    social_worker.refresh_from_db()
    assert (social_worker.name, social_worker.email) == ("Maja Ek", "maja@sundsvall.example")
    assert social_worker.session_round == 0
    assert Event.objects.get().detail == {"field": "namn"}


def test_signing_out_everywhere_is_asked_for_by_post(sign_in, social_worker):
    client = sign_in(social_worker)
    assert client.get("/konto/logga-ut-overallt/").status_code == 405
    assert client.get("/konto/").status_code == 200


# --- the first invitation -----------------------------------------------------------------------------------------------
def test_the_first_leader_is_invited_from_the_command_line(db, capsys, mailoutbox, vasternorrland, client):
    call_command("invite", "Lena@region.example", name="Lena", role="development_leader", place="22")
    link = capsys.readouterr().out.splitlines()[1]
    assert link in mailoutbox[0].body
    assert Invitation.objects.get().region == vasternorrland
    assert client.get(link.removeprefix("http://localhost:8000")).status_code == 200
    assert Event.objects.get().actor_id == 0


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"role": "head_of_ifo", "place": "22"}, "ingen kommun med koden 22"),
        ({"role": "development_leader", "place": "2281"}, "ingen region med koden 2281"),
        ({"email": "lena", "role": "development_leader", "place": "22"}, "ingen e-postadress"),
    ],
)
def test_a_wrong_first_invitation_says_why(db, given, why):
    email = given.pop("email", "lena@region.example")
    with pytest.raises(CommandError, match=why):
        call_command("invite", email, name="Lena", **given)
    assert not Invitation.objects.exists()
