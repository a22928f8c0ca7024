"""Green, yellow or red for each criterion of a home's agreements: from checks, and from what ratings say.

The rule mirrors the three states in which agreements are followed up elsewhere (features.md e, "Lights per criterion"): no
finding, a finding that is being mended, and a finding that was not mended in time; the ratings' value counts beside it.
Which ratings a light rests on is decided by whose the agreement is (docs/adr/0019).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.formats import number, starting
from placements.homes.scores import ReleasedScores, months_that_count
from placements.models import Agreement, AgreementHome, Check, Criterion, Rating, RatingForm
from placements.scoring import SHORT_FORM_WEIGHT

# Index 0-100. A value below YELLOW is red only when so many ratings stand behind it.
GREEN, YELLOW, FEWEST = 70, 50, 3


class Light(StrEnum):
    GREEN = "grönt"
    YELLOW = "gult"
    RED = "rött"
    NONE = "underlag saknas"

    @property
    def word(self):
        return starting(self.value)

    @property
    def kind(self):
        """How the component `state` draws it: the sign and the colour beside the word."""
        return {Light.GREEN: "good", Light.YELLOW: "watch", Light.RED: "late", Light.NONE: "plain"}[self]


# From the worst. Green means that everything is known and well: one criterion without ground makes the whole grey.
SEVERITY = (Light.RED, Light.YELLOW, Light.NONE, Light.GREEN)


@dataclass(frozen=True)
class Value:
    """What ratings say of one criterion: index 0-100, from how many ratings, and where that was read.

    `count` is None for a value of the release, which is shown only when enough stand behind it.
    """

    index: Fraction
    count: int | None = None

    @property
    def has_enough(self):
        return self.count is None or self.count >= FEWEST

    @property
    def text(self):
        if self.count is None:
            value = 1 + self.index / 25  # a mean of shown values: 3,75 is not to look like the 3,8 that is green
            return f"visat värde {number(value, 1 if value * 10 % 1 == 0 else 2)} av 5"
        return f"{self.count} egna {'omdöme' if self.count == 1 else 'omdömen'}, index {number(self.index)}"


@dataclass(frozen=True)
class Finding:
    """What the newest check of one criterion found."""

    outcome: str
    checked_on: date
    remedied_until: date | None = None

    def is_late(self, today):
        """Not mended in time; on the last day there is still time."""
        if self.outcome == Check.Outcome.NOT_REMEDIED:
            return True
        return self.is_open and self.remedied_until < today

    @property
    def is_open(self):
        return self.outcome in OPEN

    def text(self, today):
        if self.outcome == Check.Outcome.NOT_REMEDIED:
            return f"brist som inte åtgärdats i tid, kontroll {self.checked_on}"
        if not self.is_open:
            return f"kontroll {self.checked_on} utan brist"
        when = "skulle ha varit åtgärdad senast" if self.is_late(today) else "ska vara åtgärdad senast"
        return f"brist som {when} {self.remedied_until}, kontroll {self.checked_on}"


OPEN = (Check.Outcome.OPEN, Check.Outcome.HANDLED)


@dataclass(frozen=True)
class CriterionLight:
    """One criterion of one agreement for one home, its light, and the rule that gave it in words."""

    agreement: Agreement
    criterion: Criterion
    light: Light
    value: Value | None = None
    finding: Finding | None = None
    today: date | None = None

    @property
    def why(self):
        """Put into words when it is read: a list of a thousand homes shows colours only."""
        return why(self.value, self.finding, self.today)

    @property
    def because(self):
        """The rule without the light's own word, for where that stands beside it already."""
        return starting(self.why.partition(": ")[2])


def rule(value, finding, today):
    """The light of one criterion. Pure: no value, no check, or both, are told apart from a good result."""
    if value is None and finding is None:
        return Light.NONE
    if finding and finding.is_late(today):
        return Light.RED
    if value and value.index < YELLOW and value.has_enough:
        return Light.RED
    if finding and finding.is_open:
        return Light.YELLOW
    return Light.YELLOW if value and value.index < GREEN else Light.GREEN


def why(value, finding, today):
    """The rule in words: `Rött: omdömena ligger under 50 (visat värde 2,5 av 5), kontroll 2026-09-03 utan brist.`"""
    light = rule(value, finding, today)
    if light is Light.NONE:
        return "Underlag saknas: inget värde att visa och ingen kontroll."
    checked = finding.text(today) if finding else "ingen kontroll"
    return f"{light.word}: {rated(value)}, {checked}."


def rated(value):
    if value is None:
        return "inget värde att visa"
    if value.index >= GREEN:
        where = f"på minst {GREEN}"
    elif value.index >= YELLOW:
        where = f"mellan {YELLOW} och {GREEN}"
    else:
        where = f"under {YELLOW}" if value.has_enough else f"under {YELLOW}, men färre än {FEWEST} räcker inte för rött"
    return f"omdömena ligger {where} ({value.text})"


