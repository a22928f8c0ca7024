"""Rounds of interviews with children: planning one, filling it, its report, and what the board decided."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened, record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.posted import posted
from placements.forms.voice import DecisionForm, InterviewForm, QuoteForm, RoundForm
from placements.forms.voice_steps import STEPS
from placements.models import Interview, Quote, VoiceDecision, VoiceRound
from placements.voice.overview import Overview
from placements.voice.rounds import RoundStory
from placements.voice.yearly import YearlyReport


def reached(request, uid, permission):
    """The round, in the municipalities where she holds this permission, or 404."""
    rounds = VoiceRound.objects.for_user(request.user, permission)
    return get_object_or_404(rounds.select_related("unit", "municipality", "model"), uid=uid)


@requires(Permission.READ_CASES, Permission.READ_RELEASES)
@require_safe
def voices(request):
    overview = Overview(request.user, timezone.localdate())
    return render(request, "placements/voice/voices.html", {"overview": overview})


@requires(Permission.LEAD_LEARNING)
def voice_round_new(request):
    form = RoundForm(posted(request), user=request.user, initial={"unit": request.GET.get("enhet")})
    if form.is_valid():
        messages.success(request, "Omgången är planerad.")
        return redirect(form.save())
    context = {"form": form, "heading": "Planera en omgång", "submit": "Planera"}
    return render(request, "placements/voice/round_form.html", context)


@requires(Permission.LEAD_LEARNING)
def voice_round_change(request, uid):
    found = reached(request, uid, Permission.LEAD_LEARNING)
    form = RoundForm(posted(request), user=request.user, instance=found)
    if form.is_valid():
        messages.success(request, "Omgångens dagar är ändrade.")
        return redirect(form.save())
    context = {"form": form, "round": found, "heading": f"Ändra {found}", "submit": "Spara"}
    return render(request, "placements/voice/round_form.html", context)


@requires(Permission.READ_CASES)
@require_safe
def voice_round(request, uid):
    found = reached(request, uid, Permission.READ_CASES)
    context = {
        "round": found,
        "story": RoundStory(found, timezone.localdate()),
        "may_hear": found.municipality_id in request.user.municipalities(Permission.HEAR_CHILDREN),
        "may_lead": found.municipality_id in request.user.municipalities(Permission.LEAD_LEARNING),
    }
    return opened(request, found, "placements/voice/round.html", context)


@requires(Permission.LEAD_LEARNING)
@require_POST
def voice_round_close(request, uid):
    """Close a round, or open a closed one."""
    found = reached(request, uid, Permission.LEAD_LEARNING)
    found.close(request.user, closed=not found.closed_on)
    messages.success(request, f"Omgången är {'avslutad' if found.closed_on else 'öppen igen'}.")
    return redirect(found)


@requires(Permission.READ_CASES)
@require_GET
def voice_report(request, uid):
    """The yearly report, made now from what is written; the download is logged before it is given."""
    found = reached(request, uid, Permission.READ_CASES)
    story = RoundStory(found, timezone.localdate())
    if not story.has("report"):
        raise Http404("Modellen har ingen årsrapport.")
    report = YearlyReport(story)
    pdf = report.pdf()
    with transaction.atomic():
        record(request.user, Verb.DOWNLOADED, found, year=found.year)
    return attachment(pdf, report.file_name)


def row_page(request, form_class, round, instance=None):
    """A form about a row of the round; saved, it leads back to the round."""
    form = form_class(posted(request), user=request.user, round=round, instance=instance)
    if form.is_valid():
        form.save()
        messages.success(request, f"{form.saved}.")
        return redirect(round)
    return opened(request, round, "placements/voice/row_form.html", {"form": form, "round": round})


@requires(Permission.HEAR_CHILDREN)
def interview_new(request, uid):
    return row_page(request, InterviewForm, reached(request, uid, Permission.HEAR_CHILDREN))


@requires(Permission.HEAR_CHILDREN)
def quote_new(request, uid):
    return row_page(request, QuoteForm, reached(request, uid, Permission.HEAR_CHILDREN))


@requires(Permission.LEAD_LEARNING)
def voice_decision_new(request, uid):
    return row_page(request, DecisionForm, reached(request, uid, Permission.LEAD_LEARNING))


@requires(Permission.LEAD_LEARNING)
def voice_decision(request, uid):
    decisions = VoiceDecision.objects.for_user(request.user, Permission.LEAD_LEARNING)
    decision = get_object_or_404(decisions.select_related("round__unit"), uid=uid)
    return row_page(request, DecisionForm, decision.round, decision)


@requires(Permission.LEAD_LEARNING)
def voice_step(request, uid, step):
    found = reached(request, uid, Permission.LEAD_LEARNING)
    form_class = STEPS.get(step)
    line = form_class and found.model.steps.filter(kind=form_class.kind).first()
    if not line:
        raise Http404("Modellen har inget sådant steg.")
    form = form_class(posted(request), user=request.user, round=found)
    if form.is_valid() and form.save():
        messages.success(request, f"{form.saved}.")
        return redirect(found)
    return opened(request, found, "placements/voice/step_form.html", {"form": form, "round": found, "step": line})


@requires(Permission.HEAR_CHILDREN)
@require_POST
def interview_undo(request, uid):
    interviews = Interview.objects.for_user(request.user, Permission.HEAR_CHILDREN).select_related("round")
    return undone(
        request, get_object_or_404(interviews, uid=uid), "Intervjun är borttagen. Loggen visar att den fanns."
    )


@requires(Permission.HEAR_CHILDREN)
@require_POST
def quote_remove(request, uid):
    quotes = Quote.objects.for_user(request.user, Permission.HEAR_CHILDREN).select_related("round")
    return undone(request, get_object_or_404(quotes, uid=uid), "Citatet är borttaget. Loggen visar att det fanns.")


@requires(Permission.HEAR_CHILDREN)
@require_POST
def quote_check(request, uid):
    quotes = Quote.objects.for_user(request.user, Permission.HEAR_CHILDREN).select_related("round")
    quote = get_object_or_404(quotes, uid=uid)
    try:
        quote.check_by(request.user)
        messages.success(request, "Citatet är granskat och kan vara med i årsrapporten.")
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    return redirect(quote.round)


def undone(request, row, said):
    """Take a row of a round back, or say why not."""
    try:
        row.undo(request.user)
        messages.success(request, said)
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    return redirect(row.round)
