"""The steering group's room, and its stand on a quarter's report."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.bodies.steering import SteeringRoom
from municipalities.forms.decisions import ReportStandForm
from municipalities.models import Body, Release, ReportStand
from municipalities.reach import chosen_region, leads
from municipalities.views.bodies import LEAD, READ

DECIDE = Permission.DECIDE_WITH_REGION


def url_of_stand(release):
    return reverse("report_stand", args=[release.region.code, release.quarter.lower()])


def url_of_reports(release):
    """Whoever leads the work reads the report before the group does."""
    return reverse("report_list")


@requires(READ)
@require_safe
def steering(request):
    region = chosen_region(request, READ)
    decides = region.pk in request.user.regions(DECIDE)
    may_lead = leads(request.user, LEAD, region)
    room = SteeringRoom(region, url_of_stand if decides else url_of_reports if may_lead else lambda release: "")
    context = {"room": room, "region": region, "decides": decides, "may_lead": may_lead}
    if room.body:
        context["decisions_url"] = f"{reverse('decision_list')}?organ={room.body.uid}"
    return render(request, "municipalities/bodies/steering.html", context)


@requires(DECIDE)
def report_stand(request, code, quarter):
    """Approve the newest version of a quarter's report, or return it."""
    found = Release.objects.for_user(request.user, DECIDE).latest_versions().select_related("region")
    release = get_object_or_404(found, region__code=code, quarter=quarter.upper())
    body = Body.objects.for_user(request.user, DECIDE).steering().filter(region=release.region).first()
    if body is None:
        raise Http404
    form = ReportStandForm(posted(request), user=request.user, release=release, body=body)
    if ReportStand.objects.for_user(request.user, DECIDE).filter(release=release).exists() or form.is_valid():
        return answered(request, form.save() if form.is_valid() else None)
    context = {"form": form, "release": release, "body": body}
    return render(request, "municipalities/bodies/report_stand.html", context)


def answered(request, stand):
    if stand:
        messages.success(request, f"Styrgruppens ställningstagande är sparat som beslut {stand.decision.mark}.")
    else:
        messages.warning(request, "Styrgruppen har redan tagit ställning till rapporten.")
    return redirect("steering")
