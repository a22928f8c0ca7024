"""Builds the demo step by step, saying what it does: register, people, homes, deliveries, ratings, releases, reports."""

import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import connections
from django.utils import timezone

from bou_portal.demo.files import ROWS, as_csv
from bou_portal.demo.homes import make_homes
from bou_portal.demo.people import HOME_REGION, make_people
from bou_portal.demo.ratings import make_ratings
from bou_portal.demo.world import lives
from bou_portal.periods import Quarter
from bou_portal.reports.freeze import freeze
from bou_portal.reports.models import Report
from municipalities.models import Region
from placements.imports.delivering import import_delivery
from placements.models import Delivery

QUARTERS = 8
# One municipality misses one quarter, so that a hole can be seen.
HOLE = ("2425", 5)


def build_demo(say, today=None):
    """Everything, in order. `say` takes a Swedish line at a time."""
    today = today or timezone.localdate()
    last = Quarter.of(today).previous()
    raters = make_people()
    homes = make_homes()
    regions = list(Region.objects.members())
    world = {region.code: make_world(region, homes, today) for region in regions}
    say(f"{sum(len(children) for places in world.values() for children in places.values())} påhittade barn.")
    for number, (since, until) in enumerate(occasions(last, today)):
        rows = sum(deliver(region, world[region.code], number, since, until) for region in regions)
        say(f"Leveranser till och med {until}: {rows} rader inlästa.")
    say(f"{make_ratings(raters, last.last(QUARTERS)[0].start, today)} omdömen om HVB.")
    for region in regions:
        for quarter in last.last(QUARTERS):
            if not region.releases.filter(quarter=str(quarter)).exists():
                freeze(region, quarter, with_reports=quarter == last)
        say(f"{region.body}: {QUARTERS} kvartal frysta.")
    publish(say, last)


def make_world(region, homes, today):
    """Children by municipality of one region."""
    places = list(region.municipalities.all())
    codes = [place.code for place in places]
    return {
        place.code: lives(place.code, place.population_0_20, today, homes, [place.code] * 3 + codes) for place in places
    }


def occasions(last, today):
    """(since, until) of each delivery: one per quarter, and what has happened since."""
    spans = [(quarter.start, quarter.end) for quarter in last.last(QUARTERS)]
    return [*spans, (last.end + timedelta(days=1), today)]


def deliver(region, world, number, since, until):
    """Write one region's files for an occasion and run them through the import. Number of rows read."""
    folder = settings.VAR / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    read = 0
    for kind, rows_of in ROWS.items():
        name = f"{region.code}-{until}-{kind}.csv"
        if Delivery.objects.filter(file_name=name).exists():
            continue
        rows = [
            row
            for code, children in world.items()
            if (code, number) != HOLE
            for row in rows_of(code, children, since, until)
        ]
        content = as_csv(kind, rows)
        (folder / name).write_bytes(content)
        read += import_delivery(name, content, kind=kind, delivered=until).read
    return read


def publish(say, quarter):
    """Build and publish the home region's reports at once; a worker builds the others' in the background."""
    started = time.monotonic()
    waiting = Report.objects.filter(region__code=HOME_REGION, quarter=str(quarter), status=Report.Status.QUEUED)
    ids = list(waiting.values_list("pk", flat=True))
    connections.close_all()
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(build_one, ids))
    done = Report.objects.filter(pk__in=ids, status=Report.Status.DONE).update(published_at=timezone.now())
    say(f"{done} rapporter byggda och publicerade på {time.monotonic() - started:.0f} s.")


def build_one(report_id):
    if report := Report.objects.claim(report_id):
        report.build()
    connections.close_all()
