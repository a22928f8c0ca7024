"""What the leader sees of a quarter: completeness, how far the building has come, and what may be published.

She publishes reports she may not read: of the issue "Intern" only its state is shown.
"""

from collections import defaultdict
from itertools import groupby

from django.db.models import Count, Q
from django.utils import timezone

from bou_portal.disclosure.release import QUARTER, Disclosed, latest_versions
from bou_portal.periods import Quarter
from bou_portal.reports.blocks import name_of
from bou_portal.reports.forms import FreezeForm
from bou_portal.reports.models import Report
from municipalities.models import Release
from placements.models import Delivery

# Released shares of which more is better, and the fall in units that the leader is told of.
BETTER_HIGH = {"L4", "L5", "L6", "L10_share", "P5", "P6", "reviews_in_time", "health_examined", "dental_examined"}
BETTER_HIGH |= {"H1", "H2", "H3", "S1", "B3"}
FALL = 10


def newest_quarter():
    """The newest quarter that is over."""
    return Quarter.of(timezone.localdate()).previous()


def newest_reports(region, quarter):
    return Report.objects.filter(region=region, quarter=str(quarter)).newest_versions()


def overview(region, quarter, user):
    """Everything the desk's page shows."""
    release = Release.objects.filter(region=region, quarter=str(quarter)).order_by("-version").first()
    reports = newest_reports(region, quarter).light().select_related("municipality", "region")
    fallen = falls(region, quarter)
    return {
        "region": region,
        "quarter": quarter,
        "quarters": list(reversed(newest_quarter().last(8))),
        "release": release,
        "rows": [row(list(group), fallen) for _, group in groupby(reports, key=lambda report: report.municipality_id)],
        "deliveries": completeness(region, quarter),
        "freeze_form": FreezeForm(region=region, by=user, initial={"quarter": str(quarter)}),
        **progress(region, quarter),
    }


def row(reports, fallen):
    """One place's issues: the shared one to open, the state of both, and what can be done."""
    shared = next(report for report in reports if report.issue != Report.Issue.INTERN)
    return {
        "place": shared.place_name,
        "code": shared.place.code,
        "shared": shared,
        "issues": reports,
        "comment": shared.comment,
        "ready": all(report.status == Report.Status.DONE for report in reports),
        "published": all(report.published_at for report in reports),
        "failed": [report for report in reports if report.status == Report.Status.FAILED],
        "waits": all(report.status == Report.Status.QUEUED for report in reports),
        "falls": fallen[shared.place.code],
    }


def falls(region, quarter):
    """By place's code: released shares that are more than ten units lower than last quarter, in words."""
    releases = latest_versions(
        Disclosed.from_dict(release.cells)
        for release in region.releases.filter(quarter__in=[str(quarter), str(quarter.previous())])
        if release.cells
    )
    found = defaultdict(list)
    if not {quarter, quarter.previous()} <= set(releases):
        return found
    before = releases[quarter.previous()].cells
    for key, now in releases[quarter].cells.items():
        then = before.get(key)
        is_both = now.is_shown and then is not None and then.is_shown
        if is_both and key.measure in BETTER_HIGH and key.period == QUARTER and then.value - now.value > FALL:
            found[key.place].append(f"{name_of(key.measure)}: från {then.text} till {now.text}")
    return found


def progress(region, quarter):
    """Counts for the progress bar, in one query."""
    status = Report.Status
    counts = newest_reports(region, quarter).aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(status=status.DONE)),
        failed=Count("pk", filter=Q(status=status.FAILED)),
        publishable=Count("pk", filter=Q(status=status.DONE, published_at__isnull=True)),
    )
    working = counts["total"] - counts["done"] - counts["failed"]
    return counts | {"working": working, "region": region, "quarter": quarter}


def completeness(region, quarter):
    """Per municipality, whether it delivered placements for the quarter and when: yes or no, never how many."""
    delivered = dict(
        Delivery.objects.confirmed()
        .filter(kind=Delivery.Kind.PLACEMENTS, delivered_on__gte=quarter.start, municipalities__region=region)
        .order_by("delivered_on")
        .values_list("municipalities__code", "delivered_on")
    )
    return [(place, delivered.get(place.code)) for place in region.municipalities.all()]
