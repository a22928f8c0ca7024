"""The child's voice (domain.md 4e; P6 lies with the plans, in planning.py)."""

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When

from placements.indicators.counting import counts, indicator, rows, share
from placements.indicators.planning import in_care_on, unconfirmed
from placements.models import Delivery, FollowUp

indicator(
    "P5",
    "Barnet hördes vid den senaste uppföljningen",
    value=share,
    unit="%",
    numerator="barn som fick ett enskilt samtal, eller vars synpunkt dokumenterades, vid den senaste uppföljningen",
    denominator="barn med en uppföljning i perioden",
    source="Indikatorkatalogen, P5",
    note="Täckningen visar för hur stor andel av barnen det är känt.",
    rests_on=Delivery.Kind.FOLLOW_UPS,
)
indicator(
    "P8",
    "Barn som fått skriftlig information om sina rättigheter",
    value=share,
    unit="%",
    numerator="barn där det är antecknat att de fått informationen under den pågående insatsen",
    denominator="barn placerade dagen D",
    source="Indikatorkatalogen, P8",
    note="Täckningen visar för hur stor andel av barnen frågan är besvarad.",
    rests_on=Delivery.Kind.FOLLOW_UPS,
)


@counts("P5")
def count_heard(scope, tally):
    def query(window):
        in_period = Q(done_on__range=(window.period.start, window.period.end))
        later = FollowUp.objects.filter(in_period, child=OuterRef("child")).filter(
            Q(done_on__gt=OuterRef("done_on")) | Q(done_on=OuterRef("done_on"), pk__gt=OuterRef("pk"))
        )
        heard = Case(
            When(Q(individual_talk=True) | Q(child_view_recorded=True), then=Value("yes")),
            When(individual_talk__isnull=True, child_view_recorded__isnull=True, then=Value("unknown")),
            default=Value("no"),
            output_field=CharField(),
        )
        return (
            FollowUp.objects.filter(in_period, ~Exists(later.order_by()), municipality__in=scope.ids)
            .annotate(heard=heard)
            .values("municipality", "heard")
            .annotate(children=Count("pk"))
        )

    for row in rows(scope, query):
        n = row["children"]
        tally.add(row, "P5", part=n if row["heard"] == "yes" else 0, whole=n)
        tally.rest(row, "P5", n, row["heard"] != "unknown")


def rights_told(window):
    """Follow-ups of the care episode that answer whether the child was given written information about rights."""
    return FollowUp.objects.filter(
        child=OuterRef("child"),
        done_on__gte=OuterRef("started_on"),
        done_on__lte=window.on,
        rights_info_given__isnull=False,
    )


@counts("P8")
def count_informed(scope, tally):
    def query(window):
        answered = rights_told(window)
        told = Case(
            When(Exists(answered.filter(rights_info_given=True)), then=Value("yes")),
            When(Exists(answered), then=Value("no")),
            default=Value("unknown"),
            output_field=CharField(),
        )
        return (
            in_care_on(scope, window.on)
            .annotate(told=told)
            .values("municipality", "told", "is_unconfirmed")
            .annotate(children=Count("child", distinct=True))
        )

    for row in rows(scope, query):
        n = row["children"]
        tally.add(row, "P8", part=n if row["told"] == "yes" else 0, whole=n, unconfirmed=unconfirmed(row))
        tally.rest(row, "P8", n, row["told"] != "unknown")
