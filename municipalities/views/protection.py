""" "Stärkt skydd": the register and the matrix for the region, and the county's leader's work with them."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.posted import posted
from municipalities.forms.protection import MatrixFilter, ProposalFileForm, ProposalForm, RemoveProposalForm, TakeInForm
from municipalities.models import Proposal
from municipalities.protection.matrix import LEGEND, Matrix, MatrixPaper, ProposalPage
from municipalities.reach import chosen_region, leads

LIST = {"list_name": "Stärkt skydd", "list_url": "/starkt-skydd/", "back": "/starkt-skydd/", "submit": "Spara"}


def led_proposal(request, uid):
    """A proposal of a region this user leads, or 404."""
    proposals = Proposal.objects.for_user(request.user, Permission.LEAD_REGION_WORK).select_related("region")
    return get_object_or_404(proposals, uid=uid)


def form_page(request, form, heading, row=None, **context):
    below = {"row": row, "back": row.get_absolute_url()} if row else {}
    context = LIST | {"form": form, "heading": heading} | below | context
    return render(request, "municipalities/form_page.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def protection(request):
    region = chosen_region(request, Permission.READ_REGION_WORK)
    form = MatrixFilter(request.GET)
    context = {
        "matrix": Matrix(region, form.wish),
        "form": form,
        "legend": LEGEND,
        "own": region.municipalities.active().for_user(request.user, Permission.SPEAK_FOR_MUNICIPALITY),
        "may_lead": leads(request.user, Permission.LEAD_REGION_WORK, region),
    }
    return render(request, "municipalities/protection/protection.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def protection_pdf(request):
    region = chosen_region(request, Permission.READ_REGION_WORK)
    paper = MatrixPaper(region)
    pdf = paper.pdf()
    with transaction.atomic():
        record(request.user, Verb.DOWNLOADED, region, what="starkt-skydd")
    return attachment(pdf, paper.file_name)


@requires(Permission.READ_REGION_WORK)
@require_safe
def proposal_detail(request, uid):
    proposals = Proposal.objects.for_user(request.user, Permission.READ_REGION_WORK).select_related("region")
    proposal = get_object_or_404(proposals, uid=uid)
    context = {
        "page": ProposalPage(proposal),
        "proposal": proposal,
        "own": proposal.region.municipalities.active().for_user(request.user, Permission.SPEAK_FOR_MUNICIPALITY),
        "may_lead": leads(request.user, Permission.LEAD_REGION_WORK, proposal.region),
    }
    return render(request, "municipalities/protection/proposal_detail.html", context)


@requires(Permission.LEAD_REGION_WORK)
def proposal_new(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    form = ProposalForm(posted(request), user=request.user, instance=Proposal(region=region))
    if form.is_valid():
        messages.success(request, f"”{form.save()}” är med i registret.")
        return redirect("protection")
    return form_page(request, form, "Nytt förslag", lead=f"I registret för {region}.")


@requires(Permission.LEAD_REGION_WORK)
def proposal_change(request, uid):
    proposal = led_proposal(request, uid)
    form = ProposalForm(posted(request), user=request.user, instance=proposal)
    if form.is_valid():
        messages.success(request, "Förslaget är sparat.")
        return redirect(form.save())
    return form_page(request, form, "Ändra förslaget", proposal)


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def proposal_priority(request, uid):
    proposal = led_proposal(request, uid)
    proposal.prioritise(request.POST.get("prioriterat") == "ja", request.user)
    word = "är prioriterat i länet" if proposal.is_priority else "är inte längre prioriterat i länet"
    messages.success(request, f"”{proposal}” {word}.")
    return redirect(proposal)


@requires(Permission.LEAD_REGION_WORK)
def proposal_remove(request, uid):
    proposal = led_proposal(request, uid)
    form = RemoveProposalForm(posted(request), proposal=proposal, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Förslaget är borttaget ur registret.")
        return redirect("protection")
    lead = f"”{proposal}” tas bort ur registret."
    return form_page(request, form, "Ta bort förslaget", proposal, lead=lead, submit="Ta bort", danger=True)


@requires(Permission.LEAD_REGION_WORK)
def proposal_import(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProposalFileForm(*given, region=region)
    confirm = None
    if form.is_valid() and not form.has_problems:
        confirm = TakeInForm(region=region, user=request.user, initial={"shown": form.token})
    context = {"form": form, "confirm": confirm, "region": region}
    return render(request, "municipalities/protection/proposal_import.html", context)


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def proposal_take_in(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    form = TakeInForm(request.POST, region=region, user=request.user)
    if not form.is_valid():
        messages.error(request, "Förhandsvisningen är för gammal. Läs in filen igen.")
        return redirect("proposal_import")
    done = form.save()
    messages.success(request, f"{done['new']} nya förslag, {done['changed']} ändrade, {done['same']} oförändrade.")
    return redirect("protection")
