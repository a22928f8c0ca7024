"""Finding a home."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bou_portal.access import Permission, requires
from placements.forms.home_search import HomeFilter
from placements.home_list import rows
from placements.home_scores import released_scores
from placements.models import CareHome
from placements.views.home_register import kept


@requires(Permission.READ_HOMES)
@require_GET
def home_list(request):
    narrowing = HomeFilter(request.GET)
    homes = narrowing.narrow(CareHome.objects.for_user(request.user, Permission.READ_HOMES))
    released = released_scores(request.user, Permission.READ_HOMES)
    found = rows(homes, released, request.user, least=narrowing.least, wish=request.GET.get("sortera", ""))
    context = {
        "filter": narrowing,
        "page": Paginator(found, 50).get_page(request.GET.get("sida")),
        "released": released,
        "sorted_by": "-omdome",
        "may_see_own": bool(request.user.municipalities(Permission.READ_HOMES)),
        "may_propose": request.user.can(Permission.RATE_HOMES),
        "proposals": kept(request.user).proposed().count(),
    }
    return render(request, "placements/home_list.html", context)
