"""What is handed to a home on paper: how its agreement is followed up, and once a year how it has been rated.

Both may leave the social services, so both rest on shown values of the release only: never on a rating in full, not even
the own municipality's, and nothing says which municipalities have rated (security.md 2.6; docs/adr/0019).
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.accounts.models import Membership
from bou_portal.formats import date as iso
from bou_portal.pdf import render
from bou_portal.periods import Quarter
from placements.agreement_page import HomeRow, released_for, row_of
from placements.homes.scores import ReleasedScores, months_that_count
from placements.lights import Light
from placements.models import Agreement, CareHome, HomeReply
from placements.questionnaire import questionnaire

# In the report's typeface, and different in shape; the word always stands beside it.
SIGNS = {Light.GREEN: "✓", Light.YELLOW: "△", Light.RED: "▲", Light.NONE: "–"}


class Letter:
    """A PDF made from a template. The same content gives the same bytes."""

    template = ""

    def pdf(self):
        html = render_to_string(self.template, {"letter": self, "is_demo": settings.DEMO})
        return render(html, identifier=hashlib.sha256(html.encode()).digest()[:16])


class Shown:
    """A home's shown values, as both letters print them. Needs `home` and `released`."""

    home: CareHome
    released: ReleasedScores

    @property
    def score(self):
        return self.released.of(self.home)

    @property
    def domains(self):
        """[(area, its shown score)] of the eight areas."""
        return [(domain.name, self.released.domain(self.home, domain.code)) for domain in questionnaire().domains]

    @property
    def hides(self):
        """Whether some area is not shown."""
        return not all(score.is_shown for _, score in self.domains)

    @property
    def period(self):
        """The 24 months that the release rests on: `2024-10-01 till 2026-09-30`."""
        since = self.score.since  # too few have rated since for a new value
        months = months_that_count((Quarter.parse(since) if since else self.released.quarter).end)
        return f"{iso(months.start)} till {iso(months.end)}"


class FollowUpLetter(Letter, Shown):
    """How one home stands in one agreement: lights with the rule that gave them, checks, shown values, its own reply."""

    template = "placements/agreement_letter.html"

    def __init__(self, agreement: Agreement, home: CareHome, user):
        self.agreement, self.home = agreement, home
        self.row: HomeRow = row_of(agreement, home, user, own=False)
        self.released = released_for(agreement, user)
        self.printed_on = timezone.localdate()

    @property
    def lights(self):
        """[(light, its sign)] of the criteria."""
        return [(each, SIGNS[each.light]) for each in self.row.lights]

    @property
    def worst(self):
        return SIGNS[self.row.worst], self.row.worst.word

    @cached_property
    def checks(self):
        """Those that stand, newest first; the home reads nobody's name."""
        found = self.agreement.checks.standing().filter(home=self.home).select_related("criterion")
        in_order = sorted(found, key=lambda check: check.criterion.order)
        return sorted(in_order, key=lambda check: check.checked_on, reverse=True)

    @cached_property
    def reply(self):
        """The newest that the home has written, or None."""
        return HomeReply.objects.filter(home=self.home, region=self.released.region).first()

    @property
    def file_name(self):
        return f"avtalsuppfoljning-{file_word(self.home)}-{iso(self.printed_on)}.pdf"


@dataclass(frozen=True)
class ResultLetter(Letter, Shown):
    """The yearly letter to a home. It exists only while the home's whole score is shown."""

    home: CareHome
    released: ReleasedScores
    template = "placements/result_letter.html"

    @property
    def exists(self):
        return self.score.is_shown

    @property
    def year(self):
        return str(self.released.quarter.year)

    @property
    def sender(self):
        """Who coordinates the region, and whom the home answers."""
        return self.released.region.coordinating_body or self.released.region.body

    @cached_property
    def contacts(self):
        """The region's development leaders: work addresses, so that the home knows where to write."""
        held = Membership.objects.in_force().filter(region=self.released.region, role=Role.DEVELOPMENT_LEADER)
        return [membership.user for membership in held.filter(user__is_active=True).select_related("user")]

    @property
    def file_name(self):
        return f"resultatbrev-{file_word(self.home)}-{self.released.quarter.slug}.pdf"


def file_word(home):
    """The home's name as plain letters, for a file's name."""
    plain = home.name.casefold().translate(str.maketrans("åäöé", "aaoe"))
    return "-".join("".join(sign if sign.isascii() and sign.isalnum() else " " for sign in plain).split())
