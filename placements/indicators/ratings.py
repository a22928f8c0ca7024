"""What social workers think of the homes, by the municipality that placed (domain.md 4f), before the gate.

Of the whole stay only: the short form asks no such questions, or asks a part of them about a stay that is rated again.
"""

from django.db.models import Case, Count, Exists, OuterRef, Sum, When

from placements.indicators.counting import counts, indicator, mean, rows, share
from placements.models import Placement, Rating, RatingAnswer
from placements.questionnaire import questionnaire

SAFETY, LOW = "D3", 2

rated = {"denominator": "inskickade omdömen under de 24 månaderna till och med dagen D"}
indicator(
    "B1",
    "Helhetsbetyg",
    value=mean,
    unit="av 10",
    numerator="summan av helhetsbetygen",
    source="Indikatorkatalogen, B1",
    **rated,
)
indicator(
    "B2",
    "Skulle använda hemmet igen",
    value=share,
    unit="%",
    numerator="omdömen med svaret ja",
    denominator="inskickade omdömen med svar på frågan under de 24 månaderna till och med dagen D",
    source="Indikatorkatalogen, B2",
)
indicator(
    "B3",
    "Lämnade omdömen",
    value=share,
    unit="%",
    numerator="placeringar med inskickat omdöme",
    denominator="placeringar i HVB och stödboende som slutade i perioden",
    source="Indikatorkatalogen, B3",
)
indicator(
    "B4",
    "Låga betyg för trygghet",
    value=share,
    unit="%",
    numerator="omdömen med svaret 1 eller 2 på något av påståendena om trygghet",
    denominator="inskickade omdömen med svar på något påstående om trygghet under de 24 månaderna till och med dagen D",
    source="Indikatorkatalogen, B4",
)


@counts("B1", "B2")
def count_marks(scope, tally):
    def query(window):
        return (
            Rating.objects.whole()
            .submitted_in(window.months_up_to(24))
            .filter(municipality__in=scope.ids)
            .values("municipality", "use_again")
            .annotate(ratings=Count("pk"), marked=Count("overall"), marks=Sum("overall"))
        )

    for row in rows(scope, query):
        tally.add(row, "B1", part=row["marks"] or 0, whole=row["marked"])
        if row["use_again"]:
            yes = row["ratings"] if row["use_again"] == Rating.UseAgain.YES else 0
            tally.add(row, "B2", part=yes, whole=row["ratings"])


def safety_statements():
    """The numbers of the statements about safety."""
    return [
        statement.number
        for domain in questionnaire().domains
        if domain.code == SAFETY
        for statement in domain.statements
    ]


@counts("B4")
def count_unsafe(scope, tally):
    def query(window):
        about = RatingAnswer.objects.filter(rating=OuterRef("pk"), item__in=safety_statements(), value__isnull=False)
        return (
            Rating.objects.whole()
            .submitted_in(window.months_up_to(24))
            .filter(Exists(about), municipality__in=scope.ids)
            .annotate(is_low=Case(When(Exists(about.filter(value__lte=LOW)), then=1), default=0))
            .values("municipality", "is_low")
            .annotate(ratings=Count("pk"))
        )

    for row in rows(scope, query):
        tally.add(row, "B4", part=row["ratings"] if row["is_low"] else 0, whole=row["ratings"])


@counts("B3")
def count_rated(scope, tally):
    def query(window):
        return (
            Placement.objects.with_rated_home()
            .ended_in(window.period)
            .filter(municipality__in=scope.ids)
            .with_is_rated()
            .values("municipality", "is_rated")
            .annotate(placements=Count("pk"))
        )

    for row in rows(scope, query):
        tally.add(row, "B3", part=row["placements"] if row["is_rated"] else 0, whole=row["placements"])
