"""What each report of a quarter says: the frozen content, made once from the figures each issue may show."""

from collections import defaultdict

from django.conf import settings
from django.utils import timezone

from bou_portal.disclosure import THRESHOLD
from bou_portal.disclosure.release import latest_versions
from bou_portal.figures import DEFINITIONS
from bou_portal.formats import listing
from bou_portal.reports.blocks import definition_of
from bou_portal.reports.chapters import chapters
from bou_portal.reports.homes import homes_for_region, homes_used_by
from bou_portal.reports.models import Report
from bou_portal.reports.sources import Source
from placements.models import Delivery

READERS = {
    Report.Issue.INTERN: "Till IFO-chefen. Exakta tal, endast för kommunen.",
    Report.Issue.SHARED: "Får spridas. Små tal är dolda.",
    Report.Issue.REGION: "Får spridas. Små tal är dolda.",
}


def report_contents(region, quarter, scope, exact, releases, *, version, reason):
    """(municipality or None, issue, content) for every report of the quarter.

    `exact` are the municipalities' own figures by (quarter, place, id, category); `releases` end with the new one.
    """
    newest = latest_versions(releases)
    released = {
        (when, key.place, key.measure, key.category): shown
        for when, release in newest.items()
        for key, shown in release.cells.items()
        if key.period == "quarter"
    }
    now = newest[quarter]
    own_exact, own_released = by_place(exact), by_place(released)
    frame = {
        "quarter_text": quarter.text,
        "period_text": quarter.period.text,
        "frozen_on": str(timezone.localdate()),
        "correction": reason,
        "is_demo": settings.DEMO,
        "code_version": settings.VERSION,
    }
    shared_homes = homes_for_region(now)
    made = []
    for municipality in scope.municipalities:
        for issue, own in ((Report.Issue.INTERN, own_exact), (Report.Issue.SHARED, own_released)):
            code, is_intern = municipality.code, issue == Report.Issue.INTERN
            source = Source(quarter, code, region.code, is_intern, own.get(code, {}), released)
            homes = homes_used_by(municipality, quarter, now) if source.is_intern else shared_homes
            made.append(
                (municipality, issue, content(frame, source, issue, homes, completeness([municipality], scope)))
            )
    source = Source(quarter, region.code, region.code, False, own_released[region.code], released)
    made.append(
        (
            None,
            Report.Issue.REGION,
            content(frame, source, Report.Issue.REGION, shared_homes, completeness(scope.municipalities, scope)),
        )
    )
    return made


def by_place(figures):
    """The same figures, place by place."""
    places = defaultdict(dict)
    for key, shown in figures.items():
        places[key[1]][key] = shown
    return places


def content(frame, source, issue, homes, complete):
    parts = chapters(source, homes)
    return frame | {
        "readers": READERS[issue],
        "chapters": parts,
        "reading": reading(source),
        "completeness": complete,
        "definitions": [definition_of(id) for id in DEFINITIONS if id in source.used],
    }


def reading(source):
    """How to read the figures; what marks mean."""
    lines = [
        "Barn räknas, inte rader. En placering omfattar nätterna från startdagen till och med natten före slutdagen. "
        "Andelar är avrundade till hela procent.",
        "Ingen uppgift betyder att kommunen inte har lämnat uppgiften. – betyder att det inte finns något att mäta.",
    ]
    if source.is_intern:
        return [*lines, "Utgåvan Intern visar exakta tal och stannar i kommunen. Regionens tal är de som publiceras."]
    return [
        *lines,
        f"Två punkter (..) betyder att talet är dolt för att skydda enskilda. Antal under {THRESHOLD} visas inte, och fler "
        "tal döljs så att de inte kan räknas ut. Andelar visas bara för grupper om minst 20 barn.",
    ]


def completeness(municipalities, scope):
    """For each kind of delivery, how many of the municipalities it rests on and who is missing."""
    rows = []
    for kind, label in Delivery.Kind.choices:
        delivered = [place for place in municipalities if place.pk in scope.delivered[kind]]
        missing = [str(place) for place in municipalities if place.pk not in scope.delivered[kind]]
        if len(municipalities) == 1:
            words = "Levererat" if delivered else "Ingen uppgift"
        else:
            words = f"{len(delivered)} av {len(municipalities)} kommuner"
            words += f". Saknas: {listing(missing)}" if missing else ""
        rows.append({"source": label, "text": words})
    return rows
