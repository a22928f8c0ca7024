"""Invented ratings of the invented homes: each home has a quality, and each rater sees it a little differently."""

import zlib
from datetime import UTC, datetime, time, timedelta
from random import Random

from bou_portal.demo.people import SOCIAL_WORKER
from placements.models import Placement, Rating, RatingAnswer
from placements.questionnaire import questionnaire
from placements.scoring import score

ANSWERED = 0.8
WAITING_DAYS = 12  # placements that ended later than this still await their rating


def make_ratings(raters, since, last_day):
    """Rate most of the placements in rated homes that ended since the day. Number of ratings; none if there are any."""
    if Rating.objects.exists():
        return 0
    ratings, answers = [], []
    ended = (
        Placement.objects.awaiting_rating()
        .filter(ended_on__gte=since, ended_on__lte=last_day - timedelta(days=WAITING_DAYS))
        .filter(municipality__code__in=raters)
        .exclude(child__assignments__worker__email=SOCIAL_WORKER)  # hers are left for whoever tries the demo
        .select_related("municipality", "home")
        .order_by("municipality__code", "child__local_code", "started_on")
    )
    for placement in ended:
        code = placement.municipality.code
        random = Random(f"{code}-{placement.started_on}-{placement.ended_on}-{placement.home.name}")
        if random.random() > ANSWERED:
            continue
        values = _values(random, placement)
        rating = _rating(random, placement, raters[code], score(values).stored_index, last_day)
        ratings.append(rating)
        answers += [
            RatingAnswer(municipality=placement.municipality, rating=rating, item=item, value=value)
            for item, value in values.items()
        ]
    Rating.objects.bulk_create(ratings, batch_size=500)
    RatingAnswer.objects.bulk_create(answers, batch_size=2000)
    return len(ratings)


def _values(random, placement):
    quality = 2.9 + 1.7 * zlib.crc32(placement.home.name.encode()) / 2**32 - (0.6 if placement.planned == "nej" else 0)
    return {
        statement.number: None if random.random() < 0.04 else min(5, max(1, round(random.gauss(quality, 0.7))))
        for statement in questionnaire().statements
    }


def _rating(random, placement, raters, index, last_day):
    sent_on = min(placement.ended_on + timedelta(days=random.randint(1, 30)), last_day)
    good = index is not None and index >= 62
    return Rating(
        municipality=placement.municipality,
        placement=placement,
        home=placement.home,
        rated_by=random.choice(raters),
        step=4,
        overall=5 if index is None else min(10, max(1, round(index / 10))),
        use_again=Rating.UseAgain.YES if good else random.choice((Rating.UseAgain.CONDITION, Rating.UseAgain.NO)),
        use_again_condition="",
        price_fair=random.choice((Rating.Price.YES, Rating.Price.PARTLY)),
        youth_asked=random.choice((Rating.YouthAsked.TALK, Rating.YouthAsked.NO, Rating.YouthAsked.SURVEY)),
        index=index,
        submitted_at=datetime.combine(sent_on, time(10), UTC),
    )
