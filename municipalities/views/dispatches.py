"""Sending knowledge out, and seeing how far it has reached."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment, csv_bytes
from bou_portal.formats import number
from bou_portal.posted import posted
from municipalities.forms.knowledge import DispatchForm
from municipalities.knowledge.dispatching import remind
from municipalities.knowledge.reach_table import HEADINGS, ReachTable
from municipalities.models import Dispatch, Knowledge


def led(request, uid):
    """A dispatch in a region this user leads, or 404."""
    found = Dispatch.objects.for_user(request.user, Permission.LEAD_REGION_WORK)
    return get_object_or_404(found.select_related("knowledge", "sent_by"), uid=uid)


@requires(Permission.LEAD_REGION_WORK)
def dispatch_new(request, uid):
    pieces = Knowledge.objects.for_user(request.user, Permission.LEAD_REGION_WORK).in_force()
    knowledge = get_object_or_404(pieces.select_related("region"), uid=uid)
    form = DispatchForm(posted(request), user=request.user, instance=Dispatch(knowledge=knowledge))
    if form.is_valid() and form.is_seen and (dispatch := form.save()):
        messages.success(request, "Utskicket är på väg. Här ser du vilka som svarar.")
        return redirect(dispatch)
    return render(request, "municipalities/knowledge/dispatch_form.html", {"form": form, "knowledge": knowledge})


@requires(Permission.LEAD_REGION_WORK)
@require_safe
def dispatch_detail(request, uid):
    dispatch = led(request, uid)
    context = {"dispatch": dispatch, "table": ReachTable(dispatch)}
    return render(request, "municipalities/knowledge/dispatch.html", context)


@requires(Permission.LEAD_REGION_WORK)
@require_safe
def dispatch_export(request, uid):
    dispatch = led(request, uid)
    content = csv_bytes(HEADINGS, ReachTable(dispatch).rows())
    record(request.user, Verb.EXPORTED, dispatch)
    return attachment(content, f"utskick-{timezone.localtime(dispatch.sent_at):%Y-%m-%d}.csv")


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def dispatch_remind(request, uid):
    dispatch = led(request, uid)
    count = remind(dispatch, request.user)
    if count is None:
        messages.info(request, "Påminnelsen har redan gått. Den skickas bara en gång.")
    else:
        messages.success(request, f"Påminnelsen går till {number(count)} {'person' if count == 1 else 'personer'}.")
    return redirect(dispatch)
