"""Whose work, and how much of it waits: counted by the database for start pages, the worklist and the Monday mail.

A fixed number of queries however many children. What the lines of a list say stands in `placements.worklist`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.accounts.models import Membership
from bou_portal.formats import number, percent
from municipalities.models import Municipality, Unit
from placements.codes import FormGroup
from placements.deadlines import RuleBook
from placements.models import Cover, Due, FollowUp, HealthExam, Placement, Plan


@dataclass(frozen=True)
class Whose:
    """Whose children's work is asked about; the same for dues, placements and all other rows about a child.

    `responsible` is a condition on the open assignment, None for everybody's; `nobodys` adds the children that nobody
    is responsible for. `takers` is the same condition on a task that somebody took over. Never more than the reader
    reaches.
    """

    user: object
    responsible: Q | None = None
    nobodys: bool = False
    place: int | None = None
    takers: Q | None = None

    @classmethod
    def own(cls, user, covers=None):
        """The reader's own, and those of the colleagues whose work she does today."""
        condition, takers = Q(worker=user), Q(taken_by=user)
        for cover in covers_of(user) if covers is None else covers:
            condition |= Q(worker=cover.absent_id, municipality=cover.municipality_id)
            takers |= Q(taken_by=cover.absent_id, municipality=cover.municipality_id)
        return cls(user, condition, takers=takers)

    @classmethod
    def of_worker(cls, user, worker):
        """One worker's."""
        return cls(user, Q(worker=worker), takers=Q(taken_by=worker))

    @classmethod
    def of_unit(cls, user, unit):
        """Children of the unit itself, of those who work there, and of nobody."""
        staff = Membership.objects.in_force().filter(unit=unit).values("user")
        condition, takers = Q(unit=unit) | Q(worker__in=staff), Q(taken_by__in=staff)
        return cls(user, condition, nobodys=True, place=unit.municipality_id, takers=takers)

    def rows(self, model, permission=Permission.READ_CASES):
        """The rows of this model that concern these children and that the reader reaches."""
        rows = model.objects.for_user(self.user, permission)
        if self.place:
            rows = rows.filter(municipality=self.place)
        if self.responsible is None:
            return rows.unassigned() if self.nobodys else rows
        held = rows.assigned(self.responsible)
        return held | rows.unassigned() if self.nobodys else held


def covers_of(user):
    """The covers by which this user does somebody else's work today."""
    return list(Cover.objects.in_force().filter(covered_by=user).select_related("absent").order_by("ended_on"))


