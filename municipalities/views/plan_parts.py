"""What a plan is made of: focuses, goals and activities. The leader keeps them; owners say how theirs go."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.forms.plans import ActivityForm, FocusForm, GoalForm, RemoveForm, StateForm
from municipalities.models import Activity, Focus, Goal
from municipalities.plans.activity import ActivityPage
from municipalities.views.plans import form_page, led

# The word in the address: (model, form, what leads to its plan).
PARTS = {
    "fokus": (Focus, FocusForm, "plan__region"),
    "mal": (Goal, GoalForm, "focus__plan__region"),
    "aktivitet": (Activity, ActivityForm, "goal__focus__plan__region"),
}
STEPS = {"upp": -1, "ned": 1}


def led_part(request, word, uid):
    """A part of a plan this user leads, or 404."""
    if word not in PARTS:
        raise Http404
    model, _, path = PARTS[word]
    parts = model.objects.for_user(request.user, Permission.LEAD_REGION_WORK)
    return get_object_or_404(parts.select_related(path), uid=uid)


def edit_url(plan, part=None):
    """Where the leader works on the plan, at this part."""
    return reverse("plan_edit", args=[plan.uid]) + (f"#{part.uid}" if part else "")


def added(request, form, plan, heading):
    """The page of a form that adds a part to the plan, or on to it when it is added."""
    if form.is_valid():
        part = form.save()
        messages.success(request, f"”{part}” är med i planen.")
        return redirect(edit_url(plan, part))
    return form_page(request, form, heading, plan, back=edit_url(plan), submit="Lägg till")


@requires(Permission.LEAD_REGION_WORK)
def focus_new(request, uid):
    plan = led(request, uid)
    form = FocusForm(posted(request), user=request.user, instance=Focus(plan=plan))
    return added(request, form, plan, "Nytt fokusområde")


@requires(Permission.LEAD_REGION_WORK)
def goal_new(request, uid):
    focus = led_part(request, "fokus", uid)
    form = GoalForm(posted(request), user=request.user, instance=Goal(focus=focus))
    return added(request, form, focus.plan, f"Nytt mål i {focus}")


@requires(Permission.LEAD_REGION_WORK)
def activity_new(request, uid):
    goal = led_part(request, "mal", uid)
    form = ActivityForm(posted(request), user=request.user, instance=Activity(goal=goal))
    return added(request, form, goal.plan, "Ny aktivitet")


@requires(Permission.LEAD_REGION_WORK)
def part_change(request, part, uid):
    row = led_part(request, part, uid)
    form = PARTS[part][1](posted(request), user=request.user, instance=row)
    if form.is_valid():
        form.save()
        messages.success(request, f"”{row}” är sparat i planen.")
        return redirect(edit_url(row.plan, row))
    return form_page(request, form, f"Ändra {row._meta.verbose_name}", row.plan, back=edit_url(row.plan, row))


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def part_move(request, part, uid, way):
    row = led_part(request, part, uid)
    if way not in STEPS:
        raise Http404
    row.move(STEPS[way], request.user)
    return redirect(edit_url(row.plan, row))


@requires(Permission.LEAD_REGION_WORK)
def part_remove(request, part, uid):
    row = led_part(request, part, uid)
    form = RemoveForm(posted(request), row=row, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, f"”{row}” är borttaget ur planen.")
        return redirect(edit_url(row.plan))
    lead = f"”{row}” försvinner ur planen med allt under sig. Godkända versioner står kvar som de är."
    context = {"lead": lead, "back": edit_url(row.plan, row), "submit": "Ta bort", "danger": True}
    return form_page(request, form, f"Ta bort {row._meta.verbose_name}", row.plan, **context)


@requires(Permission.READ_REGION_WORK)
def activity_detail(request, uid):
    activities = Activity.objects.for_user(request.user, Permission.READ_REGION_WORK)
    activity = get_object_or_404(activities.select_related("goal__focus__plan__region", "owner"), uid=uid)
    page = ActivityPage(activity, request.user)
    if request.method == "POST" and not page.may_say:
        raise PermissionDenied
    form = StateForm(posted(request), activity=activity, user=request.user) if page.may_say else None
    if form and form.is_valid():
        form.save()
        messages.success(request, "Läget är sparat.")
        return redirect(activity)
    context = {"page": page, "activity": activity, "plan": page.plan, "form": form}
    return render(request, "municipalities/plans/activity_detail.html", context)
