"""Legal certainty: reviews, plans, talks and a responsible worker (domain.md 4c, figures.md 3)."""

from datetime import date, timedelta

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from bou_portal.figures import Kind
from placements.indicators.counting import (
    COUNTING_RULES,
    DAYS_IN_A_YEAR,
    counts,
    in_force_on,
    indicator,
    per,
    rows,
    share,
    with_nights_in,
)
from placements.indicators.scope import RESPONSIBLE
from placements.indicators.volume import care_days
from placements.models import Assignment, CareEpisode, Delivery, FollowUp, Placement, Plan, Review

PLAN_ELEMENTS = 7
ON_REVIEWS = {"rests_on": Delivery.Kind.REVIEWS}
ON_PLANS = {"rests_on": Delivery.Kind.PLANS}
ON_FOLLOW_UPS = {"rests_on": Delivery.Kind.FOLLOW_UPS}

reviewed = {
    "unit": "%",
    "kind": Kind.SHARE,
    "denominator": "barn placerade dagen D som varit i vård utan avbrott i sex kalendermånader",
    "source": COUNTING_RULES,
    "note": "Övervägande och omprövning räknas lika. Som värde för program är det antalet barn.",
} | ON_REVIEWS
indicator(
    "reviews_in_time",
    "Övervägda eller omprövade inom sex månader",
    numerator="barn vars senaste övervägande eller omprövning är högst sex kalendermånader gammal",
    **reviewed,
)
indicator(
    "reviews_late",
    "För sent övervägda eller omprövade",
    numerator="barn vars senaste övervägande eller omprövning är äldre än sex kalendermånader",
    **reviewed,
)
indicator(
    "reviews_never",
    "Aldrig övervägda eller omprövade",
    numerator="barn utan både övervägande och omprövning",
    **reviewed,
)
indicator(
    "L4",
    "Överväganden och omprövningar i tid",
    value=share,
    unit="%",
    numerator="de som gjordes senast sista dagen, flyttad till nästa arbetsdag om den inföll på en helg",
    denominator="överväganden och omprövningar som skulle göras i perioden",
    source="Indikatorkatalogen, L4",
    **ON_REVIEWS,
)
indicator(
    "L5",
    "Barn med vårdplan",
    value=share,
    unit="%",
    numerator="placerade barn som har en vårdplan",
    denominator="barn placerade dagen D",
    source="Indikatorkatalogen, L5",
    **ON_PLANS,
)
indicator(
    "L6",
    "Barn med aktuell genomförandeplan",
    value=share,
    unit="%",
    numerator="barn vars genomförandeplan är upprättad eller reviderad inom sex kalendermånader",
    denominator="barn placerade dagen D som varit i vård i minst 30 dagar",
    source="Indikatorkatalogen, L6",
    **ON_PLANS,
)
indicator(
    "L7",
    "Genomförandeplanernas fullständighet",
    value=share,
    unit="%",
    numerator="delar som finns i placerade barns aktuella genomförandeplaner",
    denominator="sju lagstadgade delar per plan",
    source="Indikatorkatalogen, L7",
    note="Täckningen visar för hur stor andel av planerna antalet delar är känt.",
    **ON_PLANS,
)
indicator(
    "P6",
    "Barnet deltog i genomförandeplanen",
    value=share,
    unit="%",
    numerator="planer där barnet deltog",
    denominator="placerade barns aktuella genomförandeplaner där det är känt om barnet deltog",
    source="Indikatorkatalogen, P6",
    note="Täckningen visar för hur stor andel av planerna det är känt.",
    **ON_PLANS,
)
indicator(
    "L10",
    "Enskilda samtal per barn och år",
    value=per(DAYS_IN_A_YEAR),
    unit="samtal per barn och år",
    numerator="enskilda samtal med placerade barn under de tolv månaderna till och med dagen D",
    denominator="vårddygn under samma tid; 365,25 dygn är ett år",
    source="Indikatorkatalogen, L10",
    **ON_FOLLOW_UPS,
)
indicator(
    "L10_share",
    "Barn med enskilt samtal i perioden",
    value=share,
    unit="%",
    numerator="barn med minst ett enskilt samtal under perioden",
    denominator="barn placerade dagen D",
    source="Indikatorkatalogen, L10",
    **ON_FOLLOW_UPS,
)
indicator(
    "L11",
    "Barn med utsedd socialsekreterare",
    value=share,
    unit="%",
    numerator="barn med en utsedd ansvarig socialsekreterare",
    denominator="barn placerade dagen D",
    source="Indikatorkatalogen, L11",
    rests_on=RESPONSIBLE,
)
indicator(
    "L11_changed",
    "Barn som bytt socialsekreterare",
    value=share,
    unit="%",
    numerator="barn som haft mer än en ansvarig socialsekreterare under de tolv månaderna till och med dagen D",
    denominator="barn placerade dagen D",
    source="Indikatorkatalogen, L11",
    rests_on=RESPONSIBLE,
)


