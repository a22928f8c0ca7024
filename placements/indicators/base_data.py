"""What municipalities report as counts, because it concerns more children than the placed ones (domain.md 4c, L1-L3)."""

from bou_portal.periods import Quarter
from placements.indicators.counting import counts, indicator, rows, share
from placements.indicators.scope import BASE_DATA
from placements.models import BaseData

PAIRS = {
    "L1": ("investigations_in_time", "investigations"),
    "L2": ("assessments_in_time", "assessments"),
    "L3": ("reports_assessed_in_time", "reports"),
}
reported = {
    "value": share,
    "unit": "%",
    "note": "Kommunens egna basuppgifter per kvartal. De handlar om alla barn, inte bara om placerade.",
    "rests_on": BASE_DATA,
}
indicator(
    "L1",
    "Utredningar avslutade i tid",
    numerator="utredningar avslutade inom fyra månader",
    denominator="utredningar avslutade i perioden",
    source="Indikatorkatalogen, L1",
    **reported,
)
indicator(
    "L2",
    "Förhandsbedömningar i tid",
    numerator="förhandsbedömningar beslutade inom 14 dagar",
    denominator="förhandsbedömningar beslutade i perioden",
    source="Indikatorkatalogen, L2",
    **reported,
)
indicator(
    "L3",
    "Skyddsbedömda samma eller nästa dag",
    numerator="anmälningar där skyddsbedömningen gjordes samma dag eller dagen efter",
    denominator="anmälningar i perioden",
    source="Indikatorkatalogen, L3",
    **reported,
)


def quarters_in(period):
    """The whole quarters of the period."""
    quarter, found = Quarter.of(period.start), []
    while quarter.end <= period.end:
        if quarter.start >= period.start:
            found.append(quarter)
        quarter = quarter.next()
    return found


@counts(*PAIRS)
def count_reported(scope, tally):
    names = [name for pair in PAIRS.values() for name in pair]

    def query(window):
        codes = [str(quarter) for quarter in quarters_in(window.period)]
        return BaseData.objects.filter(municipality__in=scope.ids, quarter__in=codes).values("municipality", *names)

    for row in rows(scope, query):
        for code, (part, whole) in PAIRS.items():
            if row[part] is not None and row[whole] is not None:
                tally.add(row, code, part=row[part], whole=row[whole])
                tally.rest(row, code, 1, known=True)
    for number, window in enumerate(scope.windows):
        for place in scope.delivered[BASE_DATA]:
            for code in PAIRS:
                row = {"window": number, "municipality": place}
                missing = max(1, len(quarters_in(window.period))) - tally.known[number, place, code][1]
                tally.rest(row, code, missing, known=False)
