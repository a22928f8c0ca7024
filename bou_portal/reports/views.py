"""Reports: to read and download, and the leader's desk where a quarter is frozen, commented and published."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened, record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.periods import Quarter
from bou_portal.reports import desk
from bou_portal.reports.forms import CommentForm, FreezeForm, PublishForm, RetryForm
from bou_portal.reports.freeze import FreezeError
from bou_portal.reports.models import Report
from bou_portal.reports.pages import chapters
from municipalities.models import Region


@require_GET
@requires(Permission.READ_RELEASES, Permission.READ_OWN_FIGURES)
def report_list(request):
    """All reports this reader may open, newest quarter first."""
    reports = Report.objects.for_user(request.user, Permission.READ_RELEASES) | Report.objects.for_user(
        request.user, Permission.READ_OWN_FIGURES
    )
    rows = reports.newest_published().light().select_related("municipality", "region")
    chosen = request.GET.get("kvartal", "")
    quarters = sorted({report.quarter for report in rows}, reverse=True)
    grouped = [
        (Quarter.parse(quarter), list(group))
        for quarter, group in groupby(rows, key=lambda report: report.quarter)
        if not chosen or quarter == chosen
    ]
    return render(
        request,
        "reports/report_list.html",
        {
            "grouped": grouped,
            "quarters": [Quarter.parse(quarter) for quarter in quarters],
            "chosen": chosen,
            "desk_regions": Region.objects.for_user(request.user, Permission.PUBLISH_RELEASES),
        },
    )


@require_GET
@requires(Permission.READ_RELEASES, Permission.READ_OWN_FIGURES)
def report_detail(request, uid):
    readable = Report.objects.readable_by(request.user)
    report = get_object_or_404(readable.defer("pdf").select_related("municipality", "region"), uid=uid)
    versions = readable.same_report(report).light()
    context = {"report": report, "content": report.content, "chapters": chapters(report), "versions": versions}
    if report.issue == Report.Issue.INTERN:
        return opened(request, report, "reports/report_detail.html", context)
    return render(request, "reports/report_detail.html", context)


@require_GET
@requires(Permission.READ_RELEASES, Permission.READ_OWN_FIGURES)
def report_pdf(request, uid):
    """The PDF, as it was built; the download is logged before it is given."""
    report = get_object_or_404(Report.objects.readable_by(request.user), uid=uid)
    if not report.pdf:
        raise Http404("Rapporten är inte byggd än.")
    with transaction.atomic():
        record(request.user, Verb.DOWNLOADED, report, quarter=report.quarter, issue=report.issue)
    return attachment(bytes(report.pdf), report.file_name)


@require_GET
@requires(Permission.PUBLISH_RELEASES)
def desk_home(request):
    """The newest quarter of the leader's region, frozen or not."""
    region = get_object_or_404(Region.objects.for_user(request.user, Permission.PUBLISH_RELEASES).order_by("pk")[:1])
    return redirect("desk", code=region.code, quarter=desk.newest_quarter().slug)


@require_GET
@requires(Permission.PUBLISH_RELEASES)
def leaders_desk(request, code, quarter):
    region, quarter = reach(request, code, quarter)
    return render(request, "reports/desk.html", desk.overview(region, quarter, request.user))


@require_GET
@requires(Permission.PUBLISH_RELEASES)
def desk_progress(request, code, quarter):
    """The progress bar alone, for htmx."""
    region, quarter = reach(request, code, quarter)
    return render(request, "reports/desk_progress.html", desk.progress(region, quarter) | {"alone": True})


@require_POST
@requires(Permission.PUBLISH_RELEASES)
def freeze_quarter(request, code):
    region = get_object_or_404(Region.objects.for_user(request.user, Permission.PUBLISH_RELEASES), code=code)
    form = FreezeForm(request.POST, region=region, by=request.user)
    if not form.is_valid():
        quarter = desk.newest_quarter()
        return render(
            request,
            "reports/desk.html",
            desk.overview(region, quarter, request.user) | {"freeze_form": form},
            status=422,
        )
    try:
        release = form.save()
    except FreezeError as error:
        messages.error(request, str(error))
        return redirect("desk", code=code, quarter=form.cleaned_data["quarter"].lower())
    messages.success(request, f"{Quarter.parse(release.quarter).text.capitalize()} är fryst. Rapporterna byggs nu.")
    return redirect("desk", code=code, quarter=release.quarter.lower())


@require_POST
@requires(Permission.PUBLISH_RELEASES)
def comment_reports(request, code, quarter, place):
    region, quarter = reach(request, code, quarter)
    reports = desk.newest_reports(region, quarter).of_place(place)
    form = CommentForm(request.POST, reports=reports, by=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Kommentaren är sparad. Rapporten byggs om med den.")
    else:
        messages.error(request, " ".join(form.errors["comment"]))
    return redirect("desk", code=code, quarter=quarter.slug)


@require_POST
@requires(Permission.PUBLISH_RELEASES)
def publish_reports(request, code, quarter, place=None):
    region, quarter = reach(request, code, quarter)
    reports = desk.newest_reports(region, quarter)
    form = PublishForm(request.POST, reports=reports.of_place(place) if place else reports, by=request.user)
    if not form.is_valid():
        raise PermissionDenied
    published = form.save()
    if published:
        messages.success(
            request, f"{published} {'rapport är publicerad' if published == 1 else 'rapporter är publicerade'}."
        )
    else:
        messages.info(request, "Det fanns inget färdigbyggt att publicera.")
    return redirect("desk", code=code, quarter=quarter.slug)


@require_POST
@requires(Permission.PUBLISH_RELEASES)
def retry_reports(request, code, quarter):
    region, quarter = reach(request, code, quarter)
    form = RetryForm(request.POST, reports=desk.newest_reports(region, quarter), by=request.user)
    if form.is_valid():
        messages.success(request, f"{form.save()} rapporter byggs på nytt.")
    return redirect("desk", code=code, quarter=quarter.slug)


def reach(request, code, quarter):
    """The leader's region and the quarter in the address, or 404."""
    region = get_object_or_404(Region.objects.for_user(request.user, Permission.PUBLISH_RELEASES), code=code)
    try:
        return region, Quarter.parse(quarter)
    except ValueError as error:
        raise Http404(str(error)) from None
