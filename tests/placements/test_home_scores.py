"""What pages read of homes' results: a region's frozen releases, and nothing that has come since."""

import itertools
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from bou_portal.access import Permission, Role
from bou_portal.accounts.models import Membership
from bou_portal.disclosure import Coarse, Disclosed, Score
from bou_portal.disclosure.coarse import LENGTH, PLANNED
from bou_portal.figures import State
from bou_portal.periods import Quarter
from municipalities.models import Municipality, Region, Release
from placements.homes import scores as home_scores
from placements.homes.merge import merge
from placements.homes.scores import released_scores
from placements.indicators.releases import disclosed
from placements.models import Rating, RatingAnswer
from placements.questionnaire import questionnaire
from tests.conftest import make_user
from tests.placements.test_homes import rated

QUARTER = Quarter(2026, 3)
numbers = itertools.count(1)


def shown(value, band="5–9", **more):
    return Score(State.SHOWN, value, band, **more)


def release(region, quarter=QUARTER, scores=None, coarse=None, version=1):
    contents = Disclosed(region.code, quarter, version, 5, (), {}, scores or {}, coarse or {})
    return keep(region, contents)


def keep(region, contents):
    return Release.objects.create(
        region=region,
        quarter=str(contents.quarter),
        version=contents.version,
        cells=contents.as_dict(),
        sha256=contents.sha256,
        code_version="test",
    )


def read(user, **chosen):
    return released_scores(user, Permission.READ_HOMES, **chosen)


def test_a_reader_sees_the_whole_the_parts_and_the_stays(home, social_worker, vasternorrland):
    uid = str(home.uid)
    release(
        vasternorrland,
        scores={uid: shown(4.0), f"{uid}:D3": shown(3.5, "20+", is_uneven=True), f"{uid}:6": shown(2.5)},
        coarse={f"{uid}:planned": Coarse(State.SHOWN, PLANNED, 80), f"{uid}:length": Coarse(State.SHOWN, LENGTH, 1)},
    )
    released = read(social_worker)
    assert (released.of(home).text, released.domain(home, "D3").text, released.item(home, 6).text) == (
        "4,0",
        "3,5",
        "2,5",
    )
    assert (released.of(home).is_uneven, released.domain(home, "D3").is_uneven) == (False, True)
    assert (released.planned(home).text, released.length(home).text) == ("ungefär 80\N{NO-BREAK SPACE}%", "3–6 månader")
    assert not released.use_again(home).is_shown
    assert not released.domain(home, "D1").is_shown
    assert released.mean == 75  # the home's own alone: its parts are no homes


def test_without_a_release_nothing_is_shown(home, social_worker, vasternorrland):
    released = read(social_worker)
    assert released.region == vasternorrland
    assert (released.of(home).text, released.planned(home).text, released.adjusted(home)) == ("..", "..", None)
    assert released.history(home) == []


def test_who_works_in_two_regions_chooses_between_them(home, social_worker, vasternorrland, umea):
    Membership.objects.create(user=social_worker, municipality=umea, role=Role.SOCIAL_WORKER)
    release(vasternorrland, scores={str(home.uid): shown(4.0)})
    release(umea.region, scores={str(home.uid): shown(2.0)})
    assert read(social_worker, region="24").of(home).value == 2.0
    assert read(social_worker, region="22").of(home).value == 4.0
    assert read(social_worker).region == Region.objects.for_user(social_worker, Permission.READ_HOMES).first()
    assert read(social_worker, region="12").region == read(social_worker).region  # not hers


def test_history_is_by_half_year_of_the_newest_versions(home, social_worker, vasternorrland):
    uid = str(home.uid)
    for number, value in enumerate([2.0, 2.5, 3.0, 3.5]):  # 2025-K4 to 2026-K3
        release(vasternorrland, QUARTER.previous(3 - number), {uid: shown(value)})
    release(vasternorrland, Quarter(2026, 2), {uid: shown(4.5)}, version=2)
    release(vasternorrland, Quarter(2025, 2), {})
    told = [(str(quarter), score.text) for quarter, score in read(social_worker).history(home)]
    assert told == [("2025-K2", ".."), ("2025-K4", "2,0"), ("2026-K2", "4,5")]


def test_a_release_is_fetched_once_and_asked_for_in_as_many_questions(
    home, social_worker, vasternorrland, django_assert_num_queries
):
    release(vasternorrland, scores={str(home.uid): shown(4.0)})
    home_scores._read.clear()
    for _ in range(2):  # not in memory, and in memory
        social_worker = type(social_worker).objects.get(pk=social_worker.pk)
        with django_assert_num_queries(3):  # memberships, region, release
            released = read(social_worker)
        with django_assert_num_queries(1):
            released.history(home)
            released.history(home)
    assert len(home_scores._read) == 1


