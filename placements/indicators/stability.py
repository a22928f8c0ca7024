"""How care begins, moves and ends (domain.md 4a V7, 4b, and figures.md 3)."""

from django.db.models import Case, CharField, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When

from bou_portal.periods import add_years
from placements.codes import BREAKDOWN_REASONS, BROAD_BREAKDOWN_REASONS, LawGroup, Planned
from placements.indicators.counting import (
    COUNTING_RULES,
    DAYS_IN_A_YEAR,
    Days,
    counts,
    in_force_on,
    indicator,
    mean,
    median,
    per,
    rows,
    share,
    with_nights_in,
)
from placements.indicators.volume import FORMS, placed_on
from placements.models import CareEpisode, Child, LegalBasis, Placement

MOST = "3+"
BREAKDOWN = "oplanerat avslut på barnets eller hemmets initiativ eller för att nämnden inte var nöjd med vården"

indicator(
    "V4",
    "Andel placerade enligt LVU",
    value=share,
    unit="%",
    numerator="barn som någon gång under perioden var placerade enligt LVU",
    denominator="barn som någon gång under perioden var placerade",
    source="Indikatorkatalogen, V4",
)
per_child = {
    "numerator": "barn efter antal placeringar med minst en natt i perioden",
    "denominator": "barn placerade periodens sista dag",
    "source": COUNTING_RULES,
}
indicator("placements_per_child", "Placeringar per barn", categories=("1", "2", MOST), unit="barn", **per_child)
indicator(
    "share_three_or_more",
    "Barn med tre eller fler placeringar",
    value=share,
    unit="%",
    **per_child | {"numerator": "barn med tre eller fler placeringar med minst en natt i perioden"},
)
indicator(
    "S4",
    "Placeringar per barn, senaste 24 månaderna",
    value=mean,
    unit="placeringar",
    numerator="placeringar med minst en natt under 24 månader",
    denominator="barn placerade dagen D",
    source="Indikatorkatalogen, S4",
)
indicator(
    "S4_three_or_more",
    "Barn med tre eller fler placeringar, senaste 24 månaderna",
    value=share,
    unit="%",
    numerator="barn med tre eller fler placeringar med minst en natt under 24 månader",
    denominator="barn placerade dagen D",
    source="Indikatorkatalogen, S4",
)
indicator(
    "placements_started",
    "Påbörjade placeringar",
    unit="placeringar",
    numerator="placeringar med startdatum i perioden",
    source=COUNTING_RULES,
)
indicator(
    "placements_ended",
    "Avslutade placeringar",
    unit="placeringar",
    numerator="placeringar med slutdatum i perioden",
    source=COUNTING_RULES,
)
length = {
    "unit": "dagar",
    "denominator": "placeringar med slutdatum i perioden",
    "source": COUNTING_RULES,
}
indicator(
    "ended_length_mean",
    "Avslutade placeringars längd, medel",
    value=mean,
    numerator="dagar från start till slut",
    **length,
)
indicator(
    "ended_length_median",
    "Avslutade placeringars längd, median",
    value=median,
    numerator="dagar från start till slut",
    **length,
)
indicator(
    "S10",
    "Avslutade placeringars längd efter form, median",
    value=median,
    categories=FORMS,
    numerator="dagar från start till slut",
    **length | {"source": "Indikatorkatalogen, S10"},
)
indicator(
    "S10_current",
    "Pågående placeringars längd efter form, median",
    value=median,
    categories=FORMS,
    unit="dagar",
    numerator="dagar från start till dagen D",
    denominator="pågående placeringar dagen D",
    source="Indikatorkatalogen, S10",
)
indicator(
    "unplanned_endings",
    "Oplanerade avslut",
    unit="placeringar",
    numerator="placeringar med slutdatum i perioden och planerat = nej",
    source=COUNTING_RULES,
    note="Inte detsamma som sammanbrott. Täckningen visar hur stor andel av avsluten som är kända som planerade eller inte.",
)
indicator(
    "S1",
    "Planerade avslut",
    value=share,
    unit="%",
    numerator="avslutade placeringar med planerat = ja",
    denominator="avslutade placeringar där det är känt om avslutet var planerat",
    source="Indikatorkatalogen, S1",
    note="Täckningen visar hur stor andel av avsluten som är kända som planerade eller inte.",
)
indicator(
    "S3",
    "Sammanbrott per 100 placeringsår",
    value=per(100 * DAYS_IN_A_YEAR),
    unit="per 100 placeringsår",
    numerator=f"placeringar som slutade i perioden med {BREAKDOWN}",
    denominator="vårddygn i perioden; 365,25 dygn är ett placeringsår",
    source="Indikatorkatalogen, S3",
)
indicator(
    "S5",
    "Flyttar per 1 000 vårddygn",
    value=per(1000),
    unit="per 1 000 vårddygn",
    numerator="placeringar som började i perioden inom en pågående insats",
    denominator="vårddygn i perioden",
    source="Indikatorkatalogen, S5",
)
indicator(
    "episodes_started",
    "Påbörjade insatser",
    unit="insatser",
    numerator="insatser med startdatum i perioden; placeringar utan natt emellan är en insats",
    source=COUNTING_RULES,
)
indicator(
    "episodes_ended",
    "Avslutade insatser",
    unit="insatser",
    numerator="insatser med slutdatum i perioden",
    source=COUNTING_RULES,
)
indicator(
    "V7",
    "Nytillkomna barn",
    value=share,
    unit="%",
    numerator="insatser som började i perioden för barn som inte varit placerade de fem föregående åren",
    denominator="insatser som började i perioden",
    source="Indikatorkatalogen, V7",
    note="Täckningen visar för hur stor andel av insatserna kommunens uppgifter når fem år tillbaka.",
)


