"""Finding a home: the register as a list in the reader's order.

All that fit are ordered by a few plain values; only the page she looks at is read in full. Outside the own municipality
the order and everything else rests on what the region's release shows (security.md, Decision 5).
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Max, Min
from django.utils.functional import cached_property

from bou_portal.access import Permission
from bou_portal.disclosure import Score
from placements.homes.scores import LEAST_IN_BAND
from placements.lights import Light, lights, worst
from placements.models import Agreement, AgreementHome, CareHome, HomeChange, HomeFact, Rating

ON_A_PAGE = 25
DEFAULT_ORDER = "-omdome"
UNRANKED = 10_000  # in an agreement without ranks


class Candidate(NamedTuple):
    """A home that fits, as little of it as ordering needs."""

    pk: int
    uid: UUID
    name_key: str
    target_group: str
    place_key: str | None
    place_code: str | None


@dataclass(frozen=True)
class HomeRow:
    """One home as this reader sees it. `adjusted` comes from shown values and sorts only."""

    home: CareHome
    score: Score
    adjusted: Fraction | None
    own: int
    km: int | None = None
    rank: int | None = None
    has_agreement: bool = False
    light: Light = Light.NONE
    trend: "Trend | None" = None
    free_on: date | None = None
    is_ticked: bool = False


@dataclass(frozen=True)
class Trend:
    """From one published score to the next; never from anything that was hidden."""

    before: Score
    now: Score

    @property
    def sign(self):
        if self.now.value == self.before.value:
            return "→"
        return "↗" if self.now.value > self.before.value else "↘"

    @property
    def words(self):
        if self.now.value == self.before.value:
            return f"oförändrat sedan förra halvåret ({self.before.text})"
        way = "upp" if self.now.value > self.before.value else "ner"
        return f"{way} från {self.before.text} förra halvåret"


# What may be sorted by; None sorts last whichever way the list is turned.
COLUMNS = {
    "namn": lambda search, one: one.name_key,
    "ort": lambda search, one: one.place_key,
    "avstand": lambda search, one: search.km(one),
    "omdome": lambda search, one: search.adjusted(one),
    "avtal": lambda search, one: search.order_in_agreement(one),
}


@dataclass
class HomeSearch:
    """What one reader's choices come to. `choices` is a checked `HomeFilter`, `ticked` uids of homes to compare."""

    user: object
    choices: object
    released: object
    wish: str = ""
    ticked: list = field(default_factory=list)

    @cached_property
    def found(self):
        """Every home that fits, in order."""
        homes = self.choices.narrow(CareHome.objects.for_user(self.user, Permission.READ_HOMES))
        columns = ("pk", "uid", "name_key", "target_group", "location__sort_key", "location__code")
        fitting = map(Candidate._make, homes.order_by("name_key", "pk").values_list(*columns))
        return self.in_order([one for one in fitting if self.fits(one)])

    def fits(self, one):
        if not self.choices.is_meant(one.target_group) or self.least(one) < self.choices.least:
            return False
        if self.choices.needs_agreement and one.pk not in self.ranks:
            return False
        return not (self.choices.without_red and one.pk in self.red)

    def in_order(self, found):
        wish = self.wish if self.wish.lstrip("-") in COLUMNS else DEFAULT_ORDER
        value = COLUMNS[wish.lstrip("-")]
        valued = [(value(self, one), one) for one in found]
        known = sorted(
            (pair for pair in valued if pair[0] is not None), key=lambda pair: pair[0], reverse=wish.startswith("-")
        )
        ordered = [one for _, one in known] + [one for got, one in valued if got is None]
        return sorted(ordered, key=lambda one: one.pk not in self.ranks) if self.choices.agreement_first else ordered

    def least(self, one):
        """The fewest ratings that the released band can mean; 0 where nothing is shown."""
        return LEAST_IN_BAND.get(self.released.of(one).band, 0)

    def adjusted(self, one):
        """The shown score as it sorts. A thousand homes have some twenty different ones, each worked out once."""
        score = self.released.of(one)
        if (score.value, score.band) not in self.weighed:
            self.weighed[score.value, score.band] = self.released.adjusted(one)
        return self.weighed[score.value, score.band]

    @cached_property
    def weighed(self):
        return {}

    def km(self, one):
        return self.choices.km_to(one.place_code) if one.place_code else None

    def order_in_agreement(self, one):
        """The rank; homes in an agreement without ranks come after those that have one."""
        return None if one.pk not in self.ranks else self.ranks[one.pk] or UNRANKED

    @cached_property
    def ranks(self):
        """{home: its best rank in an agreement in force that this reader may read; None without ranks}."""
        readable = Agreement.objects.for_user(self.user, Permission.READ_HOMES).in_force()
        homes = AgreementHome.objects.filter(agreement__in=readable).order_by()
        return dict(homes.values_list("home").annotate(best=Min("rank")))

    @cached_property
    def red(self):
        """Homes with a red criterion in an agreement that this reader may read."""
        homes = CareHome.objects.for_user(self.user, Permission.READ_HOMES).filter(pk__in=self.ranks)
        found = lights(list(homes), self.user, self.released)
        return {pk for pk, lit in found.items() if worst(lit) is Light.RED}

    # --- the page she looks at ----------------------------------------------------------------------------------------
    def page(self, number):
        """A Django `Page` of rows."""
        page = Paginator(self.found, ON_A_PAGE).get_page(number)
        page.object_list = self.rows(page.object_list)
        return page

    def rows(self, found):
        """These homes read in full, in the same number of queries however many they are."""
        keys = [one.pk for one in found]
        homes = CareHome.objects.for_user(self.user, Permission.READ_HOMES).filter(pk__in=keys)
        homes = {home.pk: home for home in homes.select_related("location").prefetch_related("ways")}
        own, free = own_rating_counts(self.user, keys), told_on(keys, "free_places")
        begun = series_begun(keys)
        lit = lights([homes[pk] for pk in keys], self.user, self.released)
        return [
            HomeRow(
                home=homes[one.pk],
                score=self.released.of(one),
                adjusted=self.adjusted(one),
                own=own.get(one.pk, 0),
                km=self.km(one),
                rank=self.ranks.get(one.pk),
                has_agreement=one.pk in self.ranks,
                light=worst(lit[one.pk]),
                trend=trend(self.released, one, begun.get(one.pk)),
                free_on=free.get(one.pk),
                is_ticked=str(one.uid) in self.ticked,
            )
            for one in found
        ]

    def ticked_elsewhere(self, rows):
        """Homes ticked for comparison that are not among these rows."""
        here = {str(row.home.uid) for row in rows}
        return chosen_homes(self.user, [uid for uid in self.ticked if uid not in here])


