"""A file of indicators on its way into the store: kept, explained, held against what stands there, and taken in.

What would happen is worked out each time it is asked for; confirming works it out once more and takes in what was shown,
or nothing, in one transaction (as homes are taken in). The file itself is forgotten when it is taken in or thrown away.
"""

import hashlib
import json
import zlib
from collections import Counter, defaultdict
from dataclasses import asdict
from functools import cached_property

from django.core.paginator import Paginator
from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import number
from bou_portal.identity_numbers import find, masked
from bou_portal.imports import RowError, safe_name
from municipalities.kolada.fetching import describe
from municipalities.kolada.store import (
    CHANGED,
    FATES,
    NEW,
    REMOVED,
    Comparison,
    Malformed,
    about,
    known_places,
    understood,
)
from municipalities.kpis.table import Places, Reader, Reading, Sheet, guessed, laid_out, new_kpis
from municipalities.models import Kpi, KpiImport

FATE_WORDS = {
    NEW: "Nya värden",
    CHANGED: "Ändras",
    "unchanged": "Inget ändras",
    REMOVED: "Tas bort",
    "refused": "Tas inte in",
}
MOST_ERRORS = 500  # kept on a receipt
MOST_CHANGES = 50
PER_PAGE = 50


class StoreChanged(Exception):
    """The store is no longer what the preview was made on, or somebody has ended the import."""


# --- keeping the file -------------------------------------------------------------------------------------------------
def packed(content) -> bytes:
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode())


def unpacked(staged):
    return json.loads(zlib.decompress(bytes(staged.content)))


def stage_table(table, name, region, user):
    """Keep a table for its columns to be explained. Raises Unreadable when no row of values is found in it."""
    places = Places()
    sheet = laid_out(table, places)
    rows = [[row, [without_numbers(cell) for cell in cells]] for row, cells in sheet.rows]
    columns = {str(column): meaning for column, meaning in guessed(sheet, places).items()}
    content = {"headings": [safe_heading(heading) for heading in sheet.headings], "rows": rows}
    told = {"read_as": f"{table.encoding}, {table.delimiter}"}
    return stage(region, user, Kpi.Source.FILE, name, content, mapping={"columns": columns}, told=told, total=len(rows))


def stage_saved(rows, names, region, user):
    """Keep pages that were saved from Kolada, ready for preview."""
    name = names[0] if len(names) == 1 else f"{len(names)} sparade sidor, {names[0]} först"
    state = KpiImport.State.PREVIEWED
    return stage(region, user, Kpi.Source.KOLADA, name, {"values": rows}, state=state, total=len(rows))


@transaction.atomic
def stage(region, user, source, name, content, **fields):
    staged = KpiImport.objects.create(
        region=region, source=source, file_name=safe_name(name), content=packed(content), started_by=user, **fields
    )
    record(user, Verb.CREATED, staged, region=region.code, rows=staged.total)
    return staged


def without_numbers(cell):
    return masked(cell) if len(cell) > 9 and any(hit.certain for hit in find(cell)) else cell


def safe_heading(heading):
    return without_numbers(heading)[:300]


def sheet_of(staged):
    content = unpacked(staged)
    return Sheet(content["headings"], [(row, cells) for row, cells in content["rows"]])


# --- what would happen ------------------------------------------------------------------------------------------------
def reading_of(staged):
    """What the file says, and what is wrong with it."""
    if staged.source == Kpi.Source.KOLADA:
        return read_saved(unpacked(staged)["values"])
    mapping = staged.mapping
    columns = {int(column): meaning for column, meaning in mapping["columns"].items()}
    reader = Reader(sheet_of(staged), columns, mapping.get("year", ""), Places(), timezone.localdate().year)
    return reader.read()


class Saved(Reading):
    """Kolada's own pages. `described` are its rows about indicators; `passed` counts values of groups of municipalities."""

    def __init__(self):
        super().__init__()
        self.described, self.passed = [], 0


def read_saved(rows):
    reading, places = Saved(), known_places()
    reading.rows = len(rows)
    reading.titles = dict(Kpi.objects.filter(source=Kpi.Source.KOLADA).values_list("code", "title"))
    for row_number, row in enumerate(rows, 1):
        try:
            take_saved(reading, row, places)
        except Malformed:
            reading.errors.append(wrong(row_number, None, "Raden har inte den form som Kolada skriver."))
        except LookupError as unknown:
            said = f"Portalen följer inte nyckeltalet {unknown.args[0]}."
            reading.errors.append(wrong(row_number, unknown.args[0], said))
    return reading


def wrong(row, value, text):
    return RowError(row, None, value, "error", "kolada", text)


