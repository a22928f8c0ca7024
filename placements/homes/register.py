"""Writing down who said what about a home, and when."""

from placements.homes.facts import FIELDS, IVO, words
from placements.models import HomeFact, HomeWay


def remember(home, days, source, user):
    """Note that `source` told these facts: {field: the day it holds for}."""
    note(
        HomeFact(home=home, field=field, source=source, told_on=told_on, entered_by=user)
        for field, told_on in days.items()
    )


def note(facts):
    """Store the facts' sources, each in the place of what stood there. One query."""
    HomeFact.objects.bulk_create(
        facts,
        update_conflicts=True,
        unique_fields=["home", "field"],
        update_fields=["source", "told_on", "entered_by"],
    )


def confirmed(home, told_on):
    """The known facts that nobody has told about since that day: they may be said to have been checked then."""
    newer = set(home.facts.filter(told_on__gt=told_on).values_list("field", flat=True))
    # IVO's word has its own day: the one on which somebody asked there.
    return {field for field in FIELDS if field not in newer and field != IVO and words(home, field)}


def set_ways(home, methods):
    """Let these be the home's ways of working, and no others."""
    home.ways.exclude(method__in=methods).delete()
    there = set(home.ways.values_list("method", flat=True))
    HomeWay.objects.bulk_create(HomeWay(home=home, method=method) for method in methods if method not in there)


def ways_of(home):
    return sorted(home.ways.values_list("method", flat=True)) if home.pk else []
