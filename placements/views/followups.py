"""Writing what is done and decided around a placed child, and mending what was just written."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from bou_portal.forms.freshness import unsealed
from bou_portal.posted import posted
from placements.child_events import ROW_EVENTS
from placements.forms.case_rows import IS_GONE, TOO_LATE
from placements.forms.row_forms import FORMS
from placements.models import Child

ASKED_FOR = {"typ": "kind", "samtal": "individual_talk", "besok": "visit_in_home"}


def reached(request, uid, kind):
    """The child and the form class, or 404."""
    if kind not in FORMS:
        raise Http404
    return get_object_or_404(Child.objects.for_user(request.user, Permission.FOLLOW_UP), uid=uid), FORMS[kind]


def rows_of(request, child, form_class):
    return form_class.Meta.model.objects.for_user(request.user, Permission.FOLLOW_UP).filter(child=child)


def sent(request):
    return posted(request)


def show(request, child, form, **more):
    """The form's page; a new row's with those already begun, which may be what she is looking for."""
    begun = () if form.instance.pk else rows_of(request, child, type(form))
    open_ones = [row for row in begun if row.is_open and row.may_be_changed]
    waiting = [event for row in open_ones for event in ROW_EVENTS[form.slug](form.slug, row)]
    shown = {"child": child, "form": form, "waiting": waiting, "row": None, "action": ""} | more
    return opened(request, child, "placements/row_form.html", shown)


def offered_anew(request, child, form_class):
    """The row is gone, what she typed is not: it stands in the form of a new one."""
    form = form_class(request.POST, child=child, user=request.user)
    form.add_error(None, IS_GONE)
    return show(request, child, form, action=reverse("row_new", args=[child.uid, form.slug]))


@requires(Permission.FOLLOW_UP)
def row_new(request, uid, kind):
    child, form_class = reached(request, uid, kind)
    # What the worklist asked for is filled in already; all of it can be changed.
    initial = {field: request.GET[word] for word, field in ASKED_FOR.items() if word in request.GET}
    form = form_class(sent(request), child=child, user=request.user, initial=initial)
    if form.is_valid() and form.save():
        messages.success(request, f"{form.saved}. Du kan ändra eller ångra i ett dygn.")
        return redirect(child)
    return show(request, child, form)


@requires(Permission.FOLLOW_UP)
def row_change(request, uid, kind, row_uid):
    child, form_class = reached(request, uid, kind)
    row = rows_of(request, child, form_class).filter(uid=row_uid).first()
    if row is None or not row.may_be_changed:
        return missed(request, child, form_class, row, row_uid)
    form = form_class(sent(request), instance=row, child=child, user=request.user)
    if form.is_valid() and form.save():
        messages.success(request, "Ändringen är sparad.")
        return redirect(child)
    return offered_anew(request, child, form_class) if form.is_gone else show(request, child, form, row=row)


def missed(request, child, form_class, row, row_uid):
    """She sends a form of a row that was taken back, or that may no longer be changed; else there is no such page."""
    if unsealed(request.POST.get("seen"), row_uid) is None:
        raise Http404
    if row is None:
        return offered_anew(request, child, form_class)
    messages.error(request, TOO_LATE)
    return redirect(child)


@requires(Permission.FOLLOW_UP)
@require_POST
def row_undo(request, uid, kind, row_uid):
    child, form_class = reached(request, uid, kind)
    row = get_object_or_404(rows_of(request, child, form_class), uid=row_uid)
    try:
        form_class.undo(row, request.user, request.POST.get("seen", ""))
        messages.success(request, "Det du skrev in är borttaget. Loggen visar att det fanns.")
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    return redirect(child)
