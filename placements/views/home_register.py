"""Keeping the register of homes: proposing, changing, taking in, merging and closing."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from bou_portal.access import Permission, requires
from placements.forms.homes import HomeForm, MergeForm, ProposalForm
from placements.models import CareHome


@requires(Permission.RATE_HOMES)
def home_propose(request):
    form = ProposalForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        messages.success(request, "Tack, hemmet är föreslaget. Det går att använda redan nu.")
        return redirect(form.save())
    return render(
        request, "placements/home_form.html", {"form": form, "heading": "Föreslå ett hem", "submit": "Föreslå"}
    )


@requires(Permission.KEEP_HOMES)
def home_change(request, uid):
    home = get_object_or_404(kept(request.user), uid=uid)
    form = HomeForm(request.POST if request.method == "POST" else None, user=request.user, instance=home)
    if form.is_valid():
        messages.success(request, "Uppgifterna är sparade.")
        return redirect(form.save())
    context = {"form": form, "home": home, "heading": "Ändra uppgifter", "submit": "Spara"}
    return render(request, "placements/home_form.html", context)


@requires(Permission.KEEP_HOMES)
def home_merge(request, uid):
    home = get_object_or_404(kept(request.user), uid=uid)
    form = MergeForm(request.POST if request.method == "POST" else None, home=home, user=request.user)
    if form.is_valid():
        messages.success(request, f"{home} är nu samma hem som {form.cleaned_data['target']}.")
        return redirect(form.save())
    context = {"form": form, "home": home, "heading": "Slå ihop med ett annat hem", "submit": "Slå ihop"}
    return render(request, "placements/home_form.html", context)


@requires(Permission.KEEP_HOMES)
@require_POST
def home_approve(request, uid):
    home = get_object_or_404(kept(request.user).proposed(), uid=uid)
    home.approve(request.user)
    messages.success(request, f"{home} finns nu i registret.")
    return redirect(home)


@requires(Permission.KEEP_HOMES)
@require_POST
def home_close(request, uid):
    """Close a home, or open a closed one."""
    home = get_object_or_404(kept(request.user), uid=uid)
    home.close(request.user, closed=not home.is_closed)
    messages.success(request, f"{home} är {'stängt' if home.is_closed else 'öppet igen'}.")
    return redirect(home)


def kept(user):
    """The homes whose facts this user keeps."""
    return CareHome.objects.for_user(user, Permission.KEEP_HOMES).kept_by(user)
