"""Rows about HVB for a report: own experience for the issue "Intern", released scores for everybody else."""

from django.db.models import Avg, Count, Q

from bou_portal.figures import number
from bou_portal.periods import Period, add_days, add_months
from placements.codes import RATED_FORMS
from placements.models import CareHome

MONTHS = 24
TOO_FEW = "för få omdömen"


def window(quarter):
    """The 24 months up to the quarter's last day."""
    return Period(add_days(add_months(quarter.end, -MONTHS), 1), quarter.end)


def homes_used_by(municipality, quarter, disclosed):
    """Name, own placements, own ratings, own index, the region's score and band: one row per home used, most first."""
    period = window(quarter)
    stays = Q(placements__municipality=municipality, placements__started_on__lte=period.end) & (
        Q(placements__ended_on__isnull=True) | Q(placements__ended_on__gt=period.start)
    )
    own = Q(ratings__municipality=municipality, ratings__submitted_at__date__range=(period.start, period.end))
    homes = (
        CareHome.objects.filter(form_group__in=RATED_FORMS)
        .annotate(
            stays=Count("placements", filter=stays, distinct=True),
            own_ratings=Count("ratings", filter=own, distinct=True),
            own_index=Avg("ratings__index", filter=own),
        )
        .filter(stays__gt=0)
        .order_by("-stays", "name_key")
    )
    rows = []
    for home in homes:
        score = disclosed.score(str(home.uid))
        index = "–" if home.own_index is None else number(home.own_index)
        rows.append((home.name, home.stays, home.own_ratings, index, *_shown(score)))
    return rows


def homes_for_region(disclosed):
    """Name, score and band of every home with a released score, in alphabetical order: never ranked."""
    with_score = [uid for uid, score in disclosed.scores.items() if score.is_shown]
    homes = CareHome.objects.filter(uid__in=with_score).order_by("name_key")
    return [(home.name, *_shown(disclosed.score(str(home.uid)))) for home in homes]


def _shown(score):
    return (score.text, score.band) if score.is_shown else (score.text, TOO_FEW)
