"""Agreements between bodies as they are read: the list with its families, one agreement, and what waits."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db.models import Prefetch
from django.utils import timezone

from bou_portal.formats import count_word, listing, starting
from bou_portal.formats import date as iso
from bou_portal.sorting import sort_key
from municipalities.directory.colleagues import those_here
from municipalities.models import Accord, AccordDate, AccordParty, Revision

SOON = 60  # days, as the first reminder
SORTS = ("namn", "galler", "nasta", "pengar")


def dates_within(region, days):
    """Days to keep in the region's agreements that are not done: those passed and those within so many days."""
    until = timezone.localdate() + timedelta(days=days)
    found = AccordDate.objects.to_keep().filter(accord__region=region, due_on__lte=until)
    return list(found.select_related("accord").order_by("due_on", "pk"))


A_YEAR = 365  # days; what lies further ahead is told in years


def how_long(date):
    """`om 23 dagar`, `i dag`, `för tre dagar sedan`."""
    left = date.days_left
    if left == 0:
        return "i dag"
    if left > A_YEAR:
        return f"om {count_word(round(left / A_YEAR))} år"
    days = f"{count_word(abs(left))} {'dag' if abs(left) == 1 else 'dagar'}"
    return f"om {days}" if left > 0 else f"för {days} sedan"


def state_of(date):
    """Kind of sign and its word for a day to keep."""
    if date.done_on:
        return "good", f"Klart {iso(date.done_on)}"
    if date.days_left < 0:
        return "late", starting(how_long(date))
    return ("watch" if date.days_left <= SOON else "plain"), starting(how_long(date))


@dataclass(frozen=True)
class Line:
    """An agreement in the list, how deep it lies under others, and the next day to keep."""

    accord: Accord
    depth: int
    next: AccordDate | None

    @property
    def mark(self):
        """How deep it lies, as a sign."""
        return "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}" * (self.depth - 1) + "↳\N{NO-BREAK SPACE}" if self.depth else ""

    @property
    def state(self):
        if self.accord.has_ended:
            return "plain", "Avslutad"
        return ("plain", "Har inte börjat gälla") if self.accord.is_coming else ("good", "Gäller")

    @property
    def next_state(self):
        return state_of(self.next) if self.next else None

    @property
    def has_open_revision(self):
        return bool(self.accord.open_ones)


class AccordList:
    """What the list shows: the chosen agreements, children under their parents when ordered by name."""

    def __init__(self, accords, chosen, sorted_by="namn"):
        self.chosen, self.sorted_by = chosen, sorted_by
        open_ones = Prefetch("revisions", Revision.objects.open(), to_attr="open_ones")
        dates = Prefetch("dates", AccordDate.objects.to_keep(), to_attr="kept")
        parties = Prefetch("parties", AccordParty.objects.current(), to_attr="now")
        self.accords = list(chosen.select_related("parent", "owner").prefetch_related(open_ones, dates, parties))
        self.any_at_all = bool(self.accords) or accords.exists()

    @cached_property
    def lines(self):
        name = self.sorted_by.lstrip("-")
        if name == "namn":
            return self.families()
        lines = [self.line(accord) for accord in self.accords]
        keys = {
            "galler": lambda line: (line.accord.valid_until is None, line.accord.valid_until),
            "nasta": lambda line: (line.next is None, line.next and line.next.due_on),
            "pengar": lambda line: (line.accord.money is None, line.accord.money),
        }
        known = sorted((line for line in lines if not keys[name](line)[0]), key=keys[name])
        return [*(reversed(known) if self.sorted_by.startswith("-") else known)] + [
            line for line in lines if keys[name](line)[0]
        ]

    def line(self, accord, depth=0):
        return Line(accord, depth, accord.kept[0] if accord.kept else None)

    def families(self):
        """By name, children right below their parent; whose parent is not in the list stands by itself."""
        ids = {accord.pk for accord in self.accords}
        ordered = sorted(
            self.accords, key=lambda accord: sort_key(accord.title), reverse=self.sorted_by.startswith("-")
        )
        below = {}
        for accord in ordered:
            below.setdefault(accord.parent_id if accord.parent_id in ids else None, []).append(accord)
        lines, seen = [], set()

        def add(parent, depth):
            for accord in below.get(parent, ()):
                if accord.pk not in seen:  # a ring cannot be written, and would not hang the page
                    seen.add(accord.pk)
                    lines.append(self.line(accord, depth))
                    add(accord.pk, depth + 1)

        add(None, 0)
        return lines

    @property
    def sentence(self):
        """What matters now: the next day to keep among those in the list."""
        late = [line.next for line in self.lines if line.next and line.next.days_left < 0]
        coming = [date for line in self.lines for date in line.accord.kept if date.days_left >= 0]
        if len(late) > 1:
            return f"{starting(count_word(len(late)))} överenskommelser har en dag som passerat utan att vara klarmarkerad."
        if late:
            what = f"{late[0].get_kind_display()} {iso(late[0].due_on)}"
            return f"{what} har passerat utan att vara klarmarkerad: {self.accord_of(late[0])}."
        if coming:
            date = min(coming, key=lambda date: (date.due_on, date.pk))
            what = f"{date.get_kind_display().lower()}, {self.accord_of(date)}"
            return f"Nästa dag att hålla är {iso(date.due_on)}, {how_long(date)}: {what}."
        return "Ingen dag att hålla är bestämd." if self.lines else ""

    def accord_of(self, date):
        return next(accord for accord in self.accords if accord.pk == date.accord_id)


