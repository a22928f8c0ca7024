"""A table of indicators as somebody else laid it out: where its headings end, what its columns mean, what its rows say.

Öppna jämförelser comes as one row per municipality and one column per indicator, under headings that are spread over
two or three rows; other files have one row per value. Both are read with the same words: a column is a place, a year,
a gender, an indicator's name, a value, or an indicator of its own.
"""

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from bou_portal.formats import listing
from bou_portal.imports import RowError, Table, Unreadable, folded
from municipalities.kolada.store import COUNTRY, FIRST_YEAR, Told, unit_of
from municipalities.models import Kpi, Municipality, Region

PASS_OVER, CODE, NAME, YEAR, GENDER, TITLE, VALUE, OWN = (
    "", "kommunkod", "kommun", "ar", "kon", "nyckeltal", "varde", "eget",
)  # fmt: skip
MEANINGS = {
    PASS_OVER: "Ta inte med",
    CODE: "Kommunkod eller länskod",
    NAME: "Kommunens eller länets namn",
    YEAR: "År",
    GENDER: "Kön",
    TITLE: "Nyckeltalets namn",
    VALUE: "Värde",
    OWN: "Ett nyckeltal, rubriken är dess namn",
}
HEADINGS = {
    "kommunkod": CODE, "kod": CODE, "kommunnr": CODE, "lankommun": CODE, "regionkod": CODE, "omradeskod": CODE,
    "kommun": NAME, "kommunnamn": NAME, "namn": NAME, "omrade": NAME, "region": NAME, "kommunlan": NAME, "lan": PASS_OVER,
    "ar": YEAR, "period": YEAR, "matar": YEAR, "kon": GENDER, "nyckeltal": TITLE, "indikator": TITLE, "matt": TITLE,
    "fraga": TITLE, "varde": VALUE, "resultat": VALUE, "andel": VALUE,
}  # fmt: skip
GENDERS = {
    "t": "T", "totalt": "T", "alla": "T", "bada": "T", "samtliga": "T", "k": "K", "kvinna": "K", "kvinnor": "K",
    "flicka": "K", "flickor": "K", "m": "M", "man": "M", "pojke": "M", "pojkar": "M",
}  # fmt: skip
MISSING = {"", "..", ".", "...", "-", "–", "—", "x", "uppgift saknas", "ingen uppgift", "saknas", "e.u.", "n/a"}
ANSWERS = {"ja": 1.0, "nej": 0.0}  # as Kolada counts them
LOOKED_AT = 40  # rows in which the first row of values is looked for
HEADING_ROWS = 3
MOST_VALUES = 100_000
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_KOLADA = re.compile(r"[NU]\d{5}(?!\d)")


class Places:
    """Which place a code or a name means."""

    def __init__(self):
        self.by_name = {folded(word): COUNTRY for word in ("Riket", "Hela riket", "Sverige", "Riket totalt")}
        self.codes, self.names = {COUNTRY}, {COUNTRY: "Riket"}
        for region in Region.objects.all():
            self.add(f"00{region.code}", region.name, region.body)
        for place in Municipality.objects.all():
            self.add(place.code, place.short_name, place.official_name)

    def add(self, code, name, other):
        self.codes.add(code)
        self.names[code] = name
        self.by_name |= {folded(name): code, folded(other): code}

    def of_code(self, text):
        """The place of a code; a spreadsheet may have taken away the noughts it began with."""
        code = text.strip().zfill(4)
        return code if code in self.codes else None

    def of_name(self, text):
        return self.by_name.get(folded(text))

    def knows(self, text):
        return bool(text) and (
            self.of_name(text) or (text.strip().isdigit() and len(text.strip()) >= 3 and self.of_code(text))
        )


def read_number(text):
    """`1 234,5`, `12,5 %` and yes or no as numbers, None for what is marked as missing. ValueError when it is neither."""
    plain = text.strip().casefold()
    if plain in MISSING:
        return None
    if plain in ANSWERS:
        return ANSWERS[plain]
    plain = re.sub(r"[\s\u00a0\u202f]", "", plain).removesuffix("%").replace("\N{MINUS SIGN}", "-").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{1,12})?", plain, re.ASCII):
        raise ValueError(text)
    return float(plain)


def is_cell_of_value(text):
    try:
        read_number(text)
    except ValueError:
        return False
    return text.strip() != ""