def trend(released, home, begun=None):
    """From the last half-year before this release, or None when one of the two is not shown.

    Nor when it ended before the day `begun`, on which the home got its present owner or manager.
    """
    earlier, now = [each for each in released.history(home) if each[0] != released.quarter], released.of(home)
    if not earlier or not now.is_shown:
        return None
    quarter, before = earlier[-1]
    is_others = begun is not None and quarter.end < begun
    return Trend(before, now) if before.is_shown and not is_others else None


def series_begun(homes):
    """{home: the day of its latest change of owner or manager}, of those that have changed."""
    changes = HomeChange.objects.filter(home__in=homes).order_by()
    return dict(changes.values_list("home").annotate(Max("changed_on")))


def own_rating_counts(user, homes):
    """{home: ratings sent by the reader's own municipality}."""
    ratings = Rating.objects.for_user(user, Permission.READ_HOMES).submitted().filter(home__in=homes)
    return dict(ratings.order_by().values_list("home").annotate(Count("pk")))


def told_on(homes, fact):
    """{home: the day for which somebody said this}."""
    return dict(HomeFact.objects.filter(home__in=homes, field=fact).values_list("home", "told_on"))


def chosen_homes(user, uids):
    """The homes with these uids that the reader may see, in the order they were asked for. Nonsense is ignored."""
    wanted = [uid for uid in dict.fromkeys(uids) if is_uid(uid)]
    if not wanted:
        return []
    homes = CareHome.objects.for_user(user, Permission.READ_HOMES).filter(uid__in=wanted)
    return sorted(homes.select_related("location__region"), key=lambda home: wanted.index(str(home.uid)))


def is_uid(text):
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
