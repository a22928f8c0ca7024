"""Taking in indicators: fetching from Kolada, reading files, and what came of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.forms.kpis import ColumnsForm, UploadForm
from municipalities.kolada import fetching
from municipalities.kpis import importing
from municipalities.kpis.page import Store
from municipalities.models import KpiImport
from municipalities.reach import chosen_region

UNDER_WAY = "En hämtning från Kolada pågår redan. Den gäller alla regioner, så du behöver bara vänta."
CHANGED = "Något annat lästes in under tiden. Utfallet är räknat om: titta igenom det och läs in igen."


def reached(request, uid):
    imports = KpiImport.objects.for_user(request.user, Permission.LEAD_REGION_WORK)
    return get_object_or_404(imports.select_related("region", "started_by"), uid=uid)


@requires(Permission.LEAD_REGION_WORK)
@require_safe
def kpi_imports(request):
    return render(request, "municipalities/kpis/imports.html", {"store": Store(request.user, request.GET.get("sida"))})


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def kpi_fetch(request):
    fetch = fetching.begin(chosen_region(request, Permission.LEAD_REGION_WORK), request.user)
    if fetch is None:
        messages.info(request, UNDER_WAY)
        return redirect("kpi_imports")
    return redirect(fetch)


@requires(Permission.LEAD_REGION_WORK)
def kpi_file_new(request):
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()), user=request.user)
    if form.is_valid() and (staged := form.save()):
        return redirect(staged)
    return render(request, "municipalities/kpis/file_new.html", {"form": form})


@requires(Permission.LEAD_REGION_WORK)
@require_safe
def kpi_import(request, uid):
    staged = reached(request, uid)
    if staged.needs_columns:
        return redirect("kpi_import_columns", staged.uid)
    return shown(request, staged)


def shown(request, staged, status=200):
    if staged.is_fetch:
        return render(request, "municipalities/kpis/fetch.html", {"fetch": staged})
    context = {"staged": staged, "outcome": importing.Outcome(staged, request.GET)}
    return render(request, "municipalities/kpis/import.html", context, status=status)


@requires(Permission.LEAD_REGION_WORK)
@require_safe
def kpi_import_progress(request, uid):
    """What htmx asks for while a worker is at it: the same bar, or the whole page again when it is over."""
    fetch = reached(request, uid)
    response = render(request, "municipalities/kpis/fetch_progress.html", {"fetch": fetch})
    if not fetch.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@requires(Permission.LEAD_REGION_WORK)
def kpi_import_columns(request, uid):
    staged = reached(request, uid)
    if staged.source != "fil" or not staged.is_open:
        return redirect(staged)
    form = ColumnsForm(posted(request), staged=staged, user=request.user)
    if form.is_valid():
        form.save()
        return redirect(staged)
    return render(request, "municipalities/kpis/columns.html", {"form": form, "staged": staged})


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def kpi_import_confirm(request, uid):
    staged = reached(request, uid)
    try:
        if importing.confirm(staged, request.POST.get("digest", ""), request.user):
            messages.success(request, "Filen är inläst. Kvittot finns kvar här.")
    except importing.StoreChanged:
        messages.warning(request, CHANGED)
    return redirect(staged)


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def kpi_import_discard(request, uid):
    staged = reached(request, uid)
    if importing.discard(staged, request.user):
        messages.success(request, "Filen är slängd. Inget av den är inläst.")
        return redirect("kpi_imports")
    return redirect(staged)


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def kpi_import_retry(request, uid):
    fetch = reached(request, uid)
    if not fetching.again(fetch, request.user):
        messages.info(request, UNDER_WAY)
    return redirect(fetch)
