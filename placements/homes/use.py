"""How much the statistics about homes are used, and by whom they are not: counts of pages, never of children.

A municipality's choices of homes are its own. The region gets them coarse: a total in tens and a share in tens of per
cent, of quarters that are over, when enough municipalities stand behind it.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from bou_portal.formats import month, number, percent, round_half_up
from bou_portal.periods import Period, Quarter, add_months
from municipalities.models import Municipality
from placements.homes.choices import USED, OwnChoices, own_counts
from placements.models import HomeChoice, HomeUse

MONTHS_SHOWN = 12
FEWEST_CHOICES, FEWEST_PLACES, FEWEST_FROM_OTHERS, FEWEST_IN_A_PART = 20, 3, 10, 5
HIDDEN_CHOICES = "För få att visa"


@dataclass(frozen=True)
class PlaceUse:
    """One municipality's use: per month, and of what in all those months. `ever` counts what was before them too."""

    place: Municipality
    months: tuple[int, ...]
    kinds: tuple[int, ...]
    ever: int

    @property
    def total(self):
        return sum(self.months)


@dataclass(frozen=True)
class Use:
    """The use in some municipalities over twelve months, the present one first: a phone shows the first columns."""

    months: tuple[date, ...]
    rows: list[PlaceUse]

    @property
    def month_names(self):
        """Short for columns: the year stands at the first month and at each December, where it changes."""
        return [
            f"{month(each)[:3]} {each:%Y}" if n == 0 or each.month == 12 else month(each)[:3]
            for n, each in enumerate(self.months)
        ]

    @property
    def never(self):
        return [row.place for row in self.rows if not row.ever]

    @property
    def total(self):
        return sum(row.total for row in self.rows)

    @property
    def of_places(self):
        return f"av {number(len(self.rows))}"


def use_of(places, today):
    """The use in these municipalities, in their order. One query."""
    this = today.replace(day=1)
    months = tuple(add_months(this, -back) for back in range(MONTHS_SHOWN))
    by_month, by_kind, ever = defaultdict(Counter), defaultdict(Counter), Counter()
    rows = HomeUse.objects.filter(municipality__in=places).order_by()
    for place, on, what, count in rows.values_list("municipality", "month_on", "what", "count"):
        ever[place] += count
        if on >= months[-1]:
            by_month[place][on] += count
            by_kind[place][what] += count
    return Use(
        months,
        [
            PlaceUse(
                place,
                tuple(by_month[place.pk][on] for on in months),
                tuple(by_kind[place.pk][what] for what in HomeUse.What),
                ever[place.pk],
            )
            for place in places
        ],
    )


@dataclass(frozen=True)
class RegionChoices:
    """The region's choices of homes in four ended quarters, as coarse as nobody's own choices need."""

    period: Period
    total: str
    used: str


def last_four_quarters(today):
    """The four quarters that are over: what is added today changes nothing that was read yesterday but late entries."""
    return Quarter.of(today).previous().rolling_year


def region_choices(region, today):
    """Shown from twenty choices in three municipalities, ten of them outside any one of these. One query."""
    period = last_four_quarters(today)
    rows = HomeChoice.objects.filter(
        municipality__region=region, chosen_on__gte=period.start, chosen_on__lte=period.end
    ).order_by()
    made = list(rows.values_list("municipality", "statistics"))
    places = Counter(place for place, _ in made)
    used = sum(use in USED for _, use in made)
    largest = max(places.values(), default=0)
    if len(made) < FEWEST_CHOICES or len(places) < FEWEST_PLACES or len(made) - largest < FEWEST_FROM_OTHERS:
        return RegionChoices(period, HIDDEN_CHOICES, HIDDEN_CHOICES)
    total = f"ungefär {number(10 * round_half_up(len(made) / 10))}"
    if min(used, len(made) - used) < FEWEST_IN_A_PART:
        return RegionChoices(period, total, HIDDEN_CHOICES)
    return RegionChoices(period, total, f"ungefär {percent(10 * round_half_up(10 * used / len(made)))}")


def choices_of(place, today) -> OwnChoices:
    """The municipality's own choices of the last twelve months, exact: for its own readers."""
    return own_counts([place], Period(add_months(today, -MONTHS_SHOWN), today))
