"""Who gets what answer at every address: one table, complete, for reading and for writing.

The columns are the personas of tests/town.py; the four last ones belong to another region.
302 to the sign-in page for whoever is not signed in, 403 = not her business at all, 404 = not her rows, which looks the
same as rows that do not exist.
"""

import uuid

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from bou_portal.accounts.models import Invitation, Membership, User
from bou_portal.reports.models import Report
from placements.models import (
    Agreement,
    AnalysisMeasure,
    AnalysisStep,
    CareHome,
    CentreThread,
    Check,
    Child,
    Cover,
    Criterion,
    Delivery,
    EventAnalysis,
    FollowUp,
    HomeChoice,
    HomeImport,
    HomeNeed,
    Interview,
    ParticipationStatus,
    Placement,
    Quote,
    Rating,
    Sip,
    VoiceDecision,
    VoiceModel,
    VoiceRound,
)
from tests import town
from tests.access_table import READING, WRITING

PERSONAS = ("anonymous", *town.PEOPLE)


def table(text):
    """{(name, the words that say which row): {persona: status}}"""
    found = {}
    for line in text.strip().splitlines():
        (name, *which), statuses = line.split()[: -len(PERSONAS)], line.split()[-len(PERSONAS) :]
        found[name, *which] = dict(zip(PERSONAS, map(int, statuses), strict=True))
    return found


def names(patterns=None):
    """The name of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name


@pytest.fixture(scope="module")
def rows(django_db_setup, django_db_blocker):
    """The town, built once for all personas, and which row each word of the table means."""
    with django_db_blocker.unblock(), transaction.atomic():
        town.build()
        yield which_rows()
        transaction.set_rollback(True)


def which_rows():
    reports = Report.objects.all()
    reports.update(status=Report.Status.DONE, pdf=b"%PDF-1.7", published_at=timezone.now())
    reports.filter(municipality__code="2262").update(published_at=None)
    child = Child.objects.get(local_code="VIPA-01")
    maja, karin = (User.objects.get(email=town.PEOPLE[who].email) for who in ("social_worker", "unit_manager"))
    today = timezone.localdate()
    days = {"started_on": today, "ended_on": today}
    cover = Cover.objects.create(municipality=child.municipality, absent=maja, covered_by=karin, **days)
    home = CareHome.objects.get(name="Tallbacken")
    choice = {"municipality": child.municipality, "home": home, "reason": "plats", "statistics": "nej"}
    found = {
        "choice": HomeChoice.objects.create(entered_by=maja, **choice),
        "child": child,
        "other_units_child": Child.objects.get(local_code="VIPA-14"),
        "follow_up": FollowUp.objects.get(child=child),
        "unrated": Placement.objects.get(child__local_code="VIPA-21"),
        "rated": Placement.objects.get(child__local_code="VIPA-22"),
        "long": Placement.objects.get(child__local_code="VIPA-24"),
        "long_rated": long_rated(maja),
        "rating": Rating.objects.get(placement__child__local_code="VIPA-22"),
        "delivery": Delivery.objects.filter(municipalities__code="2281").first(),
        "home": home,
        "home_file": HomeImport.objects.create(
            region=child.municipality.region, file_name="hem.csv", read_as="UTF-8", source="fil", told_on=today
        ),
        "proposal": CareHome.objects.get(name="Nyviken"),
        "intern": reports.get(municipality__code="2281", issue="intern"),
        "shared": reports.get(municipality__code="2281", issue="spridning"),
        "draft": reports.get(municipality__code="2262", issue="spridning"),
        "regions": reports.get(issue="region"),
        "member": Membership.objects.get(user__email=town.PEOPLE["data_steward"].email),
        "invitation": Invitation.objects.get(),
        "round": VoiceRound.objects.get(),
        "interview": Interview.objects.get(),
        "quote": Quote.objects.get(),
        "decision": VoiceDecision.objects.get(),
        "answer": ParticipationStatus.objects.get(),
        "variant": VoiceModel.objects.get(region__code="22"),
        "analysis": EventAnalysis.objects.get(kind="event"),
        "step": AnalysisStep.objects.get(),
        "measure": AnalysisMeasure.objects.get(),
        "lesson": EventAnalysis.objects.get(kind="risk"),
        "sip": Sip.objects.get(),
        "need": HomeNeed.objects.open().get(),
        "filled_need": HomeNeed.objects.filled().get(),
        "thread": CentreThread.objects.get(),
        "cover": cover,
        "agreement": Agreement.objects.get(region__code="22"),
        "own_agreement": Agreement.objects.get(municipality__code="2281"),
        "criterion": Criterion.objects.get(region__code="22"),
        "own_criterion": Criterion.objects.get(municipality__code="2281"),
        "check": Check.objects.get(agreement__region__code="22"),
        "own_check": Check.objects.get(agreement__municipality__code="2281"),
    }
    return {word: row.uid for word, row in (found | town.region_rows).items()}


def long_rated(worker):
    """A long stay with its short form sent: the same child's in the days before."""
    lasting = Placement.objects.get(child__local_code="VIPA-24")
    stay = Placement.objects.get(child__local_code="VIPA-23")
    Rating.objects.create(
        municipality=stay.municipality, placement=stay, home=lasting.home, rated_by=worker, form="kort"
    ).send(worker)
    return stay


