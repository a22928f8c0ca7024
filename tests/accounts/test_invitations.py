"""From the invitation to the first sign-in, and everything that must not work on the way."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from bou_portal.access import MAY_INVITE, Role
from bou_portal.accounts.models import Invitation, Membership, User
from bou_portal.audit.models import Event, Verb
from tests.conftest import PASSWORD, make_user

INVITE = "/medarbetare/bjud-in/"
NEW = {"name": "Sara Ek", "email": "Sara@sundsvall.example", "role": Role.SOCIAL_WORKER}
CHOSEN = {"name": "Sara Ek", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def no_earlier_attempts():
    cache.clear()


@pytest.fixture
def link(sign_in, head_of_ifo, north_unit):
    """The path of a link just mailed to Sara; the client is signed out."""
    client = sign_in(head_of_ifo)
    assert client.post(INVITE, NEW | {"unit": north_unit.pk}).status_code == 302
    client.logout()
    return link_in(mail.outbox[-1])


def link_in(letter):
    return re.search(r"http://localhost:8000(/inbjudan/\S+/)", letter.body)[1]


def test_the_head_invites_a_social_worker_who_accepts_and_signs_in(client, link, sundsvall, north_unit, head_of_ifo):
    page = client.get(link).content.decode()
    assert "Socialsekreterare" in page
    assert "Sundsvalls kommun" in page
    assert client.post(link, CHOSEN)["Location"] == "/konto/logga-in/"
    membership = Membership.objects.get(user__email="sara@sundsvall.example")
    assert (membership.role, membership.municipality, membership.unit) == (Role.SOCIAL_WORKER, sundsvall, north_unit)
    client.post("/konto/logga-in/", {"login": "sara@sundsvall.example", "password": PASSWORD})
    assert client.get("/placeringar/").status_code == 200
    verbs = list(Event.objects.filter(municipality_id=sundsvall.pk).order_by("pk").values_list("verb", "actor_id"))
    sara = membership.user_id
    assert verbs == [(Verb.INVITED, head_of_ifo.pk), (Verb.JOINED, sara), (Verb.SIGNED_IN, sara)]


def test_the_mail_says_where_and_until_when_and_nothing_about_her(link, head_of_ifo):
    (letter,) = mail.outbox
    assert letter.to == ["sara@sundsvall.example"]
    assert letter.subject == "BoU-portalen: inbjudan från Sundsvalls kommun"
    until = timezone.localtime(Invitation.objects.get().expires_at).strftime("%Y-%m-%d %H:%M")
    assert until in letter.body
    for personal in ("Sara", "Ek", head_of_ifo.name, "Socialsekreterare"):
        assert personal not in letter.body + letter.subject


def test_only_the_hash_of_the_link_is_kept(link):
    token = link.split("/")[2]
    kept = Invitation.objects.values().get()
    assert token not in str(kept)
    assert kept["token_hash"] == Invitation.hash_of(token)


def test_opening_the_link_changes_nothing(client, link):
    before = list(Invitation.objects.values()), Event.objects.count(), User.objects.count()
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert (list(Invitation.objects.values()), Event.objects.count(), User.objects.count()) == before


def test_the_link_works_once(client, link):
    client.post(link, CHOSEN)
    assert client.get(link).status_code == 410
    response = client.post(link, CHOSEN | {"name": "En Annan"})
    assert response.status_code == 410
    assert "Länken gäller inte längre" in response.content.decode()
    assert User.objects.get(email="sara@sundsvall.example").name == "Sara Ek"


@pytest.mark.parametrize(("hours", "status"), [(71, 200), (72, 410), (100, 410)])
def test_the_link_works_for_72_hours(client, sign_in, head_of_ifo, time_machine, hours, status):
    time_machine.move_to("2026-11-23T08:00:00+01:00", tick=False)
    sign_in(head_of_ifo).post(INVITE, NEW)
    client.logout()
    time_machine.shift(timedelta(hours=hours))
    assert client.get(link_in(mail.outbox[-1])).status_code == status


def test_a_made_up_link_leads_nowhere(client, db):
    assert client.get("/inbjudan/abc/").status_code == 410
    assert client.post("/inbjudan/abc/", CHOSEN).status_code == 410


def test_an_invitation_sent_again_gets_a_new_link_and_kills_the_old(client, link, sign_in, head_of_ifo):
    invitation = Invitation.objects.get()
    sign_in(head_of_ifo).post(f"/medarbetare/inbjudan/{invitation.uid}/skicka-igen/")
    client.logout()
    assert client.get(link).status_code == 410
    assert client.get(link_in(mail.outbox[-1])).status_code == 200


def test_a_withdrawn_invitation_is_over(client, link, sign_in, head_of_ifo):
    path = f"/medarbetare/inbjudan/{Invitation.objects.get().uid}/aterta/"
    head = sign_in(head_of_ifo)
    assert "sara@sundsvall.example" in head.get(path).content.decode()
    assert Invitation.objects.open().exists()
    head.post(path)
    assert not Invitation.objects.open().exists()
    assert head.post(path).status_code == 404
    client.logout()
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ({"password2": "nagot-helt-annat-igen"}, "Lösenorden är inte likadana."),
        ({"password1": "kort", "password2": "kort"}, "minst 12"),
        ({"name": ""}, "obligatorisk"),
        ({"password1": "sara@sundsvall.example", "password2": "sara@sundsvall.example"}, "lik"),
    ],
)
def test_a_bad_choice_is_explained_and_the_link_still_works(client, link, chosen, why):
    assert why in client.post(link, CHOSEN | chosen).content.decode()
    assert not User.objects.filter(email="sara@sundsvall.example").exists()
    assert client.post(link, CHOSEN).status_code == 302


def test_somebody_with_an_account_signs_in_and_takes_the_role_without_a_new_password(
    client, sign_in, head_of_ifo, neighbour
):
    sign_in(head_of_ifo).post(INVITE, NEW | {"email": neighbour.email})
    client.logout()
    link = link_in(mail.outbox[-1])
    assert client.post(link, CHOSEN)["Location"] == f"/konto/logga-in/?next={link}"
    assert neighbour.memberships.count() == 1
    sign_in(neighbour)
    assert "password1" not in client.get(link).content.decode()
    client.post(link)
    assert neighbour.memberships.in_force().count() == 2
    neighbour.refresh_from_db()
    assert neighbour.check_password(PASSWORD)


def test_an_invitation_is_not_taken_by_somebody_else_who_is_signed_in(client, link, sign_in, social_worker):
    other = sign_in(social_worker)
    assert "Inbjudan gäller en annan adress" in other.post(link, CHOSEN).content.decode()
    assert not User.objects.filter(email="sara@sundsvall.example").exists()
    assert Invitation.objects.open().exists()


def test_an_invitation_opens_a_locked_account_again(client, sign_in, head_of_ifo, neighbour):
    User.objects.filter(pk=neighbour.pk).update(is_active=False)
    sign_in(head_of_ifo).post(INVITE, NEW | {"email": neighbour.email})
    client.logout()
    new = "ett-helt-nytt-losenord"
    client.post(link_in(mail.outbox[-1]), {"name": "Johan", "password1": new, "password2": new})
    neighbour.refresh_from_db()
    assert neighbour.is_active
    assert neighbour.check_password(new)


# --- who may invite whom ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", list(Role))
def test_a_head_grants_exactly_the_roles_of_the_table(sign_in, head_of_ifo, role):
    response = sign_in(head_of_ifo).post(INVITE, NEW | {"role": role})
    invited = Invitation.objects.filter(role=role).exists()
    assert invited == (role in MAY_INVITE[Role.HEAD_OF_IFO])
    assert response.status_code == (302 if invited else 200)
    assert len(mail.outbox) == invited


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("place", "is_region"), [("2281", False), ("22", True)])
def test_a_development_leader_grants_exactly_the_roles_of_the_table(
    sign_in, development_leader, role, place, is_region
):
    sign_in(development_leader).post(INVITE, NEW | {"role": role, "place": place})
    may = role in MAY_INVITE[Role.DEVELOPMENT_LEADER] and is_region == (role != Role.HEAD_OF_IFO)
    assert Invitation.objects.filter(role=role).exists() == may


def test_nobody_grants_the_own_role():
    assert all(role not in granted for role, granted in MAY_INVITE.items())


def test_a_leader_invites_no_head_in_another_region(sign_in, development_leader):
    page = sign_in(development_leader).post(INVITE, NEW | {"role": Role.HEAD_OF_IFO, "place": "2480"})
    assert "giltigt alternativ" in page.content.decode()
    assert not Invitation.objects.exists()


def test_a_role_in_the_wrong_kind_of_place_is_explained(sign_in, development_leader):
    page = sign_in(development_leader).post(INVITE, NEW | {"role": Role.HEAD_OF_IFO, "place": "22"})
    assert "Välj den kommun där personen arbetar." in page.content.decode()


def test_the_same_role_is_not_given_twice(sign_in, head_of_ifo, social_worker):
    head = sign_in(head_of_ifo)
    page = head.post(INVITE, NEW | {"email": social_worker.email.upper()})
    assert "Personen har redan den rollen." in page.content.decode()
    head.post(INVITE, NEW)
    assert "Det finns redan en inbjudan" in head.post(INVITE, NEW).content.decode()
    assert Invitation.objects.count() == 1


def test_a_unit_of_another_municipality_cannot_be_chosen(sign_in, head_of_ifo, north_unit, umea):
    foreign = umea.units.create(name="Umeå centrum")
    page = sign_in(head_of_ifo).post(INVITE, NEW | {"unit": foreign.pk})
    assert page.status_code == 200
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["social_worker", "unit_manager", "data_steward", "regional_reader"])
def test_others_invite_nobody(db, sign_in, request, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(INVITE).status_code == 403
    assert client.post(INVITE, NEW).status_code == 403
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("act", ["skicka-igen", "aterta"])
def test_a_neighbouring_head_does_not_reach_the_invitation(link, sign_in, neighbouring_head, act):
    path = f"/medarbetare/inbjudan/{Invitation.objects.get().uid}/{act}/"
    assert sign_in(neighbouring_head).post(path).status_code == 404
    assert Invitation.objects.open().exists()
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_down_loses_no_invitation(sign_in, head_of_ifo, settings, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    page = sign_in(head_of_ifo).post(INVITE, NEW, follow=True).content.decode()
    assert "kunde inte skickas" in page
    assert Invitation.objects.open().count() == 1


def test_a_system_keeper_is_invited_by_nobody(sign_in, vasternorrland):
    keeper = make_user("drift@region.example", Role.SYSTEM_KEEPER, region=vasternorrland)
    assert sign_in(keeper).post(INVITE, NEW).status_code == 403
