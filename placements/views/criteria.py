"""Criteria, and checks of homes against them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from bou_portal.formats import count_word, starting
from bou_portal.posted import posted
from placements.agreement_page import AgreementPage, row_of
from placements.forms.agreements import CriterionForm
from placements.forms.checks import CheckForm, VisitForm
from placements.models import Check, Criterion
from placements.questionnaire import questionnaire
from placements.views.agreements import cover_of, may_keep, readable


def kept_criteria(user):
    return Criterion.objects.for_user(user, Permission.KEEP_AGREEMENTS).kept_by(user)


@requires(Permission.READ_HOMES)
@require_safe
def criterion_list(request):
    found = Criterion.objects.for_user(request.user, Permission.READ_HOMES)
    found = found.select_related("region", "municipality").prefetch_related("agreements")
    texts = {statement.number: statement.text for statement in questionnaire().statements}
    mine = set(kept_criteria(request.user).values_list("pk", flat=True))
    rows = [
        (criterion, [(number, texts[number]) for number in criterion.items], criterion.pk in mine)
        for criterion in sorted(found, key=lambda criterion: criterion.order)
    ]
    context = {"rows": rows, "may_keep": request.user.can(Permission.KEEP_AGREEMENTS)}
    return render(request, "placements/criterion_list.html", context)


@requires(Permission.KEEP_AGREEMENTS)
def criterion_new(request):
    form = CriterionForm(posted(request), user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Kriteriet är sparat. Välj på avtalets sida att det ska gälla där.")
        return redirect("criterion_list")
    return render(request, "placements/criterion_form.html", {"form": form, "heading": "Nytt kriterium"})


@requires(Permission.KEEP_AGREEMENTS)
def criterion_change(request, uid):
    criterion = get_object_or_404(kept_criteria(request.user), uid=uid)
    form = CriterionForm(posted(request), user=request.user, instance=criterion)
    if form.is_valid():
        form.save()
        messages.success(request, "Kriteriet är sparat.")
        return redirect("criterion_list")
    context = {"form": form, "criterion": criterion, "heading": "Ändra kriteriet"}
    return render(request, "placements/criterion_form.html", context)


@requires(Permission.READ_HOMES)
@require_safe
def check_grid(request, uid):
    agreement = readable(request, uid)
    page = AgreementPage(agreement, request.user)
    context = {"agreement": agreement, "page": page, "may_keep": may_keep(request.user, agreement)}
    return opened(request, agreement, "placements/check_grid.html", context)


def light_of(request, agreement, home, criterion):
    """The light of one home and criterion of the agreement; 404 when they do not belong together."""
    row = row_of(agreement, home, request.user)
    for light in row.lights:
        if light.criterion.uid == criterion:
            return light
    raise Http404("Kriteriet gäller inte i avtalet.")


def check_context(request, agreement, cover, criterion):
    light = light_of(request, agreement, cover.home, criterion)
    checks = agreement.checks.filter(home=cover.home, criterion=light.criterion)
    return {
        "agreement": agreement,
        "home": cover.home,
        "light": light,
        "checks": checks.select_related("checked_by", "agreement", "home", "criterion"),
        "today": timezone.localdate(),
    }


@requires(Permission.READ_HOMES)
@require_safe
def check_list(request, uid, home, criterion):
    agreement = readable(request, uid)
    cover = get_object_or_404(agreement.homes.select_related("home"), home__uid=home)
    context = check_context(request, agreement, cover, criterion)
    context["may_keep"] = may_keep(request.user, agreement)
    return opened(request, agreement, "placements/check_list.html", context, home=cover.home_id)


@requires(Permission.KEEP_AGREEMENTS)
def check_new(request, uid, home, criterion):
    cover = cover_of(request, uid, home)
    context = check_context(request, cover.agreement, cover, criterion)
    about = {"agreement": cover.agreement, "home": cover.home, "criterion": context["light"].criterion}
    form = CheckForm(posted(request), user=request.user, **about)
    if form.is_valid():
        check = form.save()
        messages.success(request, "Kontrollen är sparad. Den senaste kontrollen är den som gäller.")
        return redirect(check)
    return opened(request, cover.agreement, "placements/check_form.html", context | {"form": form}, home=cover.home_id)


@requires(Permission.KEEP_AGREEMENTS)
def check_visit(request, uid, home):
    """Everything that was looked at during one visit, on one page."""
    cover = cover_of(request, uid, home)
    form = VisitForm(posted(request), user=request.user, row=row_of(cover.agreement, cover.home, request.user))
    if form.is_valid():
        count = len(form.save())
        told = "En kontroll är sparad" if count == 1 else f"{starting(count_word(count))} kontroller är sparade"
        messages.success(request, f"{told}. De senaste kontrollerna är de som gäller.")
        return redirect(cover)
    context = {"form": form, "agreement": cover.agreement, "visited": cover.home, "heading": "Kontrollera hemmet"}
    return opened(request, cover.agreement, "placements/agreement_form.html", context, home=cover.home_id)


@requires(Permission.KEEP_AGREEMENTS)
@require_POST
def check_withdraw(request, uid):
    checks = Check.objects.for_user(request.user, Permission.KEEP_AGREEMENTS).kept_by(request.user)
    check = get_object_or_404(checks.select_related("agreement", "home", "criterion"), uid=uid)
    if check.may_be_withdrawn and check.withdraw(request.user):
        messages.success(request, "Kontrollen är återtagen. Kontrollen före den gäller igen.")
    else:
        messages.error(request, "En kontroll kan tas tillbaka bara samma dag som den skrevs in. Skriv en ny i stället.")
    return redirect(check)
