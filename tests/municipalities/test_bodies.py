"""Bodies: who reports to whom as a picture and a table, members with their history, rings refused, ended ones kept."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from municipalities.bodies.map import GovernanceMap, ring_through
from municipalities.models import Body, BodyMember, Decision, Meeting, Region
from tests.conftest import make_user

Kind, Part = Body.Kind, BodyMember.Part


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def board(vasternorrland):
    return Body.objects.create(region=vasternorrland, kind=Kind.BOARD, name="Socialchefsnätverket")


@pytest.fixture
def steering(vasternorrland, board):
    return Body.objects.create(region=vasternorrland, kind=Kind.STEERING, name="Styrgruppen", reports_to=board)


@pytest.fixture
def lena(sign_in, development_leader):
    return sign_in(development_leader)


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


def send(client, address, /, *args, **data):
    return client.post(reverse(address, args=args), data)


A_BODY = {"name": "BBIC-rådet", "kind": "rad", "rhythm": "4", "purpose": "Råder styrgruppen."}


# --- the picture --------------------------------------------------------------------------------------------------------
def test_everybody_in_the_region_sees_who_reports_to_whom(sign_in, social_worker, steering):
    said = page(sign_in(social_worker), "bodies")
    assert "<svg" in said
    assert "Styrgrupp, fyra gånger om året" in said
    assert "Överst står Socialchefsnätverket. Styrgruppen rapporterar till Socialchefsnätverket." in said
    assert reverse("body_detail", args=[steering.uid]) in said
    assert "Nytt organ" not in said


def test_the_picture_says_which_bodies_nobody_chairs(vasternorrland, board, steering, head_of_ifo, today):
    BodyMember.objects.create(body=steering, user=head_of_ifo, part=Part.CHAIR, started_on=today)
    found = GovernanceMap(vasternorrland)
    assert found.vacant == [board]
    assert "Ordförande saknas i Socialchefsnätverket." in found.sentence
    assert "● Ordförande saknas" in found.chart.svg


def test_a_chair_who_has_left_is_a_vacancy(vasternorrland, steering, head_of_ifo, today):
    BodyMember.objects.create(body=steering, user=head_of_ifo, part=Part.CHAIR, started_on=today)
    head_of_ifo.memberships.update(ended_on=today)
    assert steering in GovernanceMap(vasternorrland).vacant


def test_a_chair_to_come_is_no_chair_yet(vasternorrland, steering, today):
    BodyMember.objects.create(body=steering, name="Siv Ek", part=Part.CHAIR, started_on=today + timedelta(days=1))
    assert steering in GovernanceMap(vasternorrland).vacant


def test_a_ring_that_slipped_in_is_drawn_once(vasternorrland, board, steering):
    Body.objects.filter(pk=board.pk).update(reports_to=steering)
    lines = GovernanceMap(vasternorrland).lines
    assert sorted(line.body.name for line in lines) == ["Socialchefsnätverket", "Styrgruppen"]


def test_upper_bodies_stand_before_lower_and_one_step_out(vasternorrland, board, steering):
    lower = Body.objects.create(region=vasternorrland, kind=Kind.COUNCIL, name="Alfarådet", reports_to=steering)
    lines = GovernanceMap(vasternorrland).lines
    assert [(line.body, line.depth, line.above) for line in lines] == [
        (board, 0, None),
        (steering, 1, 0),
        (lower, 2, 1),
    ]


def test_the_number_of_queries_does_not_grow(vasternorrland, board, head_of_ifo, today, django_assert_num_queries):
    def many(count):
        for n in range(count):
            body = Body.objects.create(
                region=vasternorrland, kind=Kind.NETWORK, name=f"Nätverk {n} av {count}", reports_to=board
            )
            BodyMember.objects.create(body=body, user=head_of_ifo, part=Part.CHAIR, started_on=today)

    for count in (1, 15):
        many(count)
        with django_assert_num_queries(3):
            assert len(GovernanceMap(vasternorrland).lines) >= count


def test_an_empty_region_is_invited(lena, sign_in, regional_reader):
    assert "Nytt organ" in page(lena, "bodies")
    assert "läggs in av" in page(sign_in(regional_reader), "bodies")


# --- keeping bodies -----------------------------------------------------------------------------------------------------
def test_a_leader_makes_a_body(lena, vasternorrland, board, development_leader):
    assert send(lena, "body_new", **A_BODY, reports_to=board.pk).status_code == 302
    made = Body.objects.get(name="BBIC-rådet")
    assert (made.region, made.reports_to) == (vasternorrland, board)
    assert Event.objects.get(verb=Verb.CREATED, target="municipalities.body").actor_id == development_leader.pk


def test_a_double_click_makes_one_body(lena):
    form = lena.get(reverse("body_new")).context["form"]
    sent = A_BODY | {"token": form.initial["token"]}
    # The second finds the name taken by the very row that it would have made.
    assert [send(lena, "body_new", **sent).status_code for _ in range(2)] == [302, 302]
    assert Body.objects.count() == 1


def test_names_are_unique_in_a_region(lena, steering):
    said = send(lena, "body_new", **A_BODY | {"name": "Styrgruppen"}).content.decode()
    assert "Regionen har redan ett organ med det namnet." in said


def test_a_region_has_one_steering_group(lena, steering):
    said = send(lena, "body_new", **A_BODY | {"kind": "styrgrupp"}).content.decode()
    assert "Regionen har redan en styrgrupp. Avsluta den först." in said
    with pytest.raises(IntegrityError), transaction.atomic():
        Body.objects.create(region=steering.region, kind=Kind.STEERING, name="En till")


def test_a_ring_is_refused_and_named(lena, vasternorrland, board, steering):
    council = Body.objects.create(region=vasternorrland, kind=Kind.COUNCIL, name="Rådet", reports_to=steering)
    sent = {"name": board.name, "kind": "styrelse", "rhythm": "4", "reports_to": council.pk}
    said = send(lena, "body_change", board.uid, **sent).content.decode()
    assert "Det blir en ring: Socialchefsnätverket → Rådet → Styrgruppen → Socialchefsnätverket." in said
    assert ring_through(council, board) == []
    board.refresh_from_db()
    assert board.reports_to is None


def test_the_database_refuses_a_body_under_itself(board):
    with pytest.raises(IntegrityError), transaction.atomic():
        Body.objects.filter(pk=board.pk).update(reports_to=board.pk)


def test_an_ended_body_keeps_its_pages(lena, steering, today):
    sent = {"name": "Styrgruppen", "kind": "styrgrupp", "rhythm": "4", "ended_on": today - timedelta(days=1)}
    assert send(lena, "body_change", steering.uid, **sent).status_code == 302
    said = page(lena, "body_detail", steering.uid)
    assert "Avslutades" in said
    assert "Planera ett möte" not in said
    assert "Avslutade organ" in page(lena, "bodies")
    Body.objects.create(region=steering.region, kind=Kind.STEERING, name="Den nya styrgruppen")


def test_a_second_writer_is_told(lena, board):
    form = lena.get(reverse("body_change", args=[board.uid])).context["form"]
    Body.objects.update(purpose="Ny text")
    sent = {"name": board.name, "kind": "styrelse", "rhythm": "4", "purpose": "Min", "seen": form.initial["seen"]}
    said = send(lena, "body_change", board.uid, **sent).content.decode()
    assert "Ny text" in said
    assert Body.objects.get(pk=board.pk).purpose == "Ny text"


def test_an_identity_number_is_refused(lena):
    said = send(lena, "body_new", **A_BODY | {"purpose": "Om 20121212-1212"}).content.decode()
    assert "personnummer" in said
    assert not Body.objects.exists()


# --- members ------------------------------------------------------------------------------------------------------------
def test_a_member_is_a_colleague_or_a_name(lena, steering, head_of_ifo, sundsvall, today):
    sent = {"user": head_of_ifo.pk, "part": "ordforande", "started_on": today}
    assert send(lena, "member_new", steering.uid, **sent).status_code == 302
    sent = {"name": "Siv Ek", "organisation": "Länsstyrelsen", "part": "ledamot", "started_on": today}
    assert send(lena, "member_new", steering.uid, **sent).status_code == 302
    chair, guest = steering.members.all()
    assert (chair.user, chair.name, chair.municipality) == (head_of_ifo, "Eva Nordin", sundsvall)
    assert (guest.user, str(guest), guest.place) == (None, "Siv Ek", "Länsstyrelsen")
    said = page(lena, "body_detail", steering.uid)
    assert "Eva Nordin" in said
    assert "Ordförande saknas" not in said


def test_nobody_is_no_member(lena, steering, today):
    said = send(lena, "member_new", steering.uid, part="ledamot", started_on=today).content.decode()
    assert "Välj en person, eller skriv ett namn." in said
    with pytest.raises(IntegrityError), transaction.atomic():
        BodyMember.objects.create(body=steering, started_on=today)


def test_nobody_is_a_member_twice(lena, steering, head_of_ifo, today):
    sent = {"user": head_of_ifo.pk, "part": "ledamot", "started_on": today}
    send(lena, "member_new", steering.uid, **sent)
    said = send(lena, "member_new", steering.uid, **sent).content.decode()
    assert "Eva Nordin är redan ledamot" in said
    assert steering.members.count() == 1


def test_a_neighbour_cannot_be_chosen(lena, steering, neighbouring_head, today):
    sent = {"user": neighbouring_head.pk, "part": "ledamot", "started_on": today}
    assert "user" in send(lena, "member_new", steering.uid, **sent).context["form"].errors


def test_an_ended_term_stays_as_history(lena, steering, today):
    member = BodyMember.objects.create(body=steering, name="Siv Ek", started_on=today - timedelta(days=90))
    sent = {"part": "ledamot", "started_on": member.started_on, "ended_on": today - timedelta(days=1)}
    assert send(lena, "member_change", member.uid, **sent).status_code == 302
    said = page(lena, "body_detail", steering.uid)
    assert "Tidigare ledamöter (1)" in said
    assert "Siv Ek" in said
    sent["ended_on"] = member.started_on - timedelta(days=1)
    said = send(lena, "member_change", member.uid, **sent).content.decode()
    assert "Slutdatum kan inte vara före startdatum." in said


def test_a_member_who_left_and_one_whose_municipality_left_are_told(lena, steering, head_of_ifo, sundsvall, today):
    BodyMember.objects.create(body=steering, user=head_of_ifo, started_on=today)
    BodyMember.objects.create(body=steering, name="Siv Ek", municipality=sundsvall, started_on=today)
    head_of_ifo.memberships.update(ended_on=today)
    sundsvall.ended_on = today
    sundsvall.save()
    said = page(lena, "body_detail", steering.uid)
    assert "Har slutat" in said
    assert "Sundsvall deltar inte längre" in said


def test_a_deleted_account_leaves_a_name(steering, head_of_ifo, today):
    member = BodyMember.objects.create(body=steering, user=head_of_ifo, name="Eva Nordin", started_on=today)
    head_of_ifo.delete()
    assert str(BodyMember.objects.get(pk=member.pk)) == "Eva Nordin"


def test_a_bodys_page_costs_as_much_for_many_as_for_one(lena, steering, head_of_ifo, sundsvall, today):
    page(lena, "body_detail", steering.uid)
    counts = []
    for size in (1, 15):
        for n in range(size):
            days = {"started_on": today - timedelta(days=9 + n), "ended_on": today + timedelta(days=9)}
            BodyMember.objects.create(body=steering, user=head_of_ifo, municipality=sundsvall, **days)
            at = timezone.now() + timedelta(days=n)
            Meeting.objects.create(body=steering, starts_at=at, ends_at=at + timedelta(hours=1))
            Decision.objects.create(body=steering, title="Beslut", decided_on=today, owner=head_of_ifo)
            Body.objects.create(
                region=steering.region, kind=Kind.NETWORK, name=f"Nätverk {n} av {size}", reports_to=steering
            )
        with CaptureQueriesContext(connection) as queries:
            page(lena, "body_detail", steering.uid)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- who may what -------------------------------------------------------------------------------------------------------
LED = ["body_change", "member_new", "meeting_new", "decision_between"]


@pytest.mark.parametrize("name", LED)
def test_only_the_regions_leader_keeps_its_bodies(sign_in, head_of_ifo, steering, name):
    assert sign_in(head_of_ifo).get(reverse(name, args=[steering.uid])).status_code == 403
    other = make_user("torsten@region.example", Role.DEVELOPMENT_LEADER, region=Region.objects.get(code="24"))
    assert sign_in(other).get(reverse(name, args=[steering.uid])).status_code == 404


def test_neighbours_find_nothing_and_partners_are_refused(sign_in, neighbour, vasternorrland, steering):
    client = sign_in(neighbour)
    assert client.get(reverse("body_detail", args=[steering.uid])).status_code == 404
    assert client.get(reverse("bodies"), {"region": "22"}).status_code == 404
    assert reverse("body_detail", args=[steering.uid]) not in page(client, "bodies")
    partner = make_user("hanna@region.example", Role.PARTNER, region=vasternorrland)
    assert sign_in(partner).get(reverse("bodies")).status_code == 403
