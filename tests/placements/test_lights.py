"""Green, yellow, red or grey: the rule computed by hand, and where the light of an agreement gets its values from."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bou_portal.access import Permission, Role
from bou_portal.disclosure import Score
from bou_portal.figures import State
from municipalities.models import Municipality, Region
from placements.codes import FormGroup
from placements.homes.scores import ReleasedScores
from placements.lights import SEVERITY, CriterionLight, Finding, Light, Value, lights, rule, why, worst
from placements.models import (
    Agreement,
    AgreementHome,
    CareHome,
    Check,
    Child,
    Criterion,
    HomeChange,
    Placement,
    Rating,
    RatingAnswer,
)
from tests.conftest import make_user

TODAY = date(2026, 11, 21)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
CHECKED = date(2026, 9, 3)
Outcome = Check.Outcome
codes = itertools.count(1)


def shown(index):
    return Value(Fraction(str(index)))


def own(index, count):
    return Value(Fraction(str(index)), count)


def found(outcome, until=None):
    return Finding(outcome, CHECKED, until)


# Value, finding -> light. Index 0-100: visat värde 3,8 is 70, 3,0 is 50, 2,5 is 37,5.
TABLE = [
    (None, None, Light.NONE),
    (shown(100), None, Light.GREEN),
    (shown(70), None, Light.GREEN),
    (shown("69.9"), None, Light.YELLOW),
    (shown(50), None, Light.YELLOW),
    (shown("49.9"), None, Light.RED),
    (shown(0), None, Light.RED),
    (own(70, 1), None, Light.GREEN),
    (own("69.9", 1), None, Light.YELLOW),
    (own(50, 3), None, Light.YELLOW),
    (own("49.9", 2), None, Light.YELLOW),
    (own("49.9", 3), None, Light.RED),
    (None, found(Outcome.MET), Light.GREEN),
    (None, found(Outcome.OBSERVED), Light.GREEN),
    (None, found(Outcome.OPEN, TOMORROW), Light.YELLOW),
    (None, found(Outcome.OPEN, TODAY), Light.YELLOW),
    (None, found(Outcome.OPEN, YESTERDAY), Light.RED),
    (None, found(Outcome.HANDLED, TODAY), Light.YELLOW),
    (None, found(Outcome.HANDLED, YESTERDAY), Light.RED),
    (None, found(Outcome.NOT_REMEDIED), Light.RED),
    (shown(100), found(Outcome.MET), Light.GREEN),
    (shown(100), found(Outcome.OBSERVED), Light.GREEN),
    (shown(100), found(Outcome.OPEN, TODAY), Light.YELLOW),
    (shown(100), found(Outcome.HANDLED, YESTERDAY), Light.RED),
    (shown(100), found(Outcome.NOT_REMEDIED, TOMORROW), Light.RED),
    (shown(60), found(Outcome.MET), Light.YELLOW),
    (shown(60), found(Outcome.OPEN, TOMORROW), Light.YELLOW),
    (shown(40), found(Outcome.MET), Light.RED),
    (shown(40), found(Outcome.OPEN, TOMORROW), Light.RED),
    (own(40, 2), found(Outcome.MET), Light.YELLOW),
    (own(40, 2), found(Outcome.OPEN, YESTERDAY), Light.RED),
]


@pytest.mark.parametrize(("value", "finding", "light"), TABLE)
def test_the_rule(value, finding, light):
    assert rule(value, finding, TODAY) is light


@pytest.mark.parametrize(
    ("value", "finding", "sentence"),
    [
        (None, None, "Underlag saknas: inget värde att visa och ingen kontroll."),
        (shown("37.5"), found(Outcome.MET),
         "Rött: omdömena ligger under 50 (visat värde 2,5 av 5), kontroll 2026-09-03 utan brist."),
        (shown(75), None, "Grönt: omdömena ligger på minst 70 (visat värde 4,0 av 5), ingen kontroll."),
        (shown("68.75"), None, "Gult: omdömena ligger mellan 50 och 70 (visat värde 3,75 av 5), ingen kontroll."),
        (own(40, 2), None, "Gult: omdömena ligger under 50, men färre än 3 räcker inte för rött "
         "(2 egna omdömen, index 40), ingen kontroll."),
        (shown(100), found(Outcome.HANDLED, TODAY), "Gult: omdömena ligger på minst 70 (visat värde 5,0 av 5), "
         "brist som ska vara åtgärdad senast 2026-11-21, kontroll 2026-09-03."),
        (None, found(Outcome.OPEN, YESTERDAY), "Rött: inget värde att visa, "
         "brist som skulle ha varit åtgärdad senast 2026-11-20, kontroll 2026-09-03."),
        (None, found(Outcome.NOT_REMEDIED), "Rött: inget värde att visa, brist som inte åtgärdats i tid, kontroll 2026-09-03."),
    ],
)  # fmt: skip
def test_the_rule_is_told_in_words(value, finding, sentence):
    assert why(value, finding, TODAY) == sentence


# Thirds of an index, so that 50, 70 and what lies just beside them are met.
indices = st.integers(min_value=0, max_value=300).map(lambda thirds: Fraction(thirds, 3))
values = st.none() | st.builds(
    Value,
    indices,
    st.none() | st.integers(min_value=1, max_value=30),
)
days = st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31))
findings = st.builds(
    Finding, st.sampled_from([Outcome.OPEN, Outcome.HANDLED, Outcome.NOT_REMEDIED]), st.just(CHECKED), days
)
calm = st.none() | st.builds(Finding, st.sampled_from([Outcome.MET, Outcome.OBSERVED]), st.just(CHECKED))


@settings(deadline=None)
@given(values, calm, findings)
def test_a_finding_never_makes_a_light_greener(value, before, finding):
    assert SEVERITY.index(rule(value, finding, TODAY)) <= SEVERITY.index(rule(value, before, TODAY))


@settings(deadline=None)
@given(values.filter(bool), calm | findings, indices)
def test_a_lower_value_never_makes_a_light_greener(value, finding, less):
    lower = Value(min(value.index, less), value.count)
    assert SEVERITY.index(rule(lower, finding, TODAY)) <= SEVERITY.index(rule(value, finding, TODAY))


@settings(deadline=None)
@given(values, findings, days, days)
def test_time_alone_never_makes_a_light_greener(value, finding, one, other):
    before, after = sorted((one, other))
    assert SEVERITY.index(rule(value, finding, after)) <= SEVERITY.index(rule(value, finding, before))


def test_green_means_that_everything_is_green():
    def of(*each):
        return worst([CriterionLight(None, None, light) for light in each])

    assert of(Light.GREEN, Light.GREEN) is Light.GREEN
    assert of(Light.GREEN, Light.NONE) is Light.NONE
    assert of(Light.NONE, Light.YELLOW, Light.GREEN) is Light.YELLOW
    assert of(Light.YELLOW, Light.RED, Light.NONE) is Light.RED
    assert of() is Light.NONE


# --- where the values come from ---------------------------------------------------------------------------------------
@pytest.fixture
def agreement(vasternorrland, home):
    """The region's agreement with Tallbacken and one criterion about three statements."""
    return an_agreement(home, items=[6, 7, 8], region=vasternorrland)


