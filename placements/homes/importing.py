"""A file of homes on its way into the register: kept, held against what stands there, and taken in.

What would happen is worked out from the register each time it is asked for; confirming works it out once more and takes
in what was shown, or nothing. A fact that stands is never replaced by an older one.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.core.paginator import Paginator
from django.db import transaction
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.bulk import update_rows
from bou_portal.formats import date as iso
from bou_portal.formats import listing, starting
from bou_portal.imports import Unreadable, folded, safe_name
from bou_portal.sorting import sort_key
from municipalities.models import Region
from placements.codes import FactSource, FormGroup, catalogue_label
from placements.homes.columns import FIELD_OF, READERS, Places, kept_cell, placed
from placements.homes.facts import IVO
from placements.homes.register import note
from placements.imports.columns import Wrong
from placements.models import CareHome, HomeFact, HomeImport

MOST_ROWS = 2_000
NEW, CHANGED, RENEWED, SAME, REFUSED = "new", "changed", "renewed", "same", "refused"
FATES = {NEW: "Nya", CHANGED: "Ändras", RENEWED: "Bekräftas", SAME: "Inget ändras", REFUSED: "Tas inte in"}
WRITTEN = (*dict.fromkeys(FIELD_OF.values()), "ivo_checked_on")


class RegisterChanged(Exception):
    """The register is no longer what the preview was made on."""


# --- keeping the file -------------------------------------------------------------------------------------------------
def stage(table, name, region, source, told_on, user):
    """Keep an uploaded file for preview: its known columns only, without identity numbers. Raises Unreadable."""
    found, ignored = placed(table.headers)
    if len(table.rows) > MOST_ROWS:
        raise Unreadable(f"Filen har fler än {MOST_ROWS} hem. Dela upp den och lämna delarna var för sig.")
    rows = [
        [number, {column: kept_cell(column, row[at]) for column, at in found.items() if at < len(row) and row[at]}]
        for number, row in table.rows
    ]
    with transaction.atomic():
        staged = HomeImport.objects.create(
            region=region,
            file_name=safe_name(name),
            read_as=f"{table.encoding}, {table.delimiter}",
            source=source,
            told_on=told_on,
            ignored=[safe_name(header) for header in ignored],
            rows=rows,
            uploaded_by=user,
        )
        record(user, Verb.CREATED, staged, rows=len(rows))
    return staged


# --- what would happen ------------------------------------------------------------------------------------------------
@dataclass
class Line:
    """One row of the file: what it says, which home it means, and what becomes of it."""

    number: int
    name: str
    source: str
    told_on: date
    values: dict = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    home: CareHome | None = None
    changed: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)

    @property
    def form(self):
        return self.values.get("form_group") or (self.home.form_group if self.home else "")

    @property
    def fate(self):
        if self.problems:
            return REFUSED
        if self.home is None:
            return NEW
        return CHANGED if self.changed else RENEWED if self.renewed else SAME

    def as_json(self):
        """The row as it is shown and kept: with old and new words for each field."""
        shown = [] if self.problems else self.changed
        return {
            "row": self.number,
            "name": self.name,
            "uid": str(self.home.uid) if self.home else "",
            "fate": self.fate,
            "changes": [[label_of(f), word(f, value_of(self.home, f)), word(f, self.values[f])] for f in shown],
            "notes": [*self.problems, *([] if self.problems else self.notes)],
        }


def label_of(name):
    return starting(CareHome._meta.get_field(name).verbose_name)


def value_of(home, name):
    return getattr(home, name) if home else None


def word(name, value):
    """A value as a reader says it; nothing when it is not known."""
    if name == "form_group":
        return catalogue_label(value)
    choices = dict(CareHome._meta.get_field(name).flatchoices)
    return "" if value in (None, "") else str(choices.get(value, value))


class Plan:
    """What taking in the file would do to the register as it stands now."""

    def __init__(self, staged, user, *, holding=False):
        self.register = Register(user, holding=holding)
        self.lines = [self.read(staged, number, cells) for number, cells in staged.rows]
        self.refuse_doubles()
        self.register.learn({line.home.pk for line in self.lines if line.home})
        for line in self.lines:
            if not line.problems:
                self.register.decide(line)

    def read(self, staged, number, cells):
        line = Line(number, cells.get("name", ""), staged.source, staged.told_on)
        if not line.name:
            line.problems.append("Raden saknar hemmets namn.")
        for column, text in cells.items():
            try:
                self.take(line, column, READERS[column].read(text))
            except Wrong as wrong:
                line.problems.append(f"{starting(READERS[column].meaning)}: {wrong}")
        line.home = self.register.find(line)
        return line

    def take(self, line, column, value):
        """What one cell says, of the home or of the row."""
        if column == "as_of":
            line.told_on = date.fromisoformat(value)
            if line.told_on > timezone.localdate():
                raise Wrong("ahead", "Dagen ligger framåt i tiden.")
        elif column == "source":
            line.source = value
        elif column == "active" and not value:
            line.notes.append("Tar inte emot enligt filen. Markera hemmet som stängt på dess sida om det stämmer.")
        elif column in FIELD_OF:
            line.values[FIELD_OF[column]] = self.register.places.read(value) if column == "municipality_code" else value

    def refuse_doubles(self):
        """Two rows about one home: none is taken in, so that their order does not matter."""
        meant = defaultdict(list)
        for line in self.lines:
            meant[line.home.pk if line.home else (line.form, folded(line.name))].append(line)
        for lines in meant.values():
            if len(lines) > 1 and lines[0].name:
                rows = listing([str(line.number) for line in lines])
                for line in lines:
                    line.problems.append(f"Raderna {rows} är samma hem. Behåll den som gäller.")

    @property
    def rows(self):
        return [line.as_json() for line in self.lines]

    @property
    def counts(self):
        return {fate: sum(line.fate == fate for line in self.lines) for fate in FATES}

    @property
    def digest(self):
        """A fingerprint of what is shown: what is confirmed is this and nothing else."""
        return hashlib.sha256(json.dumps(self.rows, sort_keys=True).encode()).hexdigest()

    def write(self, user):
        """Store what was decided: the new homes, the changed ones, and who said so."""
        touched = [line for line in self.lines if not line.problems and (line.changed or line.renewed)]
        known, fresh = [line for line in touched if line.home], [line for line in touched if not line.home]
        for line in fresh:
            line.home = CareHome(name=line.name, name_key=sort_key(line.name)[:100])
        for line in touched:
            fill(line)
        CareHome.objects.bulk_create([line.home for line in fresh], batch_size=500)
        update_rows([line.home for line in known], WRITTEN)
        note(
            HomeFact(home=line.home, field=name, source=line.source, told_on=line.told_on, entered_by=user)
            for line in touched
            for name in (*line.changed, *line.renewed)
        )


def fill(line):
    """Give the home what its row says. Only IVO's own word tells when somebody asked there."""
    for name in line.changed:
        setattr(line.home, name, line.values[name])
    if line.source == FactSource.IVO and IVO in (*line.changed, *line.renewed):
        line.home.ivo_checked_on = line.told_on
    elif IVO in line.changed:
        line.home.ivo_checked_on = None


