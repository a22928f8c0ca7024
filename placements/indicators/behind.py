"""The way from a municipality's figure to the children behind it. The conditions are the indicators' own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import BooleanField, Case, Exists, F, Q, QuerySet, Value, When

from placements.codes import Planned
from placements.deadlines import Wordings
from placements.indicators.counting import in_force_on
from placements.indicators.health import was_examined
from placements.indicators.limits import emergency, is_closed, over_limit
from placements.indicators.participation import rights_told
from placements.indicators.planning import has_care_plan, has_current_plan, has_worker, review_state, was_talked_with
from placements.indicators.volume import placed_on, where_is_secret
from placements.models import CareEpisode, HealthExam, Placement


@dataclass(frozen=True)
class Behind:
    """`rows(window)` are what the figure counts, each with its `child`; `met(window)` says which are its numerator."""

    rows: Callable[..., QuerySet]
    met: Callable | None = None

    def of(self, municipality, window):
        """The municipality's rows with `is_met`, those that are not met first."""
        met = self.met(window) if self.met else Q(pk__isnull=False)
        is_met = Case(When(met, then=Value(True)), default=Value(False), output_field=BooleanField())
        return (
            self.rows(window)
            .filter(municipality=municipality)
            .annotate(is_met=is_met)
            .order_by("is_met", "started_on", "pk")
        )


def in_care(window):
    return CareEpisode.objects.filter(in_force_on(window.on))


def in_care_six_months(window):
    return in_care(window).filter(six_months_on__lte=window.on)


def in_care_twelve_months(window):
    return in_care(window).filter(twelve_months_on__lte=window.on)


def in_care_thirty_days(window):
    return in_care(window).filter(started_on__lte=window.on - timedelta(days=30))


def begun(model):
    return lambda window: model.objects.filter(started_on__range=(window.period.start, window.period.end))


def ended(model, **how):
    return lambda window: model.objects.filter(ended_on__range=(window.period.start, window.period.end), **how)


def reviewed(code):
    return Behind(
        lambda window: in_care_six_months(window).annotate(state=review_state(window)), lambda _: Q(state=code)
    )


BEHIND = {
    "placed_on": Behind(lambda window: placed_on(window.on)),
    "S9": Behind(
        lambda window: placed_on(window.on).filter(host_municipality__isnull=False).exclude(where_is_secret(window.on)),
        lambda _: ~Q(host_municipality=F("municipality")),
    ),
    "S7": Behind(
        lambda window: emergency(window).filter(is_closed(window)), lambda window: over_limit(window, Wordings())
    ),
    "placements_started": Behind(begun(Placement)),
    "placements_ended": Behind(ended(Placement)),
    "unplanned_endings": Behind(ended(Placement, planned=Planned.UNPLANNED)),
    "S1": Behind(
        ended(Placement, planned__in=(Planned.PLANNED, Planned.UNPLANNED)), lambda _: Q(planned=Planned.PLANNED)
    ),
    "episodes_started": Behind(begun(CareEpisode)),
    "episodes_ended": Behind(ended(CareEpisode)),
    "reviews_in_time": reviewed("reviews_in_time"),
    "reviews_late": reviewed("reviews_late"),
    "reviews_never": reviewed("reviews_never"),
    "L5": Behind(in_care, has_care_plan),
    "L6": Behind(in_care_thirty_days, has_current_plan),
    "L10_share": Behind(in_care, was_talked_with),
    "L11": Behind(in_care, has_worker),
    "P8": Behind(in_care, lambda window: Exists(rights_told(window).filter(rights_info_given=True))),
    "health_examined": Behind(in_care_twelve_months, lambda window: was_examined(window, HealthExam.Kind.MEDICAL)),
    "dental_examined": Behind(in_care_twelve_months, lambda window: was_examined(window, HealthExam.Kind.DENTAL)),
    "B3": Behind(
        lambda window: ended(Placement)(window).with_rated_home().with_is_rated(),
        lambda _: Q(is_rated=True),
    ),
}
