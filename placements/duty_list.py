"""The worklist page: its counts, one page of its lines, and the whole as a file."""

from collections import Counter
from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils import timezone

from bou_portal import exports
from bou_portal.formats import starting
from placements import waiting, worklist
from placements.forms.worklist import LATE, SOON, STATES, WAITS
from placements.models import Due
from placements.workload import covers_of

PAGE = 50
HEADINGS = ("barn", "vad", "läge", "förfaller", "senast", "krav", "varför", "ansvarig", "enhet")


class CountedPaginator(Paginator):
    """Knows how many there are already."""

    def __init__(self, rows, count):
        super().__init__(rows, PAGE)
        self.known = count

    @cached_property
    def count(self):
        return self.known


class DutyList:
    """What the chosen people have to do. The same number of queries whatever there is to show."""

    def __init__(self, narrowing, number=None, today=None):
        self.filter, self.today, self.number = narrowing, today or timezone.localdate(), number
        self.state = narrowing.chosen.get("lage") or ""
        self.covers = covers_of(narrowing.user)
        self.whose = narrowing.whose(self.covers)
        self.dues = narrowing.narrow(self.whose.rows(Due)).waiting(self.today)

    @cached_property
    def segments(self):
        """How many there are of each of `DueQuerySet.segments`, in one question: {(is late, is law): 12}."""
        late = Q(late_after_on__lt=self.today)
        found = self.dues.order_by().values_list("is_law")
        found = found.annotate(late=Count("pk", filter=late), soon=Count("pk", filter=~late))
        law = {is_law: counts for is_law, *counts in found}
        return {
            (is_late, is_law): law[is_law][not is_late] if is_law in law else 0
            for is_late in (True, False)
            for is_law in (True, False)
        }

    @cached_property
    def counts(self):
        """`{"sent": 12, "snart": 8}`"""
        return {
            state: sum(n for (is_late, _), n in self.segments.items() if is_late == (state == LATE))
            for state in (LATE, SOON)
        }

    @cached_property
    def others(self):
        return waiting.waiting(self.whose, self.today)

    @property
    def rows(self):
        """The dues in the chosen state, in the chosen order."""
        dues = {LATE: self.dues.late(self.today), SOON: self.dues.soon(self.today)}.get(self.state, self.dues)
        return self.filter.order(dues, self.today)

    @cached_property
    def page(self):
        if self.state == WAITS:
            return CountedPaginator(self.others, len(self.others)).get_page(self.number)
        count = self.counts[self.state] if self.state else sum(self.counts.values())
        return CountedPaginator(self.keys, count).get_page(self.number)

    @property
    def keys(self):
        """The chosen rows' numbers in the chosen order: sorted as keys alone, or not sorted at all."""
        if self.filter.chosen.get("sortera"):
            return self.rows.values_list("pk", flat=True)
        parts = {
            key: rows.values_list("pk", flat=True)
            for key, rows in self.filter.narrow(self.whose.rows(Due)).segments(self.today).items()
            if not self.state or key[0] == (self.state == LATE)
        }
        sources = [waiting.Source(rows, lambda key: key) for rows in parts.values()]
        return waiting.Chain(sources, [self.segments[key] for key in parts])

    @cached_property
    def tasks(self):
        if self.state == WAITS:
            return list(self.page.object_list)
        keys = list(self.page.object_list)
        found = Due.objects.filter(pk__in=keys).select_related(*worklist.READ_WITH).in_bulk()
        return worklist.tasks([found[key] for key in keys], self.today, self.covers)

    @property
    def sentence(self):
        """What waits, in words."""
        late, soon, others = self.counts[LATE], self.counts[SOON], len(self.others)
        said = " och ".join(worklist.counted(late, soon)) or "inget är försenat och inget förfaller inom 30 dagar"
        more = f" {starting(worklist.things(others))} väntar på dig." if others else ""
        return f"{starting(said)}.{more}"

    @property
    def is_own(self):
        """Whether every line is the reader's own, or that of somebody she covers for."""
        return self.filter.is_own

    @property
    def states(self):
        """`(word, how many, address)` of each state, the rest of the choice kept."""
        counts = {LATE: self.counts[LATE], SOON: self.counts[SOON], WAITS: len(self.others)}
        return [(STATES[state], count, self.filter.address(lage=state)) for state, count in counts.items()]

    def file(self):
        """All lines as CSV, and how many there are of each municipality."""
        counts, rows = Counter(), []
        for task in worklist.tasks(self.rows.select_related(*worklist.READ_WITH), self.today, self.covers):
            counts[task.child.municipality_id] += 1
            held = task.responsible
            rows.append(
                (
                    task.child.local_code,
                    task.what,
                    task.word,
                    task.due_on,
                    task.late_after_on,
                    "lag" if task.is_law else "mål",
                    task.why,
                    held.worker if held else None,
                    held.unit if held else None,
                )
            )
        return exports.csv_bytes(HEADINGS, rows), counts
