"""Raw figures on their way to the gate, and what has come, or would come, out of it."""

from django.conf import settings

from bou_portal.disclosure import PUBLISHED, Disclosed, Rule, Tables, protect
from bou_portal.disclosure.release import QUARTER, ROLLING
from bou_portal.figures import Kind
from bou_portal.periods import Quarter
from placements.homes.raw import merged_homes, parts, raw_homes
from placements.indicators import Scope, Window, figures

MEASURES = tuple(publication.measure for publication in PUBLISHED)
# What says how it stands on the quarter's last day, whatever period one asks about.
STATES = frozenset(
    publication.measure for publication in PUBLISHED if publication.rule in (Rule.TOTAL, Rule.SPLIT, Rule.BREAKDOWN)
)


def tables(region, quarter, counted=None, version=1):
    """All that is published of a region's quarter, raw, ready for `protect()`.

    `counted` are the region's figures where they have been counted already, perhaps of other quarters too.
    """
    if counted is None:
        counted = figures(Scope.of(region.municipalities.all(), [Window.of(quarter)], [region]), MEASURES)
    places = tuple(region.municipalities.values_list("code", flat=True))
    ratings, stays = raw_homes(places, quarter.end)
    return Tables(
        region=region.code,
        quarter=quarter,
        places=places,
        figures=[figure for figure in counted if figure.period == quarter.period],
        ratings=ratings,
        stays=stays,
        inside=parts(),
        formerly=merged_homes(),
        version=version,
    )


def earlier_releases(region):
    """All that the region has released, every version, oldest first."""
    return [Disclosed.from_dict(release.cells) for release in region.releases.order_by("quarter", "version")]


def disclosed(region, quarter):
    """The region's newest release of the quarter; where nothing is frozen yet, what it would be."""
    earlier = earlier_releases(region)
    frozen = [release for release in earlier if release.quarter == quarter]
    return frozen[-1] if frozen else protect(tables(region, quarter), earlier, threshold=settings.DISCLOSURE_THRESHOLD)


def shown_for(region, window):
    """What page, file and PDF tell of the region in the window, as plain rows.

    ValueError unless the window is a quarter or the four quarters that end with one: nothing else is published.
    """
    quarter = Quarter.of(window.on)
    whole = {quarter.period: QUARTER, quarter.rolling_year: ROLLING}
    if window.on != quarter.end or window.period not in whole:
        raise ValueError("Bara kvartal, och fyra kvartal i följd, publiceras. Skriv till exempel --period 2026-K3.")
    wanted = whole[window.period]
    return [
        {
            "id": key.measure,
            "place": key.place,
            "category": key.category,
            "value": shown.value,
            "numerator": shown.numerator if shown.kind is Kind.SHARE else None,
            "denominator": shown.denominator if shown.kind is Kind.SHARE else None,
            "coverage": None,
            "unconfirmed": None,
            "text": shown.text,
            "reason": shown.reason,
        }
        for key, shown in disclosed(region, quarter).cells.items()
        if key.period == wanted or (wanted == ROLLING and key.measure in STATES and key.period == QUARTER)
    ]
