"""What workers do with what is known of homes: how often they look, and what decided when they chose."""

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from placements.models import HomeChoice, HomeUse

USED = frozenset({HomeChoice.Use.DECIDED, HomeChoice.Use.HELPED})


@dataclass(frozen=True)
class OwnChoices:
    """A municipality's own choices in a period, exact: for its own readers only."""

    total: int
    by_reason: dict[str, int]
    by_use: dict[str, int]

    @property
    def used(self):
        """In how many of them others' ratings decided or helped."""
        return sum(count for use, count in self.by_use.items() if use in USED)


def own_counts(municipalities, period):
    """The choices that these municipalities registered for the days of the period (both ends included).

    The caller has made sure that the reader belongs to them: outside the own municipality nobody gets these.
    """
    rows = HomeChoice.objects.filter(
        municipality__in=municipalities, chosen_on__gte=period.start, chosen_on__lte=period.end
    )
    made = list(rows.order_by().values_list("reason", "statistics"))
    by_reason, by_use = Counter(reason for reason, _ in made), Counter(use for _, use in made)
    return OwnChoices(
        total=len(made),
        by_reason={reason: by_reason[reason] for reason in HomeChoice.Reason},
        by_use={use: by_use[use] for use in HomeChoice.Use},
    )


def count_use(session, own, what, about=""):
    """One use more this month for the reader's municipality; the same thing again the same day is no new use.

    `own` are her municipalities, `about` says what she looked at. Who she is is not kept.
    """
    said = f"{timezone.localdate()} {about}"
    seen = session.get("home_use", {})
    if own and seen.get(what) != said:
        HomeUse.objects.count_one(own[0], what)
        session["home_use"] = seen | {what: said}
