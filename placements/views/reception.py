"""Reception of unaccompanied minors: the municipality's own reports, and the county's table."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.periods import Quarter
from bou_portal.posted import posted
from municipalities.models import Municipality, Region
from placements.forms.figures import FigureFilter
from placements.forms.reception import ReceptionForm
from placements.models import Reception
from placements.reception_table import CountyTable, last_day, open_quarter, told_quarters

READERS = (Permission.ENTER_COUNTS, Permission.READ_RECEPTION)


def region_of(request):
    """The county whose table she reads: the asked for, or her first."""
    regions = {region.code: region for held in READERS for region in Region.objects.for_user(request.user, held)}
    return regions.get(request.GET.get("lan", ""), next(iter(regions.values())))


def own_reports(user):
    """The municipality's own reports, note and all; for whoever enters or reads them there."""
    entered = Reception.objects.for_user(user, Permission.ENTER_COUNTS)
    return (entered | Reception.objects.for_user(user, Permission.READ_RECEPTION)).select_related("municipality")


@require_safe
@requires(*READERS)
def reception(request):
    choice = FigureFilter(request.GET, places=[], quarters=told_quarters())
    region, quarter = region_of(request), open_quarter()
    own = own_reports(request.user).prefetch_related("bottlenecks").order_by("-quarter", "municipality")
    context = {"filter": choice, "region": region, "table": CountyTable.of(region, choice.quarter), "own": own[:12]}
    context["may_enter"] = Municipality.objects.for_user(request.user, Permission.ENTER_COUNTS)
    context["has_own"] = any(held.municipality_id for each in READERS for held in request.user.granting(each))
    if quarter:
        context |= {"quarter": quarter, "last_day": last_day(quarter)}
        context["is_reported"] = own.filter(quarter=str(quarter)).exists()
    return render(request, "placements/reception.html", context)


@requires(Permission.ENTER_COUNTS)
def reception_report(request, code, quarter):
    """Report or correct the quarter that is open. What is sent after it was locked is refused by the form, not lost."""
    report, asked = report_of(request, code, quarter)
    if asked != open_quarter() and request.method != "POST":
        raise Http404
    data = posted(request)
    form = ReceptionForm(data, user=request.user, instance=report, quarter=asked)
    if form.is_valid():
        form.save()
        messages.success(request, f"Tack, mottagandet för {asked.text} är lämnat.")
        return redirect("reception")
    context = {"form": form, "place": report.municipality, "quarter": asked, "last_day": last_day(asked)}
    return render(request, "placements/reception_report.html", context)


def report_of(request, code, quarter):
    """The municipality's report of the quarter, new if there is none, and the quarter; 404 for others' municipalities."""
    place = get_object_or_404(Municipality.objects.for_user(request.user, Permission.ENTER_COUNTS), code=code)
    try:
        asked = Quarter.parse(quarter)
    except ValueError:
        raise Http404 from None
    rows = Reception.objects.for_user(request.user, Permission.ENTER_COUNTS).select_related("entered_by")
    old = rows.filter(municipality=place, quarter=str(asked)).first()
    return old or Reception(municipality=place, quarter=str(asked)), asked
