"""Invented ratings of the invented homes: each home has a quality, and each rater sees it a little differently."""

import zlib
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from random import Random

from bou_portal.accounts.models import User
from bou_portal.bulk import update_rows
from bou_portal.demo.people import HOME_TOWN, SOCIAL_WORKER
from bou_portal.periods import add_months
from placements.models import Placement, Rating, RatingAnswer, RatingForm, RatingTask
from placements.questionnaire import questionnaire
from placements.rating_tasks import reminders_by
from placements.scoring import score

ANSWERED, ANSWERED_SHORTLY = 0.8, 0.6
WAITING_DAYS = 12  # placements that ended later than this still await their rating
LEFT_AFTER_DAYS = 60
WROTE, SHARES, KEPT_BACK = 0.35, 0.7, 0.1
UNREAD = 2  # of each municipality's texts, the newest that still wait for the manager to read them
STRENGTHS = (
    "Lugnt bemötande också när det stormar.",
    "Personalen ringde innan vi hann fråga.",
    "Bra samarbete med skolan från första veckan.",
    "Tydliga rutiner som gick att lita på.",
    "Samma vuxna hela tiden.",
)
IMPROVEMENTS = (
    "Veckorapporterna kom ofta sent.",
    "För få vuxna på helgerna.",
    "Utflytten planerades först när den var nära.",
    "Fritiden blev mest skärm.",
    "Svårt att få tag i ledningen på kvällar.",
)


def make_ratings(raters, since, last_day):
    """Ratings after most stays that ended since the day and during long ones, and the tasks. Number of ratings."""
    if Rating.objects.exists():
        return 0
    stays = list(
        Placement.objects.in_rated_home()
        .filter(municipality__code__in=raters)
        .exclude(child__assignments__worker__email=SOCIAL_WORKER)  # hers are left for whoever tries the demo
        .select_related("municipality", "home")
        .order_by("municipality__code", "child__local_code", "started_on")
    )
    made = [rating for stay in stays if (rating := _whole(stay, raters, since, last_day))]
    made += [rating for stay in stays if (rating := _short(stay, raters, since, last_day))]
    Rating.objects.bulk_create([rating for rating, _ in made], batch_size=500)
    answers = [
        RatingAnswer(municipality_id=rating.municipality_id, rating=rating, item=item, value=value)
        for rating, values in made
        for item, value in values.items()
    ]
    RatingAnswer.objects.bulk_create(answers, batch_size=2000)
    _read_texts([rating for rating, _ in made])
    _make_tasks(since, last_day)
    return len(made)


def _whole(placement, raters, since, last_day):
    """A rating after the stay and its answers; None when it is not rated, or not yet."""
    if not placement.ended_on or not since <= placement.ended_on <= last_day - timedelta(days=WAITING_DAYS):
        return None
    code = placement.municipality.code
    random = Random(f"{code}-{placement.started_on}-{placement.ended_on}-{placement.home.name}")
    if random.random() > ANSWERED:
        return None
    values = _values(random, placement, questionnaire().asked())
    return _rating(random, placement, raters[code], score(values).stored_index, last_day), values


def _short(placement, raters, since, last_day):
    """A short rating on the way, some time after half a year."""
    half = add_months(placement.started_on, 6)
    if not since <= half < last_day - timedelta(days=WAITING_DAYS) or (
        placement.ended_on and placement.ended_on <= half
    ):
        return None
    random = Random(f"kort-{placement.municipality.code}-{placement.started_on}-{placement.home.name}")
    until = min(placement.ended_on or last_day, last_day)
    sent_on = half + timedelta(days=random.randint(1, 20))
    if random.random() > ANSWERED_SHORTLY or sent_on >= until:
        return None
    values = _values(random, placement, questionnaire().asked(short=True))
    rating = Rating(
        **_about(placement),
        form=RatingForm.SHORT,
        rated_by=random.choice(raters[placement.municipality.code]),
        index=score(values, short=True).stored_index,
        submitted_at=datetime.combine(sent_on, time(10), UTC),
    )
    return rating, values


def _about(placement):
    return {"municipality": placement.municipality, "placement": placement, "home": placement.home}


def _values(random, placement, statements):
    quality = 2.9 + 1.7 * zlib.crc32(placement.home.name.encode()) / 2**32 - (0.6 if placement.planned == "nej" else 0)
    better = {
        s.number: _better(placement.home, domain) for domain in questionnaire().domains for s in domain.statements
    }
    return {
        number: None if random.random() < 0.04 else min(5, max(1, round(random.gauss(quality + better[number], 0.7))))
        for number in (statement.number for statement in statements)
    }


