"""Statistics about homes: who uses them, how many ratings come, where safety is low, and what may be taken as a file."""

import csv
import io
from datetime import date, timedelta
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.accounts.models import Membership
from bou_portal.audit.models import Event, Verb
from bou_portal.periods import add_months
from municipalities.models import Municipality
from placements.homes.export import measures
from placements.homes.statistics import low_safety
from placements.homes.use import last_four_quarters, region_choices
from placements.models import CareHome, HomeChoice, HomeUse, RatingForm, RatingTask
from tests.conftest import make_user
from tests.placements.test_home_page import WHOLE, own_rating, told
from tests.placements.test_homes import stay

ADDRESS = "home_statistics"
OTHERS = ("social_worker", "procurer", "data_steward", "regional_reader")
LEADERS = ("development_leader", "unit_manager", "head_of_ifo")


def page_of(client, address=ADDRESS, *args, **query):
    answer = client.get(reverse(address, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def colleague(sundsvall):
    return make_user("ali@sundsvall.example", Role.SOCIAL_WORKER, municipality=sundsvall, name="Ali Roos")


# --- who may --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", LEADERS)
def test_those_who_lead_have_a_tab_to_the_statistics(request, sign_in, who):
    client = sign_in(request.getfixturevalue(who))
    assert f'<a href="{reverse(ADDRESS)}" aria-current="page">Statistik</a>' in page_of(client)


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("address", [(ADDRESS,), ("home_figures", "csv"), ("home_code_book",)])
def test_others_are_refused_and_see_no_tab(request, sign_in, who, address):
    client = sign_in(request.getfixturevalue(who))
    name, *args = address
    assert client.get(reverse(name, args=args)).status_code == 403
    assert reverse(ADDRESS) not in client.get("/").content.decode()


def test_who_leads_in_one_place_and_reads_homes_in_another_has_nothing_to_see(sign_in, data_steward, umea):
    Membership.objects.create(
        user=data_steward, role=Role.SOCIAL_WORKER, municipality=umea, started_on=date(2020, 1, 1)
    )
    assert "Här finns inget för dig" in page_of(sign_in(data_steward))


# --- use ------------------------------------------------------------------------------------------------------------
def test_the_leader_sees_the_use_per_municipality_and_who_never_used_it(sign_in, development_leader, sundsvall, umea):
    today = timezone.localdate()
    for _ in range(3):
        HomeUse.objects.count_one(sundsvall, HomeUse.What.SEARCH)
    HomeUse.objects.count_one(sundsvall, HomeUse.What.GROUND, add_months(today, -2))
    HomeUse.objects.count_one(sundsvall, HomeUse.What.COMPARE, add_months(today, -12))
    HomeUse.objects.count_one(Municipality.objects.get(code="2262"), HomeUse.What.SEARCH, add_months(today, -30))
    HomeUse.objects.count_one(umea, HomeUse.What.SEARCH)
    [region] = sign_in(development_leader).get(reverse(ADDRESS)).context["regions"]
    rows = {row.place.code: row for row in region.use.rows}
    assert (rows["2281"].total, rows["2281"].kinds, rows["2281"].months[0]) == (4, (3, 0, 1), 3)
    assert rows["2262"].total == 0
    assert "2262" not in {place.code for place in region.use.never}
    assert len(region.use.never) == len(rows) - 2
    assert "2480" not in rows


def test_a_manager_sees_her_own_municipality_s_use_only(sign_in, unit_manager, sundsvall, umea):
    for place in (sundsvall, umea, umea):
        HomeUse.objects.count_one(place, HomeUse.What.SEARCH)
    context = sign_in(unit_manager).get(reverse(ADDRESS)).context
    assert (context["regions"], [own.use.total for own in context["places"]]) == ([], [1])


# --- how many ratings come ------------------------------------------------------------------------------------------
def test_the_own_rate_tells_asked_sent_left_and_what_has_waited_long(
    sign_in, unit_manager, colleague, home, sundsvall, umea
):
    today = timezone.localdate()
    ended = {"started_on": today - timedelta(days=200), "ended_on": today - timedelta(days=60)}
    waiting, left, _ = (stay(home, sundsvall, **ended) for _ in range(3))
    stay(home, umea, **ended)
    RatingTask.objects.create(municipality=sundsvall, placement=waiting, asked_on=today - timedelta(days=36))
    RatingTask.objects.create(
        municipality=sundsvall, placement=left, asked_on=today - timedelta(days=50), left_reason="kort"
    )
    rating = own_rating(home, colleague)
    rating.placement.started_on, rating.placement.ended_on = ended["started_on"], ended["ended_on"]
    rating.placement.save()
    [own] = sign_in(unit_manager).get(reverse(ADDRESS)).context["places"]
    assert (own.rate.asked, own.rate.sent, own.rate.left, own.waiting_long) == (4, 1, 1, 1)


def test_the_leader_sees_the_region_s_released_share_and_why_not_per_municipality(sign_in, development_leader, home):
    page = page_of(sign_in(development_leader))
    assert "Inte fryst än" in page
    release = told(home, WHOLE)
    cell = {
        "measure": "B3", "place": "22", "category": None, "period": "quarter", "kind": "share", "value": 72,
        "numerator": 36, "denominator": 50, "reason": None,
    }  # fmt: skip
    release.cells["cells"] = [cell]
    release.sha256 = "with-share"
    release.save()
    page = page_of(sign_in(development_leader))
    assert "72 %" in page
    assert "Per kommun är placeringarna så få" in page


# --- low safety -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("answers", "is_low"),
    [
        ({}, False),
        ({6: 2}, True),
        ({7: 1}, True),
        ({6: 3, 7: 3, 8: 3}, False),  # index 50
        ({6: 3, 7: 3, 8: 2}, True),  # index under 50
        ({6: None, 7: None, 8: 1}, False),  # one of three is less than half
        ({6: None, 7: 3, 8: 1}, True),
        ({1: 1, 22: 1}, False),
    ],
)
def test_low_safety_is_a_low_answer_or_an_index_under_50(colleague, home, sundsvall, answers, is_low):
    own_rating(home, colleague, answers=answers)
    assert low_safety([sundsvall]).exists() == is_low


def test_the_short_form_s_one_answer_about_safety_counts(colleague, home, sundsvall):
    own_rating(home, colleague, 2, form=RatingForm.SHORT)
    assert low_safety([sundsvall]).count() == 1


def test_low_safety_is_forgotten_after_24_months(colleague, home, sundsvall):
    own_rating(home, colleague, 1, at=timezone.now() - timedelta(days=740))
    assert not low_safety([sundsvall]).exists()


@pytest.mark.parametrize("who", ["unit_manager", "head_of_ifo"])
def test_own_leaders_are_told_of_low_answers_and_the_reading_is_logged(request, sign_in, colleague, home, who):
    rating = own_rating(home, colleague, 1, index=0)
    client = sign_in(request.getfixturevalue(who))
    assert "Ett eget omdöme om hem har låga svar om trygghet" in client.get("/").content.decode()
    page = page_of(client)
    assert f"{reverse('home_experience', args=[home.uid])}#omdome-{rating.uid}" in page
    assert "Ali Roos" not in page
    event = Event.objects.get(target="placements.rating", verb=Verb.OPENED)
    assert (event.municipality_id, event.detail) == (rating.municipality_id, {"ratings": 1})


def test_a_long_list_of_low_answers_shows_the_newest(sign_in, unit_manager, colleague, home):
    for _ in range(21):
        own_rating(home, colleague, 1, index=0)
    page = page_of(sign_in(unit_manager))
    assert page.count("#omdome-") == 20
    assert "De 20 senaste av 21 visas." in page


@pytest.mark.parametrize("who", ["social_worker", "procurer", "development_leader", "neighbouring_manager"])
def test_nobody_else_is_told_of_own_low_answers(request, sign_in, colleague, home, who):
    own_rating(home, colleague, 1, index=0)
    client = sign_in(request.getfixturevalue(who))
    assert "låga svar" not in client.get("/").content.decode()
    assert "omdome-" not in client.get(reverse(ADDRESS)).content.decode()


def test_homes_with_a_low_released_value_are_told_to_the_leader_alone(
    sign_in, development_leader, unit_manager, procurer, home
):
    told(home, WHOLE)
    client = sign_in(development_leader)
    assert "Ett hem har ett lågt visat värde för trygghet" in client.get("/").content.decode()
    assert f"{reverse('home_results', args=[home.uid])}?region=22" in page_of(client)
    for user in (unit_manager, procurer):
        client = sign_in(user)
        assert "visat värde för trygghet" not in client.get("/").content.decode()
        assert "Hem med låg trygghet" not in client.get(reverse(ADDRESS)).content.decode()


@pytest.mark.parametrize(("value", "count"), [(2.5, 1), (3.0, 0)])
def test_low_means_two_and_a_half_or_less(sign_in, development_leader, home, value, count):
    told(home, WHOLE | {"D3": [value, 5]})
    [region] = sign_in(development_leader).get(reverse(ADDRESS)).context["regions"]
    assert len(region.unsafe) == count


def test_nothing_of_another_municipality_reaches_the_statistics_or_the_file(
    sign_in, development_leader, unit_manager, home
):
    """What others rate after a release changes nothing at all that outsiders read."""
    told(home, WHOLE)
    timra = Municipality.objects.get(code="2262")
    rater = make_user("sara@timra.example", Role.SOCIAL_WORKER, municipality=timra, name="Sara Raritet")
    readers = (development_leader, unit_manager)
    before = [everything(sign_in(user)) for user in readers]
    own_rating(home, rater, 1, index="13.37", code="2262", strengths="Hemlig text", may_be_shared=True)
    after = [everything(sign_in(user)) for user in readers]
    assert after == before
    assert not any(odd in page for page in after for odd in ("13,37", "13,4", "Hemlig text", "Raritet"))


def everything(client):
    """The statistics, the first page and the file, without one-time tokens."""
    pages = [page_of(client), client.get("/").content.decode(), page_of(client, "home_figures", "csv")]
    return "\n".join(line for page in pages for line in page.splitlines() if "csrf" not in line)


# --- choices --------------------------------------------------------------------------------------------------------
def choose(home, code, use, times=1, on=None):
    place = Municipality.objects.get(code=code)
    on = on or last_four_quarters(timezone.localdate()).start
    for _ in range(times):
        HomeChoice.objects.create(municipality=place, home=home, reason="omdöme", statistics=use, chosen_on=on)


def test_own_choices_are_exact_for_the_own_leaders(sign_in, head_of_ifo, home):
    choose(home, "2281", "hjälpte", 2, on=timezone.localdate())
    choose(home, "2281", "nej", on=timezone.localdate())
    choose(home, "2480", "nej", on=timezone.localdate())
    assert "2 av 3 val: omdömena avgjorde eller hjälpte." in page_of(sign_in(head_of_ifo))


@pytest.mark.parametrize(
    ("made", "total", "used"),
    [
        ({"2281": (8, 2), "2262": (5, 2), "2280": (2, 1)}, "ungefär 20", "ungefär 80 %"),
        ({"2281": (8, 1), "2262": (5, 2), "2280": (2, 1)}, "För få att visa", "För få att visa"),  # 19
        ({"2281": (8, 2), "2262": (8, 2)}, "För få att visa", "För få att visa"),  # two municipalities
        ({"2281": (9, 3), "2262": (5, 2), "2280": (1, 0)}, "För få att visa", "För få att visa"),  # eight from others
        ({"2281": (9, 1), "2262": (7, 1), "2280": (2, 0)}, "ungefär 20", "För få att visa"),  # two said no
    ],
)
def test_the_region_s_choices_are_coarse_and_hidden_when_few(home, vasternorrland, made, total, used):
    for code, (helped, no) in made.items():
        choose(home, code, "hjälpte", helped)
        choose(home, code, "nej", no)
    choose(home, "2281", "nej", 30, on=timezone.localdate())  # the quarter that is not over
    found = region_choices(vasternorrland, timezone.localdate())
    assert (found.total, found.used.replace("\N{NO-BREAK SPACE}", " ")) == (total, used)


# --- files ----------------------------------------------------------------------------------------------------------
def rows_of(client):
    content = client.get(reverse("home_figures", args=["csv"])).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


@pytest.mark.parametrize("who", LEADERS)
def test_the_file_holds_what_is_released_and_nothing_else(request, sign_in, colleague, home, who):
    told(home, WHOLE)
    other = CareHome.objects.create(name="=Granen", name_key="granen", form_group="hvb")
    own_rating(home, colleague, 1, index="13.37", strengths="Hemlig text")
    client = sign_in(request.getfixturevalue(who))
    rows = rows_of(client)
    assert {(row["mått"], row["värde"]) for row in rows if row["hem"] == "Tallbacken"} == {
        ("helhet", "4,0"), ("använda igen", "70"), ("planerade avslut", "80"), ("längd", "1"), ("P6", "4,5"),
        ("P7", "2,0"), ("D3", "2,5"), *((f"D{n}", "3,5") for n in (1, 2, 4, 5, 6, 7, 8)),
    }  # fmt: skip
    [hidden] = [row for row in rows if row["hem_id"] == str(other.uid)]
    assert (hidden["värde"], hidden["visas som"], hidden["hem"]) == ("", "..", "'=Granen")
    event = Event.objects.get(verb=Verb.DOWNLOADED)
    assert event.actor_id == request.getfixturevalue(who).pk
    assert event.detail == {"region": "22", "quarter": "2026-K3", "format": "csv", "homes": 2}


def test_the_workbook_has_a_sheet_of_values_and_a_code_book(sign_in, development_leader, home):
    told(home, WHOLE)
    client = sign_in(development_leader)
    with ZipFile(io.BytesIO(client.get(reverse("home_figures", args=["xlsx"])).content)) as book:
        names = book.read("xl/workbook.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert 'name="Hem"' in names
    assert 'name="Kodbok"' in names
    assert "Trygghet" in texts
    assert Event.objects.get(verb=Verb.DOWNLOADED).detail["format"] == "xlsx"


def test_the_code_book_explains_every_column_and_every_measure(sign_in, unit_manager, home):
    told(home, WHOLE)
    client = sign_in(unit_manager)
    content = client.get(reverse("home_code_book")).content.decode("utf-8-sig")
    explained = {row[0] for row in csv.reader(io.StringIO(content), delimiter=";")}
    assert set(rows_of(client)[0]) <= explained
    assert {code for code, *_ in measures()} <= explained


@pytest.mark.parametrize("kind", ["pdf", "csv"])
def test_there_is_no_file_of_another_kind_nor_before_the_first_release(sign_in, development_leader, kind):
    assert sign_in(development_leader).get(reverse("home_figures", args=[kind])).status_code == 404


# --- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["development_leader", "unit_manager"])
def test_the_page_asks_as_often_for_one_as_for_many(request, sign_in, colleague, home, sundsvall, who):
    told(home, WHOLE)
    client = sign_in(request.getfixturevalue(who))

    def more():
        own_rating(home, colleague, 1, index=0)
        choose(home, "2281", "nej", on=timezone.localdate())
        HomeUse.objects.count_one(
            sundsvall, HomeUse.What.SEARCH, add_months(timezone.localdate(), -HomeUse.objects.count())
        )

    more()
    page_of(client)
    with CaptureQueriesContext(connection) as one:
        page_of(client)
    for _ in range(6):
        more()
    with CaptureQueriesContext(connection) as many:
        page_of(client)
    assert len(many) == len(one)
