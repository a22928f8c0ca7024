"""Bodies of a region: the picture of who reports to whom, each body's page, and its members."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.bodies.map import GovernanceMap
from municipalities.bodies.page import BodyPage
from municipalities.forms.bodies import BodyForm, MemberForm, TermForm
from municipalities.models import Body, BodyMember
from municipalities.reach import chosen_region, leads

READ, LEAD = Permission.READ_REGION_WORK, Permission.LEAD_REGION_WORK


def form_page(request, form, heading, row, lead="", listed=("Organ", "bodies"), back=""):
    """A form about a body, or about what belongs to one."""
    back = back or (row.get_absolute_url() if row else reverse("bodies"))
    context = {
        "form": form,
        "heading": heading,
        "row": row,
        "lead": lead,
        "submit": "Spara",
        "back": back,
        "danger": False,
    }
    context |= {"list_name": listed[0], "list_url": reverse(listed[1])}
    return render(request, "municipalities/form_page.html", context)


@requires(READ)
@require_safe
def bodies(request):
    region = chosen_region(request, READ)
    context = {"map": GovernanceMap(region), "region": region, "may_lead": leads(request.user, LEAD, region)}
    return render(request, "municipalities/bodies/bodies.html", context)


@requires(READ)
@require_safe
def body_detail(request, uid):
    found = Body.objects.for_user(request.user, READ).select_related("region", "reports_to")
    body = get_object_or_404(found, uid=uid)
    context = {"body": body, "page": BodyPage(body), "may_lead": leads(request.user, LEAD, body.region)}
    context["decisions_url"] = f"{reverse('decision_list')}?organ={body.uid}"
    return render(request, "municipalities/bodies/body_detail.html", context)


@requires(LEAD)
def body_new(request):
    form = BodyForm(posted(request), user=request.user, instance=Body(region=chosen_region(request, LEAD)))
    if form.is_valid():
        messages.success(request, "Organet är sparat. Lägg till ledamöterna.")
        return redirect(form.save())
    return form_page(request, form, "Nytt organ", None)


@requires(LEAD)
def body_change(request, uid):
    body = get_object_or_404(Body.objects.for_user(request.user, LEAD), uid=uid)
    form = BodyForm(posted(request), user=request.user, instance=body)
    if form.is_valid():
        messages.success(request, "Organet är sparat.")
        return redirect(form.save())
    return form_page(request, form, "Ändra organet", body)


@requires(LEAD)
def member_new(request, uid):
    body = get_object_or_404(Body.objects.for_user(request.user, LEAD).select_related("region"), uid=uid)
    form = MemberForm(posted(request), user=request.user, instance=BodyMember(body=body))
    if form.is_valid():
        messages.success(request, f"{form.save()} är med i {body}.")
        return redirect(body)
    return form_page(request, form, "Lägg till en ledamot", body, "Välj en person i portalen, eller skriv ett namn.")


@requires(LEAD)
def member_change(request, uid):
    found = BodyMember.objects.for_user(request.user, LEAD).select_related("body", "user")
    member = get_object_or_404(found, uid=uid)
    form = TermForm(posted(request), user=request.user, instance=member)
    if form.is_valid():
        form.save()
        messages.success(request, f"Uppdraget för {member} är sparat.")
        return redirect(member.body)
    return form_page(request, form, f"Ändra uppdraget för {member}", member.body)
