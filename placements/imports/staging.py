"""A delivery by way of the pages: staged, translated where words are new, previewed, confirmed. Big files in a worker.

What is staged is the file as rows of text, without identity numbers; once its columns are known, also without unknown
columns and without the names of private homes. It is gone when the delivery is confirmed, and after a week.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.identity_numbers import find, masked
from bou_portal.imports import Table, Unreadable, folded, safe_name
from placements.imports.columns import COLUMNS
from placements.imports.delivering import BaseChanged, store, take_in
from placements.imports.parsing import Known, recognise, unknown_values
from placements.imports.preparing import Prepared, known_to, prepare
from placements.models import Delivery, DeliveryMapping

OPEN = (Delivery.State.STAGED, Delivery.State.WORKING)


def stage(table: Table, name: str, sha256: str, kind: str, delivered: date | None, user, municipalities) -> Delivery:
    """Keep an uploaded file for preview."""
    rows = [[number, [_without_numbers(cell) for cell in row]] for number, row in table.rows]
    with transaction.atomic():
        delivery = Delivery.objects.create(
            kind=kind,
            delivered_on=delivered or timezone.localdate(),
            file_name=safe_name(name),
            sha256=sha256,
            read_as=f"{table.encoding}, {table.delimiter}",
            table={"headers": table.headers, "rows": rows, "delivered": delivered.isoformat() if delivered else None},
            rows_total=len(rows),
            uploaded_by=user,
        )
        delivery.municipalities.set(municipalities)
        record(user, Verb.CREATED, delivery, kind=kind, rows=len(rows))
    return delivery


def _without_numbers(cell: str) -> str:
    return masked(cell) if len(cell) > 9 and any(hit.certain for hit in find(cell)) else cell


def table_of(delivery: Delivery) -> Table:
    rows = [(number, row) for number, row in delivery.table["rows"]]
    return Table(delivery.table["headers"], rows, delivery.read_as, "")


def known_for(delivery: Delivery) -> Known:
    return known_to(delivery.municipalities.values_list("pk", flat=True), delivery.kind)


def untranslated(delivery: Delivery) -> tuple[list[str], list[str], dict[str, list[str]]]:
    """Headers nobody has placed, required columns that are missing, and words that no code list knows."""
    table, known = table_of(delivery), known_for(delivery)
    _, ignored, missing = recognise(table, delivery.kind, known)
    new = [header for header in ignored if folded(header) not in known.headers]
    return new, missing, unknown_values(table, delivery.kind, known)


def translate(delivery: Delivery, headers: Mapping[str, str], values: Mapping[tuple[str, str], str]):
    """Remember how these municipalities' headers and words read in ours; "" = a header to pass over."""
    words = [("", theirs, ours) for theirs, ours in headers.items()]
    words += [(column, theirs, ours) for (column, theirs), ours in values.items()]
    DeliveryMapping.objects.bulk_create(
        [
            DeliveryMapping(
                municipality=municipality, kind=delivery.kind, column=column, theirs=folded(theirs)[:100], ours=ours
            )
            for municipality in delivery.municipalities.all()
            for column, theirs, ours in words
        ],
        update_conflicts=True,
        unique_fields=["municipality", "kind", "column", "theirs"],
        update_fields=["ours"],
    )


def work(delivery: Delivery):
    """Prepare, then show or take in. What cannot be read says why and can be tried again with another file."""
    user = delivery.confirmed_by
    try:
        prepared = _prepared(delivery)
        if user and prepared.base == delivery.base:
            try:
                take_in(delivery, prepared, user)
                return
            except BaseChanged:
                delivery.refresh_from_db()
                if delivery.is_confirmed:
                    return
                prepared = _prepared(delivery)
        _show(delivery, prepared, again=user is not None)
    except Unreadable as error:
        delivery.refresh_from_db()
        delivery.state, delivery.problem, delivery.lease_until = Delivery.State.FAILED, str(error), None
        delivery.save(update_fields=["state", "problem", "lease_until"])


def _prepared(delivery: Delivery) -> Prepared:
    asked = delivery.table["delivered"]
    delivered = date.fromisoformat(asked) if asked else None

    def progress(done):
        Delivery.objects.filter(pk=delivery.pk).update(rows_done=done)

    return prepare(table_of(delivery), delivery.kind, known_for(delivery), delivered, delivery.file_name, progress)


def _show(delivery: Delivery, prepared: Prepared, again: bool):
    """Keep the rows as they would be, and of the file only what is needed to make them anew."""
    columns = [column.name for column in COLUMNS[delivery.kind] if any(column.name in row.raw for row in prepared.rows)]
    required = [column.name for column in COLUMNS[delivery.kind] if column.required and column.name not in columns]
    columns += required
    delivery.table = {
        "headers": columns,
        "rows": [[row.number, [row.raw.get(name, "") for name in columns]] for row in prepared.rows],
        "delivered": prepared.delivered.isoformat(),
    }
    delivery.state, delivery.lease_until, delivery.confirmed_by = Delivery.State.STAGED, None, None
    if again:
        delivery.problem = (
            "En annan leverans lästes in, eller något skrevs in, under tiden. Utfallet är räknat om: titta igenom det "
            "och godkänn igen."
        )
    with transaction.atomic():
        open_ = Delivery.objects.select_for_update().filter(pk=delivery.pk, state__in=OPEN)
        if open_:  # otherwise somebody else took it in meanwhile
            store(delivery, prepared)
