"""A municipality's SIP meetings in figures: exact, for the own municipality only (F16).

A share is of the meetings held in the quarter; whether the follow-up was held is asked of those that decided on one and
for which it is known.
"""

from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone

from bou_portal.figures import Kind, Shown, State, per_cent, rounded
from bou_portal.formats import count_word, number, starting
from bou_portal.periods import Quarter
from municipalities.models import Municipality
from placements.models import Sip

SHOWN_QUARTERS = 8


def share(part, whole):
    if not whole:
        return Shown(State.NOT_APPLICABLE, Kind.SHARE, is_intern=True)
    value = rounded(per_cent(part, whole), Kind.SHARE)
    return Shown(State.SHOWN, Kind.SHARE, value, part, whole, is_intern=True)


@dataclass(frozen=True)
class Meetings:
    """Some meetings, counted."""

    rows: list = field(repr=False)

    def __len__(self):
        return len(self.rows)

    @property
    def child_present(self):
        return share(sum(row.child_present for row in self.rows), len(self.rows))

    @property
    def follow_up_set(self):
        return share(sum(row.follow_up_set for row in self.rows), len(self.rows))

    @property
    def follow_up_held(self):
        known = [row.follow_up_held for row in self.rows if row.follow_up_set and row.follow_up_held is not None]
        return share(sum(known), len(known))

    @property
    def unanswered(self):
        return sum(row.follow_up_set and row.follow_up_held is None for row in self.rows)


@dataclass(frozen=True)
class SipFigures:
    """Eight quarters of one municipality, the ongoing one last."""

    municipality: Municipality
    last: Quarter

    @classmethod
    def of(cls, municipality):
        return cls(municipality, Quarter.of(timezone.localdate()))

    @property
    def quarters(self):
        return self.last.last(SHOWN_QUARTERS)

    @cached_property
    def rows(self):
        span = (self.quarters[0].start, self.last.end)
        return list(Sip.objects.filter(municipality=self.municipality, month_on__range=span))

    @property
    def by_quarter(self):
        """(quarter, its meetings), newest first."""
        return [(quarter, self.within(quarter.period)) for quarter in reversed(self.quarters)]

    @property
    def year(self):
        """The last four quarters, the ongoing one included."""
        return self.within(self.last.rolling_year)

    def within(self, period):
        return Meetings([row for row in self.rows if row.month_on in period])

    @property
    def by_initiative(self):
        """(who took the initiative, meetings), of the last four quarters."""
        groups = [(word.label, [row for row in self.year.rows if row.initiative == word]) for word in Sip.Initiative]
        return [(label, Meetings(rows)) for label, rows in groups if rows]

    @property
    def sentence(self):
        year = self.year
        if not year:
            return "Inga SIP-möten är registrerade de senaste fyra kvartalen."
        held = "Ett SIP-möte" if len(year) == 1 else f"{starting(count_word(len(year)))} SIP-möten"
        said = f"{held} de senaste fyra kvartalen."
        said += f" Barnet var med vid {number(year.child_present.numerator)} av {number(len(year))}."
        if year.unanswered:
            what = "en uppföljning" if year.unanswered == 1 else f"{count_word(year.unanswered)} uppföljningar"
            said += f" Om {what} hölls är inte besvarat."
        return said
