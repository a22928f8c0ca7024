"""Figures: a municipality's own, exact; the children behind them; and what a region has released."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened, record
from bou_portal.audit.models import Verb
from bou_portal.exports import attachment
from bou_portal.figures import DEFINITIONS
from bou_portal.periods import Quarter
from municipalities.models import Municipality, Region, Release
from placements.forms.figures import FigureFilter
from placements.indicators import Window
from placements.indicators.behind import BEHIND
from placements.models import Child
from placements.own_figures import LISTED, FigureStory, OwnFigures
from placements.released_figures import ReleasedFigures

ROWS_ON_A_PAGE = 50
FILES = {
    "csv": ReleasedFigures.as_csv,
    "xlsx": ReleasedFigures.as_xlsx,
    "json": ReleasedFigures.as_json,
}


def chosen(request):
    """The reader's own municipality and the quarter she asks for."""
    own = Municipality.objects.for_user(request.user, Permission.READ_OWN_FIGURES).select_related("region")
    return FigureFilter(request.GET, places=own)


@require_safe
@requires(Permission.READ_OWN_FIGURES, Permission.READ_RELEASES)
def figures(request):
    """The own municipality's figures; whoever has none goes to her region's."""
    if not request.user.can(Permission.READ_OWN_FIGURES):
        region = Region.objects.for_user(request.user, Permission.READ_RELEASES).first()
        return redirect("region_figures", region.code)
    choice = chosen(request)
    context = {"filter": choice, "own": OwnFigures(choice.place, choice.quarter)}
    context["regions"] = Region.objects.for_user(request.user, Permission.READ_RELEASES)
    return render(request, "placements/figures.html", context)


@require_safe
@requires(Permission.READ_OWN_FIGURES)
def figure_detail(request, code):
    choice = chosen(request)
    if code not in LISTED:
        raise Http404("Det finns ingen sådan siffra.")
    story = FigureStory(OwnFigures(choice.place, choice.quarter), code)
    may_see_children = choice.place.pk in request.user.municipalities(Permission.READ_CASES)
    context = {"filter": choice, "story": story, "may_see_children": may_see_children and story.has_children}
    return render(request, "placements/figure_detail.html", context)


@require_safe
@requires(Permission.READ_CASES)
def figure_children(request, code):
    """The rows that a figure counted, logged with the indicator's id and the number of rows."""
    choice = chosen(request)
    if code not in BEHIND or not choice.place:
        raise Http404("Det finns ingen sådan lista.")
    reached = Child.objects.for_user(request.user, Permission.READ_CASES).filter(municipality=choice.place)
    rows = BEHIND[code].of(choice.place, Window.of(choice.quarter)).filter(child__in=reached).select_related("child")
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("sida"))
    context = {"filter": choice, "page": page, "definition": DEFINITIONS[code], "splits": bool(BEHIND[code].met)}
    about = {"municipality_id": choice.place.pk, "indicator": code, "quarter": str(choice.quarter), "rows": len(page)}
    return opened(request, "placements.child", "placements/figure_children.html", context, **about)


def releases_of(request, code):
    """The region, and its newest versions that the reader may see, newest quarter first."""
    region = get_object_or_404(Region.objects.for_user(request.user, Permission.READ_RELEASES), code=code)
    releases = Release.objects.for_user(request.user, Permission.READ_RELEASES).filter(region=region)
    return region, list(releases.latest_versions().select_related("region").order_by("-quarter"))


@require_safe
@requires(Permission.READ_RELEASES)
def region_figures(request, code):
    region, releases = releases_of(request, code)
    if not releases:
        return render(request, "placements/region_figures_none.html", {"region": region})
    choice = FigureFilter(request.GET, places=[], quarters=[Quarter.parse(each.quarter) for each in releases])
    release = next(each for each in releases if each.quarter == str(choice.quarter))
    released = ReleasedFigures(release, request.GET.get("matt", ""))
    context = {"region": region, "filter": choice, "released": released, "files": list(FILES)}
    context["rows"] = released.rows(request.GET.get("sortera", ""))
    context["may_see_own"] = request.user.can(Permission.READ_OWN_FIGURES)
    return render(request, "placements/region_figures.html", context)


@require_safe
@requires(Permission.READ_RELEASES)
def release_file(request, code, quarter, kind):
    _, releases = releases_of(request, code)
    release = next((each for each in releases if each.quarter.lower() == quarter.lower()), None)
    if release is None or kind not in FILES:
        raise Http404("Kvartalet är inte fryst.")
    content = FILES[kind](ReleasedFigures(release))
    record(request.user, Verb.DOWNLOADED, release, format=kind)
    return attachment(content, f"siffror-{code}-{quarter.lower()}.{kind}")
