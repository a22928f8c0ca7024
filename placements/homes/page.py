"""One home as its readers meet it: facts, what colleagues in the region think, what was promised, what we have seen.

Everything about other municipalities' ratings comes from the region's release (security.md, Decision 5).
"""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from bou_portal import charts
from bou_portal.access import Permission
from bou_portal.formats import date as iso
from bou_portal.formats import listing, number
from bou_portal.periods import Quarter
from municipalities.models import Region
from placements.homes.facts import FREE_PLACES
from placements.homes.scores import ReleasedScores
from placements.lights import SEVERITY, CriterionLight, lights, worst
from placements.models import Agreement, AgreementHome, CareHome, HomeReply
from placements.questionnaire import questionnaire

TABS = (
    ("Översikt", "home_detail"),
    ("Omdömen", "home_results"),
    ("Avtal och kriterier", "home_agreements"),
    ("Vår kommuns erfarenhet", "home_experience"),
)
HIGHEST = 5
MOST_NAMED = 3


@dataclass(frozen=True)
class AgreementShown:
    """One agreement that the home is in, and a light for each of its criteria."""

    row: AgreementHome
    lights: list[CriterionLight]

    @property
    def agreement(self):
        return self.row.agreement


@dataclass(frozen=True)
class StatementShown:
    """One statement or one domain of the questionnaire, with its shown value."""

    text: str
    score: object


