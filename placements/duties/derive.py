"""Keeps `Due` in step with the rows: read in bulk, asked of the engine, and only what differs is written.

A constant number of queries for every 500 children.
"""

from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.db import transaction
from django.utils import timezone

from bou_portal.bulk import insert_rows, update_rows
from bou_portal.periods import effective
from municipalities.models import Municipality
from placements.deadlines import rules_by_place
from placements.duties.case import After, Basis, Case, Exam, FollowedUp, Inquiry, Limit, Planned, Stay
from placements.duties.decided import custody_days
from placements.duties.engine import duties
from placements.models import (
    Child,
    CustodyQuestion,
    Due,
    FollowUp,
    HealthExam,
    Investigation,
    LegalBasis,
    Placement,
    Plan,
    PostFollowUp,
    Restriction,
    Review,
)

BATCH = 500
DUE_FIELDS = ("kind", "code", "is_law", "since", "counted_from_on", "due_on", "late_after_on", "lapses_on")
CUSTODY_DAYS = ("due_on", "due_effective_on")
# Case field -> (model, its columns, what a row becomes).
ROWS = {
    "stays": (Placement, ("started_on", "ended_on", "form_group", "home_key", "end_reason"), Stay),
    "bases": (LegalBasis, ("started_on", "group", "code"), Basis),
    "reviews": (Review, ("done_on",), date),
    "follow_ups": (
        FollowUp,
        ("done_on", "individual_talk", "no_talk_reason", "visit_in_home", "next_on"),
        FollowedUp,
    ),
    "exams": (
        HealthExam,
        (
            "kind",
            "requested_on",
            "offered_on",
            "done_on",
            "result_on",
            "actions_needed",
            "actions_done_on",
            "not_needed",
            "not_done_reason",
        ),
        Exam,
    ),
    "inquiries": (Investigation, ("opened_on", "extended_until", "closed_on"), Inquiry),
    "limits": (Restriction, ("kind", "started_on", "considered_on", "ended_on"), Limit),
    "afters": (PostFollowUp, ("started_on", "ended_on"), After),
}


# While set, what is touched is only noted: see `postponed`.
_noted = ContextVar("children whose dues are derived later", default=None)


@contextmanager
def postponed():
    """Derive once, at the end, what many imports in a row touch. For building whole worlds, never for a request."""
    noted = set()
    token = _noted.set(noted)
    try:
        yield
    finally:
        _noted.reset(token)
    derive_dues(noted)


@transaction.atomic
def derive_dues(child_ids):
    """Make what is due anew for these children (ids)."""
    child_ids = sorted(set(child_ids))
    if (noted := _noted.get()) is not None:
        noted.update(child_ids)
        return
    if not child_ids:
        return
    places = Municipality.objects.filter(pk__in=_places(child_ids)).select_related("region")
    books = rules_by_place(list(places))
    for first in range(0, len(child_ids), BATCH):
        _derive(child_ids[first : first + BATCH], books)


def _places(child_ids):
    found = set()
    for first in range(0, len(child_ids), BATCH):
        children = Child.objects.filter(pk__in=child_ids[first : first + BATCH]).order_by()
        found |= set(children.values_list("municipality", flat=True).distinct())
    return found


def _derive(child_ids, books):
    # Whoever derives the same child at the same time waits here, and reads what was written before.
    list(Child.objects.select_for_update(no_key=True).filter(pk__in=child_ids).order_by("pk").values_list("pk"))
    today, wanted = timezone.localdate(), {}
    questions = defaultdict(list)
    for question in CustodyQuestion.objects.filter(child__in=child_ids).order_by():
        questions[question.child_id].append(question)
    for child_id, place, case in cases(child_ids, questions):
        rules = books[place]
        # what fell away before today can never be asked about again
        wanted[child_id] = place, [d for d in duties(case, rules) if d.lapses_on is None or d.lapses_on > today]
        _set_custody_days(questions[child_id], custody_days(case, rules) if case.custody_questions else {})
    _write(child_ids, wanted)
    moved = [question for rows in questions.values() for question in rows if question.is_moved]
    update_rows(moved, CUSTODY_DAYS)


def cases(child_ids, questions):
    """`(child id, municipality id, Case)` of each child. One query for each kind of row."""
    rows = {name: defaultdict(list) for name in (*ROWS, "care_plans", "plans")}
    for name, (model, columns, row) in ROWS.items():
        for child, *values in model.objects.filter(child__in=child_ids).order_by().values_list("child", *columns):
            rows[name][child].append(values[0] if row is date else row._make(values))
    for child, kind, *days in (
        Plan.objects.filter(child__in=child_ids).order_by().values_list("child", "kind", "made_on", "revised_on")
    ):
        rows["plans" if kind == Plan.Kind.IMPLEMENTATION else "care_plans"][child].append(Planned._make(days))
    children = Child.objects.filter(pk__in=child_ids).order_by("pk")
    for child, place, birth_year in children.values_list("pk", "municipality", "birth_year"):
        asked = [question.done_on for question in questions[child]]
        about = {name: found[child] for name, found in rows.items()}
        yield child, place, Case(birth_year=birth_year, custody_questions=asked, **about)


def _set_custody_days(questions, days):
    for question in questions:
        due = days.get(question.done_on)
        was = question.due_on, question.due_effective_on
        question.due_on, question.due_effective_on = due, effective(due) if due else None
        question.is_moved = was != (question.due_on, question.due_effective_on)


def _write(child_ids, wanted):
    """Delete what is no longer due, insert what is newly so, leave the rest alone."""
    missing = {
        child: [tuple(getattr(duty, name) for name in DUE_FIELDS) for duty in found]
        for child, (_, found) in wanted.items()
    }
    gone = []
    stored = Due.objects.filter(child__in=child_ids).order_by()
    for pk, child, place, *values in stored.values_list("pk", "child", "municipality", *DUE_FIELDS):
        if child in missing and place == wanted[child][0] and tuple(values) in missing[child]:
            missing[child].remove(tuple(values))
        else:
            gone.append(pk)
    for first in range(0, len(gone), BATCH):
        Due.objects.filter(pk__in=gone[first : first + BATCH]).delete()
    fresh = [(wanted[child][0], child, *values) for child, found in missing.items() for values in found]
    insert_rows(Due, ("municipality", "child", *DUE_FIELDS), fresh)
