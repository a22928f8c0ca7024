"""Builds the demo step by step, saying what it does: register, people, homes, deliveries, ratings, releases, reports."""

from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta

from django.conf import settings
from django.db import connections
from django.utils import timezone

from bou_portal.demo.agreements import make_agreements
from bou_portal.demo.answers import make_answers
from bou_portal.demo.decisions import make_decisions
from bou_portal.demo.files import ROWS, as_csv
from bou_portal.demo.homes import make_homes
from bou_portal.demo.learning import make_learning
from bou_portal.demo.people import HOME_REGION, HOME_TOWN, make_people
from bou_portal.demo.ratings import make_ratings
from bou_portal.demo.region import make_region_figures, make_region_work
from bou_portal.demo.uses import make_uses
from bou_portal.demo.voices import make_voices
from bou_portal.demo.world import lives
from bou_portal.periods import Quarter
from bou_portal.reports.freeze import freeze
from bou_portal.reports.models import Report
from municipalities.models import Municipality, Region
from placements.duties.derive import postponed
from placements.imports.delivering import import_delivery
from placements.models import Delivery

QUARTERS = 8
CHILDREN_PER_SHARE = 90_000  # inhabitants 0-20: six shares, so that two processes finish about the same time
# One municipality misses one quarter, so that a hole can be seen.
HOLE = ("2425", 5)


def build_demo(say, today=None):
    """Everything, in order. `say` takes a Swedish line at a time. Two processes share the counties between them."""
    today = today or timezone.localdate()
    last = Quarter.of(today).previous()
    raters = make_people()
    homes = make_homes(today)
    regions = list(Region.objects.members())
    jobs = [(codes, homes, last, today) for codes in shares(regions)]
    with two_processes() as pool:
        for done in pool.map(tell, jobs):
            say(done)
        say(f"{make_ratings(raters, last.last(QUARTERS)[0].start, today)} omdömen om HVB.")
        say(make_agreements(homes, today))
        say(make_uses(today))
        say(f"{make_answers(today)} svar, orsaker och åtgärder inskrivna.")
        say(make_decisions(raters, today))
        say(make_learning(raters, today))
        say(make_voices(raters, today))
        say(make_region_work(today))
        connections.close_all()
        for done in pool.map(freeze_region, [(region.code, last) for region in regions]):
            say(done)
        say(make_region_figures(today))
        publish(say, last, pool)


@contextmanager
def two_processes():
    """A pool whose processes open the database themselves.

    They start with the first job and inherit what is open then; so nothing may be asked of the database in between, or
    PostgreSQL ends the connection that they close.
    """
    connections.close_all()
    with ProcessPoolExecutor(2, initializer=connections.close_all) as pool:
        yield pool


def shares(regions):
    """The municipalities' codes in groups of one region each, none with many more children than another.

    The personas' municipality delivers by itself: a file with several is nobody's history but the operator's.
    """
    yield [HOME_TOWN]
    for region in regions:
        places = list(region.municipalities.exclude(code=HOME_TOWN).order_by("-population_0_20"))
        parts = max(1, round(sum(place.population_0_20 for place in places) / CHILDREN_PER_SHARE))
        yield from ([place.code for place in places[part::parts]] for part in range(parts))


def tell(share):
    """Invent the children of some municipalities of a region and run their deliveries through the import."""
    codes, homes, last, today = share
    places = list(Municipality.objects.filter(code__in=codes).select_related("region").order_by("code"))
    region = places[0].region
    near = list(region.municipalities.values_list("code", flat=True))
    spans = occasions(last, today)
    world = {}
    for place in places:
        children = lives(place.code, place.population_0_20, today, homes, [place.code] * 2 * len(near) + near)
        world[place.code] = [child for child in children if not child.ended_on or child.ended_on >= spans[0][0]]
    with postponed():
        rows = sum(deliver(codes[0], world, number, *span) for number, span in enumerate(spans))
    connections.close_all()
    size = "1 kommun" if len(places) == 1 else f"{len(places)} kommuner"
    return f"{region.body}, {size}: {sum(map(len, world.values()))} påhittade barn, {rows} rader inlästa."


def occasions(last, today):
    """(since, until) of each delivery: one per quarter, and what has happened since."""
    spans = [(quarter.start, quarter.end) for quarter in last.last(QUARTERS)]
    return [*spans, (last.end + timedelta(days=1), today)]


def deliver(share, world, number, since, until):
    """Write the files of one occasion and run them through the import. Number of rows read."""
    folder = settings.VAR / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    read = 0
    for kind, rows_of in ROWS.items():
        name = f"{share}-{until}-{kind}.csv"
        if Delivery.objects.filter(file_name=name).exists():
            continue
        # The first delivery tells of everything before it, too.
        first = since if number or kind == Delivery.Kind.PLACEMENTS else date.min
        rows = [
            row
            for code, children in world.items()
            if (code, number) != HOLE
            for row in rows_of(code, known(children, since, until), first, until)
        ]
        content = as_csv(kind, rows)
        (folder / name).write_bytes(content)
        read += import_delivery(name, content, kind=kind, delivered=until).read
    return read


def known(children, since, until):
    """Those who were in care at some time between the days."""
    return [c for c in children if c.started_on <= until and (c.ended_on is None or c.ended_on >= since)]


def freeze_region(which):
    """Freeze the quarters of a region that are not frozen; the last one with its reports."""
    code, last = which
    region = Region.objects.get(code=code)
    for quarter in last.last(QUARTERS):
        if not region.releases.filter(quarter=str(quarter)).exists():
            freeze(region, quarter, with_reports=quarter == last)
    connections.close_all()
    return f"{region.body}: {QUARTERS} kvartal frysta."


def publish(say, quarter, pool):
    """Build and publish the home region's reports at once; a worker builds the others' in the background."""
    waiting = Report.objects.filter(region__code=HOME_REGION, quarter=str(quarter), status=Report.Status.QUEUED)
    ids = list(waiting.values_list("pk", flat=True))
    connections.close_all()
    list(pool.map(build_one, ids))
    now = timezone.now()
    done = Report.objects.filter(pk__in=ids, status=Report.Status.DONE).update(published_at=now, announced_at=now)
    say(f"{done} rapporter byggda och publicerade.")


def build_one(report_id):
    if report := Report.objects.claim(report_id):
        report.build()
    connections.close_all()
