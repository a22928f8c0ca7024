"""A home's own pages: what the release shows of it, what the home answers, what was promised, what we have seen."""

import itertools
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bou_portal.access import Role
from bou_portal.accounts.models import Membership
from bou_portal.audit.models import Event, Verb
from municipalities.models import Municipality, Region, Release
from placements.models import (
    Agreement,
    AgreementHome,
    Check,
    Criterion,
    HomeChange,
    HomeFact,
    HomeReply,
    RatingAnswer,
    RatingForm,
)
from placements.questionnaire import questionnaire
from tests.conftest import make_user
from tests.placements.test_homes import rated, stay

TABS = ("home_detail", "home_results", "home_agreements", "home_experience")
versions = itertools.count(1)


def told(home, parts, quarter="2026-K3", region="22"):
    """A frozen release that tells these parts of the home: {"all": [4.0, 10], "D3": [2.5, 5], "again": [70]}."""
    content = {
        "schema": 2, "region": region, "quarter": quarter, "version": 1, "threshold": 5, "places": [], "cells": [],
        "homes": {str(home.uid): parts},
    }  # fmt: skip
    return Release.objects.create(
        region=Region.objects.get(code=region), quarter=quarter, cells=content, sha256=f"test-{next(versions)}",
        code_version="test",
    )  # fmt: skip


WHOLE = {
    "all": [4.0, 10], "again": [70], "planned": [80], "length": [1], "6": [4.5, 10], "7": [2.0, 5],
    **{domain.code: [3.5, 10] for domain in questionnaire().domains}, "D3": [2.5, 5],
}  # fmt: skip