# --- where the headings end -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Sheet:
    """The table with one heading per column. `rows` are (number in the file, cells)."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def laid_out(table: Table, places: Places) -> Sheet:
    """Title rows above passed over, headings that are spread over several rows made one. Raises Unreadable."""
    first = table.rows[0][0] - 1
    rows = [(first, table.headers), *table.rows]
    start = next((n for n, (_, cells) in enumerate(rows[:LOOKED_AT]) if is_data(cells, places)), None)
    if start is None:
        raise Unreadable(
            "Ingen rad med en kommun och ett värde hittades bland de första raderna. "
            "Filen ska ha en kolumn med kommunernas koder eller namn."
        )
    if start == 0:
        raise Unreadable("Filen saknar rubrikrad. Lägg till en rad överst som säger vad kolumnerna är.")
    above = [cells for _, cells in rows[max(0, start - HEADING_ROWS) : start]]
    while len(above) > 1 and is_title(above[0]):
        above = above[1:]
    width = max(len(cells) for _, cells in rows[start:])
    return Sheet(combined(above, width), rows[start:])


def is_data(cells, places):
    """A row that names a place and holds a value beside it."""
    at = next((n for n, cell in enumerate(cells) if places.knows(cell)), None)
    return at is not None and any(
        is_cell_of_value(cell) and not places.knows(cell) for n, cell in enumerate(cells) if n != at
    )


def is_title(cells):
    """A row with words in its first column alone: what the sheet is called, or when it was made."""
    return [n for n, cell in enumerate(cells) if cell] in ([0], [])


def combined(above, width):
    """One heading per column. A merged cell stands over the empty ones to its right, if something stands below them."""
    lowest, parts = above[-1], [[] for _ in range(width)]
    for cells in above:
        over = ""
        for column in range(width):
            cell = cells[column] if column < len(cells) else ""
            below = column < len(lowest) and lowest[column]
            over = cell or (over if cells is not lowest and below else "")
            if over and over not in parts[column]:
                parts[column].append(over)
    return [", ".join(words) for words in parts]


# --- what its columns mean --------------------------------------------------------------------------------------------
def guessed(sheet: Sheet, places: Places) -> dict[int, str]:
    """What each column seems to mean: by its heading, else by what stands in it. The leader may change all of it."""
    meanings = {}
    for column, heading in enumerate(sheet.headings):
        cells = [row[column] for _, row in sheet.rows[:LOOKED_AT] if column < len(row) and row[column]]
        meaning = HEADINGS.get(folded(heading))
        if meaning is None and cells:
            meaning = by_content(cells, places)
        if meaning in (CODE, NAME, YEAR, GENDER, TITLE, VALUE) and meaning in meanings.values():
            meaning = PASS_OVER  # the first of two
        meanings[column] = meaning or PASS_OVER
    if VALUE in meanings.values() and TITLE not in meanings.values():
        meanings = {column: OWN if meaning == VALUE else meaning for column, meaning in meanings.items()}
    if VALUE in meanings.values():  # one row per value: other numbers are no indicators
        meanings = {column: PASS_OVER if meaning == OWN else meaning for column, meaning in meanings.items()}
    return meanings


def by_content(cells, places):
    if all(places.knows(cell) for cell in cells):
        return CODE if all(cell.strip().isdigit() for cell in cells) else NAME
    numbers = sum(is_cell_of_value(cell) for cell in cells)
    return OWN if numbers >= len(cells) * 0.8 else PASS_OVER


# --- what its rows say ------------------------------------------------------------------------------------------------
@dataclass
class Reading:
    """The values of a table under a mapping, and what is wrong with which row."""

    told: list[Told] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)  # code -> title
    errors: list[RowError] = field(default_factory=list)
    rows: int = 0


def code_of(title):
    """The portal's own id of an indicator that came in a file: the same title has the same, whenever it is read."""
    return f"F{hashlib.sha256(folded(title).encode()).hexdigest()[:8].upper()}"