@pytest.fixture
def browser(request, rows, db):
    """The persona's browser, signed in unless she is nobody."""
    client = Client()
    if request.param != "anonymous":
        client.force_login(User.objects.get(email=town.PEOPLE[request.param].email))
    return client


everybody = pytest.mark.parametrize(("browser", "who"), [(who, who) for who in PERSONAS], indirect=["browser"])


def answer(browser, method, name, which, rows):
    """What is answered, with everything that was written taken back; she is signed in again if she signed out."""
    arguments = [rows.get(word, word) for word in which]
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response = getattr(browser, method)(reverse(name, args=arguments))
        transaction.set_rollback(True)
    browser.cookies = cookies
    return response


def differing(browser, who, method, text, rows):
    found = []
    for (name, *which), expected in table(text).items():
        status = answer(browser, method, name, which, rows).status_code
        if status != expected[who]:
            found.append(f"{name} {' '.join(which)}: {status}, not {expected[who]}")
    return found


@everybody
def test_reading(browser, who, rows):
    assert differing(browser, who, "get", READING, rows) == []


@everybody
def test_writing(browser, who, rows):
    assert differing(browser, who, "post", WRITING, rows) == []


@pytest.mark.parametrize("browser", ["unit_manager", "head_of_ifo", "development_leader"], indirect=True)
def test_what_is_only_read_refuses_to_be_written(browser, rows):
    writable = {name for name, *_ in table(WRITING)}
    for name, *which in table(READING):
        if name not in writable:
            assert answer(browser, "post", name, which, rows).status_code in (403, 404, 405), name


@everybody
def test_rows_of_others_look_like_rows_that_do_not_exist(browser, who, rows):
    nothing = {word: uuid.uuid4() for word in rows}
    for method, text in (("get", READING), ("post", WRITING)):
        for (name, *which), expected in table(text).items():
            if not set(which) & set(rows) or expected[who] not in (200, 302, 404) or who == "anonymous":
                continue
            missing = answer(browser, method, name, which, nothing)
            assert missing.status_code == 404, (method, name)
            if expected[who] == 404:
                assert answer(browser, method, name, which, rows).content == missing.content, (method, name)


def test_every_address_is_in_the_table():
    listed = {name for name, *_ in table(READING)}
    assert sorted(set(names()) - listed) == []
    assert sorted(listed - set(names())) == []
    assert {name for name, *_ in table(WRITING)} <= listed
