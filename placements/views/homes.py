"""The register of homes: finding one, what others think of it, and keeping it right."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from placements.forms.homes import HomeFilter, HomeForm, MergeForm, ProposalForm
from placements.home_list import rows
from placements.home_scores import own_experience, released_scores
from placements.models import CareHome


@requires(Permission.READ_HOMES)
@require_GET
def home_list(request):
    narrowing = HomeFilter(request.GET)
    homes = narrowing.narrow(CareHome.objects.for_user(request.user, Permission.READ_HOMES))
    released = released_scores(request.user, Permission.READ_HOMES)
    found = rows(homes, released, request.user, least=narrowing.least, wish=request.GET.get("sortera", ""))
    context = {
        "filter": narrowing,
        "page": Paginator(found, 50).get_page(request.GET.get("sida")),
        "released": released,
        "sorted_by": "-omdome",
        "may_see_own": bool(request.user.municipalities(Permission.READ_HOMES)),
        "may_propose": request.user.can(Permission.RATE_HOMES),
        "proposals": kept(request.user).proposed().count(),
    }
    return render(request, "placements/home_list.html", context)


@requires(Permission.READ_HOMES)
@require_GET
def home_detail(request, uid):
    homes = CareHome.objects.for_user(request.user, Permission.READ_HOMES)
    home = get_object_or_404(homes.select_related("location__region", "proposed_by"), uid=uid)
    released = released_scores(request.user, Permission.READ_HOMES)
    context = {
        "home": home,
        "released": released,
        "score": released.of(home),
        "own": own_experience(home, request.user),
        "may_keep": kept(request.user).filter(pk=home.pk).exists(),
    }
    response = render(request, "placements/home_detail.html", context)
    for municipality_id, ratings in own_ratings_shown(context["own"]):
        record(request.user, Verb.OPENED, home, municipality_id=municipality_id, ratings=ratings)
    return response


def own_ratings_shown(own):
    """(municipality, number of ratings) that a reader was shown in full: each rests on one child's stay, so it is logged."""
    return Counter(rating.municipality_id for rating in own.ratings).items() if own else ()


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