class Register:
    """The homes that a row may mean, as this leader sees them, and what is known of each fact."""

    def __init__(self, user, *, holding):
        homes = CareHome.objects.for_user(user, Permission.KEEP_HOMES).select_related("location__region")
        if holding:
            homes = homes.select_for_update(of=("self",))
        self.by_form, self.by_name, self.places = {}, defaultdict(list), Places()
        # Of several with one name a registered home is meant rather than a closed one or a proposal.
        for home in sorted(homes, key=lambda home: (home.is_proposed, home.is_closed, home.pk)):
            self.by_form.setdefault((home.form_group, folded(home.name)), home)
            self.by_name[folded(home.name)].append(home)
        self.kept = set(CareHome.objects.kept_by(user).values_list("pk", flat=True))
        self.regions = user.regions(Permission.KEEP_HOMES)
        self.facts = {}

    def learn(self, homes):
        """Read who said what about these homes."""
        self.facts = {(fact.home_id, fact.field): fact for fact in HomeFact.objects.filter(home__in=homes)}

    def find(self, line):
        """The home that the row means: the one with its name and form, or its name alone when only one has it."""
        form = line.values.get("form_group")
        if form:
            return self.by_form.get((form, folded(line.name)))
        homes = self.by_name[folded(line.name)] if line.name else []
        return homes[0] if len(homes) == 1 else None

    def decide(self, line):
        """Which fields the row changes and renews, or why it is refused."""
        if line.home is None:
            self.check_new(line)
            line.changed = list(line.values)
        else:
            self.check_known(line)
            for name in line.values:
                self.compare(line, name)
        if not line.problems:
            self.check_whole(line)

    def check_new(self, line):
        place = line.values.get("location")
        if not line.form:
            found = len(self.by_name[folded(line.name)])
            line.problems.append(
                f"{found} hem heter så. Skriv vilken form raden gäller."
                if found > 1
                else "Hemmet finns inte i registret. Skriv dess form, så läggs det till."
            )
        elif line.form == FormGroup.FAMILY and not line.values.get("organisation_number"):
            line.problems.append(
                "Skriv företagets organisationsnummer: bara företag finns i registret, aldrig familjer."
            )
        elif place and place.region.is_member and place.region_id not in self.regions:
            line.problems.append(f"Hemmet ligger i {place.region.name}. Regionen där lägger in det.")
        elif self.by_name[folded(line.name)]:
            line.notes.append(
                "Det finns ett hem med samma namn och en annan form. Är det samma hem, ändra det i stället."
            )

    def check_known(self, line):
        home, number = line.home, line.values.get("organisation_number")
        if home.pk not in self.kept:
            line.problems.append("Hemmet sköts av en annan region, som ändrar uppgifterna.")
        elif number and home.organisation_number not in ("", number):
            line.problems.append(
                f"Hemmet har organisationsnummer {home.organisation_number} i registret. Ny ägare: ändra numret på "
                "hemmets sida och för in bytet. Annat hem: skriv ett namn som skiljer dem åt."
            )
        if home.is_proposed:
            line.notes.append("Hemmet är ett förslag som väntar på att du godkänner det.")

    def compare(self, line, name):
        """Newer or equally old replaces; what stands and is newer stays, with a note about it."""
        fact, value = self.facts.get((line.home.pk, name)), line.values[name]
        if value == getattr(line.home, name):
            if fact is None or fact.told_on < line.told_on:
                line.renewed.append(name)
        elif fact and fact.told_on > line.told_on:
            line.notes.append(f"{label_of(name)}: uppgiften i registret är nyare ({iso(fact.told_on)}) och står kvar.")
        else:
            line.changed.append(name)

    def check_whole(self, line):
        """What must hold for the home once the row is taken in."""
        after = {
            name: line.values[name] if name in line.changed else value_of(line.home, name)
            for name in ("age_from", "age_to", "places", "free_places")
        }
        if None not in (after["age_from"], after["age_to"]) and after["age_from"] > after["age_to"]:
            line.problems.append("Högsta ålder kan inte vara under lägsta ålder. Rätta båda i filen.")
        if None not in (after["places"], after["free_places"]) and after["free_places"] > after["places"]:
            line.problems.append("Fler lediga platser än platser. Rätta båda i filen.")


