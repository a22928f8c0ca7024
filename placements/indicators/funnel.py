"""How far the health and the dental examination of each placed child have come (domain.md 4d, features.md c, F29)."""

from django.db.models import Case, CharField, Count, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from placements.indicators.counting import COUNTING_RULES, counts, indicator, rows
from placements.indicators.volume import placed_on
from placements.models import Delivery, HealthExam

NOT_ASKED, ASKED, OFFERED, DONE = "ej begärd", "begärd", "erbjuden", "gjord"
ANSWERED, GIVEN_UP = "svar mottaget", "obehövlig eller avböjd"
STAGES = (NOT_ASKED, ASKED, OFFERED, DONE, ANSWERED, GIVEN_UP)
# A child stands where the examination has come furthest: a later attempt outweighs one that was given up.
FURTHEST = (ANSWERED, DONE, OFFERED, ASKED, GIVEN_UP)
KINDS = {"placed_on_by_health": HealthExam.Kind.MEDICAL, "placed_on_by_dental": HealthExam.Kind.DENTAL}

funnel = {
    "categories": STAGES,
    "unit": "barn",
    "numerator": "placerade barn dagen D efter hur långt undersökningen kommit under den pågående insatsen",
    "source": COUNTING_RULES,
    "note": "Varje barn räknas en gång, där undersökningen har kommit längst till och med dagen D. Det som hänt före"
    " insatsens start räknas inte.",
    "rests_on": Delivery.Kind.HEALTH,
}
indicator("placed_on_by_health", "Placerade barn efter hälsoundersökningens läge", **funnel)
indicator("placed_on_by_dental", "Placerade barn efter tandundersökningens läge", **funnel)


def stage(window, kind):
    """How far the examination of a placement's child has come by the day, within the care episode.

    As a place in `FURTHEST`, and as the word for such a place annotated as `reached`. Where many are counted only the
    place is asked for: the database answers anew each time that the question is mentioned.
    """
    started = Coalesce(OuterRef("episode__started_on"), OuterRef("started_on"))

    def by_then(name):
        return Q(**{f"{name}__gte": started, f"{name}__lte": window.on})

    given_up = Q(not_needed=True) | Q(not_done_reason__in=HealthExam.GIVEN_UP)
    undated = Q(requested_on__isnull=True, offered_on__isnull=True)
    conditions = {
        ANSWERED: by_then("result_on"),
        DONE: by_then("done_on"),
        GIVEN_UP: given_up & (undated | by_then("requested_on") | by_then("offered_on")),
        OFFERED: by_then("offered_on"),
        ASKED: by_then("requested_on"),
    }
    come = Case(
        *(When(condition, then=Value(FURTHEST.index(name))) for name, condition in conditions.items()),
        default=Value(len(FURTHEST)),
    )
    exams = HealthExam.objects.filter(child=OuterRef("child"), kind=kind).annotate(come=come)
    furthest = Subquery(exams.order_by("come").values("come")[:1])
    words = [When(reached=number, then=Value(name)) for number, name in enumerate(FURTHEST)]
    return furthest, Case(*words, default=Value(NOT_ASKED), output_field=CharField())


@counts(*KINDS)
def count_stages(scope, tally):
    def query(code):
        def of(window):
            furthest, _ = stage(window, KINDS[code])
            return (
                placed_on(window.on)
                .filter(municipality__in=scope.ids)
                .annotate(code=Value(code), reached=furthest)
                .values("municipality", "code", "reached")
                .annotate(children=Count("pk"), unconfirmed=Count("pk", filter=scope.unconfirmed))
            )

        return of

    for row in rows(scope, *(query(code) for code in KINDS if code in tally.wanted)):
        come = NOT_ASKED if row["reached"] in (None, len(FURTHEST)) else FURTHEST[row["reached"]]
        tally.add(row, row["code"], come, part=row["children"])
