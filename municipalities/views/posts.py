"""Posts and their holders, and the region's partner organisations."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.directory import partners, people
from municipalities.forms.directory import HolderForm, OrganisationForm, PostForm
from municipalities.models import Holder, Organisation, Post
from municipalities.reach import chosen_region, leads


def kept(model, user, uid):
    """A row of a region this user leads, or 404."""
    found = model.objects.for_user(user, Permission.LEAD_REGION_WORK)
    return get_object_or_404(found.select_related("region"), uid=uid)


def form_page(request, form, heading, **about):
    """A form under the directory, or under one of its rows."""
    row = about.get("row")
    back = row.get_absolute_url() if row else reverse("directory")
    context = {"form": form, "heading": heading, "back": back, "submit": "Spara"}
    context |= {"list_name": "Katalog", "list_url": reverse("directory"), "row": row}
    return render(request, "municipalities/form_page.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def post_detail(request, uid):
    found = Post.objects.for_user(request.user, Permission.READ_REGION_WORK)
    post = get_object_or_404(found.select_related("region", "municipality", "organisation"), uid=uid)
    may_lead = leads(request.user, Permission.LEAD_REGION_WORK, post.region)
    context = {"post": post, "holders": people.history(post), "may_lead": may_lead}
    return render(request, "municipalities/directory/post_detail.html", context)


@requires(Permission.LEAD_REGION_WORK)
def post_new(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    form = PostForm(posted(request), user=request.user, instance=Post(region=region))
    if form.is_valid():
        messages.success(request, "Funktionen är sparad. Skriv in vem som har den.")
        return redirect(form.save())
    return form_page(request, form, "Ny funktion")


@requires(Permission.LEAD_REGION_WORK)
def post_change(request, uid):
    post = kept(Post, request.user, uid)
    form = PostForm(posted(request), user=request.user, instance=post)
    if form.is_valid():
        messages.success(request, "Funktionen är sparad.")
        return redirect(form.save())
    return form_page(request, form, "Ändra funktionen", row=post)


@requires(Permission.LEAD_REGION_WORK)
def holder_new(request, uid):
    post = kept(Post, request.user, uid)
    form = HolderForm(posted(request), user=request.user, instance=Holder(post=post))
    if form.is_valid():
        messages.success(request, f"{form.save()} är inskriven.")
        return redirect(post)
    return form_page(request, form, "Ny innehavare", row=post)


@requires(Permission.LEAD_REGION_WORK)
def holder_change(request, uid, holder):
    post = kept(Post, request.user, uid)
    holder = get_object_or_404(post.holders, uid=holder)
    form = HolderForm(posted(request), user=request.user, instance=holder)
    if form.is_valid():
        messages.success(request, f"{form.save()} är sparad.")
        return redirect(post)
    return form_page(request, form, "Ändra innehavare", row=post)


@requires(Permission.READ_REGION_WORK)
@require_safe
def organisation_list(request):
    region = chosen_region(request, Permission.READ_REGION_WORK)
    context = {
        "partners": partners.partners(region),
        "signed_in": partners.partner_accounts(region),
        "may_lead": leads(request.user, Permission.LEAD_REGION_WORK, region),
    }
    return render(request, "municipalities/directory/organisation_list.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def organisation_detail(request, uid):
    found = Organisation.objects.for_user(request.user, Permission.READ_REGION_WORK)
    organisation = get_object_or_404(found.select_related("region"), uid=uid)
    may_lead = leads(request.user, Permission.LEAD_REGION_WORK, organisation.region)
    context = {"organisation": organisation, "contacts": partners.contacts(organisation), "may_lead": may_lead}
    return render(request, "municipalities/directory/organisation_detail.html", context)


@requires(Permission.LEAD_REGION_WORK)
def organisation_new(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    form = OrganisationForm(posted(request), user=request.user, instance=Organisation(region=region))
    if form.is_valid():
        messages.success(request, "Organisationen är sparad.")
        return redirect(form.save())
    return form_page(request, form, "Ny samverkanspart")


@requires(Permission.LEAD_REGION_WORK)
def organisation_change(request, uid):
    organisation = kept(Organisation, request.user, uid)
    form = OrganisationForm(posted(request), user=request.user, instance=organisation)
    if form.is_valid():
        messages.success(request, "Organisationen är sparad.")
        return redirect(form.save())
    return form_page(request, form, "Ändra samverkansparten", row=organisation)
