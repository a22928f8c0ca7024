"""Reading what somebody else wrote: CSV, xlsx and ods as rows of text, and what may be said about a row.

The gate comes before any parser: size, extension against content, zip contents counted while they are unpacked.
Whatever stops the whole file is an `Unreadable` with a Swedish sentence; whatever concerns a row is a `RowError`.
"""

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path

from bou_portal import spreadsheets
from bou_portal.identity_numbers import has_identity_number, masked

MAX_BYTES = 20 * 2**20
MAX_UNPACKED = 100 * 2**20
MAX_RATIO = 200  # a plain sheet of a delivery packs about 1:15
MAX_ENTRIES = 200
MAX_ROWS = 100_000
MAX_LINES = 2**20  # with or without anything in them: as many as a spreadsheet has
MAX_COLUMNS = 200
MAX_CELL = 2_000
MAX_LINE = MAX_COLUMNS * MAX_CELL
TOO_MANY_ROWS = f"Filen har fler än {MAX_ROWS} rader. Dela upp den och lämna delarna var för sig."

TEXT_SUFFIXES = {".csv", ".txt", ".tsv"}
WORKBOOK_SUFFIXES = {".xlsx", ".ods"}
FATES = ("new", "changed", "unchanged", "continued", "closed", "refused")

# control characters and bidi marks: invisible to a reader, so they have no business in a value (tab and newline stay)
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NOT_TEXT = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf")
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|table|script)", re.IGNORECASE)


class Unreadable(Exception):
    """The file as a whole cannot be taken in; the message is a Swedish sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong (level `error`: the row is refused) or looks wrong (level `warning`) in one row.

    `row` is the row's number in the file with the header as 1; None when it concerns the whole file.
    """

    row: int | None
    column: str | None
    value: str | None
    level: str
    check: str
    text: str


@dataclass
class ImportResult:
    """What an import did, or would do: the same for a dry run, a page and the command line."""

    file: str
    kind: str
    delivered: date | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FATES, 0))
    repairs: dict[str, int] = field(default_factory=lambda: {"a": 0, "b": 0, "c": 0})
    unconfirmed: int = 0
    messages: list[RowError] = field(default_factory=list)

    @property
    def read(self) -> int:
        return sum(self.counts.values())

    def as_json(self) -> dict:
        """The shape of figures.md 2."""
        return {
            "file": self.file,
            "kind": self.kind,
            "delivered": self.delivered.isoformat() if self.delivered else None,
            "rows": {"read": self.read, **self.counts},
            "repairs": self.repairs,
            "unconfirmed": self.unconfirmed,
            "messages": [asdict(message) for message in self.messages],
        }


@dataclass(frozen=True)
class Table:
    """The file as rows of text. `encoding` and `delimiter` are what was chosen, in words for the preview."""

    headers: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str
    delimiter: str


def read_table(name: str, content: bytes) -> Table:
    """The rows of a delivery, whatever it is written in. Raises Unreadable."""
    check_name_and_size(name, len(content))
    suffix = Path(name).suffix.lower()
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("Filen är tom. Ta ut den på nytt ur verksamhetssystemet.")
    if suffix in TEXT_SUFFIXES:
        cells, encoding, delimiter = _read_text(content)
    else:
        cells, encoding, delimiter = _read_workbook(suffix, content), suffix[1:], "celler"
    return _as_table(cells, encoding, delimiter)


def check_name_and_size(name: str, size: int):
    """The part of the gate that needs no content, so that a huge file is refused unread."""
    if has_identity_number(name):
        raise Unreadable("Filnamnet innehåller ett personnummer. Byt namn på filen och lämna den på nytt.")
    if Path(name).suffix.lower() not in TEXT_SUFFIXES | WORKBOOK_SUFFIXES:
        raise Unreadable("Filen ska vara CSV, xlsx eller ods. Spara om den i något av de formaten.")
    if size > MAX_BYTES:
        raise Unreadable(
            f"Filen är {size // 2**20} MB. Högst {MAX_BYTES // 2**20} MB tas emot. Dela upp den och lämna delarna var för sig."
        )


def visible(text: str) -> str:
    """The text without what no reader sees: control characters, marks that turn the writing direction, zero widths."""
    return _INVISIBLE.sub("", text)


