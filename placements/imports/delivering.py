"""A delivery's way: taken in at once, or staged, shown, confirmed; and taken out again.

Everything is prepared before the transaction, which then only locks, checks that the base is the same, and writes.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.bulk import insert_rows
from bou_portal.imports import ImportResult, RowError, Unreadable, read_table, safe_name
from municipalities.models import Municipality
from placements.imports.assigning import assign
from placements.imports.columns import Kind
from placements.imports.companions import COMPANIONS, row_differences, write_rows
from placements.imports.fates import newest_by_key
from placements.imports.homes import Homes, forget_proposals
from placements.imports.parsing import Parsed
from placements.imports.preparing import Prepared, base_of, known_to, prepare
from placements.imports.state import placed, stored_lines
from placements.imports.writing import (
    StillRated,
    children_of,
    create_children,
    differences,
    forget_children,
    lock_municipalities,
    write,
)
from placements.models import Delivery, DeliveryRow

TRIES = 3
ROW_FIELDS = ("delivery", "municipality", "number", "child_code", "values", "fate", "messages")
STILL_RATED = "En placering som skulle försvinna har ett omdöme. Ta bort omdömet eller lämna placeringen igen."


class BaseChanged(Exception):
    """Somebody else's delivery came in between: what was prepared no longer holds."""


class NotUndoable(Exception):
    """The delivery cannot be taken out; the message is a Swedish sentence that says why."""


def import_delivery(
    name: str,
    content: bytes,
    *,
    kind: str = Kind.PLACEMENTS,
    delivered: date | None = None,
    municipalities: Iterable[int] | None = None,
    dry_run: bool = False,
    user=None,
) -> ImportResult:
    """Take a file in at once, without a prompt. Raises Unreadable. `municipalities`: those that may be written."""
    table = read_table(name, content)
    writable = set(Municipality.objects.values_list("pk", flat=True)) if municipalities is None else set(municipalities)
    for _ in range(TRIES):
        prepared = prepare(table, kind, known_to(writable, kind), delivered, safe_name(name))
        note_ignored(prepared)
        if dry_run or not prepared.accepted:
            return prepared.result
        delivery = Delivery(
            kind=kind,
            delivered_on=prepared.delivered,
            file_name=safe_name(name),
            sha256=hashlib.sha256(content).hexdigest(),
            read_as=f"{table.encoding}, {table.delimiter}",
            ignored=prepared.ignored,
            uploaded_by=user,
        )
        try:
            take_in(delivery, prepared, user)
        except BaseChanged:
            continue
        return prepared.result
    raise Unreadable("Någon annan läser in leveranser för samma kommun just nu. Försök igen om en stund.")


def note_ignored(prepared: Prepared):
    """Columns that are none of ours are named, and passed over."""
    text = "Kolumnen är okänd och tas inte med."
    notes = [RowError(None, header, None, "warning", "unknown_column", text) for header in prepared.ignored]
    prepared.result.messages[:0] = notes


def take_in(delivery: Delivery, prepared: Prepared, user):
    """Write a prepared delivery and its rows, in one short transaction. Raises BaseChanged, Unreadable."""
    try:
        with transaction.atomic():
            lock(prepared.municipalities, prepared.base)
            was_staged = delivery.pk is not None
            delivery.state = Delivery.State.CONFIRMED
            delivery.confirmed_by, delivery.confirmed_at = user, timezone.now()
            delivery.table = delivery.lease_until = None
            if was_staged:
                _settle(delivery)
            else:
                store(delivery, prepared)
            _write(prepared)
            record(
                user,
                Verb.IMPORTED,
                delivery,
                municipality_id=one(prepared.municipalities),
                kind=delivery.kind,
                rows=prepared.result.read,
                **prepared.result.counts,
            )
    except StillRated:
        raise Unreadable(STILL_RATED) from None


def _settle(delivery: Delivery):
    """Turn a staged delivery, whose rows are stored as shown, into a confirmed one; once, whoever asks."""
    waiting = Delivery.objects.select_for_update().filter(pk=delivery.pk).exclude(state=Delivery.State.CONFIRMED)
    if not waiting:
        raise BaseChanged
    delivery.save(update_fields=["state", "confirmed_by", "confirmed_at", "table", "lease_until"])


def lock(municipalities: set[int], base: str):
    """One delivery at a time for a municipality, and only on the base it was prepared against."""
    lock_municipalities(municipalities)
    if base_of(municipalities) != base:
        raise BaseChanged


