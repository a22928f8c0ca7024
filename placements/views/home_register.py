"""Keeping the register of homes: proposing, changing, taking in, merging and closing."""

from copy import copy

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from placements.forms.home_keeping import MergeForm, SeriesForm, SeriesRemovalForm
from placements.forms.homes import FreePlacesForm, HomeForm, ProposalForm
from placements.homes.merge import moving
from placements.models import CareHome


def kept(user):
    """The homes whose facts this user keeps."""
    return CareHome.objects.for_user(user, Permission.KEEP_HOMES).kept_by(user)


@requires(Permission.RATE_HOMES)
def home_propose(request):
    form = ProposalForm(posted(request), user=request.user)
    if form.is_valid():
        messages.success(request, "Tack, hemmet är föreslaget. Det går att använda redan nu.")
        return redirect(form.save())
    lead = "Namn och form räcker. Regionens utvecklingsledare fyller i resten."
    context = {"form": form, "heading": "Föreslå ett hem", "lead": lead, "submit": "Föreslå"}
    return render(request, "placements/home_form.html", context)


@requires(Permission.KEEP_HOMES)
def home_change(request, uid):
    home = get_object_or_404(kept(request.user), uid=uid)
    form = HomeForm(posted(request), user=request.user, instance=copy(home))  # what is refused stays in the form
    if form.is_valid():
        messages.success(request, "Uppgifterna är sparade.")
        return redirect(form.save())
    context = {"form": form, "home": home, "heading": "Ändra uppgifter", "submit": "Spara"}
    return render(request, "placements/home_form.html", context)


@requires(Permission.KEEP_HOMES)
def home_free_places(request, uid):
    home = get_object_or_404(kept(request.user), uid=uid)
    form = FreePlacesForm(posted(request), user=request.user, instance=home)
    if form.is_valid():
        messages.success(request, "Antalet lediga platser är sparat.")
        return redirect(form.save())
    context = {"form": form, "home": home, "heading": "Lediga platser", "submit": "Spara"}
    return render(request, "placements/home_form.html", context)


@requires(Permission.KEEP_HOMES)
def home_merge(request, uid):
    """First which home, then what moves, then it is done."""
    home = get_object_or_404(kept(request.user), uid=uid)
    form = MergeForm(posted(request), home=home, user=request.user)
    if form.is_valid() and form.is_confirmed:
        messages.success(request, f"{home} är nu samma hem som {form.cleaned_data['target']}.")
        return redirect(form.save())
    context = {"form": form, "home": home, "heading": "Slå ihop med ett annat hem", "submit": "Visa vad som flyttas"}
    if target := form.is_bound and form.cleaned_data.get("target"):
        context |= {"target": target, "moving": moving(home, target, request.user)}
        return render(request, "placements/home_merge.html", context)
    return render(request, "placements/home_form.html", context)


@requires(Permission.KEEP_HOMES)
def home_series(request, uid):
    """The home's changes of owner or manager, and a form for a new one."""
    home = get_object_or_404(kept(request.user), uid=uid)
    form = SeriesForm(posted(request), home=home, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Bytet är infört. Omdömena räknas från den dagen när nästa kvartal fryses.")
        return redirect(home)
    return render(request, "placements/home_series.html", {"form": form, "home": home})


@requires(Permission.KEEP_HOMES)
@require_POST
def home_series_remove(request, uid):
    home = get_object_or_404(kept(request.user), uid=uid)
    form = SeriesRemovalForm(request.POST, home=home, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Bytet är borttaget.")
    return redirect("home_series", home.uid)


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
    """Close a home of the register, or open a closed one. A proposal is approved or merged first."""
    home = get_object_or_404(kept(request.user).exclude(status=CareHome.Status.PROPOSED), uid=uid)
    home.close(request.user, closed=not home.is_closed)
    messages.success(request, f"{home} är {'stängt' if home.is_closed else 'öppet igen'}.")
    return redirect(home)
