"""A municipality's own exact tables, for the issue "Intern" alone: who is placed, how far away, how stays ended,
and what became of the examinations.

Counted for all municipalities at once; nothing of it reaches the release.
"""

from collections import Counter, defaultdict

from django.db.models import Count, F

from placements import examinations
from placements.codes import EndReason, Initiator, Planned
from placements.indicators.volume import age_group, distance, placed_on
from placements.models import Placement

AGE_SEX, DISTANCE, HOSTS, REASONS, INITIATORS = "age and sex", "distance", "hosts", "reasons", "initiators"

REASONS_UNDONE, ACTIONS = "reasons for no examination", "actions after examinations"


def own_tables(municipalities, quarter):
    """By municipality's code and table: counts by (age, sex), distance, host, (reason, planned), (initiator, planned).

    And by (kind of examination, word): why it is not made, and what those that are made led to.
    """
    made = defaultdict(lambda: defaultdict(Counter))
    for row in _placed(municipalities, quarter.end):
        tables, n = made[row["municipality__code"]], row["n"]
        tables[AGE_SEX][row["age"], row["child__sex"]] += n
        tables[DISTANCE][row["distance"]] += n
        if row["distance"] in ("county", "elsewhere"):
            tables[HOSTS][row["host"]] += n
    for row in _ended(municipalities, quarter.period):
        tables, n = made[row["municipality__code"]], row["n"]
        planned = row["planned"] or Planned.UNKNOWN.value
        tables[REASONS][_word(EndReason, row["end_reason"]), planned] += n
        tables[INITIATORS][_word(Initiator, row["initiator"]), planned] += n
    for name, count in ((REASONS_UNDONE, examinations.reasons), (ACTIONS, examinations.actions)):
        for (code, kind), words in count(municipalities, quarter).items():
            made[code][name].update({(kind, word): n for word, n in words.items()})
    return made


def _placed(municipalities, day):
    return (
        placed_on(day)
        .filter(municipality__in=municipalities)
        .annotate(age=age_group(day), distance=distance(day), host=F("host_municipality__short_name"))
        .order_by()
        .values("municipality__code", "child__sex", "age", "distance", "host")
        .annotate(n=Count("pk"))
    )


def _ended(municipalities, period):
    return (
        Placement.objects.filter(municipality__in=municipalities, ended_on__range=(period.start, period.end))
        .order_by()
        .values("municipality__code", "end_reason", "planned", "initiator")
        .annotate(n=Count("pk"))
    )


def _word(codes, code):
    return codes(code).label if code else "Okänt"
