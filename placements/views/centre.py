"""Familjehemscentrum: its staff's page, a municipality's page and the region's page at one address; and what they write."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.formats import month as month_name
from bou_portal.posted import posted
from municipalities.models import Municipality, Region
from placements.centre_flow import ITEMS, STEPS, OwnFlow, RegionFlow, half_year, half_year_text, has_centre, months_back
from placements.forms.centre import MessageForm, MonthForm, NeedForm, SurveyForm, ThreadForm
from placements.models import CentreMonth, CentreSurvey, CentreThread, HomeNeed

ROWS_ON_A_PAGE = 30
SIDES = (Permission.RUN_CENTRE, Permission.USE_CENTRE)


@require_safe
@requires(*SIDES, Permission.READ_RELEASES)
def centre(request):
    """One address, three readers: who runs the centre, who asks it for homes, who reads the region's figures."""
    pages = {Permission.RUN_CENTRE: centre_staff, Permission.USE_CENTRE: centre_own}
    permission = next((held for held in pages if request.user.can(held)), Permission.READ_RELEASES)
    region = Region.objects.for_user(request.user, permission).first()
    if not has_centre(region):
        return render(request, "placements/centre_none.html", {"region": region})
    return pages.get(permission, centre_region)(request, region)


def centre_staff(request, region):
    needs = HomeNeed.objects.for_user(request.user, Permission.RUN_CENTRE).select_related("municipality")
    threads = CentreThread.objects.for_user(request.user, Permission.RUN_CENTRE).select_related("municipality")
    months = {row.month_on: row for row in CentreMonth.objects.for_user(request.user, Permission.RUN_CENTRE)}
    ended = months_back(timezone.localdate())
    context = {
        "region": region,
        "page": Paginator(needs.open(), ROWS_ON_A_PAGE).get_page(request.GET.get("sida")),
        "settled": needs.closed().order_by("-closed_on", "-pk")[:5],
        "threads": threads.open().order_by("opened_at"),
        "closed_threads": threads.exclude(closed_at=None).order_by("-closed_at")[:5],
        "steps": [label for _, label in STEPS],
        "months": [(day, month_name(day), counts_of(months.get(day))) for day in ended],
        "missing": [(day, month_name(day)) for day in ended[:2] if day not in months],
    }
    return render(request, "placements/centre_staff.html", context)


def counts_of(month):
    return [getattr(month, name) for name, _ in STEPS] if month else None


def centre_own(request, region):
    needs = HomeNeed.objects.for_user(request.user, Permission.USE_CENTRE).select_related("municipality", "posted_by")
    threads = CentreThread.objects.for_user(request.user, Permission.USE_CENTRE)
    this_half = half_year(timezone.localdate())
    answers = CentreSurvey.objects.for_user(request.user, Permission.USE_CENTRE)
    context = {
        "region": region,
        "own": OwnFlow(list(needs)),
        "threads": threads.order_by(F("closed_at").asc(nulls_first=True), "-opened_at")[:10],
        "half_year": half_year_text(this_half),
        "is_answered": answers.filter(half_year=this_half).exists(),
    }
    return render(request, "placements/centre_own.html", context)


def centre_region(request, region):
    context = {"region": region, "flow": RegionFlow(region), "items": [label for _, label in ITEMS]}
    return render(request, "placements/centre_region.html", context)


@requires(Permission.RUN_CENTRE)
def centre_month(request, month):
    """Enter or change a month that is over: `2026-10`."""
    region = Region.objects.for_user(request.user, Permission.RUN_CENTRE).first()
    day = next((day for day in months_back(timezone.localdate()) if f"{day:%Y-%m}" == month), None)
    if day is None:
        raise Http404
    rows = CentreMonth.objects.for_user(request.user, Permission.RUN_CENTRE).select_related("entered_by")
    old = rows.filter(region=region, month_on=day).first() or CentreMonth(region=region, month_on=day)
    form = MonthForm(posted(request), user=request.user, instance=old)
    if form.is_valid():
        messages.success(request, f"{str(form.save()).capitalize()} är inskriven.")
        return redirect("centre")
    return render(request, "placements/centre_form.html", {"form": form, "heading": f"Månadens tal, {month_name(day)}"})


