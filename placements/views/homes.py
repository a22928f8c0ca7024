"""One home: its facts, what others think of it, what was promised, and what the own municipality has seen."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.posted import posted
from municipalities.models import Region
from placements.forms.home_replies import HomeReplyForm
from placements.homes.experience import own_experience
from placements.homes.page import HomePage
from placements.homes.scores import released_scores
from placements.models import CareHome, HomeReply
from placements.views.home_register import kept


def page_of(request, uid, here):
    """The home this reader may open, with the results of the region she asks for."""
    homes = CareHome.objects.for_user(request.user, Permission.READ_HOMES)
    home = get_object_or_404(homes.select_related("location__region", "proposed_by"), uid=uid)
    released = released_scores(request.user, Permission.READ_HOMES, request.GET.get("region"))
    return HomePage(home, request.user, released, here=here)


@requires(Permission.READ_HOMES)
@require_GET
def home_detail(request, uid):
    page = page_of(request, uid, "home_detail")
    may_keep = kept(request.user).filter(pk=page.home.pk).exists()
    return render(request, "placements/home_detail.html", {"page": page, "home": page.home, "may_keep": may_keep})


@requires(Permission.READ_HOMES)
@require_GET
def home_results(request, uid):
    page = page_of(request, uid, "home_results")
    return render(request, "placements/home_results.html", {"page": page, "home": page.home})


@requires(Permission.READ_HOMES)
@require_GET
def home_agreements(request, uid):
    page = page_of(request, uid, "home_agreements")
    return render(request, "placements/home_agreements.html", {"page": page, "home": page.home})


@requires(Permission.READ_HOMES)
@require_GET
def home_experience(request, uid):
    """The own municipality's ratings in full. Each rests on one child's stay, so reading them is logged."""
    page = page_of(request, uid, "home_experience")
    if not page.has_own:
        raise Http404("Bara en kommun har en egen erfarenhet.")
    own = own_experience(page.home, request.user, request.GET.get("sida"))
    response = render(request, "placements/home_experience.html", {"page": page, "home": page.home, "own": own})
    for municipality_id, ratings in own.shown_by_municipality():
        record(request.user, Verb.OPENED, page.home, municipality_id=municipality_id, ratings=ratings)
    return response


def replied_to(request, uid):
    """The home, and the region in whose name this leader enters what it answers."""
    home = get_object_or_404(CareHome.objects.for_user(request.user, Permission.KEEP_HOMES), uid=uid)
    regions, code = list(Region.objects.for_user(request.user, Permission.KEEP_HOMES)), request.GET.get("region")
    # Compared here: a database may refuse a sign that somebody puts in an address.
    region = next((each for each in regions if each.code == code), regions[0])
    return home, region, f"{reverse('home_results', args=[home.uid])}?region={region.code}"


@requires(Permission.KEEP_HOMES)
@require_http_methods(["GET", "HEAD", "POST"])
def home_reply(request, uid):
    home, region, back = replied_to(request, uid)
    data = posted(request)
    form = HomeReplyForm(data, home=home, region=region, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Svaret är sparat. Det syns bredvid hemmets resultat nu.")
        return redirect(back)
    context = {"form": form, "home": home, "region": region, "back": back}
    return render(request, "placements/home_reply.html", context)


@requires(Permission.KEEP_HOMES)
@require_POST
def home_reply_remove(request, uid):
    home, region, back = replied_to(request, uid)
    replies = HomeReply.objects.for_user(request.user, Permission.KEEP_HOMES).filter(home=home, region=region)
    reply = get_object_or_404(replies[:1])
    with transaction.atomic():
        replies.delete()
        record(request.user, Verb.DELETED, reply, home=home.pk, region=region.pk)
    messages.success(request, "Svaret är borttaget.")
    return redirect(back)
