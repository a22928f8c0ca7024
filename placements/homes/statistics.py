"""What comes of the ratings of homes: for the region's leader, and for those who lead a municipality.

The leader sees how the statistics are used and what the region has released. A municipality's leaders see its own ratings,
exact. Homes whose released safety is low are told to the leader alone, and own low answers to the own leaders alone.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Avg, Count, Exists, OuterRef, Q
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.disclosure import NotPublished
from bou_portal.formats import listing
from bou_portal.periods import Period, add_days, add_months
from municipalities.models import Municipality, Region, Release
from placements import rating_tasks
from placements.homes.scores import months_that_count, read, released_scores
from placements.homes.use import choices_of, region_choices, use_of
from placements.models import CareHome, Rating, RatingAnswer, RatingTask
from placements.questionnaire import questionnaire

SAFETY = "D3"
LOW_VALUE = 2.5  # a released value at or below it, on 1-5
LOW_ANSWER, ASKED_SAFETY = 2, (6, 7)  # "den unge var trygg", "risker hanterades säkert": 1 or 2 is low
LOW_MEAN = 3  # the mean of the domain's answers under it is an index under 50
LOW_LISTED = 20
WAITED_DAYS = 35  # the last reminder has gone out
RATED_MONTHS = 12
OWN = (Permission.RELEASE_TEXTS, Permission.READ_OWN_FIGURES)


@dataclass(frozen=True)
class UnsafeHome:
    """A home whose released value for safety is low."""

    home: CareHome
    score: object


def unsafe_homes(user, released):
    """Homes with a low released safety, the lowest first. One query."""
    low = {
        subject.partition(":")[0]: score
        for subject, score in released.scores.items()
        if subject.endswith(f":{SAFETY}") and score.is_shown and score.value <= LOW_VALUE
    }
    homes = CareHome.objects.for_user(user, Permission.KEEP_HOMES).filter(uid__in=low)
    return sorted((UnsafeHome(home, low[str(home.uid)]) for home in homes), key=lambda each: each.score.value)


def low_safety(municipalities, today=None):
    """The own ratings of 24 months with a low answer about being safe, or a safety index under 50.

    The index is the domain's: at least half of its statements answered. Of the short form it rests on the one statement.
    """
    items = [s.number for domain in questionnaire().domains if domain.code == SAFETY for s in domain.statements]
    about = Q(answers__item__in=items, answers__value__isnull=False)
    low = RatingAnswer.objects.filter(rating=OuterRef("pk"), item__in=ASKED_SAFETY, value__lte=LOW_ANSWER)
    return (
        Rating.objects.submitted_in(months_that_count(today or timezone.localdate()))
        .filter(municipality__in=municipalities)
        .annotate(safety=Avg("answers__value", filter=about), answered=Count("answers", filter=about))
        .filter(Exists(low) | Q(safety__lt=LOW_MEAN, answered__gte=(len(items) + 1) // 2))
    )


class RegionStatistics:
    """What one region's leader reads. `suffix` tells its cards from another place's on the same page."""

    suffix = ""

    def __init__(self, region: Region, user, today=None):
        self.region, self.user, self.today = region, user, today or timezone.localdate()
        self.released = released_scores(user, Permission.KEEP_HOMES, region.code)

    @cached_property
    def use(self):
        return use_of(list(self.region.municipalities.all()), self.today)

    @property
    def never_text(self):
        return listing([place.short_name for place in self.use.never]) if self.use.never else ""

    @cached_property
    def unsafe(self):
        return unsafe_homes(self.user, self.released)

    @cached_property
    def rated(self):
        """Rated share of the stays that ended in the newest released quarter, the region as a whole; None before it."""
        newest = read(Release.objects.for_user(self.user, Permission.KEEP_HOMES).filter(region=self.region)[:1])
        try:
            return newest[0].cell("B3", self.region.code) if newest else None
        except NotPublished:
            return None

    @property
    def rated_note(self):
        return f"{self.rated.of}, {self.released.quarter.text}" if self.rated.of else self.released.quarter.text

    @cached_property
    def choices(self):
        return region_choices(self.region, self.today)


class OwnStatistics:
    """What those who lead one municipality read of its own ratings, exact, and what its region has released."""

    suffix = ""

    def __init__(self, place: Municipality, user, today=None):
        self.place, self.today = place, today or timezone.localdate()
        self.released = released_scores(user, Permission.READ_HOMES, place.region.code)

    @property
    def period(self):
        return Period(add_days(add_months(self.today, -RATED_MONTHS), 1), self.today)

    @cached_property
    def rate(self):
        """The stays that ended in the last twelve months: asked, sent, left."""
        return rating_tasks.rates([self.place], self.period)[self.place.pk]

    @cached_property
    def waiting_long(self):
        """Tasks that nobody has answered though the last reminder has gone out."""
        waiting = RatingTask.objects.waiting(self.today).filter(municipality=self.place)
        return waiting.filter(asked_on__lt=add_days(self.today, -WAITED_DAYS)).count()

    @cached_property
    def low_count(self):
        return low_safety([self.place], self.today).count()

    @cached_property
    def low(self):
        """Own ratings with low answers about safety, the newest first; the rest are found at their homes."""
        rows = low_safety([self.place], self.today).select_related("home").order_by("-submitted_at", "-pk")
        return list(rows[:LOW_LISTED])

    @cached_property
    def choices(self):
        return choices_of(self.place, self.today)

    @property
    def choice_reasons(self):
        return [(reason.label, count) for reason, count in self.choices.by_reason.items()]

    @cached_property
    def use(self):
        return use_of([self.place], self.today)


def sections(user):
    """(the regions' statistics, the municipalities') of everything this user leads."""
    regions = [RegionStatistics(region, user) for region in led_regions(user)]
    places = [OwnStatistics(place, user) for place in led_places(user)]
    if len(regions) + len(places) > 1:
        for each in regions:
            each.suffix = f", {each.region}"
        for each in places:
            each.suffix = f", {each.place}"
    return regions, places


def led_places(user):
    """The municipalities whose own statistics this user reads: she leads there and reads about homes there."""
    own = set().union(*(user.municipalities(permission) for permission in OWN))
    return Municipality.objects.filter(pk__in=own & user.municipalities(Permission.READ_HOMES)).select_related("region")


def led_regions(user):
    """The regions whose register this user keeps."""
    return Region.objects.for_user(user, Permission.KEEP_HOMES)