def an_agreement(home, *, items=(), valid_from=date(2026, 1, 1), valid_until=None, **owner):
    made = Agreement.objects.create(title="Ramavtal", valid_from=valid_from, valid_until=valid_until, **owner)
    AgreementHome.objects.create(agreement=made, home=home)
    made.criteria.add(Criterion.objects.create(title="Trygghet", items=list(items), **owner))
    return made


def released(home, **scores):
    """A release that shows these statements: `released(home, s6=2.5)`."""
    shown = {f"{home.uid}:{name[1:]}": Score(State.SHOWN, value, "5–9") for name, value in scores.items()}
    return ReleasedScores(scores=shown)


def light_of(home, user, release=None, **options):
    [light] = lights([home], user, release or ReleasedScores(), **options)[home.pk]
    return light


def stay(home, municipality):
    child = Child.objects.create(municipality=municipality, local_code=f"L-{next(codes)}", birth_year=2010)
    facts = {"form_group": FormGroup.HVB, "home": home, "home_key": str(home.pk)}
    return Placement.objects.create(municipality=municipality, child=child, started_on=date(2026, 1, 1), **facts)


def rated(home, rater, value, *, form="hel", items=range(1, 23), at=None):
    """A sent rating with the same answer everywhere."""
    [membership] = rater.memberships.all()
    own = {"municipality": membership.municipality}
    rating = Rating.objects.create(
        placement=stay(home, membership.municipality), home=home, rated_by=rater, form=form,
        index=Decimal(25 * (value - 1)), submitted_at=at or timezone.now(), **own,
    )  # fmt: skip
    RatingAnswer.objects.bulk_create(RatingAnswer(rating=rating, item=item, value=value, **own) for item in items)


def test_without_ground_the_light_is_grey(social_worker, agreement, home):
    assert light_of(home, social_worker).light is Light.NONE


def test_the_regions_agreement_rests_on_what_is_shown(social_worker, agreement, home):
    """(2,5 + 3,0 + 3,5) / 3 = 3,0: index 50."""
    light = light_of(home, social_worker, released(home, s6=2.5, s7=3.0, s8=3.5))
    assert (light.light, light.value.index) == (Light.YELLOW, 50)
    assert "visat värde 3,0 av 5" in light.why


def test_a_value_needs_half_of_its_statements(social_worker, agreement, home):
    assert light_of(home, social_worker, released(home, s6=1.0)).light is Light.NONE
    assert light_of(home, social_worker, released(home, s6=1.0, s8=1.0)).light is Light.RED


def test_own_ratings_never_reach_the_regions_agreement(social_worker, agreement, home):
    for _ in range(4):
        rated(home, social_worker, 1)
    assert light_of(home, social_worker).light is Light.NONE


@pytest.fixture
def own_agreement(sundsvall, home):
    return an_agreement(home, items=[6, 7, 8], municipality=sundsvall)


