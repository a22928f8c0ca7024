"""The indicators of figures.md 4 and domain.md 4, counted set-based for any number of municipalities and windows.

    scope = Scope.of(Municipality.objects.filter(region=region), [Window.of(quarter)], regions=[region])
    raw = figures(scope, {"placed_on", "S1"})

gives unprintable `Figure`s for each municipality, each region asked for and "total". Every definition lies beside the
query that counts it and is registered in `bou_portal.figures.DEFINITIONS`.
"""

from bou_portal.figures import Figure
from placements.indicators import (  # noqa: F401 - each defines its indicators
    base_data,
    cohorts,
    distances,
    endings,
    funnel,
    health,
    limits,
    participation,
    planning,
    ratings,
    stability,
    volume,
)
from placements.indicators.counting import FAMILIES, INDICATORS, Part, Tally, Window, median
from placements.indicators.scope import Scope

__all__ = ["INDICATORS", "Scope", "Window", "figures"]

TOTAL = "total"


def figures(scope, ids=None):
    """Raw figures by window, place, indicator and category. `ids` None = all; KeyError for an unknown id.

    Coverage is in per cent: of the municipalities asked, those that have delivered what the figure rests on, times, of
    its base, what is known. A municipality that has not delivered has neither value nor denominator.
    """
    wanted = [INDICATORS[code] for code in INDICATORS if ids is None or code in ids]
    if ids is not None and (unknown := set(ids) - set(INDICATORS)):
        raise KeyError(", ".join(sorted(unknown)))
    tally = Tally(indicator.id for indicator in wanted)
    for count, codes in FAMILIES:
        if codes & tally.wanted:
            count(scope, tally)
    return [
        _figure(scope, tally, number, place, members, indicator, category)
        for number in range(len(scope.windows))
        for place, members in _places(scope)
        for indicator in wanted
        for category in indicator.categories
    ]


def _places(scope):
    """Every place with the ids of its municipalities."""
    yield from ((place.code, [place.pk]) for place in scope.municipalities)
    for region in scope.regions:
        yield region.code, [place.pk for place in scope.municipalities if place.region_id == region.pk]
    yield TOTAL, scope.ids


def _figure(scope, tally, number, place, members, indicator, category):
    window, code = scope.windows[number], indicator.id
    delivered = [pk for pk in members if pk in scope.delivered[indicator.rests_on]]
    whose = {"id": code, "place": place, "category": category, "period": window.period, "on": window.on}
    if not delivered:
        return Figure(**whose, coverage=0.0)
    whole, known, base = Part(), 0, 0
    for pk in delivered:
        if (part := tally.parts.get((number, pk, code, category))) is not None:
            whole += part
        if (rested := tally.known.get((number, pk, code))) is not None:
            known, base = known + rested[0], base + rested[1]
    return Figure(
        **whose,
        value=indicator.value(whole),
        numerator=None if indicator.value is median else whole.part,
        denominator=whole.whole if indicator.definition.denominator else None,
        coverage=100 * len(delivered) / len(members) * (known / base if base else 1),
        unconfirmed=whole.unconfirmed,
    )
