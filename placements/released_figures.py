"""A region's figures for everybody outside the municipalities: what the frozen release holds, and nothing else."""

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import xlsxwriter

from bou_portal import charts, exports, maps
from bou_portal.disclosure import PUBLISHED, Disclosed, Level
from bou_portal.disclosure.release import QUARTER
from bou_portal.figures import DEFINITIONS, Kind, Shown
from bou_portal.formats import number
from bou_portal.periods import Quarter
from placements.own_figures import word

PER_PLACE = tuple(publication for publication in PUBLISHED if Level.MUNICIPALITY in publication.levels)
PER_REGION = tuple(publication for publication in PUBLISHED if not publication.breakdown)
BREAKDOWNS = tuple(publication for publication in PUBLISHED if publication.breakdown)
HEADINGS = (
    "kvartal", "period", "plats", "namn", "mått", "mätt som", "del", "värde", "täljare", "nämnare", "märke", "betyder",
)  # fmt: skip


@dataclass(frozen=True)
class PlaceRow:
    """A municipality with one shown figure per measure."""

    place: object
    cells: list[Shown]


class ReleasedFigures:
    """One release as a page and as files."""

    def __init__(self, release, measure=""):
        self.release, self.region = release, release.region
        self.disclosed = Disclosed.from_dict(release.cells)
        self.quarter = Quarter.parse(release.quarter)
        self.measures = [DEFINITIONS[publication.measure] for publication in PER_PLACE]
        self.measure = next((each for each in self.measures if each.id == measure), self.measures[0])
        self.places = {place.code: place for place in self.region.municipalities.all()}

    def rows(self, wish=""):
        """One row per municipality, sorted by name or by a measure's shown value; what has no number comes last."""
        rows = [
            PlaceRow(place, [self.disclosed.cell(each.id, code) for each in self.measures])
            for code, place in self.places.items()
        ]
        column = {each.id: n for n, each in enumerate(self.measures)}.get(wish.lstrip("-"))
        if column is None:
            return rows[::-1] if wish == "-namn" else rows
        seen = [row for row in rows if row.cells[column].is_shown]
        seen.sort(key=lambda row: row.cells[column].value, reverse=wish.startswith("-"))
        return seen + [row for row in rows if not row.cells[column].is_shown]

    @property
    def totals(self):
        return [self.disclosed.cell(each.id, self.region.code) for each in self.measures]

    @cached_property
    def map(self):
        """The chosen measure on the map; a hidden value is hatched and says so."""
        unit = "%" if self.measure.kind is Kind.SHARE else ""
        shown = {code: self.disclosed.cell(self.measure.id, code) for code in self.places}
        places = [
            maps.Place(code, place.short_name, shown[code].value, "" if shown[code].is_shown else shown[code].text)
            for code, place in self.places.items()
        ]
        return maps.region_map(places, title=self.measure.name, unit=unit, links=False)

    @property
    def regional(self):
        """(definition, quarter, four quarters or None) for the region as a whole."""
        code = self.region.code
        for publication in PER_REGION:
            rolling = self.disclosed.cell(publication.measure, code, rolling=True) if publication.rolling else None
            yield DEFINITIONS[publication.measure], self.disclosed.cell(publication.measure, code), rolling

    @property
    def breakdowns(self):
        for publication in BREAKDOWNS:
            shown = self.disclosed.table(publication.measure, self.region.code)
            points = [charts.Point(word(name), cell.value, cell.text) for name, cell in shown.items()]
            yield charts.bars(points, title=DEFINITIONS[publication.measure].name, heading="Del")

    @property
    def sentence(self):
        """How many are placed, and who is missing."""
        placed = self.disclosed.cell("placed_on", self.region.code)
        many = f"{placed.text} barn" if placed.is_shown else "Ett antal barn som inte visas"
        said = f"{many} var placerade i {self.region.name} den {self.quarter.end}."
        missing = [self.places[code].short_name for code in self.disclosed.missing if code in self.places]
        if not missing:
            return f"{said} Alla {number(len(self.places))} kommuner har levererat."
        return f"{said} {', '.join(missing)} har inte levererat."

    def lines(self):
        """Every cell of the release for a file."""
        names = {code: place.short_name for code, place in self.places.items()} | {self.region.code: self.region.body}
        for key, shown in self.disclosed.cells.items():
            share = shown.kind is Kind.SHARE
            yield (
                str(self.quarter),
                "kvartal" if key.period == QUARTER else "fyra kvartal",
                key.place,
                names.get(key.place, ""),
                key.measure,
                DEFINITIONS[key.measure].name,
                word(key.category) if key.category else "",
                shown.value,
                shown.numerator if share else None,
                shown.denominator if share else None,
                "" if shown.is_shown else shown.text,
                shown.reason,
            )

    def as_csv(self):
        return exports.csv_bytes(HEADINGS, self.lines())

    def as_xlsx(self):
        """Text is written as text: nothing in the file can run as a formula."""
        file = BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet("Siffror")
            bold = book.add_format({"bold": True})
            for column, heading in enumerate(HEADINGS):
                sheet.write_string(0, column, heading, bold)
            for line_number, line in enumerate(self.lines(), 1):
                for column, value in enumerate(line):
                    if isinstance(value, int | float):
                        sheet.write_number(line_number, column, value)
                    elif value:
                        sheet.write_string(line_number, column, value)
            sheet.freeze_panes(1, 0)
        return file.getvalue()

    def as_json(self):
        return self.disclosed.as_json().encode()
