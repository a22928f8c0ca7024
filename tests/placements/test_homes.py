"""The register of homes, and the wall around what other municipalities think of them."""

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bou_portal.access import Role
from bou_portal.audit.models import Event, Verb
from bou_portal.disclosure import Tables, protect, shown_score
from bou_portal.periods import Quarter
from municipalities.models import Municipality, Release
from placements.codes import FormGroup, Operator
from placements.homes.raw import parts, raw_homes
from placements.models import CareHome, Child, HomeChange, Placement, Rating, RatingAnswer, RatingForm
from tests.conftest import make_user

QUARTER = Quarter(2026, 3)
IN_TIME = datetime(2026, 6, 1, 12, tzinfo=UTC)
codes = itertools.count(1)


def stay(home, municipality, **changes):
    """One child's ended stay in the home."""
    child = Child.objects.create(municipality=municipality, local_code=f"K-{next(codes)}", birth_year=2010)
    facts = {"form_group": FormGroup.HVB, "home_key": str(home.pk), "started_on": date(2026, 1, 1)}
    facts |= {"ended_on": date(2026, 5, 1)} | changes
    return Placement.objects.create(municipality=municipality, child=child, home=home, **facts)


def rated(home, code, index, rater, at=IN_TIME, **changes):
    """A sent rating of the home by somebody in a municipality."""
    municipality = Municipality.objects.get(code=code)
    return Rating.objects.create(
        municipality=municipality,
        placement=stay(home, municipality),
        home=home,
        rated_by=rater,
        index=index,
        submitted_at=at,
        **changes,
    )


@pytest.fixture
def raters(sundsvall, db):
    """Somebody in Sundsvall, Timrå and Härnösand each."""
    return {
        code: make_user(f"rater-{code}@x.example", Role.SOCIAL_WORKER, municipality=Municipality.objects.get(code=code))
        for code in ("2281", "2262", "2280")
    }


@pytest.fixture
def five_ratings(home, raters):
    """100, 80, 60 in the neighbours and 90, 70 in Sundsvall: mean 80, which is 4,2 and shown as 4,0."""
    for code, index in [("2262", 100), ("2262", 80), ("2280", 60), ("2281", 90), ("2281", 70)]:
        rated(home, code, index, raters[code])


@pytest.fixture
def release(vasternorrland):
    """`release()` freezes what the ratings of the moment come to."""

    def freeze():
        places = tuple(vasternorrland.municipalities.values_list("code", flat=True))
        ratings, stays = raw_homes(places, QUARTER.end)
        disclosed = protect(Tables("22", QUARTER, places, [], ratings=ratings, stays=stays, inside=parts()), [])
        return Release.objects.create(
            region=vasternorrland,
            quarter=str(QUARTER),
            cells=disclosed.as_dict(),
            sha256=disclosed.sha256,
            code_version="test",
        )

    return freeze


def body(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


# --- towards a release ----------------------------------------------------------------------------------------------
COUNTY = ("2262", "2280", "2281")


def of_home(home, codes=COUNTY, part=""):
    """The home's raw ratings, or those of a part of the result."""
    ratings, _ = raw_homes(codes, QUARTER.end)
    subject = f"{home.uid}:{part}" if part else str(home.uid)
    return ratings.get(subject, [])


def answered(rating, **answers):
    """The rating, with these answers: `answered(rating, s1=5)`."""
    RatingAnswer.objects.bulk_create(
        RatingAnswer(municipality=rating.municipality, rating=rating, item=int(item[1:]), value=value)
        for item, value in answers.items()
    )
    return rating


def test_raw_ratings_are_a_region_s_own_in_four_queries(
    home, five_ratings, raters, umea, neighbour, django_assert_num_queries
):
    other = CareHome.objects.create(name="Granen", name_key="granen", form_group=FormGroup.HVB)
    rated(other, "2480", 50, neighbour)
    rated(home, "2480", 25, neighbour)
    with django_assert_num_queries(4):  # ratings, answers, stays, changes
        ratings, _ = raw_homes(COUNTY, QUARTER.end)
    assert list(ratings.homes) == [str(home.uid)]
    assert sorted(r.index for r in ratings[str(home.uid)]) == [60, 70, 80, 90, 100]
    assert {(r.municipality, r.rater) for r in ratings[str(home.uid)]} == {(c, u.pk) for c, u in raters.items()}
    assert [r.index for r in of_home(other, ["2480"])] == [50]


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (datetime(2024, 9, 30, 21, 59, tzinfo=UTC), False),  # 23:59 on 30 September in Sweden
        (datetime(2024, 9, 30, 22, 0, tzinfo=UTC), True),
        (datetime(2026, 9, 30, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 9, 30, 22, 0, tzinfo=UTC), False),
        (None, False),
    ],
)
def test_raw_ratings_are_those_of_24_months_by_swedish_days(home, raters, at, counts):
    rated(home, "2281", 80, raters["2281"], at=at)
    assert bool(of_home(home)) == counts


