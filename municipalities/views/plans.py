"""Plans: read by all who work in the region, kept by its development leader."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.forms.plans import CopyPlanForm, HandOverForm, PlanFilter, PlanForm, RemoveForm
from municipalities.models import Plan
from municipalities.plans.page import PlanPage, plan_lines, plans_sentence
from municipalities.reach import chosen_region, leads


def readable(request, uid):
    """A plan this user may read, or 404."""
    plans = Plan.objects.for_user(request.user, Permission.READ_REGION_WORK).select_related("region")
    return get_object_or_404(plans, uid=uid)


def led(request, uid):
    """A plan this user leads, or 404."""
    plans = Plan.objects.for_user(request.user, Permission.LEAD_REGION_WORK).select_related("region")
    return get_object_or_404(plans, uid=uid)


def form_page(request, form, heading, plan=None, **context):
    """A form about a plan or a part of it."""
    below = {"row": plan, "back": plan.get_absolute_url()} if plan else {"back": "/plan/"}
    context = (
        {"form": form, "heading": heading, "list_name": "Plan", "list_url": "/plan/", "submit": "Spara"}
        | below
        | context
    )
    return render(request, "municipalities/form_page.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def plans(request):
    found = Plan.objects.for_user(request.user, Permission.READ_REGION_WORK)
    lines = plan_lines(found)
    context = {
        "lines": lines,
        "sentence": plans_sentence(lines, timezone.localdate().year),
        "may_lead": request.user.can(Permission.LEAD_REGION_WORK),
        "has_several_regions": len({line.plan.region_id for line in lines}) > 1,
    }
    return render(request, "municipalities/plans/plans.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def plan_detail(request, uid):
    page = PlanPage(readable(request, uid))
    form = PlanFilter(request.GET, plan=page.plan, owners=page.owner_words, user=request.user)
    page.wish = form.wish
    context = {
        "page": page,
        "plan": page.plan,
        "form": form,
        "may_lead": leads(request.user, Permission.LEAD_REGION_WORK, page.plan.region),
        "may_decide": page.plan.region_id in request.user.regions(Permission.DECIDE_WITH_REGION),
    }
    return render(request, "municipalities/plans/plan_detail.html", context)


@requires(Permission.LEAD_REGION_WORK)
def plan_new(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    instance = Plan(region=region, year=timezone.localdate().year + 1)
    form = PlanForm(posted(request), user=request.user, instance=instance)
    if form.is_valid():
        plan = form.save()
        messages.success(request, "Planen är sparad. Lägg nu till fokusområden, mål och aktiviteter.")
        return redirect("plan_edit", plan.uid)
    return form_page(request, form, "Ny plan", lead=f"För {region}. En plan per år och slag.")


@requires(Permission.LEAD_REGION_WORK)
@require_safe
def plan_edit(request, uid):
    page = PlanPage(led(request, uid))
    return render(request, "municipalities/plans/plan_edit.html", {"page": page, "plan": page.plan})


@requires(Permission.LEAD_REGION_WORK)
def plan_change(request, uid):
    plan = led(request, uid)
    form = PlanForm(posted(request), user=request.user, instance=plan)
    if form.is_valid():
        messages.success(request, "Planens inledning är sparad.")
        return redirect(form.save())
    return form_page(request, form, "Ändra inledningen", plan)


@requires(Permission.LEAD_REGION_WORK)
def plan_copy(request, uid):
    plan = led(request, uid)
    form = CopyPlanForm(posted(request), user=request.user, source=plan)
    if form.is_valid():
        copy = form.save()
        messages.success(request, f"{copy} är gjord efter {plan}. Gå igenom den: allt står som planerat.")
        return redirect("plan_edit", copy.uid)
    lead = f"Allt i {plan} följer med, ett antal år senare. Lägen, kommentarer och behov stannar i {plan}."
    return form_page(request, form, "Gör en ny plan efter den här", plan, lead=lead, submit="Gör planen")


@requires(Permission.LEAD_REGION_WORK)
def plan_hand_over(request, uid):
    page = PlanPage(led(request, uid))
    if not page.without_owner:
        messages.info(request, "Alla aktiviteter har någon som ansvarar.")
        return redirect(page.plan)
    form = HandOverForm(posted(request), plan=page.plan, lines=page.without_owner, user=request.user)
    if form.is_valid():
        messages.success(request, f"{form.save()} har fått en ny ansvarig.")
        return redirect(page.plan)
    lead = "Den som ansvarade har slutat eller har inte längre något uppdrag i regionen. Historiken följer med."
    return form_page(request, form, "Lämna över aktiviteter", page.plan, lead=lead, submit="Lämna över")


@requires(Permission.LEAD_REGION_WORK)
def plan_remove(request, uid):
    plan = led(request, uid)
    form = RemoveForm(posted(request), row=plan, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, f"{plan} är borttagen.")
        return redirect("plans")
    lead = "Alla fokusområden, mål och aktiviteter försvinner, med sin historik."
    return form_page(request, form, f"Ta bort {plan}", plan, lead=lead, submit="Ta bort", danger=True)
