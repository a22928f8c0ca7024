"""How many children are placed, where, and how much care they are given (domain.md 4a)."""

from collections import Counter
from itertools import product

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, Least

from placements.codes import FormGroup, LawGroup, Sex
from placements.indicators.counting import (
    COUNTING_RULES,
    UNKNOWN,
    Days,
    amount,
    counts,
    in_force_on,
    indicator,
    per,
    rows,
    share,
    with_nights_in,
)
from placements.models import LegalBasis, Placement, Restriction

FORMS = tuple(FormGroup.values)
LAWS = (*LawGroup.values, UNKNOWN)
SEXES = tuple(Sex.values)
AGES = {"0-6": (0, 6), "7-12": (7, 12), "13-17": (13, 17), "18-20": (18, 20), "21+": (21, 200)}
UNKNOWN_AGE = "okänd"
FOSTER_FORMS = (FormGroup.FAMILY, FormGroup.NETWORK, FormGroup.EMERGENCY)

placed = {
    "unit": "barn",
    "numerator": "barn med en pågående placering dagen D; startdagen räknas, slutdagen inte",
    "source": COUNTING_RULES,
}
indicator("placed_on", "Placerade barn", **placed)
indicator("placed_on_by_form", "Placerade barn efter placeringsform", categories=FORMS, **placed)
indicator("placed_on_by_law", "Placerade barn efter lag", categories=LAWS, **placed)
indicator(
    "placed_on_by_age",
    "Placerade barn efter ålder",
    categories=(*AGES, UNKNOWN_AGE),
    **placed,
    note="Ålder = kalenderåret minus födelseåret, som i den officiella statistiken.",
)
indicator("placed_on_by_sex", "Placerade barn efter kön", categories=SEXES, **placed)
indicator(
    "placed_any_time",
    "Barn placerade någon gång under perioden",
    unit="barn",
    numerator="barn med minst en natt i placering under perioden",
    source=COUNTING_RULES,
    note="Samma barn kan räknas i flera perioder, former och lagar; sådana tal ska inte läggas ihop.",
)
indicator(
    "V6",
    "Placerade barn per 1 000 invånare 0–20 år",
    value=per(1000),
    unit="per 1 000 invånare 0–20 år, befolkning 2019",
    numerator="placerade barn sista dagen",
    denominator="invånare 0–20 år den 31 december 2019",
    source="Indikatorkatalogen, V6",
)
indicator(
    "V9",
    "Fördelning efter placeringsform",
    value=share,
    categories=FORMS,
    unit="%",
    numerator="placerade barn i formen sista dagen",
    denominator="alla placerade barn sista dagen",
    source="Indikatorkatalogen, V9",
)
indicator(
    "V10",
    "Andel i nätverkshem",
    value=share,
    unit="%",
    numerator="placerade barn i nätverks- eller släktinghem sista dagen",
    denominator="placerade barn i familjehem, nätverkshem eller jourhem sista dagen",
    source="Indikatorkatalogen, V10",
)
indicator(
    "S9",
    "Placerade utanför den egna kommunen",
    value=share,
    unit="%",
    numerator="placerade barn vars hem ligger i en annan kommun",
    denominator="placerade barn vars vistelsekommun är känd",
    source="Indikatorkatalogen, S9",
    note="Täckningen visar hur stor andel av de placerade barnen som har känd vistelsekommun. Barn med hemlig"
    " vistelseort är inte med.",
)
indicator(
    "S9_county",
    "Placerade utanför det egna länet",
    value=share,
    unit="%",
    numerator="placerade barn vars hem ligger i ett annat län",
    denominator="placerade barn vars vistelsekommun är känd",
    source="Indikatorkatalogen, S9",
    note="Täckningen visar hur stor andel av de placerade barnen som har känd vistelsekommun. Barn med hemlig"
    " vistelseort är inte med.",
)
indicator(
    "care_days",
    "Vårddygn",
    value=amount,
    unit="vårddygn",
    numerator="nätter i placering under perioden; slutdagen räknas inte",
    source=COUNTING_RULES,
)
indicator(
    "V8",
    "Vårddygn efter placeringsform",
    categories=FORMS,
    unit="vårddygn",
    numerator="nätter i placering under perioden, efter form",
    source="Indikatorkatalogen, V8",
)


def placed_on(day):
    """Each child's placement on the day: the latest start where rows overlap, so that a child counts once."""
    later = Placement.objects.filter(in_force_on(day), child=OuterRef("child")).filter(
        Q(started_on__gt=OuterRef("started_on")) | Q(started_on=OuterRef("started_on"), pk__gt=OuterRef("pk"))
    )
    return Placement.objects.filter(in_force_on(day)).filter(~Exists(later.order_by()))


def age_group(day, birth_year="child__birth_year"):
    """The age band at the end of the day's calendar year."""
    bands = [
        When(**{f"{birth_year}__range": (day.year - oldest, day.year - youngest)}, then=Value(band))
        for band, (youngest, oldest) in AGES.items()
    ]
    return Case(*bands, default=Value(UNKNOWN_AGE), output_field=CharField())


def law_on(day):
    """The law a placement's child is placed under on the day."""
    bases = LegalBasis.objects.filter(in_force_on(day), child=OuterRef("child")).order_by("-started_on", "-pk")
    return Coalesce(Subquery(bases.values("group")[:1]), Value(UNKNOWN))