def test_memory_of_releases_has_an_end(home, social_worker, vasternorrland, monkeypatch):
    monkeypatch.setattr(home_scores, "MOST_READ", 2)
    home_scores._read.clear()
    for number in range(4):
        release(vasternorrland, QUARTER.next(number), {str(home.uid): shown(1.5 + number / 2)})
        assert read(social_worker).of(home).value == 1.5 + number / 2
    assert len(home_scores._read) == 2


# --- from rows to a release -------------------------------------------------------------------------------------------
@pytest.fixture
def raters(vasternorrland):
    return {
        municipality.code: make_user(f"{municipality.code}@x.example", Role.SOCIAL_WORKER, municipality=municipality)
        for municipality in Municipality.objects.filter(code__in=("2262", "2280", "2281", "2282"))
    }


def send(home, raters, code, value, at=datetime(2026, 6, 1, 12, tzinfo=UTC)):
    """A whole rating with the same answer everywhere."""
    rating = rated(home, code, (value - 1) * 25, raters[code], at=at)
    RatingAnswer.objects.bulk_create(
        RatingAnswer(municipality=rating.municipality, rating=rating, item=statement.number, value=value)
        for statement in questionnaire().statements
    )
    return rating


@pytest.fixture
def seven(home, raters):
    return [send(home, raters, code, value) for code, value in zip(["2262", "2280", "2281"] * 2 + ["2282"], [4, 4, 5, 3, 4, 3, 4], strict=True)]  # fmt: skip


def test_whole_domains_and_statements_are_frozen_from_rows(home, seven, social_worker, vasternorrland):
    keep(vasternorrland, disclosed(vasternorrland, QUARTER))
    released = read(social_worker)
    every = [
        released.of(home),
        *(released.domain(home, domain.code) for domain in questionnaire().domains),
        *(released.item(home, statement.number) for statement in questionnaire().statements),
    ]
    assert {(score.text, score.band) for score in every} == {("4,0", "5–9")}  # 27 / 7 is 3,86
    assert len(every) == 31


def test_snapshots_a_week_apart_are_the_same(home, seven, raters, social_worker, vasternorrland):
    """What is sent, changed or taken away after the release is seen in the next one and nowhere before."""
    keep(vasternorrland, disclosed(vasternorrland, QUARTER))
    before = read(social_worker)
    for _ in range(4):
        send(home, raters, "2262", 1, at=timezone.now())
    Rating.objects.filter(pk=seven[0].pk).update(index=0)
    RatingAnswer.objects.filter(rating=seven[1]).update(value=1)
    after = read(social_worker)
    assert (after.scores, after.coarse, after.quarter) == (before.scores, before.coarse, before.quarter)
    assert disclosed(vasternorrland, QUARTER).scores == before.scores


def test_a_rating_that_is_changed_after_the_release_is_not_the_difference(home, seven, raters, vasternorrland):
    """She mends her rating within her fourteen days, and the next quarter's value stands where it stood."""
    keep(vasternorrland, disclosed(vasternorrland, QUARTER))
    Rating.objects.filter(pk=seven[2].pk).update(index=0)
    RatingAnswer.objects.filter(rating=seven[2]).update(value=1)
    told = disclosed(vasternorrland, QUARTER.next()).score(str(home.uid))
    assert (told.text, told.since) == ("4,0", "2026-K3")


def test_a_municipality_that_leaves_the_region_changes_no_value(home, seven, umea, raters, vasternorrland):
    keep(vasternorrland, disclosed(vasternorrland, QUARTER))
    Municipality.objects.filter(code="2282").update(region=umea.region)
    told = disclosed(vasternorrland, QUARTER.next()).score(str(home.uid))
    assert (told.text, told.since) == ("4,0", "2026-K3")
    assert str(home.uid) not in disclosed(umea.region, QUARTER.next()).as_json()


@pytest.mark.parametrize("into", ["the one that was shown", "the other"])
def test_homes_that_are_merged_change_no_value(home, seven, raters, development_leader, vasternorrland, into):
    """One rating joins the seven, and nobody sees which: also where the seven move to a home that had only that one."""
    other = type(home).objects.create(name="Granen", name_key="granen", form_group=home.form_group)
    send(other, raters, "2262", 1)
    keep(vasternorrland, disclosed(vasternorrland, QUARTER))
    target = merge(other, home, development_leader) if into != "the other" else merge(home, other, development_leader)
    told = disclosed(vasternorrland, QUARTER.next()).score(str(target.uid))
    assert (told.text, told.since) == ("4,0", "2026-K3")


def test_homes_rated_by_one_municipality_alone_are_not_named(home, raters, vasternorrland):
    for _ in range(12):
        send(home, raters, "2281", 4)
    assert str(home.uid) not in disclosed(vasternorrland, QUARTER).as_json()
