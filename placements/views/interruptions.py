"""Interruptions over time: a municipality's own, exact; and a region's, as released."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from municipalities.models import Region
from placements.interruptions import OwnInterruptions, RegionInterruptions
from placements.views.figures import chosen, releases_of


@require_safe
@requires(Permission.READ_OWN_FIGURES, Permission.READ_RELEASES)
def interruptions(request):
    """The own municipality's; whoever has none goes to her region's."""
    if not request.user.can(Permission.READ_OWN_FIGURES):
        region = Region.objects.for_user(request.user, Permission.READ_RELEASES).first()
        return redirect("region_interruptions", region.code)
    choice = chosen(request)
    may_see_children = choice.place.pk in request.user.municipalities(Permission.READ_CASES)
    own = OwnInterruptions(choice.place, choice.quarter)
    context = {"filter": choice, "own": own, "may_see_children": may_see_children}
    context["regions"] = Region.objects.for_user(request.user, Permission.READ_RELEASES)
    return render(request, "placements/interruptions.html", context)


@require_safe
@requires(Permission.READ_RELEASES)
def region_interruptions(request, code):
    region, releases = releases_of(request, code)
    if not releases:
        return render(request, "placements/region_interruptions_none.html", {"region": region})
    context = {"region": region, "released": RegionInterruptions(region, releases)}
    return render(request, "placements/region_interruptions.html", context)
