"""Analyses of risks and events: starting one, writing it part by part, its measures, and ending it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from bou_portal.posted import posted
from placements.event_analysis import AnalysisPage
from placements.forms.analyses import PARTS, ROWS, AssignmentForm, CloseForm, MeasureFollowForm
from placements.models import AnalysisMeasure, Child, EventAnalysis, Placement

ROWS_ON_A_PAGE = 25
SHOWN_ENDINGS = 5


def analyses_of(request):
    rows = EventAnalysis.objects.for_user(request.user, Permission.LEAD_LEARNING)
    return rows.select_related("municipality", "leader", "changed_by", "placement__child")


def reached(request, uid):
    return get_object_or_404(analyses_of(request), uid=uid)


def reached_row(request, uid, kind, row_uid):
    """The analysis, the form class of this kind of row, and the row."""
    analysis = reached(request, uid)
    if kind not in ROWS:
        raise Http404
    form_class = ROWS[kind]
    return analysis, form_class, get_object_or_404(getattr(analysis, form_class.rows), uid=row_uid) if row_uid else None


def endings_of(request):
    """The newest unplanned endings that nobody has begun to learn from, among the children she reaches."""
    led = request.user.municipalities(Permission.LEAD_LEARNING)
    rows = Placement.objects.for_user(request.user, Permission.READ_CASES).filter(municipality__in=led)
    return list(rows.awaiting_analysis().select_related("child", "home")[:SHOWN_ENDINGS])


@require_safe
@requires(Permission.LEAD_LEARNING)
def analyses(request):
    rows = analyses_of(request)
    measures = AnalysisMeasure.objects.for_user(request.user, Permission.LEAD_LEARNING)
    context = {
        "page": Paginator(rows.with_measures().open_first(), ROWS_ON_A_PAGE).get_page(request.GET.get("sida")),
        "open": rows.filter(closed_on__isnull=True).count(),
        "late": measures.late().count(),
        "effects": measures.effect_is_due().select_related("analysis", "owner").order_by("done_on")[:10],
        "endings": endings_of(request),
    }
    return opened(
        request, "placements.eventanalysis", "placements/analyses.html", context, rows=len(context["endings"])
    )


@requires(Permission.LEAD_LEARNING)
def analysis_new(request):
    new = EventAnalysis()
    if asked := request.GET.get("placering"):
        new.placement = placement_of(request, asked)
        new.municipality, new.happened_on = new.placement.municipality, new.placement.ended_on
        if new.municipality_id not in request.user.municipalities(Permission.LEAD_LEARNING):
            raise Http404
    form = AssignmentForm(posted(request), user=request.user, instance=new)
    if form.is_valid():
        messages.success(request, "Analysen är påbörjad. Börja med händelsekedjan.")
        return redirect(form.save())
    return render(request, "placements/analysis_form.html", {"form": form, "is_new": True})


def placement_of(request, uid):
    """The placement that the analysis begins from, if she reaches it."""
    try:
        return get_object_or_404(Placement.objects.for_user(request.user, Permission.READ_CASES), uid=UUID(uid))
    except ValueError:
        raise Http404 from None


@require_safe
@requires(Permission.LEAD_LEARNING)
def analysis_detail(request, uid):
    analysis = reached(request, uid)
    context = {"analysis": analysis, "page": AnalysisPage(analysis), "child": None}
    if analysis.placement:
        children = Child.objects.for_user(request.user, Permission.READ_CASES)
        context["child"] = children.filter(pk=analysis.placement.child_id).first()
    return opened(request, analysis, "placements/analysis_detail.html", context)


@requires(Permission.LEAD_LEARNING)
def analysis_change(request, uid, part):
    analysis = reached(request, uid)
    if part not in PARTS:
        raise Http404
    form = PARTS[part](posted(request), user=request.user, instance=analysis)
    if form.is_valid():
        messages.success(request, f"{form.heading}: sparat.")
        return redirect(form.save())
    return opened(request, analysis, "placements/analysis_form.html", {"form": form, "analysis": analysis})


@requires(Permission.LEAD_LEARNING)
def analysis_row_new(request, uid, kind):
    analysis, form_class, _ = reached_row(request, uid, kind, None)
    form = form_class(posted(request), analysis=analysis, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, f"{form.heading}: sparat.")
        return redirect(analysis)
    context = {"form": form, "analysis": analysis, "heading": form.heading_new}
    return opened(request, analysis, "placements/analysis_row.html", context)


@requires(Permission.LEAD_LEARNING)
def analysis_row_change(request, uid, kind, row_uid):
    analysis, form_class, row = reached_row(request, uid, kind, row_uid)
    data = posted(request)
    form = form_class(data, analysis=analysis, user=request.user, instance=row)
    if form.is_valid():
        form.save()
        messages.success(request, f"{form.heading}: sparat.")
        return redirect(analysis)
    context = {"form": form, "analysis": analysis, "heading": form.heading, "row": row}
    return opened(request, analysis, "placements/analysis_row.html", context)


@requires(Permission.LEAD_LEARNING)
@require_POST
def analysis_row_remove(request, uid, kind, row_uid):
    analysis, form_class, row = reached_row(request, uid, kind, row_uid)
    if analysis.is_closed:
        messages.error(request, "Analysen är avslutad. Öppna den igen om något ska tas bort.")
    else:
        form_class.remove(row, request.user)
        messages.success(request, f"{form_class.heading}: borttaget.")
    return redirect(analysis)


@requires(Permission.LEAD_LEARNING)
@require_POST
def analysis_step_move(request, uid, row_uid):
    """One place up or down in the chain: `vart` is "upp" or "ned"."""
    analysis, _, step = reached_row(request, uid, "handelse", row_uid)
    if not analysis.is_closed:
        step.move(-1 if request.POST.get("vart") == "upp" else 1, request.user)
    return redirect(f"{analysis.get_absolute_url()}#handelsekedja")


@requires(Permission.LEAD_LEARNING)
@require_POST
def analysis_close(request, uid):
    """End an analysis, or open an ended one."""
    analysis = reached(request, uid)
    form = CloseForm(request.POST, analysis=analysis, user=request.user)
    if analysis.is_closed:
        analysis.reopen(request.user)
        messages.success(request, "Analysen är öppen igen.")
    elif form.is_valid():
        form.save()
        messages.success(request, "Analysen är avslutad. Åtgärderna följs upp efter tre och sex månader.")
    else:
        messages.error(request, " ".join(form.non_field_errors()))
    return redirect(analysis)


@requires(Permission.LEAD_LEARNING, Permission.READ_CASES)
def measure_follow(request, uid):
    """Told by the measure's owner, or by whoever leads analyses in the municipality."""
    led = AnalysisMeasure.objects.for_user(request.user, Permission.LEAD_LEARNING)
    own = AnalysisMeasure.objects.for_user(request.user, Permission.READ_CASES).filter(owner=request.user)
    measure = get_object_or_404((led | own).select_related("analysis", "owner"), uid=uid)
    data = posted(request)
    form = MeasureFollowForm(data, user=request.user, instance=measure)
    leads = led.filter(pk=measure.pk).exists()
    if form.is_valid():
        form.save()
        messages.success(request, "Tack, åtgärden är uppdaterad.")
        return redirect(measure.analysis if leads else "start")
    return opened(
        request, measure, "placements/measure_follow.html", {"form": form, "measure": measure, "leads": leads}
    )