def take_saved(reading, row, places):
    if isinstance(row, dict) and "id" in row and "title" in row:
        if str(row["id"]) not in reading.titles:
            raise LookupError(str(row["id"])[:20])
        about(row)
        reading.described.append(row)
        return
    for value in understood(row):
        if value.code not in reading.titles:
            raise LookupError(value.code[:20])
        if value.place in places:
            reading.told.append(value)
        else:
            reading.passed += 1


class Outcome:
    """What a file would do, or did, as its page shows it."""

    def __init__(self, staged, query=None):
        self.staged, self.query = staged, query or {}

    @cached_property
    def reading(self):
        return reading_of(self.staged)

    @cached_property
    def comparison(self):
        return Comparison(self.reading.told)

    @cached_property
    def told(self):
        """The same shape before and after: worked out of the file, or read from the receipt."""
        if self.staged.state == KpiImport.State.DONE:
            return self.staged.told
        errors = [asdict(error) for error in self.reading.errors]
        return {
            **self.staged.told,
            "counts": self.comparison.counts,
            "refused": len(errors),
            "errors": errors[:MOST_ERRORS],
            "kpis": self.kpis(),
            "changes": self.changes(),
            "described": len(getattr(self.reading, "described", ())),
            "passed": getattr(self.reading, "passed", 0),
        }

    def kpis(self):
        """[code, title, whether it is new, first and last year, {fate: count}] of every indicator in the file."""
        found, years = defaultdict(Counter), defaultdict(set)
        for value in self.comparison.told.values():
            found[value.code][self.comparison.fate(value)] += 1
            years[value.code].add(value.year)
        return [
            [code, self.reading.titles[code], code not in self.comparison.kpis, min(years[code]), max(years[code]),
             {fate: counts[fate] for fate in FATES}]
            for code, counts in sorted(found.items(), key=lambda pair: self.reading.titles[pair[0]])
        ]  # fmt: skip

    def changes(self):
        """The first values that would become others: [title, place, year, gender, old, new]."""
        names = Places().names
        changed = [value for value in self.comparison.told.values() if self.comparison.fate(value) == CHANGED]
        return [
            [self.reading.titles[value.code], names[value.place], value.year, value.gender,
             as_read(self.comparison.kept[value.key][1]), as_read(value.value)]
            for value in changed[:MOST_CHANGES]
        ]  # fmt: skip

    @property
    def counts(self):
        """[(word, how many)]"""
        counts = {**self.told.get("counts", {}), "refused": self.told.get("refused", 0)}
        return [(word, counts.get(fate, 0)) for fate, word in FATE_WORDS.items() if fate != REMOVED or counts.get(fate)]

    @property
    def does_something(self):
        counts = self.told["counts"]
        return bool(self.told["described"] or any(counts[fate] for fate in (NEW, CHANGED, REMOVED)))

    @cached_property
    def page(self):
        return Paginator(self.told.get("errors", []), PER_PAGE).get_page(self.query.get("sida"))

    @property
    def digest(self):
        """A fingerprint of what is shown: what is confirmed is this and nothing else."""
        fates = sorted(
            (value.key, value.value, value.status, self.comparison.fate(value))
            for value in self.comparison.told.values()
        )
        return hashlib.sha256(repr((fates, self.staged.mapping)).encode()).hexdigest()


def as_read(value):
    return "saknas" if value is None else number(value, None if value == int(value) else 2)


# --- taking it in -----------------------------------------------------------------------------------------------------
@transaction.atomic
def confirm(staged, digest, user):
    """Take in what the preview showed. False when somebody already did. Raises StoreChanged."""
    waiting = KpiImport.objects.filter(pk=staged.pk, state=KpiImport.State.PREVIEWED)
    if not waiting.update(state=KpiImport.State.DONE, ended_at=timezone.now()):
        return False
    outcome = Outcome(staged)
    if outcome.digest != digest:
        raise StoreChanged
    told, reading = outcome.told, outcome.reading
    if staged.source == Kpi.Source.FILE:
        titles = {value.code: reading.titles[value.code] for value in reading.told}
        Kpi.objects.bulk_create(new_kpis(titles, staged.mapping.get("theme", "")), ignore_conflicts=True)
    elif reading.described:
        describe([row["id"] for row in reading.described], reading.described)
    Comparison(reading.told).write()
    KpiImport.objects.filter(pk=staged.pk).update(told=told, content=None, done=staged.total)
    record(user, Verb.IMPORTED, staged, region=staged.region.code, **told["counts"], refused=told["refused"])
    return True


@transaction.atomic
def discard(staged, user):
    """Throw away a file that nobody has taken in."""
    waiting = [KpiImport.State.WAITING, KpiImport.State.PREVIEWED]
    taken = KpiImport.objects.filter(pk=staged.pk, state__in=waiting).exclude(file_name="")
    if not taken.update(state=KpiImport.State.DISCARDED, content=None, ended_at=timezone.now()):
        return False
    record(user, Verb.DELETED, staged, region=staged.region.code)
    return True
