"""A municipality that leaves or is merged: what ends with it, what stays readable, what is refused (docs/adr/0029)."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission, Role
from bou_portal.accounts.forms.invitations import places_to_invite_to
from bou_portal.accounts.models import Invitation, User
from bou_portal.audit.models import Event, Verb
from municipalities.models import Accord, Body, BodyMember, Holder, Municipality, Post

CODE = "2281"


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def timra(db):
    return Municipality.objects.get(code="2262")


def end(day, *more, code=CODE):
    said = StringIO()
    call_command("end_municipality", code, "--fran", str(day), *more, stdout=said)
    return said.getvalue()


def test_without_the_word_nothing_is_written(head_of_ifo, sundsvall):
    said = end("2027-01-01", "--till", "2262")
    assert "Sundsvall deltar inte från och med 2027-01-01." in said
    assert "Kommunen går upp i Timrå." in said
    assert "1 uppdrag avslutas" in said
    assert "Inget är skrivet" in said
    sundsvall.refresh_from_db()
    assert sundsvall.ended_on is None
    assert head_of_ifo.memberships.get().ended_on is None


def test_with_it_the_roles_end_that_day_and_the_log_says_so(head_of_ifo, sundsvall, timra, time_machine):
    end("2027-01-01", "--till", "2262", "--genomfor")
    sundsvall.refresh_from_db()
    assert (sundsvall.ended_on, sundsvall.succeeded_by) == (date(2027, 1, 1), timra)
    assert head_of_ifo.memberships.get().ended_on == date(2027, 1, 1)
    assert Event.objects.filter(verb=Verb.ENDED, municipality_id=sundsvall.pk, actor_id=0).count() == 2
    assert User.objects.get(pk=head_of_ifo.pk).can(Permission.READ_REGION_WORK)
    time_machine.move_to("2027-01-01T12:00:00+01:00")
    assert not User.objects.get(pk=head_of_ifo.pk).can(Permission.READ_REGION_WORK)


def test_posts_and_members_of_bodies_end_with_it(sundsvall, vasternorrland, today):
    post = Post.objects.create(region=vasternorrland, title="BBIC-ombud", municipality=sundsvall)
    holder = Holder.objects.create(post=post, name="Siv Ek", started_on="2020-01-01")
    body = Body.objects.create(region=vasternorrland, kind="styrgrupp", name="Styrgruppen")
    member = BodyMember.objects.create(body=body, municipality=sundsvall, name="Siv Ek", started_on="2020-01-01")
    other = BodyMember.objects.create(body=body, name="Bo Ek", organisation="Region", started_on="2020-01-01")
    end(today, "--genomfor")
    for row in (post, holder, member, other):
        row.refresh_from_db()
    yesterday = today - timedelta(days=1)
    assert (post.ended_on, holder.ended_on, member.ended_on, other.ended_on) == (today, yesterday, yesterday, None)


def test_run_again_it_ends_what_has_come_since(head_of_ifo, sundsvall, today):
    end(today + timedelta(days=9), "--genomfor")
    head_of_ifo.memberships.update(ended_on=None)
    end(today + timedelta(days=9), "--genomfor")
    assert head_of_ifo.memberships.get().ended_on == today + timedelta(days=9)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("9999", "2027-01-01"), "Ingen kommun har koden 9999"),
        ((CODE, "igår"), "är inget datum"),
        ((CODE, "2027-01-01", "--till", CODE), "kan inte gå upp i sig själv"),
        ((CODE, "2027-01-01", "--till", "2260"), "deltar inte heller den dagen"),
    ],
)
def test_what_cannot_be_is_refused(db, arguments, said):
    Municipality.objects.filter(code="2260").update(ended_on="2026-12-31")
    code, day, *more = arguments
    with pytest.raises(CommandError, match=said):
        end(day, *more, "--genomfor", code=code)


def test_it_ends_once(sundsvall):
    end("2027-01-01", "--genomfor")
    with pytest.raises(CommandError, match="redan avslutad på annat sätt"):
        end("2028-01-01", "--genomfor")


def test_the_database_refuses_a_successor_of_one_that_goes_on(sundsvall, timra):
    with pytest.raises(IntegrityError), transaction.atomic():
        Municipality.objects.filter(pk=sundsvall.pk).update(succeeded_by=timra)


def test_the_register_keeps_it_ended(sundsvall, timra):
    end("2027-01-01", "--till", "2262", "--genomfor")
    call_command("load_register", stdout=StringIO())
    sundsvall.refresh_from_db()
    assert (sundsvall.ended_on, sundsvall.succeeded_by) == (date(2027, 1, 1), timra)


def test_the_regions_page_says_so(sign_in, development_leader, sundsvall, timra, today):
    client = sign_in(development_leader)
    page = reverse("region", args=["22"])
    end(today + timedelta(days=5), "--till", "2262", "--genomfor")
    assert len(client.get(page).context["municipalities"]) == 7
    Municipality.objects.filter(pk=sundsvall.pk).update(ended_on=today)
    said = client.get(page)
    assert [str(row) for row in said.context["former"]] == ["Sundsvall"]
    assert len(said.context["municipalities"]) == 6
    assert f"Deltar inte från och med {today}. Har gått upp i Timrå." in said.content.decode()


def test_its_agreements_stay_and_say_so(sign_in, development_leader, sundsvall, vasternorrland, today):
    accord = Accord.objects.create(region=vasternorrland, title="Länets", valid_from=today)
    accord.parties.create(municipality=sundsvall, joined_on="2020-01-01")
    said = end(today, "--genomfor")
    assert "Är part i ”Länets”" in said
    shown = sign_in(development_leader).get(reverse("accord_detail", args=[accord.uid])).content.decode()
    assert f"Har varit part: Sundsvall (till {today})" in shown
    form = development_leader_form(sign_in(development_leader), accord)
    assert sundsvall not in form.fields["municipalities"].queryset


def development_leader_form(client, accord):
    return client.get(reverse("accord_parties", args=[accord.uid])).context["form"]


def test_nobody_comes_into_it_afterwards(development_leader, sundsvall, timra, today):
    for place, token in ((sundsvall, "a"), (timra, "b")):
        Invitation.objects.create(email="ny@x.example", role=Role.HEAD_OF_IFO, municipality=place, token_hash=token)
    end(today, "--genomfor")
    assert [invitation.municipality for invitation in Invitation.objects.open()] == [timra]
    assert sundsvall.code not in places_to_invite_to(development_leader)
