"""For those who carry cases: their own children, and those of the colleagues they cover for."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.formats import date as iso
from bou_portal.formats import neuter
from bou_portal.start.region_lines import for_worker
from bou_portal.start.sections import Section, said, waiting_sentence
from placements import waiting, worklist
from placements.deadlines import RuleBook
from placements.models import Due
from placements.workload import Whose, Workload, covers_of

# So many lines on a first page; the rest are a click away.
MOST_URGENT = 8


def own_work(user, memberships):
    """What waits for the children this worker is responsible for, and who nobody has taken yet."""
    covers = covers_of(user)
    load = Workload(Whose.own(user, covers=()))
    others = waiting.waiting(load.whose, load.today)
    sentence = waiting_sentence(load, len(others), "dina") or "Du har inga placerade barn just nu."
    if load.untaken:
        children = "placerat barn" if load.untaken == 1 else "placerade barn"
        sentence = f"{sentence} {said(f'{neuter(load.untaken)} {children} saknar ansvarig')}"
    context = {
        "load": load,
        "tasks": urgent(load),
        "others": others[:4],
        "other_count": len(others),
        "covering": [covering(user, cover) for cover in covers],
        "worker_law": RuleBook(timezone.localdate()).cite("R-WORKER"),
        "later": later(load),
        "from_region": for_worker(user),
        "may_write": user.can(Permission.FOLLOW_UP),
    }
    return Section(", ".join(m.place for m in memberships), sentence, "start/own_work.html", context)


def covering(user, cover):
    """Whom she covers for until when, how much waits there, and where it is listed: beside her own, never mixed in."""
    load = Workload(Whose(user, Q(worker=cover.absent_id, municipality=cover.municipality_id)))
    waits = ", ".join(part for part in worklist.counted(load.late, load.soon)) or "inget väntar"
    return {
        "sentence": said(f"du ersätter {cover.absent} till {iso(cover.ended_on)}", waits),
        "address": f"{reverse('worklist')}?ansvarig={cover.absent_id}",
    }


def urgent(load):
    """The most urgent lines."""
    rows = load.dues.waiting(load.today).by_urgency(load.today).select_related(*worklist.READ_WITH)
    return worklist.tasks(rows[:MOST_URGENT], load.today)


def later(load, most=4):
    """The next reviews that are not yet on the list."""
    ahead = load.dues.later(load.today).filter(kind=Due.Kind.REVIEW).select_related("child")
    return [(due, worklist.what(due)) for due in ahead.order_by("due_on", "pk")[:most]]