def text(client, name, home, **query):
    answer = client.get(reverse(name, args=[home.uid]), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def reader(sign_in, db):
    """A social worker in Kramfors, which has not rated, at her browser."""
    kramfors = Municipality.objects.get(code="2282")
    return sign_in(make_user("eli@kramfors.example", Role.SOCIAL_WORKER, municipality=kramfors))


@pytest.fixture
def colleague(sundsvall):
    return make_user("ali@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, name="Ali Roos")


def own_rating(home, rater, value=4, *, index=75, form=RatingForm.FULL, code="2281", **changes):
    """A sent rating of today with the same answer to every statement of its form, unless `answers` says otherwise."""
    answers = changes.pop("answers", {})
    rating = rated(home, code, index, rater, at=changes.pop("at", datetime.now(UTC)), form=form, **changes)
    asked = questionnaire().asked(form == RatingForm.SHORT)
    RatingAnswer.objects.bulk_create(
        RatingAnswer(municipality=rating.municipality, rating=rating, item=s.number, value=answers.get(s.number, value))
        for s in asked
    )
    return rating


# --- the tabs -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", TABS)
def test_a_social_worker_has_four_tabs_and_sees_which_one_is_open(reader, home, name):
    page = text(reader, name, home)
    for each in TABS:
        current = ' aria-current="page"' if each == name else ""
        assert f'<a href="{reverse(each, args=[home.uid])}"{current}>' in page


def test_the_leader_has_no_municipality_and_no_own_experience(sign_in, development_leader, home):
    client = sign_in(development_leader)
    assert "Vår kommuns erfarenhet" not in text(client, "home_detail", home)
    assert client.get(reverse("home_experience", args=[home.uid])).status_code == 404


@pytest.mark.parametrize("name", TABS)
@pytest.mark.parametrize("who", ["regional_reader", "data_steward"])
def test_who_may_not_read_homes_is_refused(request, sign_in, home, who, name):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse(name, args=[home.uid])).status_code == 403


# --- results --------------------------------------------------------------------------------------------------------
def test_results_are_those_of_the_release(reader, home):
    told(home, WHOLE)
    page = text(reader, "home_results", home)
    for shown in ("4,0", "10–19 omdömen", "ungefär 70", "ungefär 80", "3–6 månader", "2,5 (5–9)", "4,5"):
        assert shown in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Lägst: Trygghet (2,5)" in page
    assert "Ojämnt underlag" not in page


def test_one_rater_behind_more_than_half_is_said_beside_the_result(reader, home):
    told(home, WHOLE | {"all": [4.0, 5, 1]})
    assert "Ojämnt underlag" in text(reader, "home_results", home)


def test_a_value_that_rests_on_an_older_quarter_says_so(reader, home):
    told(home, WHOLE | {"all": [4.0, 5, 0, "2026-K1"]})
    assert "Oförändrat sedan kvartal 1 2026" in text(reader, "home_results", home)


def test_the_weighed_result_comes_from_shown_values_only(reader, home):
    """One home shown: it is the region's mean, so weighing changes nothing."""
    told(home, WHOLE)
    assert "Vägt mot länets medel: 4,0." in text(reader, "home_results", home)


def test_without_enough_ratings_the_rule_is_said_and_nothing_is_drawn(reader, home):
    told(home, {})
    page = text(reader, "home_results", home)
    assert "För få omdömen för att visas" in page
    assert "minst tre personer" in page
    assert "<figure" not in page
    assert "Påståenden" not in page


def test_before_the_first_release_nothing_is_shown(reader, home):
    page = text(reader, "home_results", home)
    assert "Inga omdömen är frysta ännu" in page


def test_the_trend_has_a_point_per_half_year_and_begins_anew_with_an_owner(reader, home):
    for quarter, value in (("2024-K4", 2.0), ("2025-K2", 2.5), ("2025-K4", 4.0), ("2026-K2", 4.5), ("2026-K3", 4.5)):
        told(home, {"all": [value, 5]}, quarter)
    assert "upp från 2,0 till 4,5 mellan 2024 h2 och 2026 h1" in text(reader, "home_results", home)
    HomeChange.objects.create(home=home, kind="ägare", changed_on=date(2025, 9, 1))
    page = text(reader, "home_results", home)
    assert "upp från 4,0 till 4,5 mellan 2025 h2 och 2026 h1" in page
    assert ">Ny ägare</text>" in page
    assert 'stroke-dasharray="5 3"' in page


def test_nothing_raw_of_others_reaches_any_tab_and_any_reader(
    sign_in, client, home, sundsvall, development_leader, procurer, head_of_ifo, neighbour
):
    """Odd values in another municipality's raw rows turn up nowhere, and what came after a release changes no page."""
    told(home, WHOLE)
    timra = Municipality.objects.get(code="2262")
    rater = make_user("sara@timra.example", Role.SOCIAL_WORKER, municipality=timra, name="Sara Raritet")
    readers = (development_leader, procurer, head_of_ifo, neighbour)
    before = [read_everything(sign_in(user), home) for user in readers]
    own_rating(home, rater, 1, index="13.37", code="2262", overall=1, strengths="Hemlig text", may_be_shared=True)
    stay(home, timra)
    after = [read_everything(sign_in(user), home) for user in readers]
    assert after == before
    assert not any(odd in page for page in after for odd in ("13,37", "13,4", "13.37", "Hemlig text", "Raritet"))


def read_everything(client, home):
    """All tabs this reader has, without one-time tokens."""
    pages = [client.get(reverse(name, args=[home.uid])).content.decode() for name in TABS]
    return "\n".join(line for page in pages for line in page.splitlines() if "csrf" not in line)


def test_a_reader_in_two_regions_chooses_whose_results_she_sees(sign_in, home):
    told(home, {"all": [4.0, 10]})
    told(home, {"all": [2.5, 5]}, region="24")
    user = make_user("bea@x.example", Role.METHOD_SUPPORTER, region=Region.objects.get(code="22"))
    Membership.objects.create(
        user=user, role=Role.METHOD_SUPPORTER, region=Region.objects.get(code="24"), started_on=date(2020, 1, 1)
    )
    client = sign_in(user)
    values = {"22": "Omdöme 4,0 av 5", "24": "Omdöme 2,5 av 5"}
    [first, other] = [region.code for region in Region.objects.filter(code__in=values)]
    assert values[first] in text(client, "home_results", home)
    assert values[first] in text(client, "home_results", home, region="99")
    page = text(client, "home_results", home, region=other)
    assert values[other] in page
    assert values[first] not in page
    assert f"{reverse('home_detail', args=[home.uid])}?region={other}" in page
    assert f"{reverse('home_results', args=[home.uid])}?region={first}" in page


# --- the home's reply -----------------------------------------------------------------------------------------------
REPLY = {"text": "Vi har anställt två till på natten.", "replied_on": "2026-09-01"}


def test_the_leader_enters_changes_and_removes_the_home_s_reply(sign_in, development_leader, home, vasternorrland):
    client, address = sign_in(development_leader), reverse("home_reply", args=[home.uid])
    assert client.post(address, REPLY).status_code == 302
    assert client.post(address, REPLY | {"text": "Vi har anställt tre till."}).status_code == 302
    reply = HomeReply.objects.get()
    assert (reply.text, reply.region, reply.entered_by) == (
        "Vi har anställt tre till.", vasternorrland, development_leader,
    )  # fmt: skip
    assert "Ta bort svaret" in client.get(address).content.decode()
    assert client.get(address, {"region": "\x00"}).status_code == 400  # nobody writes a NUL by hand
    client.post(reverse("home_reply_remove", args=[home.uid]))
    assert not HomeReply.objects.exists()
    events = Event.objects.filter(target="placements.homereply").order_by("pk")
    assert [event.verb for event in events] == [Verb.CREATED, Verb.CHANGED, Verb.DELETED]


def test_the_reply_stands_beside_the_result_for_the_region_s_readers_only(
    sign_in, reader, neighbour, home, vasternorrland
):
    HomeReply.objects.create(home=home, region=vasternorrland, text="Vi lyssnar.", replied_on=date(2026, 9, 1))
    page = text(reader, "home_results", home)
    assert "Vi lyssnar." in page
    assert "2026-09-01" in page
    assert "Ändra eller ta bort" not in page
    assert "Vi lyssnar." not in text(sign_in(neighbour), "home_results", home)


def test_a_reply_with_an_identity_number_or_a_day_to_come_is_refused(sign_in, development_leader, home):
    client, address = sign_in(development_leader), reverse("home_reply", args=[home.uid])
    for wrong in ({"text": "Om 20030303-2395"}, {"replied_on": "2999-01-01"}, {"text": ""}):
        assert client.post(address, REPLY | wrong).status_code == 200
    assert not HomeReply.objects.exists()


@pytest.mark.parametrize("who", ["social_worker", "unit_manager", "head_of_ifo", "procurer"])
def test_only_the_leader_enters_a_reply(request, sign_in, home, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse("home_reply", args=[home.uid])).status_code == 403
    assert client.post(reverse("home_reply", args=[home.uid]), REPLY).status_code == 403
    assert not HomeReply.objects.exists()


def test_another_region_s_leader_does_not_reach_the_reply(sign_in, home, vasternorrland):
    HomeReply.objects.create(home=home, region=vasternorrland, text="Vi lyssnar.", replied_on=date(2026, 9, 1))
    leader = make_user("tor@x.example", Role.DEVELOPMENT_LEADER, region=Region.objects.get(code="24"))
    client = sign_in(leader)
    assert "Vi lyssnar." not in client.get(reverse("home_reply", args=[home.uid]) + "?region=22").content.decode()
    assert client.post(reverse("home_reply_remove", args=[home.uid]) + "?region=22").status_code == 404
    assert HomeReply.objects.exists()


# --- facts and agreements -------------------------------------------------------------------------------------------
def test_the_overview_tells_free_places_with_their_day_and_changes(reader, home):
    home.free_places = 2
    home.save()
    HomeFact.objects.create(home=home, field="free_places", source="hemmet", told_on=date(2026, 11, 1))
    HomeChange.objects.create(home=home, kind="föreståndare", changed_on=date(2026, 3, 1))
    page = text(reader, "home_detail", home)
    assert "uppgift 2026-11-01" in page
    assert "Ny föreståndare från och med 2026-03-01" in page


def joined(home, *, title, outcome=None, **owner):
    agreement = Agreement.objects.create(title=title, valid_from=date(2020, 1, 1), **owner)
    AgreementHome.objects.create(agreement=agreement, home=home, rank=2, price_per_day=7400)
    criterion = Criterion.objects.create(title=f"Trygghet i {title}", items=[6], **owner)
    agreement.criteria.add(criterion)
    if outcome:
        Check.objects.create(
            agreement=agreement, criterion=criterion, home=home, outcome=outcome, checked_on=date(2026, 9, 3)
        )
    return agreement


def test_each_criterion_has_its_light_with_the_rule_and_the_day(reader, home, vasternorrland, sundsvall):
    told(home, WHOLE)
    agreement = joined(home, title="Ramavtal 2024", outcome="uppfyllt", region=vasternorrland)
    joined(home, title="Sundsvalls avtal", municipality=sundsvall)
    page = text(reader, "home_agreements", home)
    assert "Grönt: omdömena ligger på minst 70 (visat värde 4,5 av 5), kontroll 2026-09-03 utan brist." in page
    assert "7 400 kr per dygn" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert agreement.get_absolute_url() in page
    assert "Sundsvalls avtal" not in page
    assert "Bästa rang 2" in text(reader, "home_detail", home)


def test_a_home_without_agreements_says_so(reader, home):
    assert "Hemmet finns inte i något avtal" in text(reader, "home_agreements", home)


# --- our own experience ---------------------------------------------------------------------------------------------
def test_own_answers_are_counted_per_statement_exactly(sign_in, social_worker, colleague, home):
    own_rating(home, colleague, 4)
    own_rating(home, colleague, 2, index=25, answers={6: None})
    answers = sign_in(social_worker).get(reverse("home_experience", args=[home.uid])).context["own"]
    safety = answers.domains[2]
    assert (answers.recent, float(answers.mean)) == (2, 50)
    assert [(s.counts, s.unknown) for s in safety.statements][:2] == [((0, 0, 0, 1, 0), 1), ((0, 1, 0, 1, 0), 0)]
    assert (float(safety.index), safety.ratings) == (50, 2)


def test_the_short_form_counts_half_in_the_own_mean(sign_in, social_worker, colleague, home):
    own_rating(home, colleague, 4)
    own_rating(home, colleague, 1, index=0, form=RatingForm.SHORT)
    own = sign_in(social_worker).get(reverse("home_experience", args=[home.uid])).context["own"]
    assert float(own.mean) == 50
    assert float(own.domains[0].index) == 50


def test_ratings_older_than_24_months_are_listed_but_not_counted(sign_in, social_worker, colleague, home):
    own_rating(home, colleague, 1, index=0, at=datetime(2020, 1, 1, tzinfo=UTC))
    own = sign_in(social_worker).get(reverse("home_experience", args=[home.uid])).context["own"]
    assert (own.recent, own.mean, len(own.page)) == (0, None, 1)


TEXTS = {"strengths": "Lugnt och varmt", "use_again_condition": "Bara för äldre", "fits_other_group": "Yngre barn"}


@pytest.mark.parametrize(
    ("changes", "is_read"),
    [
        ({}, False),
        ({"may_be_shared": True}, False),
        ({"may_be_shared": True, "texts_released_at": datetime(2026, 6, 2, tzinfo=UTC)}, True),
        ({"may_be_shared": False, "texts_released_at": datetime(2026, 6, 2, tzinfo=UTC)}, False),
    ],
)
def test_a_colleague_reads_texts_when_they_are_released(sign_in, social_worker, colleague, home, changes, is_read):
    rating = own_rating(home, colleague, **TEXTS, **changes)
    rating.answers.filter(item=6).update(note="Bråk en natt")
    page = text(sign_in(social_worker), "home_experience", home)
    assert [words in page for words in (*TEXTS.values(), "Bråk en natt")] == [is_read] * 4
    assert "Ali Roos" not in page


def test_the_writer_reads_her_own_texts(sign_in, colleague, home):
    own_rating(home, colleague, **TEXTS)
    assert "Lugnt och varmt" in text(sign_in(colleague), "home_experience", home)


def test_only_the_tab_with_own_ratings_is_logged(sign_in, social_worker, colleague, sundsvall, home):
    own_rating(home, colleague)
    client = sign_in(social_worker)
    for name in TABS[:-1]:
        text(client, name, home)
    assert not Event.objects.filter(verb=Verb.OPENED).exists()
    text(client, "home_experience", home)
    event = Event.objects.get(verb=Verb.OPENED)
    assert (event.municipality_id, event.detail) == (sundsvall.pk, {"ratings": 1})


@pytest.mark.parametrize("name", TABS)
def test_a_tab_asks_as_often_for_one_as_for_many(sign_in, social_worker, colleague, home, vasternorrland, name):
    told(home, WHOLE)
    client = sign_in(social_worker)

    def more():
        own_rating(home, colleague)
        joined(home, title=f"Avtal {next(versions)}", outcome="uppfyllt", region=vasternorrland)
        HomeChange.objects.create(home=home, kind="ägare", changed_on=date(2020, 1, 1 + HomeChange.objects.count()))

    more()
    text(client, name, home)
    with CaptureQueriesContext(connection) as one:
        text(client, name, home)
    for _ in range(8):
        more()
    with CaptureQueriesContext(connection) as many:
        text(client, name, home)
    assert len(many) == len(one)