def in_care_on(scope, day, **more):
    """Care episodes that hold the night of the day, and whether they rest on an unconfirmed placement."""
    unseen = Placement.objects.filter(in_force_on(day), scope.unconfirmed, child=OuterRef("child"))
    return CareEpisode.objects.filter(in_force_on(day), municipality__in=scope.ids, **more).annotate(
        is_unconfirmed=Case(When(Exists(unseen), then=1), default=0)
    )


def unconfirmed(row):
    """A child has one open placement at the most."""
    return row["children"] if row["is_unconfirmed"] else 0


def review_state(window):
    """Which of the three figures a child in care belongs to."""
    reviews = Review.objects.filter(child=OuterRef("child"), done_on__lte=window.on)
    return Case(
        When(Exists(reviews.filter(done_on__gte=window.oldest_within(6))), then=Value("reviews_in_time")),
        When(Exists(reviews), then=Value("reviews_late")),
        default=Value("reviews_never"),
        output_field=CharField(),
    )


@counts("reviews_in_time", "reviews_late", "reviews_never")
def count_reviewed(scope, tally):
    def query(window):
        return (
            in_care_on(scope, window.on, six_months_on__lte=window.on)
            .annotate(state=review_state(window))
            .values("municipality", "state", "is_unconfirmed")
            .annotate(children=Count("child", distinct=True))
        )

    for row in rows(scope, query):
        for code in ("reviews_in_time", "reviews_late", "reviews_never"):
            here = row["children"] if row["state"] == code else 0
            tally.add(row, code, part=here, whole=row["children"], unconfirmed=unconfirmed(row) if here else 0)


@counts("L4")
def count_reviews_due(scope, tally):
    """What was due: reviews that were made, in time or late, and those that were not made."""

    def made(window):
        return (
            Review.objects.filter(due_on__range=(window.period.start, window.period.end), municipality__in=scope.ids)
            .annotate(in_time=Case(When(done_on__lte=F("due_effective_on"), then=1), default=0))
            .values("municipality", "in_time")
            .annotate(reviews=Count("pk"))
        )

    def not_made(window):
        until = Coalesce(OuterRef("ended_on"), Value(date.max))
        last = Review.objects.filter(child=OuterRef("child"), done_on__gte=OuterRef("started_on"), done_on__lte=until)
        waited_for = Coalesce(
            "review_due_on", Subquery(last.order_by("-done_on", "-pk").values("next_due_on")[:1]), "six_months_on"
        )
        return (
            CareEpisode.objects.filter(municipality__in=scope.ids, started_on__lte=window.period.end)
            .annotate(due_on=waited_for)
            .filter(Q(ended_on__isnull=True) | Q(ended_on__gt=F("due_on")))
            .filter(due_on__range=(window.period.start, window.period.end))
            .values("municipality")
            .annotate(reviews=Count("pk"))
        )

    for row in rows(scope, made):
        tally.add(row, "L4", part=row["reviews"] if row["in_time"] else 0, whole=row["reviews"])
    for row in rows(scope, not_made):
        tally.add(row, "L4", whole=row["reviews"])


def in_force(window):
    """Plans made or revised within six calendar months."""
    recent = (window.oldest_within(6), window.on)
    return Q(made_on__range=recent) | Q(revised_on__range=recent)


def has_care_plan(window):
    """Whether a child in care has a vårdplan."""
    return Exists(Plan.objects.filter(child=OuterRef("child"), kind=Plan.Kind.CARE, made_on__lte=window.on))


def has_current_plan(window):
    """Whether a child in care has a genomförandeplan in force."""
    return Exists(Plan.objects.filter(in_force(window), child=OuterRef("child"), kind=Plan.Kind.IMPLEMENTATION))


