"""The health funnel: a municipality's own, exact; a region's, as released; and what its partner says of it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bou_portal.access import Permission, requires
from bou_portal.periods import Quarter
from municipalities.models import Region, Release
from placements.forms.figures import FigureFilter
from placements.forms.health_comments import HealthCommentForm
from placements.health_funnel import OwnFunnel, RegionFunnel
from placements.views.figures import chosen

REGIONAL = (Permission.READ_RELEASES, Permission.COMMENT_HEALTH)


def regions_of(user):
    """The regions whose masked funnel she may read."""
    readable, commented = (Region.objects.for_user(user, permission) for permission in REGIONAL)
    return readable | commented


@require_safe
@requires(Permission.READ_OWN_FIGURES, *REGIONAL)
def health_funnel(request):
    """The own municipality's funnel; whoever has none goes to her region's."""
    if not request.user.can(Permission.READ_OWN_FIGURES):
        return redirect("region_health", regions_of(request.user).first().code)
    choice = chosen(request)
    may_see_children = choice.place.pk in request.user.municipalities(Permission.READ_CASES)
    context = {"filter": choice, "own": OwnFunnel(choice.place, choice.quarter), "may_see_children": may_see_children}
    context["regions"] = Region.objects.for_user(request.user, Permission.READ_RELEASES)
    return render(request, "placements/health_funnel.html", context)


def releases_of(request, code):
    """The region and its released quarters, newest first."""
    region = get_object_or_404(regions_of(request.user), code=code)
    readable, commented = (Release.objects.for_user(request.user, permission) for permission in REGIONAL)
    releases = (readable | commented).filter(region=region).latest_versions()
    return region, list(releases.select_related("region").order_by("-quarter"))


@require_safe
@requires(*REGIONAL)
def region_health(request, code):
    region, releases = releases_of(request, code)
    if not releases:
        return render(request, "placements/region_health_none.html", {"region": region})
    choice = FigureFilter(request.GET, places=[], quarters=[Quarter.parse(each.quarter) for each in releases])
    may_comment = region.pk in request.user.regions(Permission.COMMENT_HEALTH)
    context = {"region": region, "filter": choice, "may_comment": may_comment}
    context["funnel"] = RegionFunnel(region, releases, choice.quarter)
    return render(request, "placements/region_health.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.COMMENT_HEALTH)
def health_comment(request, code, quarter):
    """The partner writes, or changes, her comment on a released quarter."""
    region = get_object_or_404(Region.objects.for_user(request.user, Permission.COMMENT_HEALTH), code=code)
    released = Release.objects.for_user(request.user, Permission.COMMENT_HEALTH)
    release = released.filter(region=region, quarter__iexact=quarter).first()
    if release is None:
        raise Http404("Kvartalet är inte fryst.")
    form = HealthCommentForm(request.POST or None, region=region, quarter=release.quarter, by=request.user)
    back = f"{reverse('region_health', args=[code])}?kvartal={release.quarter}"
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Kommentaren är sparad. Den syns för kommunerna nu.")
        return redirect(back)
    context = {"form": form, "region": region, "quarter": Quarter.parse(release.quarter), "back": back}
    return render(request, "placements/health_comment.html", context)
