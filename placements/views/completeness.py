"""What is missing: about each placement, and in the municipality's figures."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.audit.log import opened
from municipalities.models import Municipality, Unit
from placements.completeness import Completeness
from placements.coverage import Coverage
from placements.forms.completeness import CompletenessFilter
from placements.models import Placement


def holds(user, permission, place):
    return place.pk in user.municipalities(permission)


def figures_of(user, choice):
    """The municipality's figures that are not whole, for whoever reads them; nothing for others."""
    if not holds(user, Permission.READ_OWN_FIGURES, choice.place):
        return None
    return Coverage(
        choice.place,
        choice.quarter,
        may_deliver=holds(user, Permission.IMPORT_DELIVERIES, choice.place),
        may_count=holds(user, Permission.ENTER_COUNTS, choice.place),
        sees_children=holds(user, Permission.READ_CASES, choice.place),
    )


def placements_of(request, choice):
    rows = choice.narrow(Placement.objects.for_user(request.user, Permission.READ_CASES))
    may_write = holds(request.user, Permission.FOLLOW_UP, choice.place)
    page = request.GET.get("sida")
    return Completeness(rows, choice.quarter, wanted=choice.item, page=page, may_write=may_write)


@require_safe
@requires(Permission.READ_CASES, Permission.READ_OWN_FIGURES)
def completeness(request):
    """Whoever reads cases sees the placements, logged; whoever reads the municipality's figures sees those."""
    user, reached = request.user, Municipality.objects.for_user
    places = reached(user, Permission.READ_CASES) | reached(user, Permission.READ_OWN_FIGURES)
    units, cases_in = Unit.objects.for_user(user, Permission.READ_CASES), user.municipalities(Permission.READ_CASES)
    choice = CompletenessFilter(request.GET, places=places, units=units, cases_in=cases_in)
    context = {"filter": choice, "coverage": figures_of(user, choice), "cases": None}
    if choice.place.pk not in cases_in:
        return render(request, "placements/completeness.html", context)
    context["cases"] = cases = placements_of(request, choice)
    about = {"municipality_id": choice.place.pk, "quarter": str(choice.quarter), "rows": len(cases.lines)}
    return opened(request, "placements.placement", "placements/completeness.html", context, **about)
