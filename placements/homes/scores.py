"""What social workers think of homes, as released for every reader. On the way into a release: `raw.py`.

Outside the own municipality nothing is computed from ratings when a page is read: page, sorting and receipt use what the
region's latest release says (security.md, Decision 5).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

from django.db.models import Case, F, JSONField, Value, When

from bou_portal.disclosure import Disclosed, Score
from bou_portal.disclosure.coarse import AGAIN, LENGTH, PLANNED, Coarse
from bou_portal.disclosure.scores import LEAST_IN_BAND, MONTHS
from bou_portal.figures import State
from bou_portal.periods import Period, Quarter, add_days, add_months
from municipalities.models import Region, Release
from placements.scoring import adjusted_index, mean

HIDDEN = Score(State.HIDDEN)
NOT_TOLD = Coarse(State.HIDDEN)
QUARTERS_OF_HISTORY = 16
MOST_READ = 40  # releases kept in memory: one region's history and the newest of all the others


def months_that_count(on):
    """The 24 months up to and including the day: ratings sent in them make a home's result."""
    return Period(add_days(add_months(on, -MONTHS), 1), on)


@dataclass(frozen=True)
class ReleasedScores:
    """Homes' results as one region's latest release shows them. Without a release nothing is shown."""

    region: Region | None = None
    quarter: Quarter | None = None
    scores: Mapping[str, Score] = field(default_factory=dict)
    coarse: Mapping[str, Coarse] = field(default_factory=dict)

    def of(self, home) -> Score:
        return self.scores.get(str(home.uid), HIDDEN)

    def domain(self, home, code) -> Score:
        """One of the eight domains, by its code ("D3")."""
        return self.scores.get(f"{home.uid}:{code}", HIDDEN)

    def item(self, home, number) -> Score:
        """One of the 22 statements."""
        return self.scores.get(f"{home.uid}:{number}", HIDDEN)

    def use_again(self, home) -> Coarse:
        """How many would use the home again without conditions: `ungefär 70 %`, or hidden."""
        return self.coarse.get(f"{home.uid}:{AGAIN}", NOT_TOLD)

    def planned(self, home) -> Coarse:
        """How many of the stays ended as planned, of those for which it is known: `ungefär 80 %`, or hidden."""
        return self.coarse.get(f"{home.uid}:{PLANNED}", NOT_TOLD)

    def length(self, home) -> Coarse:
        """The median length of the stays that ended, as a band: `3–6 månader`, or hidden."""
        return self.coarse.get(f"{home.uid}:{LENGTH}", NOT_TOLD)

    def adjusted(self, home):
        """The shown score drawn towards the region's mean by how few stand behind it: for sorting. Shown values only.

        The number of ratings is its band's least. None where nothing is shown.
        """
        score = self.of(home)
        if not score.is_shown:
            return None
        return adjusted_index(index(score), LEAST_IN_BAND[score.band], self.mean)

    def history(self, home):
        """[(quarter, score)] of the half-years that ended up to this release, oldest first: hidden ones too."""
        return [(release.quarter, release.score(str(home.uid))) for release in self._half_years]

    @cached_property
    def mean(self):
        """The mean of every home's shown score, 0-100."""
        return mean([index(score) for subject, score in self.scores.items() if score.is_shown and ":" not in subject])

    @cached_property
    def _half_years(self):
        if self.region is None or self.quarter is None:
            return []
        ends = [str(quarter) for quarter in self.quarter.last(QUARTERS_OF_HISTORY) if quarter.number % 2 == 0]
        releases = Release.objects.filter(region=self.region, quarter__in=ends).latest_versions()
        return read(releases.order_by("quarter"))


def index(score):
    """A shown score, 1-5, back on the scale 0-100."""
    return (score.value - 1) * 25


def released_scores(user, permission, region=""):
    """The scores that this user's region has released: of several regions the one with this code, else the first."""
    regions = Region.objects.for_user(user, permission)
    chosen = next((each for each in regions if each.code == region), next(iter(regions), None))
    newest = read(Release.objects.for_user(user, permission).filter(region=chosen)[:1])
    if not newest:
        return ReleasedScores(chosen)
    [disclosed] = newest
    return ReleasedScores(chosen, disclosed.quarter, disclosed.scores, disclosed.coarse)


def read(releases):
    """The releases' contents, in one query that brings those which are not in memory already.

    A release never changes, and one of a thousand homes takes a tenth of a second to fetch and take apart.
    """
    with _writing:
        known = [sha256 for sha256, _ in _read]
    cells = Case(When(sha256__in=known, then=Value(None)), default=F("cells"), output_field=JSONField())
    return [_contents(*row) for row in releases.values_list("pk", "sha256", "frozen_at", cells)]


_read: dict[tuple, Disclosed] = {}
_writing = Lock()  # the threads of a web process share the memory


def _contents(pk, sha256, frozen_at, cells):
    key = sha256, frozen_at
    disclosed = _read.get(key)
    if disclosed is None:
        cells = Release.objects.values_list("cells", flat=True).get(pk=pk) if cells is None else cells
        disclosed = Disclosed.from_dict(cells)
        with _writing:
            while len(_read) >= MOST_READ:
                del _read[next(iter(_read))]
            _read[key] = disclosed
    return disclosed
