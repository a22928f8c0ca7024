"""Analyses of indicators: the list, one of them, writing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.forms.kpi_analyses import AnalysisForm
from municipalities.kpis.page import KpiPage
from municipalities.models import Kpi, KpiAnalysis, Municipality

YEARS_BACK = 12


def readable(user):
    found = KpiAnalysis.objects.for_user(user, Permission.READ_REGION_WORK)
    return found.select_related("municipality__region", "kpi", "changed_by")


def speaks_for(user, analysis):
    return analysis.municipality_id in user.municipalities(Permission.SPEAK_FOR_MUNICIPALITY)


@requires(Permission.READ_REGION_WORK)
@require_safe
def kpi_analyses(request):
    due = {"follow_on__lte": timezone.localdate(), "followed": ""}
    found = readable(request.user)
    ordered = found.order_by(Case(When(**due, then=Value(0)), default=Value(1)), "-changed_at", "pk")
    context = {
        "page": Paginator(ordered, 30).get_page(request.GET.get("sida")),
        "due": found.filter(**due).count(),
        "may_write": request.user.can(Permission.SPEAK_FOR_MUNICIPALITY),
    }
    return render(request, "municipalities/kpis/analyses.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def kpi_analysis(request, uid):
    analysis = get_object_or_404(readable(request.user), uid=uid)
    context = {"analysis": analysis, "may_write": speaks_for(request.user, analysis)}
    return render(request, "municipalities/kpis/analysis.html", context)


@requires(Permission.SPEAK_FOR_MUNICIPALITY)
def kpi_analysis_new(request, code):
    kpi = get_object_or_404(Kpi.objects.for_user(request.user, Permission.READ_REGION_WORK), code=code)
    own = Municipality.objects.for_user(request.user, Permission.SPEAK_FOR_MUNICIPALITY).active()
    place = own.filter(code=request.GET.get("kommun", "")).first() or get_object_or_404(own.order_by("pk")[:1])
    return written(request, KpiAnalysis(kpi=kpi, municipality=place), "Analysera")


@requires(Permission.SPEAK_FOR_MUNICIPALITY)
def kpi_analysis_change(request, uid):
    own = Municipality.objects.for_user(request.user, Permission.SPEAK_FOR_MUNICIPALITY)
    found = readable(request.user).filter(municipality__in=own)
    return written(request, get_object_or_404(found, uid=uid), "Ändra analysen")


def written(request, analysis, heading):
    """The four steps, for a new analysis or one that goes on."""
    kept = analysis.kpi.values.filter(place=analysis.municipality.code).values_list("year", flat=True)
    this_year = timezone.localdate().year
    years = sorted({*kept} or {*range(this_year - YEARS_BACK, this_year + 1)})
    form = AnalysisForm(posted(request), user=request.user, instance=analysis, years=years)
    if form.is_valid():
        saved = form.save()
        messages.success(request, "Analysen är sparad.")
        return redirect(saved)
    page = KpiPage(analysis.kpi, request.user, analysis.municipality, analysis.municipality.region)
    context = {"form": form, "heading": heading, "page": page, "analysis": analysis if analysis.pk else None}
    return render(request, "municipalities/kpis/analysis_form.html", context)