def store(delivery: Delivery, prepared: Prepared):
    """Save the delivery with its rows as prepared, instead of any rows it had."""
    result = prepared.result
    delivery.delivered_on, delivery.base = prepared.delivered, prepared.base
    delivery.counts = {"read": result.read, **result.counts, "unconfirmed": result.unconfirmed}
    delivery.repairs, delivery.ignored = result.repairs, prepared.ignored
    delivery.notes = [asdict(message) for message in result.messages if message.row is None]
    delivery.rows_done = delivery.rows_total = len(prepared.rows)
    is_new = delivery.pk is None
    delivery.save()
    if prepared.municipalities:
        delivery.municipalities.set(prepared.municipalities)
    if not is_new:
        delivery.rows.all().delete()
    insert_rows(DeliveryRow, ROW_FIELDS, [as_stored(row, delivery, prepared) for row in prepared.rows])


def as_stored(row: Parsed, delivery: Delivery, prepared: Prepared) -> tuple:
    """A row as kept: its canonical values, or for a refused one its cells as they were."""
    fate = DeliveryRow.Fate.REFUSED.value if row.refused else prepared.fates[row.number]
    messages = [asdict(message) for message in row.messages]
    return delivery.pk, row.municipality, row.number, row.child, row.raw if row.refused else row.values, fate, messages


def _write(prepared: Prepared):
    there = children_of(prepared.states)
    create_children({key: state.facts for key, state in prepared.states.items() if key not in there})
    if prepared.kind == Kind.PLACEMENTS:
        write(prepared.changes, prepared.homes)
        assign(prepared.states, *prepared.people)
    else:
        write_rows(prepared.kind, prepared.changes, children_of(prepared.states))


def one(municipalities: set[int]) -> int | None:
    """The municipality an event belongs to, when it is one."""
    return next(iter(municipalities)) if len(municipalities) == 1 else None


# --- taking it out again ----------------------------------------------------------------------------------------------


def why_not_undoable(delivery: Delivery) -> str:
    """A sentence, or nothing when the delivery can be undone (rule 1: until the next one of its kind)."""
    if delivery.state != Delivery.State.CONFIRMED:
        return "Bara en inläst leverans kan ångras."
    later = Delivery.objects.confirmed().filter(
        kind=delivery.kind, municipalities__in=delivery.municipalities.all(), confirmed_at__gt=delivery.confirmed_at
    )
    if later.exists():
        return "En senare leverans av samma slag är inläst. Ångra den först."
    return ""


def undo(delivery: Delivery, user):
    """Drop a whole delivery: the state becomes what the others give. Raises NotUndoable."""
    municipalities = set(delivery.municipalities.values_list("pk", flat=True))
    for _ in range(TRIES):
        base = base_of(municipalities)
        rows = delivery.rows.exclude(fate=DeliveryRow.Fate.REFUSED)
        keys = set(rows.values_list("municipality", "child_code"))
        lines = stored_lines(delivery.kind, keys, without=delivery.pk)
        try:
            with transaction.atomic():
                lock(municipalities, base)
                if reason := why_not_undoable(delivery):
                    raise NotUndoable(reason)
                delivery.state, delivery.undone_at = Delivery.State.UNDONE, timezone.now()
                delivery.save(update_fields=["state", "undone_at"])
                _write_without(delivery, keys, lines, municipalities)
                record(user, Verb.UNDID, delivery, municipality_id=one(municipalities), kind=delivery.kind)
        except BaseChanged:
            continue
        except StillRated:
            raise NotUndoable(STILL_RATED) from None
        return
    raise NotUndoable("Någon annan läser in leveranser för samma kommun just nu. Försök igen om en stund.")


def _write_without(delivery: Delivery, keys: set, lines: dict, municipalities: set[int]):
    if delivery.kind == Kind.PLACEMENTS:
        homes = Homes(municipalities)
        changes = differences({key: placed(key[0], lines[key], homes) for key in keys}, homes)
        changes.new_children.clear()
        write(changes, homes)
        forget_proposals(municipalities)
    else:
        children = children_of(keys)
        states = {key: newest_by_key(lines[key], COMPANIONS[delivery.kind].key) for key in keys}
        write_rows(delivery.kind, row_differences(delivery.kind, states, children), children)
    forget_children(keys)
