"""Lessons from analyses: reading them, and the second pair of eyes before one leaves its municipality."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from placements import lessons as shared_lessons
from placements.forms.analyses import LessonCheckForm
from placements.models import AnalysisCause, EventAnalysis

ROWS_ON_A_PAGE = 20


def overseen(user):
    """The municipality's lessons. Who may read its log, unit manager or IFO-chef, also sees what is let out of it."""
    return EventAnalysis.objects.for_user(user, Permission.READ_AUDIT_LOG).lessons().select_related("municipality")


@require_safe
@requires(Permission.READ_HOMES, Permission.READ_RELEASES)
def lessons(request):
    category = request.GET.get("orsak", "")
    found = shared_lessons.shared(category)
    own = overseen(request.user)
    context = {
        "page": Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("sida")),
        "categories": AnalysisCause.Category.choices,
        "category": category,
        "waiting": own.to_check_by(request.user),
        "own": own.checked(),
    }
    return render(request, "placements/lessons.html", context)


@requires(Permission.READ_AUDIT_LOG)
def lesson_check(request, uid):
    """Let a lesson out of the municipality, or take it back. Never by whoever wrote it."""
    analysis = get_object_or_404(overseen(request.user).prefetch_related("causes"), uid=uid)
    form = LessonCheckForm(posted(request), analysis=analysis, user=request.user)
    if form.is_valid() and (said := form.save()):
        messages.success(request, said)
        return redirect("lessons")
    return render(request, "placements/lesson_check.html", {"analysis": analysis, "form": form})
