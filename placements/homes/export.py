"""Everything a region has released about homes, as files with their code book. Shown values only, never a rating."""

from io import BytesIO

import xlsxwriter

from bou_portal import exports
from bou_portal.figures import LEGEND, MARKS, State
from placements.questionnaire import questionnaire

HEADINGS = (
    "kvartal", "region", "hem_id", "hem", "form", "ligger i", "mått", "mätt som", "värde", "visas som",
    "antal omdömen", "ojämnt underlag", "bygger på kvartal",
)  # fmt: skip
CODE_BOOK_HEADINGS = ("kolumn eller mått", "betyder", "skala eller värden")
WHOLE, AGAIN, PLANNED, LENGTH = "helhet", "använda igen", "planerade avslut", "längd"

COLUMNS = (
    ("kvartal", "Det frysta kvartal som värdet är visat i.", "ÅÅÅÅ-Kn"),
    ("region", "Regionen vars kommuner har lämnat omdömena.", "Länskod"),
    ("hem_id", "Hemmets beteckning i portalen. Den ändras aldrig.", "UUID"),
    ("hem", "Hemmets namn i registret den dag filen hämtades.", "Text"),
    ("form", "Vad hemmet är.", "Text"),
    ("ligger i", "Kommunen hemmet ligger i.", "Text"),
    ("mått", "Vilket resultat raden gäller, se nedan.", "Kod"),
    ("mätt som", "Måttets namn.", "Text"),
    ("värde", "Det visade värdet. Tomt när det är dolt.", "Tal, se måttet"),
    ("visas som", "Så står värdet på sidan.", "Text"),
    ("antal omdömen", "Hur många omdömen värdet bygger på, i band.", "5–9, 10–19 eller 20+"),
    ("ojämnt underlag", "Ja när en person står för mer än hälften av omdömena.", "ja eller tomt"),
    ("bygger på kvartal", "Det äldre kvartal värdet är från, när för få nya har kommit. Annars tomt.", "ÅÅÅÅ-Kn"),
)
SCALE = "1–5 i halva steg, 5 är bäst. Med 5–9 omdömen betyder 4,5 minst 4,5 och 1,5 högst 1,5"
SHARE, BAND = "Procent, till närmaste tiotal", "Band: 0 är kortast och 3 längst; orden står i ”visas som”"
RULE = (
    "Visas från fem omdömen av minst tre personer, när minst tre kommer från andra än en enskild kommun, under 24 månader. "
    "Andelar och längd visas från tjugo."
)


def measures():
    """(code, name, what it means, scale) of everything that is released about a home."""
    yield WHOLE, "Omdöme, helhet", "Medel av områdena, på frågeformulärets skala.", SCALE
    for domain in questionnaire().domains:
        yield domain.code, domain.name, f"Området {domain.name}: medel av påståendena i det.", SCALE
    for statement in questionnaire().statements:
        yield f"P{statement.number}", statement.text, f"Påstående {statement.number}.", SCALE
    yield AGAIN, "Skulle använda igen", "Andel som svarat ja utan villkor.", SHARE
    yield PLANNED, "Planerade avslut", "Andel placeringar som slutade som planerat, av dem där det är känt.", SHARE
    yield LENGTH, "Placeringens längd", "Medianen av de avslutade placeringarnas längd.", BAND


class HomeFigures:
    """One region's release of homes' results, for these homes."""

    def __init__(self, released, homes):
        self.released, self.homes = released, homes

    def of(self, home, code):
        """What is told of a home by one measure."""
        released = self.released
        others = {AGAIN: released.use_again, PLANNED: released.planned, LENGTH: released.length, WHOLE: released.of}
        if code in others:
            return others[code](home)
        return released.item(home, int(code[1:])) if code.startswith("P") else released.domain(home, code)

    def lines(self):
        """A row for each home's whole result, hidden or not, and one for each other measure that is shown."""
        names = [(code, name) for code, name, *_ in measures()]
        for home in self.homes:
            place = home.location.short_name if home.location else ""
            about = (str(self.released.quarter), self.released.region.code, str(home.uid), home.name)
            about += (home.get_form_group_display(), place)
            for code, name in names:
                told = self.of(home, code)
                if told.is_shown or code == WHOLE:
                    yield (*about, code, name, *told_as_cells(told))

    def as_csv(self):
        return exports.csv_bytes(HEADINGS, self.lines())

    def as_xlsx(self):
        """Two sheets: the values and their code book. Text is written as text: nothing in the file can run as a formula."""
        file = BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
            bold = book.add_format({"bold": True})
            for name, headings, lines in (
                ("Hem", HEADINGS, self.lines()),
                ("Kodbok", CODE_BOOK_HEADINGS, code_book()),
            ):
                write_sheet(book.add_worksheet(name), headings, lines, bold)
        return file.getvalue()


def told_as_cells(told):
    """Value, its text, its band, whether it is uneven, and the older quarter it rests on."""
    uneven = "ja" if getattr(told, "is_uneven", False) else ""
    return told.value, told.text, getattr(told, "band", ""), uneven, told.since


def code_book():
    """What each column and each measure means, and the rule that hides."""
    yield from COLUMNS
    for code, name, meaning, scale in measures():
        yield code, f"{name}. {meaning}" if name not in meaning else meaning, scale
    yield MARKS[State.HIDDEN], f"{LEGEND[State.HIDDEN].capitalize()}. {RULE}", ""


def code_book_csv():
    return exports.csv_bytes(CODE_BOOK_HEADINGS, code_book())


def write_sheet(sheet, headings, lines, bold):
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for number, line in enumerate(lines, 1):
        for column, value in enumerate(line):
            if isinstance(value, int | float):
                sheet.write_number(number, column, value)
            elif value:
                sheet.write_string(number, column, str(value))
    sheet.freeze_panes(1, 0)