@counts("L5", "L6")
def count_planned_for(scope, tally):
    def query(window):
        return (
            in_care_on(scope, window.on)
            .annotate(
                has_care_plan=has_care_plan(window),
                has_current_plan=has_current_plan(window),
                settled=Case(When(started_on__lte=window.on - timedelta(days=30), then=1), default=0),
            )
            .values("municipality", "has_care_plan", "has_current_plan", "settled", "is_unconfirmed")
            .annotate(children=Count("child", distinct=True))
        )

    for row in rows(scope, query):
        n, unseen = row["children"], unconfirmed(row)
        tally.add(row, "L5", part=n if row["has_care_plan"] else 0, whole=n, unconfirmed=unseen)
        if row["settled"]:
            tally.add(row, "L6", part=n if row["has_current_plan"] else 0, whole=n, unconfirmed=unseen)


@counts("L7", "P6")
def count_plans(scope, tally):
    def query(window):
        placed = CareEpisode.objects.filter(in_force_on(window.on), child=OuterRef("child"))
        return (
            Plan.objects.filter(in_force(window), Exists(placed), kind=Plan.Kind.IMPLEMENTATION)
            .filter(municipality__in=scope.ids)
            .values("municipality", "elements", "child_took_part")
            .annotate(plans=Count("pk"))
        )

    for row in rows(scope, query):
        n, elements, took_part = row["plans"], row["elements"], row["child_took_part"]
        tally.rest(row, "L7", n, elements is not None)
        if elements is not None:
            tally.add(row, "L7", part=n * min(elements, PLAN_ELEMENTS), whole=n * PLAN_ELEMENTS)
        tally.rest(row, "P6", n, took_part is not None)
        if took_part is not None:
            tally.add(row, "P6", part=n if took_part else 0, whole=n)


@counts("L10")
def count_talks(scope, tally):
    def query(window):
        period = window.months_up_to(12)
        in_care = CareEpisode.objects.filter(child=OuterRef("child"), started_on__lte=OuterRef("done_on")).filter(
            Q(ended_on__isnull=True) | Q(ended_on__gte=OuterRef("done_on"))
        )
        return (
            FollowUp.objects.filter(Exists(in_care), individual_talk=True, municipality__in=scope.ids)
            .filter(done_on__range=(period.start, period.end))
            .values("municipality")
            .annotate(talks=Count("pk"))
        )

    for row in rows(scope, query):
        tally.add(row, "L10", part=row["talks"])
    for row in care_days(scope, lambda window: window.months_up_to(12)):
        tally.add(row, "L10", whole=row["nights"])


def was_talked_with(window):
    """Whether a child in care had an individual talk in the period."""
    period = (window.period.start, window.period.end)
    return Exists(FollowUp.objects.filter(child=OuterRef("child"), individual_talk=True, done_on__range=period))


@counts("L10_share")
def count_talked_with(scope, tally):
    def query(window):
        return (
            in_care_on(scope, window.on)
            .annotate(talked=was_talked_with(window))
            .values("municipality", "talked", "is_unconfirmed")
            .annotate(children=Count("child", distinct=True))
        )

    for row in rows(scope, query):
        part = row["children"] if row["talked"] else 0
        tally.add(row, "L10_share", part=part, whole=row["children"], unconfirmed=unconfirmed(row))


def has_worker(window):
    """Whether a child in care has a responsible social worker on the day."""
    assigned = Assignment.objects.filter(in_force_on(window.on), child=OuterRef("child"), worker__isnull=False)
    return Exists(assigned)


@counts("L11", "L11_changed")
def count_assigned(scope, tally):
    def query(window):
        theirs = Assignment.objects.filter(child=OuterRef("child"), worker__isnull=False)
        workers = theirs.filter(with_nights_in(window.months_up_to(12))).order_by().values("child")
        several = Subquery(workers.annotate(n=Count("worker", distinct=True)).values("n"))
        return (
            in_care_on(scope, window.on)
            .annotate(workers=several)
            .annotate(assigned=has_worker(window), changed=Case(When(workers__gt=1, then=1), default=0))
            .values("municipality", "assigned", "changed", "is_unconfirmed")
            .annotate(children=Count("child", distinct=True))
        )

    for row in rows(scope, query):
        n, unseen = row["children"], unconfirmed(row)
        tally.add(row, "L11", part=n if row["assigned"] else 0, whole=n, unconfirmed=unseen)
        tally.add(row, "L11_changed", part=n if row["changed"] else 0, whole=n, unconfirmed=unseen)
