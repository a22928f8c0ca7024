"""Statistics about homes: for the region's leader, and for those who lead a municipality; and what is released, as files."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from placements.homes.export import HomeFigures, code_book_csv
from placements.homes.scores import released_scores
from placements.homes.statistics import OWN, sections
from placements.models import CareHome

LEADING = (Permission.KEEP_HOMES, *OWN)
FILES = {"csv": HomeFigures.as_csv, "xlsx": HomeFigures.as_xlsx}


@requires(Permission.READ_HOMES)
@requires(*LEADING)
@require_GET
def home_statistics(request):
    """Each region she leads and each municipality. Low answers rest on one child's stay each, so showing them is logged."""
    regions, places = sections(request.user)
    response = render(request, "placements/home_statistics.html", {"regions": regions, "places": places})
    for own in places:
        if own.low:
            record(request.user, Verb.OPENED, "placements.rating", municipality_id=own.place.pk, ratings=len(own.low))
    return response


@requires(Permission.READ_HOMES)
@requires(*LEADING)
@require_GET
def home_figures(request, kind):
    """Everything the region has released about homes, as a file; logged with who took it and how much."""
    released = released_scores(request.user, Permission.READ_HOMES, request.GET.get("region"))
    if kind not in FILES or released.quarter is None:
        raise Http404("Det finns ingen sådan fil.")
    homes = CareHome.objects.for_user(request.user, Permission.READ_HOMES).select_related("location")
    homes = list(homes.exclude(status=CareHome.Status.PROPOSED))
    content = FILES[kind](HomeFigures(released, homes))
    about = {"region": released.region.code, "quarter": str(released.quarter), "format": kind, "homes": len(homes)}
    record(request.user, Verb.DOWNLOADED, "placements.carehome", **about)
    return attachment(content, f"hvb-{released.region.code}-{str(released.quarter).lower()}.{kind}")


@requires(Permission.READ_HOMES)
@requires(*LEADING)
@require_GET
def home_code_book(request):
    """What the columns of the file mean. Holds no figure, so nothing is logged."""
    return attachment(code_book_csv(), "hvb-kodbok.csv")
