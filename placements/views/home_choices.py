"""Which homes the own municipality chose, and whether others' ratings mattered."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bou_portal.access import Permission, requires
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.periods import Period, add_months
from bou_portal.posted import posted
from placements.forms.home_choices import HomeChoiceForm
from placements.homes.choices import own_counts
from placements.homes.listing import chosen_homes
from placements.models import HomeChoice

CHOICES_ON_A_PAGE = 25


@requires(Permission.READ_CASES)
@require_GET
def home_choices(request):
    """The own municipality's choices. A home and a day come close to a child, so the reading is logged."""
    chosen = HomeChoice.objects.for_user(request.user, Permission.READ_CASES)
    chosen = chosen.select_related("home", "municipality", "entered_by").prefetch_related("alternatives")
    page = Paginator(chosen, CHOICES_ON_A_PAGE).get_page(request.GET.get("sida"))
    today = timezone.localdate()
    counts = own_counts(request.user.municipalities(Permission.READ_CASES), Period(add_months(today, -12), today))
    context = {"page": page, "counts": counts, "may_register": request.user.can(Permission.RATE_HOMES)}
    response = render(request, "placements/home_choices.html", context)
    for municipality_id, count in Counter(row.municipality_id for row in page).items():
        record(request.user, Verb.OPENED, "val av hem", municipality_id=municipality_id, rows=count)
    return response


@requires(Permission.RATE_HOMES)
def home_choice_new(request):
    compared = chosen_homes(request.user, request.GET.getlist("hem"))
    form = HomeChoiceForm(posted(request), user=request.user, compared=compared)
    if form.is_valid():
        choice = form.save()
        messages.success(request, f"Valet av {choice.home} är registrerat.")
        return redirect("home_choices")
    back = reverse("home_compare" if compared else "home_list")
    back = f"{back}?{request.GET.urlencode()}"
    return render(request, "placements/home_choice_new.html", {"form": form, "compared": compared, "back": back})


@requires(Permission.RATE_HOMES)
@require_POST
def home_choice_remove(request, uid):
    """Take back a choice that she registered herself by mistake. The log keeps that it was."""
    own = HomeChoice.objects.for_user(request.user, Permission.RATE_HOMES).filter(entered_by=request.user)
    choice = get_object_or_404(own.select_related("home"), uid=uid)
    choice.remove(request.user)
    messages.success(request, f"Valet av {choice.home} är borttaget.")
    return redirect("home_choices")
