"""Agreements with homes: what is promised where, and keeping it."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from bou_portal.posted import posted
from placements.agreement_page import AgreementPage, FollowUp, row_of
from placements.forms.agreements import AddHomeForm, AgreementCriteriaForm, AgreementForm, TermsForm
from placements.models import Agreement


def readable(request, uid):
    """An agreement this user may read, or 404."""
    found = Agreement.objects.for_user(request.user, Permission.READ_HOMES)
    return get_object_or_404(found.select_related("region", "municipality__region"), uid=uid)


def kept(user):
    """The agreements this user may change."""
    found = Agreement.objects.for_user(user, Permission.KEEP_AGREEMENTS).kept_by(user)
    return found.select_related("region", "municipality__region")


def may_keep(user, agreement):
    return kept(user).filter(pk=agreement.pk).exists()


def cover_of(request, uid, home):
    """A home of an agreement this user keeps, or 404."""
    agreement = get_object_or_404(kept(request.user), uid=uid)
    cover = get_object_or_404(agreement.homes.select_related("home"), home__uid=home)
    cover.agreement = agreement
    return cover


@requires(Permission.READ_HOMES)
@require_safe
def agreement_list(request):
    found = Agreement.objects.for_user(request.user, Permission.READ_HOMES).select_related("region", "municipality")
    shows_ended = request.GET.get("visa") == "avslutade"
    chosen = found.ended() if shows_ended else found.not_ended()
    keeps = request.user.can(Permission.KEEP_AGREEMENTS)
    context = {
        "agreements": chosen.annotate(home_count=Count("homes")),
        "shows_ended": shows_ended,
        "may_keep": keeps,
        "follow_up": FollowUp(request.user) if keeps and not shows_ended else None,
    }
    return render(request, "placements/agreement_list.html", context)


@requires(Permission.READ_HOMES)
@require_safe
def agreement_detail(request, uid):
    agreement = readable(request, uid)
    page = AgreementPage(agreement, request.user)
    context = {"agreement": agreement, "page": page, "may_keep": may_keep(request.user, agreement)}
    return opened(request, agreement, "placements/agreement_detail.html", context)


@requires(Permission.KEEP_AGREEMENTS)
def agreement_new(request):
    form = AgreementForm(posted(request), user=request.user)
    if form.is_valid():
        agreement = form.save()
        messages.success(request, "Avtalet är sparat. Lägg nu till hem och kriterier.")
        return redirect(agreement)
    return render(request, "placements/agreement_form.html", {"form": form, "heading": "Nytt avtal"})


@requires(Permission.KEEP_AGREEMENTS)
def agreement_change(request, uid):
    agreement = get_object_or_404(kept(request.user), uid=uid)
    form = AgreementForm(posted(request), user=request.user, instance=agreement)
    if form.is_valid():
        messages.success(request, "Avtalet är sparat.")
        return redirect(form.save())
    context = {"form": form, "agreement": agreement, "heading": "Ändra avtalet"}
    return render(request, "placements/agreement_form.html", context)


@requires(Permission.KEEP_AGREEMENTS)
def agreement_criteria(request, uid):
    agreement = get_object_or_404(kept(request.user), uid=uid)
    form = AgreementCriteriaForm(posted(request), user=request.user, agreement=agreement)
    if form.is_valid():
        messages.success(request, "Kriterierna är sparade.")
        return redirect(form.save())
    context = {"form": form, "agreement": agreement, "heading": "Kriterier i avtalet", "is_criteria": True}
    return render(request, "placements/agreement_form.html", context)


@requires(Permission.KEEP_AGREEMENTS)
def agreement_home_new(request, uid):
    agreement = get_object_or_404(kept(request.user), uid=uid)
    form = AddHomeForm(posted(request), user=request.user, agreement=agreement)
    if form.is_valid():
        messages.success(request, f"{form.save().home} är med i avtalet.")
        return redirect(agreement)
    context = {"form": form, "agreement": agreement, "heading": "Lägg till ett hem"}
    return render(request, "placements/agreement_form.html", context)


@requires(Permission.READ_HOMES)
@require_safe
def agreement_home(request, uid, home):
    agreement = readable(request, uid)
    cover = get_object_or_404(agreement.homes.select_related("home"), home__uid=home)
    row = row_of(agreement, cover.home, request.user)
    checks = agreement.checks.filter(home=cover.home).select_related("criterion", "checked_by", "agreement", "home")
    context = {"row": row, "agreement": agreement, "checks": checks, "may_keep": may_keep(request.user, agreement)}
    return opened(request, agreement, "placements/agreement_home.html", context, home=cover.home_id)


@requires(Permission.KEEP_AGREEMENTS)
def agreement_home_change(request, uid, home):
    cover = cover_of(request, uid, home)
    form = TermsForm(posted(request), user=request.user, instance=cover)
    if form.is_valid():
        form.save()
        messages.success(request, f"Rang och pris för {cover.home} är sparade.")
        return redirect(cover.agreement)
    context = {"form": form, "agreement": cover.agreement, "home": cover.home, "heading": "Ändra rang och pris"}
    return render(request, "placements/agreement_form.html", context)


@requires(Permission.KEEP_AGREEMENTS)
def agreement_home_remove(request, uid, home):
    cover = cover_of(request, uid, home)
    if request.method == "POST":
        cover.leave(request.user)
        messages.success(request, f"{cover.home} är inte längre med i avtalet.")
        return redirect(cover.agreement)
    return render(request, "placements/agreement_home_remove.html", {"cover": cover})
