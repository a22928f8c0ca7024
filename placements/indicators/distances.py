"""How far from home children are placed, as far as municipalities tell (domain.md 4b, S9)."""

from functools import cache
from math import hypot

from django.db.models import Count, F

from bou_portal.maps import outlines
from placements.indicators.counting import counts, indicator, median, rows, share
from placements.indicators.volume import placed_on, where_is_secret
from placements.models import Delivery

KM_PER_UNIT = 0.2  # one unit of the map is 200 m (municipalities/data/ORIGIN.md)
FAR = 100

far = {
    "denominator": "placerade barn vars vistelsekommun är känd",
    "source": "Indikatorkatalogen, S9",
    "note": "Fågelvägen mellan kommunernas mittpunkter, inte vägen; i den egna kommunen är det 0 km. Barn med hemlig"
    " vistelseort är inte med. Täckningen visar hur stor andel av barnen som har känd vistelsekommun.",
    "rests_on": Delivery.Kind.PLACEMENTS,
}
indicator(
    "S9_distance",
    "Avstånd till placeringen, median",
    value=median,
    unit="km",
    numerator="kilometer från den egna kommunen till den där hemmet ligger",
    **far,
)
indicator(
    "S9_far",
    "Placerade mer än 100 km bort",
    value=share,
    unit="%",
    numerator="placerade barn vars hem ligger i en kommun mer än 100 km bort",
    **far,
)


@cache
def kilometres(one, other):
    """Whole kilometres as the crow flies between two municipalities' middles, or None for one without a place on the map."""
    shapes = outlines()["municipalities"]
    if one not in shapes or other not in shapes:
        return None
    (x, y), (u, v) = shapes[one]["label"], shapes[other]["label"]
    return round(KM_PER_UNIT * hypot(x - u, y - v))


@counts("S9_distance", "S9_far")
def count_distances(scope, tally):
    def query(window):
        return (
            placed_on(window.on)
            .filter(municipality__in=scope.ids)
            .exclude(where_is_secret(window.on))
            .values("municipality", own=F("municipality__code"), host=F("host_municipality__code"))
            .annotate(children=Count("pk"), unconfirmed=Count("pk", filter=scope.unconfirmed))
        )

    for row in rows(scope, query):
        n, away = row["children"], kilometres(row["own"], row["host"]) if row["host"] else None
        for code in ("S9_distance", "S9_far"):
            tally.rest(row, code, n, away is not None)
        if away is not None:
            tally.add(row, "S9_distance", whole=n, length=away)
            tally.add(row, "S9_far", part=n if away > FAR else 0, whole=n)
