"""What is missing about each placement of the quarter, and which of the municipality's figures suffer from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from bou_portal.formats import count_word, number, starting
from placements.codes import FormGroup, LawGroup, Planned, Sex
from placements.indicators import Window
from placements.indicators.counting import in_force_on
from placements.indicators.planning import has_care_plan, has_current_plan, has_worker
from placements.indicators.volume import where_is_secret
from placements.models import FollowUp, HealthExam, Investigation, LegalBasis, Placement, Review

PAGE = 25
# A plan is asked for when the child has been in care this long (L6).
SETTLED = timedelta(days=30)


def row_form(kind, **asked):
    """The address of the form that writes such a row about a placement's child."""
    query = f"?{urlencode(asked)}" if asked else ""
    return lambda placement: reverse("row_new", args=[placement.child.uid, kind]) + query


def child_form(name):
    return lambda placement: reverse(name, args=[placement.child.uid])


def ending_form(placement):
    """The last ending can be mended in the portal; an earlier one on the child's own page, or in the case system."""
    return reverse(
        "placement_end" if placement.is_last and not placement.is_current else "child_detail",
        args=[placement.child.uid],
    )


child_page = child_form("child_detail")


@dataclass(frozen=True)
class Item:
    """Something that ought to be known of a placement: its key in the address, its word, who lacks it, where it is filled in."""

    key: str
    word: str
    lacks: Callable[[Window], Q]
    address: Callable[[Placement], str] = child_page


def of_current(condition):
    """Asked of those placed on the day."""
    return lambda window: in_force_on(window.on) & condition(window)


def of_ended(condition):
    """Asked of those whose placement ended in the quarter."""
    return lambda window: Q(ended_on__isnull=False, ended_on__lte=window.on) & condition


def none_of(model, **conditions):
    return ~Exists(model.objects.filter(child=OuterRef("child"), **conditions))


def law(window):
    """No law at all, or LVU without saying on which ground: that decides between övervägande and omprövning."""
    bases = LegalBasis.objects.filter(in_force_on(window.on), child=OuterRef("child"))
    return Q(~Exists(bases.exclude(group=LawGroup.LVU, code="")))


def follow_up(window):
    return Q(none_of(FollowUp, done_on__range=(window.period.start, window.period.end)))


def review(window):
    return Q(none_of(Review, done_on__lte=window.on), episode__six_months_on__lte=window.on)


def examination(kind):
    """Nothing is known of the examination during this time in care."""

    def unknown(window):
        since = OuterRef("episode__started_on")
        days = Q(requested_on__gte=since) | Q(offered_on__gte=since) | Q(done_on__gte=since) | Q(not_needed=True)
        return Q(~Exists(HealthExam.objects.filter(days, child=OuterRef("child"), kind=kind)))

    return of_current(unknown)


ITEMS = (
    Item("lagrum", "Lagrum", of_current(law), child_form("placement_law")),
    Item("hem", "Hem", lambda window: Q(home__isnull=True, home_key="")),
    Item(
        "vistelsekommun",
        "Vistelsekommun",
        of_current(lambda window: Q(host_municipality__isnull=True) & ~where_is_secret(window.on)),
    ),
    Item(
        "vardplan", "Vårdplan", of_current(lambda window: Q(~has_care_plan(window))), row_form("plan", typ="vårdplan")
    ),
    Item(
        "plan",
        "Aktuell genomförandeplan",
        of_current(lambda window: Q(~has_current_plan(window), episode__started_on__lte=window.on - SETTLED)),
        row_form("plan"),
    ),
    Item("uppfoljning", "Uppföljning i kvartalet", of_current(follow_up), row_form("uppfoljning")),
    Item("overvagande", "Övervägande eller omprövning", of_current(review), row_form("overvagande")),
    Item("halsa", "Hälsoundersökning", examination(HealthExam.Kind.MEDICAL), row_form("undersokning", typ="läkare")),
    Item("tand", "Tandundersökning", examination(HealthExam.Kind.DENTAL), row_form("undersokning", typ="tand")),
    Item(
        "utredning",
        "Utredning, för barn i jourhem",
        of_current(lambda window: Q(none_of(Investigation), form_group=FormGroup.EMERGENCY)),
        row_form("utredning"),
    ),
    Item(
        "ansvarig",
        "Ansvarig socialsekreterare",
        of_current(lambda window: Q(~has_worker(window))),
        child_form("child_assign"),
    ),
    Item("planerat", "Om avslutet var planerat", of_ended(Q(planned__in=("", Planned.UNKNOWN))), ending_form),
    Item("orsak", "Orsak till oplanerat avslut", of_ended(Q(planned=Planned.UNPLANNED, cause="")), ending_form),
    Item("initiativ", "Vem som tog initiativet till avslutet", of_ended(Q(initiator="")), ending_form),
    Item("fodelsear", "Födelseår", lambda window: Q(child__birth_year__isnull=True)),
    Item("kon", "Kön", lambda window: Q(child__sex=Sex.UNKNOWN)),
)
KEYS = {item.key: item for item in ITEMS}


