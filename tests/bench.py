"""`make bench`: how fast the portal is, as ratios measured in one run on one machine, written to docs/benchmarks.md.

Every figure has something plain beside it, measured in the same run: plain SQL, WeasyPrint alone, the file merely read,
the same page with less in it. Nothing here passes or fails; a timed test would only measure the machine.

    python -m tests.bench [DELIVERY.csv]    a delivery of one's own instead of an invented one
"""

import os
import platform
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import django

from tests.bench_homes import homes

ROOT = Path(__file__).resolve().parent.parent
TIMES = 5
SMALL, TEN_TIMES, LARGE = 2_000, 20_000, 200_000


def prepare():
    """A scratch portal of its own, filled with the demo's Västernorrland and its like."""
    scratch = tempfile.mkdtemp(prefix="bou-bench-")
    os.environ |= {"BOU_VAR": scratch, "DEMO": "on", "DJANGO_SETTINGS_MODULE": "bou_portal.settings"}
    os.environ.pop("DATABASE_URL", None)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("demo", verbosity=0)


def best(function):
    """Seconds of the median of a few runs, after one that warms up."""
    function()
    spent = []
    for _ in range(TIMES):
        started = time.perf_counter()
        function()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def dry_run(path):
    """A dry run of a whole delivery with every check, against merely reading the file."""
    from bou_portal.imports import read_table
    from placements.imports.delivering import import_delivery

    name, content = (path.name, path.read_bytes()) if path else invented_delivery()
    rows = import_delivery(name, content, dry_run=True).read
    slow, plain = best(lambda: import_delivery(name, content, dry_run=True)), best(lambda: read_table(name, content))
    return f"Torrkörning av en leverans, {rows} rader med alla kontroller", slow, "bara läsa filen", plain


def invented_delivery():
    from bou_portal.demo.files import as_csv, placements
    from bou_portal.demo.world import lives
    from municipalities.models import Municipality
    from placements.models import Delivery

    today = date(2026, 11, 21)
    rows = []
    for place in Municipality.objects.filter(region__is_member=True).order_by("code"):
        children = lives(place.code, place.population_0_20, today, {}, [place.code])
        rows += placements(place.code, children, today - timedelta(days=700), today)
    return "leverans.csv", as_csv(Delivery.Kind.PLACEMENTS, rows[:4300])


PLAIN_SQL = """
select p.municipality_id,
  count(distinct case when p.started_on <= %(end)s and (p.ended_on is null or p.ended_on > %(end)s) then p.child_id end),
  count(distinct case when p.started_on <= %(end)s and (p.ended_on is null or p.ended_on > %(start)s) then p.child_id end),
  sum(case when p.started_on between %(start)s and %(end)s then 1 else 0 end),
  sum(case when p.ended_on between %(start)s and %(end)s then 1 else 0 end),
  sum(case when p.ended_on between %(start)s and %(end)s and p.planned = 'nej' then 1 else 0 end),
  sum(max(0, min(julianday(coalesce(p.ended_on, '9999-12-31')), julianday(%(end)s) + 1)
    - max(julianday(p.started_on), julianday(%(start)s))))
from placements_placement p join municipalities_municipality m on m.id = p.municipality_id
group by p.municipality_id
"""
SAME_IN_SQL = {
    "placed_on",
    "placed_any_time",
    "placements_started",
    "placements_ended",
    "unplanned_endings",
    "care_days",
}


def indicators():
    """Six indicators for all municipalities and eight quarters, against the same aggregates in plain SQL."""
    from django.db import connection

    from bou_portal.periods import Quarter
    from municipalities.models import Municipality
    from placements.indicators import Scope, Window, figures

    quarters = Quarter.of(date.today()).previous().last(8)  # noqa: DTZ011 - the demo's own calendar
    members = Municipality.objects.filter(region__is_member=True)

    def ours():
        return figures(Scope.of(members, [Window.of(quarter) for quarter in quarters]), SAME_IN_SQL)

    def plain():
        with connection.cursor() as cursor:
            for quarter in quarters:
                cursor.execute(PLAIN_SQL, {"start": str(quarter.start), "end": str(quarter.end)})
                cursor.fetchall()

    return "Sex indikatorer, 77 kommuner, åtta kvartal", best(ours), "samma i ren SQL", best(plain)


def pdf():
    """A report's PDF, archivable and accessible, against WeasyPrint alone on the same HTML."""
    import weasyprint

    from bou_portal.pdf import print_style, render
    from bou_portal.reports.models import Report
    from bou_portal.reports.pages import report_html

    report = Report.objects.filter(issue="intern", municipality__code="2281").latest("pk")
    html = report_html(report)
    fonts, styles = print_style()

    def whole():
        render(report_html(report), b"bench")

    def bare():
        weasyprint.HTML(string=html).write_pdf(stylesheets=styles, font_config=fonts)

    return "En kommuns rapport som pdf", best(whole), "bara WeasyPrint på samma HTML", best(bare)


