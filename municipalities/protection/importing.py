"""A list of proposals in a file: found under its heading, held against what stands, shown, and taken in whole or not at all.

Files come with a title and merged cells above the table, and with the area named once for several rows. The heading is
looked for among the first ten rows; an area said once holds until the next one is said.
"""

from dataclasses import dataclass, field

from django.core import signing
from django.db import transaction

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.identity_numbers import has_identity_number
from bou_portal.imports import Unreadable, folded, match_headers
from municipalities.models import Proposal, Region

SALT = "municipalities.proposals"
HEADER_ROWS, MOST, MOST_ROWS = 10, 44, 200
COLUMNS = {
    "number": ("nummer", "nr", "förslag nr", "förslagsnummer", "no", "number"),
    "area": ("område", "omr", "del", "area"),
    "title": ("titel", "förslag", "rubrik", "benämning", "title"),
    "responsible": ("ansvarig", "ansvar", "ansvarig nivå", "nivå", "responsible"),
}
SYNONYMS = {folded(word): column for column, words in COLUMNS.items() for word in words}
AREAS = {folded(area.label): area.value for area in Proposal.Area}
RESPONSIBLE = {
    folded(word): value
    for value, words in {
        Proposal.Responsible.STATE: ("staten", "stat", "regeringen", "socialstyrelsen"),
        Proposal.Responsible.NATIONAL: ("skr", "skl", "sveriges kommuner och regioner"),
        Proposal.Responsible.REGION: ("region", "regional nivå", "regionen", "länet", "länsnivå"),
        Proposal.Responsible.MUNICIPALITY: ("kommun", "kommunen", "kommunerna", "kommuner"),
        Proposal.Responsible.OTHER: ("annan", "övriga", "någon annan"),
    }.items()
    for word in words
}
NO_HEADER = (
    "Hittar ingen rubrikrad med nummer och titel bland filens tio första rader. Kolumnerna ska heta nummer, område, "
    "titel och ansvarig."
)


@dataclass
class Line:
    """A row of the file as a proposal, what would become of it, and what is wrong with it."""

    row: int
    number: int | None = None
    area: str = ""
    title: str = ""
    responsible: str = Proposal.Responsible.MUNICIPALITY
    fate: str = ""
    problems: list = field(default_factory=list)

    @property
    def values(self):
        return {"area": self.area, "title": self.title, "responsible": self.responsible}

    @property
    def area_name(self):
        return dict(Proposal.Area.choices).get(self.area, "")

    @property
    def responsible_name(self):
        return dict(Proposal.Responsible.choices).get(self.responsible, "")


def read(table, region):
    """[Line] of a file's rows, each held against the region's proposals. Raises Unreadable without a heading."""
    columns, rows = under_heading(table)
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"Filen har {len(rows)} rader. Förslagen är högst {MOST}.")
    area, lines = "", []
    for number, cells in rows:
        said = {column: cells[at].strip() if at < len(cells) else "" for column, at in columns.items()}
        if section := section_of(cells, said):
            area = section
            continue
        line = line_of(number, said, area)
        area = line.area or area
        lines.append(line)
    if not lines:
        raise Unreadable("Filen har en rubrikrad men inga förslag.")
    refuse_doubles(lines)
    compare(lines, region)
    return lines


def under_heading(table):
    """Which column is which, and the rows below the heading, wherever among the first ten rows it stands."""
    rows = [(1, table.headers), *table.rows]
    for at, (_, cells) in enumerate(rows[:HEADER_ROWS]):
        known = {SYNONYMS.get(folded(cell)) for cell in cells}
        if {"number", "title"} <= known:
            columns, _ = match_headers(cells, SYNONYMS)
            return columns, rows[at + 1 :]
    raise Unreadable(NO_HEADER)


def section_of(cells, said):
    """The area that a merged row across the table names ("Område 2: God arbetsmiljö"), or nothing."""
    filled = {cell.strip() for cell in cells if cell.strip()}
    if len(filled) != 1 or (said["number"].isdigit() and len(said["number"]) < 3):
        return ""
    return next((value for word, value in AREAS.items() if word in folded(filled.copy().pop())), "")


