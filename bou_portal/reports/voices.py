"""What a report tells of children's voices: a municipality's own rounds for the issue "Intern", the region's for all."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone

from bou_portal.disclosure.voices import FEWEST_VOICES, Heard
from placements.models import InterviewTheme, VoiceRound
from placements.voice.regional import YEARS_SHOWN, ended_years, phases

Theme = InterviewTheme.Theme


@dataclass(frozen=True)
class OwnVoices:
    """One municipality's rounds of the quarter's year, up to the quarter's last day. Exact: never outside it."""

    rounds: list = field(default_factory=list)
    themes: Counter = field(default_factory=Counter)

    @property
    def interviews(self):
        return sum(row.held for row in self.rounds)

    @property
    def told_themes(self):
        """[(theme, interviews)] of those that five interviews named, most named first."""
        return [(Theme(theme).label, count) for theme, count in self.themes.most_common() if count >= FEWEST_VOICES]


@dataclass(frozen=True)
class RegionalYear:
    """The region's units per phase, and its last ended year as everybody may know it; None where it is too long ago."""

    phases: list
    year: int
    heard: Heard | None

    @property
    def themes(self):
        return [Theme(theme).label for theme in self.heard.themes]


def own_voices(municipalities, quarter):
    """By municipality. Two queries, whatever their number."""
    until = Q(interviews__held_on__lte=quarter.end)
    rounds = VoiceRound.objects.filter(municipality__in=municipalities, year=quarter.year, starts_on__lte=quarter.end)
    made = defaultdict(OwnVoices)
    for row in rounds.annotate(held=Count("interviews", filter=until)).select_related("unit").order_by("unit__name"):
        made[row.municipality_id].rounds.append(row)
    named = InterviewTheme.objects.filter(
        municipality__in=municipalities, interview__round__year=quarter.year, interview__held_on__lte=quarter.end
    )
    for place, theme, count in named.order_by().values_list("municipality", "theme").annotate(n=Count("pk")):
        made[place].themes[theme] = count
    return made


def regional_year(region, quarter):
    """The last year that had ended when the quarter had: the quarter's own year after the fourth."""
    year = quarter.year if quarter.number == 4 else quarter.year - 1
    is_all_there = timezone.localdate().year - year <= YEARS_SHOWN
    heard = ended_years(region, [year])[0][1] if is_all_there else None
    return RegionalYear(phases(region), year, heard)