@dataclass(frozen=True)
class Line:
    """One placement with what it lacks: `[(word, the form's address or nothing)]`."""

    placement: Placement
    gaps: list


class CountedPaginator(Paginator):
    """Pages of what has been counted already."""

    def __init__(self, rows, per_page, counted):
        super().__init__(rows, per_page)
        self.count = counted


def window_of(quarter):
    """The quarter, read on its last day, or today while it lasts."""
    return Window(quarter.period, min(quarter.end, timezone.localdate()))


class Completeness:
    """The placements of one quarter among the reader's rows. Two queries, whatever there is to show."""

    def __init__(self, placements, quarter, *, wanted="", page=1, may_write=False):
        self.quarter, self.window, self.may_write = quarter, window_of(quarter), may_write
        self.chosen, self.page_number = KEYS.get(wanted), page
        self.rows = self.asked_about(placements)

    def asked_about(self, placements):
        """Those placed on the day, and those whose placement ended in the quarter, with `lacks_…` for each item."""
        window = self.window
        ended = Q(ended_on__gte=window.period.start, ended_on__lte=window.on)
        later = Placement.objects.filter(child=OuterRef("child"), started_on__gt=OuterRef("started_on"))
        return placements.filter(in_force_on(window.on) | ended).annotate(
            is_current=flag(in_force_on(window.on)),
            is_last=~Exists(later),
            **{f"lacks_{item.key}": flag(item.lacks(window)) for item in ITEMS},
        )

    @cached_property
    def counted(self):
        """How many placements there are, how many lack something, and how many lack each item."""
        each = {item.key: Count("pk", filter=Q(**{f"lacks_{item.key}": True})) for item in ITEMS}
        return self.rows.aggregate(asked=Count("pk"), lacking=Count("pk", filter=anything()), **each)

    @property
    def per_item(self):
        """`[(item, number)]`, the most common first, without those that nobody lacks."""
        found = [(item, self.counted[item.key]) for item in ITEMS if self.counted[item.key]]
        return sorted(found, key=lambda pair: -pair[1])

    @cached_property
    def page(self):
        wish = Q(**{f"lacks_{self.chosen.key}": True}) if self.chosen else anything()
        number_found = self.counted[self.chosen.key] if self.chosen else self.counted["lacking"]
        rows = self.rows.filter(wish).select_related("child", "home").order_by("child__local_code", "started_on", "pk")
        return CountedPaginator(rows, PAGE, number_found).get_page(self.page_number)

    @cached_property
    def lines(self):
        return [
            Line(row, [self.gap(item, row) for item in ITEMS if getattr(row, f"lacks_{item.key}")]) for row in self.page
        ]

    def gap(self, item, row):
        return item.word, item.address(row) if self.may_write else ""

    @property
    def sentence(self):
        """How many placements lack something."""
        asked, lacking = self.counted["asked"], self.counted["lacking"]
        if not asked:
            return f"Inga placeringar {self.quarter.text}."
        if not lacking:
            which = "placeringen" if asked == 1 else f"de {number(asked)} placeringarna"
            return f"Inget saknas om {which} {self.quarter.text}."
        verb = f"{'placering' if asked == 1 else 'placeringar'} saknar minst en uppgift {self.quarter.text}"
        return f"{starting(count_word(lacking))} av {number(asked)} {verb}."


def flag(condition):
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def anything():
    """Something is missing."""
    wish = Q()
    for item in ITEMS:
        wish |= Q(**{f"lacks_{item.key}": True})
    return wish