def test_incomplete_ratings_do_not_count(home, raters):
    answered(rated(home, "2281", None, raters["2281"]), s1=5)
    assert of_home(home) == of_home(home, part="1") == []


def test_domains_and_statements_are_raw_ratings_too(home, raters):
    answered(rated(home, "2281", 80, raters["2281"]), s3=5, s4=2, s5=None, s6=4)
    told = {part: [r.index for r in of_home(home, part=part)] for part in ("D2", "D3", "3", "4", "5", "6", "22")}
    assert told == {
        "D2": [62.5],  # 5 and 2 of three statements
        "D3": [],  # one of three is less than half
        "3": [100], "4": [25], "5": [], "6": [75], "22": [],
    }  # fmt: skip


def test_a_short_form_weighs_half(home, raters):
    answered(rated(home, "2281", 50, raters["2281"], form=RatingForm.SHORT), s6=3)
    for part in ("", "D3", "6"):
        assert [(r.index, r.weight) for r in of_home(home, part=part)] == [(50, 0.5)]


def test_a_stay_that_was_rated_twice_is_one_voice(home, raters):
    """The whole form with the short one beside it at half weight: (2 x 80 + 50) / 3."""
    full = answered(rated(home, "2281", 80, raters["2281"]), s6=5)
    again = Rating.objects.create(
        municipality=full.municipality, placement=full.placement, home=home, rated_by=raters["2262"], index=50,
        submitted_at=datetime(2025, 12, 1, tzinfo=UTC), form=RatingForm.SHORT,
    )  # fmt: skip
    answered(again, s6=2)
    [voice] = of_home(home)
    assert (voice.index, voice.weight, voice.rater, voice.rated_on) == (70, 1, raters["2281"].pk, date(2026, 6, 1))
    assert [r.index for r in of_home(home, part="6")] == [75]  # (2 x 100 + 25) / 3


def test_a_change_of_owner_begins_a_new_series(home, raters):
    """What ended before it is another home's result: the whole form by the stay's end, the short one by its own day."""
    rated(home, "2281", 80, raters["2281"])  # ended 1 May, sent 1 June
    rated(home, "2262", 20, raters["2262"], form=RatingForm.SHORT)  # sent 1 June
    change = HomeChange.objects.create(home=home, kind=HomeChange.Kind.OWNER, changed_on=date(2026, 5, 2))
    assert [r.index for r in of_home(home)] == [20]
    _, stays = raw_homes(COUNTY, QUARTER.end)
    assert not [subject for subject in stays if subject.endswith("length")]
    HomeChange.objects.filter(pk=change.pk).update(changed_on=date(2026, 5, 1))
    assert sorted(r.index for r in of_home(home)) == [20, 80]
    HomeChange.objects.filter(pk=change.pk).update(changed_on=date(2026, 10, 1))  # after the quarter
    assert sorted(r.index for r in of_home(home)) == [20, 80]