def lists():
    """The list of placements with 200 000 in the base, against the same list with 2 000."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(get_user_model().objects.get(email="karin@demo.example"))
    pages = {"/placeringar/": "Listan över placeringar", "/hvb/": "Listan över HVB"}
    measured = {}
    for size in (SMALL, LARGE):
        fill(size)
        for page in pages:
            seconds = best(lambda page=page: client.get(page))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            measured[page, size] = seconds, len(queries)
    for page, name in pages.items():
        (slow, many), (fast, few) = measured[page, LARGE], measured[page, SMALL]
        yield f"{name} med {LARGE} placeringar ({many} frågor)", slow, f"med {SMALL} ({few} frågor)", fast


def fill(size):
    """One municipality with this many placements in all, one to a child, half of them ongoing."""
    from municipalities.models import Municipality
    from placements.models import CareEpisode, Child, Placement

    place = Municipality.objects.get(code="2281")
    there = Placement.objects.filter(municipality=place).count()
    children = Child.objects.bulk_create(
        [Child(municipality=place, local_code=f"B{size}-{n}", birth_year=2012) for n in range(size - there)],
        batch_size=5_000,
    )
    start = date(2020, 1, 1)
    placements = []
    for n, child in enumerate(children):
        began = start + timedelta(days=n % 2_300)
        ended = None if n % 2 else began + timedelta(days=90)
        placements.append(
            Placement(municipality=place, child=child, form_group="familjehem", started_on=began, ended_on=ended)
        )
    Placement.objects.bulk_create(placements, batch_size=5_000)
    assert CareEpisode.objects.exists()


def rule_engine():
    """What is due, derived for as many placements as a large county has, against a tenth and against reading the rows."""
    from placements.duties.derive import cases, derive_dues

    seconds = {}
    for size in (SMALL, TEN_TIMES):
        with crowd(size) as children:

            def read(children=children):
                for first in range(0, len(children), 500):
                    for _ in cases(children[first : first + 500], defaultdict(list)):
                        pass

            seconds[size] = best(lambda children=children: derive_dues(children)), best(read)
    (large, read_large), (small, _) = seconds[TEN_TIMES], seconds[SMALL]
    each, few = large / TEN_TIMES * SMALL, f"samma tid per placering med {SMALL}"
    yield f"Förfallodagar för {TEN_TIMES} placeringar, per {SMALL}", each, few, small
    yield f"Förfallodagar för {TEN_TIMES} placeringar", large, "bara läsa samma rader", read_large


def worklist():
    """The first page of everything that waits in a large municipality, against the same page where nothing does.

    The reader is a first-line manager without a unit, who sees the whole municipality.
    """
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from placements.episodes import derive
    from placements.models import Due

    page, busy, idle = "/att-gora/", Client(), Client()
    busy.force_login(manager_of("2281"))
    idle.force_login(manager_of("2584"))
    with crowd(SMALL) as children:
        derive(children)
        waiting = Due.objects.filter(child__in=children).waiting(date.today()).count()  # noqa: DTZ011
        slow, plain = best(lambda: busy.get(page)), best(lambda: idle.get(page))
        with CaptureQueriesContext(connection) as queries:
            assert busy.get(page).status_code == 200
    what = f"Att göra med {SMALL} placerade barn, {waiting} saker ({len(queries)} frågor)"
    yield what, slow, "samma sida utan något", plain


def manager_of(code):
    """A first-line manager of a whole municipality."""
    from django.contrib.auth import get_user_model

    from bou_portal.accounts.models import Membership
    from municipalities.models import Municipality

    place = Municipality.objects.get(code=code)
    user = get_user_model().objects.create(email=f"bench-{code}@bench.example", name="Mätning")
    Membership.objects.create(user=user, role="unit_manager", municipality=place, started_on=date(2020, 1, 1))
    return user


@contextmanager
def crowd(size):
    """Ids of this many children in care with a little history each, taken back afterwards."""
    from django.db import transaction

    from municipalities.models import Municipality
    from placements.models import Child, FollowUp, LegalBasis, Placement, Plan

    place, started = Municipality.objects.get(code="2281"), date(2024, 1, 1)
    with transaction.atomic():
        made = [Child(municipality=place, local_code=f"M{size}-{n}", birth_year=2008 + n % 15) for n in range(size)]
        children = Child.objects.bulk_create(made, batch_size=5_000)
        for model, facts in (
            (Placement, {"form_group": "familjehem", "home_key": "a"}),
            (LegalBasis, {"group": "SoL"}),
            (Plan, {"kind": Plan.Kind.IMPLEMENTATION, "in_force_until": date(2026, 9, 1)}),
            (FollowUp, {"individual_talk": True, "visit_in_home": True}),
        ):
            day = {Plan: "made_on", FollowUp: "done_on"}.get(model, "started_on")
            rows = [
                model(municipality=place, child=child, **facts, **{day: started + timedelta(days=n % 700)})
                for n, child in enumerate(children)
            ]
            model.objects.bulk_create(rows, batch_size=5_000)
        yield [child.pk for child in children]
        transaction.set_rollback(True)


def main(arguments):
    prepare()
    rows = [
        dry_run(Path(arguments[0]) if arguments else None),
        indicators(),
        pdf(),
        *rule_engine(),
        *worklist(),
        *lists(),
        *homes(),
    ]
    table = "\n".join(
        f"| {what} | {ours * 1000:.0f} ms | {beside} | {plain * 1000:.0f} ms | {ours / plain:.2f} |".replace(".", ",")
        for what, ours, beside, plain in rows
    )
    text = (
        f"# Hastighet\n\nMätt {date.today()} i en körning av `make bench` ({platform.machine()}, "  # noqa: DTZ011
        f"{os.cpu_count()} kärnor, Python {platform.python_version()}, SQLite). Förhållandena är det som räknas; "
        "millisekunderna är maskinens.\n\n| vad | tid | mot | tid | förhållande |\n|---|---:|---|---:|---:|\n" + table
    )
    (ROOT / "docs" / "benchmarks.md").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