class AccordPage:
    """One agreement for one reader."""

    def __init__(self, accord, user):
        self.accord, self.user = accord, user

    @cached_property
    def dates(self):
        """[(date, (kind of sign, word))], not done first."""
        rows = sorted(self.accord.dates.select_related("done_by"), key=lambda d: (bool(d.done_on), d.due_on, d.pk))
        for row in rows:
            row.accord = self.accord
        return [(row, state_of(row)) for row in rows]

    @cached_property
    def parties(self):
        """Today's parties."""
        return list(self.accord.parties.current().select_related("municipality"))

    @cached_property
    def former_parties(self):
        return list(self.accord.parties.former().select_related("municipality"))

    @cached_property
    def revisions(self):
        return list(self.accord.revisions.select_related("opened_by"))

    @cached_property
    def open_revision(self):
        return next((revision for revision in self.revisions if revision.is_open), None)

    @cached_property
    def children(self):
        return list(self.accord.children.order_by("title"))

    @cached_property
    def parent_revised(self):
        """The parent's newest adopted revision when this agreement has not been held against it; else None."""
        if not self.accord.parent_id or self.accord.has_ended:
            return None
        newest = self.accord.parent.revisions.adopted().order_by("-closed_at").first()
        seen = [revision.closed_at for revision in self.revisions if revision.state == Revision.State.ADOPTED]
        seen += [self.accord.held_against_parent_at] if self.accord.held_against_parent_at else []
        return newest if newest and not any(moment >= newest.closed_at for moment in seen) else None

    @cached_property
    def owner_has_left(self):
        owner = self.accord.owner_id
        return owner is not None and not those_here(self.accord.region, [owner])

    @property
    def sentence(self):
        if self.open_revision:
            return f"En revidering pågår. Synpunkter lämnas senast {iso(self.open_revision.closes_on)}."
        ahead = [date for date, _ in self.dates if not date.done_on]
        if ahead and ahead[0].days_left < 0:
            return f"{ahead[0].get_kind_display()} skulle vara klar {iso(ahead[0].due_on)} och är inte klarmarkerad."
        if ahead:
            return f"Nästa dag att hålla: {ahead[0].get_kind_display().lower()} {iso(ahead[0].due_on)}, {how_long(ahead[0])}."
        return "Ingen dag att hålla är bestämd."

    @property
    def who(self):
        """The parties in one sentence, for the PDF."""
        return listing([str(party) for party in self.parties]) if self.parties else "inga parter inskrivna"
