"""What waits without a deadline in law: ratings to give, examinations without a time, measures, quotes and lessons.

Each kind is a query that is counted and cut by the database, and a way to say one of its rows as a line.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.formats import date as iso
from bou_portal.formats import number
from municipalities.models import Municipality
from placements.models import (
    AnalysisMeasure,
    EventAnalysis,
    HealthExam,
    Placement,
    Quote,
    Rating,
    RatingForm,
    RatingTask,
    VoiceRound,
)
from placements.rating_tasks import asked_of
from placements.worklist import Task, state_of
from placements.workload import Whose

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
    asked = [ratings(whose, today), short_ratings(whose, today), exams(whose, today)]
    return Chain([*asked, measures(reader, today), quotes(reader), texts(reader), lessons(reader)])


def ratings(whose, today):
    """Ended stays in homes that are rated, not rated yet; a rating that was begun is gone on with."""
    ended = asked_of(whose, RatingForm.FULL).awaiting_rating().ended_lately(today)
    ended = with_rating(ended, whose.user, RatingForm.FULL).order_by("ended_on", "pk")
    return Source(ended, lambda placement: rating_task(placement, today))


def short_ratings(whose, today):
    """Stays that have lasted so long that eight statements are asked for on the way."""
    during = asked_of(whose, RatingForm.SHORT).awaiting_short_rating(today)
    during = with_rating(during, whose.user, RatingForm.SHORT).order_by("started_on", "pk")
    return Source(during, short_rating_task)


def with_rating(placements, user, form):
    """With `begun`, the draft, `asked`, the task, and `is_reached`: whether the reader may open the child's page too."""
    drafts = Rating.objects.filter(form=form).only("pk", "placement", "started_at")
    tasks = RatingTask.objects.filter(form=form).select_related("taken_by")
    reached = Placement.objects.for_user(user, Permission.READ_CASES).filter(pk=OuterRef("pk"))
    return (
        placements.annotate(is_reached=Exists(reached))
        .select_related("child", "home")
        .prefetch_related(
            Prefetch("ratings", drafts, to_attr="begun"), Prefetch("rating_tasks", tasks, to_attr="asked")
        )
    )


def ratings_of(child, user, today=None):
    """The same for one child, as far as this user gives them."""
    today = today or timezone.localdate()
    sources = ratings(Whose(user), today), short_ratings(Whose(user), today)
    return [source.line(placement) for source in sources for placement in source.rows.filter(child=child)]


def rating_task(placement, today):
    days = (today - placement.ended_on).days
    begun = next(iter(placement.begun), None)
    how = f"Påbörjat {iso(timezone.localdate(begun.started_at))}" if begun else "Fem minuter"
    return given(
        placement,
        what=f"Omdöme om {placement.home} ({placement.get_form_group_display()})",
        word="Avslutad i dag" if not days else f"Avslutad för {number(days)} {'dag' if days == 1 else 'dagar'} sedan",
        why=f"Placeringen slutade {iso(placement.ended_on)}. {how}; du kan pausa och fortsätta senare.",
        verb="Fortsätt" if begun else "Lämna omdöme",
        url=reverse("rate_home", args=[placement.uid]),
    )


def short_rating_task(placement):
    return given(
        placement,
        what=f"Kort omdöme under placeringen: {placement.home} ({placement.get_form_group_display()})",
        word=f"Placerad sedan {iso(placement.started_on)}",
        why="Placeringen har pågått i mer än sex månader. Åtta påståenden, ungefär en minut.",
        verb="Fortsätt" if placement.begun else "Lämna kort omdöme",
        url=reverse("rate_home_short", args=[placement.uid]),
    )


def given(placement, *, what, why, **said):
    """A rating to give. Of a child that the reader does not reach only the code is told, without a link to the child."""
    if taken := next((task.taken_by for task in placement.asked if task.taken_by), None):
        why += f" Överlämnat till {taken}."
    child = placement.child if placement.is_reached else None
    what = what if child else f"{what}, {placement.child}"
    return Task(kind="rating", child=child, due_on=None, state=PLAIN, what=what, why=why, **said)


def texts(reader):
    """Texts in ratings that a manager reads before colleagues do: one line however many there are."""
    waits = Rating.objects.for_user(reader, Permission.RELEASE_TEXTS).with_texts_to_read().exclude(rated_by=reader)
    places = Municipality.objects.filter(pk__in=waits.order_by().values("municipality")).order_by("sort_key")
    return Source(places.annotate(texts=Count("ratings", filter=Q(ratings__in=waits))), texts_task)


def texts_task(municipality):
    return own_task(
        "texts",
        what="Texter i omdömen att läsa",
        word=f"{number(municipality.texts)} {'text' if municipality.texts == 1 else 'texter'} väntar",
        why=f"Kollegor i {municipality} läser texterna först när du har släppt dem.",
        verb="Läs",
        url=reverse("texts_to_release"),
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
