"""Writing in that a placement starts, moves, changes its legal ground or ends; and taking the newest back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from bou_portal.posted import posted
from placements.forms.endings import EndForm, LawForm, MoveForm, TakeBackForm
from placements.forms.placements import NewChildForm, StartForm
from placements.models import Child


@requires(Permission.FOLLOW_UP)
def placement_new(request):
    form = NewChildForm(posted(request), user=request.user)
    if form.is_valid() and form.save():
        messages.success(request, f"{form.saved}. Du kan ångra i ett dygn.")
        return redirect(form.next_address)
    return render(request, "placements/placement_form.html", {"form": form})


def changed(request, uid, form_class):
    """One form about one child: shown, or written and left."""
    child = get_object_or_404(Child.objects.for_user(request.user, Permission.FOLLOW_UP), uid=uid)
    form = form_class(posted(request), child=child, user=request.user)
    if not form.is_bound and form.why_not:
        messages.error(request, form.why_not)
        return redirect(child)
    if form.is_valid() and form.save():
        messages.success(request, f"{form.saved}. Du kan ångra i ett dygn.")
        return redirect(form.next_address)
    return opened(request, child, "placements/placement_form.html", {"child": child, "form": form})


@requires(Permission.FOLLOW_UP)
def placement_begin(request, uid):
    return changed(request, uid, StartForm)


@requires(Permission.FOLLOW_UP)
def placement_move(request, uid):
    return changed(request, uid, MoveForm)


@requires(Permission.FOLLOW_UP)
def placement_law(request, uid):
    return changed(request, uid, LawForm)


@requires(Permission.FOLLOW_UP)
def placement_end(request, uid):
    return changed(request, uid, EndForm)


@requires(Permission.FOLLOW_UP)
def placement_undo(request, uid):
    child = get_object_or_404(Child.objects.for_user(request.user, Permission.FOLLOW_UP), uid=uid)
    form = TakeBackForm(posted(request), child=child, user=request.user)
    if not form.is_bound and not form.is_open:
        raise Http404
    if form.is_valid() and form.save():
        messages.success(request, "Ändringen är ångrad. Loggen visar att den fanns.")
        return redirect(form.next_address)
    return opened(request, child, "placements/placement_undo.html", {"child": child, "form": form})
