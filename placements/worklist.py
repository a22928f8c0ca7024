"""What waits, line by line: what, for whom, until when, by which rule, and the form that settles it.

The days are derived and lie in `Due` (`placements.duties`); here they meet a today. What the law demands is told from
what is a target ("målnivå") or a benchmark ("riktmärke"). A fixed number of queries however many lines.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef
from django.urls import reverse
from django.utils import timezone

from bou_portal.formats import count_word, number
from bou_portal.formats import date as iso
from placements.deadlines import RuleBook
from placements.duties.words import explain
from placements.models import Assignment, Due, HealthExam, Investigation, Plan, PostFollowUp, Restriction, Review
from placements.models.dues import SOON

LATE, WATCH = "late", "watch"
READ_WITH = ("child", "municipality__region")
K = Due.Kind
# The form that settles it, and what the worklist fills in there. What has none is settled by what happens to the child.
FORMS = {
    K.REVIEW: ("overvagande", ""),
    K.CUSTODY: ("vardnadsfraga", ""),
    K.RESTRICTION: ("begransning", ""),
    K.INVESTIGATION: ("utredning", ""),
    K.POST_CARE: ("efter-placering", ""),
    K.CARE_PLAN: ("plan", f"?typ={Plan.Kind.CARE}"),
    K.CARE_PLAN_REVISION: ("plan", f"?typ={Plan.Kind.CARE}"),
    K.PLAN: ("plan", f"?typ={Plan.Kind.IMPLEMENTATION}"),
    K.TALK: ("uppfoljning", "?samtal=true"),
    K.VISIT: ("uppfoljning", "?besok=true"),
    K.FOLLOW_UP: ("uppfoljning", ""),
    K.HEALTH_REQUEST: ("undersokning", f"?typ={HealthExam.Kind.MEDICAL}"),
    K.MEDICAL: ("undersokning", f"?typ={HealthExam.Kind.MEDICAL}"),
    K.DENTAL: ("undersokning", f"?typ={HealthExam.Kind.DENTAL}"),
    K.HEALTH_ACTION: ("undersokning", ""),
}


@dataclass(frozen=True)
class Task:
    """One line: what, for which child, until when, why, and the page where it is done.

    `instead_of` names the colleague whose work it is while the reader covers for her. Without a deadline the state is
    "plain"; without a child it is the reader's own.
    """

    kind: str
    child: object
    what: str
    due_on: date | None
    state: str
    word: str
    why: str
    verb: str
    url: str
    late_after_on: date | None = None
    is_law: bool = False
    responsible: Assignment | None = None
    instead_of: str = ""

    @property
    def is_late(self):
        return self.state == LATE


def state_of(due_on, late_after, today):
    """`(state, word)` of something due on a day, or None when it is not yet time. `late_after` is the last day."""
    if today > late_after:
        days = (today - late_after).days
        return LATE, f"Försenad {number(days)} {'dag' if days == 1 else 'dagar'}"
    if due_on - today > SOON:
        return None
    return WATCH, "Senast i dag" if late_after == today else f"Senast {iso(late_after)}"


def counted(late, soon):
    """`["tre saker är försenade", "fyra ska bli klara inom 30 dagar"]`, without what there is none of."""
    parts = []
    if late:
        parts.append(f"{things(late)} är {'försenad' if late == 1 else 'försenade'}")
    if soon:
        subject = count_word(soon) if late else things(soon)
        parts.append(f"{subject} ska bli {'klar' if soon == 1 else 'klara'} inom {SOON.days} dagar")
    return parts


def things(count):
    return f"{count_word(count)} {'sak' if count == 1 else 'saker'}"


def responsible(children):
    """The open assignment of each of these children (ids or a queryset of them), by child id."""
    open_ones = Assignment.objects.filter(child__in=children, ended_on__isnull=True)
    return {row.child_id: row for row in open_ones.select_related("worker", "unit")}


def tasks(dues, today, covers=()):
    """These dues, late or soon, as lines in the same order. `covers` are those by which the reader sees others' work.

    The dues carry what `READ_WITH` names. A query for who is responsible, two for each municipality's rules, and one for
    each kind of row that is only to be filled in further.
    """
    dues = list(dues)
    books = {due.municipality_id: due.municipality for due in dues}
    books = {pk: RuleBook(today, municipality) for pk, municipality in books.items()}
    held, begun = responsible({due.child_id for due in dues}), Begun(dues)
    absent = {cover.absent_id: cover.absent.first_name_only for cover in covers}
    return [task(due, today, books[due.municipality_id], held.get(due.child_id), begun, absent) for due in dues]


def task(due, today, book, assignment, begun, absent):
    state, word = state_of(due.due_on, due.late_after_on, today)
    verb, url = begun.way(due)
    return Task(
        kind=due.kind,
        child=due.child,
        what=what(due),
        due_on=due.due_on,
        late_after_on=due.late_after_on,
        state=state,
        word=word,
        why=explain(due, book),
        verb=verb,
        url=url,
        is_law=due.is_law,
        responsible=assignment,
        instead_of=absent.get(assignment.worker_id, "") if assignment else "",
    )


def review_kind(due):
    return Review.Kind.REEXAMINATION if due.code == "R-REV-3" else Review.Kind.CONSIDERATION


def what(due):
    return review_kind(due).label if due.kind == K.REVIEW else due.get_kind_display()


class Begun:
    """The rows that were begun and are only to be filled in further, for the children of these dues."""

    def __init__(self, dues):
        children = defaultdict(set)
        for due in dues:
            children[due.kind].add(due.child_id)
        exams = children[K.MEDICAL] | children[K.DENTAL] | children[K.HEALTH_ACTION]
        self.rows = {}
        self.read(Restriction, children[K.RESTRICTION], "begransning", lambda row: K.RESTRICTION)
        self.read(Investigation, children[K.INVESTIGATION], "utredning", lambda row: K.INVESTIGATION)
        self.read(PostFollowUp, children[K.POST_CARE], "efter-placering", lambda row: K.POST_CARE)
        self.read(HealthExam, exams, "undersokning", exam_settles)

    def read(self, model, children, slug, settles):
        for row in model.objects.filter(child__in=children).order_by("pk") if children else ():
            if row.is_open and row.may_be_changed:
                self.rows[settles(row), row.child_id] = slug, row

    def way(self, due):
        """What the button says, and the form it opens."""
        child = due.child.uid
        if found := self.rows.get((due.kind, due.child_id)):
            return "Fyll i", reverse("row_change", args=[child, found[0], found[1].uid])
        if due.kind == K.EMERGENCY:
            return "Flytta", reverse("placement_move", args=[child])
        if due.kind not in FORMS:
            return "Öppna", reverse("child_detail", args=[child])
        slug, query = FORMS[due.kind]
        if due.kind == K.REVIEW:
            query = f"?typ={review_kind(due)}"
        return "Skriv in" if slug == "plan" else "Registrera", reverse("row_new", args=[child, slug]) + query


def exam_settles(exam):
    """Which due a begun examination is to settle."""
    if exam.done_on:
        return K.HEALTH_ACTION
    return K.MEDICAL if exam.kind == HealthExam.Kind.MEDICAL else K.DENTAL


def waiting_for(child, today=None):
    """Everything late or soon for one child."""
    today = today or timezone.localdate()
    return tasks(child.dues.waiting(today).by_urgency(today).select_related(*READ_WITH), today)


def worst(children, today=None):
    """The most urgent line of each of these children (ids), by child id."""
    today = today or timezone.localdate()
    most_urgent = Due.objects.waiting(today).filter(child=OuterRef("child")).by_urgency(today).values("pk")[:1]
    dues = Due.objects.filter(child__in=children, pk=most_urgent).select_related(*READ_WITH)
    return {task.child.pk: task for task in tasks(dues, today)}


def late_children(today=None):
    """Ids, as a query, of the children for whom something is late."""
    return Due.objects.late(today or timezone.localdate()).values("child")
