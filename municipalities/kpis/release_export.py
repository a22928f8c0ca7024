"""Taking out what a region has released: the frozen cells of some quarters with their code book, and nothing else.

Everything comes from the latest version of each frozen release. A hidden cell has its mark and no number, as it was
frozen: two dots, "ingen uppgift" or a dash. Results of homes have a file of their own, on the page of statistics.
"""

import hashlib
import zipfile
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import xlsxwriter
from django.utils import timezone

from bou_portal import exports
from bou_portal.disclosure import Disclosed
from bou_portal.disclosure.release import QUARTER
from bou_portal.figures import DEFINITIONS, LEGEND, MARKS, Kind
from bou_portal.periods import Quarter

HEADINGS = (
    "kvartal", "version", "fryst", "avser", "plats", "namn", "mått", "mätt som", "del", "värde", "täljare", "nämnare",
    "märke", "betyder",
)  # fmt: skip
CODE_BOOK_HEADINGS = ("id", "namn", "täljare", "nämnare", "enhet", "källa", "anmärkning")
KINDS = {Kind.COUNT: "antal", Kind.SHARE: "procent", Kind.MEAN: "medelvärde"}
COLUMNS = (
    ("kvartal", "Det frysta kvartalet, ÅÅÅÅ-Kn."),
    ("version", "Vilken version av frysningen. En rättning är en ny version, och bara den senaste finns här."),
    ("fryst", "Dagen då siffrorna frystes."),
    ("avser", "Kvartalet, eller de fyra kvartal som slutar med det."),
    ("plats", "Kommunkod (fyra siffror) eller länskod (två)."),
    ("mått", "Måttets id, se raderna nedan."),
    ("del", "Vilken del av måttet, när det är uppdelat. Annars tomt."),
    ("värde", "Det visade värdet. Tomt när det inte visas."),
    ("täljare", "Antalet bakom en andel. Tomt när andelen inte visas."),
    ("nämnare", "Hur många en andel räknas på. Tomt när andelen inte visas."),
    ("märke", "Står i stället för ett värde som inte visas."),
)


@dataclass(frozen=True)
class Extract:
    """The latest releases of a region's quarters, oldest first."""

    region: object
    releases: list

    @cached_property
    def lines(self):
        """Every cell of the releases."""
        names = dict(self.region.municipalities.values_list("code", "short_name")) | {
            self.region.code: self.region.body
        }
        return [line for release in self.releases for line in lines_of(release, names)]

    @cached_property
    def code_book(self):
        """What each column, measure and mark means."""
        told = dict.fromkeys(line[6] for line in self.lines)
        return [
            *((column, meaning, "", "", "", "", "kolumn") for column, meaning in COLUMNS),
            *map(defined, told),
            *((mark, LEGEND[state].capitalize(), "", "", "", "", "märke") for state, mark in MARKS.items()),
        ]

    def file(self, form):
        """The bytes of the file, the same for the same releases: xlsx with two sheets, or two CSV files in a zip."""
        return self.as_xlsx() if form == "xlsx" else self.as_zip()

    def as_zip(self):
        file = BytesIO()
        parts = {"siffror.csv": (HEADINGS, self.lines), "kodbok.csv": (CODE_BOOK_HEADINGS, self.code_book)}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, (headings, lines) in parts.items():
                archive.writestr(zipfile.ZipInfo(name), exports.csv_bytes(headings, lines))
        return file.getvalue()

    def as_xlsx(self):
        """Text is written as text: nothing in the file can run as a formula."""
        file = BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            book.set_properties({"created": self.releases[-1].frozen_at.replace(tzinfo=None)})
            bold = book.add_format({"bold": True})
            sheets = {"Siffror": (HEADINGS, self.lines), "Kodbok": (CODE_BOOK_HEADINGS, self.code_book)}
            for name, (headings, lines) in sheets.items():
                write(book.add_worksheet(name), headings, lines, bold)
        return file.getvalue()


def lines_of(release, names):
    """One line per frozen cell, in the release's order."""
    disclosed = Disclosed.from_dict(release.cells)
    for key, shown in disclosed.cells.items():
        definition, is_share = DEFINITIONS.get(key.measure), shown.kind is Kind.SHARE
        yield (
            release.quarter,
            release.version,
            f"{timezone.localtime(release.frozen_at):%Y-%m-%d}",
            "kvartalet" if key.period == QUARTER else "fyra kvartal",
            key.place,
            names.get(key.place, ""),
            key.measure,
            definition.name if definition else key.measure,
            key.category or "",
            shown.value,
            shown.numerator if is_share else None,
            shown.denominator if is_share else None,
            "" if shown.is_shown else shown.text,
            shown.reason,
        )


def defined(measure):
    """A measure's line in the code book. One that is counted no longer has its id alone."""
    definition = DEFINITIONS.get(measure)
    if definition is None:
        return measure, "Måttet räknas inte längre.", "", "", "", "", "mått"
    unit = f"{KINDS[definition.kind]}, {definition.unit}" if definition.unit else KINDS[definition.kind]
    return (
        measure, definition.name, definition.numerator, definition.denominator, unit, definition.source, definition.note,
    )  # fmt: skip


def write(sheet, headings, lines, bold):
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for row, line in enumerate(lines, 1):
        for column, value in enumerate(line):
            if isinstance(value, int | float):
                sheet.write_number(row, column, value)
            elif value:
                sheet.write_string(row, column, str(value))
    sheet.freeze_panes(1, 0)


def between(releases, first, last):
    """The latest version of each quarter from `first` to `last`, oldest first."""
    found = releases.latest_versions().filter(quarter__gte=str(first), quarter__lte=str(last))
    return list(found.order_by("quarter"))


def fingerprint(content):
    return hashlib.sha256(content).hexdigest()


def file_name(export):
    first, last = Quarter.parse(export.first_quarter).slug, Quarter.parse(export.last_quarter).slug
    return f"slappta-siffror-{export.region.code}-{first}-{last}.{'xlsx' if export.form == 'xlsx' else 'zip'}"
