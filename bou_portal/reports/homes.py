"""Rows about HVB for a report: own experience for the issue "Intern", released scores for everybody else."""

from collections import Counter, defaultdict
from fractions import Fraction

from django.db.models import Count, Q, Sum

from bou_portal.formats import number
from bou_portal.reports.blocks import line
from placements.codes import RATED_FORMS
from placements.homes.scores import months_that_count
from placements.models import CareHome, Placement, Rating, RatingForm
from placements.scoring import SHORT_FORM_WEIGHT


def homes_used(municipalities, quarter, disclosed):
    """By municipality: name, own placements, ratings and index, region's score and band of each home, most used first.

    Three queries, whatever the number of municipalities.
    """
    period = months_that_count(quarter.end)
    stays = (
        Placement.objects.filter(municipality__in=municipalities, started_on__lte=period.end)
        .filter(Q(ended_on__isnull=True) | Q(ended_on__gt=period.start), home__form_group__in=RATED_FORMS)
        .order_by()
        .values_list("municipality", "home")
        .annotate(stays=Count("pk"))
    )
    ratings = own_ratings(municipalities, period)
    homes = CareHome.objects.filter(form_group__in=RATED_FORMS).in_bulk()
    used = defaultdict(list)
    for municipality, home, count in stays:
        used[municipality].append((-count, homes[home].name_key, home))
    return {
        municipality: [
            _used(homes[home], -count, ratings.get((municipality, home)), disclosed) for count, _, home in rows
        ]
        for municipality, found in used.items()
        if (rows := sorted(found))
    }


def own_ratings(municipalities, period):
    """{(municipality, home): (number of ratings, their mean index or None)}, a short form at half weight."""
    rows = (
        Rating.objects.submitted_in(period)
        .filter(municipality__in=municipalities)
        .order_by()
        .values_list("municipality", "home", "form")
        .annotate(count=Count("pk"), complete=Count("index"), total=Sum("index"))
    )
    counts, weights, sums = Counter(), Counter(), Counter()
    for municipality, home, form, count, complete, total in rows:
        weight = SHORT_FORM_WEIGHT if form == RatingForm.SHORT else 1
        counts[municipality, home] += count
        weights[municipality, home] += complete * weight
        sums[municipality, home] += Fraction(total or 0) * weight
    return {key: (count, sums[key] / weights[key] if weights[key] else None) for key, count in counts.items()}


def _used(home, stays, rated, disclosed):
    count, mean = rated or (0, None)
    index = "–" if mean is None else number(mean, 0)
    return line(home.name, stays, count, index, *_shown(disclosed.score(str(home.uid))))


def homes_for_region(disclosed):
    """Name, score and band of every home with a released score, in alphabetical order: never ranked."""
    with_score = [subject for subject, score in disclosed.scores.items() if score.is_shown and ":" not in subject]
    homes = CareHome.objects.filter(uid__in=with_score).order_by("name_key")
    return [line(home.name, *_shown(disclosed.score(str(home.uid)))) for home in homes]


def _shown(score):
    return (score.text, score.band if score.is_shown else score.text)
