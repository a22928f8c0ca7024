"""Health and dental examinations, and school (domain.md 4d, figures.md 3 and 5)."""

from collections import defaultdict
from datetime import date, timedelta

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from municipalities.models import Region
from placements.indicators.counting import COUNTING_RULES, Days, counts, indicator, rows, share
from placements.indicators.planning import in_care_on, unconfirmed
from placements.models import CareEpisode, Delivery, FollowUp, HealthExam

# Episodes or requests are followed when the target has passed, for a quarter's worth of them (domain.md 4d).
FOLLOWED_DAYS = 90
SCHOOL_AGE = (6, 15)
ON_HEALTH = {"rests_on": Delivery.Kind.HEALTH}

examined = {
    "value": share,
    "unit": "%",
    "denominator": "barn placerade dagen D som varit i vård utan avbrott i tolv kalendermånader",
    "source": COUNTING_RULES,
} | ON_HEALTH
indicator(
    "health_examined",
    "Hälsoundersökta det senaste året",
    numerator="barn med en hälsoundersökning genomförd under de tolv månaderna till och med dagen D",
    **examined,
)
indicator(
    "dental_examined",
    "Tandundersökta det senaste året",
    numerator="barn med en tandundersökning genomförd under de tolv månaderna till och med dagen D",
    **examined,
)
indicator(
    "H1",
    "Hälsoundersökning begärd",
    value=share,
    unit="%",
    numerator="insatser där hälsoundersökning är begärd under insatsen eller bedömd som uppenbart obehövlig",
    denominator="insatser som började i perioden",
    source="Indikatorkatalogen, H1",
    **ON_HEALTH,
)
in_time = {
    "value": share,
    "unit": "%",
    "numerator": "de där undersökningen gjordes inom regionens målnivå",
    "denominator": "insatser som började (eller begäran som gjordes, där regionen räknar från begäran) från målnivån till"
    " målnivån plus 90 dagar före dagen D, utom dem där undersökningen var obehövlig",
    "source": "Indikatorkatalogen, H2 och H3",
    "note": "Målnivån är regionens egen: 60 dagar från insatsens start om inget annat sagts, i Skåne 28 dagar från begäran.",
} | ON_HEALTH
indicator("H2", "Hälsoundersökning i tid", **in_time)
indicator("H3", "Tandundersökning i tid", **in_time)
indicator(
    "H7",
    "Skolan fungerar",
    value=share,
    unit="%",
    numerator="barn vars skolgång bedömdes till minst 4 av 5 vid den senaste bedömningen",
    denominator="placerade barn 6–15 år vars skolgång har bedömts vid en uppföljning under de senaste tolv månaderna",
    source="Indikatorkatalogen, H7",
    note="Täckningen visar för hur stor andel av de placerade barnen 6–15 år det finns en bedömning.",
    rests_on=Delivery.Kind.FOLLOW_UPS,
)

EXAMINATIONS = {"H2": HealthExam.Kind.MEDICAL, "H3": HealthExam.Kind.DENTAL}


def was_examined(window, kind):
    """Whether a child in care was examined in the twelve months up to the day."""
    year = window.months_up_to(12)
    return Exists(HealthExam.objects.filter(child=OuterRef("child"), kind=kind, done_on__range=(year.start, year.end)))


@counts("health_examined", "dental_examined")
def count_examined(scope, tally):
    def query(window):
        return (
            in_care_on(scope, window.on, twelve_months_on__lte=window.on)
            .annotate(
                health=was_examined(window, HealthExam.Kind.MEDICAL),
                dental=was_examined(window, HealthExam.Kind.DENTAL),
            )
            .values("municipality", "health", "dental", "is_unconfirmed")
            .annotate(children=Count("child", distinct=True))
        )

    for row in rows(scope, query):
        n, unseen = row["children"], unconfirmed(row)
        tally.add(row, "health_examined", part=n if row["health"] else 0, whole=n, unconfirmed=unseen)
        tally.add(row, "dental_examined", part=n if row["dental"] else 0, whole=n, unconfirmed=unseen)


