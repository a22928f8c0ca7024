"""What the issue "Intern" tells of a municipality's analyses, SIP meetings, needs of homes and reception. Exact."""

from dataclasses import dataclass, field
from statistics import median

from placements.models import AnalysisMeasure, EventAnalysis, HomeNeed, Reception, Sip
from placements.sip_figures import Meetings


@dataclass(frozen=True)
class OwnLearning:
    """One municipality's rows, asked about as they stood on the quarter's last day."""

    quarter: object
    analyses: list = field(default_factory=list)
    measures: list = field(default_factory=list)
    sips: list = field(default_factory=list)
    needs: list = field(default_factory=list)
    receptions: dict = field(default_factory=dict)

    @property
    def open_analyses(self):
        return [row for row in self.analyses if row.closed_on is None or row.closed_on > self.quarter.end]

    @property
    def ended_analyses(self):
        return [row for row in self.analyses if row.closed_on and row.closed_on in self.quarter.period]

    @property
    def measures_left(self):
        return [row for row in self.measures if row.done_on is None or row.done_on > self.quarter.end]

    @property
    def measures_late(self):
        return [row for row in self.measures_left if row.due_on <= self.quarter.end]

    def meetings(self, quarter):
        return Meetings([row for row in self.sips if row.month_on in quarter.period])

    def posted(self, quarter):
        return [row for row in self.needs if row.posted_on in quarter.period]

    def filled(self, period):
        closed = [row for row in self.needs if row.closed_on and row.closed_on in period]
        return [row for row in closed if row.state == HomeNeed.State.FILLED]

    def open_needs(self, quarter):
        day = quarter.end
        return [row for row in self.needs if row.posted_on <= day and (row.closed_on is None or row.closed_on > day)]

    @property
    def median_days(self):
        """From need to home, of those found in four quarters; None without any."""
        days = [row.days for row in self.filled(self.quarter.rolling_year)]
        return median(days) if days else None


def own_learning(municipalities, quarter):
    """By municipality. Five queries, whatever their number."""
    place, before = {"municipality__in": municipalities}, quarter.previous()
    made = {code: OwnLearning(quarter) for code in municipalities}
    started = EventAnalysis.objects.filter(**place, started_on__lte=quarter.end)
    for row in started.only("municipality_id", "started_on", "closed_on"):
        made[row.municipality_id].analyses.append(row)
    for row in AnalysisMeasure.objects.filter(**place, analysis__started_on__lte=quarter.end):
        made[row.municipality_id].measures.append(row)
    for row in Sip.objects.filter(**place, month_on__range=(before.start, quarter.end)):
        made[row.municipality_id].sips.append(row)
    for row in HomeNeed.objects.filter(**place, posted_on__lte=quarter.end):
        made[row.municipality_id].needs.append(row)
    for row in Reception.objects.filter(**place, quarter__in=[str(before), str(quarter)]).defer("note"):
        made[row.municipality_id].receptions[row.quarter] = row
    return made
