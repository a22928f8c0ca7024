"""What is written by hand about a child's placements: read, shown beforehand, written, and taken back (ADR 11).

The rows of a change are folded with everything that was delivered. Whoever writes has seen how the child's stays stood;
under the lock that deliveries take, they must still stand so.
"""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from placements.codes import FormGroup, LawCode, LawGroup
from placements.imports import care_checks, checks
from placements.imports.columns import Kind
from placements.imports.homes import Homes, forget_proposals
from placements.imports.parsing import Parsed
from placements.imports.state import LAST, ChildState, Line, placed, stored_lines
from placements.imports.writing import StillRated, differences, forget_children, lock_municipalities
from placements.imports.writing import write as write_differences
from placements.models import Child, Delivery, DeliveryRow, Rating, WrittenRow
from placements.stays import Repair, Stay

RATED = "Omdömet om hemmet är påbörjat, så ändringen står kvar. Rätta avslutet i stället."
TRIED = 2 * LAST  # the delivery of rows that are tried before they are written: newer than all


class Overtaken(Exception):
    """Somebody changed the child's stays since the writer saw them."""


class CodeTaken(Exception):
    """The municipality has a child with that code."""


class NotTakenBack(Exception):
    """The change stands; the message is a Swedish sentence that says why."""


@dataclass
class Standing:
    """How one child's stays and law stand now."""

    child: Child
    state: ChildState
    homes: Homes

    @property
    def seen(self) -> str:
        """Changes when, and only when, the stays or the law do."""
        folded = self.state.folded
        stays = [(s.form, s.home, s.start, s.end, s.reason, s.planned, s.initiator, s.next_stop) for s in folded.stays]
        return hashlib.sha256(repr((stays, folded.legal_bases())).encode()).hexdigest()[:32]

    @property
    def last(self) -> Stay | None:
        """The stay that is going on, or the one that ended last."""
        return self.state.folded.stays[-1] if self.state.folded.stays else None

    @property
    def current(self) -> Stay | None:
        last = self.last
        return last if last and (last.end is None or last.end > timezone.localdate()) else None

    def about(self, stay: Stay) -> dict:
        """What a row about this stay repeats: form, home, start and the law it started under."""
        values = {line[1:3]: line.values for line in self.state.lines}
        newest = values[max(stay.rows, key=lambda row: row.age).key]
        start, (group, code) = stay.laws()[0]
        told = {"placeringsform": stay.form, "startdatum": start.isoformat(), "lagrum": group}
        told |= {"enhet": newest["enhet"]} if newest.get("enhet") else {}
        return told | ({"lagrum_kod": code} if code else {})

    def tried(self, rows: Iterable[dict]) -> "Trial":
        """What these rows would give, and what looks wrong about them."""
        today, municipality = timezone.localdate(), self.child.municipality_id
        parsed = [Parsed(n, {}, values, municipality, self.child.local_code, []) for n, values in enumerate(rows)]
        lines = [Line(today, TRIED, row.number, row.values) for row in parsed]
        after, numbered = placed(municipality, [*self.state.lines, *lines], self.homes), {r.number: r for r in parsed}
        born = {"fodelsear": self.child.birth_year} if self.child.birth_year else {}
        for row in parsed:
            row.values = born | row.values
            checks.warn(row, Kind.PLACEMENTS, checks.Context(today.isoformat(), today.isoformat()))
        care_checks.warn_about_care(after, numbered, TRIED)
        care_checks.warn_about_proposals({(municipality, self.child.local_code): after}, numbered, TRIED)
        before = {care_checks.describe(repair) for repair in self.state.folded.repairs}
        repairs = [repair for repair in after.folded.repairs if care_checks.describe(repair) not in before]
        # Of rows before the last one, which repeat what was known, only the ending is new.
        *earlier, last = parsed
        said = [m for row in earlier for m in row.messages if m.column == "slutdatum"] + last.messages
        return Trial(after, {message.check: message for message in said}, repairs)


@dataclass
class Trial:
    """The state as it would be, the warnings by check, and what the fold would have to repair."""

    after: ChildState
    warnings: dict = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)


def standing(child: Child) -> Standing:
    """How the child stands; a child that is not stored yet has nothing."""
    homes = Homes({child.municipality_id})
    if child.pk is None:
        return Standing(child, ChildState(), homes)
    key = child.municipality_id, child.local_code
    lines = stored_lines(Kind.PLACEMENTS, {key})[key]
    return Standing(child, placed(child.municipality_id, lines, homes), homes)


# --- changes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What somebody wrote at one time: one or two rows."""

    rows: tuple[WrittenRow, ...]

    @property
    def uid(self):
        return self.rows[0].change

    @property
    def what(self) -> str:
        ends = [bool(row.values.get("slutdatum")) for row in self.rows]
        if len(ends) == 2:
            return "flytt" if any(ends) else "lagrum"
        return "avslut" if ends[0] else "start"

    @property
    def by(self):
        return self.rows[0].entered_by

    @property
    def at(self):
        return self.rows[0].entered_at

    @property
    def until(self):
        """How long it may be taken back."""
        return self.rows[0].changeable_until

    @property
    def is_fresh(self) -> bool:
        return self.rows[0].is_fresh

    def __str__(self):
        values = self.rows[-1].values
        form, start = FormGroup(values["placeringsform"]).label, values["startdatum"]
        told = {
            "start": f"placering i {lowered(form)} från {start}",
            "flytt": f"flytt till {lowered(form)} {start}",
            "lagrum": f"lagrum {law_words(values)} från {start}",
            "avslut": f"avslut {values.get('slutdatum')} av placeringen från {start}",
        }
        return told[self.what]