@requires(Permission.USE_CENTRE)
def need_new(request):
    form = NeedForm(posted(request), user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Behovet är anmält. Familjehemscentrum ser det nu.")
        return redirect("centre")
    lead = "Inget om barnet: en ålder, en dag och vad som är särskilt räcker för att börja söka."
    context = {"form": form, "heading": "Anmäl ett behov", "lead": lead, "submit": "Anmäl"}
    return render(request, "placements/centre_form.html", context)


@requires(Permission.RUN_CENTRE)
@require_POST
def need_fill(request, uid):
    need = get_object_or_404(HomeNeed.objects.for_user(request.user, Permission.RUN_CENTRE), uid=uid)
    tell(request, need.close(HomeNeed.State.FILLED, request.user), "Hem hittat. Det går att ångra i dag.")
    return redirect("centre")


@requires(Permission.USE_CENTRE)
@require_POST
def need_withdraw(request, uid):
    need = get_object_or_404(HomeNeed.objects.for_user(request.user, Permission.USE_CENTRE), uid=uid)
    tell(request, need.close(HomeNeed.State.WITHDRAWN, request.user), "Behovet är återtaget. Det går att ångra i dag.")
    return redirect("centre")


@requires(*SIDES)
@require_POST
def need_reopen(request, uid):
    """Undo what the own side settled today."""
    found = HomeNeed.objects.for_user(request.user, Permission.RUN_CENTRE).filter(state=HomeNeed.State.FILLED)
    taken = HomeNeed.objects.for_user(request.user, Permission.USE_CENTRE).filter(state=HomeNeed.State.WITHDRAWN)
    need = get_object_or_404(found | taken, uid=uid)
    tell(request, need.reopen(request.user), "Behovet söks igen.")
    return redirect("centre")


def tell(request, is_done, words):
    if is_done:
        messages.success(request, words)
    else:
        messages.error(request, "Någon annan hann före. Listan visar hur det är nu.")


def threads_of(user):
    used, run = (CentreThread.objects.for_user(user, side) for side in reversed(SIDES))
    return (used | run).select_related("municipality__region")


@requires(*SIDES)
def thread_new(request):
    form = ThreadForm(posted(request), user=request.user)
    if form.is_valid():
        messages.success(request, "Frågan är skickad.")
        return redirect(form.save())
    return render(request, "placements/centre_form.html", {"form": form, "heading": "Ny fråga", "submit": "Skicka"})


@requires(*SIDES)
def thread_detail(request, uid):
    thread = get_object_or_404(threads_of(request.user), uid=uid)
    form = MessageForm(posted(request), user=request.user, thread=thread)
    if form.is_valid():
        form.save()
        messages.success(request, "Svaret är skickat.")
        return redirect(thread)
    context = {"thread": thread, "form": form, "said": thread.messages.select_related("written_by")}
    return render(request, "placements/centre_thread.html", context)


@requires(*SIDES)
@require_POST
def thread_close(request, uid):
    thread = get_object_or_404(threads_of(request.user), uid=uid)
    thread.close(request.user)
    messages.success(request, "Frågan är avslutad.")
    return redirect("centre")


@requires(Permission.USE_CENTRE)
def centre_survey(request):
    """The municipality's five marks for the half-year that goes on."""
    places = Municipality.objects.for_user(request.user, Permission.USE_CENTRE)
    place = get_object_or_404(places, code=request.GET["kommun"]) if request.GET.get("kommun") else places.first()
    this_half = half_year(timezone.localdate())
    answers = CentreSurvey.objects.for_user(request.user, Permission.USE_CENTRE).select_related("answered_by")
    old = answers.filter(municipality=place, half_year=this_half).first()
    answer = old or CentreSurvey(municipality=place, half_year=this_half)
    form = SurveyForm(posted(request), user=request.user, instance=answer)
    if form.is_valid():
        form.save()
        messages.success(request, "Tack för svaret. Det kan ändras tills halvåret är slut.")
        return redirect("centre")
    lead = f"{place}. Länet ser bara medel av minst fem kommuners svar, när halvåret är slut."
    context = {
        "form": form,
        "heading": f"Hur fungerar centrumet? {half_year_text(this_half).capitalize()}",
        "lead": lead,
    }
    return render(request, "placements/centre_form.html", context)
