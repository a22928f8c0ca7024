"""From a table to everything that is needed to show what a delivery does, and to do it. Reads the database only.

The dry run and the real run are this same code (figures.md 2, rule 1).
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Count, Max, Q
from django.utils import timezone

from bou_portal.accounts.models import User
from bou_portal.imports import FATES, ImportResult, RowError, Table, folded
from municipalities.models import Municipality, Unit
from placements.imports import care_checks, checks, fates
from placements.imports.columns import COLUMNS, Kind, read_date
from placements.imports.companions import COMPANIONS, RowChanges, row_differences
from placements.imports.homes import Homes
from placements.imports.parsing import Known, Parsed, parse
from placements.imports.state import LAST, ChildKey, ChildState, Line, placed, stored_lines
from placements.imports.writing import Changes, children_of, differences, in_batches
from placements.models import Delivery, DeliveryMapping, Placement, WrittenRow
from placements.stays import Span

PROGRESS_STEP = 1_000  # rows
DATES = {kind: [column.name for column in COLUMNS[kind] if column.read is read_date] for kind in Kind}


@dataclass
class Prepared:
    """A delivery as it would be: each row with its fate, the result, and the differences to write."""

    kind: str
    delivered: date
    rows: list[Parsed]
    fates: dict[int, str]
    result: ImportResult
    municipalities: set[int]
    base: str
    ignored: list[str] = field(default_factory=list)
    homes: Homes | None = None
    states: dict[ChildKey, ChildState] = field(default_factory=dict)
    changes: Changes | RowChanges | None = None
    people: tuple[dict, dict] = ({}, {})

    @property
    def accepted(self) -> list[Parsed]:
        return [row for row in self.rows if not row.refused]


def known_to(writable: Iterable[int], kind: str) -> Known:
    """What a row is read against, with the translations these municipalities have made before."""
    places = {}
    for pk, code, short, official in Municipality.objects.values_list("pk", "code", "short_name", "official_name"):
        places |= {folded(code): pk, folded(short): pk, folded(official): pk}
    writable = frozenset(writable)
    mappings = DeliveryMapping.objects.filter(municipality__in=writable, kind=kind) if len(writable) < 50 else []
    headers, values = {}, {}
    for mapping in mappings:
        if mapping.column:
            values[mapping.column, folded(mapping.theirs)] = mapping.ours
        else:
            headers[folded(mapping.theirs)] = mapping.ours
    return Known(places, writable, timezone.localdate(), headers, values)


def base_of(municipalities: Iterable[int]) -> str:
    """Which confirmed deliveries and written rows stand behind these municipalities' state. Another base, another preview."""
    confirmed = Delivery.objects.confirmed().filter(municipalities__in=municipalities).order_by("pk").distinct()
    written = WrittenRow.objects.filter(municipality__in=municipalities).aggregate(rows=Count("pk"), newest=Max("pk"))
    base = [*confirmed.values_list("pk", "confirmed_at"), *written.values()]
    return hashlib.sha256(repr(base).encode()).hexdigest()


def prepare(
    table: Table,
    kind: str,
    known: Known,
    delivered: date | None = None,
    file: str = "",
    progress: Callable[[int], None] = lambda rows: None,
) -> Prepared:
    """Read, check, and compare with what is there. Raises Unreadable when the file as a whole cannot be taken in.

    `progress` is told now and then how many rows are done.
    """
    read = parse(table, kind, known)
    context = checks.Context(known.today.isoformat())
    for row in read.rows:
        checks.refuse(row, kind, context)
    delivered = delivered or newest_date(read.rows, kind) or known.today
    context = replace(context, delivered=delivered.isoformat())
    for row in read.rows:
        if not row.refused:
            checks.warn(row, kind, context)
    prepared = compare(read.rows, kind, delivered, file, progress)
    prepared.ignored = read.ignored
    return prepared


def newest_date(rows: Iterable[Parsed], kind: str) -> date | None:
    """The newest date in the rows that are taken in (rule 5)."""
    days = [row.values[name] for row in rows if not row.refused for name in DATES[kind] if name in row.values]
    return checks.day(max(days)) if days else None


def compare(rows: list[Parsed], kind: str, delivered: date, file: str, progress: Callable[[int], None]) -> Prepared:
    """What these rows change, given everything delivered before."""
    accepted = [row for row in rows if not row.refused]
    municipalities = {row.municipality for row in accepted}
    result = ImportResult(file, kind, delivered)
    prepared = Prepared(kind, delivered, rows, {}, result, municipalities, base_of(municipalities))
    by_child = defaultdict(list)
    for row in accepted:
        by_child[row.municipality, row.child].append(row)
    lines = stored_lines(kind, set(by_child))
    compare_kind = _compare_placements if kind == Kind.PLACEMENTS else _compare_companions
    compare_kind(prepared, by_child, lines, progress)
    counts = Counter(prepared.fates.get(row.number, "refused") for row in rows)
    result.counts = {fate: counts[fate] for fate in FATES}
    _warn_about_future(prepared)
    _warn_about_holes(prepared)
    result.messages += sorted((m for row in rows for m in row.messages), key=lambda message: message.row)
    return prepared


def _telling(by_child: dict, progress: Callable[[int], None]) -> Iterator[tuple[ChildKey, list[Parsed]]]:
    """Each child with its rows, telling on the way how many rows are done."""
    done, told = 0, 0
    for key, mine in by_child.items():
        yield key, mine
        done += len(mine)
        if done - told >= PROGRESS_STEP:
            told = done
            progress(done)