class HomePage:
    """A home and its reader. What one tab needs is asked for by that tab alone."""

    def __init__(self, home: CareHome, user, released: ReleasedScores, *, here: str):
        self.home, self.user, self.released, self.here = home, user, released, here

    # --- where one is -----------------------------------------------------------------------------------------------
    @cached_property
    def regions(self):
        """The regions whose results this reader may choose between; with one there is nothing to choose."""
        return list(Region.objects.for_user(self.user, Permission.READ_HOMES))

    @property
    def has_own(self):
        """Whether the reader has a municipality whose own experience there is to tell of."""
        return bool(self.user.municipalities(Permission.READ_HOMES))

    @property
    def wish(self):
        """What keeps the chosen region when the reader goes to another tab: nothing for the first one."""
        region = self.released.region
        return f"?region={region.code}" if region and region != self.regions[0] else ""

    @property
    def tabs(self):
        shown = TABS if self.has_own else TABS[:-1]
        return [(text, reverse(name, args=[self.home.uid]) + self.wish, name == self.here) for text, name in shown]

    @property
    def region_ways(self):
        """(region, address of this tab for it, whether it is the one shown), where there is more than one."""
        here = reverse(self.here, args=[self.home.uid])
        ways = [(each, f"{here}?region={each.code}", each == self.released.region) for each in self.regions]
        return ways if len(ways) > 1 else []

    @property
    def may_choose(self):
        return self.user.can(Permission.RATE_HOMES)

    @property
    def agreements_url(self):
        return reverse("home_agreements", args=[self.home.uid]) + self.wish

    @property
    def reply_url(self):
        return f"{reverse('home_reply', args=[self.home.uid])}?region={self.released.region.code}"

    # --- what colleagues think --------------------------------------------------------------------------------------
    @property
    def score(self):
        return self.released.of(self.home)

    @property
    def rests_on(self):
        """Said where too few ratings have come since for a new value: the older quarter that the shown one is from."""
        return f"Oförändrat sedan {Quarter.parse(self.score.since).text}" if self.score.since else ""

    @property
    def released_note(self):
        released = self.released
        return f"{released.region}, {released.quarter.text}" if released.quarter else "Inga omdömen är frysta ännu"

    @property
    def adjusted(self):
        """The shown score drawn towards what the region shows, 1-5 with one decimal; empty where nothing is shown."""
        adjusted = self.released.adjusted(self.home)
        return "" if adjusted is None else number(1 + adjusted / 25, 1)

    @property
    def use_again(self):
        return self.released.use_again(self.home)

    @property
    def planned(self):
        return self.released.planned(self.home)

    @property
    def length(self):
        return self.released.length(self.home)

    @property
    def shows_parts(self):
        """Whether any domain or statement is shown; without one there is nothing to draw."""
        parts = [score for _, score in self.domains] + [each.score for _, found in self.statements for each in found]
        return any(score.is_shown for score in parts)

    @cached_property
    def domains(self):
        return [(domain, self.released.domain(self.home, domain.code)) for domain in questionnaire().domains]

    @property
    def domain_chart(self):
        """The eight domains as bars on 1-5, each with its number of ratings in a band."""
        bars = [
            charts.Point(domain.name, score.value, f"{score.text} ({score.band})" if score.is_shown else score.text)
            for domain, score in self.domains
        ]
        shown = [(score.value, domain.name) for domain, score in self.domains if score.is_shown]
        said = f"{highest(shown)} Inom parentes: antal omdömen.".strip() if shown else ""
        return charts.bars(bars, title="Områden, 1–5", heading="Område", top=HIGHEST, conclusion=said)

    @cached_property
    def statements(self):
        """[(domain, its statements as shown)]."""
        return [
            (
                domain,
                [StatementShown(s.text, self.released.item(self.home, s.number)) for s in domain.statements],
            )
            for domain in questionnaire().domains
        ]

    # --- over time --------------------------------------------------------------------------------------------------
    @cached_property
    def changes(self):
        return list(self.home.changes.all())

    @cached_property
    def history(self):
        return self.released.history(self.home)

    @property
    def trend(self):
        """The shown value per half-year; None before anything was shown. A new owner or manager begins a new line."""
        points = [(half_year(quarter), score.value, score.text) for quarter, score in self.history]
        if not any(score.is_shown for _, score in self.history):
            return None
        splits = {}
        for change in reversed(self.changes):
            after = next((half_year(quarter) for quarter, _ in self.history if quarter.end >= change.changed_on), None)
            if after and after != points[0][0]:
                splits[after] = change.get_kind_display()
        look = {"splits": splits, "ticks": range(1, HIGHEST + 1), "height": 200}
        said = self.trend_sentence
        return charts.line([("Värde", points)], title="Omdöme per halvår", heading="Halvår", conclusion=said, **look)

    @property
    def trend_sentence(self):
        """What is shown now and what was shown first, said only between two shown values of one owner and manager."""
        last_change = max((change.changed_on for change in self.changes), default=None)
        seen = [(q, s) for q, s in self.history if s.is_shown and (last_change is None or q.end >= last_change)]
        each = "Varje punkt är de 24 månaderna före halvårets slut, i halva steg."
        if len(seen) < 2:
            return each
        (first, before), (last, now) = seen[0], seen[-1]
        way = "oförändrat" if before.value == now.value else "upp" if now.value > before.value else "ned"
        span = f"mellan {half_year(first)} och {half_year(last)}"
        if before.value == now.value:
            return f"Omdömet är oförändrat {now.text} {span}. {each}"
        return f"Omdömet har gått {way} från {before.text} till {now.text} {span}. {each}"

    # --- what the home says, and what was promised ------------------------------------------------------------------
    @cached_property
    def reply(self):
        """What the home itself has written to the region whose results are shown, or None."""
        replies = HomeReply.objects.for_user(self.user, Permission.READ_HOMES)
        return replies.filter(home=self.home, region=self.released.region).first()

    @property
    def may_reply(self):
        region = self.released.region
        return bool(region) and region.pk in self.user.regions(Permission.KEEP_HOMES)

    @property
    def letter_url(self):
        """The yearly letter to the home, for those who send it; empty for everybody else."""
        may = self.user.can(Permission.KEEP_AGREEMENTS) and self.released.region
        return f"{reverse('home_letter', args=[self.home.uid])}?region={self.released.region.code}" if may else ""

    @cached_property
    def lights(self):
        return lights([self.home], self.user, self.released).get(self.home.pk, [])

    @property
    def light(self):
        """The worst of the lights; None where no criterion is joined to the home."""
        return worst(self.lights) if self.lights else None

    @cached_property
    def agreements(self):
        """The agreements this reader may know of, those in force first, each with its lights."""
        readable = Agreement.objects.for_user(self.user, Permission.READ_HOMES)
        rows = AgreementHome.objects.filter(home=self.home, agreement__in=readable)
        rows = rows.select_related("agreement__region", "agreement__municipality").order_by("-agreement__valid_from")
        of = {}
        for light in self.lights:
            of.setdefault(light.agreement.pk, []).append(light)
        shown = [AgreementShown(row, of.get(row.agreement_id, [])) for row in rows]
        return sorted(shown, key=lambda each: not each.agreement.is_in_force)

    @property
    def in_force(self):
        return [each for each in self.agreements if each.agreement.is_in_force]

    @property
    def best_rank(self):
        """`Bästa rang 2`, where an agreement in force says one."""
        ranks = [each.row.rank for each in self.in_force if each.row.rank]
        return f"Bästa rang {min(ranks)}" if ranks else ""

    @property
    def light_words(self):
        """`1 rött, 4 grönt`: how many criteria have each light, from the worst."""
        found = [light.light for light in self.lights]
        return ", ".join(f"{found.count(light)} {light.value}" for light in SEVERITY if light in found)

    @property
    def free_told(self):
        """The day that the number of free places was told, if anybody told."""
        told = next((fact.told_on for fact in self.home.facts.all() if fact.field == FREE_PLACES), None)
        return f"uppgift {iso(told)}" if told else ""


def half_year(quarter):
    """`2026 h1`."""
    return f"{quarter.year} h{1 if quarter.number <= 2 else 2}"


def highest(shown):
    """Which domains stand highest and lowest among the shown ones, where that is a few."""
    top, low = max(value for value, _ in shown), min(value for value, _ in shown)
    if top == low:
        return f"Alla områden som visas ligger på {number(top, 1)}."
    ends = [("Högst", top), ("Lägst", low)]
    named = [(word, value, [name for v, name in shown if v == value]) for word, value in ends]
    return " ".join(
        f"{word}: {listing(names)} ({number(value, 1)})." for word, value, names in named if len(names) <= MOST_NAMED
    )
