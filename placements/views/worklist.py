"""What waits: the worklist, and the same as a file."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from placements.duty_list import DutyList
from placements.forms.worklist import WorkFilter


@requires(Permission.READ_CASES)
@require_GET
def worklist(request):
    chosen = DutyList(WorkFilter(request.GET, user=request.user), request.GET.get("sida"))
    may_write = request.user.can(Permission.FOLLOW_UP)
    context = {"list": chosen, "may_write": may_write, "shows_responsible": not chosen.is_own}
    return render(request, "placements/worklist.html", context)


@requires(Permission.READ_CASES)
@require_GET
def worklist_export(request):
    """The chosen lines as a file, logged per municipality with the number of lines."""
    content, counts = DutyList(WorkFilter(request.GET, user=request.user)).file()
    for municipality_id, rows in counts.items():
        record(request.user, Verb.EXPORTED, "placements.due", municipality_id=municipality_id, rows=rows)
    return attachment(content, "att-gora.csv")
