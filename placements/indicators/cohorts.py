"""What became of those who began, or went home, some time ago (domain.md 4b, S2 and S6)."""

from datetime import date

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from placements.codes import EndReason, NextStop
from placements.indicators.counting import Days, counts, indicator, rows, share
from placements.indicators.stability import BREAKDOWN, breakdown
from placements.models import CareEpisode, Placement

NOBODY = (date.max, date.min)  # a range that holds no day
# Months back to those who are followed, and for how many days each of them is.
HORIZONS = {"S2_6": (6, 182), "S2": (12, 365), "S2_24": (24, 730)}
BROAD = {"S2_6": "S2_broad_6", "S2": "S2_broad", "S2_24": "S2_broad_24"}
RETURNS = {"S6": (12, 365), "S6_24": (24, 730)}
WORDS = {6: "sex månader", 12: "tolv månader", 24: "24 månader"}
EARLIER = {6: "ett halvår tidigare", 12: "ett år tidigare", 24: "två år tidigare"}
# Where the child went, as far as the reason alone tells when nobody has said what came next.
HOME_REASONS = (EndReason.GOAL_REACHED_HOME,)
ELSEWHERE_REASONS = (
    EndReason.INDEPENDENT, EndReason.CUSTODY_TRANSFER, EndReason.ADOPTION, EndReason.TRANSFERRED,
    EndReason.MOVED_ABROAD, EndReason.LSU, EndReason.DECEASED,
)  # fmt: skip

for code, (months, days) in HORIZONS.items():
    cohort = {
        "value": share,
        "unit": "%",
        "denominator": f"placeringar som började samma period {EARLIER[months]} och har följts i {days} dagar",
        "source": "Indikatorkatalogen, S2",
    }
    indicator(
        code,
        f"Sammanbrott inom {WORDS[months]}",
        numerator=f"placeringar med {BREAKDOWN}, inom {days} dagar (snäv definition)",
        **cohort,
    )
    indicator(
        BROAD[code],
        f"Sammanbrott inom {WORDS[months]}, vid definition",
        numerator=f"placeringar med {BREAKDOWN}, eller för att samtycket togs tillbaka, inom {days} dagar",
        **cohort,
    )

for code, (months, days) in RETURNS.items():
    indicator(
        code,
        f"Återplacerade inom {WORDS[months]} efter hemgång",
        value=share,
        unit="%",
        numerator=f"de av insatserna där en ny insats för barnet började inom {days} dagar efter slutet",
        denominator=f"insatser som slutade med att barnet kom hem, samma period {EARLIER[months]}, följda i {days} dagar",
        source="Indikatorkatalogen, S6",
        note="Hem = nästa är hem, eller orsaken är målet nått och nästa inte angivet. Täckningen visar för hur stor andel"
        " av insatserna det är känt vart barnet kom. Ett mindre antal: läs det över fyra kvartal.",
    )


def observed(window, months, days):
    """The days between which the followed ones began."""
    period = window.cohort(months, days)
    return (period.start, period.end) if period else NOBODY


@counts(*HORIZONS, *BROAD.values())
def count_broken_down(scope, tally):
    def query(code, months, days):
        def of(window):
            within = Case(When(ended_on__isnull=False, then=Days("started_on", Coalesce("ended_on", "started_on"))))
            outcome = Case(When(days__lte=days, then=breakdown()), default=Value(""), output_field=CharField())
            return (
                Placement.objects.filter(started_on__range=observed(window, months, days), municipality__in=scope.ids)
                .annotate(code=Value(code), days=within)
                .annotate(outcome=outcome)
                .values("municipality", "code", "outcome")
                .annotate(placements=Count("pk"), unconfirmed=Count("pk", filter=scope.unconfirmed))
            )

        return of

    asked = {code: how for code, how in HORIZONS.items() if tally.wanted & {code, BROAD[code]}}
    for row in rows(scope, *(query(code, *how) for code, how in asked.items())):
        n, code = row["placements"], row["code"]
        tally.add(row, code, part=n if row["outcome"] == "strict" else 0, whole=n)
        tally.add(row, BROAD[code], part=n if row["outcome"] else 0, whole=n)


def went():
    """Where the child of an ended care episode went: "home", "elsewhere" or not known."""
    unsaid = Q(next_stop__in=("", NextStop.UNKNOWN))
    where = Case(
        When(Q(next_stop=NextStop.HOME) | unsaid & Q(end_reason__in=HOME_REASONS), then=Value("home")),
        When(unsaid & ~Q(end_reason__in=ELSEWHERE_REASONS), then=Value("")),
        default=Value("elsewhere"),
        output_field=CharField(),
    )
    stays = Placement.objects.filter(episode=OuterRef("pk")).annotate(where=where)
    return Subquery(stays.order_by("-started_on", "-pk").values("where")[:1])


@counts(*RETURNS)
def count_returned(scope, tally):
    def query(code, months, days):
        def of(window):
            later = CareEpisode.objects.filter(child=OuterRef("child"), started_on__gt=OuterRef("ended_on"))
            again = later.annotate(days=Days(OuterRef("ended_on"), "started_on")).filter(days__lte=days)
            return (
                CareEpisode.objects.filter(ended_on__range=observed(window, months, days), municipality__in=scope.ids)
                .annotate(code=Value(code), went=went(), again=Case(When(Exists(again), then=1), default=0))
                .values("municipality", "code", "went", "again")
                .annotate(episodes=Count("pk"))
            )

        return of

    for row in rows(scope, *(query(code, *how) for code, how in RETURNS.items() if code in tally.wanted)):
        n = row["episodes"]
        tally.rest(row, row["code"], n, bool(row["went"]))
        if row["went"] == "home":
            tally.add(row, row["code"], part=n if row["again"] else 0, whole=n)