def line_of(row, said, area):
    """One row as a proposal. `area` is the one said last above it."""
    line = Line(row, title=said["title"], area=area)
    number = said["number"].rstrip(".")
    if number.isascii() and number.isdigit() and len(number) <= 4 and 1 <= int(number) <= MOST:
        line.number = int(number)
    else:
        line.problems.append(
            f"Numret ska vara 1–{MOST}, inte ”{said['number'][:20]}”." if number else "Raden saknar nummer."
        )
    if said.get("area"):
        line.area = area_of(said["area"])
    if not line.area:
        line.problems.append("Området ska vara 1, 2 eller 3, eller områdets namn.")
    if not line.title:
        line.problems.append("Raden saknar titel.")
    elif len(line.title) > 160:
        line.problems.append(f"Titeln är {len(line.title)} tecken. Korta den till högst 160.")
    elif has_identity_number(line.title):
        line.title = ""
        line.problems.append("Titeln innehåller ett personnummer. Ta bort det ur filen.")
    if responsible := said.get("responsible"):
        line.responsible = RESPONSIBLE.get(folded(responsible), "")
        if not line.responsible:
            line.problems.append("Ansvarig ska vara staten, SKR, region, kommun eller annan.")
    return line


def area_of(text):
    """`2`, `Område 2` or `God arbetsmiljö` as the area's number; nothing for what is none."""
    plain = folded(text)
    digit = plain.removeprefix("område").removeprefix("omrade").strip()
    if digit[:1] in {"1", "2", "3"} and not digit[1:2].isdigit():
        return digit[:1]
    return next((value for word, value in AREAS.items() if word in plain), "")


def refuse_doubles(lines):
    seen = {}
    for line in lines:
        if line.number and line.number in seen:
            line.problems.append(f"Nummer {line.number} står redan på rad {seen[line.number]}.")
        seen.setdefault(line.number, line.row)


def compare(lines, region):
    """Whether each line is new, changes a proposal or says what stands already."""
    standing = {row.number: row for row in Proposal.objects.filter(region=region)}
    for line in lines:
        kept = standing.get(line.number)
        if line.problems:
            line.fate = "Behöver rättas"
        elif kept is None:
            line.fate = "Nytt"
        elif all(getattr(kept, name) == value for name, value in line.values.items()):
            line.fate = "Oförändrat"
        else:
            line.fate = "Ändras"


def sealed(lines, region):
    """The lines as they were shown, for the form that confirms them: nobody but the portal can have written it."""
    rows = [[line.number, line.area, line.title, line.responsible] for line in lines]
    return signing.dumps({"region": region.code, "rows": rows}, salt=SALT, compress=True)


def unsealed(token, region):
    """[(number, values)] that were shown for this region an hour ago at most; None for anything else."""
    try:
        shown = signing.loads(token, salt=SALT, max_age=3600)
    except signing.BadSignature:
        return None
    if shown["region"] != region.code:
        return None
    return [(number, dict(zip(("area", "title", "responsible"), rest, strict=True))) for number, *rest in shown["rows"]]


@transaction.atomic
def take_in(rows, region, user):
    """Write all of the rows. How many are new, changed and as they were. Twice gives the same as once."""
    Region.objects.select_for_update().get(pk=region.pk)  # one file at a time
    standing = {row.number: row for row in Proposal.objects.filter(region=region)}
    counts = {"new": 0, "changed": 0, "same": 0}
    for number, values in rows:
        kept = standing.get(number)
        if kept is None:
            Proposal.objects.create(region=region, number=number, **values)
            counts["new"] += 1
        elif any(getattr(kept, name) != value for name, value in values.items()):
            Proposal.objects.filter(pk=kept.pk).update(**values)
            counts["changed"] += 1
        else:
            counts["same"] += 1
    record(user, Verb.IMPORTED, region, proposals=len(rows), **counts)
    return counts
