"""A table as rows of canonical values, each with what is wrong in it. No database: what is known comes as `Known`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bou_portal.identity_numbers import LIKELY_MASK, MASK, find, masked
from bou_portal.imports import RowError, Table, Unreadable, folded, match_headers
from placements.imports.columns import COLUMNS, IDENTITY_TEXT, Column, Wrong, synonyms

TOO_MANY_CELLS = (
    "Raden har fler celler än rubrikraden, så värdena kan ha hamnat fel. Rätta raden och lämna den på nytt."
)

LIKELY_TEXT = "Här står något som ser ut som ett personnummer. Kontrollera och ta bort det; värdet tas inte med."


@dataclass(frozen=True)
class Known:
    """What a row is read against: municipalities by code and name, those that may be written, and today."""

    municipalities: Mapping[str, int]  # folded code or name -> id
    writable: frozenset[int]
    today: date
    headers: Mapping[str, str] = field(default_factory=dict)  # folded header -> column, remembered translations
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (column, folded value) -> our word


@dataclass(slots=True)
class Parsed:
    """One row of the file. `raw` holds its recognised cells by column; refused when any error is an error."""

    number: int
    raw: dict[str, str]
    values: dict
    municipality: int | None
    child: str
    messages: list[RowError]

    @property
    def refused(self) -> bool:
        return any(message.level == "error" for message in self.messages)

    def error(self, column, value, check, text):
        self.messages.append(RowError(self.number, column, value, "error", check, text))

    def warn(self, column, value, check, text):
        self.messages.append(RowError(self.number, column, value, "warning", check, text))


@dataclass
class Read:
    """A table read as one kind of delivery: its rows, and its headers that are none of ours."""

    rows: list[Parsed]
    ignored: list[str]


def recognise(table: Table, kind: str, known: Known) -> tuple[dict[str, int], list[str], list[str]]:
    """Which cell is which column; the headers that are none of ours; the required columns that are missing."""
    found, ignored = match_headers(table.headers, {**synonyms(kind), **known.headers})
    ignored += [header for header in table.headers if known.headers.get(folded(header)) == ""]
    missing = [column.name for column in COLUMNS[kind] if column.required and column.name not in found]
    return found, ignored, missing


def parse(table: Table, kind: str, known: Known) -> Read:
    """All rows, right and wrong. Raises Unreadable when a required column is missing."""
    found, ignored, missing = recognise(table, kind, known)
    if missing:
        raise Unreadable(
            f"Kolumnen {missing[0]} saknas." if len(missing) == 1 else f"Kolumnerna {', '.join(missing)} saknas."
        )
    cells = [_Cell(column, found[column.name], known) for column in COLUMNS[kind] if column.name in found]
    return Read([_parse_row(number, row, cells, table.headers, known) for number, row in table.rows], ignored)


def unknown_values(table: Table, kind: str, known: Known) -> dict[str, list[str]]:
    """Column -> the words in it that no code list knows, for the mapping page. At most fifty a column."""
    found, _, _ = recognise(table, kind, known)
    unknown = {}
    for column in COLUMNS[kind]:
        if column.name not in found or column.name == "barn":
            continue
        cell = _Cell(column, found[column.name], known)
        seen = {row[cell.index] for _, row in table.rows if cell.index < len(row)} - {""}
        wrong = sorted(text for text in seen if isinstance(v := cell.read(text), Wrong) and v.check == "unknown_code")
        if wrong:
            unknown[column.name] = [masked(text)[:100] for text in wrong[:50]]
    return unknown


class _Cell:
    """A column at its place in the file, remembering what it has read: a delivery repeats itself."""

    __slots__ = ("column", "index", "seen", "translations")

    def __init__(self, column: Column, index: int, known: Known):
        self.column, self.index, self.seen = column, index, {}
        self.translations = {theirs: ours for (name, theirs), ours in known.values.items() if name == column.name}

    def read(self, text: str):
        """The canonical value, or the Wrong that says why there is none."""
        try:
            return self.seen[text]
        except KeyError:
            translated = self.translations.get(folded(text), text) if self.translations else text
            try:
                value = self.column.read(translated) if translated else ""
            except Wrong as wrong:
                value = wrong
            self.seen[text] = value
            return value


def _parse_row(number: int, row: list[str], cells: Iterable[_Cell], headers: list[str], known: Known) -> Parsed:
    parsed = Parsed(number, {}, {}, None, "", [])
    width = len(row)
    if width > len(headers) and any(row[len(headers) :]):
        parsed.error(None, None, "too_many_cells", TOO_MANY_CELLS)
    hidden = _find_identity_numbers(parsed, row, headers)
    for cell in cells:
        column, text = cell.column, row[cell.index] if cell.index < width else ""
        if cell.index in hidden:
            parsed.raw[column.name] = masked(text)
            if column.required and not parsed.refused:
                parsed.error(column.name, None, "identity_number", IDENTITY_TEXT)
        elif not text:
            if column.required:
                parsed.error(column.name, None, "missing_value", f"Uppgiften saknas. Fyll i {column.meaning}.")
        else:
            parsed.raw[column.name] = text
            value = cell.read(text)
            if isinstance(value, Wrong):
                _blame(parsed, column, text, value)
            elif value != "":
                parsed.values[column.name] = value
    _find_municipality(parsed, known)
    parsed.child = parsed.values.pop("barn", "")
    return parsed


def _find_identity_numbers(parsed: Parsed, row: list[str], headers: list[str]) -> set[int]:
    """Refuse the row for a number in any cell, also in a column that is ignored. The places to hide."""
    joined = "\x1f".join(row)
    if "personnummer]" not in joined and not find(joined):
        return set()
    hidden = set()
    for index, text in enumerate(row):
        text = masked(text)  # a staged row was masked before, and says so with the same words
        column = masked(headers[index]) if index < len(headers) else None
        if MASK in text:
            parsed.error(column, None, "identity_number", IDENTITY_TEXT)
        elif LIKELY_MASK in text:
            parsed.warn(column, None, "identity_like", LIKELY_TEXT)
        else:
            continue
        hidden.add(index)
    return hidden


def _blame(parsed: Parsed, column: Column, text: str, wrong: Wrong):
    if wrong.check == "identity_number":
        parsed.raw[column.name] = MASK
        parsed.error(column.name, None, wrong.check, wrong.text)
    elif column.lenient:
        parsed.warn(column.name, text[:100], wrong.check, wrong.text)
    else:
        parsed.error(column.name, text[:100], wrong.check, wrong.text)


def _find_municipality(parsed: Parsed, known: Known):
    """The deciding municipality and the one the home lies in: by code (also one that lost its zero) or by name."""
    for column in ("kommunkod", "vistelsekommun"):
        text = parsed.values.pop(column, None)
        if text is None:
            continue
        place = known.municipalities.get(folded(text.zfill(4) if text.isdigit() else text))
        if place is None:
            text_ = "Kommunkoden finns inte. Skriv fyra siffror ur SCB:s kodlista, till exempel 2281."
            parsed.error(column, text[:100], "unknown_municipality", text_)
        elif column == "vistelsekommun":
            parsed.values[column] = place
        elif place not in known.writable:
            text_ = "Du får inte läsa in uppgifter för den kommunen. Lämna raden till den som får."
            parsed.error(column, text[:100], "municipality_not_writable", text_)
        else:
            parsed.municipality = place
