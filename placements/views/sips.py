"""SIP meetings as counts: registering one, saying whether its follow-up was held, and the municipality's own shares."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened, record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment, csv_bytes
from bou_portal.posted import posted
from municipalities.models import Municipality
from placements.forms.figures import FigureFilter
from placements.forms.sips import FollowUpHeldForm, SipForm
from placements.models import Sip
from placements.sip_figures import SipFigures

READERS = (Permission.REGISTER_SIP, Permission.READ_OWN_FIGURES)
ROWS_ON_A_PAGE = 20
COLUMNS = ("Månad", "Ålder", "Initiativ", "Barnet var med", "Uppföljning bestämd", "Uppföljningen hölls")


def chosen(request):
    """Which of her municipalities the page is about, as a filter."""
    registering, reading = (Municipality.objects.for_user(request.user, held) for held in READERS)
    return FigureFilter(request.GET, places=registering | reading)


def registered(request):
    return Sip.objects.for_user(request.user, Permission.REGISTER_SIP).select_related("municipality")


@require_safe
@requires(*READERS)
def sips(request):
    choice = chosen(request)
    figures = SipFigures.of(choice.place)
    mine = registered(request).filter(municipality=choice.place)
    context = {
        "filter": choice,
        "figures": figures,
        "may_register": choice.place.pk in request.user.municipalities(Permission.REGISTER_SIP),
        "waiting": mine.awaiting_follow_up().order_by("month_on", "pk")[:10],
        "page": Paginator(mine, ROWS_ON_A_PAGE).get_page(request.GET.get("sida")),
    }
    return opened(request, "placements.sip", "placements/sips.html", context, municipality_id=choice.place.pk)


@requires(Permission.REGISTER_SIP)
def sip_new(request):
    form = SipForm(posted(request), user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "SIP-mötet är registrerat.")
        return redirect("sips")
    return render(request, "placements/sip_form.html", {"form": form, "heading": "Registrera ett SIP-möte"})


@requires(Permission.REGISTER_SIP)
def sip_change(request, uid):
    sip = get_object_or_404(registered(request), uid=uid)
    form = SipForm(posted(request), user=request.user, instance=sip)
    if form.is_valid():
        form.save()
        messages.success(request, "Ändringen är sparad.")
        return redirect("sips")
    return opened(request, sip, "placements/sip_form.html", {"form": form, "heading": "Ändra SIP-mötet", "sip": sip})


@requires(Permission.REGISTER_SIP)
@require_POST
def sip_remove(request, uid):
    SipForm.remove(get_object_or_404(registered(request), uid=uid), request.user)
    messages.success(request, "SIP-mötet är borttaget.")
    return redirect("sips")


@requires(Permission.REGISTER_SIP)
@require_POST
def sip_follow_up(request, uid):
    sip = get_object_or_404(registered(request), uid=uid)
    form = FollowUpHeldForm(request.POST, sip=sip, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Tack, svaret är sparat.")
    else:
        messages.error(request, "Svara ja eller nej på om uppföljningen hölls.")
    return redirect("sips")


@require_safe
@requires(*READERS)
def sip_export(request):
    """The own municipality's meetings, one per line; logged."""
    place = chosen(request).place
    if place is None:
        raise Http404
    words = {True: "ja", False: "nej", None: ""}
    rows = [
        (f"{row.month_on:%Y-%m}", row.get_age_band_display(), row.get_initiative_display(),
         words[row.child_present], words[row.follow_up_set], words[row.follow_up_held])
        for row in SipFigures.of(place).rows
    ]  # fmt: skip
    content = csv_bytes(COLUMNS, rows)
    record(request.user, Verb.EXPORTED, "placements.sip", municipality_id=place.pk, rows=len(rows))
    return attachment(content, f"sip-{place.code}.csv")
