"""Meetings of a body: the agenda, what could be taken up, what was noted."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.posted import posted
from municipalities.bodies.agenda import Agenda, AgendaPaper, offers
from municipalities.forms.meetings import ItemForm, MeetingForm, NoteForm, OffersForm
from municipalities.models import AgendaItem, Body, Meeting
from municipalities.reach import leads
from municipalities.views.bodies import LEAD, READ, form_page

SAID = {
    Meeting.State.HELD: "Mötet är markerat som hållet. Skriv in besluten.",
    Meeting.State.CANCELLED: "Mötet är inställt. Alla som läser dagordningen ser det.",
    Meeting.State.PLANNED: "Mötet är planerat igen.",
}


def led_meeting(request, uid):
    """A meeting of a body in a region this user leads, or 404."""
    return get_object_or_404(Meeting.objects.for_user(request.user, LEAD).select_related("body__region"), uid=uid)


def led_item(request, uid):
    """An item of such a meeting, or 404."""
    found = AgendaItem.objects.for_user(request.user, LEAD).select_related("meeting__body__region")
    return get_object_or_404(found, uid=uid)


@requires(READ)
@require_safe
def meeting_detail(request, uid):
    found = Meeting.objects.for_user(request.user, READ).select_related("body__region")
    meeting = get_object_or_404(found, uid=uid)
    may_lead = leads(request.user, LEAD, meeting.body.region)
    context = {"meeting": meeting, "agenda": Agenda(meeting), "may_lead": may_lead, "form": None}
    if may_lead and meeting.state == Meeting.State.PLANNED and (waiting := offers(meeting)):
        context["form"] = OffersForm(user=request.user, meeting=meeting, offers=waiting)
    return render(request, "municipalities/bodies/meeting_detail.html", context)


@requires(READ)
@require_safe
def meeting_pdf(request, uid):
    """The agenda, or the minutes, for the table and for the file."""
    found = Meeting.objects.for_user(request.user, READ).select_related("body__region")
    meeting = get_object_or_404(found, uid=uid)
    paper = AgendaPaper(meeting)
    content = paper.pdf()
    record(request.user, Verb.DOWNLOADED, meeting)
    return attachment(content, paper.file_name)


@requires(LEAD)
def meeting_new(request, uid):
    body = get_object_or_404(Body.objects.for_user(request.user, LEAD), uid=uid)
    form = MeetingForm(posted(request), user=request.user, instance=Meeting(body=body))
    if form.is_valid():
        messages.success(request, "Mötet är planerat. Gör dagordningen.")
        return redirect(form.save())
    return form_page(request, form, "Planera ett möte", body)


@requires(LEAD)
def meeting_change(request, uid):
    meeting = led_meeting(request, uid)
    form = MeetingForm(posted(request), user=request.user, instance=meeting)
    if form.is_valid():
        messages.success(request, "Mötet är sparat.")
        return redirect(form.save())
    return form_page(request, form, "Ändra tid och plats", meeting)


@requires(LEAD)
@require_POST
def meeting_state(request, uid):
    """Held, cancelled, or planned again."""
    meeting = led_meeting(request, uid)
    if (wish := request.POST.get("state")) in SAID:
        if meeting.state != wish:
            meeting.become(wish, request.user)
        messages.success(request, SAID[wish])
    return redirect(meeting)


@requires(LEAD)
def meeting_offers(request, uid):
    meeting = led_meeting(request, uid)
    if not (waiting := offers(meeting)):
        messages.info(request, "Ingenting mer väntar på att tas upp.")
        return redirect(meeting)
    form = OffersForm(posted(request), user=request.user, meeting=meeting, offers=waiting)
    if form.is_valid():
        form.save()
        messages.success(request, "Dagordningen är sparad. Ange hur många minuter punkterna får ta.")
        return redirect(meeting)
    return form_page(request, form, "Ta upp på mötet", meeting)


@requires(LEAD)
def item_new(request, uid):
    meeting = led_meeting(request, uid)
    form = ItemForm(posted(request), user=request.user, instance=AgendaItem(meeting=meeting))
    if form.is_valid():
        return redirect(form.save())
    return form_page(request, form, "Ny punkt", meeting)


@requires(LEAD)
def item_change(request, uid):
    item = led_item(request, uid)
    form = ItemForm(posted(request), user=request.user, instance=item)
    if form.is_valid():
        return redirect(form.save())
    return form_page(request, form, "Ändra punkten", item.meeting, back=item.get_absolute_url())


@requires(LEAD)
def item_note(request, uid):
    item = led_item(request, uid)
    form = NoteForm(posted(request), user=request.user, instance=item)
    if form.is_valid():
        return redirect(form.save())
    return form_page(request, form, "Anteckningar", item.meeting, str(item), back=item.get_absolute_url())


@requires(LEAD)
@require_POST
def item_move(request, uid):
    item = led_item(request, uid)
    steps = {"upp": -1, "ner": 1}.get(request.POST.get("vart"), 0)
    if steps and not item.meeting.is_cancelled:
        item.move(steps, request.user)
    return redirect(item)


@requires(LEAD)
def item_remove(request, uid):
    item = led_item(request, uid)
    if request.method == "POST":
        item.remove(request.user)
        messages.success(request, f"”{item}” är borttagen från dagordningen.")
        return redirect(item.meeting)
    return render(request, "municipalities/bodies/item_remove.html", {"item": item})
