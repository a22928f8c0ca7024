""" "Stärkt skydd" in one municipality: what it does about each proposal, said by those who speak for it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.forms.protection import ProposalActivityForm, ProposalWorkForm, RemoveOwnActivityForm
from municipalities.models import Municipality, Proposal, ProposalActivity, ProposalWork
from municipalities.protection.matrix import MunicipalityPage
from municipalities.views.protection import form_page


def page_url(municipality, proposal=None):
    return reverse("protection_municipality", args=[municipality.code]) + (f"#f{proposal.number}" if proposal else "")


def spoken_for(request, code, number):
    """A municipality of today that this user speaks for, and a proposal of its region; 404 for every other."""
    own = Municipality.objects.for_user(request.user, Permission.SPEAK_FOR_MUNICIPALITY).active()
    municipality = get_object_or_404(own, code=code)
    proposals = Proposal.objects.for_user(request.user, Permission.SPEAK_FOR_MUNICIPALITY)
    return municipality, get_object_or_404(proposals, region=municipality.region_id, number=number)


@requires(Permission.READ_REGION_WORK)
@require_safe
def protection_municipality(request, code):
    reached = request.user.regions(Permission.READ_REGION_WORK)
    municipality = get_object_or_404(Municipality, code=code, region__in=reached)
    page = MunicipalityPage(municipality)
    speaks = municipality.pk in request.user.municipalities(Permission.SPEAK_FOR_MUNICIPALITY)
    context = {"page": page, "municipality": municipality, "may_speak": speaks and not municipality.has_ended}
    return render(request, "municipalities/protection/municipality.html", context)


@requires(Permission.SPEAK_FOR_MUNICIPALITY)
def proposal_work(request, code, number):
    municipality, proposal = spoken_for(request, code, number)
    answers = ProposalWork.objects.for_user(request.user, Permission.SPEAK_FOR_MUNICIPALITY)
    kept = answers.filter(municipality=municipality, proposal=proposal).select_related("changed_by").first()
    instance = kept or ProposalWork(municipality=municipality, proposal=proposal)
    form = ProposalWorkForm(posted(request), user=request.user, instance=instance)
    if form.is_valid() and form.save():
        messages.success(request, f"{municipality} har svarat om förslag {proposal.number}.")
        return redirect(page_url(municipality, proposal))
    heading = f"{municipality} om förslag {proposal.number}"
    return form_page(request, form, heading, lead=f"”{proposal.title}”", back=page_url(municipality))


@requires(Permission.SPEAK_FOR_MUNICIPALITY)
def own_activity_new(request, code, number):
    municipality, proposal = spoken_for(request, code, number)
    about = {"work": {"municipality": municipality, "proposal": proposal}, "today": timezone.localdate()}
    form = ProposalActivityForm(posted(request), user=request.user, **about)
    if form.is_valid():
        messages.success(request, f"”{form.save()}” är med i kommunens plan.")
        return redirect(page_url(municipality, proposal))
    lead = f"{municipality} om förslag {proposal}."
    return form_page(request, form, "Ny aktivitet i kommunen", lead=lead, back=page_url(municipality, proposal))


def own_activity(request, uid):
    """An activity of a municipality this user speaks for, or 404."""
    found = ProposalActivity.objects.for_user(request.user, Permission.SPEAK_FOR_MUNICIPALITY)
    return get_object_or_404(found.select_related("work__municipality", "work__proposal"), uid=uid)


@requires(Permission.SPEAK_FOR_MUNICIPALITY)
def own_activity_change(request, uid):
    activity = own_activity(request, uid)
    back = page_url(activity.work.municipality, activity.work.proposal)
    form = ProposalActivityForm(posted(request), user=request.user, instance=activity, today=timezone.localdate())
    if form.is_valid():
        form.save()
        messages.success(request, "Aktiviteten är sparad.")
        return redirect(back)
    remove = reverse("own_activity_remove", args=[activity.uid])
    context = {"form": form, "activity": activity, "back": back, "remove": remove}
    return render(request, "municipalities/protection/own_activity.html", context)


@requires(Permission.SPEAK_FOR_MUNICIPALITY)
def own_activity_remove(request, uid):
    activity = own_activity(request, uid)
    back = page_url(activity.work.municipality, activity.work.proposal)
    form = RemoveOwnActivityForm(posted(request), activity=activity, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, f"”{activity}” är borttagen.")
        return redirect(back)
    lead = f"”{activity}” tas bort ur kommunens plan."
    return form_page(request, form, "Ta bort aktiviteten", lead=lead, back=back, submit="Ta bort", danger=True)