def _new_lines(mine: list[Parsed], delivered: date) -> list[Line]:
    return [Line(delivered, LAST, row.number, row.values) for row in mine]


def _compare_placements(prepared: Prepared, by_child: dict, lines: dict, progress: Callable[[int], None]):
    homes = prepared.homes = Homes(prepared.municipalities)
    rows = {row.number: row for row in prepared.accepted}
    for key, mine in _telling(by_child, progress):
        care_checks.warn_about_facts(mine)
        before = placed(key[0], lines[key], homes) if lines.get(key) else ChildState()
        after = placed(key[0], [*before.lines, *_new_lines(mine, prepared.delivered)], homes)
        prepared.fates |= fates.placement_fates(before, after, LAST)
        prepared.states[key] = after
        for check, text in care_checks.warn_about_repairs(after, rows, LAST):
            prepared.result.messages.append(RowError(None, None, None, "warning", check, text))
        care_checks.warn_about_care(after, rows, LAST)
        for repair in after.folded.repairs:
            prepared.result.repairs[repair.rule] += 1
    care_checks.warn_about_proposals(prepared.states, rows, LAST)
    prepared.people = people(prepared.municipalities, prepared.accepted)
    care_checks.warn_about_people(prepared.accepted, *prepared.people)
    prepared.changes = differences(prepared.states, homes)
    prepared.result.unconfirmed = _unconfirmed(prepared)


def people(municipalities: set[int], rows: list[Parsed]) -> tuple[dict, dict]:
    """The workers and units that rows may name: (municipality, e-mail or name) -> id."""
    if not any("ansvarig" in row.values or "enhetsnamn" in row.values for row in rows):
        return {}, {}
    members = User.objects.filter(is_active=True, memberships__municipality__in=municipalities)
    workers = members.values_list("memberships__municipality", "email", "pk")
    units = Unit.objects.filter(municipality__in=municipalities).values_list("municipality", "name", "pk")
    return (
        {(municipality, email.casefold()): pk for municipality, email, pk in workers},
        {(municipality, name.casefold()): pk for municipality, name, pk in units},
    )


def _unconfirmed(prepared: Prepared) -> int:
    """Open placements without a row in their municipality's newest delivery, once this one is in."""
    newest = dict.fromkeys(prepared.municipalities, prepared.delivered)
    confirmed = Delivery.objects.confirmed().filter(kind=Kind.PLACEMENTS, municipalities__in=prepared.municipalities)
    for municipality, day in confirmed.values_list("municipalities").annotate(Max("delivered_on")):
        if municipality in newest:
            newest[municipality] = max(newest[municipality], day)
    count, mine = 0, {(m, code) for m, code in prepared.states}
    for (municipality, _), state in prepared.states.items():
        count += sum(stay.end is None and stay.confirmed < newest[municipality] for stay in state.folded.stays)
    stale = Q(pk__in=[])
    for municipality, day in newest.items():
        stale |= Q(municipality=municipality) & (Q(confirmed_on__lt=day) | Q(confirmed_on__isnull=True))
    open_ = Placement.objects.filter(stale, ended_on__isnull=True)
    others = open_.values_list("child__municipality", "child__local_code")
    return count + sum(key not in mine for key in others)


def _compare_companions(prepared: Prepared, by_child: dict, lines: dict, progress: Callable[[int], None]):
    key_of = COMPANIONS[prepared.kind].key
    children, states = children_of(by_child), {}
    for key, mine in _telling(by_child, progress):
        care_checks.warn_about_facts(mine)
        before = fates.newest_by_key(lines.get(key, []), key_of)
        all_lines = [*lines.get(key, []), *_new_lines(mine, prepared.delivered)]
        states[key] = after = fates.newest_by_key(all_lines, key_of)
        prepared.states[key] = ChildState()
        prepared.fates |= fates.keyed_fates(before, after, {row.number: key_of(row.values) for row in mine})
    care_checks.warn_about_dates(prepared.kind, prepared.accepted, care_of(children))
    prepared.changes = row_differences(prepared.kind, states, children)


def care_of(children: dict) -> dict[ChildKey, list[Span]]:
    """When these children were in care, by the placements that are stored."""
    keys, spans = {child.pk: key for key, child in children.items()}, defaultdict(list)
    for child, stays in in_batches(Placement, ("started_on", "ended_on"), children.values()).items():
        spans[keys[child]] = [Span(start, end) for start, end in stays]
    return spans


def _warn_about_future(prepared: Prepared):
    """A delivery dated after today stands as the newest until that day, whatever is delivered meanwhile."""
    if prepared.delivered > timezone.localdate():
        text = "Leveransen får ett datum som inte har varit. Ange rätt leveransdatum, eller rätta datumen i filen."
        day = prepared.delivered.isoformat()
        prepared.result.messages.append(RowError(None, None, day, "warning", "delivered_in_the_future", text))


def _warn_about_holes(prepared: Prepared):
    """Name each year without a delivery between a municipality's first and last, this one included (rule 5)."""
    confirmed = Delivery.objects.confirmed().filter(kind=prepared.kind, municipalities__in=prepared.municipalities)
    years = defaultdict(lambda: {prepared.delivered.year})
    for municipality, day in confirmed.values_list("municipalities__short_name", "delivered_on"):
        years[municipality].add(day.year)
    for municipality, delivered in sorted(years.items()):
        for year in sorted(set(range(min(delivered), max(delivered))) - delivered):
            text = (
                f"{municipality} har ingen leverans för {year}. Lämna den om den finns: året är ett hål i underlaget."
            )
            prepared.result.messages.append(RowError(None, None, str(year), "warning", "missing_year", text))
