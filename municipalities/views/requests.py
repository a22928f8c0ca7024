"""Requests for support: asking, the queue, the steps, and the courses that grow out of them."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bou_portal import exports
from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.posted import posted
from municipalities.forms.requests import CourseForm, RequestForm, StepForm, asking_for
from municipalities.models import CourseBasis, SupportRequest
from municipalities.needs.requests import HEADINGS, RequestList, RequestPage, topic_counts

SPEAK, LEAD = Permission.SPEAK_FOR_MUNICIPALITY, Permission.LEAD_REGION_WORK
READS = ["GET", "HEAD", "POST"]


@requires(SPEAK, LEAD)
@require_safe
def support(request):
    return render(request, "municipalities/needs/support.html", {"page": RequestList(request.user, request.GET)})


@requires(LEAD)
@require_safe
def request_counts(request):
    """Counts per topic as a file; the download is logged."""
    keys = ("label", "requests", "open", "municipalities")
    rows = [[row[key] for key in keys] for row in topic_counts(request.user)]
    record(request.user, Verb.EXPORTED, "municipalities.supportrequest", rows=len(rows))
    return exports.attachment(exports.csv_bytes(HEADINGS, rows), "begaranden.csv")


@requires(SPEAK)
@require_http_methods(READS)
def request_new(request):
    if not asking_for(request.user).exists():
        raise Http404("Kommunen deltar inte längre.")
    form = RequestForm(posted(request), user=request.user)
    if form.is_valid():
        messages.success(request, "Begäran är skickad. Du får ett mail när regionen har svarat.")
        return redirect(form.save())
    words = {
        "heading": "Begär stöd",
        "lead": "Utvecklingsledaren svarar, och ni följer begäran här.",
        "submit": "Skicka",
    }
    return render(request, "municipalities/form_page.html", {"form": form, **words, **listed()})


def listed(name="Stöd", address="support"):
    """What a form's page says of the list it came from."""
    url = reverse(address)
    return {"list_name": name, "list_url": url, "back": url}


@requires(SPEAK, LEAD)
@require_http_methods(READS)
def request_detail(request, uid):
    rows = SupportRequest.objects.readable_by(request.user)
    row = get_object_or_404(
        rows.select_related("municipality__region", "asked_by", "taken_by", "activity__goal"), uid=uid
    )
    form = StepForm(posted(request), user=request.user, row=row)
    if form.is_valid() and form.save():
        messages.success(request, form.said)
        return redirect(row)
    return render(request, "municipalities/needs/request_detail.html", {"page": RequestPage(row, form), "row": row})


def course_rows(user):
    return CourseBasis.objects.for_user(user, LEAD).select_related("region", "created_by")


@requires(LEAD)
@require_safe
def course_bases(request):
    found = course_rows(request.user).annotate(
        asked=Count("requests", distinct=True), municipalities=Count("requests__municipality", distinct=True)
    )
    return render(request, "municipalities/needs/course_bases.html", {"bases": found})


@requires(LEAD)
@require_safe
def course_basis(request, uid):
    basis = get_object_or_404(course_rows(request.user), uid=uid)
    asked = basis.requests.select_related("municipality", "asked_by").order_by("municipality__sort_key", "asked_at")
    context = {"basis": basis, "asked": asked, "municipalities": {row.municipality_id for row in asked}}
    return render(request, "municipalities/needs/course_basis.html", context)


@requires(LEAD)
@require_http_methods(READS)
def course_basis_new(request):
    chosen = SupportRequest.objects.for_user(request.user, LEAD).filter(uid__in=uids(request.GET.getlist("begaran")))
    form = CourseForm(posted(request), user=request.user, initial={"requests": chosen})
    if form.is_valid():
        messages.success(request, "Kursunderlaget är sparat. Begärandena visar att de hör till det.")
        return redirect(form.save())
    lead = "Välj begäranden om samma område. De kommuner som begärt får först välja platser."
    words = {"heading": "Skapa kursunderlag", "lead": lead}
    return render(request, "municipalities/form_page.html", {"form": form, **words, **listed()})


@requires(LEAD)
@require_http_methods(READS)
def course_basis_change(request, uid):
    basis = get_object_or_404(course_rows(request.user), uid=uid)
    form = CourseForm(posted(request), user=request.user, instance=basis)
    if form.is_valid():
        messages.success(request, "Kursunderlaget är sparat.")
        return redirect(form.save())
    words = {"heading": "Ändra kursunderlaget", "row": basis} | listed("Kursunderlag", "course_bases")
    return render(request, "municipalities/form_page.html", {"form": form, **words, "back": basis.get_absolute_url()})


def uids(texts):
    """Those of the texts that are a uid; an address may hold anything."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
