"""What a reader's own municipality knows of a home, exact: its stays, and its ratings without their writers.

The own municipality sees its own ratings in full at once (security.md, Decision 5). Free texts are read by colleagues when
the writer has ticked that they may be shared and a manager has released them; until then by their writer alone.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Paginator
from django.utils import timezone

from bou_portal.access import Permission
from placements.homes.scores import months_that_count
from placements.models import Rating, RatingAnswer, RatingForm
from placements.questionnaire import questionnaire
from placements.scoring import decimal, home_mean, score

RATINGS_ON_A_PAGE = 20
MARKS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class StatementAnswers:
    """How the own ratings answered one statement: how many gave 1, 2, 3, 4 and 5, and how many "vet ej"."""

    number: int
    text: str
    counts: tuple[int, ...]
    unknown: int

    @property
    def answered(self):
        return sum(self.counts)


@dataclass(frozen=True)
class DomainAnswers:
    """One domain of the own ratings: the mean of its index 0-100, from how many ratings, and its statements."""

    name: str
    index: Decimal | None
    ratings: int
    statements: list[StatementAnswers]


@dataclass(frozen=True)
class Experience:
    """A municipality's own experience of one home. `page` holds some of the sent ratings, the newest first."""

    placements: int
    ongoing: int
    page: object
    recent: int
    mean: Decimal | None
    domains: list[DomainAnswers]

    @property
    def ongoing_text(self):
        return f"{self.ongoing} pågår nu" if self.ongoing else "Ingen pågår nu"

    def shown_by_municipality(self):
        """(municipality, number of ratings) on the page: each rests on one child's stay, so reading it is logged."""
        return Counter(rating.municipality_id for rating in self.page).items()


def own_experience(home, user, page=None):
    """The experience of the municipalities in which this user may read about homes."""
    own = user.municipalities(Permission.READ_HOMES)
    stays = home.placements.filter(municipality__in=own)
    ratings = Rating.objects.for_user(user, Permission.READ_HOMES).submitted().filter(home=home)
    recent = ratings.of_present_series().submitted_in(months_that_count(timezone.localdate()))
    forms = dict(recent.order_by().values_list("pk", "form"))
    indices = [(index, form == RatingForm.SHORT) for index, form in recent.with_index().values_list("index", "form")]
    ratings = ratings.order_by("-submitted_at", "-pk").prefetch_related("answers")
    shown = Paginator(ratings, RATINGS_ON_A_PAGE).get_page(page)
    for rating in shown:
        rating.shows_texts = rating.texts_may_be_read_by(user)
    mean = home_mean(indices)
    return Experience(
        stays.count(), stays.open().count(), shown, len(forms), decimal(mean), domain_answers(recent, forms)
    )


def domain_answers(ratings, forms):
    """Per domain and statement what these ratings answered, in one query. `forms` says which form each of them is."""
    answers = defaultdict(dict)
    rows = RatingAnswer.objects.filter(rating__in=ratings.order_by()).order_by()
    for rating, item, value in rows.values_list("rating", "item", "value"):
        answers[rating][item] = value
    scores = [
        (score(given, short=forms[pk] == RatingForm.SHORT).domains, forms[pk] == RatingForm.SHORT)
        for pk, given in answers.items()
    ]
    return [
        of_domain(domain, [(found[domain.code], short) for found, short in scores], answers.values())
        for domain in questionnaire().domains
    ]


def of_domain(domain, indices, answers):
    known = [(index, short) for index, short in indices if index is not None]
    return DomainAnswers(
        domain.name,
        decimal(home_mean(known)),
        len(known),
        [of_statement(statement, answers) for statement in domain.statements],
    )


def of_statement(statement, answers):
    given = Counter(found[statement.number] for found in answers if statement.number in found)
    return StatementAnswers(statement.number, statement.text, tuple(given[mark] for mark in MARKS), given[None])
