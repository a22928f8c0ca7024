"""What everybody in a region may know of its interviews with children: how far units have come, and ended years.

Counted on the way out, by the rule of bou_portal/disclosure/voices.py; no number of a unit or a municipality leaves here.
"""

from collections import Counter, defaultdict

from django.db.models import Count

from bou_portal.disclosure.voices import Spoken, shown_year
from bou_portal.formats import count_word, starting
from municipalities.models import Unit
from placements.models import Interview, InterviewTheme, UnitPhase

Theme = InterviewTheme.Theme
# Rounds are erased after five years (retention.toml): a year is told only while all of it is there.
YEARS_SHOWN = 3


class RegionalVoices:
    """One region's units by phase, and its ended years."""

    def __init__(self, region, today):
        self.region, self.today = region, today
        self.phases = phases(region)
        self.units = Unit.objects.filter(municipality__region=region).count()
        self.years = ended_years(region, [today.year - back for back in range(1, YEARS_SHOWN + 1)])

    @property
    def told(self):
        """[(year, Heard, the names of its themes)] for the page."""
        return [(str(year), heard, theme_names(heard)) for year, heard in self.years]

    @property
    def started(self):
        return sum(count for _, count in self.phases)

    @property
    def sentence(self):
        if not self.started:
            return f"Ingen enhet i {self.region} har börjat arbeta med en modell för barns röster ännu."
        said = f"{starting(count_word(self.started))} av {count_word(self.units)} enheter i {self.region}"
        told = dict(self.phases)[UnitPhase.Phase.BOARD.label]
        boards = f", och {count_word(told)} har redovisat i nämnden" if told else ""
        return f"{said} arbetar med en modell för barns röster{boards}."


def phases(region):
    """[(phase, number of units)] in order. Organisational: says nothing of children."""
    rows = UnitPhase.objects.filter(municipality__region=region).order_by().values_list("phase")
    counts = dict(rows.annotate(n=Count("pk")))
    return [(phase.label, counts.get(phase.value, 0)) for phase in UnitPhase.Phase]


def ended_years(region, years):
    """[(year, Heard)] of years that have ended, newest first. Two queries, whatever the number of years."""
    interviews = Interview.objects.filter(municipality__region=region, round__year__in=years).order_by()
    held = interviews.values_list("round__year", "municipality__code").annotate(n=Count("pk"))
    named = defaultdict(Counter)
    themes = InterviewTheme.objects.filter(interview__in=interviews).order_by()
    about = themes.values_list("interview__round__year", "municipality__code", "theme")
    for year, code, theme, count in about.annotate(n=Count("pk")):
        named[year, code][theme] = count
    spoken = defaultdict(list)
    for year, code, count in held:
        spoken[year].append(Spoken(code, count, named[year, code]))
    return [(year, shown_year(spoken[year], Theme.values)) for year in years]


def theme_names(heard):
    """The themes of a told year as people read them."""
    return [Theme(theme).label for theme in heard.themes]
