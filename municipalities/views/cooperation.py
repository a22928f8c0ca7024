"""Cooperation models: agreement, papers and local networks, and keeping them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.cooperation import deviation_counts
from municipalities.cooperation.page import ModelPage, listed
from municipalities.forms.cooperation import CooperationModelForm, LocalNetworkForm, PaperForm
from municipalities.models import CooperationModel, CooperationPaper, Deviation, LocalNetwork
from municipalities.reach import chosen_region, leads


def kept(user, uid):
    """A model of a region this user leads, or 404."""
    found = CooperationModel.objects.for_user(user, Permission.LEAD_REGION_WORK)
    return get_object_or_404(found.select_related("region"), uid=uid)


def form_page(request, form, heading, row=None, **more):
    back = row.get_absolute_url() if row else reverse("cooperation")
    context = {"form": form, "heading": heading, "back": back, "submit": "Spara", "row": row}
    context |= {"list_name": "Samverkan", "list_url": reverse("cooperation")}
    return render(request, "municipalities/form_page.html", context | more)


@requires(Permission.READ_REGION_WORK)
@require_safe
def cooperation(request):
    region = chosen_region(request, Permission.READ_REGION_WORK)
    models = CooperationModel.objects.for_user(request.user, Permission.READ_REGION_WORK).filter(region=region)
    reported = Deviation.objects.for_user(request.user, Permission.READ_REGION_WORK).filter(model__region=region)
    context = {
        "region": region,
        "models": listed(models, region),
        "counts": deviation_counts.shown(region),
        "waiting": reported.handled_by(request.user).new().count(),
        "reports": reported.count(),
        "may_report": request.user.municipalities(Permission.READ_REGION_WORK),
        "may_lead": leads(request.user, Permission.LEAD_REGION_WORK, region),
    }
    return render(request, "municipalities/cooperation/cooperation.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def cooperation_detail(request, uid):
    found = CooperationModel.objects.for_user(request.user, Permission.READ_REGION_WORK)
    model = get_object_or_404(found.select_related("region", "accord", "group"), uid=uid)
    context = {
        "model": model,
        "page": ModelPage(model),
        "may_report": request.user.municipalities(Permission.READ_REGION_WORK),
        "may_lead": leads(request.user, Permission.LEAD_REGION_WORK, model.region),
    }
    return render(request, "municipalities/cooperation/cooperation_detail.html", context)


@requires(Permission.LEAD_REGION_WORK)
def cooperation_new(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    form = CooperationModelForm(posted(request), user=request.user, instance=CooperationModel(region=region))
    if form.is_valid():
        messages.success(request, "Modellen är sparad. Lägg till rutiner, blanketter och lokala nätverk.")
        return redirect(form.save())
    return form_page(request, form, "Ny samverkansmodell")


@requires(Permission.LEAD_REGION_WORK)
def cooperation_change(request, uid):
    model = kept(request.user, uid)
    form = CooperationModelForm(posted(request), user=request.user, instance=model)
    if form.is_valid():
        messages.success(request, "Modellen är sparad.")
        return redirect(form.save())
    return form_page(request, form, "Ändra modellen", model)


@requires(Permission.LEAD_REGION_WORK)
def paper_new(request, uid):
    model = kept(request.user, uid)
    form = PaperForm(posted(request), user=request.user, instance=CooperationPaper(model=model))
    if form.is_valid():
        messages.success(request, f"{form.save()} är sparad.")
        return redirect(model)
    return form_page(request, form, "Ny rutin eller blankett", model)


@requires(Permission.LEAD_REGION_WORK)
def paper_change(request, uid, paper):
    model = kept(request.user, uid)
    paper = get_object_or_404(model.papers, uid=paper)
    form = PaperForm(posted(request), user=request.user, instance=paper)
    if form.is_valid():
        messages.success(request, f"{form.save()} är sparad.")
        return redirect(model)
    return form_page(request, form, f"Ändra {paper}", model)


@requires(Permission.LEAD_REGION_WORK)
def paper_version(request, uid, paper):
    model = kept(request.user, uid)
    before = get_object_or_404(model.papers, uid=paper)
    form = PaperForm(posted(request), user=request.user, instance=CooperationPaper(model=model), replaces=before)
    if form.is_valid():
        messages.success(request, f"Den nya versionen av {form.save()} är sparad. Den förra står under Tidigare.")
        return redirect(model)
    return form_page(request, form, f"Ny version av {before}", model)


@requires(Permission.LEAD_REGION_WORK)
def network_new(request, uid):
    model = kept(request.user, uid)
    form = LocalNetworkForm(posted(request), user=request.user, instance=LocalNetwork(model=model))
    if form.is_valid():
        messages.success(request, f"Nätverket i {form.save().municipality} är sparat.")
        return redirect(model)
    return form_page(request, form, "Nytt lokalt nätverk", model)


@requires(Permission.LEAD_REGION_WORK)
def network_change(request, uid, network):
    model = kept(request.user, uid)
    network = get_object_or_404(model.networks.select_related("municipality"), uid=network)
    form = LocalNetworkForm(posted(request), user=request.user, instance=network)
    if form.is_valid():
        messages.success(request, f"Nätverket i {form.save().municipality} är sparat.")
        return redirect(model)
    return form_page(request, form, f"Ändra nätverket i {network.municipality}", model)