def lowered(label: str) -> str:
    """The label inside a sentence: HVB and SiS keep their letters."""
    return label if label[1:2].isupper() or label == FormGroup.SIS.label else label[:1].lower() + label[1:]


def law_words(values: dict) -> str:
    group = LawGroup(values["lagrum"]).label
    code = values.get("lagrum_kod")
    return f"{group}, {LawCode(code).label.lower()}" if code else group


def newest_change(child: Child) -> Change | None:
    newest = child.written_rows.order_by("-pk").first()
    if newest is None:
        return None
    rows = child.written_rows.filter(change=newest.change).select_related("entered_by").order_by("pk")
    return Change(tuple(rows))


def told_by_hand(child: Child, placements: Iterable) -> set[int]:
    """Ids of the placements whose newest word was written here, not delivered."""
    rows = [
        (on, checks.day(values["startdatum"])) for on, values in child.written_rows.values_list("written_on", "values")
    ]
    return {
        placement.pk
        for placement in placements
        for on, day in rows
        if on == placement.confirmed_on
        and placement.started_on <= day
        and (placement.ended_on is None or day <= placement.ended_on)
    }


def who_changed(child: Child, since: float) -> str:
    """A sentence about who changed the child's stays after this moment, for somebody who was writing meanwhile."""
    change = newest_change(child)
    about = DeliveryRow.objects.filter(municipality=child.municipality_id, child_code=child.local_code)
    delivered = Delivery.objects.confirmed().filter(kind=Kind.PLACEMENTS, rows__in=about).order_by("-confirmed_at")
    moment = delivered.values_list("confirmed_at", flat=True).first()
    if change and change.at.timestamp() >= since and (moment is None or change.at > moment):
        return f"{change.by or 'Någon'} skrev in {change} medan du skrev, {_at(change.at)}."
    if moment and moment.timestamp() >= since:
        return f"En leverans ändrade barnets placeringar medan du skrev, {_at(moment)}."
    return "Någon ångrade en ändring av barnets placeringar medan du skrev."


def _at(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d klockan %H:%M}"


# --- writing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(child: Child, rows: list[dict], user, seen: str) -> Change:
    """Write one change and what follows from it. Raises Overtaken, CodeTaken, StillRated.

    A child that is not stored yet is created. Sent twice at once, as by a double click, it is written once.
    """
    lock_municipalities([child.municipality_id])
    if child.pk is None:
        if Child.objects.filter(municipality=child.municipality_id, local_code__iexact=child.local_code).exists():
            raise CodeTaken
        child.save()
        record(user, Verb.CREATED, child)
    elif standing(child).seen != seen:
        newest = newest_change(child)
        if newest and newest.by == user and [row.values for row in newest.rows] == rows:
            return newest
        raise Overtaken
    change, now = uuid.uuid4(), timezone.now()
    written = [
        WrittenRow.objects.create(
            municipality_id=child.municipality_id,
            child=child,
            change=change,
            written_on=timezone.localdate(now),
            values=values,
            entered_by=user,
            entered_at=now,
        )
        for values in rows
    ]
    made = Change(tuple(written))
    _fold_anew(child)
    record(user, Verb.CREATED, written[0], child=str(child.uid), what=made.what)
    return made


def _fold_anew(child: Child):
    now = standing(child)
    changes = differences({(child.municipality_id, child.local_code): now.state}, now.homes)
    changes.new_children.clear()
    write_differences(changes, now.homes)


@transaction.atomic
def take_back(child: Child, change: uuid.UUID, user, may_all: bool):
    """Take back the newest change: the state becomes what the other rows give. Raises NotTakenBack.

    `may_all`: also what somebody else wrote. A child that nobody has said anything else about is gone with it.
    """
    lock_municipalities([child.municipality_id])
    newest = newest_change(child)
    if newest is None or newest.uid != change:
        raise NotTakenBack(
            "Ändringen är redan ångrad, eller så har någon skrivit in något efter den. Läs sidan på nytt."
        )
    if not newest.is_fresh:
        raise NotTakenBack("Det har gått mer än ett dygn, så ändringen står kvar. Skriv in hur det blev i stället.")
    if newest.by != user and not may_all:
        raise NotTakenBack("Bara den som skrev in ändringen, eller enhetschefen, kan ångra den.")
    _check_no_rating(child, newest)
    record(
        user,
        Verb.UNDID,
        newest.rows[0],
        child=str(child.uid),
        what=newest.what,
        entered_by=newest.rows[0].entered_by_id,
    )
    WrittenRow.objects.filter(child=child, change=change).delete()
    try:
        _fold_anew(child)
    except StillRated:
        raise NotTakenBack(RATED) from None
    forget_proposals({child.municipality_id})
    forget_children({(child.municipality_id, child.local_code)})


def _check_no_rating(child: Child, change: Change):
    """An ending that somebody has begun to rate stands; it can be written anew instead."""
    starts = [row.values["startdatum"] for row in change.rows]
    if (
        change.what != "lagrum"
        and Rating.objects.filter(placement__child=child, placement__started_on__in=starts).exists()
    ):
        raise NotTakenBack(RATED)
