"""What waits without a deadline in law: ratings to give, examinations without a time, measures, quotes and lessons.

Each kind is a query that is counted and cut by the database, and a way to say one of its rows as a line.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.formats import date as iso
from bou_portal.formats import number
from bou_portal.periods import add_months
from placements.models import (
    AnalysisMeasure,
    EventAnalysis,
    HealthExam,
    Placement,
    Quote,
    Rating,
    RatingForm,
    VoiceRound,
)
from placements.worklist import Task, state_of
from placements.workload import Whose

# A stay that ended longer ago than this is no longer asked about: nobody remembers it well enough to rate it.
RATED_WITHIN_MONTHS = 6
PLAIN = "plain"


@dataclass(frozen=True)
class Source:
    """Rows that wait, in the order they are shown, and how one of them reads."""

    rows: QuerySet
    line: Callable


class Chain:
    """Several sources one after the other, for a paginator: counted, where nobody has, and cut without being read whole."""

    def __init__(self, sources, counts=None):
        counts = counts or [source.rows.order_by().count() for source in sources]
        self.sources = list(zip(sources, counts, strict=True))

    def __len__(self):
        return sum(count for _, count in self.sources)

    def count(self):
        return len(self)

    def __getitem__(self, cut):
        start, stop = cut.start or 0, cut.stop
        found = []
        for source, count in self.sources:
            if start < count and stop > 0:
                found += [source.line(row) for row in source.rows[max(start, 0) : min(stop, count)]]
            start, stop = max(start - count, 0), stop - count
        return found


def waiting(whose, today=None):
    """Everything that waits without a deadline for the reader: her work, or that of those she asks about."""
    today = today or timezone.localdate()
    reader = whose.user
    return Chain([ratings(whose, today), exams(whose, today), measures(reader, today), quotes(reader), lessons(reader)])


def ratings(whose, today):
    """Ended stays in homes that are rated, not rated yet; a rating that was begun is gone on with."""
    since = add_months(today, -RATED_WITHIN_MONTHS)
    ended = whose.rows(Placement, Permission.RATE_HOMES).awaiting_rating().filter(ended_on__range=(since, today))
    whole = Rating.objects.filter(form=RatingForm.FULL).only("pk", "placement", "started_at")
    begun = Prefetch("ratings", whole, to_attr="begun")
    ended = ended.select_related("child", "home").prefetch_related(begun).order_by("ended_on", "pk")
    return Source(ended, lambda placement: rating_task(placement, today))


def ratings_of(child, user, today=None):
    """The same for one child, as far as this user gives them."""
    source = ratings(Whose(user), today or timezone.localdate())
    return [source.line(placement) for placement in source.rows.filter(child=child)]


def rating_task(placement, today):
    days = (today - placement.ended_on).days
    word = "Avslutad i dag" if not days else f"Avslutad för {number(days)} {'dag' if days == 1 else 'dagar'} sedan"
    begun = next(iter(placement.begun), None)
    how = f"Påbörjat {iso(timezone.localdate(begun.started_at))}" if begun else "Fem minuter"
    return Task(
        kind="rating",
        child=placement.child,
        what=f"Omdöme om {placement.home} ({placement.get_form_group_display()})",
        due_on=None,
        state=PLAIN,
        word=word,
        why=f"Placeringen slutade {iso(placement.ended_on)}. {how}; du kan pausa och fortsätta senare.",
        verb="Fortsätt" if begun else "Lämna omdöme",
        url=reverse("rate_home", args=[placement.uid]),
    )


def exams(whose, today):
    """Examinations that were asked for, and for which nobody has offered a time."""
    asked = whose.rows(HealthExam, Permission.FOLLOW_UP).filter(
        requested_on__lte=today,
        offered_on__isnull=True,
        done_on__isnull=True,
        not_needed=False,
        not_done_reason__in=["", HealthExam.NotDone.NOT_OFFERED],
        child__placements__ended_on__isnull=True,
    )
    return Source(asked.select_related("child").order_by("requested_on", "pk"), lambda exam: exam_task(exam, today))


def exam_task(exam, today):
    days = (today - exam.requested_on).days
    kind = reverse("row_new", args=[exam.child.uid, "undersokning"]) + f"?typ={exam.kind}"
    change = ["undersokning", exam.uid]
    return Task(
        kind="exam",
        child=exam.child,
        what=f"{exam.get_kind_display()} utan tid",
        due_on=None,
        state=PLAIN,
        word=f"Begärd för {number(days)} {'dag' if days == 1 else 'dagar'} sedan" if days else "Begärd i dag",
        why=f"Begärd {iso(exam.requested_on)}. Ingen tid är erbjuden än: fråga mottagningen, och fyll i när tiden kommer.",
        verb="Fyll i",
        url=reverse("row_change", args=[exam.child.uid, *change]) if exam.may_be_changed else kind,
    )


def measures(reader, today):
    """Measures after an analysis that the reader herself has promised: to carry out, or to say whether they helped."""
    own = AnalysisMeasure.objects.for_user(reader, Permission.READ_CASES).waiting_for(reader)
    return Source(own.order_by("due_on", "pk"), lambda measure: measure_task(measure, today))


def measure_task(measure, today):
    state, word = PLAIN, f"Senast {iso(measure.due_on)}"
    if measure.done_on:
        word = f"Genomförd {iso(measure.done_on)}"
    elif judged := state_of(measure.due_on, measure.due_on, today):
        state, word = judged
    asked = "Hjälpte åtgärden?" if measure.done_on else "Du är ansvarig."
    return Task(
        kind="measure",
        child=None,
        what=f"Åtgärd: {measure.text}",
        due_on=measure.due_on,
        state=state,
        word=word,
        why=f"{asked} Beslutad efter analysen ”{measure.analysis.title}”.",
        verb="Svara" if measure.done_on else "Öppna",
        url=measure.get_absolute_url(),
    )


def quotes(reader):
    """Rounds of the reader's own unit with quotes by colleagues that nobody has checked."""
    held = reader.granting(Permission.HEAR_CHILDREN)
    units = Q(unit__in=[it.unit_id for it in held if it.unit_id])
    whole = Q(municipality__in=[it.municipality_id for it in held if not it.unit_id])
    unchecked = Quote.objects.filter(checked_at__isnull=True).exclude(written_by=reader)
    rounds = VoiceRound.objects.for_user(reader, Permission.HEAR_CHILDREN).open().filter(units | whole)
    rounds = rounds.filter(Exists(unchecked.filter(round=OuterRef("pk")))).select_related("unit")
    return Source(rounds.with_counts().order_by("pk"), quotes_task)


def quotes_task(round):
    return own_task(
        "quote",
        what=f"Citat att granska, {round}",
        word=f"{number(round.unchecked)} citat väntar",
        why="En kollega har skrivit in vad barn har sagt. Läs om något visar vem barnet är, innan det är med i årsrapporten.",
        verb="Granska",
        url=round.get_absolute_url(),
    )


def lessons(reader):
    """Lessons that wait for a second pair of eyes before they leave the municipality."""
    waits = EventAnalysis.objects.for_user(reader, Permission.READ_AUDIT_LOG).to_check_by(reader)
    return Source(waits.order_by("started_on", "pk"), lesson_task)


def lesson_task(analysis):
    return own_task(
        "lesson",
        what=f"Lärdom att granska: {analysis.title}",
        word="Väntar på granskning",
        why="Läs om något visar vem det gäller. Först när någon annan än den som skrev har läst lämnar lärdomen kommunen.",
        verb="Granska",
        url=reverse("lesson_check", args=[analysis.uid]),
    )


def own_task(kind, **said):
    """A line that concerns no child and has no day."""
    return Task(kind=kind, child=None, due_on=None, state=PLAIN, **said)
