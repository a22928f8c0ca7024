"""The named checks that need more than the row: the child's other rows, the stays they give, the care they fall in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from placements.codes import FormGroup, LawGroup
from placements.imports.checks import day
from placements.imports.companions import COMPANIONS
from placements.imports.homes import PROPOSED
from placements.imports.parsing import Parsed
from placements.imports.state import ChildKey, ChildState
from placements.stays import Repair, Span, span_on

REPAIRED = {
    "a": "Två placeringar börjar {start}. Den i {form} räknas inte, för den andra har det senare slutet. Rätta den som är fel.",
    "b": "Placeringen från {start} är öppen men nästa börjar {by}. Slutet är härlett till den dagen. Lämna det rätta slutet.",
    "c": "Placeringen från {start} till {end} pågår när nästa börjar {by}. Den är avkortad till den dagen. Rätta datumen.",
}


def warn_about_repairs(state: ChildState, rows: Mapping[int, Parsed], delivery: int):
    """Rule 4 in words, at the newest of the stay's rows in this delivery; what this delivery has no row of is returned."""
    elsewhere = []
    for repair in state.folded.repairs:
        numbers = [row.number for row in repair.stay.rows if row.delivery == delivery and row.number in rows]
        text = describe(repair)
        if numbers:
            rows[max(numbers)].warn("slutdatum", None, f"repair_{repair.rule}", text)
        else:
            elsewhere.append((f"repair_{repair.rule}", text))
    return elsewhere


def describe(repair: Repair) -> str:
    stay = repair.stay
    form = FormGroup(stay.form).label
    return REPAIRED[repair.rule].format(start=stay.start, end=stay.delivered_end, by=repair.by.start, form=form)


def warn_about_care(state: ChildState, rows: Mapping[int, Parsed], delivery: int):
    """LVU care that starts in the own home: the act lets it be given there only after it has begun elsewhere."""
    starts = {episode.start for episode in state.folded.episodes()}
    for stay in state.folded.stays:
        first = stay.start in starts and stay.form == FormGroup.OWN_HOME and stay.laws()[0][1][0] == LawGroup.LVU
        for row in stay.rows if first else ():
            if row.delivery == delivery and row.number in rows:
                text = "Vård enligt LVU kan inte börja i det egna hemmet. Kontrollera om en tidigare placering saknas."
                rows[row.number].warn("placeringsform", None, "lvu_starts_in_own_home", text)


def warn_about_facts(rows: Iterable[Parsed]):
    """One child, one birth year, one sex, in one delivery; and no row twice."""
    told, seen = {}, set()
    for parsed in rows:
        for column, name in (("fodelsear", "födelseår"), ("kon", "kön")):
            value = parsed.values.get(column)
            if value is not None and told.setdefault(column, value) != value:
                text = f"Barnet har olika {name} på olika rader. Det senaste gäller. Rätta den rad som är fel."
                parsed.warn(column, parsed.raw.get(column), "child_facts_differ", text)
        same = repr(sorted(parsed.values.items()))
        if same in seen:
            parsed.warn(
                None, None, "duplicate_row", "Raden står två gånger i filen och räknas en gång. Ta bort den ena."
            )
        seen.add(same)


def warn_about_proposals(states: Mapping[ChildKey, ChildState], rows: Mapping[int, Parsed], delivery: int):
    """An institution nobody knows becomes a proposal: said once for each home, at its first row."""
    first = {}
    for state in states.values():
        for stay in state.folded.stays:
            if stay.home.startswith(PROPOSED):
                numbers = [row.number for row in stay.rows if row.delivery == delivery and row.number in rows]
                first[stay.home] = min([first.get(stay.home, 2**62), *numbers])
    for number in first.values():
        if number in rows:
            text = "Hemmet finns inte i registret och blir ett förslag till det. Kontrollera stavningen."
            rows[number].warn("enhet", rows[number].raw.get("enhet"), "home_proposed", text)


def warn_about_people(rows: Iterable[Parsed], workers: Mapping, units: Mapping):
    """A responsible worker or unit that the portal does not know leaves the child unassigned."""
    for parsed in rows:
        worker, unit = parsed.values.get("ansvarig"), parsed.values.get("enhetsnamn")
        if worker and (parsed.municipality, worker.casefold()) not in workers:
            text = "Handläggaren har inget konto i kommunen, så barnet blir utan ansvarig. Bjud in henne eller rätta adressen."
            parsed.warn("ansvarig", worker, "unknown_worker", text)
        if unit and (parsed.municipality, unit.casefold()) not in units:
            text = "Enheten finns inte i kommunen, så barnet blir utan ansvarig enhet. Lägg upp den eller rätta namnet."
            parsed.warn("enhetsnamn", unit, "unknown_unit", text)


def warn_about_dates(kind: str, rows: Iterable[Parsed], care: Mapping[ChildKey, list[Span]]):
    """A follow-up, plan, review or examination of a child that was not in care that day."""
    column = COMPANIONS[kind].done
    by_child = defaultdict(list)
    for parsed in rows:
        by_child[parsed.municipality, parsed.child].append(parsed)
    for key, mine in by_child.items():
        spans = care.get(key, [])
        for parsed in mine:
            if not spans:
                text = "Inga placeringar är inlästa för barnet. Läs in dem, eller kontrollera barnets kod."
                parsed.warn("barn", parsed.child, "child_without_placement", text)
            elif done := parsed.values.get(column):
                _warn_about_date(parsed, column, done, spans)


def _warn_about_date(parsed: Parsed, column: str, done: str, spans: list[Span]):
    if day(done) < spans[0].start:
        text = "Dagen ligger före barnets första placering. Kontrollera datumet, eller om en placering saknas."
        parsed.warn(column, parsed.raw.get(column), "before_first_placement", text)
    elif not span_on(spans, day(done)) and all(span.end != day(done) for span in spans):
        text = "Barnet var inte placerat den dagen. Kontrollera datumet, eller om en placering saknas."
        parsed.warn(column, parsed.raw.get(column), "outside_care", text)