def test_stays_tell_how_they_ended_and_how_long_they_were(home, sundsvall, raters):
    stay(home, sundsvall, planned="ja")
    stay(home, sundsvall, planned="nej", ended_on=date(2026, 2, 1))
    stay(home, sundsvall, planned="okänt")
    stay(home, sundsvall, ended_on=None)
    stay(home, sundsvall, started_on=date(2024, 1, 1), ended_on=date(2024, 9, 30))
    rated(home, "2262", 80, raters["2262"], use_again="villkor")
    _, stays = raw_homes(COUNTY, QUARTER.end)
    told = {kind: [s.value for s in stays[f"{home.uid}:{kind}"]] for kind in ("planned", "length", "again")}
    assert sorted(told["planned"]) == [0, 1]
    assert sorted(told["length"]) == [31, 120, 120, 120]  # the rated one is a stay too
    assert told["again"] == [0]


def test_the_gate_shows_half_steps_and_a_band(home, five_ratings):
    score = shown_score(of_home(home), QUARTER.end)
    assert (score.text, score.band) == ("4,0", "5–9")


# --- what whom is shown ---------------------------------------------------------------------------------------------
def test_home_shows_its_released_result(sign_in, neighbour_in_region, home, five_ratings, release):
    release()
    client = sign_in(neighbour_in_region)
    for page in (body(client, "home_detail", home.uid), body(client, "home_list")):
        assert "4,0" in page
        assert "5–9" in page


@pytest.fixture
def neighbour_in_region(db):
    """A social worker in Kramfors, which has not rated."""
    return make_user("eli@kramfors.example", Role.SOCIAL_WORKER, municipality=Municipality.objects.get(code="2282"))


def test_live_values_are_never_shown_to_others(sign_in, neighbour_in_region, home, five_ratings, release):
    """Without a release nothing is shown; with one, what came after it changes nothing at all."""
    client = sign_in(neighbour_in_region)
    before = body(client, "home_detail", home.uid)
    assert "För få omdömen för att visas" in before
    release()
    frozen = body(client, "home_detail", home.uid), body(client, "home_list")
    Rating.objects.update(index=Decimal("13.37"), strengths="Hemlig text", overall=1)
    after = body(client, "home_detail", home.uid), body(client, "home_list")
    assert [strip(page) for page in after] == [strip(page) for page in frozen]
    assert "Hemlig text" not in "".join(after)


def strip(page):
    """The page without its one-time token."""
    return "\n".join(line for line in page.splitlines() if "csrf" not in line)


def test_too_few_ratings_are_not_shown(sign_in, neighbour_in_region, home, raters, release):
    for code in ("2262", "2262", "2280", "2281"):
        rated(home, code, 80, raters[code])
    release()
    client = sign_in(neighbour_in_region)
    assert "För få omdömen för att visas" in body(client, "home_detail", home.uid)
    assert "För få omdömen för att visas" in body(client, "home_list")


def test_own_municipality_sees_its_own_ratings_at_once_without_the_writer(sign_in, head_of_ifo, home, raters):
    rated(home, "2281", Decimal("71.25"), raters["2281"], use_again="villkor", overall=9)
    rated(home, "2262", Decimal("13.37"), raters["2262"], strengths="Timrås text")
    page = body(sign_in(head_of_ifo), "home_experience", home.uid)
    assert "Ja, med villkor" in page
    assert "Vårt index" in page
    assert "71,3" in page
    assert "För få omdömen för att visas" in page
    assert "Timrås text" not in page
    assert "13,4" not in page
    assert "rater-" not in page


def test_opening_own_ratings_is_logged(sign_in, head_of_ifo, sundsvall, home, raters):
    client = sign_in(head_of_ifo)
    body(client, "home_experience", home.uid)
    assert not Event.objects.exists()
    rated(home, "2281", 80, raters["2281"])
    rated(home, "2262", 80, raters["2262"])
    body(client, "home_experience", home.uid)
    event = Event.objects.get()
    assert (event.actor_id, event.verb, event.target) == (head_of_ifo.pk, Verb.OPENED, "placements.carehome")
    assert (event.municipality_id, event.detail) == (sundsvall.pk, {"ratings": 1})


def test_own_placements_count_in_the_own_experience(sign_in, social_worker, home, sundsvall, umea):
    stay(home, sundsvall)
    stay(home, sundsvall, ended_on=None)
    stay(home, umea)
    page = body(sign_in(social_worker), "home_experience", home.uid)
    assert 'Våra placeringar här</span>\n  <span class="figure__value">2<' in page
    assert "1 pågår nu" in page


