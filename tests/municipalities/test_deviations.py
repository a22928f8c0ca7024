"""Deviations in cooperation: anybody in a municipality reports one, the group handles it, and no child is in it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from municipalities.models import Body, BodyMember, CooperationModel, Deviation, Municipality
from tests.conftest import make_user


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def group(vasternorrland):
    return Body.objects.create(region=vasternorrland, kind=Body.Kind.NETWORK, name="Länsgrupp Norrbus")


@pytest.fixture
def model(vasternorrland, group):
    return CooperationModel.objects.create(region=vasternorrland, name="Norrbus", group=group)


@pytest.fixture
def deviation(model, sundsvall, social_worker, today):
    return Deviation.objects.create(
        model=model, municipality=sundsvall, month=f"{today:%Y-%m}", kind="sip", to_party="skola",
        text="SIP kom aldrig till stånd.", reported_by=social_worker,
    )  # fmt: skip


@pytest.fixture
def ulf(group, today):
    """A unit manager of another municipality in the region, who sits in the group."""
    timra = Municipality.objects.get(code="2262")
    user = make_user("ulf@timra.example", Role.UNIT_MANAGER, municipality=timra, name="Ulf Ström")
    BodyMember.objects.create(body=group, user=user, started_on=today - timedelta(days=99))
    return user


@pytest.fixture
def maja(sign_in, social_worker):
    return sign_in(social_worker)


def send(client, name, /, *args, **data):
    return client.post(reverse(name, args=args), data)


def page(client, name, /, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


def facts(today, **changed):
    return {"month": f"{today:%Y-%m}", "kind": "sip", "from_party": "socialtjanst", "to_party": "skola"} | changed


def status(client, deviation):
    return client.get(deviation.get_absolute_url()).status_code


# --- reporting ----------------------------------------------------------------------------------------------------------
def test_a_social_worker_reports_what_failed_between_two_bodies(maja, social_worker, model, sundsvall, today):
    response = send(maja, "deviation_new", model.uid, **facts(today, text="Skolan kom inte till mötet."))
    made = Deviation.objects.get()
    assert response.url == made.get_absolute_url()
    assert (made.municipality, made.reported_by, made.state) == (sundsvall, social_worker, "ny")
    assert "Skolan kom inte till mötet." in maja.get(response.url).content.decode()
    assert Event.objects.filter(verb=Verb.CREATED, municipality_id=sundsvall.pk).exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": "Det gällde 20020130-2395."}, "personnummer"),
        ({"text": "Mötet om Kalle Svensson ställdes in."}, "Kan peka ut någon: ”Kalle Svensson”"),
        ({"text": "Ring 070-123 45 67."}, "Kan peka ut någon"),
        ({"text": "x" * 601}, "600"),
        ({"to_party": "socialtjanst"}, "Välj två olika verksamheter."),
        ({"month": "2020-01"}, "giltigt"),
        ({"month": "2026-11-21"}, "giltigt"),
        ({"kind": "påhittad"}, "giltigt"),
    ],
)
def test_what_is_wrong_with_a_report_is_said(maja, model, today, changed, said):
    assert said in send(maja, "deviation_new", model.uid, **facts(today, **changed)).content.decode()
    assert not Deviation.objects.exists()


def test_a_name_that_points_at_nobody_is_confirmed(maja, model, today):
    data = facts(today, text="I rutinen Barnets Bästa står något annat.", confirmed=["Barnets Bästa"])
    assert send(maja, "deviation_new", model.uid, **data).status_code == 302


def test_the_page_says_to_write_about_cooperation_and_asks_for_no_day(maja, model):
    said = page(maja, "deviation_new", model.uid)
    assert "Skriv aldrig om barnet" in said
    assert 'type="date"' not in said


def test_a_double_click_reports_once(maja, model, today):
    token = maja.get(reverse("deviation_new", args=[model.uid])).context["form"].initial["token"]
    for _ in range(2):
        assert send(maja, "deviation_new", model.uid, **facts(today, token=token)).status_code == 302
    assert Deviation.objects.count() == 1


def test_who_works_in_two_municipalities_says_which(maja, social_worker, model, sundsvall, today):
    timra = Municipality.objects.get(code="2262")
    social_worker.memberships.create(role=Role.DATA_STEWARD, municipality=timra, started_on="2020-01-01")
    assert "municipality" in send(maja, "deviation_new", model.uid, **facts(today)).context["form"].errors
    assert send(maja, "deviation_new", model.uid, **facts(today, municipality=timra.pk)).status_code == 302
    assert Deviation.objects.get().municipality == timra


def test_whoever_has_no_municipality_reports_nothing(sign_in, development_leader, regional_reader, model):
    for user in (development_leader, regional_reader):
        assert sign_in(user).get(reverse("deviation_new", args=[model.uid])).status_code == 403


def test_a_neighbour_reports_nothing_in_our_model(sign_in, neighbour, model):
    assert sign_in(neighbour).get(reverse("deviation_new", args=[model.uid])).status_code == 404


def test_an_ended_municipality_reports_no_more(maja, sundsvall, model, today):
    Municipality.objects.filter(pk=sundsvall.pk).update(ended_on=today)
    assert maja.get(reverse("deviation_new", args=[model.uid])).status_code == 403


def test_the_database_refuses_a_deviation_of_one_body_with_itself(deviation):
    with pytest.raises(IntegrityError), transaction.atomic():
        Deviation.objects.update(to_party="socialtjanst")
    Deviation.objects.update(from_party="annan", to_party="annan")  # two others may be two different ones


# --- who reads it -------------------------------------------------------------------------------------------------------
def test_the_own_municipality_reads_it_and_another_does_not(sign_in, head_of_ifo, neighbour, deviation):
    assert status(sign_in(head_of_ifo), deviation) == 200
    assert status(sign_in(neighbour), deviation) == 404
    timra = Municipality.objects.get(code="2262")
    other = sign_in(make_user("eva@timra.example", Role.HEAD_OF_IFO, municipality=timra))
    assert status(other, deviation) == 404
    assert deviation.get_absolute_url() not in page(other, "deviation_list")
    assert "Inga avvikelser att visa" in page(other, "deviation_list")


@pytest.mark.parametrize("role", [Role.PARTNER, Role.COUNTY_BOARD, Role.FOSTER_CENTRE, Role.SYSTEM_KEEPER])
def test_roles_outside_have_no_part_in_it(sign_in, vasternorrland, role, deviation):
    client = sign_in(make_user("x@region.example", role, region=vasternorrland))
    assert status(client, deviation) == 403
    assert client.get(reverse("deviation_list")).status_code == 403


def test_a_regional_reader_reads_the_counts_only(sign_in, regional_reader, deviation):
    client = sign_in(regional_reader)
    assert status(client, deviation) == 404
    assert client.get(reverse("cooperation")).status_code == 200


def test_the_group_reads_it_while_they_are_members(sign_in, ulf, group, deviation, today):
    client = sign_in(ulf)
    assert status(client, deviation) == 200
    assert "1 ny avvikelse väntar" in page(client, "deviation_list")
    for days in ({"started_on": today + timedelta(days=1)}, {"ended_on": today - timedelta(days=1)}):
        BodyMember.objects.update(**({"started_on": today - timedelta(days=99), "ended_on": None} | days))
        assert status(client, deviation) == 404


def test_a_group_that_has_ended_leaves_it_to_the_leader(sign_in, ulf, development_leader, group, deviation, today):
    Body.objects.filter(pk=group.pk).update(ended_on=today - timedelta(days=1))
    assert status(sign_in(ulf), deviation) == 404
    assert status(sign_in(development_leader), deviation) == 200


def test_another_groups_members_do_not(sign_in, ulf, vasternorrland, deviation):
    other = Body.objects.create(region=vasternorrland, kind=Body.Kind.NETWORK, name="Annan grupp")
    BodyMember.objects.update(body=other)
    assert status(sign_in(ulf), deviation) == 404


def test_a_member_from_another_region_does_not(sign_in, neighbour, group, deviation, today):
    BodyMember.objects.create(body=group, user=neighbour, started_on=today)
    assert status(sign_in(neighbour), deviation) == 404


def test_a_leader_of_another_region_does_not(sign_in, umea, deviation):
    assert status(sign_in(make_user("x@y.example", Role.DEVELOPMENT_LEADER, region=umea.region)), deviation) == 404


# --- handling -----------------------------------------------------------------------------------------------------------
def test_the_group_handles_and_closes_and_the_reporter_reads_the_answer(sign_in, ulf, social_worker, deviation):
    client = sign_in(ulf)
    for state, text in (("hanteras", "Vi tar upp det."), ("avslutad", "Skolan har en ny rutin.")):
        assert send(client, "deviation_handle", deviation.uid, state=state, text=text).status_code == 302
    deviation.refresh_from_db()
    assert deviation.state == "avslutad"
    said = page(sign_in(social_worker), "deviation_detail", deviation.uid)
    assert "Skolan har en ny rutin." in said
    assert "Ulf Ström" in said


def test_the_leader_handles_where_there_is_no_group(sign_in, development_leader, deviation, model):
    model.group = None
    model.save()
    client = sign_in(development_leader)
    assert send(client, "deviation_handle", deviation.uid, state="hanteras", text="Jag ringer.").status_code == 302


def test_the_reporter_does_not_handle(maja, deviation):
    assert maja.get(reverse("deviation_handle", args=[deviation.uid])).status_code == 404
    assert send(maja, "deviation_strike", deviation.uid).status_code == 404
    assert "Hantera<" not in page(maja, "deviation_detail", deviation.uid)


def test_an_answer_says_nothing_of_the_child(sign_in, ulf, deviation):
    client = sign_in(ulf)
    for text, said in (("Om 20020130-2395.", "personnummer"), ("Vi har talat med Kalle Svensson.", "peka ut någon")):
        response = send(client, "deviation_handle", deviation.uid, state="hanteras", text=text)
        assert said in response.content.decode()
    assert "obligatoriskt" in send(client, "deviation_handle", deviation.uid, state="avslutad").content.decode()
    assert not deviation.steps.exists()


def test_a_double_click_is_one_line_and_the_second_of_two_is_told(sign_in, ulf, development_leader, deviation):
    client = sign_in(ulf)
    for _ in range(2):
        assert (
            send(
                client, "deviation_handle", deviation.uid, state="hanteras", text="Vi tar upp det.", seen=0
            ).status_code
            == 302
        )
    assert deviation.steps.count() == 1
    client = sign_in(development_leader)
    said = send(client, "deviation_handle", deviation.uid, state="hanteras", text="Jag med.", seen=0).content.decode()
    assert "Ulf Ström skrev medan du skrev: ”Vi tar upp det.”" in said
    assert 'name="seen" value="1"' in said
    assert deviation.steps.count() == 1


def test_a_text_that_should_not_have_been_written_is_taken_away_and_the_report_still_counts(sign_in, ulf, deviation):
    client = sign_in(ulf)
    assert "Texten går inte att få tillbaka" in page(client, "deviation_strike", deviation.uid)
    assert send(client, "deviation_strike", deviation.uid).status_code == 302
    deviation.refresh_from_db()
    assert (deviation.text, deviation.kind) == ("", "sip")
    assert client.get(reverse("deviation_strike", args=[deviation.uid])).status_code == 404


def test_reading_one_is_logged_in_its_municipality(maja, deviation, sundsvall):
    status(maja, deviation)
    assert Event.objects.filter(verb=Verb.OPENED, municipality_id=sundsvall.pk).exists()


def test_markup_is_shown_as_text(maja, deviation):
    Deviation.objects.update(text="<script>x</script>")
    assert "&lt;script&gt;" in page(maja, "deviation_detail", deviation.uid)


# --- the list -----------------------------------------------------------------------------------------------------------
def test_the_list_is_narrowed_and_an_unknown_choice_ignored(maja, deviation):
    def count(**query):
        return maja.get(reverse("deviation_list"), query).context["page"].paginator.count

    assert [count(lage="ny"), count(lage="avslutad"), count(slag="sip"), count(slag="svar")] == [1, 0, 1, 0]
    assert count(lage="x", sortera="y", sida="z") == 1


def test_who_reported_is_known_to_herself_only(maja, deviation, ulf, sign_in, development_leader):
    assert "(du)" in page(maja, "deviation_detail", deviation.uid)
    for reader in (ulf, development_leader):
        assert "Maja Lindqvist" not in page(sign_in(reader), "deviation_detail", deviation.uid)
    Deviation.objects.update(reported_by=None)  # her account is gone; the report stays
    assert page(sign_in(ulf), "deviation_detail", deviation.uid)


def test_the_list_costs_the_same_for_one_and_for_thirty(maja, deviation, django_assert_max_num_queries):
    with django_assert_max_num_queries(30) as few:
        page(maja, "deviation_list")
    for _ in range(30):
        Deviation.objects.create(
            model=deviation.model, municipality=deviation.municipality, month="2026-10", to_party="bup"
        )
    with django_assert_max_num_queries(len(few)):
        page(maja, "deviation_list")
