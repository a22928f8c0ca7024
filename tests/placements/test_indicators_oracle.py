"""Every indicator against the slow reference in tests/oracle.py, over random worlds."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from bou_portal.periods import Period
from municipalities.models import Municipality
from placements.indicators import INDICATORS, Scope, Window, figures
from placements.indicators.behind import BEHIND
from placements.indicators.scope import ROWS_OF
from tests.oracle import expected, only
from tests.placements.worlds import PLACES, store, worlds

WINDOWS = [
    Window(Period(date(2017, 4, 1), date(2018, 3, 31)), date(2018, 3, 31)),
    Window(Period(date(2018, 1, 1), date(2018, 3, 31)), date(2018, 3, 31)),
    Window(Period(date(2017, 12, 1), date(2018, 2, 28)), date(2018, 2, 28)),
]
# Tested by hand: they need due dates, ratings and what municipalities count themselves.
BY_HAND = {"L1", "L2", "L3", "L4", "L9", "B1", "B2", "B3", "B4"}


class Undo(Exception):
    """Takes one example out of the database again."""


def differences(world):
    """Where the portal and the oracle do not say the same, for each window and place."""
    store(world)
    asked = Municipality.objects.filter(code__in=PLACES)
    scope = Scope.of(asked, WINDOWS)
    for kind in ROWS_OF:
        scope.delivered[kind] = frozenset(scope.ids)
    found = figures(scope, set(INDICATORS) - BY_HAND)
    places = {"total": world} | {code: only(world, code) for code in PLACES}
    for window in WINDOWS:
        for place, part in places.items():
            right = expected(part, window.period.start, window.period.end, window.on)
            for figure in found:
                if (figure.period, figure.place) != (window.period, place):
                    continue
                value, numerator, denominator = right[figure.id, figure.category]
                got = figure.value, figure.numerator, figure.denominator
                if got[0] != pytest.approx(value) or got[1:] != (numerator, denominator):
                    yield place, window.on, figure.id, figure.category, got, (value, numerator, denominator)


@settings(max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_indicators_agree_with_the_oracle(db, world):
    try:
        with transaction.atomic():
            found = list(differences(world))
            raise Undo
    except Undo:
        assert found == []


def astray(world):
    """Where the list of children behind a figure is not what the figure counted."""
    store(world)
    asked = Municipality.objects.filter(code__in=PLACES)
    scope = Scope.of(asked, WINDOWS)
    for kind in ROWS_OF:
        scope.delivered[kind] = frozenset(scope.ids)
    found = {(f.id, f.place, f.period): f for f in figures(scope, set(BEHIND)) if f.category is None}
    for code, behind in BEHIND.items():
        for place in scope.municipalities:
            for window in WINDOWS:
                figure = found[code, place.code, window.period]
                rows = list(behind.of(place, window))
                met = sum(row.is_met for row in rows)
                if met != figure.numerator or (figure.denominator is not None and len(rows) != figure.denominator):
                    yield code, place.code, window.on


@settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_the_children_behind_a_figure_are_those_it_counted(db, world):
    try:
        with transaction.atomic():
            found = list(astray(world))
            raise Undo
    except Undo:
        assert found == []