class Reader:
    """Reads a sheet with `columns` ({number: meaning}); `year` is that of all values where no column tells it."""

    def __init__(self, sheet, columns, year, places, this_year):
        self.sheet, self.places, self.year, self.last_year = sheet, places, year, this_year + 1
        self.at = {meaning: column for column, meaning in columns.items() if meaning not in (PASS_OVER, OWN)}
        self.own = [column for column, meaning in columns.items() if meaning == OWN]

    def read(self) -> Reading:
        reading, seen = Reading(rows=len(self.sheet.rows)), defaultdict(list)
        for number, cells in self.sheet.rows:
            problems = []
            for value, title in self.values(cells, problems):
                seen[value.key].append((number, value))
                reading.titles[value.code] = title
            reading.errors += [RowError(number, column, text, "error", "cell", said) for column, text, said in problems]
            if len(seen) > MOST_VALUES:
                raise Unreadable(
                    f"Filen har fler än {MOST_VALUES} värden. Dela upp den och läs in delarna var för sig."
                )
        for found in seen.values():
            if len(found) == 1:
                reading.told.append(found[0][1])
            else:
                reading.errors.append(double(found, reading.titles))
        reading.errors.sort(key=lambda error: error.row)
        return reading

    def cell(self, cells, meaning):
        column = self.at.get(meaning)
        return cells[column] if column is not None and column < len(cells) else ""

    def values(self, cells, problems):
        """(value, title) of everything that a row says; what is wrong is added to `problems`."""
        place = self.place(cells, problems)
        if place is None:
            return
        gender = GENDERS.get(folded(self.cell(cells, GENDER)), "T" if not self.cell(cells, GENDER) else None)
        if gender is None:
            problems.append(("Kön", self.cell(cells, GENDER), "Könet känns inte igen. Skriv T, K eller M."))
            return
        if VALUE in self.at:
            found = [(self.cell(cells, TITLE), self.cell(cells, VALUE), MEANINGS[VALUE])]
        else:
            found = [
                (self.sheet.headings[n], cells[n] if n < len(cells) else "", self.sheet.headings[n]) for n in self.own
            ]
        for heading, text, column in found:
            title, year, own_gender = self.parted(heading)
            try:
                told_year = self.check_year(self.cell(cells, YEAR) or year or self.year)
                yield Told(self.check_title(title), place, told_year, own_gender or gender, read_number(text)), title
            except Wrong as wrong:
                problems.append((column, text, str(wrong)))
            except ValueError:
                problems.append(
                    (column, text, f"”{text[:40]}” är inget tal. Skriv ett tal, eller .. där värdet saknas.")
                )

    def place(self, cells, problems):
        code, name = self.cell(cells, CODE).strip(), self.cell(cells, NAME).strip()
        found, named = self.places.of_code(code) if code else None, self.places.of_name(name) if name else None
        if code and not found:
            problems.append((MEANINGS[CODE], code, f"Kommunen med koden ”{code[:20]}” finns inte."))
        elif name and not named and not found:
            problems.append((MEANINGS[NAME], name, f"Kommunen ”{name[:40]}” finns inte. Kontrollera stavningen."))
        elif found and named and found != named and {found, named} & self.municipal == {found, named}:
            told = f"Koden {code} är {self.places.names[found]}, men raden heter ”{name[:40]}”."
            problems.append((MEANINGS[CODE], code, told))
        elif not (found or named):
            problems.append((MEANINGS[NAME], "", "Raden saknar kommun."))
        else:
            return found or named
        return None

    @cached_property
    def municipal(self):
        return {code for code in self.places.codes if not code.startswith("00")}

    def parted(self, heading):
        """(title, year or nothing, gender or nothing) of a heading such as `Utredningstid, median, 2024, flickor`."""
        years = _YEAR.findall(heading)
        year = years[-1] if len(years) == 1 and YEAR not in self.at else ""
        words = [word.strip() for word in heading.split(",")]
        gender = next((GENDERS[folded(word)] for word in words if len(word) > 1 and folded(word) in GENDERS), "")
        kept = [word for word in words if not (len(word) > 1 and folded(word) in GENDERS) and word != year]
        title = ", ".join(word for word in kept if word)
        if year and year in title:
            title = " ".join(title.replace(year, " ").split()).strip(" ,()-–") or title
        return title[:250], year, gender

    def check_year(self, text):
        text = str(text).strip()
        if not re.fullmatch(r"\d{4}", text, re.ASCII):
            raise Wrong(f"”{text[:20]}” är inget år. Skriv fyra siffror." if text else "Raden saknar år.")
        if not FIRST_YEAR <= int(text) <= self.last_year:
            raise Wrong(f"Året {text} ligger utanför {FIRST_YEAR}–{self.last_year}.")
        return int(text)

    def check_title(self, title):
        if not title:
            raise Wrong("Raden säger inte vilket nyckeltal den gäller.")
        if match := _KOLADA.match(title):
            raise Wrong(f"{match[0]} är Koladas. Hämta det därifrån, så att källan blir rätt.")
        return code_of(title)


class Wrong(Exception):
    """Why a cell is not taken in, in Swedish."""


def double(found, titles):
    numbers = sorted({number for number, _ in found})
    said = (
        f"Raderna {listing([str(number) for number in numbers])} säger samma sak"
        if len(numbers) > 1
        else "Raden säger samma sak två gånger"
    )
    value = found[0][1]
    text = f"{said}: {titles[value.code][:80]}, {value.year}. Behåll en."
    return RowError(numbers[-1], "Nyckeltal", None, "error", "double", text)


def new_kpis(titles, theme):
    """Indicators that the file brings and that are not here yet."""
    known = set(Kpi.objects.filter(code__in=titles).values_list("code", flat=True))
    return [
        Kpi(code=code, title=title, theme=theme, unit=unit_of(title), source=Kpi.Source.FILE)
        for code, title in titles.items()
        if code not in known
    ]
