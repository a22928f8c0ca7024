"""Familjehemscentrum: needs between one municipality and the centre, the talk, the months, and what the region reads."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.audit.models import Event
from municipalities.models import Municipality
from placements.centre_flow import RegionFlow, ended_half_years, half_year, months_back
from placements.models import CentreMessage, CentreMonth, CentreSurvey, CentreThread, HomeNeed
from tests.conftest import make_user

TODAY = date(2026, 11, 21)
CODES = ("2260", "2262", "2280", "2281", "2282", "2283", "2284")


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *value: TODAY)


@pytest.fixture
def foster_centre(vasternorrland):
    return make_user("frida@region.example", Role.FOSTER_CENTRE, region=vasternorrland, name="Frida Holmgren")


@pytest.fixture
def harnosand_worker(db):
    place = Municipality.objects.get(code="2280")
    return make_user("ida@harnosand.example", Role.FOSTER_CARE_WORKER, municipality=place)


@pytest.fixture
def foster_worker(sundsvall):
    return make_user("stina@sundsvall.example", Role.FOSTER_CARE_WORKER, municipality=sundsvall)


def need(code="2281", posted_on=TODAY, closed_on=None, **fields):
    about = {"age_band": "7-12", "wanted_on": posted_on, "posted_on": posted_on, "closed_on": closed_on}
    about["state"] = HomeNeed.State.FILLED if closed_on else HomeNeed.State.OPEN
    return HomeNeed.objects.create(municipality=Municipality.objects.get(code=code), **about | fields)


def page_of(client):
    return client.get(reverse("centre")).content.decode()


# --- needs ------------------------------------------------------------------------------------------------------------
def test_a_need_is_posted_seen_by_the_centre_and_filled(sign_in, foster_centre, foster_worker, harnosand_worker):
    client = sign_in(foster_worker)
    assert "Ni söker inget familjehem just nu." in page_of(client)
    client.post(reverse("need_new"), {"age_band": "13-17", "special": "siblings", "wanted_on": "2026-12-01"})
    made = HomeNeed.objects.get()
    assert (made.posted_on, made.posted_by, made.state) == (TODAY, foster_worker, "open")
    assert "Ni söker ett familjehem. Längst i kö: i dag." in page_of(client)
    assert "13–17 år" not in page_of(sign_in(harnosand_worker))
    client = sign_in(foster_centre)
    assert "Syskon tillsammans" in page_of(client)
    client.post(reverse("need_fill", args=[made.uid]))
    made.refresh_from_db()
    assert (made.state, made.closed_on) == ("filled", TODAY)
    client.post(reverse("need_reopen", args=[made.uid]))
    made.refresh_from_db()
    assert (made.state, made.closed_on) == ("open", None)
    assert Event.objects.filter(target="placements.homeneed").count() == 3


def test_what_was_settled_yesterday_stays(sign_in, foster_centre):
    old = need(posted_on=TODAY - timedelta(days=9), closed_on=TODAY - timedelta(days=1))
    client = sign_in(foster_centre)
    answer = client.post(reverse("need_reopen", args=[old.uid]), follow=True).content.decode()
    assert "Någon annan hann före" in answer
    old.refresh_from_db()
    assert old.state == "filled"


def test_the_second_to_settle_is_told(sign_in, foster_centre, foster_worker):
    made = need()
    sign_in(foster_worker).post(reverse("need_withdraw", args=[made.uid]))
    answer = sign_in(foster_centre).post(reverse("need_fill", args=[made.uid]), follow=True).content.decode()
    assert "Någon annan hann före" in answer
    made.refresh_from_db()
    assert made.state == "withdrawn"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"wanted_on": "2026-11-20"}, "Dagen har passerat."),
        ({"wanted_on": "2062-12-01"}, "Kontrollera årtalet."),
        ({"wanted_on": "snart"}, "giltigt datum"),
        ({"age_band": ""}, "obligatorisk"),
    ],
)
def test_a_wrong_need_says_why(sign_in, foster_centre, foster_worker, wrong, said):
    sent = {"age_band": "13-17", "special": "none", "wanted_on": "2026-12-01"} | wrong
    page = sign_in(foster_worker).post(reverse("need_new"), sent).content.decode()
    assert said in page
    assert not HomeNeed.objects.exists()


@pytest.mark.parametrize(
    ("who", "fill", "withdraw"),
    [
        ("harnosand_worker", 403, 404),
        ("neighbouring_manager", 403, 404),
        ("development_leader", 403, 403),
        ("foster_centre", 302, 403),
    ],
)
def test_others_settle_nothing(sign_in, request, foster_centre, who, fill, withdraw):
    made = need()
    client = sign_in(request.getfixturevalue(who))
    assert client.post(reverse("need_withdraw", args=[made.uid])).status_code == withdraw
    assert client.post(reverse("need_fill", args=[made.uid])).status_code == fill


def test_another_regions_centre_finds_nothing(sign_in, umea, foster_centre):
    other = make_user("rut@region.example", Role.FOSTER_CENTRE, region=umea.region)
    made = need()
    assert sign_in(other).post(reverse("need_fill", args=[made.uid])).status_code == 404


def test_many_needs_cost_no_more_questions(sign_in, foster_centre):
    client = sign_in(foster_centre)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            page_of(client)
        return len(queries)

    need()
    asked()
    before = asked()
    for code in CODES * 4:
        need(code)
    assert asked() == before


# --- the talk ---------------------------------------------------------------------------------------------------------
def test_a_question_is_asked_answered_and_closed(sign_in, foster_centre, foster_worker, harnosand_worker):
    client = sign_in(foster_worker)
    client.post(reverse("thread_new"), {"subject": "Jourhem i sommar", "text": "Hur gör vi med semestrarna?"})
    thread = CentreThread.objects.get()
    assert sign_in(harnosand_worker).get(thread.get_absolute_url()).status_code == 404
    client = sign_in(foster_centre)
    assert "Jourhem i sommar" in page_of(client)
    client.post(thread.get_absolute_url(), {"text": "Vi har ett schema."})
    page = sign_in(foster_worker).get(thread.get_absolute_url()).content.decode()
    assert "Frida Holmgren" in page
    assert "Vi har ett schema." in page
    client = sign_in(foster_worker)
    client.post(reverse("thread_close", args=[thread.uid]))
    thread.refresh_from_db()
    assert thread.closed_at
    client.post(thread.get_absolute_url(), {"text": "En sak till."})
    thread.refresh_from_db()
    assert thread.closed_at is None


def test_no_identity_number_is_sent(sign_in, foster_centre, foster_worker):
    client = sign_in(foster_worker)
    page = client.post(reverse("thread_new"), {"subject": "Fråga", "text": "Gäller 20120101-2384"}).content.decode()
    assert "personnummer" in page
    page = client.post(reverse("thread_new"), {"subject": "Om Anna Berg", "text": "Hej"}).content.decode()
    assert "Kan texten peka ut någon?" in page
    assert not CentreMessage.objects.exists()


# --- months and marks -------------------------------------------------------------------------------------------------
def test_the_centre_enters_a_month(sign_in, foster_centre, vasternorrland):
    client = sign_in(foster_centre)
    shown = page_of(client)
    for month, name in (("2026-10", "Oktober 2026"), ("2026-09", "September 2026")):
        assert f'{name} är inte inskriven ännu. <a href="{reverse("centre_month", args=[month])}">' in shown
    # Nothing is proposed: a month that is saved in haste would say that nobody came.
    form = client.get(reverse("centre_month", args=["2026-10"])).context["form"]
    assert [form[step].value() for step in CentreMonth.STEPS] == [None] * 6
    url = reverse("centre_month", args=["2026-10"])
    steps = dict.fromkeys(CentreMonth.STEPS, "2")
    assert "Skriv ett heltal" in client.post(url, steps | {"left": "få"}).content.decode()
    client.post(url, steps)
    client.post(url, steps | {"approved": "3"})
    month = CentreMonth.objects.get()
    assert (month.region, month.month_on, month.approved) == (vasternorrland, date(2026, 10, 1), 3)
    for odd in ("2026-11", "2024-01", "fel"):
        assert client.get(reverse("centre_month", args=[odd])).status_code == 404


def test_two_who_enter_a_month_are_told(sign_in, foster_centre, vasternorrland):
    client = sign_in(foster_centre)
    url = reverse("centre_month", args=["2026-10"])
    seen = client.get(url).context["form"].fingerprint
    CentreMonth.objects.create(region=vasternorrland, month_on=date(2026, 10, 1), approved=7, entered_by=foster_centre)
    page = client.post(url, dict.fromkeys(CentreMonth.STEPS, "2") | {"seen": seen}).content.decode()
    assert "Frida Holmgren ändrade det här medan du skrev" in page
    assert CentreMonth.objects.get().approved == 7


def test_a_municipality_marks_the_half_year_once(sign_in, foster_centre, foster_worker, sundsvall):
    client = sign_in(foster_worker)
    marks = dict.fromkeys(CentreSurvey.ITEMS, "4")
    assert client.post(reverse("centre_survey"), marks | {"fit": ""}).status_code == 200
    client.post(reverse("centre_survey"), marks)
    client.post(reverse("centre_survey"), marks | {"fit": "5"})
    answer = CentreSurvey.objects.get()
    assert (answer.municipality, answer.half_year, answer.fit) == (sundsvall, "2026-H2", 5)


def test_marks_are_not_saved_for_another_municipality_than_the_address_says(sign_in, foster_worker):
    marks = dict.fromkeys(CentreSurvey.ITEMS, "4")
    assert sign_in(foster_worker).post(f"{reverse('centre_survey')}?kommun=2480", marks).status_code == 404
    assert not CentreSurvey.objects.exists()


def test_half_years_and_months_are_counted_back():
    assert (half_year(date(2026, 6, 30)), half_year(date(2026, 7, 1))) == ("2026-H1", "2026-H2")
    assert ended_half_years(TODAY, 3) == ["2026-H1", "2025-H2", "2025-H1"]
    assert ended_half_years(date(2026, 1, 1), 2) == ["2025-H2", "2025-H1"]
    assert months_back(TODAY)[0] == date(2026, 10, 1)
    assert months_back(TODAY)[-1] == date(2025, 11, 1)


# --- what the region reads --------------------------------------------------------------------------------------------
def test_the_region_reads_locked_sums_and_a_median_of_twenty(vasternorrland):
    """Second quarter: 21 posted and filled, three in each municipality, after 10, 20 or 30 days."""
    for code in CODES:
        for days in (10, 20, 30):
            need(code, date(2026, 4, 2), date(2026, 4, 2) + timedelta(days=days))
    need("2281", date(2026, 7, 2), date(2026, 7, 3))  # a quarter that may still change is not told
    flow = RegionFlow(vasternorrland)
    quarters = [(str(quarter), posted.text, filled.text) for quarter, posted, filled in flow.by_quarter]
    assert quarters[0] == ("2026-K2", "21", "21")
    assert quarters[1] == ("2026-K1", "0", "0")
    assert flow.median_days.text == "20"
    HomeNeed.objects.filter(municipality__code__in=("2260", "2262")).delete()
    assert RegionFlow(vasternorrland).median_days.text == ".."


def test_a_few_needs_are_hidden_in_the_regions_sum(vasternorrland):
    for code in CODES[:3]:
        need(code, date(2026, 4, 2))
    assert RegionFlow(vasternorrland).by_quarter[0][1].text == ".."


def test_the_marks_are_told_from_five_answers_after_the_half_year(vasternorrland):
    for number, code in enumerate(CODES[:5]):
        for code_of_half in ("2026-H1", "2026-H2"):
            CentreSurvey.objects.create(
                municipality=Municipality.objects.get(code=code), half_year=code_of_half,
                **dict.fromkeys(CentreSurvey.ITEMS, 3 + number % 2),
            )  # fmt: skip
    text, answers, means = RegionFlow(vasternorrland).marks[0]
    assert (text, answers, means[0].text) == ("våren 2026", 5, "3,4")
    CentreSurvey.objects.filter(municipality__code="2260").delete()
    assert RegionFlow(vasternorrland).marks[0][2][0].text == ".."


def test_the_leader_sees_whose_question_is_old_but_not_what_it_says(
    sign_in, development_leader, foster_centre, sundsvall
):
    thread = CentreThread.objects.create(municipality=sundsvall, subject="Hemlig rubrik")
    CentreThread.objects.update(opened_at=timezone.now() - timedelta(days=31))
    page = page_of(sign_in(development_leader))
    assert "Sundsvall: 31 dagar" in page
    assert "Hemlig rubrik" not in page
    assert sign_in(development_leader).get(thread.get_absolute_url()).status_code == 403


@pytest.mark.parametrize("who", ["unit_manager", "development_leader", "head_of_ifo"])
def test_a_region_without_a_centre_says_so(sign_in, request, who):
    assert "Länet har inget gemensamt familjehemscentrum" in page_of(sign_in(request.getfixturevalue(who)))