def not_needed(kind):
    """Examinations of the episode's child found obviously unnecessary, then or without a date."""
    exams = HealthExam.objects.filter(child=OuterRef("child"), kind=kind, not_needed=True)
    return exams.filter(Q(requested_on__isnull=True) | Q(requested_on__gte=OuterRef("started_on")))


@counts("H1")
def count_requested(scope, tally):
    kind = HealthExam.Kind.MEDICAL

    def query(window):
        ended = Coalesce(OuterRef("ended_on"), Value(date.max))
        asked = HealthExam.objects.filter(child=OuterRef("child"), kind=kind, requested_on__lte=ended)
        asked = asked.filter(requested_on__gte=OuterRef("started_on"))
        return (
            CareEpisode.objects.filter(started_on__range=(window.period.start, window.period.end))
            .filter(municipality__in=scope.ids)
            .annotate(requested=Case(When(Exists(asked) | Exists(not_needed(kind)), then=1), default=0))
            .values("municipality", "requested")
            .annotate(episodes=Count("pk"))
        )

    for row in rows(scope, query):
        tally.add(row, "H1", part=row["episodes"] if row["requested"] else 0, whole=row["episodes"])


@counts("H2", "H3")
def count_in_time(scope, tally):
    """One branch per target and kind, because regions have their own targets."""
    targets = defaultdict(list)
    for place in scope.municipalities:
        targets[place.region.health_target_days, place.region.health_target_from].append(place.pk)
    queries = [
        in_time_query(code, days, counted_from, ids)
        for (days, counted_from), ids in targets.items()
        for code in EXAMINATIONS
    ]
    for row in rows(scope, *queries):
        tally.add(row, row["code"], part=row["cases"] if row["in_time"] else 0, whole=row["cases"])


def in_time_query(code, days, counted_from, ids):
    """Cases whose target has passed, in these municipalities, and whether the examination was made within it."""
    kind = EXAMINATIONS[code]

    def query(window):
        last = window.on - timedelta(days=days)
        followed = (last - timedelta(days=FOLLOWED_DAYS), last)
        if counted_from == Region.CountsFrom.REQUEST:
            cases = HealthExam.objects.filter(kind=kind, requested_on__range=followed, not_needed=False)
            made = Q(done_on__isnull=False, days__range=(0, days))
            cases = cases.annotate(days=Days("requested_on", Coalesce("done_on", "requested_on")))
        else:
            exams = HealthExam.objects.filter(child=OuterRef("child"), kind=kind, done_on__isnull=False)
            exams = exams.annotate(days=Days(OuterRef("started_on"), "done_on"))
            cases = CareEpisode.objects.filter(~Exists(not_needed(kind)), started_on__range=followed)
            made = Exists(exams.filter(days__range=(0, days)))
        return (
            cases.filter(municipality__in=ids)
            .annotate(code=Value(code), in_time=Case(When(made, then=1), default=0))
            .values("municipality", "code", "in_time")
            .annotate(cases=Count("pk"))
        )

    return query


@counts("H7")
def count_schooling(scope, tally):
    def query(window):
        year, (youngest, oldest) = window.months_up_to(12), SCHOOL_AGE
        rated = FollowUp.objects.filter(child=OuterRef("child"), school__isnull=False)
        latest = rated.filter(done_on__range=(year.start, year.end)).order_by("-done_on", "-pk").values("school")[:1]
        ages = (window.on.year - oldest, window.on.year - youngest)
        return (
            in_care_on(scope, window.on, child__birth_year__range=ages)
            .annotate(school=Subquery(latest))
            .values("municipality", "school", "is_unconfirmed")
            .annotate(children=Count("child", distinct=True))
        )

    for row in rows(scope, query):
        n, school = row["children"], row["school"]
        tally.rest(row, "H7", n, school is not None)
        if school is not None:
            tally.add(row, "H7", part=n if school >= 4 else 0, whole=n, unconfirmed=unconfirmed(row))
