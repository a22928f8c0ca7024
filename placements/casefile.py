"""Everything the portal knows about one child, in the order it happened: for the child's page."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from bou_portal import formats
from bou_portal.formats import date as iso
from placements import worklist
from placements.codes import Planned
from placements.episodes import ReviewClock
from placements.models import Assignment, Delivery, Placement, Review
from placements.timeline import Bar, Mark, draw

# So many events are shown at once; the rest are a click away.
SHOWN = 12


@dataclass(frozen=True)
class Event:
    """One line of the time line. `row` is what was written, where it may still be changed."""

    on: date | None
    what: str
    about: str = ""
    slug: str = ""
    row: object = None


@dataclass(frozen=True)
class CaseFile:
    current: Placement | None
    law: str
    responsible: Assignment | None
    episode: object
    events: list
    picture: object
    unconfirmed: list
    review_kind: Review.Kind

    @property
    def newest(self):
        return self.events[:SHOWN]

    @property
    def earlier(self):
        return self.events[SHOWN:]

    @property
    def review_word(self):
        return self.review_kind.label.lower()

    @property
    def is_placed(self):
        return self.current is not None


def read(child):
    """The child's case file. Eight queries."""
    today = timezone.localdate()
    placements = list(child.placements.select_related("home", "host_municipality", "episode").order_by("started_on"))
    bases = list(child.legal_bases.order_by("started_on"))
    held = list(child.assignments.select_related("worker", "unit").order_by("started_on"))
    rows = {
        "uppfoljning": list(child.follow_ups.all()),
        "plan": list(child.plans.all()),
        "overvagande": list(child.reviews.all()),
        "undersokning": list(child.health_exams.all()),
    }
    events = [*placement_events(placements), *law_events(bases), *assignment_events(held)]
    events += [event for slug, found in rows.items() for row in found for event in ROW_EVENTS[slug](slug, row)]
    events.sort(key=lambda event: event.on or date.min, reverse=True)
    current = next((p for p in placements if p.started_on <= today and (not p.ended_on or p.ended_on > today)), None)
    begun = [basis for basis in bases if basis.started_on <= today]
    return CaseFile(
        current=current,
        law=law_text(begun[-1]) if begun else "",
        responsible=next((row for row in held if row.ended_on is None), None),
        episode=current.episode if current else None,
        events=events,
        picture=picture(placements, bases, rows, today),
        unconfirmed=unconfirmed(child, placements),
        review_kind=ReviewClock.kind_for((begun[-1].group, begun[-1].code) if begun else ("", "")),
    )


def sentence(file, waiting):
    """The page's first sentence: what waits for this child."""
    late = [task for task in waiting if task.is_late]
    if not file.is_placed:
        return "Barnet är inte placerat just nu." + (" Ett omdöme väntar." if waiting else "")
    if not waiting:
        return "Allt är i fas: inget väntar de närmaste 30 dagarna."
    return " ".join(formats.starting(words) + "." for words in worklist.counted(len(late), len(waiting) - len(late)))


def law_text(basis):
    return (
        f"{basis.get_group_display()}, {basis.get_code_display().lower()}" if basis.code else basis.get_group_display()
    )


def home_text(placement):
    return (
        f"{placement.get_form_group_display()}, {placement.home}"
        if placement.home
        else placement.get_form_group_display()
    )


def placement_events(placements):
    for placement in placements:
        yield Event(placement.started_on, f"Placerad: {home_text(placement)}", confirmation(placement))
        if placement.ended_on:
            yield Event(placement.ended_on, f"Avslutad: {home_text(placement)}", ending(placement))


def confirmation(placement):
    where = f"Vistas i {placement.host_municipality}. " if placement.host_municipality else ""
    return where + (f"Bekräftad i leverans {iso(placement.confirmed_on)}." if placement.confirmed_on else "")


def ending(placement):
    """How it ended, in words; an inferred end says that it was not delivered."""
    if placement.end_is_inferred:
        return "Slutet är härlett: nästa placering började den dagen."
    parts = [placement.get_end_reason_display()]
    if placement.planned:
        parts.append(Planned(placement.planned).label.lower())
    if placement.initiator:
        parts.append(f"initiativ: {placement.get_initiator_display().lower()}")
    return ", ".join(part for part in parts if part)


