"""Files of homes: leaving one, looking at what it would do, taking it in or throwing it away."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bou_portal.access import Permission, requires
from placements.forms.home_import import ConfirmHomesForm, DiscardHomesForm, HomeFileForm
from placements.homes.importing import Outcome
from placements.models import HomeImport


def reached(request, uid):
    files = HomeImport.objects.for_user(request.user, Permission.KEEP_HOMES).select_related("region", "uploaded_by")
    return get_object_or_404(files, uid=uid)


@requires(Permission.KEEP_HOMES)
def home_import(request):
    form = HomeFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()), user=request.user)
    if form.is_valid():
        return redirect(form.save())
    files = HomeImport.objects.for_user(request.user, Permission.KEEP_HOMES).defer("rows", "outcome")
    page = Paginator(files.select_related("uploaded_by"), 20).get_page(request.GET.get("sida"))
    return render(request, "placements/home_import.html", {"form": form, "page": page})


@requires(Permission.KEEP_HOMES)
@require_GET
def home_import_detail(request, uid):
    return shown(request, reached(request, uid))


def shown(request, staged, form=None):
    """The preview of a file that waits, or the receipt of one that was taken in."""
    outcome = Outcome(staged, request.user, request.GET)
    form = form or ConfirmHomesForm(staged=staged, user=request.user)
    context = {"staged": staged, "outcome": outcome, "page": outcome.page, "form": form}
    return render(request, "placements/home_import_detail.html", context)


@requires(Permission.KEEP_HOMES)
@require_POST
def home_import_confirm(request, uid):
    staged = reached(request, uid)
    if staged.is_confirmed:  # a double click: the first one did it
        return redirect(staged)
    form = ConfirmHomesForm(request.POST, staged=staged, user=request.user)
    if form.is_valid() and form.save():
        messages.success(request, "Hemmen är inlästa. Kvittot finns kvar här.")
        return redirect(staged)
    return shown(request, staged, form)


@requires(Permission.KEEP_HOMES)
@require_POST
def home_import_discard(request, uid):
    staged = reached(request, uid)
    if staged.is_confirmed:
        return redirect(staged)
    DiscardHomesForm(request.POST, staged=staged, user=request.user).save()
    messages.success(request, "Filen är slängd. Inget av den är inläst.")
    return redirect("home_import")