@dataclass(frozen=True)
class Part:
    """`part` of `whole` children of one worker, unit or municipality; nothing when nobody can be asked about."""

    part: int = 0
    whole: int = 0

    @property
    def text(self):
        """Whole per cent, half up, or a dash."""
        return percent((200 * self.part + self.whole) // (2 * self.whole)) if self.whole else "–"

    @property
    def base(self):
        return f"{number(self.part)} av {number(self.whole)}" if self.whole else "ingen att räkna än"


class Workload:
    """How many children are placed and how much waits for them, each asked of the database when it is read."""

    def __init__(self, whose, today=None):
        self.whose, self.today = whose, today or timezone.localdate()
        self.dues = whose.rows(Due)
        self.placements = whose.rows(Placement).on(self.today)

    @cached_property
    def counts(self):
        late = Q(late_after_on__lt=self.today)
        return self.dues.waiting(self.today).aggregate(
            late=Count("pk", filter=late),
            soon=Count("pk", filter=~late),
            late_children=Count("child", filter=late, distinct=True),
            waiting_children=Count("child", distinct=True),
        )

    @property
    def late(self):
        return self.counts["late"]

    @property
    def soon(self):
        return self.counts["soon"]

    @property
    def late_children(self):
        return self.counts["late_children"]

    @property
    def waiting_children(self):
        return self.counts["waiting_children"]

    @cached_property
    def late_by_kind(self):
        """`[("review", 3), ("plan", 1)]`, the most common first, what the law asks for before targets."""
        found = dict(self.dues.late(self.today).order_by().values_list("kind").annotate(n=Count("pk")))
        return Counter({kind.value: found[kind] for kind in Due.Kind if kind in found}).most_common()

    @cached_property
    def forms(self):
        """`[("Familjehem", 9), ("HVB", 3)]`, the most common first."""
        found = self.placements.order_by().values_list("form_group").annotate(n=Count("child", distinct=True))
        return [(FormGroup(form).label, n) for form, n in Counter(dict(found)).most_common()]

    @property
    def placed(self):
        return sum(n for _, n in self.forms)

    @property
    def forms_text(self):
        """`9 familjehem, 3 HVB`, at most three of them."""
        return ", ".join(f"{number(n)} {form if form.isupper() else form.lower()}" for form, n in self.forms[:3])

    @cached_property
    def untaken(self):
        """How many placed children nobody is responsible for, of all those the reader reaches here."""
        reached = Placement.objects.for_user(self.whose.user, Permission.READ_CASES).on(self.today)
        if self.whose.place:
            reached = reached.filter(municipality=self.whose.place)
        return reached.unassigned().count()

    @cached_property
    def shares(self):
        return shares(self.placements, self.today)

    @cached_property
    def workers(self):
        return per_worker(self)


def shares(placements, today):
    """How many of the placed children have a plan in force, a talk within the benchmark, a health examination.

    Who has not been placed for as long as the target allows is not counted (L6); an examination counts from its target
    day. Three queries and those of the rules.
    """
    planned, talked, examined = Q(pk__in=[]), Q(pk__in=[]), Q(pk__in=[])
    talk_since = Q(pk__in=[])
    for place in Municipality.objects.filter(pk__in=placements.order_by().values("municipality")).select_related(
        "region"
    ):
        book, there = RuleBook(today, place), Q(municipality=place)
        if since := first_not_due(book, "R-GP-T", today + timedelta(days=1)):
            planned |= there & Q(episode__started_on__lt=since)
        if since := first_not_due(book, "R-VISIT-T", today):
            talk_since |= there & Q(episode__started_on__lt=since)
            talked |= there & Q(Exists(talks().filter(done_on__range=(since, today))))
        examined |= there
    plans = Plan.objects.filter(child=OuterRef("child"), kind=Plan.Kind.IMPLEMENTATION, made_on__lte=today)
    has_plan = Q(Exists(plans.filter(in_force_until__gte=today)))
    has_exam = Q(Exists(settled_exams(today)))
    late_exam = Q(Exists(Due.objects.late(today).filter(child=OuterRef("child"), kind=Due.Kind.MEDICAL)))
    ever_talked = Q(Exists(talks().filter(done_on__lte=today)))
    counted = placements.filter(episode__isnull=False).aggregate(
        plan=Count("child", filter=planned & has_plan, distinct=True),
        plans=Count("child", filter=planned, distinct=True),
        talk=Count("child", filter=talked, distinct=True),
        talks=Count("child", filter=talk_since | ever_talked, distinct=True),
        exam=Count("child", filter=examined & has_exam, distinct=True),
        exams=Count("child", filter=examined & (has_exam | late_exam), distinct=True),
    )
    return {name: Part(counted[name], counted[f"{name}s"]) for name in ("plan", "talk", "exam")}


def talks():
    return FollowUp.objects.filter(child=OuterRef("child"), individual_talk=True)


def settled_exams(today):
    """Health examinations done in this care, or that will not be."""
    done = Q(done_on__gte=OuterRef("episode__started_on"), done_on__lte=today) | Q(not_needed=True)
    given_up = Q(not_done_reason__in=HealthExam.GIVEN_UP)
    return HealthExam.objects.filter(done | given_up, child=OuterRef("child"), kind=HealthExam.Kind.MEDICAL)


def first_not_due(book, code, today):
    """The first day from which something counted by this rule is not due before today; None without such a rule."""
    if book.due(code, today) is None:
        return None
    low, high = (today - timedelta(days=3660)).toordinal(), today.toordinal()
    while low < high:
        middle = (low + high) // 2
        if book.due(code, date.fromordinal(middle)) >= today:
            high = middle
        else:
            low = middle + 1
    return date.fromordinal(low)


@dataclass
class WorkerRow:
    """One responsible worker, unit or nobody, with how many children and things that wait. `query` narrows the list."""

    who: object
    query: str
    placed: int = 0
    late: int = 0
    soon: int = 0


def open_assignment():
    return FilteredRelation("child__assignments", condition=Q(child__assignments__ended_on__isnull=True))


def per_worker(load):
    """Most late first. Four queries."""
    who = ("held__worker", "held__unit")
    late = Q(late_after_on__lt=load.today)
    waits = load.dues.waiting(load.today).annotate(held=open_assignment()).order_by().values_list(*who)
    placed = load.placements.annotate(held=open_assignment()).order_by().values_list(*who)
    counts = [
        *((worker, unit, n, 0, 0) for worker, unit, n in placed.annotate(n=Count("child", distinct=True))),
        *(
            (worker, unit, 0, n, m)
            for worker, unit, n, m in waits.annotate(n=Count("pk", filter=late), m=Count("pk", filter=~late))
        ),
    ]
    workers = get_user_model().objects.in_bulk({worker for worker, *_ in counts if worker})
    units = Unit.objects.in_bulk({unit for worker, unit, *_ in counts if unit and not worker})
    rows = {}
    for worker, unit, n, late_ones, soon_ones in counts:
        key = ("worker", worker) if worker else ("unit", unit)
        if key not in rows:
            query = f"ansvarig={worker}" if worker else f"enhet={unit}" if unit else "ansvarig=ingen"
            rows[key] = WorkerRow(workers.get(worker) if worker else units.get(unit), query)
        row = rows[key]
        row.placed, row.late, row.soon = row.placed + n, row.late + late_ones, row.soon + soon_ones
    return sorted(rows.values(), key=lambda row: (-row.late, -row.placed, str(row.who)))
