"""Who brought a placement to its end, and what unplanned endings were due to (features.md c, F14)."""

from django.db.models import Count

from placements.codes import EndCause, Initiator, Planned
from placements.indicators.counting import COUNTING_RULES, UNKNOWN, counts, indicator, rows
from placements.models import Placement

INITIATORS = (*Initiator.values, UNKNOWN)
CAUSES = (*EndCause.values, UNKNOWN)

by_initiator = {
    "categories": INITIATORS,
    "unit": "placeringar",
    "source": COUNTING_RULES,
    "note": "Täckningen visar för hur stor andel av avsluten det är känt vem som tog initiativet.",
}
indicator(
    "endings_by_initiator",
    "Avslut efter vem som tog initiativet",
    numerator="placeringar med slutdatum i perioden, efter vem som tog initiativet till avslutet",
    **by_initiator,
)
indicator(
    "unplanned_by_initiator",
    "Oplanerade avslut efter vem som tog initiativet",
    numerator="placeringar med slutdatum i perioden och planerat = nej, efter vem som tog initiativet",
    **by_initiator,
)
indicator(
    "unplanned_by_cause",
    "Oplanerade avslut efter orsak",
    categories=CAUSES,
    unit="placeringar",
    numerator="placeringar med slutdatum i perioden och planerat = nej, efter orsak som socialsekreteraren ser den",
    source=COUNTING_RULES,
    note="Ett avslut kan ha två orsaker och räknas då under båda, så delarna ska inte läggas ihop. Täckningen visar för"
    " hur stor andel av avsluten orsaken är känd.",
)


@counts("endings_by_initiator", "unplanned_by_initiator", "unplanned_by_cause")
def count_initiators(scope, tally):
    def query(window):
        return (
            Placement.objects.ended_in(window.period)
            .filter(municipality__in=scope.ids)
            .values("municipality", "planned", "initiator", "cause", "second_cause")
            .annotate(placements=Count("pk"))
        )

    for row in rows(scope, query):
        n, initiator = row["placements"], row["initiator"]
        codes = ["endings_by_initiator"]
        if row["planned"] == Planned.UNPLANNED:
            codes.append("unplanned_by_initiator")
            causes = {row["cause"], row["second_cause"]} - {""}
            tally.rest(row, "unplanned_by_cause", n, bool(causes))
            for cause in causes or {UNKNOWN}:
                tally.add(row, "unplanned_by_cause", cause, part=n)
        for code in codes:
            tally.rest(row, code, n, bool(initiator))
            tally.add(row, code, initiator or UNKNOWN, part=n)
