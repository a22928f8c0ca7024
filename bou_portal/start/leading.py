"""For those who lead: the first-line manager's unit and the head's municipality."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from bou_portal import charts
from bou_portal.access import Permission
from bou_portal.figures import DEFINITIONS, intern
from bou_portal.formats import change, count_word, neuter, number, starting
from bou_portal.periods import Quarter
from bou_portal.reports.models import Report
from bou_portal.start.casework import covering, urgent
from bou_portal.start.deliveries import standing
from bou_portal.start.region_lines import for_head, for_manager
from bou_portal.start.sections import Section, said, waiting_sentence
from municipalities.models import Municipality
from placements import waiting
from placements.homes.statistics import low_safety
from placements.indicators import Scope, Window, figures
from placements.workload import Whose, Workload, covers_of

KEY_FIGURES = ("placed_on", "L4", "L6", "L10_share")
TREND = "L10_share"


def unit_work(user, memberships):
    """The manager's unit, or the whole municipality when she leads no unit: what is late, and with whom."""
    [membership, *_] = memberships
    place = membership.municipality_id
    load = Workload(Whose.of_unit(user, membership.unit) if membership.unit else Whose(user, place=place))
    others = waiting.waiting(load.whose, load.today)
    whose = "enhetens" if membership.unit_id else "kommunens"
    sentence = waiting_sentence(load, len(others), whose) or "Inga barn är placerade just nu."
    if load.untaken:
        sentence = f"{sentence} {said(f'{neuter(load.untaken)} barn saknar ansvarig')}"
    context = {
        "load": load,
        "tasks": urgent(load),
        "others": others[:4],
        "other_count": len(others),
        "covering": [covering(user, cover) for cover in covers_of(user)],
        "may_write": user.can(Permission.FOLLOW_UP),
        "may_import": user.can(Permission.IMPORT_DELIVERIES),
        "now": Quarter.of(timezone.localdate()),
        "delivery": standing(membership.municipality),
        "from_region": for_manager(user),
        "late_base": f"gäller {number(load.late_children)} barn",
        "unsafe": own_unsafe([place]),
    }
    return Section(str(membership.unit or membership.place), sentence, "start/unit_work.html", context)


def municipal_work(user, memberships):
    """The head's view: reports that wait, three things to decide about, exact key figures."""
    [membership, *_] = memberships
    place = membership.municipality
    load = Workload(Whose(user, place=place.pk))
    reports = Report.objects.readable_by(user).filter(municipality=place).defer("pdf", "content")
    reports = list(reports.select_related("municipality").order_by("-quarter", "issue", "-version")[:4])
    quarter = Quarter.of(timezone.localdate()).previous()
    fresh = [report for report in reports if report.quarter == str(quarter)]
    sentence = said(report_sentence(fresh, quarter), late_sentence(load))
    context = {
        "matters": matters(load),
        "reports": reports,
        "now": quarter.next(),
        "delivery": standing(place),
        "unsafe": own_unsafe([place.pk]),
        "from_region": for_head(user),
        **numbers(place, quarter),
    }
    return Section(place.official_name, sentence, "start/municipal_work.html", context)


def own_unsafe(municipalities):
    """`Två egna omdömen har låga svar om trygghet`: how many ratings of homes, or nothing."""
    count = low_safety(municipalities).count()
    return (
        f"{starting(neuter(count))} {'eget omdöme' if count == 1 else 'egna omdömen'} om hem har låga svar om trygghet"
        if count
        else ""
    )


def report_sentence(fresh, quarter):
    if fresh:
        return f"rapporten för {quarter.text} är klar att läsa"
    return f"rapporten för {quarter.text} är inte publicerad än"


def late_sentence(load):
    if not load.placed:
        return "inga barn är placerade just nu"
    children = f"{neuter(load.placed)} {'barn är placerat' if load.placed == 1 else 'barn är placerade'}"
    late = load.late_children
    return f"{children}, och för {neuter(late)} barn är något försenat" if late else f"{children}, inget är försenat"


@dataclass(frozen=True)
class Matter:
    """Something to take a stand on, how many, and the list behind it."""

    count: int
    what: str
    base: str
    url: str


