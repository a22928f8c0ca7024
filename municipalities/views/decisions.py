"""Decisions of a region's bodies: the list, one with its chain, the priorities, and following up."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from bou_portal.access import requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.posted import posted
from municipalities.bodies.decision import DecisionPage, priorities, priorities_sentence, with_activities
from municipalities.bodies.decisions import DecisionFilter, csv_of, sentence
from municipalities.forms.decisions import DecisionForm, FollowUpForm
from municipalities.models import Body, Decision
from municipalities.reach import chosen_region, leads
from municipalities.views.bodies import LEAD, READ, form_page
from municipalities.views.meetings import led_meeting

PAGE = 30
LISTED = "Beslut", "decision_list"


def readable(user):
    return Decision.objects.for_user(user, READ)


@requires(READ)
@require_safe
def decision_list(request):
    found = readable(request.user)
    narrowing = DecisionFilter(request.GET, found, request.user)
    page = Paginator(narrowing.chosen(), PAGE).get_page(request.GET.get("sida"))
    context = {"filter": narrowing, "page": page, "sentence": sentence(found), "sorted_by": "-beslutat"}
    return render(request, "municipalities/bodies/decision_list.html", context)


@requires(READ)
@require_safe
def decision_export(request):
    """The chosen decisions as a file."""
    chosen = list(DecisionFilter(request.GET, readable(request.user), request.user).chosen())
    record(request.user, Verb.EXPORTED, "municipalities.decision", rows=len(chosen))
    return attachment(csv_of(chosen), "beslut.csv")


@requires(READ)
@require_safe
def decision_priorities(request):
    region = chosen_region(request, READ)
    found = priorities(readable(request.user).filter(body__region=region))
    context = {"priorities": found, "region": region, "sentence": priorities_sentence(found)}
    context["may_lead"] = leads(request.user, LEAD, region)
    return render(request, "municipalities/bodies/priorities.html", context)


@requires(READ)
@require_safe
def decision_detail(request, uid):
    found = with_activities(readable(request.user).select_related("body__region", "meeting__body", "item", "owner"))
    decision = get_object_or_404(found, uid=uid)
    may_lead = leads(request.user, LEAD, decision.body.region)
    context = {"decision": decision, "page": DecisionPage(decision, request.user), "may_lead": may_lead}
    return render(request, "municipalities/bodies/decision_detail.html", context)


@requires(LEAD)
def decision_new(request, uid):
    """At a meeting; `?punkt=` says at which of its items."""
    meeting = led_meeting(request, uid)
    items = {str(item.pk): item for item in meeting.items.all()}
    item = items.get(request.GET.get("punkt"))
    made = Decision(body=meeting.body, meeting=meeting, item=item, title=item.title if item else "")
    return save_new(request, made, meeting, "Nytt beslut på mötet")


@requires(LEAD)
def decision_between(request, uid):
    """Made between meetings."""
    body = get_object_or_404(Body.objects.for_user(request.user, LEAD).select_related("region"), uid=uid)
    return save_new(request, Decision(body=body), body, "Nytt beslut mellan möten")


def save_new(request, decision, row, heading):
    form = DecisionForm(posted(request), user=request.user, instance=decision)
    if form.is_valid():
        saved = form.save()
        messages.success(request, f"Beslut {saved.mark} är sparat.")
        return redirect(row)
    return form_page(request, form, heading, row, "Beslutet får nästa nummer i ordningen när du sparar.")


@requires(LEAD)
def decision_change(request, uid):
    found = Decision.objects.for_user(request.user, LEAD).select_related("body__region", "meeting")
    decision = get_object_or_404(found, uid=uid)
    form = DecisionForm(posted(request), user=request.user, instance=decision)
    if form.is_valid():
        messages.success(request, f"Beslut {decision.mark} är sparat.")
        return redirect(form.save())
    return form_page(request, form, "Ändra beslutet", decision, listed=LISTED)


@requires(READ)
def decision_follow_up(request, uid):
    """By the owner, or by whoever leads the region's work."""
    found = readable(request.user).followed_up_by(request.user).select_related("body__region", "owner")
    decision = get_object_or_404(found, uid=uid)
    form = FollowUpForm(posted(request), user=request.user, decision=decision)
    if form.is_valid() and form.save():
        messages.success(request, "Uppföljningen är sparad.")
        return redirect(decision)
    return form_page(request, form, "Följ upp beslutet", decision, str(decision), listed=LISTED)
