"""The lines of `make bench` about homes: searching and comparing among a thousand of them, and the ground as a PDF.

Beside each page stands the same SQL alone: the questions that the page asks the database, asked once more without it.
"""

import math
import time
from contextlib import contextmanager
from datetime import date

HOMES, RATINGS, TEN_TIMES = 1_000, 150_000, 1_500_000
TIMES = 40
A_CHILD_HAS = 10  # invented stays of each invented child
SEARCH = {"kon": "pojkar", "avtal": "forst"}


def homes(ratings=RATINGS, ten_times=TEN_TIMES):
    """(what, seconds, beside what, seconds) of search, comparison and ground, at two sizes."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    register = a_thousand_homes()
    release_of(register)
    client = Client()
    client.force_login(get_user_model().objects.get(email="karin@demo.example"))
    compared = {"hem": [str(home.uid) for home in register[:4]]}
    for total in (ratings, ten_times):
        rate(register, total)
        yield page_line("Söka hem", client, "/hvb/", SEARCH, total)
        yield against_raw_ratings(client, total)
        yield page_line("Jämföra fyra hem", client, "/hvb/jamfor/", compared, total)
    yield ground_line(client, compared, total)


def page_line(name, client, address, query, total):
    """p95 of the page and of its SQL; the page's weight as it goes to the browser, before compression."""
    asked, response = questions(client, address, query)
    weight = math.ceil(len(response.content) / 1000)
    what = f"{name} bland {HOMES} hem och {total} omdömen, p95 ({len(asked)} frågor, {weight} kB)"
    return what, p95(lambda: client.get(address, query)), "samma SQL ensam, p95", p95(lambda: ask(asked))


FROM_RAW_RATINGS = """
with rated as (
  select r.home_id, count(*) as n, avg(r."index") as mean from placements_rating r
  join municipalities_municipality m on m.id = r.municipality_id join municipalities_region g on g.id = m.region_id
  where g.code = '22' and r.submitted_at >= '2024-10-01' and r."index" is not null group by r.home_id)
select h.id, h.name, rated.n, rated.mean,
  (rated.n * rated.mean + 5 * (select avg(mean) from rated)) / (rated.n + 5) as adjusted
from placements_carehome h left join rated on rated.home_id = h.id
where h.status <> 'closed' and h.target_sex in ('', 'alla', 'pojkar') order by adjusted desc, h.name_key
"""


def against_raw_ratings(client, total):
    """The search page against its list alone, counted from the ratings themselves in plain SQL: what it never does."""
    what = f"Söka hem bland {HOMES} hem och {total} omdömen, p95"
    slow, plain = p95(lambda: client.get("/hvb/", SEARCH)), p95(lambda: ask([FROM_RAW_RATINGS]))
    return what, slow, "samma lista räknad ur omdömena i ren SQL, p95", plain


def ground_line(client, query, total):
    """The ground with its PDF, against the page that shows the same."""
    address = "/hvb/underlag/pdf/"
    weight = math.ceil(len(client.get(address, query).content) / 1000)
    what = f"Underlag inför placering, pdf av fyra hem bland {total} omdömen, p95 ({weight} kB)"
    slow, plain = p95(lambda: client.get(address, query), 10), p95(lambda: client.get("/hvb/jamfor/", query))
    return what, slow, "jämförelsen som sida, p95", plain


def p95(function, times=TIMES):
    """Seconds that 95 of 100 runs stay below, after one that warms up."""
    function()
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        function()
        spent.append(time.perf_counter() - started)
    return sorted(spent)[math.ceil(0.95 * times) - 1]


