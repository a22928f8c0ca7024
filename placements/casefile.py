"""Everything the portal knows about one child, in the order it happened: for the child's page."""

from dataclasses import dataclass, replace

from django.utils import timezone

from bou_portal import formats
from placements import child_events, worklist
from placements.child_events import KINDS, Event, ending, home_text, law_text
from placements.deadlines import RuleBook
from placements.duties.words import explain
from placements.episodes import ReviewClock
from placements.forms.row_forms import FORMS
from placements.models import Assignment, Delivery, Placement, Review
from placements.timeline import Bar, Mark, draw
from placements.written import told_by_hand

RATING, IN_STEP = "rating", "allt är i fas: inget väntar de närmaste 30 dagarna"
# So many events are shown at once; the rest are a click away.
SHOWN = 12
# Where the rows of each kind hang on the child.
ROWS = {slug: form.Meta.model._meta.get_field("child").remote_field.related_name for slug, form in FORMS.items()}


@dataclass(frozen=True)
class Ahead:
    """Something that falls due later than what waits now: what, when, and by which rule or whose target."""

    what: str
    due: object
    why: str


@dataclass(frozen=True)
class Past:
    """A stay that is over."""

    home: str
    started_on: object
    ended_on: object
    how: str


@dataclass(frozen=True)
class CaseFile:
    current: Placement | None
    law: str
    responsible: Assignment | None
    episode: object
    all_events: list[Event]
    picture: object
    unconfirmed: list
    review_kind: Review.Kind
    ahead: list[Ahead]
    past: list[Past]
    wanted: str = ""

    @property
    def events(self):
        """Those of the kind that was asked for."""
        return [event for event in self.all_events if self.wanted in ("", event.kind)]

    @property
    def newest(self):
        return self.events[:SHOWN]

    @property
    def earlier(self):
        return self.events[SHOWN:]

    @property
    def kinds(self):
        """(word in the address, word on the page, how many) of each kind there is something of."""
        counts = {kind: sum(event.kind == kind for event in self.all_events) for kind in KINDS}
        return [(kind, KINDS[kind], count) for kind, count in counts.items() if count]

    @property
    def review_word(self):
        return self.review_kind.label.lower()

    @property
    def is_placed(self):
        return self.current is not None


def read(child, wanted=""):
    """The child's case file, with the events of one kind if `wanted` names it. About twenty queries, however much there is."""
    today = timezone.localdate()
    placements = list(child.placements.select_related("home", "host_municipality", "episode").order_by("started_on"))
    bases = list(child.legal_bases.order_by("started_on"))
    held = list(child.assignments.select_related("worker", "unit").order_by("started_on"))
    rows = {slug: list(getattr(child, name).all()) for slug, name in ROWS.items()}
    by_hand = told_by_hand(child, placements)
    current = next((p for p in placements if p.started_on <= today and (not p.ended_on or p.ended_on > today)), None)
    begun = [basis for basis in bases if basis.started_on <= today]
    late = set(child.dues.late(today).values_list("kind", flat=True))
    told = child_events.events(placements, bases, held, rows, by_hand)
    return CaseFile(
        current=current,
        law=law_text(begun[-1]) if begun else "",
        responsible=next((row for row in held if row.ended_on is None), None),
        episode=current.episode if current else None,
        all_events=[with_lateness(event, late) for event in told],
        picture=picture(placements, bases, rows, today),
        unconfirmed=unconfirmed(child, placements),
        review_kind=ReviewClock.kind_for((begun[-1].group, begun[-1].code) if begun else ("", "")),
        ahead=ahead(child, today),
        past=[
            Past(home_text(p), p.started_on, p.ended_on, ending(p)) for p in reversed(placements) if is_over(p, today)
        ],
        wanted=wanted if wanted in KINDS else "",
    )


def is_over(placement, today):
    return placement.ended_on is not None and placement.ended_on <= today


def sentence(file, waiting):
    """The page's first sentence: what waits for this child."""
    timed = [task for task in waiting if task.kind != RATING]
    late = sum(task.is_late for task in timed)
    said = [] if file.is_placed else ["barnet är inte placerat just nu"]
    said += worklist.counted(late, len(timed) - late)
    said += ["ett omdöme väntar"] if len(timed) < len(waiting) else []
    return " ".join(f"{formats.starting(words)}." for words in said or [IN_STEP])


def with_lateness(event, late):
    """An examination that is not done by its target day says so; `late` is which kinds of dues are late."""
    if event.slug != "undersokning" or not event.row.is_open or worklist.exam_settles(event.row) not in late:
        return event
    return replace(event, state=("late", f"{event.state[1]}, försenad"))


def ahead(child, today):
    """What falls due after what waits now, the nearest first."""
    book = RuleBook(today, child.municipality)
    dues = child.dues.later(today).order_by("due_on", "pk")
    return [Ahead(worklist.what(due), due.due_on, explain(due, book)) for due in dues]


def unconfirmed(child, placements):
    """Open placements without a row in the municipality's newest delivery."""
    confirmed = Delivery.objects.confirmed().filter(kind=Delivery.Kind.PLACEMENTS, municipalities=child.municipality_id)
    newest = confirmed.order_by("-delivered_on").values_list("delivered_on", flat=True).first()
    stale = [p for p in placements if newest and not p.ended_on and (not p.confirmed_on or p.confirmed_on < newest)]
    return [(placement, newest) for placement in stale]


def picture(placements, bases, rows, today):
    """The time line as a drawing: what lasts as bars, what was done on a day as marks."""
    if not placements:
        return None
    stays = [Bar(p.started_on, p.ended_on, p.get_form_group_display()) for p in placements]
    laws = [
        Bar(basis.started_on, basis.ended_on or later, basis.get_group_display())
        for basis, later in zip(bases, [*(b.started_on for b in bases[1:]), placements[-1].ended_on], strict=True)
    ]
    return draw([("Placering", stays), ("Lag", laws), *lasting(rows)], marks(placements, rows), today)


def lasting(rows):
    """What goes on beside the care, before it and after it."""
    asked = [Bar(row.reported_on or row.opened_on, row.closed_on, "Utredning") for row in rows["utredning"]]
    limits = [Bar(row.started_on, row.ended_on, row.get_kind_display()) for row in rows["begransning"]]
    after = [Bar(row.started_on, row.ended_on, "Uppföljning efter placering") for row in rows["efter-placering"]]
    return [("Utredning", asked), ("Begränsning", limits), ("Efter vård", after)]


def marks(placements, rows):
    met, exams = rows["uppfoljning"], [row for row in rows["undersokning"] if row.done_on]
    return [
        ("Flytt/avslut", [Mark(p.ended_on, f"Avslutad: {home_text(p)}") for p in placements if p.ended_on]),
        ("Besök", [Mark(row.done_on) for row in met if row.visit_in_home]),
        ("Samtal", [Mark(row.done_on, "Enskilt samtal") for row in met if row.individual_talk]),
        ("Uppföljning", [Mark(row.done_on) for row in met]),
        ("Planer", [Mark(row.revised_on or row.made_on, row.get_kind_display()) for row in rows["plan"]]),
        ("Prövning", [Mark(row.done_on, row.get_kind_display()) for row in rows["overvagande"]]),
        ("Vårdnad", [Mark(row.done_on, "Överflyttad vårdnad övervägd") for row in rows["vardnadsfraga"]]),
        ("Hälsa", [Mark(row.done_on, row.get_kind_display()) for row in exams]),
    ]
