"""What a municipality counts itself each quarter."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bou_portal.access import Permission, requires
from bou_portal.posted import posted
from municipalities.models import Municipality
from placements.base_data import BaseDataPage
from placements.forms.base_data import BaseDataForm
from placements.forms.figures import FigureFilter
from placements.models import BaseData


def chosen(request):
    """Which municipality and quarter the counts are for; a page that saves takes no unknown one for another."""
    choice = FigureFilter(request.GET, places=Municipality.objects.for_user(request.user, Permission.ENTER_COUNTS))
    if not choice.is_known:
        raise Http404("Du lämnar inga basuppgifter för den kommunen eller det kvartalet.")
    return choice


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ENTER_COUNTS)
def base_data(request):
    """The quarter's counts to fill in, and the quarters before."""
    choice = chosen(request)
    rows = BaseData.objects.for_user(request.user, Permission.ENTER_COUNTS)
    page = BaseDataPage(rows, choice.place, choice.quarter, choice.quarters)
    about = {"municipality": choice.place, "quarter": choice.quarter, "user": request.user, "instance": page.row}
    form = BaseDataForm(posted(request), **about)
    if form.is_valid():
        form.save()
        messages.success(request, f"Basuppgifterna för {choice.quarter.text} är sparade.")
        return redirect(request.get_full_path())
    return render(request, "placements/base_data.html", {"filter": choice, "page": page, "form": form})
