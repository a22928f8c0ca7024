"""What is derived from a child's placements, law and reviews after every change: care episodes and due dates.

Never delivered and never edited; `derive(children)` throws it away and makes it anew. Dates are computed in Python and
stored, because SQL engines differ on month ends and know no holidays.
"""

from collections import defaultdict

from django.db import transaction

from bou_portal.bulk import update_rows
from bou_portal.periods import add_months, effective
from placements.deadlines import Wordings
from placements.duties.care import basis_on, episodes, review_code
from placements.duties.derive import derive_dues
from placements.models import CareEpisode, LegalBasis, Placement, Review

REVIEW_DATES = ("due_on", "due_effective_on", "next_due_on", "next_due_effective_on")
EPISODE_DATES = ("ended_on", "six_months_on", "twelve_months_on", "review_due_on", "review_due_effective_on")


class ReviewClock:
    """How many months until the next consideration or re-examination, by the rule in force that day.

    SoL care and LVU 2 § are considered, LVU 3 § is re-examined; the lengths come from the rule table (R-REV-*).
    """

    def __init__(self):
        self.wordings = Wordings()

    @staticmethod
    def code_for(basis):
        """The rule's code for a `(law group, law code)`; unknown law is reviewed as SoL."""
        return review_code(basis)

    @classmethod
    def kind_for(cls, basis):
        """What the review is called under that law."""
        again = cls.code_for(basis) == "R-REV-3"
        return Review.Kind.REEXAMINATION if again else Review.Kind.CONSIDERATION

    def rule(self, basis, day):
        """The wording in force on the day."""
        return self.wordings.on(self.code_for(basis), day)

    def due(self, basis, day):
        """Nominal and effective due date counted from the day."""
        nominal = self.wordings.due(self.code_for(basis), day)
        return nominal, effective(nominal)


@transaction.atomic
def derive(child_ids, clock=None):
    """Rebuild episodes, review dates and what is due of these children (ids). A constant number of queries per 500."""
    child_ids = sorted(child_ids)
    clock = clock or ReviewClock()
    for first in range(0, len(child_ids), 500):
        _derive(child_ids[first : first + 500], clock)
    derive_dues(child_ids)


def _derive(child_ids, clock):
    stays, bases, reviews, stored = (defaultdict(list) for _ in range(4))
    for placement in Placement.objects.filter(child__in=child_ids).only(
        "child_id", "municipality_id", "started_on", "ended_on", "episode_id"
    ):
        stays[placement.child_id].append(placement)
    for row in LegalBasis.objects.filter(child__in=child_ids).order_by("started_on"):
        bases[row.child_id].append((row.started_on, row.group, row.code))
    for review in Review.objects.filter(child__in=child_ids).order_by("done_on", "pk"):
        reviews[review.child_id].append(review)
    for episode in CareEpisode.objects.filter(child__in=child_ids):
        stored[episode.child_id].append(episode)

    were = {review.pk: _dates(review) for group in reviews.values() for review in group}
    episode_rows = []
    for child_id in child_ids:
        rows = list(_episode_rows(child_id, stays[child_id], bases[child_id], reviews[child_id], clock))
        episode_rows += _replace(rows, stored[child_id])
    _write_episodes(episode_rows, [row for rows in stored.values() for row in rows])
    _link(episode_rows, stays)
    moved = [review for group in reviews.values() for review in group if _dates(review) != were[review.pk]]
    update_rows(moved, REVIEW_DATES)


def _dates(row, names=REVIEW_DATES):
    return [getattr(row, name) for name in names]


def _replace(rows, stored):
    """Each row that is wanted: the stored one with the same start brought up to date, or a new one.

    What is left in `stored` is gone.
    """
    by_start = {episode.started_on: episode for episode in stored}
    kept = []
    for row in rows:
        episode = by_start.get(row.started_on)
        if episode:
            stored.remove(episode)
            episode.is_changed = _dates(row, EPISODE_DATES) != _dates(episode, EPISODE_DATES)
            for name in EPISODE_DATES:
                setattr(episode, name, getattr(row, name))
            row = episode
        kept.append(row)
    return kept


def _write_episodes(rows, gone):
    CareEpisode.objects.filter(pk__in=[episode.pk for episode in gone]).delete()
    changed = [row for row in rows if row.pk and row.is_changed]
    update_rows(
        sorted(changed, key=lambda row: row.ended_on is None), EPISODE_DATES
    )  # the open one last: one at a time
    CareEpisode.objects.bulk_create([row for row in rows if not row.pk], batch_size=500)


def _episode_rows(child_id, placements, bases, reviews, clock):
    """Unsaved episodes of one child; sets the reviews' due dates on the way."""
    for review in reviews:
        review.due_on = review.due_effective_on = None
        review.next_due_on, review.next_due_effective_on = clock.due(basis_on(bases, review.done_on), review.done_on)
    for episode in episodes([(p.started_on, p.ended_on) for p in placements]):
        due, due_effective = clock.due(basis_on(bases, episode.started_on), episode.started_on)
        for review in reviews:
            if review.done_on < episode.started_on or (episode.ended_on and review.done_on > episode.ended_on):
                continue
            review.due_on, review.due_effective_on = due, due_effective
            due, due_effective = review.next_due_on, review.next_due_effective_on
        ongoing = episode.ended_on is None
        yield CareEpisode(
            municipality_id=placements[0].municipality_id,
            child_id=child_id,
            started_on=episode.started_on,
            ended_on=episode.ended_on,
            six_months_on=add_months(episode.started_on, 6),
            twelve_months_on=add_months(episode.started_on, 12),
            review_due_on=due if ongoing else None,
            review_due_effective_on=due_effective if ongoing else None,
        )


def _link(episode_rows, stays):
    """Point each placement at the episode it lies in."""
    by_child = defaultdict(list)
    for episode in episode_rows:
        by_child[episode.child_id].append(episode)
    changed = []
    for child_id, placements in stays.items():
        for placement in placements:
            around = [
                episode.pk
                for episode in by_child[child_id]
                if placement.started_on >= episode.started_on
                and (episode.ended_on is None or placement.started_on <= episode.ended_on)
            ]
            wanted = around[-1] if around else None
            if placement.episode_id != wanted:
                placement.episode_id = wanted
                changed.append(placement)
    update_rows(changed, ["episode"])