def test_the_own_agreement_rests_on_own_ratings_in_full(social_worker, own_agreement, home):
    for _ in range(2):
        rated(home, social_worker, 2)
    assert light_of(home, social_worker).light is Light.YELLOW
    rated(home, social_worker, 2)
    light = light_of(home, social_worker, released(home, s6=5.0, s7=5.0, s8=5.0))
    assert (light.light, light.value.index, light.value.count) == (Light.RED, 25, 3)
    assert "3 egna omdömen, index 25" in light.why


def test_with_few_own_ratings_what_is_shown_goes_before(social_worker, own_agreement, home):
    rated(home, social_worker, 5)
    light = light_of(home, social_worker, released(home, s6=2.0, s7=2.0, s8=2.0))
    assert (light.light, light.value.count) == (Light.RED, None)


def test_a_short_rating_counts_half(social_worker, own_agreement, home):
    """(5 + 5 + 2 x 1/2) / 2,5 = 4,4: index 85."""
    own_agreement.criteria.update(items=[6])
    for value, form in ((5, "hel"), (5, "hel"), (2, "kort")):
        rated(home, social_worker, value, form=form, items=[6])
    assert light_of(home, social_worker).value.index == 85


def test_ratings_older_than_24_months_say_nothing(social_worker, own_agreement, home):
    for _ in range(3):
        rated(home, social_worker, 1, at=datetime(2023, 1, 1, tzinfo=UTC))
    assert light_of(home, social_worker).light is Light.NONE


def test_what_the_old_owner_was_given_says_nothing_of_the_new_one(social_worker, own_agreement, home):
    """Stays that ended before the change count no more; of the short form it is the day it was sent that counts."""
    HomeChange.objects.create(home=home, kind=HomeChange.Kind.OWNER, changed_on=date(2026, 6, 1))
    for day, value, form, at in (
        (date(2026, 5, 31), 1, "hel", None),
        (date(2026, 5, 31), 1, "kort", datetime(2026, 5, 30, 12, tzinfo=UTC)),
        (date(2026, 6, 1), 5, "hel", None),
    ):
        rated(home, social_worker, value, form=form, at=at)
        Placement.objects.filter(ended_on=None).update(ended_on=day)
    light = light_of(home, social_worker)
    assert (light.light, light.value.index, light.value.count) == (Light.GREEN, 100, 1)


def test_another_municipalitys_ratings_never_count(social_worker, own_agreement, home):
    timra = Municipality.objects.get(code="2262")
    other = make_user("x@timra.example", Role.SOCIAL_WORKER, municipality=timra)
    for _ in range(5):
        rated(home, other, 1)
    assert light_of(home, social_worker).light is Light.NONE


def checked(agreement, home, outcome, on, **facts):
    [criterion] = agreement.criteria.all()
    return Check.objects.create(
        agreement=agreement, home=home, criterion=criterion, outcome=outcome, checked_on=on, **facts
    )


def test_the_newest_check_takes_over_and_a_withdrawn_one_counts_for_nothing(social_worker, agreement, home):
    checked(agreement, home, Outcome.NOT_REMEDIED, date(2026, 5, 1))
    checked(agreement, home, Outcome.MET, date(2026, 9, 3))
    wrong = checked(agreement, home, Outcome.NOT_REMEDIED, date(2026, 9, 3))
    assert light_of(home, social_worker).light is Light.RED
    Check.objects.filter(pk=wrong.pk).update(withdrawn_at=timezone.now())
    assert light_of(home, social_worker).light is Light.GREEN


def test_an_ended_agreement_has_lights_only_when_asked_for(social_worker, vasternorrland, home):
    ended = an_agreement(home, items=[6], valid_until=date(2026, 2, 1), region=vasternorrland)
    assert lights([home], social_worker, ReleasedScores()) == {home.pk: []}
    assert light_of(home, social_worker, agreements=[ended]).agreement == ended


def test_nobody_sees_the_lights_of_others_agreements(neighbour, regional_reader, agreement, own_agreement, home):
    assert lights([home], neighbour, ReleasedScores()) == {home.pk: []}
    assert lights([home], neighbour, ReleasedScores(), [agreement, own_agreement]) == {home.pk: []}
    assert lights([home], regional_reader, ReleasedScores()) == {home.pk: []}


def test_the_leader_sees_the_regions_and_no_municipalitys(development_leader, agreement, own_agreement, home):
    assert light_of(home, development_leader).agreement == agreement


def test_lights_of_many_homes_cost_as_many_queries_as_of_one(social_worker, sundsvall, vasternorrland, home):
    def queries(homes):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            lights(homes, social_worker, ReleasedScores(Region.objects.get(code="22")))
        return len(captured)

    an_agreement(home, items=[6], region=vasternorrland)
    an_agreement(home, items=[6], municipality=sundsvall)
    social_worker.can(Permission.READ_HOMES)  # memberships are read once per request
    few = queries([home])
    for number in range(20):
        other = CareHome.objects.create(name=f"Hem {number}", name_key=f"hem {number}", form_group=FormGroup.HVB)
        made = an_agreement(other, items=[6, 7], region=vasternorrland)
        checked(made, other, Outcome.MET, date(2026, 9, 3))
    assert queries(list(CareHome.objects.all())) == few <= 5