def _better(home, domain):
    """Every home is better at something than at something else: half a step to a step, up or down."""
    return (-0.8, -0.4, 0, 0.3, 0.6)[zlib.crc32(f"{home.name}-{domain.code}".encode()) % 5]


def _rating(random, placement, raters, index, last_day):
    sent_on = min(placement.ended_on + timedelta(days=random.randint(1, 30)), last_day)
    good = index is not None and index >= 62
    again = Rating.UseAgain.YES if good else random.choice((Rating.UseAgain.CONDITION, Rating.UseAgain.NO))
    return Rating(
        **_about(placement),
        rated_by=random.choice(raters),
        step=4,
        overall=5 if index is None else min(10, max(1, round(index / 10))),
        use_again=again,
        use_again_condition="",
        price_fair=random.choice((Rating.Price.YES, Rating.Price.PARTLY)),
        youth_asked=random.choice((Rating.YouthAsked.TALK, Rating.YouthAsked.NO, Rating.YouthAsked.SURVEY)),
        index=index,
        submitted_at=datetime.combine(sent_on, time(10), UTC),
        **_texts(random),
    )


# --- texts and tasks --------------------------------------------------------------------------------------------------
def _texts(random):
    """What some write, most of them for colleagues to read."""
    wrote, shares = random.random() < WROTE, random.random() < SHARES
    strengths, improvements = random.choice(STRENGTHS), random.choice(IMPROVEMENTS)
    return {"strengths": strengths, "improvements": improvements, "may_be_shared": shares} if wrote else {}


def _read_texts(ratings):
    """Managers have read all but the newest: most of it is released, some held back."""
    read, met = [], Counter()
    for rating in sorted(ratings, key=lambda rating: rating.submitted_at, reverse=True):
        met[rating.municipality_id] += rating.may_be_shared
        if not rating.may_be_shared or met[rating.municipality_id] <= UNREAD:
            continue
        at = rating.submitted_at + timedelta(days=3)
        if Random(f"text-{rating.strengths}-{rating.submitted_at}-{rating.home_id}").random() < KEPT_BACK:
            rating.texts_kept_at = at
        else:
            rating.texts_released_at = at
        read.append(rating)
    update_rows(read, ["texts_kept_at", "texts_released_at"])


def _make_tasks(since, last_day):
    """Everything was asked for the day after, and reminded of; some old ones were left."""
    ended = Placement.objects.with_rated_home().with_is_rated().filter(ended_on__range=(since, last_day))
    tasks = [
        _task(stay, stay.ended_on + timedelta(days=1), RatingForm.FULL, last_day, stay.is_rated)
        for stay in ended
        if stay.ended_on < last_day
    ]
    for stay in Placement.objects.awaiting_short_rating(last_day):
        tasks.append(_task(stay, max(add_months(stay.started_on, 6), since), RatingForm.SHORT, last_day, is_done=True))
    RatingTask.objects.bulk_create(tasks, batch_size=1000)
    _hand_over(since)


def _hand_over(since):
    """A colleague has handed her newest rating to the persona, so that whoever tries the demo finds one to give."""
    waiting = Placement.objects.awaiting_rating().filter(municipality__code=HOME_TOWN, ended_on__gte=since)
    newest = waiting.order_by("-ended_on", "pk").first()
    worker = User.objects.get(email=SOCIAL_WORKER)
    RatingTask.objects.filter(placement=newest, form=RatingForm.FULL).update(taken_by=worker)


def _task(stay, asked_on, form, last_day, is_done):
    task = RatingTask(municipality_id=stay.municipality_id, placement=stay, form=form, asked_on=min(asked_on, last_day))
    task.reminders = reminders_by(task, last_day)
    task.reminded_on = min(last_day, task.asked_on + timedelta(days=(0, 7, 21, 35)[task.reminders]))
    drawn = zlib.crc32(f"{stay.started_on}-{stay.ended_on}-{stay.home_key}".encode()) % 10
    if not is_done and drawn < 3 and task.asked_on <= last_day - timedelta(days=LEFT_AFTER_DAYS):
        task.left_reason, task.left_on = RatingTask.Left.values[drawn], task.asked_on + timedelta(days=LEFT_AFTER_DAYS)
    return task
