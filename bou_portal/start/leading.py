"""For those who lead: the first-line manager's unit and the head's municipality."""

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from bou_portal import charts
from bou_portal.access import Permission
from bou_portal.accounts.models import Membership
from bou_portal.figures import DEFINITIONS, intern
from bou_portal.formats import change, count_word, number, starting
from bou_portal.periods import Quarter
from bou_portal.reports.models import Report
from bou_portal.start.deliveries import standing
from bou_portal.start.sections import Section, neuter, said, waiting_sentence
from municipalities.models import Municipality
from placements import worklist
from placements.caselist import responsible
from placements.indicators import Scope, Window, figures
from placements.models import Placement

KEY_FIGURES = ("placed_on", "L4", "L6", "L10_share")
TREND = "L10_share"


def unit_work(user, memberships, everything=False):
    """The manager's unit, or the whole municipality when she leads no unit: what is late, and with whom."""
    [membership, *_] = memberships
    placements = Placement.objects.for_user(user, Permission.READ_CASES).filter(municipality=membership.municipality_id)
    if membership.unit_id:
        placements = of_unit(placements, membership.unit) | placements.unassigned()
    seen = worklist.overview(placements)
    ratings = worklist.rating_tasks(placements)
    by_worker = per_worker(seen)
    untaken = placements.open().unassigned().count()
    place = str(membership.unit or membership.municipality.official_name)
    whose = "enhetens" if membership.unit_id else "kommunens"
    sentence = waiting_sentence(seen, ratings, whose) or "Inga barn är placerade just nu."
    if untaken:
        sentence = f"{sentence} {said(f'{neuter(untaken)} barn saknar ansvarig')}"
    context = {
        "seen": seen,
        "tasks": [*seen.late, *seen.soon],
        "everything": everything,
        "may_import": user.can(Permission.IMPORT_DELIVERIES),
        "ratings": ratings,
        "untaken": untaken,
        "workers": by_worker,
        "now": Quarter.of(timezone.localdate()),
        "delivery": standing(membership.municipality),
        "late_base": f"gäller {number(len(seen.late_children))} barn",
    }
    return Section(place, sentence, "start/unit_work.html", context)


def of_unit(placements, unit):
    """Children of the unit itself or of those who work there."""
    staff = Membership.objects.in_force().filter(unit=unit).values("user")
    return placements.assigned(unit=unit) | placements.assigned(worker__in=staff)


@dataclass
class WorkerRow:
    """One responsible worker, unit or nobody, with how many children and things that wait."""

    who: object
    placed: int
    late: int
    soon: int


def per_worker(seen):
    """Most late first."""
    held = responsible([stay.child_id for stay in seen.stays])
    late = Counter(task.child.pk for task in seen.late)
    soon = Counter(task.child.pk for task in seen.soon)
    rows = {}
    for stay in seen.stays:
        assignment = held.get(stay.child_id)
        who = (assignment.worker or assignment.unit) if assignment else None
        row = rows.setdefault(who, WorkerRow(who, 0, 0, 0))
        row.placed += 1
        row.late += late[stay.child_id]
        row.soon += soon[stay.child_id]
    return sorted(rows.values(), key=lambda row: (-row.late, -row.placed, str(row.who)))


def municipal_work(user, memberships, everything=False):
    """The head's view: reports that wait, three things to decide about, exact key figures."""
    [membership, *_] = memberships
    place = membership.municipality
    placements = Placement.objects.for_user(user, Permission.READ_CASES).filter(municipality=place)
    seen = worklist.overview(placements)
    reports = Report.objects.readable_by(user).filter(municipality=place).defer("pdf", "content")
    reports = list(reports.select_related("municipality").order_by("-quarter", "issue", "-version")[:4])
    quarter = Quarter.of(timezone.localdate()).previous()
    fresh = [report for report in reports if report.quarter == str(quarter)]
    sentence = said(report_sentence(fresh, quarter), late_sentence(seen))
    context = {
        "seen": seen,
        "matters": matters(seen, placements),
        "reports": reports,
        "now": quarter.next(),
        "delivery": standing(place),
        **numbers(place, quarter),
    }
    return Section(place.official_name, sentence, "start/municipal_work.html", context)


def report_sentence(fresh, quarter):
    if fresh:
        return f"rapporten för {quarter.text} är klar att läsa"
    return f"rapporten för {quarter.text} är inte publicerad än"


def late_sentence(seen):
    if not seen.stays:
        return "inga barn är placerade just nu"
    children = f"{neuter(len(seen.stays))} {'barn är placerat' if len(seen.stays) == 1 else 'barn är placerade'}"
    late = len(seen.late_children)
    return f"{children}, och för {neuter(late)} av dem är något försenat" if late else f"{children}, inget är försenat"


@dataclass(frozen=True)
class Matter:
    """Something to take a stand on, how many of how many, and the list behind it."""

    count: int
    what: str
    base: str
    query: str


def matters(seen, placements):
    """At most three things to take a stand on: what is late for most children, and who nobody is responsible for."""
    base = f"av {number(len(seen.stays))} placerade barn"
    found = []
    for kind, n in Counter(task.kind for task in seen.late).items():
        what = f"{words(kind, n)} är {worded(kind, n)}"
        found.append(Matter(n, what, f"Gäller {number(n)} {base}.", "?sent=on"))
    if untaken := placements.open().unassigned().count():
        what = f"{starting(neuter(untaken))} barn saknar ansvarig"
        found.append(Matter(untaken, what, f"Gäller {number(untaken)} {base}.", "?ansvarig=ingen"))
    return sorted(found, key=lambda matter: -matter.count)[:3]


WORDS = {
    "review": ("ett övervägande eller omprövning", "överväganden eller omprövningar"),
    "plan": ("en genomförandeplan", "genomförandeplaner"),
    "talk": ("ett enskilt samtal", "enskilda samtal"),
    "medical": ("en hälsoundersökning", "hälsoundersökningar"),
    "dental": ("en tandundersökning", "tandundersökningar"),
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
            unit = "enheter" if definition.unit == "%" else definition.unit
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
