"""Finding a home, comparing a few, and taking the ground for a choice along."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from placements.forms.home_search import HomeFilter
from placements.ground import Ground
from placements.homes.choices import count_use
from placements.homes.compare import Comparison
from placements.homes.listing import DEFAULT_ORDER, HomeSearch
from placements.homes.scores import released_scores
from placements.models import HomeUse
from placements.views.home_register import kept


@requires(Permission.READ_HOMES)
@require_GET
def home_list(request):
    """The register, narrowed and in order. htmx asks for the part that changes when a choice does."""
    search = searched(request)
    page = search.page(request.GET.get("sida"))
    context = search_context(request, search, page)
    if search.choices.chosen:
        count_use(request.session, search.choices.own, HomeUse.What.SEARCH)
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "placements/home_found.html", context)
        response["HX-Push-Url"] = f"{request.path}?{search.choices.address}"
        return response
    return render(request, "placements/home_list.html", context)


def searched(request):
    choices = HomeFilter(request.GET, user=request.user)
    released = released_scores(request.user, Permission.READ_HOMES, request.GET.get("region", ""))
    ticked = list(dict.fromkeys(request.GET.getlist("hem")))
    return HomeSearch(request.user, choices, released, request.GET.get("sortera", ""), ticked)


def search_context(request, search, page):
    return {
        "search": search,
        "filter": search.choices,
        "page": page,
        "elsewhere": search.ticked_elsewhere(page.object_list),
        "released": search.released,
        "sorted_by": DEFAULT_ORDER,
        "may_see_own": bool(search.choices.own),
        "may_propose": request.user.can(Permission.RATE_HOMES),
        "may_keep": request.user.can(Permission.KEEP_HOMES),
        "proposals": kept(request.user).proposed().count(),
    }


@requires(Permission.READ_HOMES)
@require_GET
def home_compare(request):
    comparison = Comparison(searched(request))
    if comparison.homes and not comparison.is_too_many:
        count_use(request.session, comparison.search.choices.own, HomeUse.What.COMPARE, comparison.about)
    context = {"comparison": comparison, "may_choose": request.user.can(Permission.RATE_HOMES)}
    return render(request, "placements/home_compare.html", context)


@requires(Permission.READ_HOMES)
@require_GET
def home_ground(request):
    """The ground for a choice as a PDF, made now; logged before it is given."""
    comparison = Comparison(searched(request), own=False)
    if not comparison.homes or comparison.is_too_many:
        raise Http404("Välj ett till fyra hem.")
    ground, own = Ground(comparison), comparison.search.choices.own
    pdf = ground.pdf()
    count_use(request.session, own, HomeUse.What.GROUND, comparison.about)
    with transaction.atomic():
        for place in own or [None]:
            record(
                request.user, Verb.DOWNLOADED, "underlag", municipality_id=place and place.pk, homes=comparison.about
            )
    return attachment(pdf, ground.file_name)