def questions(client, address, query):
    """What the page asks the database, as SQL, and its answer."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address, query)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address, query)
    assert response.status_code == 200, address
    return [query["sql"] for query in captured if query["sql"].startswith("SELECT")], response


def ask(statements):
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()


# --- what is asked about --------------------------------------------------------------------------------------------
def a_thousand_homes():
    """Homes all over the country, each with a method and a dated fact, two hundred in an agreement with five criteria."""
    from municipalities.models import Municipality, Region
    from placements.models import Agreement, AgreementHome, CareHome, Criterion, HomeFact, HomeWay

    places, region = list(Municipality.objects.order_by("code")), Region.objects.get(code="22")
    made = CareHome.objects.bulk_create(
        CareHome(
            name=f"Mäthem {n}", name_key=f"mathem {n:04}", form_group="hvb", location=places[n % len(places)], age_from=13,
            target_group="Pojkar 13–17 år, eget beteende", target_sex=("alla", "pojkar", "flickor")[n % 3], free_places=n % 4,
        )
        for n in range(HOMES)
    )  # fmt: skip
    HomeWay.objects.bulk_create(HomeWay(home=home, method="mi") for home in made)
    facts = {"field": "free_places", "source": "hemmet", "told_on": date(2026, 11, 1)}
    HomeFact.objects.bulk_create(HomeFact(home=home, **facts) for home in made)
    agreement = Agreement.objects.create(title="Mätavtal", region=region, valid_from=date(2020, 1, 1))
    for n in range(5):
        agreement.criteria.add(Criterion.objects.create(title=f"Krav {n}", region=region, items=[3 * n + 1, 3 * n + 2]))
    AgreementHome.objects.bulk_create(
        AgreementHome(agreement=agreement, home=home, rank=n + 1, price_per_day=6_000 + n)
        for n, home in enumerate(made[:200])
    )
    return made


def release_of(register):
    """The region's newest release tells the whole, the eight domains and the 22 statements of every home."""
    from bou_portal.disclosure import Disclosed, Score
    from bou_portal.figures import State
    from municipalities.models import Release

    newest = Release.objects.filter(region__code="22").latest_versions().first()
    told = Disclosed.from_dict(newest.cells)
    parts = ["", *(f":D{n}" for n in range(1, 9)), *(f":{n}" for n in range(1, 23))]
    shown = {
        f"{home.uid}{part}": Score(State.SHOWN, 2 + (n * 3 + len(part)) % 7 / 2, ("5–9", "10–19", "20+")[n % 3])
        for n, home in enumerate(register)
        for part in parts
    }
    whole = Disclosed(
        told.region, told.quarter, newest.version + 1, told.threshold, told.places, told.cells, {**told.scores, **shown}
    )
    Release.objects.create(
        region=newest.region,
        quarter=newest.quarter,
        version=newest.version + 1,
        cells=whole.as_dict(),
        sha256=whole.sha256,
        code_version="bench",
    )


NUMBERS = "with recursive n(i) as (select {first} where {first} < {after} union all select i + 1 from n where i + 1 < {after})"
CHILDREN = """insert into placements_child (id, uid, municipality_id, local_code, sex, birth_year)
{numbers} select {child} + i, printf('c1%030x', i), place.id, 'H' || i, '', 2010
from n join bench_place place on place.k = i % {places}"""
STAYS = """insert into placements_placement (id, uid, municipality_id, child_id, home_id, home_key, form_group, form_code,
 operator, started_on, ended_on, end_is_inferred, end_reason, planned, initiator, next_stop, cause, second_cause)
{numbers} select {stay} + i, printf('c2%030x', i), place.id, {child} + i / {each}, {home} + i * 7919 % {homes},
 {home} + i * 7919 % {homes}, 'hvb', '', '', '2025-01-01', '2025-06-01', 0, '', 'ja', '', '', '', ''
from n join bench_place place on place.k = i / {each} % {places}"""
MARKS = """insert into placements_rating (uid, municipality_id, placement_id, form, home_id, rated_by_id, step, "index",
 use_again, use_again_condition, price_fair, youth_asked, fits_other_group, strengths, improvements, may_be_shared,
 started_at, submitted_at)
{numbers} select printf('c3%030x', i), place.id, {stay} + i, 'hel', {home} + i * 7919 % {homes}, {rater}, 4, i % 101,
 'ja', '', 'ja', 'samtal', '', '', '', 0, '2026-06-01 08:00:00', '2026-06-01 08:05:00'
from n join bench_place place on place.k = i / {each} % {places}"""


def rate(register, total):
    """So many ratings in all of the homes, each after a stay of its own, from every member municipality alike.

    Made by the database itself (SQLite): a million and a half by way of Python would take longer than all that is measured.
    """
    from django.contrib.auth import get_user_model
    from django.db import connection

    from placements.models import Rating

    first = Rating.objects.filter(home__in=register).count()
    about = {
        "each": A_CHILD_HAS, "homes": len(register), "home": register[0].pk, "rater": get_user_model().objects.first().pk,
        "child": 10_000_000, "stay": 10_000_000,
    }  # fmt: skip
    with connection.cursor() as cursor, numbered_places(cursor) as places:
        cursor.execute("pragma cache_size = -400000")  # 400 MB: the indexes that are filled stay in memory
        for statement, each in ((CHILDREN, A_CHILD_HAS), (STAYS, 1), (MARKS, 1)):
            numbers = NUMBERS.format(first=first // each, after=total // each)
            cursor.execute(statement.format(numbers=numbers, places=places, **about))
        cursor.execute("analyze")


@contextmanager
def numbered_places(cursor):
    """The member municipalities numbered from nought, for as long as it takes."""
    cursor.execute("create temp table bench_place (k integer primary key, id integer)")
    cursor.execute(
        "insert into bench_place select row_number() over (order by place.code) - 1, place.id from"
        " municipalities_municipality place join municipalities_region region on region.id = place.region_id"
        " where region.is_member"
    )
    yield cursor.execute("select count(*) from bench_place").fetchone()[0]
    cursor.execute("drop table bench_place")
