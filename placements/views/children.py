"""Placed children: the list, the look-up by local code, the child's page and who is responsible."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened, record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.posted import posted
from bou_portal.sorting import ordering
from placements import casefile, worklist
from placements.caselist import CasePage, export
from placements.deadlines import RuleBook
from placements.forms.children import AssignmentForm, CaseFilter, LookupForm
from placements.models import Child, Placement
from placements.waiting import ratings_of

COLUMNS = {
    "kod": "child__local_code",
    "form": "form_group",
    "start": "started_on",
    "slut": "ended_on",
    "overvagande": "episode__review_due_effective_on",
}


def chosen_placements(request):
    """What the list and its file show: the reader's rows, narrowed and sorted as the address says."""
    rows = Placement.objects.for_user(request.user, Permission.READ_CASES)
    narrowing = CaseFilter(request.GET, user=request.user)
    placements = narrowing.narrow(rows.with_law()).order_by(*ordering(request.GET, COLUMNS, "-start"))
    return narrowing, placements


@requires(Permission.READ_CASES)
@require_GET
def child_list(request):
    narrowing, placements = chosen_placements(request)
    page = CasePage(placements, request.GET.get("sida"), narrowing.chosen.get("status") or "pågående")
    context = {"filter": narrowing, "cases": page, "sorted_by": "-start"}
    may = {
        "may_import": Permission.IMPORT_DELIVERIES,
        "may_write": Permission.FOLLOW_UP,
        "may_rate": Permission.RATE_HOMES,
    }
    context |= {word: request.user.can(permission) for word, permission in may.items()}
    return render(request, "placements/child_list.html", context)


@requires(Permission.READ_CASES)
@require_GET
def child_export(request):
    """The chosen rows as a file, logged per municipality with the number of rows."""
    content, counts = export(chosen_placements(request)[1])
    for municipality_id, rows in counts.items():
        record(request.user, Verb.EXPORTED, "placements.placement", municipality_id=municipality_id, rows=rows)
    return attachment(content, "placeringar.csv")


@requires(Permission.READ_CASES)
def child_lookup(request):
    """POST only finds: a code never stands in an address, a log line or the browser's history."""
    form = LookupForm(posted(request), user=request.user)
    if form.is_valid() and len(form.found) == 1:
        return redirect(form.found[0])
    return render(request, "placements/child_lookup.html", {"form": form})


@requires(Permission.READ_CASES)
@require_GET
def child_detail(request, uid):
    children = Child.objects.for_user(request.user, Permission.READ_CASES).select_related("municipality__region")
    child = get_object_or_404(children, uid=uid)
    may_write = Child.objects.for_user(request.user, Permission.FOLLOW_UP).filter(pk=child.pk).exists()
    waiting = worklist.waiting_for(child) + ratings_of(child, request.user)
    file = casefile.read(child, request.GET.get("visa", ""))
    context = {"child": child, "file": file, "waiting": waiting, "may_write": may_write}
    context["sentence"] = casefile.sentence(file, waiting)
    return opened(request, child, "placements/child_detail.html", context)


@requires(Permission.FOLLOW_UP)
def child_assign(request, uid):
    child = get_object_or_404(Child.objects.for_user(request.user, Permission.FOLLOW_UP), uid=uid)
    initial = {"worker": request.user if "ta-over" in request.GET else None}
    data = posted(request)
    form = AssignmentForm(data, child=child, user=request.user, initial=initial)
    if form.is_valid():
        form.save()
        messages.success(request, "Ansvaret är sparat.")
        reached = Child.objects.for_user(request.user, Permission.READ_CASES).filter(pk=child.pk).exists()
        return redirect(child if reached else "child_list")
    law = RuleBook(timezone.localdate()).cite("R-WORKER")
    return opened(request, child, "placements/child_assign.html", {"child": child, "form": form, "law": law})
