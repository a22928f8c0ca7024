"""What has become of the placed children's examinations beyond how far they have come: why not, what followed, how long.

For the own municipality alone, on its page and in its issue "Intern" (features.md d, T5, T6 and C7): nothing of it is
published. Counted for any number of municipalities at once.
"""

from collections import Counter, defaultdict

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from placements.indicators import Window
from placements.indicators.counting import Days
from placements.indicators.funnel import ANSWERED, DONE, FURTHEST, KINDS, stage
from placements.indicators.volume import placed_on
from placements.models import HealthExam

UNSAID = "Ingen orsak angiven"
REASONS = dict(HealthExam.NotDone.choices)
NO_ACTION, ACTED, WAITING, UNKNOWN = "Inga åtgärder behövdes", "Åtgärder klara", "Åtgärder väntar", "Inte angivet"
ACTIONS = (NO_ACTION, ACTED, WAITING, UNKNOWN)


def reasons(municipalities, quarter):
    """{(municipality's code, kind): Counter of words}: placed children without an examination made, by why (T5)."""
    found = defaultdict(Counter)
    for kind in KINDS.values():
        rows = _undone(Window.of(quarter), kind).filter(municipality__in=municipalities)
        for code, reason, n in rows.values_list("municipality__code", "reason").annotate(Count("pk")):
            found[code, kind][REASONS.get(reason, UNSAID)] += n
    return found


def _undone(window, kind):
    """Placed children whose examination is not made, with the newest reason said within the episode."""
    reached, _ = stage(window, kind)
    started = Coalesce(OuterRef("episode__started_on"), OuterRef("started_on"))
    here = Q(requested_on__range=(started, window.on)) | Q(offered_on__range=(started, window.on))
    undated = Q(requested_on__isnull=True, offered_on__isnull=True, not_needed=True)
    said = (
        HealthExam.objects.filter(here | undated, Q(not_needed=True) | ~Q(not_done_reason=""), kind=kind)
        .filter(child=OuterRef("child"))
        .annotate(
            said=Case(
                When(not_needed=True, then=Value(HealthExam.NotDone.NOT_NEEDED.value)),
                default=F("not_done_reason"),
                output_field=CharField(),
            )
        )
        .order_by(F("requested_on").desc(nulls_last=True), "-pk")
    )
    undone = Q(reached__isnull=True) | ~Q(reached__in=[FURTHEST.index(made) for made in (DONE, ANSWERED)])
    placed = placed_on(window.on).annotate(reached=reached).filter(undone)
    return placed.annotate(reason=Coalesce(Subquery(said.values("said")[:1]), Value(""))).order_by()


def actions(municipalities, quarter):
    """{(municipality's code, kind): Counter of ACTIONS}: examinations of the placed, by what they led to (T6)."""
    day, found = quarter.end, defaultdict(Counter)
    cared_for = placed_on(day).filter(child=OuterRef("child"), episode__started_on__lte=OuterRef("done_on"))
    followed = When(actions_done_on__lte=day, then=Value(ACTED))
    led_to = Case(
        When(actions_needed=False, then=Value(NO_ACTION)),
        When(actions_needed=True, then=Case(followed, default=Value(WAITING))),
        default=Value(UNKNOWN),
        output_field=CharField(),
    )
    rows = (
        HealthExam.objects.filter(Exists(cared_for), municipality__in=municipalities, done_on__lte=day)
        .annotate(led_to=led_to)
        .order_by()
        .values_list("municipality__code", "kind", "led_to")
        .annotate(Count("pk"))
    )
    for code, kind, word, n in rows:
        found[code, kind][word] += n
    return found


def waits(municipalities, quarter):
    """{(municipality's code, kind): [days, ...]}: from request to examination, of those made in the last year (C7)."""
    year, found = Window.of(quarter).months_up_to(12), defaultdict(list)
    rows = (
        HealthExam.objects.filter(municipality__in=municipalities, done_on__range=(year.start, year.end))
        .filter(requested_on__lte=F("done_on"))
        .annotate(days=Days("requested_on", "done_on"))
        .order_by("days")
        .values_list("municipality__code", "kind", "days")
    )
    for code, kind, days in rows:
        found[code, kind].append(days)
    return found