class Outcome:
    """What a file would do, or did, as its page shows it. `query` narrows the rows to one fate."""

    def __init__(self, staged, user, query):
        self.plan = None if staged.is_confirmed else Plan(staged, user)
        self.rows = self.plan.rows if self.plan else staged.outcome
        self.fate = query.get("utfall") if query.get("utfall") in FATES else ""
        told = [row for row in self.rows if self.fate in ("", row["fate"])]
        self.page = Paginator(told, 50).get_page(query.get("sida"))

    @property
    def counts(self):
        """[(fate, its word, how many)]"""
        return [(fate, word, sum(row["fate"] == fate for row in self.rows)) for fate, word in FATES.items()]

    @property
    def chosen(self):
        return FATES.get(self.fate, "")

    @property
    def does_something(self):
        return any(row["fate"] not in (SAME, REFUSED) for row in self.rows)


# --- taking it in -----------------------------------------------------------------------------------------------------
def confirm(staged, digest, user):
    """Take in what the preview showed. False when somebody already did. Raises RegisterChanged."""
    with transaction.atomic():
        if not HomeImport.objects.filter(pk=staged.pk, confirmed_at=None).update(confirmed_at=timezone.now()):
            return False
        Region.objects.select_for_update().get(pk=staged.region_id)  # one file at a time
        plan = Plan(staged, user, holding=True)
        if plan.digest != digest:
            raise RegisterChanged
        outcome, counts = plan.rows, plan.counts
        plan.write(user)
        for row, line in zip(outcome, plan.lines, strict=True):
            row["uid"] = str(line.home.uid) if line.home else ""
        staged.rows, staged.outcome = [], outcome
        staged.save(update_fields=["rows", "outcome"])
        record(user, Verb.IMPORTED, staged, **counts)
    staged.refresh_from_db(fields=["confirmed_at"])
    return True
