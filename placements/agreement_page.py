"""An agreement as a page: its homes with rank, price and lights, and what its keeper does next."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import F, Max, Q
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.formats import count_word
from bou_portal.formats import date as iso
from bou_portal.periods import add_days, add_months
from placements.homes.scores import released_scores
from placements.lights import OPEN, CriterionLight, Light, lights, worst
from placements.models import Agreement, AgreementHome, CareHome, Check

# How far ahead the keeper is told (features.md, F19).
DUE_DAYS, ENDING_MONTHS, UNCHECKED_MONTHS = 30, 6, 12


@dataclass(frozen=True)
class HomeRow:
    """One home of an agreement and its lights, in the order of the criteria."""

    cover: AgreementHome
    lights: list[CriterionLight]

    @property
    def home(self):
        return self.cover.home

    @property
    def worst(self):
        return worst(self.lights)

    @property
    def checked_on(self):
        """The newest check of any criterion, or None."""
        return max((each.finding.checked_on for each in self.lights if each.finding), default=None)


class AgreementPage:
    """An agreement, its homes and their lights, as one reader sees them."""

    def __init__(self, agreement, user, *, own=True):
        self.agreement, self.user, self.own = agreement, user, own

    @cached_property
    def released(self):
        return released_for(self.agreement, self.user)

    @cached_property
    def rows(self):
        covers = list(self.agreement.homes.select_related("home__location"))
        for cover in covers:
            cover.agreement = self.agreement
        homes = [cover.home for cover in covers]
        found = lights(homes, self.user, self.released, [self.agreement], own=self.own)
        return [HomeRow(cover, found[cover.home_id]) for cover in covers]

    @cached_property
    def criteria(self):
        """In the order in which every home has its lights."""
        return (
            [light.criterion for light in self.rows[0].lights]
            if self.rows
            else sorted(self.agreement.criteria.all(), key=lambda criterion: criterion.order)
        )

    @property
    def sentence(self):
        """`Åtta hem och åtta kriterier. Två hem har rött ljus.`"""
        homes, red = len(self.rows), sum(row.worst is Light.RED for row in self.rows)
        criteria = f"{count_word(len(self.criteria))} {'kriterium' if len(self.criteria) == 1 else 'kriterier'}"
        told = f"{'ett' if homes == 1 else count_word(homes)} hem och {'ett kriterium' if len(self.criteria) == 1 else criteria}"
        if not red:
            return f"{told.capitalize()}. Inget hem har rött ljus."
        return f"{told.capitalize()}. {('ett' if red == 1 else count_word(red)).capitalize()} hem har rött ljus."


def released_for(agreement, user):
    """What the agreement's own region has released, as this reader may read it."""
    region = agreement.region or agreement.municipality.region
    return released_scores(user, Permission.READ_HOMES, region.code)


def row_of(agreement, home, user, *, own=True):
    """One home of the agreement with its lights; AgreementHome.DoesNotExist when it is not in it."""
    cover = agreement.homes.select_related("home__location").get(home=home)
    cover.agreement = agreement
    released = released_for(agreement, user)
    return HomeRow(cover, lights([cover.home], user, released, [agreement], own=own)[cover.home_id])


@dataclass(frozen=True)
class Matter:
    """Something the keeper of an agreement has to do: what, why, since or until when, and where."""

    what: str
    why: str
    kind: str
    word: str
    url: str


class FollowUp:
    """What waits for whoever keeps agreements: findings due, agreements that end, homes nobody has checked."""

    def __init__(self, user):
        self.today = timezone.localdate()
        kept = Agreement.objects.for_user(user, Permission.KEEP_AGREEMENTS).kept_by(user)
        self.kept = list(kept.in_force().select_related("region", "municipality"))

    @cached_property
    def findings(self):
        """Not mended in time first, then those whose time runs out within 30 days."""
        due = Q(outcome=Check.Outcome.NOT_REMEDIED) | Q(
            outcome__in=OPEN, remedied_until__lte=add_days(self.today, DUE_DAYS)
        )
        still = {"home__agreements__agreement": F("agreement"), "criterion__agreements": F("agreement")}
        checks = Check.objects.latest().filter(due, agreement__in=self.kept, **still)
        found = list(checks.select_related("agreement", "home", "criterion"))
        return [self.finding(check) for check in sorted(found, key=lambda c: c.remedied_until or date.min)]

    def finding(self, check):
        late = check.outcome == Check.Outcome.NOT_REMEDIED or check.remedied_until < self.today
        day = check.remedied_until
        word = f"Tiden gick ut {iso(day)}" if late and day else "Inte åtgärdad i tid" if late else f"Senast {iso(day)}"
        return Matter(
            f"{check.home}: {check.criterion}",
            str(check.agreement),
            "late" if late else "watch",
            word,
            check.get_absolute_url(),
        )

    @cached_property
    def ending(self):
        """Agreements that end within six months, the first one first."""
        until = add_months(self.today, ENDING_MONTHS)
        found = [agreement for agreement in self.kept if agreement.valid_until and agreement.valid_until <= until]
        return [
            Matter(
                str(agreement),
                str(agreement.owner),
                "watch",
                f"Går ut {iso(agreement.valid_until)}",
                agreement.get_absolute_url(),
            )
            for agreement in sorted(found, key=lambda agreement: agreement.valid_until)
        ]

    @cached_property
    def unchecked(self):
        """Open homes in agreements with criteria that nobody has checked for twelve months, the oldest first."""
        since = add_months(self.today, -UNCHECKED_MONTHS)
        covers = AgreementHome.objects.filter(agreement__in=self.kept, agreement__criteria__isnull=False)
        covers = covers.exclude(home__status=CareHome.Status.CLOSED).select_related("agreement", "home").distinct()
        newest = Check.objects.standing().filter(agreement__in=self.kept).order_by().values("agreement", "home")
        known = {(row["agreement"], row["home"]): row["day"] for row in newest.annotate(day=Max("checked_on"))}
        found = [(known.get((cover.agreement_id, cover.home_id)), cover) for cover in covers]
        old = sorted(
            ((day, cover) for day, cover in found if day is None or day <= since),
            key=lambda pair: (pair[0] or date.min, pair[1].home.name_key),
        )
        return [
            Matter(
                str(cover.home),
                str(cover.agreement),
                "watch",
                f"Kontrollerat {iso(day)}" if day else "Aldrig kontrollerat",
                cover.get_absolute_url(),
            )
            for day, cover in old
        ]

    @property
    def is_empty(self):
        return not (self.findings or self.ending or self.unchecked)

    @property
    def sentence(self):
        """What waits, in one sentence."""
        if not self.kept:
            return "Inga avtal som du sköter gäller just nu."
        parts = [
            counted(len(self.findings), "en brist ska följas upp", "brister ska följas upp"),
            counted(len(self.ending), "ett avtal går ut inom sex månader", "avtal går ut inom sex månader"),
            counted(
                len(self.unchecked), "ett hem är inte kontrollerat på ett år", "hem är inte kontrollerade på ett år"
            ),
        ]
        told = [part for part in parts if part]
        if not told:
            return "Inget väntar: inga brister förfaller, inget avtal går ut snart och alla hem är kontrollerade det senaste året."
        text = f"{', '.join(told[:-1])} och {told[-1]}" if len(told) > 1 else told[0]
        return f"{text[0].upper()}{text[1:]}."


def counted(count, one, many):
    return "" if not count else one if count == 1 else f"{count_word(count)} {many}"
