"""Freezing a quarter: one region's figures are protected once, and every report's content is fixed.

What is frozen never changes. Late data makes version 2, with its reason on the cover.
"""

import hashlib
import json
from contextlib import suppress

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.disclosure import protect
from bou_portal.figures import intern
from bou_portal.reports.contents import report_contents
from bou_portal.reports.models import Report
from bou_portal.reports.tasks import announce_report, build_report
from municipalities.models import Release
from placements.indicators import Scope, Window, figures
from placements.indicators.releases import earlier_releases, tables


class FreezeError(Exception):
    """Why the quarter cannot be frozen, as a sentence to show."""


def freeze(region, quarter, by=None, reason="", *, with_reports=True):
    """Release the region's quarter and queue a report for every municipality and the region. Returns the release.

    Everything is counted first and written in one short transaction. A quarter that is already released needs a
    `reason` and becomes the next version. FreezeError if the quarter has not ended, if nothing was delivered, or if
    somebody else froze it at the same time. `by` is None when the portal does it by itself. Without reports only the
    release is made: for quarters long past, which nobody waits to read.
    """
    version = _next_version(region, quarter, reason)
    quarters = quarter.last(8) if with_reports else [quarter]
    windows = [Window.of(each) for each in quarters]
    scope = Scope.of(region.municipalities.all(), windows, regions=[region])
    raw = figures(scope)
    earlier = earlier_releases(region)
    disclosed = protect(tables(region, quarter, raw, version), earlier, threshold=settings.DISCLOSURE_THRESHOLD)
    if len(disclosed.missing) == len(scope.municipalities):
        raise FreezeError(f"Ingen kommun i {region} har levererat något. Läs in leveranser först.")
    of_period = {each.period: each for each in quarters}
    exact = {(of_period[figure.period], figure.place, figure.id, figure.category): intern(figure) for figure in raw}
    contents = []
    if with_reports:
        contents = report_contents(region, quarter, scope, exact, [*earlier, disclosed], version=version, reason=reason)
    return _write(region, quarter, version, reason, by, disclosed, contents)


def _next_version(region, quarter, reason):
    if quarter.end >= timezone.localdate():
        raise FreezeError(f"{quarter.text.capitalize()} är inte slut än. Det kan frysas från och med dagen efter.")
    newest = region.releases.filter(quarter=str(quarter)).order_by("-version").first()
    if newest and not reason:
        raise FreezeError("Kvartalet är redan fryst. Ange varför det ska rättas, så görs en ny version.")
    return newest.version + 1 if newest else 1


@transaction.atomic
def _write(region, quarter, version, reason, by, disclosed, contents):
    try:
        with transaction.atomic():
            release = Release.objects.create(
                region=region,
                quarter=str(quarter),
                version=version,
                reason=reason,
                cells=disclosed.as_dict(),
                sha256=disclosed.sha256,
                code_version=settings.VERSION,
                frozen_by=by,
            )
    except IntegrityError:
        raise FreezeError("Någon annan frös kvartalet samtidigt. Ladda om sidan.") from None
    reports = Report.objects.bulk_create(
        Report(
            release=release,
            region=region,
            municipality=municipality,
            quarter=str(quarter),
            issue=issue,
            version=version,
            content=content,
            sha256=sha256(content),
        )
        for municipality, issue, content in contents
    )
    record(by, Verb.FROZE, release, quarter=str(quarter), version=version, reports=len(reports))
    transaction.on_commit(lambda: send(*[report.pk for report in reports]))
    return release


def send(*report_ids):
    """Hand reports to the workers. A broker that does not answer is asked once: the sweep sends what was not sent."""
    with suppress(build_report.OperationalError):
        for report_id in report_ids:
            build_report.delay(report_id)


def tell(report_id):
    """Have a published report's readers told; the sweep does it if the broker does not answer."""
    with suppress(announce_report.OperationalError):
        announce_report.delay(report_id)


def sha256(content):
    """Of the one canonical spelling of the content, so that the same content has the same sum."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
