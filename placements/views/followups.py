"""Writing follow-ups, plans, reviews and examinations of a placed child, and mending what was just written."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from placements.forms.followups import FORMS
from placements.models import Child


def reached(request, uid, kind):
    """The child and the form class, or 404."""
    if kind not in FORMS:
        raise Http404
    return get_object_or_404(Child.objects.for_user(request.user, Permission.FOLLOW_UP), uid=uid), FORMS[kind]


def reached_row(request, uid, kind, row_uid):
    child, form_class = reached(request, uid, kind)
    rows = form_class.Meta.model.objects.for_user(request.user, Permission.FOLLOW_UP)
    return child, form_class, get_object_or_404(rows, child=child, uid=row_uid)


ASKED_FOR = {"typ": "kind", "samtal": "individual_talk"}


@requires(Permission.FOLLOW_UP)
def row_new(request, uid, kind):
    child, form_class = reached(request, uid, kind)
    data = request.POST if request.method == "POST" else None
    # What the worklist asked for is filled in already; all of it can be changed.
    initial = {field: request.GET[word] for word, field in ASKED_FOR.items() if word in request.GET}
    form = form_class(data, child=child, user=request.user, initial=initial)
    if form.is_valid():
        form.save()
        messages.success(request, f"{form.saved}. Du kan ändra eller ångra i ett dygn.")
        return redirect(child)
    return opened(request, child, "placements/row_form.html", {"child": child, "form": form})


@requires(Permission.FOLLOW_UP)
def row_change(request, uid, kind, row_uid):
    child, form_class, row = reached_row(request, uid, kind, row_uid)
    if not row.may_be_changed:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = form_class(data, instance=row, child=child, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Ändringen är sparad.")
        return redirect(child)
    return opened(request, child, "placements/row_form.html", {"child": child, "form": form, "row": row})


@requires(Permission.FOLLOW_UP)
@require_POST
def row_undo(request, uid, kind, row_uid):
    child, form_class, row = reached_row(request, uid, kind, row_uid)
    try:
        form_class.undo(row, request.user)
        messages.success(request, "Det du skrev in är borttaget. Loggen visar att det fanns.")
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    return redirect(child)
