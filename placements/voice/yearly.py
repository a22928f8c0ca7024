"""A round's yearly report as a PDF for the board: what children said, without a number below five and without a name.

The report leaves the social services, so it tells less than the round's own page: themes and quotes from five interviews
on, a theme when five named it, how it was in words instead of numbers, and quotes that a colleague has checked.
"""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from bou_portal.formats import count_word, starting
from bou_portal.pdf import render
from placements.models import InterviewTheme
from placements.voice.rounds import FEWEST, RoundStory

Tone = InterviewTheme.Tone
MIXED = "Barnen tycker olika"
MOSTLY = {
    Tone.GOOD.label: "De flesta tycker att det fungerar",
    Tone.MIXED.label: "De flesta tycker både och",
    Tone.BAD.label: "De flesta tycker att något behöver ändras",
}


@dataclass(frozen=True)
class YearlyReport:
    """What the report says of one round."""

    story: RoundStory

    @property
    def round(self):
        return self.story.round

    @property
    def year(self):
        return str(self.round.year)

    @property
    def basis(self):
        """What the report rests on; below five not even how many."""
        between = f"mellan {self.round.starts_on} och {self.round.ends_on}"
        if self.has_enough:
            held = starting(count_word(len(self.story.interviews)))
            return f"{held} intervjuer med barn och unga {between}."
        return f"Färre än fem intervjuer med barn och unga {between}."

    @property
    def seminar_text(self):
        if not self.round.seminar_on or self.round.seminar_on > self.story.today:
            return ""
        return f"Samtalen har diskuterats av gruppen på ett seminarium {self.round.seminar_on}."

    @property
    def has_enough(self):
        return len(self.story.interviews) >= FEWEST

    @property
    def themes(self):
        """[(theme, how many named it, how it was)] of those that five named; the rest are not even counted."""
        if not self.has_enough:
            return []
        return [(theme, count, self.mostly(tones)) for theme, count, tones in self.story.themes if count >= FEWEST]

    def mostly(self, tones):
        count, label = max(zip(tones, self.story.tones, strict=True))
        return MOSTLY[label] if 2 * count > sum(tones) else MIXED

    @property
    def quotes(self):
        return [quote.text for quote in self.story.checked] if self.has_enough else []

    @property
    def decided(self):
        return self.story.decisions if self.story.has("board") else []

    @property
    def file_name(self):
        return f"barnens-roster-{self.round.municipality.code}-{self.round.year}.pdf"

    def pdf(self):
        """The same round gives the same bytes."""
        html = render_to_string("placements/voice/yearly_report.html", {"report": self, "is_demo": settings.DEMO})
        return render(html, identifier=hashlib.sha256(html.encode()).digest()[:16])