def placements_per_child(scope, period_of, day_of):
    """Children with a night in the period, by number of placements with one, and whether placed on the day."""

    def query(window):
        period, day = period_of(window), day_of(window)
        theirs = Placement.objects.filter(with_nights_in(period), child=OuterRef("pk")).order_by()
        stays = Subquery(theirs.values("child").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        placed = Placement.objects.filter(in_force_on(day), child=OuterRef("pk"))
        lvu = LegalBasis.objects.filter(with_nights_in(period), child=OuterRef("pk"), group=LawGroup.LVU)
        return (
            Child.objects.filter(municipality__in=scope.ids)
            .annotate(stays=stays, is_placed=Exists(placed), by_lvu=Exists(lvu))
            .filter(stays__gt=0)
            .annotate(is_unconfirmed=Exists(theirs.filter(scope.unconfirmed)))
            .values("municipality", "stays", "is_placed", "by_lvu", "is_unconfirmed")
            .annotate(children=Count("pk"))
        )

    return rows(scope, query)


@counts("V4", "placements_per_child", "share_three_or_more")
def count_children(scope, tally):
    for row in placements_per_child(scope, lambda window: window.period, lambda window: window.period.end):
        # a child has one open placement at the most
        n, unconfirmed = row["children"], row["children"] if row["is_unconfirmed"] else 0
        many = row["stays"] >= 3
        tally.add(row, "V4", part=n if row["by_lvu"] else 0, whole=n, unconfirmed=unconfirmed)
        if row["is_placed"]:
            for category in ("1", "2", MOST):
                here = n if category == (MOST if many else str(row["stays"])) else 0
                tally.add(
                    row, "placements_per_child", category, part=here, whole=n, unconfirmed=unconfirmed if here else 0
                )
            tally.add(row, "share_three_or_more", part=n if many else 0, whole=n, unconfirmed=unconfirmed)


@counts("S4", "S4_three_or_more")
def count_children_over_two_years(scope, tally):
    for row in placements_per_child(scope, lambda window: window.months_up_to(24), lambda window: window.on):
        if row["is_placed"]:
            n, unconfirmed = row["children"], row["children"] if row["is_unconfirmed"] else 0
            tally.add(row, "S4", part=n * row["stays"], whole=n, unconfirmed=unconfirmed)
            many = n if row["stays"] >= 3 else 0
            tally.add(row, "S4_three_or_more", part=many, whole=n, unconfirmed=unconfirmed)


@counts("placements_started", "S5")
def count_started(scope, tally):
    def query(window):
        return (
            Placement.objects.filter(
                started_on__range=(window.period.start, window.period.end), municipality__in=scope.ids
            )
            .annotate(moved=Case(When(started_on__gt=F("episode__started_on"), then=1), default=0))
            .values("municipality", "moved")
            .annotate(placements=Count("pk"), unconfirmed=Count("pk", filter=scope.unconfirmed))
        )

    for row in rows(scope, query):
        tally.add(row, "placements_started", part=row["placements"])
        tally.add(row, "S5", part=row["placements"] if row["moved"] else 0)


def breakdown():
    """How a placement broke down: "strict", "broad" only, or not at all."""
    unplanned = Q(planned=Planned.UNPLANNED)
    return Case(
        When(unplanned & Q(end_reason__in=sorted(BREAKDOWN_REASONS)), then=Value("strict")),
        When(unplanned & Q(end_reason__in=sorted(BROAD_BREAKDOWN_REASONS)), then=Value("broad")),
        default=Value(""),
        output_field=CharField(),
    )


LENGTHS = {"ended_length_mean", "ended_length_median", "S10"}


@counts("placements_ended", "ended_length_mean", "ended_length_median", "S10", "unplanned_endings", "S1", "S3")
def count_ended(scope, tally):
    lengths = {"days": Days("started_on", "ended_on")} if tally.wanted & LENGTHS else {}

    def query(window):
        return (
            Placement.objects.ended_in(window.period)
            .filter(municipality__in=scope.ids)
            .annotate(breakdown=breakdown(), **lengths)
            .values("municipality", "form_group", "planned", "breakdown", *lengths)
            .annotate(placements=Count("pk"))
        )

    for row in rows(scope, query):
        n, planned = row["placements"], row["planned"]
        known = planned in (Planned.PLANNED, Planned.UNPLANNED)
        tally.add(row, "placements_ended", part=n)
        if lengths:
            tally.add(row, "ended_length_mean", part=n * row["days"], whole=n)
            tally.add(row, "ended_length_median", whole=n, length=row["days"])
            tally.add(row, "S10", row["form_group"], whole=n, length=row["days"])
        tally.add(row, "unplanned_endings", part=n if planned == Planned.UNPLANNED else 0)
        tally.rest(row, "unplanned_endings", n, known)
        tally.rest(row, "S1", n, known)
        tally.add(row, "S1", part=n if planned == Planned.PLANNED else 0, whole=n if known else 0)
        tally.add(row, "S3", part=n if row["breakdown"] == "strict" else 0)


@counts("S10_current")
def count_current_lengths(scope, tally):
    def query(window):
        return (
            placed_on(window.on)
            .filter(municipality__in=scope.ids)
            .annotate(days=Days("started_on", Value(window.on)))
            .values("municipality", "form_group", "days")
            .annotate(placements=Count("pk"), unconfirmed=Count("pk", filter=scope.unconfirmed))
        )

    for row in rows(scope, query):
        tally.add(row, "S10_current", row["form_group"], whole=row["placements"], length=row["days"])


def episodes(scope, **when):
    """Care episodes of the asked municipalities, and how many of them rest on an unconfirmed placement."""
    unseen = Placement.objects.filter(scope.unconfirmed, episode=OuterRef("pk"))
    return (
        CareEpisode.objects.filter(municipality__in=scope.ids, **when)
        .annotate(is_unconfirmed=Case(When(Exists(unseen), then=1), default=0))
        .values("municipality", "is_unconfirmed")
    )


@counts("episodes_started", "V7")
def count_episodes_started(scope, tally):
    def query(window):
        earlier = CareEpisode.objects.filter(child=OuterRef("child"), ended_on__lte=OuterRef("started_on"))
        return (
            episodes(scope, started_on__range=(window.period.start, window.period.end))
            .annotate(previous=Subquery(earlier.order_by("-ended_on").values("ended_on")[:1]))
            .values("municipality", "is_unconfirmed", "started_on", "previous")
            .annotate(episodes=Count("pk"))
        )

    for row in rows(scope, query):
        n = row["episodes"]
        unconfirmed = n if row["is_unconfirmed"] else 0
        is_new = row["previous"] is None or add_years(row["previous"], 5) <= row["started_on"]
        first_end = scope.first_end.get(row["municipality"])
        reaches = first_end is not None and add_years(first_end, 5) <= row["started_on"]
        tally.add(row, "episodes_started", part=n, unconfirmed=unconfirmed)
        tally.add(row, "V7", part=n if is_new else 0, whole=n, unconfirmed=unconfirmed)
        tally.rest(row, "V7", n, reaches or not is_new)


@counts("episodes_ended")
def count_episodes_ended(scope, tally):
    def query(window):
        return episodes(scope, ended_on__range=(window.period.start, window.period.end)).annotate(episodes=Count("pk"))

    for row in rows(scope, query):
        tally.add(row, "episodes_ended", part=row["episodes"], unconfirmed=0)
