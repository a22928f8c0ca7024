"""The child's voice (domain.md 4e; P6 lies with the plans, in planning.py)."""

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When

from placements.indicators.counting import counts, indicator, rows, share
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