def worst(found):
    """The light of the whole: red before yellow before grey; green only when all are green."""
    present = {each.light for each in found}
    return next((light for light in SEVERITY if light in present), Light.NONE)


def lights(homes, user, released, agreements=None, *, own=True) -> dict[int, list[CriterionLight]]:
    """{home's key: its lights} for the agreements this user may read, in a fixed number of queries.

    The agreements in force, or those given; they too are narrowed to what she may read. `own=False` leaves the own
    municipality's ratings out: for what is printed and may be handed on.
    """
    homes, reader = {home.pk: home for home in homes}, Permission.READ_HOMES
    readable = Agreement.objects.for_user(user, reader)
    readable = readable.in_force() if agreements is None else readable.filter(pk__in=[a.pk for a in agreements])
    covers = list(
        AgreementHome.objects.filter(agreement__in=readable, home__in=homes)
        .select_related("agreement__municipality")
        .order_by("agreement__valid_from", "agreement__pk")
    )
    criteria, findings = criteria_of(covers), findings_of(covers)
    own_values, today = OwnValues(covers if own else [], user), timezone.localdate()
    told = {subject.partition(":")[0] for subject in released.scores if ":" in subject}
    found = {pk: [] for pk in homes}
    for cover in covers:
        home = homes[cover.home_id]
        is_told = str(home.uid) in told and is_of(cover.agreement, released)
        for criterion in criteria[cover.agreement_id]:
            shown = shown_value(released, home, criterion) if is_told else None
            value = chosen(own_values.of(cover, criterion), shown)
            finding = findings.get((cover.agreement_id, cover.home_id, criterion.pk))
            light = rule(value, finding, today)
            found[home.pk].append(CriterionLight(cover.agreement, criterion, light, value, finding, today))
    return found


def is_of(agreement, released):
    """Whether the release is of the agreement's own region: whoever works in two reads one region's at a time."""
    region = agreement.region_id or agreement.municipality.region_id
    return released.region is None or released.region.pk == region


def chosen(own, shown):
    """One light rests on one source: enough own ratings, else what the release shows, else the few own ones."""
    return own if own and own.has_enough else shown or own


def criteria_of(covers):
    """{agreement: its criteria in order}."""
    found = defaultdict(list)
    links = Agreement.criteria.through.objects.filter(agreement__in={cover.agreement_id for cover in covers})
    for link in sorted(links.select_related("criterion"), key=lambda link: link.criterion.order):
        found[link.agreement_id].append(link.criterion)
    return found


def findings_of(covers):
    """{(agreement, home, criterion): what the newest check found}."""
    agreements, homes = ({getattr(cover, name) for cover in covers} for name in ("agreement_id", "home_id"))
    checks = Check.objects.latest().filter(agreement__in=agreements, home__in=homes).order_by()
    rows = checks.values_list("agreement", "home", "criterion", "outcome", "checked_on", "remedied_until")
    return {tuple(row[:3]): Finding(*row[3:]) for row in rows}


def shown_value(released: ReleasedScores, home, criterion):
    """From the release: the mean of what is shown of the linked statements, when at least half of them are shown."""
    scores = [released.item(home, number) for number in criterion.items]
    shown = [Fraction(score.value) for score in scores if score.is_shown]
    if not shown or 2 * len(shown) < len(scores):
        return None
    return Value((sum(shown) / len(shown) - 1) * 25)


class OwnValues:
    """The own municipality's ratings of the home's present series and the last 24 months, in full, for its own agreements."""

    def __init__(self, covers, user):
        own = [cover for cover in covers if cover.agreement.municipality_id]
        self.answers = defaultdict(list)
        ratings = (
            Rating.objects.for_user(user, Permission.READ_HOMES)
            .with_index()
            .of_present_series()
            .submitted_in(months_that_count(timezone.localdate()))
            .filter(
                home__in={cover.home_id for cover in own},
                municipality__in={cover.agreement.municipality_id for cover in own},
                answers__value__isnull=False,
            )
        )
        rows = ratings.order_by().values_list("municipality", "home", "answers__item", "pk", "answers__value", "form")
        for municipality, home, item, rating, value, form in rows:
            weight = SHORT_FORM_WEIGHT if form == RatingForm.SHORT else Fraction(1)
            self.answers[municipality, home, item].append((rating, value, weight))

    def of(self, cover, criterion):
        """The mean of the linked statements' means, when at least half of them are answered. None otherwise."""
        place = cover.agreement.municipality_id
        if place is None or not self.answers:
            return None
        answered = [rows for item in criterion.items if (rows := self.answers.get((place, cover.home_id, item)))]
        if not answered or 2 * len(answered) < len(criterion.items):
            return None
        means = [
            sum(value * weight for _, value, weight in rows) / sum(weight for *_, weight in rows) for rows in answered
        ]
        ratings = {rating for rows in answered for rating, *_ in rows}
        return Value((sum(means) / len(means) - 1) * 25, len(ratings))