def safe_name(name: str) -> str:
    """The file's name as it may be stored and shown: no folders, no identity number, nothing invisible."""
    return masked(visible(Path(name.replace("\\", "/")).name))[:100]


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """The text without case, accents, spaces and punctuation: `Födelse-år ` and `fodelsear` are the same."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isalnum())


def match_headers(headers: Iterable[str], synonyms: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """Which column of the file is which of ours, and the headers that are none of ours.

    `synonyms` maps a folded header to our column, or to "" for one to pass over. Raises Unreadable when two headers mean the same column.
    """
    found, unknown = {}, []
    for index, header in enumerate(headers):
        column = synonyms.get(folded(header))
        if column is None:
            if header:
                unknown.append(header)
        elif not column:
            continue
        elif column in found:
            raise Unreadable(
                f"Två rubriker betyder samma sak: kolumnen {column}. Ta bort den ena och lämna filen igen."
            )
        else:
            found[column] = index
    return found, unknown


def _read_text(content: bytes) -> tuple[Iterable[list[str]], str, str]:
    if content.startswith(_NOT_TEXT) or _MARKUP.match(content):
        raise Unreadable("Filen är inte det som namnet säger: den är ingen textfil. Spara om den som CSV.")
    text, encoding = _decode(content)
    text = visible(text)
    if any(len(line) > MAX_LINE for line in io.StringIO(text)):
        raise Unreadable(
            "Filen har en orimligt lång rad. Spara om den som CSV med en rad per placering eller händelse."
        )
    first, _, rest = text.partition("\n")
    announced = re.fullmatch(r'"?sep=([^"\r])"?\r?', first)  # Excel's own first line
    delimiter = announced[1] if announced else max(";\t,", key=_without_quotes(text).count)
    reader = csv.reader(io.StringIO(rest if announced else text, newline=""), delimiter=delimiter)
    rows = chain([[]], reader) if announced else reader  # the announcement is row 1 all the same
    return rows, encoding, {";": "semikolon", "\t": "tabb", ",": "komma"}.get(delimiter, delimiter)


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        attempts = [("utf-16", "UTF-16")]
    elif b"\x00" in content:
        attempts = []
    else:
        attempts = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]
    for codec, name in attempts:
        try:
            return content.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise Unreadable("Filens teckenkodning går inte att läsa. Spara om den som CSV UTF-8.")


def _without_quotes(text: str) -> str:
    first = re.match(r"\s*([^\r\n]*)", text)[1]
    return re.sub(r'"[^"]*"', "", first)


def _read_workbook(suffix: str, content: bytes) -> Iterable[list[str]]:
    _check_archive(suffix, content)
    try:
        # our own program, no shell, and nothing of the file on its command line
        parsed = subprocess.run(  # noqa: S603
            [sys.executable, "-I", spreadsheets.__file__, str(MAX_ROWS)],
            input=content,
            capture_output=True,
            timeout=spreadsheets.SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        parsed = None
    if parsed and parsed.returncode == spreadsheets.TOO_MUCH:
        raise Unreadable(TOO_MANY_ROWS)
    if parsed is None or parsed.returncode:
        raise Unreadable("Kalkylbladet går inte att läsa. Öppna det, spara om det som CSV och lämna det på nytt.")
    return json.loads(parsed.stdout)["rows"]


def _check_archive(suffix: str, content: bytes):
    """Entries, unpacked size, ratio, macros and links of a zip file, counted while unpacking: headers may lie."""
    wrong = Unreadable("Filen är inte det som namnet säger. Spara om den som xlsx, ods eller CSV.")
    if not content.startswith(b"PK\x03\x04"):
        raise wrong
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            _check_names(suffix, names, wrong)
            unpacked = 0
            for entry in archive.infolist():
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise wrong
                with archive.open(entry) as stream:
                    while chunk := stream.read(2**16):
                        unpacked += len(chunk)
                        if unpacked > min(MAX_UNPACKED, max(MAX_RATIO * len(content), 2**20)):
                            raise Unreadable("Filen blir orimligt stor när den packas upp och tas inte emot.")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise wrong from error


def _check_names(suffix: str, names: list[str], wrong: Unreadable):
    if len(names) > MAX_ENTRIES:
        raise Unreadable("Filen innehåller för många delar och tas inte emot. Spara den som CSV.")
    if any("vbaproject" in name.casefold() for name in names):
        raise Unreadable("Filen innehåller makron och tas inte emot. Spara den som xlsx utan makron eller som CSV.")
    if any("externallinks/" in name.casefold() for name in names):
        raise Unreadable("Filen har länkar till andra filer och tas inte emot. Spara den som CSV.")
    if ("xl/workbook.xml" if suffix == ".xlsx" else "content.xml") not in names:
        raise wrong


def _as_table(cells: Iterable[list[str]], encoding: str, delimiter: str) -> Table:
    headers, rows, seen = None, [], {}
    try:
        for number, raw in enumerate(cells, start=1):
            # equal values are one object: a delivery says "familjehem" ten thousand times
            row = [seen[cell] if cell in seen else seen.setdefault(cell, visible(cell).strip()) for cell in raw]
            if number > MAX_LINES:
                raise Unreadable(TOO_MANY_ROWS)
            if not any(row):
                continue
            if any(row[MAX_COLUMNS:]):
                raise Unreadable(
                    f"Rad {number} har fler än {MAX_COLUMNS} kolumner. Ta bort dem som inte hör till leveransen."
                )
            if max(map(len, row)) > MAX_CELL:
                raise Unreadable(
                    f"Rad {number} har en cell med mer än {MAX_CELL} tecken. Troligen saknas ett citattecken som avslutar."
                )
            del row[MAX_COLUMNS:]
            if headers is None:
                headers = row
            elif len(rows) == MAX_ROWS:
                raise Unreadable(TOO_MANY_ROWS)
            else:
                rows.append((number, row))
    except csv.Error as error:
        raise Unreadable("Filen går inte att läsa som CSV. Troligen saknas ett citattecken som avslutar.") from error
    if headers and has_identity_number("\n".join(headers)):
        raise Unreadable("Rubrikraden innehåller ett personnummer. Ta bort det och lämna filen på nytt.")
    if not rows:
        raise Unreadable("Filen har en rubrikrad men inga rader." if headers else "Filen är tom.")
    return Table(headers, rows, encoding, delimiter)