def test_development_leader_sees_no_municipality_s_ratings(sign_in, development_leader, home, five_ratings):
    page = body(sign_in(development_leader), "home_detail", home.uid)
    assert "Vår kommuns erfarenhet" not in page
    assert "index 0–100" not in page
    assert "För få omdömen" in page


@pytest.mark.parametrize("who", ["regional_reader", "data_steward"])
def test_who_may_not_read_homes_is_refused(request, sign_in, home, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse("home_list")).status_code == 403
    assert client.get(home.get_absolute_url()).status_code == 403


# --- the list -------------------------------------------------------------------------------------------------------
@pytest.fixture
def register(home, sundsvall, umea):
    """Tallbacken (HVB, Sundsvall), Björken (HVB, Umeå, company, 13-17) and Ängen (supported housing)."""
    return {
        "Tallbacken": home,
        "Björken": CareHome.objects.create(
            name="Björken", name_key="bjzz3rken", form_group=FormGroup.HVB, operator=Operator.COMPANY, location=umea,
            age_from=13, age_to=17, target_group="Flickor, eget beteende",
        ),
        "Ängen": CareHome.objects.create(name="Ängen", name_key="zz2ngen", form_group=FormGroup.SUPPORTED, age_from=16),
        "Nedlagda": CareHome.objects.create(name="Nedlagda", name_key="n", form_group=FormGroup.HVB, status="closed"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Björken", "Tallbacken", "Ängen"]),
        ({"form": "hvb"}, ["Björken", "Tallbacken"]),
        ({"form": "raket"}, ["Björken", "Tallbacken", "Ängen"]),
        ({"regi": "company"}, ["Björken"]),
        ({"lan": "22"}, ["Tallbacken"]),
        ({"malgrupp": "eget"}, ["Björken"]),
        ({"alder": "15"}, ["Björken", "Tallbacken"]),
        ({"antal": "5"}, []),
        ({"visa": "stangda"}, ["Nedlagda"]),
        ({"sortera": "-namn"}, ["Ängen", "Tallbacken", "Björken"]),
        ({"sortera": "ort"}, ["Tallbacken", "Björken", "Ängen"]),
        ({"sortera": "index"}, ["Björken", "Tallbacken", "Ängen"]),
    ],
)
def test_register_is_narrowed_and_sorted(sign_in, social_worker, register, query, names):
    response = sign_in(social_worker).get(reverse("home_list"), query)
    assert [row.home.name for row in response.context["page"]] == names


def test_sorting_by_score_uses_shown_values_only(sign_in, neighbour_in_region, register, raters, release):
    """Tallbacken's ratings are better, but both are shown as 4,0: the order is by name, and others come last."""
    for name, indices in [("Tallbacken", [80, 80, 80, 80, 80]), ("Björken", [70, 70, 70, 75, 75])]:
        for code, index in zip(("2262", "2262", "2280", "2281", "2281"), indices, strict=True):
            rated(register[name], code, index, raters[code])
    release()
    client = sign_in(neighbour_in_region)
    page = client.get(reverse("home_list")).context["page"]
    assert [(row.home.name, row.score.text) for row in page] == [
        ("Björken", "4,0"),
        ("Tallbacken", "4,0"),
        ("Ängen", ".."),
    ]
    narrowed = client.get(reverse("home_list"), {"antal": "5"}).context["page"]
    assert [row.home.name for row in narrowed] == ["Björken", "Tallbacken"]


def test_list_asks_the_same_number_of_questions_for_1_and_30_homes(
    sign_in, social_worker, home, django_assert_num_queries
):
    client = sign_in(social_worker)
    client.get(reverse("home_list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("home_list"))
    CareHome.objects.bulk_create(
        CareHome(name=f"Hem {n}", name_key=f"hem {n}", form_group=FormGroup.HVB) for n in range(29)
    )
    with django_assert_num_queries(len(one)):
        client.get(reverse("home_list"))
