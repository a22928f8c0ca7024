"""What has happened to a placed child, one line each: for the time line of the child's page. Pure."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from bou_portal.formats import count_word, listing
from bou_portal.formats import date as iso
from placements.codes import EndCause, EndReason, Planned
from placements.forms.plans import elements_of
from placements.models import FollowUp, Plan

# The kinds of events a reader may ask for alone: the word in the address and the word on the page.
KINDS = {
    "placering": "Placering och ansvar",
    "uppfoljning": "Uppföljning",
    "plan": "Planer",
    "provning": "Prövning",
    "halsa": "Hälsa",
    "utredning": "Före och efter",
}
MET = (
    ("besök i hemmet", "visit_in_home"),
    ("enskilt samtal", "individual_talk"),
    ("samtal med dem som vårdar", "carer_talk"),
    ("samtal med vårdnadshavare", "guardian_talk"),
)
NOTED = (
    ("barnets synpunkt dokumenterad", "child_view_recorded"),
    ("barnet deltog i planeringen", "child_took_part_in_plan"),
    ("information om rättigheter lämnad", "rights_info_given"),
    ("nya åtgärder beslutade", "measures_decided"),
)

# Reasons for an ending whose words say already who took the initiative.
SAYS_WHO = {EndReason.CHILD_INITIATED, EndReason.HOME_INITIATED}


@dataclass(frozen=True)
class Event:
    """One line of the time line. `row` is what was written, where it may still be changed; `state` a sign and a word."""

    kind: str
    on: date | None
    what: str
    about: str = ""
    slug: str = ""
    row: object = None
    state: tuple = ()


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


def placement_events(placements, by_hand):
    for placement in placements:
        about = confirmation(placement, is_by_hand=placement.pk in by_hand)
        yield Event("placering", placement.started_on, f"Placerad: {home_text(placement)}", about)
        if placement.ended_on:
            yield Event("placering", placement.ended_on, f"Avslutad: {home_text(placement)}", ending(placement))


def confirmation(placement, is_by_hand):
    where = f"Vistas i {placement.host_municipality}. " if placement.host_municipality else ""
    by = "Senast inskriven i portalen" if is_by_hand else "Bekräftad i leverans"
    return where + (f"{by} {iso(placement.confirmed_on)}." if placement.confirmed_on else "")


def ending(placement):
    """How it ended, in words; an inferred end says that it was not delivered."""
    if placement.end_is_inferred:
        return "Slutet är härlett: nästa placering började den dagen."
    parts = [placement.get_end_reason_display()]
    if placement.planned:
        causes = [EndCause(cause).label.lower() for cause in (placement.cause, placement.second_cause) if cause]
        parts.append(Planned(placement.planned).label.lower() + (f" ({listing(causes)})" if causes else ""))
    if placement.initiator and placement.end_reason not in SAYS_WHO:
        parts.append(f"initiativ: {placement.get_initiator_display().lower()}")
    return ", ".join(part for part in parts if part)


def law_events(bases):
    for basis in bases:
        yield Event("placering", basis.started_on, f"Lagrum: {law_text(basis)}")


def assignment_events(held):
    for row in held:
        who = ", ".join(str(part) for part in (row.worker, row.unit) if part)
        yield Event("placering", row.started_on, f"Ansvarig: {who}")


def follow_up_events(slug, row):
    about = [text for text, name in MET if getattr(row, name)]
    if row.individual_talk is False:
        why = f" ({row.get_no_talk_reason_display().lower()})" if row.no_talk_reason else ""
        about.append(f"inget enskilt samtal{why}")
    graded = [(row._meta.get_field(name).verbose_name, getattr(row, name)) for name in row.RATED]
    about += [f"{name} {value} av 5" for name, value in graded if value]
    if row.feels_safe:
        about.append({"ja": "känner sig trygg", "nej": "känner sig inte trygg"}.get(row.feels_safe, "trygghet okänd"))
    about += goals(row) + [text for text, name in NOTED if getattr(row, name)]
    about += [f"nästa {iso(row.next_on)}"] if row.next_on else []
    kind = f", {row.get_kind_display().lower()}" if row.kind else ""
    state = ("watch", "Känner sig inte trygg") if row.feels_safe == FollowUp.Safe.NO else ()
    yield Event("uppfoljning", row.done_on, f"Uppföljning{kind}", ", ".join(about), slug, row, state)


def goals(row):
    if row.goals_reviewed is None and row.goal_attainment is None:
        return []
    count = "mål" if row.goals_reviewed is None else f"{count_word(row.goals_reviewed)} mål följdes upp"
    return [f"{count}, måluppfyllelse {row.goal_attainment} av 5" if row.goal_attainment else count]


def plan_events(slug, row):
    about = [parts(row)] if row.elements is not None else []
    about += ["barnet deltog"] if row.child_took_part else []
    about += [f"sedd över {iso(row.revised_on)}"] if row.revised_on else []
    # The six months are the county's measure of an implementation plan; a care plan has no such day.
    about += [f"gäller till {iso(row.in_force_until)}"] if row.kind == Plan.Kind.IMPLEMENTATION else []
    yield Event("plan", row.made_on, row.get_kind_display(), ", ".join(about), slug, row)


def parts(plan):
    """`sex av sju delar (umgänge saknas)`; a delivered number says nothing of which."""
    names = elements_of(plan.kind)
    lacking = [Plan._meta.get_field(name).verbose_name for name in names if getattr(plan, name) is False]
    which = f" ({listing(lacking)} saknas)" if lacking else ""
    return f"{count_word(plan.elements)} av {count_word(len(names))} lagstadgade delar{which}"


def review_events(slug, row):
    yield Event("provning", row.done_on, row.get_kind_display(), in_time(row), slug, row)


def in_time(row):
    """Whether it was done by the day it was due."""
    about = f"Skulle göras senast {iso(row.due_effective_on)}." if row.due_effective_on else ""
    if row.due_effective_on and row.done_on > row.due_effective_on:
        days = (row.done_on - row.due_effective_on).days
        about = f"{days} {'dag' if days == 1 else 'dagar'} för sent. {about}"
    return about


def custody_events(slug, row):
    about = " ".join(part for part in (row.outcome and f"{row.get_outcome_display()}.", in_time(row)) if part)
    yield Event("provning", row.done_on, "Överflyttad vårdnad övervägd", about, slug, row)


def restriction_events(slug, row):
    about = [f"övervägd {iso(row.considered_on)}"] if row.considered_on else []
    about.append(f"upphörde {iso(row.ended_on)}" if row.ended_on else "pågår")
    yield Event("provning", row.started_on, row.get_kind_display(), ", ".join(about), slug, row)


def exam_events(slug, row):
    on = row.done_on or row.offered_on or row.requested_on or (row.entered_at and timezone.localdate(row.entered_at))
    steps = [
        ("begärd", row.requested_on),
        ("tid erbjuden", row.offered_on),
        ("gjord", row.done_on),
        ("svar", row.result_on),
        ("åtgärder klara", row.actions_done_on),
    ]
    about = [f"{word} {iso(day)}" for word, day in steps if day]
    if row.not_needed or row.not_done_reason:
        about.append(row.get_not_done_reason_display().lower() or "uppenbart obehövlig")
    yield Event("halsa", on, row.get_kind_display(), ", ".join(about), slug, row, exam_state(row))


def exam_state(row):
    """How far it has come. What is late is told among the things that wait, by the local target."""
    if not row.is_open:
        return ("good", "Klar") if row.done_on else ("plain", "Blir inte av")
    if row.actions_needed and row.result_on:
        return "watch", "Åtgärder återstår"
    if row.done_on and row.result_on:
        return "watch", "Åtgärder inte bedömda"
    if row.done_on:
        return "watch", "Väntar på svar"
    return "watch", "Tid erbjuden" if row.offered_on else "Begärd"


def investigation_events(slug, row):
    steps = [
        ("aktualiserad", row.reported_on),
        ("skyddsbedömning", row.protection_assessed_on),
        ("förlängd till", row.extended_until),
        ("avslutad", row.closed_on),
    ]
    about = [f"{word} {iso(day)}" for word, day in steps if day] + ([] if row.closed_on else ["pågår"])
    yield Event("utredning", row.opened_on, "Utredning inledd", ", ".join(about), slug, row)


def post_care_events(slug, row):
    about = f"avslutad {iso(row.ended_on)}" if row.ended_on else "pågår"
    yield Event("utredning", row.started_on, "Uppföljning efter placering", about, slug, row)


ROW_EVENTS = {
    "uppfoljning": follow_up_events,
    "plan": plan_events,
    "overvagande": review_events,
    "undersokning": exam_events,
    "vardnadsfraga": custody_events,
    "begransning": restriction_events,
    "utredning": investigation_events,
    "efter-placering": post_care_events,
}


def events(placements, bases, held, rows, by_hand=()):
    """All of them, the newest first. `rows` is what was written or delivered, by slug; `by_hand` the ids of the
    placements that were written here last."""
    found = [*placement_events(placements, by_hand), *law_events(bases), *assignment_events(held)]
    found += [event for slug, kept in rows.items() for row in kept for event in ROW_EVENTS[slug](slug, row)]
    return sorted(found, key=lambda event: event.on or date.min, reverse=True)
