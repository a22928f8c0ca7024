"""The targets of a municipality or a region, beside what the table says and what the law says: for the page of targets.

A target moves the worklist. Figures that are compared between municipalities are counted alike for all, so they follow
the region's target for examinations and otherwise the rule table.
"""

from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.formats import count_word, starting
from municipalities.models import Municipality, Region
from placements.deadlines import RuleBook, length_text
from placements.models import LocalTarget

# Rules whose length is not the law's, and the rule that says what the law does say.
SETTABLE = {
    "R-GP-T": "R-GP",
    "R-GP-CUR": "R-GP",
    "R-VP-T": "R-VP",
    "R-VISIT-T": "R-VISIT",
    "R-HEALTH-REQ": "R-HEALTH-SOL",
    "R-HEALTH-T": "R-HEALTH",
    "R-HEALTH-ACT": "",
    "R-AGE-LEAD": "",
}
# Kept with the region, because the figures of all its municipalities are counted by it.
EXAMS = "R-HEALTH-T"


@dataclass(frozen=True)
class Target:
    """One rule as it stands in one place. Texts, empty where nobody has set anything."""

    code: str
    name: str
    law: str
    law_says: str
    table: str
    region: str
    own: str
    is_own_to_set: bool

    @property
    def holds(self):
        return self.own or self.region or self.table


class TargetTable:
    """All targets of one place, a municipality or a region. Three queries."""

    def __init__(self, place):
        self.place, self.is_region = place, isinstance(place, Region)
        self.region = place if self.is_region else place.region
        self.book = RuleBook(timezone.localdate())
        found = LocalTarget.objects.filter(region=self.region)
        self.regional = {target.code: length_text(target.amount, target.unit) for target in found}
        counted = self.region.get_health_target_from_display()
        self.regional[EXAMS] = f"{self.region.health_target_days} dagar från {counted}"
        found = [] if self.is_region else LocalTarget.objects.filter(municipality=place)
        self.municipal = {target.code: length_text(target.amount, target.unit) for target in found}

    @property
    def name(self):
        return str(self.place)

    @property
    def rows(self):
        return [self.row(code) for code in SETTABLE if self.book.get(code)]

    def row(self, code):
        law = self.book.get(SETTABLE[code])
        return Target(
            code=code,
            name=self.book.get(code).name,
            law=str(law) if law else "",
            law_says=law.name[:1].lower() + law.name[1:] if law else "",
            table=self.book.length(code),
            region=self.regional.get(code, ""),
            own=self.regional.get(code, "") if self.is_region else self.municipal.get(code, ""),
            is_own_to_set=self.is_region or code != EXAMS,
        )

    @property
    def sentence(self):
        """How many the place has set itself, and what the others follow."""
        own = sum(1 for row in self.rows if row.own and row.code != EXAMS)
        others = "portalens förval" if self.is_region else f"{self.region} eller portalens förval"
        if not own:
            if self.is_region:
                return f"{self.place} har en egen målnivå, för undersökningar. De andra följer {others}."
            return f"{self.place} har inga egna målnivåer än. Alla följer {others}."
        targets = "egen målnivå" if own == 1 else "egna målnivåer"
        return f"{self.place} har {'en' if own == 1 else count_word(own)} {targets}. De andra följer {others}."


def places_of(user):
    """The regions and municipalities whose targets this user sets."""
    own = [held.region_id for held in user.granting(Permission.SET_TARGETS) if held.region_id]
    regions = Region.objects.filter(pk__in=own)
    municipalities = Municipality.objects.for_user(user, Permission.SET_TARGETS).select_related("region")
    return [*regions, *municipalities]


def place_of(user, code):
    """The one of them with this code, or 404."""
    for place in places_of(user):
        if place.code == code:
            return place
    raise Http404


def row_of(place, code):
    """The target as it stands, where this place may set it; else 404."""
    table = TargetTable(place)
    if code not in SETTABLE or not table.book.get(code) or not (row := table.row(code)).is_own_to_set:
        raise Http404
    return row


def followed(row, place):
    """What holds when the place sets nothing of its own: `regionens 20 dagar`."""
    is_region = isinstance(place, Region)
    return f"regionens {row.region}" if row.region and not is_region else f"portalens förval, {row.table}"


def heading(row):
    return starting(row.name.split(",")[0])
