"""What is known of homes on the way into a release: ratings with their answers, and the stays. Raw, for the gate alone.

Only the present series of a home counts: stays that ended on or after its latest change of owner or manager.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from bou_portal.disclosure import Rating, Stay
from bou_portal.disclosure.coarse import AGAIN, LENGTH, PLANNED
from placements import models
from placements.codes import Planned
from placements.homes.scores import months_that_count
from placements.models import RatingForm
from placements.questionnaire import questionnaire
from placements.scoring import SHORT_FORM_WEIGHT, domain_index, home_mean

WHOLE = ""
HALF = float(SHORT_FORM_WEIGHT)


@cache
def parts():
    """Which part of a result each part is inside: a statement in its domain, a domain in the whole."""
    domains = questionnaire().domains
    inside = {domain.code: WHOLE for domain in domains}
    return inside | {str(statement.number): domain.code for domain in domains for statement in domain.statements}


@dataclass(frozen=True, slots=True)
class Sent:
    """One rating that was sent, as it lies in the database. `answers[n]`: 1-5, or 0 where statement n has none."""

    is_short: bool
    index: float
    municipality: str
    rater: int
    sent_on: date
    use_again: str
    answers: bytearray = field(default_factory=lambda: bytearray(len(questionnaire().statements) + 1))

    def of(self, part):
        """The index 0-100 of the whole, a domain or a statement; None where too little is answered."""
        if part == WHOLE:
            return self.index
        if part.isdigit():
            return (self.answers[int(part)] - 1) * 25.0 if self.answers[int(part)] else None
        return _domain(tuple(self.answers[number] for number in _asked(part, self.is_short)))


@lru_cache(maxsize=4096)
def _domain(answers):
    index = domain_index([answer or None for answer in answers])
    return None if index is None else float(index)


@cache
def _asked(code, is_short):
    [domain] = [domain for domain in questionnaire().domains if domain.code == code]
    return [statement.number for statement in domain.asked(is_short)]


class Results(Mapping):
    """{subject: [Rating]} of homes ("uid"), their domains ("uid:D3") and statements ("uid:6"), made as they are asked for.

    A stay is one voice. Where both forms were sent for it they are put together, the short one at half weight; a stay
    with the short form alone weighs a half.
    """

    def __init__(self, homes: dict[str, list[list[Sent]]]):
        self.homes = homes

    def __len__(self):
        return len(self.homes) * (1 + len(parts()))

    def __iter__(self) -> Iterator[str]:
        for home in self.homes:
            yield home
            yield from (f"{home}:{part}" for part in parts())

    def __getitem__(self, subject):
        home, _, part = subject.partition(":")
        return [rating for stay in self.homes[home] if (rating := one_voice(stay, part))]


def one_voice(stay, part):
    """What the ratings of one stay say of a part, as one rating; None when they say nothing."""
    told = [(index, sent) for sent in stay if (index := sent.of(part)) is not None]
    if not told:
        return None
    if len(told) == 1:
        [(index, sent)] = told
        return Rating(index, sent.municipality, sent.rater, sent.sent_on, _weight(sent))
    fullest, newest = min(told, key=lambda pair: pair[1].is_short)[1], max(sent.sent_on for _, sent in told)
    index = float(home_mean([(index, sent.is_short) for index, sent in told]))
    return Rating(index, fullest.municipality, fullest.rater, newest, _weight(fullest))


def _weight(sent):
    return HALF if sent.is_short else 1.0


def raw_homes(codes, on):
    """(ratings, stays) for `disclosure.Tables`: of these municipalities, in the 24 months up to and including `on`.

    Four queries, whatever the number of homes: ratings, their answers, stays and changes. Incomplete ratings have no
    index and are left out.
    """
    begun = series(on)
    homes = _sent(codes, on, begun)
    stays = _ended(codes, on, begun)
    for home, rated in homes.items():
        stays[f"{home}:{AGAIN}"] = [vote for stay in rated if (vote := _would_use_again(stay))]
    return Results(homes), {subject: found for subject, found in stays.items() if found}


def merged_homes():
    """{home that is no more: the home that its ratings were moved to}, by public id. Merging leaves the old id as a name."""
    names = models.HomeAlias.objects.filter(key__regex=r"^[0-9a-f]{32}$").values_list("key", "home__uid").distinct()
    return {str(UUID(key)): str(uid) for key, uid in names if key != uid.hex}


def series(on):
    """{home: the day its present series began}, of homes that have changed owner or manager."""
    changes = models.HomeChange.objects.filter(changed_on__lte=on).order_by().values_list("home__uid")
    return dict(changes.annotate(Max("changed_on")))


def _sent(codes, on, begun):
    """{home: [the ratings of each stay]}."""
    window = months_that_count(on)
    rows = models.Rating.objects.with_index().submitted_in(window).filter(municipality__code__in=codes)
    found, by_key = defaultdict(dict), {}
    for key, home, stay, ended_on, form, *facts, at, again in rows.order_by("home", "submitted_at", "pk").values_list(
        "pk", "home__uid", "placement", "placement__ended_on", "form",
        "index", "municipality__code", "rated_by", "submitted_at", "use_again",
    ):  # fmt: skip
        day, is_short = timezone.localtime(at).date(), form == RatingForm.SHORT
        known_on = day if is_short else ended_on
        if home in begun and (known_on is None or known_on < begun[home]):
            continue
        index, municipality, rater = facts
        by_key[key] = sent = Sent(is_short, float(index), municipality, rater, day, again)
        found[str(home)].setdefault(stay, []).append(sent)
    answers = models.RatingAnswer.objects.filter(rating__in=rows.order_by(), value__isnull=False).order_by()
    for key, item, value in answers.values_list("rating", "item", "value").iterator(chunk_size=10_000):
        if key in by_key:
            by_key[key].answers[item] = value
    return {home: list(stays.values()) for home, stays in found.items()}


def _would_use_again(stay):
    """Yes without conditions, by the fullest form that says; None when none does."""
    said = sorted((sent for sent in stay if sent.use_again), key=lambda sent: sent.is_short)
    if not said:
        return None
    return Stay(int(said[0].use_again == models.Rating.UseAgain.YES), said[0].municipality, said[0].sent_on)


def _ended(codes, on, begun):
    """{home and kind: [Stay]}: whether those that ended did as planned, where it is known, and how long they were."""
    window = months_that_count(on)
    rows = models.Placement.objects.ended_in(window).filter(municipality__code__in=codes, home__isnull=False).order_by()
    found = defaultdict(list)
    for home, municipality, started_on, ended_on, planned in rows.values_list(
        "home__uid", "municipality__code", "started_on", "ended_on", "planned"
    ):
        if home in begun and ended_on < begun[home]:
            continue
        found[f"{home}:{LENGTH}"].append(Stay((ended_on - started_on).days, municipality, ended_on))
        if planned in (Planned.PLANNED, Planned.UNPLANNED):
            found[f"{home}:{PLANNED}"].append(Stay(int(planned == Planned.PLANNED), municipality, ended_on))
    return found
