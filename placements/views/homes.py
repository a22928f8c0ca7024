"""One home: its facts, and what others think of it."""

from collections import Counter

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from placements.home_scores import own_experience, released_scores
from placements.models import CareHome
from placements.views.home_register import kept


@requires(Permission.READ_HOMES)
@require_GET
def home_detail(request, uid):
    homes = CareHome.objects.for_user(request.user, Permission.READ_HOMES)
    home = get_object_or_404(homes.select_related("location__region", "proposed_by"), uid=uid)
    released = released_scores(request.user, Permission.READ_HOMES)
    context = {
        "home": home,
        "released": released,
        "score": released.of(home),
        "own": own_experience(home, request.user),
        "may_keep": kept(request.user).filter(pk=home.pk).exists(),
    }
    response = render(request, "placements/home_detail.html", context)
    for municipality_id, ratings in own_ratings_shown(context["own"]):
        record(request.user, Verb.OPENED, home, municipality_id=municipality_id, ratings=ratings)
    return response


def own_ratings_shown(own):
    """(municipality, number of ratings) that a reader was shown in full: each rests on one child's stay, so it is logged."""
    return Counter(rating.municipality_id for rating in own.ratings).items() if own else ()
