"""One chain: a need, what is done about it, what was decided, and the figure that it was meant to move.

A figure of the portal is read from the region's frozen releases and from nothing else, a published indicator from the
store that says where it comes from. What has moved is told from the last value before the need was told.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.urls import reverse

from bou_portal.access import Permission
from bou_portal.disclosure import Disclosed
from bou_portal.disclosure.release import NotPublished
from bou_portal.figures import DEFINITIONS, Kind
from bou_portal.formats import change, count_word, number, percent, starting
from bou_portal.periods import Quarter
from municipalities.models import Decision, Kpi, KpiValue, PlanVersion, Release
from municipalities.plans.content import when

READ = Permission.READ_REGION_WORK


@dataclass(frozen=True)
class Value:
    """A shown value and when it is of; `value` is None where only a mark is shown."""

    value: float | None
    text: str
    when: str
    reason: str = ""


@dataclass(frozen=True)
class Moved:
    """A figure, where it was when the need was told, where it is now, and who says so."""

    id: str
    name: str
    url: str
    source: str
    unit: str = ""
    # What the value is measured in, where its text does not say so.
    scale: str = ""
    before: Value | None = None
    now: Value | None = None
    aims: tuple[str, ...] = ()

    @property
    def how(self):
        """How it has gone since the need was told."""
        if not self.now:
            return "Siffran visas inte för länet ännu."
        if self.now.value is None:
            return starting(self.now.reason)
        if not self.before or self.before.when == self.now.when:
            return "Inget nyare värde har kommit sedan behovet framfördes."
        if self.before.value is None:
            return f"Värdet för {self.before.when} visas inte."
        moved = change(self.now.value - self.before.value, self.unit)
        return f"{starting(moved)} sedan {self.before.when} ({self.before.text})."

    def path(self, *, is_alone):
        """`siffran gått från 61 % till 68 %`; named where it is one of several."""
        who = "siffran" if is_alone else f"”{self.name}”"
        return f"{who} gått från {self.before.text} till {self.now.text}"

    @property
    def is_known(self):
        return self.now is not None and self.now.value is not None

    @property
    def has_moved(self):
        return self.is_known and self.before is not None and self.before.when != self.now.when


class Chain:
    """The four links of one need. The number of queries does not grow with what hangs on it."""

    def __init__(self, need, user):
        self.need, self.user, self.region = need, user, need.region
        found = need.activities.select_related("goal__focus__plan", "owner").order_by("title", "pk")
        self.activities = list(found)
        self.done = [(row, when(row.first_quarter, row.last_quarter)) for row in self.activities]

    @cached_property
    def versions(self):
        """The plan versions that hold one of the activities, newest first."""
        plans = {activity.goal.focus.plan_id for activity in self.activities}
        uids = {str(activity.uid) for activity in self.activities}
        asked = PlanVersion.objects.filter(plan__in=plans, state__in=["godkand", "foreslagen"]).select_related("plan")
        return [version for version in asked.order_by("plan", "-number") if uids & activities_of(version.content)]

    @cached_property
    def decisions(self):
        """Those that an activity answers to, and those that approved a plan with it in."""
        approved = [version.decision_id for version in self.versions if version.decision_id]
        found = Decision.objects.for_user(self.user, READ).select_related("body", "owner")
        mine = Q(activities__in=self.activities) | Q(pk__in=approved)
        return list(found.filter(mine).distinct().order_by("decided_on", "pk"))

    @property
    def proposed(self):
        """Versions that the steering group has not decided about yet."""
        return [version for version in self.versions if version.state == PlanVersion.State.PROPOSED]

    @cached_property
    def figures(self):
        """The figures that the activities should move, each once."""
        aims = {}
        for activity in self.activities:
            if activity.figure_id:
                aims.setdefault(activity.figure_id, []).append(activity.aim)
        own = {id: aims[id] for id in aims if id in DEFINITIONS}
        found = [*self.released(own), *self.published({id: aims[id] for id in aims if id not in own})]
        return sorted(found, key=lambda figure: list(aims).index(figure.id))

    # --- the portal's own figures -------------------------------------------------------------------------------------
    def released(self, aims):
        """From two frozen releases: the newest, and the newest of a quarter that was over when the need was told."""
        if not aims:
            return
        kept = Release.objects.filter(region=self.region)
        now = kept.order_by("-quarter", "-version").first()
        told_in = str(Quarter.of(self.need.told_on))
        before = kept.filter(quarter__lt=told_in).order_by("-quarter", "-version").first()
        before = before or kept.order_by("quarter", "-version").first()
        tables = [Disclosed.from_dict(release.cells) if release else None for release in (before, now)]
        for id, wishes in aims.items():
            definition = DEFINITIONS[id]
            unit = "procentenheter" if definition.kind is Kind.SHARE else definition.unit
            values = [self.cell(table, id) for table in tables]
            yield Moved(
                id,
                definition.name,
                self.way(id),
                "Hela länet, ur regionens frysta siffror",
                unit,
                "",
                *values,
                said(wishes),
            )

    def cell(self, table, id):
        """The region's value in one release; None when such a figure is never published."""
        if table is None:
            return None
        try:
            shown = table.cell(id, self.region.code)
        except NotPublished:
            return None
        return Value(shown.value if shown.is_shown else None, shown.text, table.quarter.text, shown.reason)

    def way(self, id):
        """The region's figures for those who may open that page, else what the figure means."""
        if self.user.can(Permission.READ_RELEASES):
            return reverse("region_figures", args=[self.region.code])
        return f"{reverse('definitions')}#{id}"

    # --- published indicators -----------------------------------------------------------------------------------------
    def published(self, aims):
        """The county's newest value of an indicator, and its last before the need was told."""
        if not aims:
            return
        county = KpiValue.objects.filter(place=f"00{self.region.code}", gender=KpiValue.Gender.TOTAL)
        years = {}
        for row in county.filter(kpi__code__in=aims, value__isnull=False).order_by("year"):
            years.setdefault(row.kpi_id, []).append(row)
        for kpi in Kpi.objects.filter(code__in=aims):
            rows = years.get(kpi.pk, [])
            earlier = [row for row in rows if row.year < self.need.told_on.year] or rows[:1]
            values = [in_year(each, kpi.unit) for each in (earlier[-1:], rows[-1:])]
            is_share = kpi.unit == "%"
            words = ("procentenheter", "") if is_share else ("", kpi.unit)
            way, source = kpi.get_absolute_url(), f"Hela länet. Källa: {kpi.get_source_display()}"
            yield Moved(kpi.code, kpi.title, way, source, *words, *values, said(aims[kpi.code]))

    # --- in words -----------------------------------------------------------------------------------------------------
    @property
    def sentence(self):
        """The whole chain in one sentence."""
        if not self.activities:
            return "Behovet möts inte av någon aktivitet i planen ännu."
        parts = [f"{count_word(len(self.activities))} {'aktivitet' if len(self.activities) == 1 else 'aktiviteter'}"]
        parts.append(decided(len(self.decisions)))
        moved = [figure for figure in self.figures if figure.has_moved]
        told = f"Sedan {moved[0].before.when} har {moved[0].path(is_alone=len(self.figures) == 1)}." if moved else ""
        return f"Behovet möts av {parts[0]}, {parts[1]}. {told}".strip()


def decided(count):
    if not count:
        return "men inget är beslutat ännu"
    return f"och {'ett beslut är fattat' if count == 1 else f'{count_word(count)} beslut är fattade'}"


def activities_of(content):
    """The uids of the activities in a version's content (municipalities/plans/content.py)."""
    goals = [goal for focus in content.get("focuses", ()) for goal in focus.get("goals", ())]
    return {activity.get("uid") for goal in goals for activity in goal.get("activities", ())}


def said(wishes):
    return tuple(dict.fromkeys(wish for wish in wishes if wish))


def in_year(rows, unit):
    """The value of a year as it is read."""
    if not rows:
        return None
    [row] = rows
    text = percent(row.value, 1) if unit == "%" else number(row.value, 1)
    return Value(row.value, text, str(row.year))
