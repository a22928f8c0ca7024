"""What somebody is set to do for the region in a year, and what became of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.directory.mandates import MandatePage
from municipalities.forms.directory import MandateForm, MandateReportForm
from municipalities.models import Mandate
from municipalities.reach import chosen_region, leads
from municipalities.views.posts import form_page, kept


@requires(Permission.READ_REGION_WORK)
@require_safe
def mandate_list(request):
    region = chosen_region(request, Permission.READ_REGION_WORK)
    mandates = Mandate.objects.for_user(request.user, Permission.READ_REGION_WORK).filter(region=region)
    page = MandatePage(mandates, request.GET.get("ar", ""), request.user)
    may_lead = leads(request.user, Permission.LEAD_REGION_WORK, region)
    context = {"page": page, "may_lead": may_lead, "region": region}
    return render(request, "municipalities/directory/mandate_list.html", context)


@requires(Permission.LEAD_REGION_WORK)
def mandate_new(request):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    form = MandateForm(
        posted(request), user=request.user, instance=Mandate(region=region, year=timezone.localdate().year)
    )
    if form.is_valid():
        messages.success(request, "Uppdraget är sparat.")
        return redirect(form.save())
    return form_page(request, form, "Nytt uppdrag")


@requires(Permission.LEAD_REGION_WORK)
def mandate_change(request, uid):
    mandate = kept(Mandate, request.user, uid)
    form = MandateForm(posted(request), user=request.user, instance=mandate)
    if form.is_valid():
        messages.success(request, "Uppdraget är sparat.")
        return redirect(form.save())
    return form_page(request, form, "Ändra uppdraget", row=mandate)


@requires(Permission.READ_REGION_WORK)
def mandate_report(request, uid):
    mandates = Mandate.objects.for_user(request.user, Permission.READ_REGION_WORK).told_by(request.user)
    mandate = get_object_or_404(mandates.select_related("region"), uid=uid)
    form = MandateReportForm(posted(request), user=request.user, instance=mandate)
    if form.is_valid():
        messages.success(request, "Sparat.")
        return redirect(form.save())
    return form_page(request, form, "Hur det gick", row=mandate)


@requires(Permission.LEAD_REGION_WORK)
@require_POST
def mandate_copy(request, year):
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    mandates = Mandate.objects.for_user(request.user, Permission.LEAD_REGION_WORK).filter(region=region)
    copied = mandates.copy_to(year, request.user)
    messages.success(
        request, f"{copied} uppdrag från {year - 1} är kopierade." if copied else "Inget nytt att kopiera."
    )
    return redirect(f"{request.path.partition('kopiera')[0]}?region={region.code}&ar={year}")