def law_events(bases):
    for basis in bases:
        yield Event(basis.started_on, f"Lagrum: {law_text(basis)}")


def assignment_events(held):
    for row in held:
        who = ", ".join(str(part) for part in (row.worker, row.unit) if part)
        yield Event(row.started_on, f"Ansvarig: {who}")


def follow_up_events(slug, row):
    done = [
        ("besök i hemmet", row.visit_in_home),
        ("enskilt samtal", row.individual_talk),
        ("samtal med dem som vårdar", row.carer_talk),
        ("samtal med vårdnadshavare", row.guardian_talk),
    ]
    about = [text for text, answer in done if answer]
    if row.individual_talk is False:
        why = f" ({row.get_no_talk_reason_display().lower()})" if row.no_talk_reason else ""
        about.append(f"inget enskilt samtal{why}")
    graded = [(row._meta.get_field(name).verbose_name, getattr(row, name)) for name in row.RATED]
    about += [f"{name} {value} av 5" for name, value in graded if value]
    kind = f", {row.get_kind_display().lower()}" if row.kind else ""
    yield Event(row.done_on, f"Uppföljning{kind}", ", ".join(about), slug, row)


def plan_events(slug, row):
    about = [f"{row.elements} lagstadgade delar"] if row.elements is not None else []
    about += ["barnet deltog"] if row.child_took_part else []
    about += [f"sedd över {iso(row.revised_on)}"] if row.revised_on else []
    yield Event(
        row.made_on, row.get_kind_display(), ", ".join([*about, f"gäller till {iso(row.in_force_until)}"]), slug, row
    )


def review_events(slug, row):
    about = f"Skulle göras senast {iso(row.due_effective_on)}." if row.due_effective_on else ""
    if row.due_effective_on and row.done_on > row.due_effective_on:
        about = f"{(row.done_on - row.due_effective_on).days} dagar för sent. {about}"
    yield Event(row.done_on, row.get_kind_display(), about, slug, row)


def exam_events(slug, row):
    what = row.get_kind_display()
    on = row.done_on or row.offered_on or row.requested_on or (row.entered_at and timezone.localdate(row.entered_at))
    steps = [("begärd", row.requested_on), ("tid erbjuden", row.offered_on), ("gjord", row.done_on)]
    about = ", ".join(f"{word} {iso(day)}" for word, day in steps if day)
    if row.not_needed or row.not_done_reason:
        about = ", ".join(p for p in (about, row.get_not_done_reason_display().lower() or "obehövlig") if p)
    yield Event(on, what, about, slug, row)


ROW_EVENTS = {
    "uppfoljning": follow_up_events,
    "plan": plan_events,
    "overvagande": review_events,
    "undersokning": exam_events,
}


def unconfirmed(child, placements):
    """Open placements without a row in the municipality's newest delivery."""
    confirmed = Delivery.objects.confirmed().filter(kind=Delivery.Kind.PLACEMENTS, municipalities=child.municipality_id)
    newest = confirmed.order_by("-delivered_on").values_list("delivered_on", flat=True).first()
    stale = [p for p in placements if newest and not p.ended_on and (not p.confirmed_on or p.confirmed_on < newest)]
    return [(placement, newest) for placement in stale]


def picture(placements, bases, rows, today):
    """The time line as a drawing: stays and law as bars, what was done as marks."""
    if not placements:
        return None
    stays = [Bar(p.started_on, p.ended_on, p.get_form_group_display()) for p in placements]
    laws = [
        Bar(basis.started_on, basis.ended_on or later, basis.get_group_display())
        for basis, later in zip(bases, [*(b.started_on for b in bases[1:]), placements[-1].ended_on], strict=True)
    ]
    marks = [
        ("Uppföljningar", [Mark(row.done_on) for row in rows["uppfoljning"]]),
        ("Planer", [Mark(row.made_on) for row in rows["plan"]]),
        ("Överväganden", [Mark(row.done_on) for row in rows["overvagande"]]),
        ("Hälsa", [Mark(row.done_on) for row in rows["undersokning"] if row.done_on]),
    ]
    return draw([("Placering", stays), ("Lag", laws)], marks, today)
