"""The register as a sortable list: facts, the released result, and how many ratings the own municipality has given."""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count

from bou_portal.access import Permission
from bou_portal.disclosure import Score
from placements.home_scores import LEAST_IN_BAND
from placements.models import CareHome, Rating


@dataclass(frozen=True)
class HomeRow:
    """One home as this reader sees it. `adjusted` comes from shown values and sorts only."""

    home: CareHome
    score: Score
    adjusted: Fraction | None
    own: int

    @property
    def least(self):
        return LEAST_IN_BAND.get(self.score.band, 0)


# What may be sorted by; None sorts last whichever way the list is turned.
COLUMNS = {
    "namn": lambda row: row.home.name_key,
    "ort": lambda row: row.home.location and row.home.location.sort_key,
    "form": lambda row: row.home.form_group,
    "omdome": lambda row: row.adjusted,
    "antal": lambda row: row.least or None,
}


def rows(homes, released, user, *, least=0, wish=""):
    """The chosen homes as rows, sorted as the reader wishes (`-omdome` unless she says something that is known)."""
    own = own_counts(user)
    found = [
        HomeRow(home, released.of(home), released.adjusted(home), own.get(home.pk, 0))
        for home in homes.select_related("location").order_by("name_key", "pk")
    ]
    return in_order([row for row in found if row.least >= least], wish)


def own_counts(user):
    """{home: ratings sent by the reader's own municipality}."""
    ratings = Rating.objects.for_user(user, Permission.READ_HOMES).submitted()
    return dict(ratings.order_by().values_list("home").annotate(Count("pk")))


def in_order(found, wish):
    wish = wish if wish.lstrip("-") in COLUMNS else "-omdome"
    value = COLUMNS[wish.lstrip("-")]
    known = sorted((row for row in found if value(row) is not None), key=value, reverse=wish.startswith("-"))
    return known + [row for row in found if value(row) is None]
