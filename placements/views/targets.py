"""Local targets: what is aimed at beside what the law says."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from placements.forms.targets import form_for
from placements.targets import TargetTable, heading, place_of, places_of, row_of


@requires(Permission.SET_TARGETS)
@require_safe
def targets(request):
    tables = [TargetTable(place) for place in places_of(request.user)]
    return render(request, "placements/targets.html", {"tables": tables})


@requires(Permission.SET_TARGETS)
def target(request, place, code):
    place = place_of(request.user, place)
    row = row_of(place, code)
    form = form_for(row)(posted(request), place=place, row=row, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, form.saved)
        return redirect("targets")
    context = {"place": place, "row": row, "form": form, "heading": heading(row)}
    return render(request, "placements/target.html", context)
