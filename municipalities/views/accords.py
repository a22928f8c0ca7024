"""Agreements between bodies: what is agreed, by whom, until when, and the days to keep."""

from django.contrib import messages
from django.forms import Form
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened, record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.posted import posted
from municipalities.accords.page import SORTS, AccordList, AccordPage
from municipalities.accords.paper import AccordPaper
from municipalities.forms.accords import (
    AccordDateForm,
    AccordFilter,
    AccordForm,
    AccordPartiesForm,
    let_stand,
    mark_done,
    remove_date,
    take_back_done,
)
from municipalities.models import Accord, AccordDate, Region
from municipalities.reach import chosen_region, leads


def led(user):
    """The agreements of the regions this user leads."""
    return Accord.objects.for_user(user, Permission.LEAD_REGION_WORK).select_related("region", "parent", "owner")


def readable(request, uid):
    found = Accord.objects.for_user(request.user, Permission.READ_REGION_WORK)
    return get_object_or_404(found.select_related("region", "parent", "owner"), uid=uid)


def date_of(request, uid):
    """A day to keep in an agreement this user leads, not its end, or 404."""
    found = AccordDate.objects.for_user(request.user, Permission.LEAD_REGION_WORK).exclude(kind=AccordDate.Kind.END)
    return get_object_or_404(found.select_related("accord"), uid=uid)


def form_page(request, form, heading, accord=None, **words):
    """A form's page, with the way back to the agreement or to the list."""
    all_accords = reverse("accords")
    back = accord.get_absolute_url() if accord else all_accords
    context = {"form": form, "heading": heading, "list_name": "Överenskommelser", "list_url": all_accords}
    return render(request, "municipalities/form_page.html", context | {"row": accord, "back": back} | words)


@requires(Permission.READ_REGION_WORK)
@require_safe
def accord_list(request):
    region = chosen_region(request, Permission.READ_REGION_WORK)
    chosen = AccordFilter(request.GET, region=region)
    accords = Accord.objects.for_user(request.user, Permission.READ_REGION_WORK).filter(region=region)
    wish = request.GET.get("sortera", "namn")
    page = AccordList(accords, chosen.narrow(accords), wish if wish.lstrip("-") in SORTS else "namn")
    others = Region.objects.for_user(request.user, Permission.READ_REGION_WORK).exclude(pk=region.pk)
    context = {"page": page, "filter": chosen, "region": region, "others": others, "sorted_by": "namn"}
    context["may_lead"] = leads(request.user, Permission.LEAD_REGION_WORK, region)
    return render(request, "municipalities/accords/list.html", context)


@requires(Permission.READ_REGION_WORK)
@require_safe
def accord_detail(request, uid):
    accord = readable(request, uid)
    page = AccordPage(accord, request.user)
    may_lead = leads(request.user, Permission.LEAD_REGION_WORK, accord.region)
    context = {"accord": accord, "page": page, "may_lead": may_lead}
    return opened(request, accord, "municipalities/accords/detail.html", context)


@requires(Permission.READ_REGION_WORK)
@require_GET
def accord_file(request, uid):
    accord = readable(request, uid)
    paper = AccordPaper(AccordPage(accord, request.user))
    pdf = paper.pdf()
    record(request.user, Verb.DOWNLOADED, accord)
    return attachment(pdf, paper.file_name)


@requires(Permission.LEAD_REGION_WORK)
def accord_new(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    form = AccordForm(posted(request), user=request.user, instance=Accord(region=region, owner=request.user))
    if form.is_valid():
        accord = form.save()
        messages.success(request, "Överenskommelsen är sparad. Välj parter, och lägg till dagar att hålla.")
        return redirect("accord_parties", accord.uid)
    return form_page(request, form, "Ny överenskommelse", lead=f"{region}.")


@requires(Permission.LEAD_REGION_WORK)
def accord_change(request, uid):
    accord = get_object_or_404(led(request.user), uid=uid)
    form = AccordForm(posted(request), user=request.user, instance=accord)
    if form.is_valid():
        messages.success(request, "Överenskommelsen är sparad.")
        return redirect(form.save())
    lead = "" if "text" in form.fields else "Texten ändras genom den revidering som pågår, resten här."
    return form_page(request, form, "Ändra överenskommelsen", accord, lead=lead)


@requires(Permission.LEAD_REGION_WORK)
def accord_parties(request, uid):
    accord = get_object_or_404(led(request.user), uid=uid)
    form = AccordPartiesForm(posted(request), user=request.user, instance=accord)
    if form.is_valid():
        messages.success(request, "Parterna är sparade.")
        return redirect(form.save())
    lead = "En part som har tagit ställning i en revidering står kvar där, även om den inte längre är part."
    return form_page(request, form, "Parter", accord, lead=lead)


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def accord_stands(request, uid):
    accord = get_object_or_404(led(request.user), uid=uid)
    let_stand(accord, request.user)
    messages.success(request, "Noterat: överenskommelsen behöver inte ändras.")
    return redirect(accord)


@requires(Permission.LEAD_REGION_WORK)
def accord_date_new(request, uid):
    accord = get_object_or_404(led(request.user), uid=uid)
    form = AccordDateForm(posted(request), user=request.user, instance=AccordDate(accord=accord))
    if form.is_valid():
        messages.success(request, "Dagen är sparad.")
        return redirect(form.save())
    return form_page(
        request, form, "Ny dag att hålla", accord, lead="Den som sköter överenskommelsen påminns 60 och 14 dagar före."
    )


@requires(Permission.LEAD_REGION_WORK)
def accord_date_change(request, uid):
    date = date_of(request, uid)
    form = AccordDateForm(posted(request), user=request.user, instance=date)
    if form.is_valid():
        messages.success(request, "Dagen är sparad.")
        return redirect(form.save())
    return form_page(request, form, "Ändra dagen", date.accord)


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def accord_date_done(request, uid):
    date = get_object_or_404(AccordDate.objects.for_user(request.user, Permission.LEAD_REGION_WORK), uid=uid)
    if mark_done(date, request.user):
        messages.success(request, "Klarmarkerat. Blev det fel kan det ångras i dag.")
    return redirect(date)


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def accord_date_undo(request, uid):
    date = get_object_or_404(AccordDate.objects.for_user(request.user, Permission.LEAD_REGION_WORK), uid=uid)
    if take_back_done(date, request.user):
        messages.success(request, "Klarmarkeringen är borttagen.")
    else:
        messages.warning(request, "En klarmarkering kan bara ångras samma dag.")
    return redirect(date)


@requires(Permission.LEAD_REGION_WORK)
def accord_date_remove(request, uid):
    date = date_of(request, uid)
    if request.method == "POST":
        remove_date(date, request.user)
        messages.success(request, "Dagen är borttagen.")
        return redirect(date.accord)
    lead = f"{date}{f', {date.what}' if date.what else ''}. Ingen påminns om den längre."
    return form_page(request, Form(), "Ta bort dagen?", date.accord, lead=lead, submit="Ta bort", danger=True)
