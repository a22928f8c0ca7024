"""Published indicators: the list and one of them."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from municipalities.forms.kpis import KpiFilter
from municipalities.kpis.page import KpiList, KpiPage
from municipalities.models import Kpi, Region


def region_of(user, choices):
    """The county from which the figures are seen."""
    if choices.place:
        return choices.place.region
    region = Region.objects.for_user(user, Permission.READ_REGION_WORK).first()
    if region is None:
        raise Http404
    return region


@requires(Permission.READ_REGION_WORK)
@require_safe
def kpis(request):
    choices = KpiFilter(request.GET, user=request.user)
    region = region_of(request.user, choices)
    context = {
        "found": KpiList(request.user, choices, region, request.GET.get("sida")),
        "filter": choices,
        "may_lead": request.user.can(Permission.LEAD_REGION_WORK),
    }
    return render(request, "municipalities/kpis/kpis.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def kpi_detail(request, code):
    kpi = get_object_or_404(Kpi.objects.for_user(request.user, Permission.READ_REGION_WORK), code=code)
    choices = KpiFilter(request.GET, user=request.user)
    region = region_of(request.user, choices)
    page = KpiPage(kpi, request.user, choices.place, region, request.GET.get("sortera", ""))
    context = {"kpi": kpi, "page": page, "filter": choices, "sorted_by": "namn"}
    return render(request, "municipalities/kpis/kpi_detail.html", context)
