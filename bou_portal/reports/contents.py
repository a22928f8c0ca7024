"""What each report of a quarter says: the frozen content, made once from the figures each issue may show."""

from collections import defaultdict

from django.conf import settings
from django.utils import timezone

from bou_portal.disclosure.release import latest_versions
from bou_portal.formats import listing
from bou_portal.periods import Quarter
from bou_portal.reports.blocks import definition_of
from bou_portal.reports.chapters import chapters
from bou_portal.reports.homes import homes_for_region, homes_used
from bou_portal.reports.learning import own_learning
from bou_portal.reports.models import Report
from bou_portal.reports.own_tables import own_tables
from bou_portal.reports.region_work import region_work
from bou_portal.reports.sources import Source
from bou_portal.reports.voices import own_voices, regional_year
from placements.models import Delivery, HealthComment

DAYS = {1: "1 januari–31 mars", 2: "1 april–30 juni", 3: "1 juli–30 september", 4: "1 oktober–31 december"}
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
    released, now = told(newest), newest[quarter]
    own_exact, own_released = by_place(exact), by_place(released)
    frame = {
        "quarter_text": quarter.text,
        "period_text": f"{DAYS[quarter.number]} {quarter.year}",
        "frozen_on": str(timezone.localdate()),
        "correction": reason,
        "is_demo": settings.DEMO,
        "code_version": settings.VERSION,
    }
    shared_homes, used = homes_for_region(now), homes_used(scope.ids, quarter, now)
    tables, voices, learned = (read(scope.ids, quarter) for read in (own_tables, own_voices, own_learning))
    heard, work = regional_year(region, quarter), region_work(region, quarter)

    def report(place, issue, own, **beside):
        code = place.code if place else region.code
        intern = issue == Report.Issue.INTERN
        beside |= {"regional_voices": heard, "work": work, "municipality_id": place.pk if place else None}
        source = Source(quarter, code, region.code, intern, own.get(code, {}), released, scope.municipalities, **beside)
        complete = completeness([place] if place else scope.municipalities, scope)
        return place, issue, content(frame, source, issue, complete)

    made = []
    for place in scope.municipalities:
        beside = {"homes": used.get(place.pk, []), "tables": tables.get(place.code, {}), "voices": voices.get(place.pk)}
        beside["learning"] = learned[place.pk]
        made.append(report(place, Report.Issue.INTERN, own_exact, **beside))
        made.append(report(place, Report.Issue.SHARED, own_released, homes=shared_homes))
    said = health_comment(region, quarter)
    return [*made, report(None, Report.Issue.REGION, own_released, homes=shared_homes, health_comment=said)]


def told(newest):
    """What the releases show of each quarter, by (quarter, place, id, category)."""
    return {
        (when, key.place, key.measure, key.category): shown
        for when, release in newest.items()
        for key, shown in release.cells.items()
        if key.period == "quarter"
    }


def health_comment(region, quarter):
    """The partner's newest comment, on this quarter or the one before: it is written when a quarter has been released."""
    about = [str(quarter), str(quarter.previous())]
    newest = HealthComment.objects.filter(region=region, quarter__in=about).order_by("-quarter").first()
    return (Quarter.parse(newest.quarter).text, newest.text) if newest else None


def by_place(figures):
    """The same figures, place by place."""
    places = defaultdict(dict)
    for key, shown in figures.items():
        places[key[1]][key] = shown
    return places


def content(frame, source, issue, complete):
    parts = chapters(source)
    return frame | {
        "readers": READERS[issue],
        "chapters": parts,
        "reading": reading(source),
        "completeness": complete,
        "definitions": [definition_of(id) for id in source.numbers],
    }


def reading(source):
    """How to read the figures; what marks mean."""
    lines = [
        "Barn räknas, inte rader. En placering omfattar nätterna från startdagen till och med natten före slutdagen. "
        "Andelar är avrundade till hela procent.",
        "Ingen uppgift betyder att kommunen inte har lämnat uppgiften. – betyder att det inte finns något att mäta, eller "
        "att måttet inte publiceras. Rader med bara nollor är utelämnade; summorna gäller alla.",
        "Siffran efter ett mått leder till dess definition. Dagen D är kvartalets sista dag. Medianen är det mittersta "
        "värdet. Ett mönster är fem värden i rad som stiger eller faller, eller sex i rad på samma sida om medianen; annat är "
        "oftast slump. Kv 3 är kvartal 3. En enhet är en procentenhet.",
    ]
    if source.is_intern:
        return [*lines, "Utgåvan Intern visar exakta tal och stannar i kommunen. Regionens tal är de som publiceras."]
    return [
        *lines,
        f"Två punkter (..) betyder att talet är dolt för att skydda enskilda. Antal under {settings.DISCLOSURE_THRESHOLD} visas inte, och fler "
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