def matters(load):
    """At most three things to take a stand on: what is late most often, and who nobody is responsible for."""
    base = f"{number(load.placed)} barn är placerade." if load.placed != 1 else "Ett barn är placerat."
    listed = reverse("worklist")
    found = [
        Matter(n, f"{words(kind, n)} är {worded(kind, n)}", base, f"{listed}?vems=alla&lage=sent&vad={kind}")
        for kind, n in load.late_by_kind
    ]
    if load.untaken:
        what = f"{starting(neuter(load.untaken))} barn saknar ansvarig"
        found.append(Matter(load.untaken, what, base, f"{reverse('child_list')}?ansvarig=ingen"))
    return sorted(found, key=lambda matter: -matter.count)[:3]


# (one, many); what ends in -t in the singular is told by its "ett".
WORDS = {
    "review": ("ett övervägande eller omprövning", "överväganden eller omprövningar"),
    "custody": ("en fråga om överflyttad vårdnad", "frågor om överflyttad vårdnad"),
    "restriction": ("ett övervägande av begränsning", "överväganden av begränsningar"),
    "emergency": ("en placering i jourhem", "placeringar i jourhem"),
    "investigation": ("en utredning", "utredningar"),
    "post_care": ("en uppföljning efter placering", "uppföljningar efter placering"),
    "care_plan": ("en vårdplan", "vårdplaner"),
    "care_plan_rev": ("en genomgång av vårdplan", "genomgångar av vårdplaner"),
    "plan": ("en genomförandeplan", "genomförandeplaner"),
    "talk": ("ett enskilt samtal", "enskilda samtal"),
    "visit": ("ett besök i hemmet", "besök i hemmet"),
    "follow_up": ("en bestämd uppföljning", "bestämda uppföljningar"),
    "health_request": ("en begäran om hälsoundersökning", "begäranden om hälsoundersökning"),
    "medical": ("en hälsoundersökning", "hälsoundersökningar"),
    "dental": ("en tandundersökning", "tandundersökningar"),
    "health_action": ("en åtgärd efter undersökning", "åtgärder efter undersökning"),
    "age": ("en åldersgräns", "åldersgränser"),
}


def worded(kind, count):
    if count != 1:
        return "försenade"
    return "försenat" if WORDS[kind][0].startswith("ett") else "försenad"


def words(kind, count):
    one, many = WORDS[kind]
    return f"{starting(count_word(count))} {many}" if count != 1 else starting(one)


@dataclass(frozen=True)
class KeyFigure:
    """One exact figure of the own municipality with its base and its change since the quarter before."""

    id: str
    label: str
    text: str
    base: str
    trend: str

    @classmethod
    def of(cls, code, now, before):
        definition = DEFINITIONS[code]
        trend = ""
        if now.is_shown and before.is_shown:
            unit = "procentenheter" if definition.unit == "%" else definition.unit
            trend = f"{change(now.value - before.value, unit)} sedan kvartalet före"
        return cls(code, definition.name, now.text, now.of or definition.unit, trend)


def numbers(place, quarter):
    """The municipality's own exact figures of the last quarter, and how one of them has gone over eight."""
    quarters = quarter.last(8)
    scope = Scope.of(Municipality.objects.filter(pk=place.pk), [Window.of(q) for q in quarters])
    found = {}
    for figure in figures(scope, set(KEY_FIGURES)):
        if figure.place == place.code and figure.category is None:
            found[figure.id, figure.on] = intern(figure)
    before = {code: found[code, quarter.previous().end] for code in KEY_FIGURES}
    now = [KeyFigure.of(code, found[code, quarter.end], before[code]) for code in KEY_FIGURES]
    trend = [
        charts.Point(f"{q.year} k{q.number}", found[TREND, q.end].value, found[TREND, q.end].text) for q in quarters
    ]
    rows = [charts.Series(place.short_name, tuple(trend))]
    chart = charts.line(rows, title="Barn med enskilt samtal i kvartalet", unit="%")
    return {"key_figures": now, "trend": chart if any(p.value is not None for p in trend) else None, "quarter": quarter}
