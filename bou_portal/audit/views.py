"""The log of one's own municipality, to read and to take a copy of. The copying is itself an event."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.forms import ExportForm, LogFilter
from bou_portal.audit.log import record
from bou_portal.audit.models import Event, Verb
from bou_portal.audit.reading import lines
from bou_portal.exports import attachment, csv_bytes
from bou_portal.posted import posted

PAGE = 50
COLUMNS = ("tidpunkt", "vem", "gjorde", "vad", "nummer", "uppgifter")


def chosen_events(request):
    narrowing = LogFilter(request.GET)
    return narrowing, narrowing.narrow(Event.objects.for_user(request.user, Permission.READ_AUDIT_LOG))


@require_safe
@requires(Permission.READ_AUDIT_LOG)
def audit_log(request):
    narrowing, events = chosen_events(request)
    page = Paginator(events, PAGE).get_page(request.GET.get("sida"))
    context = {"narrowing": narrowing, "page": page, "lines": lines(page.object_list, request.user)}
    return render(request, "audit/audit_log.html", context)


@requires(Permission.READ_AUDIT_LOG)
def audit_export(request):
    """The chosen lines as CSV. Asked for with a form, because many rows need a reason."""
    _, events = chosen_events(request)
    rows = events.count()
    form = ExportForm(posted(request), rows=rows)
    if not form.is_valid():
        return render(request, "audit/audit_export.html", {"form": form, "rows": rows})
    content = csv_bytes(COLUMNS, (cells(line) for line in lines(events, request.user)))
    for place in sorted(request.user.municipalities(Permission.READ_AUDIT_LOG)):
        record(
            request.user,
            Verb.EXPORTED,
            "audit.event",
            municipality_id=place,
            rows=rows,
            reason=form.cleaned_data["reason"],
        )
    return attachment(content, f"logg-{timezone.localdate()}.csv")


def cells(line):
    event = line.event
    at = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S")
    return at, line.who, event.get_verb_display(), line.what, event.target_id, line.detail
