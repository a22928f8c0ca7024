"""Deviations in cooperation: a municipality reports, the group handles."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from bou_portal.posted import posted
from bou_portal.sorting import ordering
from municipalities.forms.deviations import DeviationFilter, DeviationForm, HandleForm, StrikeForm
from municipalities.models import CooperationModel, Deviation, Municipality

COLUMNS = {"manad": "month", "kommun": "municipality__sort_key", "slag": "kind", "rapporterad": "reported_at"}
ON_A_PAGE = 50


def reports(user):
    """The deviations this user may read."""
    found = Deviation.objects.for_user(user, Permission.READ_REGION_WORK)
    return found.select_related("municipality", "model__region", "model__group")


def under_list(row=None):
    """What a form's page says of where it is."""
    url = row.get_absolute_url() if row else reverse("deviation_list")
    return {"list_name": "Avvikelser", "list_url": reverse("deviation_list"), "row": row, "back": url}


@requires(Permission.READ_REGION_WORK)
def deviation_new(request, uid):
    models = CooperationModel.objects.for_user(request.user, Permission.READ_REGION_WORK)
    model = get_object_or_404(models.select_related("region"), uid=uid)
    own = Municipality.objects.for_user(request.user, Permission.READ_REGION_WORK).active().filter(region=model.region)
    if not own:
        raise PermissionDenied
    form = DeviationForm(posted(request), user=request.user, municipalities=own, instance=Deviation(model=model))
    if form.is_valid():
        messages.success(request, "Tack. Avvikelsen är rapporterad, och gruppen ser den.")
        return redirect(form.save())
    lead = f"Till {model.group or 'utvecklingsledaren'}, som hanterar avvikelser i {model}. Rapporten handlar om samarbetet."
    context = {"form": form, "heading": "Rapportera en avvikelse", "lead": lead, "submit": "Rapportera"}
    return render(request, "municipalities/form_page.html", context | under_list())


@requires(Permission.READ_REGION_WORK)
@require_safe
def deviation_list(request):
    form = DeviationFilter(request.GET)
    found = form.narrow(reports(request.user)).order_by(*ordering(request.GET, COLUMNS, "-rapporterad"))
    handled = Deviation.objects.for_user(request.user, Permission.READ_REGION_WORK).handled_by(request.user)
    context = {
        "filter": form,
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("sida")),
        "handled": set(handled.values_list("pk", flat=True)),
        "waiting": handled.new().count(),
        "going_on": handled.open().count(),
    }
    return render(request, "municipalities/cooperation/deviation_list.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def deviation_detail(request, uid):
    deviation = get_object_or_404(reports(request.user), uid=uid)
    handled = Deviation.objects.for_user(request.user, Permission.READ_REGION_WORK).handled_by(request.user)
    context = {
        "deviation": deviation,
        "steps": deviation.steps.select_related("by"),
        "may_handle": handled.filter(pk=deviation.pk).exists(),
    }
    return opened(request, deviation, "municipalities/cooperation/deviation_detail.html", context)


@requires(Permission.READ_REGION_WORK)
def deviation_handle(request, uid):
    deviation = get_object_or_404(reports(request.user).handled_by(request.user), uid=uid)
    form = HandleForm(posted(request), user=request.user, deviation=deviation)
    if form.is_valid():
        messages.success(request, "Sparat. Kommunen som rapporterade kan läsa det.")
        return redirect(form.save())
    context = {"form": form, "heading": "Hantera avvikelsen", "lead": deviation.text, "submit": "Spara"}
    return render(request, "municipalities/form_page.html", context | under_list(deviation))


@requires(Permission.READ_REGION_WORK)
def deviation_strike(request, uid):
    deviation = get_object_or_404(reports(request.user).handled_by(request.user).exclude(text=""), uid=uid)
    form = StrikeForm(posted(request), user=request.user, deviation=deviation)
    if form.is_valid():
        messages.success(request, "Texten är borttagen. Avvikelsen räknas fortfarande.")
        return redirect(form.save())
    lead = (
        "Gör det om texten säger något om ett barn eller en familj. Texten går inte att få tillbaka; resten står kvar."
    )
    context = {"form": form, "heading": "Ta bort texten", "lead": lead, "submit": "Ta bort texten", "danger": True}
    return render(request, "municipalities/form_page.html", context | under_list(deviation))