def where_is_secret(day):
    """Whether a placement's child has a secret address on the day: then nothing is told of where the home lies."""
    secret = Restriction.objects.filter(in_force_on(day), child=OuterRef("child"), kind=Restriction.Kind.SECRET)
    return Q(Exists(secret))


def distance(day):
    """How far away a placement's home is: own municipality, own county, elsewhere, or unknown."""
    return Case(
        When(where_is_secret(day) | Q(host_municipality__isnull=True), then=Value("")),
        When(host_municipality=F("municipality"), then=Value("own")),
        When(host_municipality__region=F("municipality__region"), then=Value("county")),
        default=Value("elsewhere"),
        output_field=CharField(),
    )


@counts(
    "placed_on", "placed_on_by_form", "placed_on_by_law", "placed_on_by_age", "placed_on_by_sex",
    "V6", "V9", "V10", "S9", "S9_county",
)  # fmt: skip
def count_placed(scope, tally):
    """One statement, divided by no more than what is asked for."""
    divisions = {
        "form_group": {"placed_on_by_form", "V9", "V10"},
        "sex": {"placed_on_by_sex"},
        "law": {"placed_on_by_law"},
        "age": {"placed_on_by_age"},
        "distance": {"S9", "S9_county"},
    }
    asked = [name for name, codes in divisions.items() if codes & tally.wanted]

    def query(window):
        found = {
            "sex": F("child__sex"),
            "law": law_on(window.on),
            "age": age_group(window.on),
            "distance": distance(window.on),
        }
        return (
            placed_on(window.on)
            .filter(municipality__in=scope.ids)
            .annotate(**{name: found[name] for name in asked if name in found})
            .values("municipality", *asked)
            .annotate(children=Count("pk"), unconfirmed=Count("pk", filter=scope.unconfirmed))
        )

    everybody = Counter()
    for row in rows(scope, query):
        tally.add(row, "placed_on", part=row["children"])
        tally.add(row, "V6", part=row["children"])
        everybody[row["window"], row["municipality"]] += row["children"]
        divide(row, tally)
    for number, place in product(range(len(scope.windows)), scope.municipalities):
        row = {"window": number, "municipality": place.pk}
        tally.add(row, "V6", whole=place.population_0_20)
        for form in FORMS:
            tally.add(row, "V9", form, whole=everybody[number, place.pk])


def divide(row, tally):
    """Tally placed children by whatever the row tells of them."""
    n = row["children"]
    if form := row.get("form_group"):
        tally.add(row, "placed_on_by_form", form, part=n)
        tally.add(row, "V9", form, part=n)
        if form in FOSTER_FORMS:
            tally.add(row, "V10", part=n if form == FormGroup.NETWORK else 0, whole=n)
    for name, unknown in (("law", UNKNOWN), ("age", UNKNOWN_AGE), ("sex", Sex.UNKNOWN)):
        if name in row:
            tally.add(row, f"placed_on_by_{name}", row[name], part=n)
            tally.rest(row, f"placed_on_by_{name}", n, row[name] != unknown)
    if "distance" in row:
        for code, outside in (("S9", ("county", "elsewhere")), ("S9_county", ("elsewhere",))):
            tally.rest(row, code, n, row["distance"])
            if row["distance"]:
                tally.add(row, code, part=n if row["distance"] in outside else 0, whole=n)


@counts("placed_any_time")
def count_placed_any_time(scope, tally):
    def query(window):
        return (
            Placement.objects.filter(with_nights_in(window.period), municipality__in=scope.ids)
            .values("municipality")
            .annotate(
                children=Count("child", distinct=True),
                unconfirmed=Count("child", distinct=True, filter=scope.unconfirmed),
            )
        )

    for row in rows(scope, query):
        tally.add(row, "placed_any_time", part=row["children"])


def nights(period):
    """A placement's nights inside the period."""
    start = Greatest("started_on", Value(period.start))
    return Days(start, Least(Coalesce("ended_on", Value(period.until)), Value(period.until)))


def care_days(scope, period_of):
    """Rows of nights per municipality and form, in the period that `period_of(window)` gives."""

    def query(window):
        period = period_of(window)
        return (
            Placement.objects.filter(with_nights_in(period), municipality__in=scope.ids)
            .values("municipality", "form_group")
            .annotate(nights=Sum(nights(period)), unconfirmed=Count("pk", filter=scope.unconfirmed))
        )

    return rows(scope, query)


@counts("care_days", "V8", "S3", "S5")
def count_care_days(scope, tally):
    for row in care_days(scope, lambda window: window.period):
        tally.add(row, "care_days", part=row["nights"])
        tally.add(row, "V8", row["form_group"], part=row["nights"])
        tally.add(row, "S3", whole=row["nights"])
        tally.add(row, "S5", whole=row["nights"])


def overlapping(scope, window):
    """How many children have two placements at once some night of the period. They are counted once."""
    other = Placement.objects.filter(with_nights_in(window.period), child=OuterRef("child")).filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=OuterRef("started_on")), started_on__lte=OuterRef("started_on")
    )
    both = Placement.objects.filter(with_nights_in(window.period), Exists(other.exclude(pk=OuterRef("pk"))))
    return both.filter(municipality__in=scope.ids).aggregate(children=Count("child", distinct=True))["children"]
