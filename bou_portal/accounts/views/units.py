"""A municipality's units, and how much of it its social workers see."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from bou_portal.access import Permission, requires
from bou_portal.accounts.forms import OpennessForm, UnitForm
from bou_portal.accounts.models import in_force
from bou_portal.posted import posted
from municipalities.models import Municipality, Unit


def own_municipality(user, code):
    return get_object_or_404(Municipality.objects.for_user(user, Permission.MANAGE_MEMBERS), code=code)


@requires(Permission.MANAGE_MEMBERS)
def units(request, code):
    municipality = own_municipality(request.user, code)
    data = posted(request)
    form = UnitForm(data, municipality=municipality, changed_by=request.user)
    if form.is_valid():
        unit = form.save()
        messages.success(request, f"Enheten {unit} är sparad.")
        return redirect("units", code)
    context = {
        "municipality": municipality,
        "units": Unit.objects.for_user(request.user, Permission.MANAGE_MEMBERS)
        .filter(municipality=municipality)
        .annotate(staff=Count("memberships", filter=in_force("memberships__"))),
        "form": form,
        "openness": OpennessForm(instance=municipality, changed_by=request.user),
    }
    return render(request, "accounts/units.html", context)


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def openness(request, code):
    municipality = own_municipality(request.user, code)
    form = OpennessForm(request.POST, instance=municipality, changed_by=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Det gäller från och med nu.")
    return redirect("units", code)
