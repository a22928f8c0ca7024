"""Who covers for whom."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from bou_portal.access import Permission, requires
from bou_portal.formats import date as iso
from bou_portal.posted import posted
from placements.forms.covers import CoverForm
from placements.models import Cover

AS_ONE_MAY = Permission.FOLLOW_UP, Permission.ARRANGE_COVER


@requires(*AS_ONE_MAY)
def covers(request):
    form = CoverForm(posted(request), user=request.user)
    if form.is_valid():
        cover = form.save()
        messages.success(request, f"{cover.covered_by} ersätter {cover.absent} till och med {iso(cover.ended_on)}.")
        return redirect("covers")
    reached = Cover.objects.for_user(request.user, Permission.READ_CASES).seen_by(request.user).coming()
    mine = set(reached.arranged_by(request.user).values_list("pk", flat=True))
    rows = [(cover, cover.pk in mine) for cover in reached.select_related("absent", "covered_by")]
    return render(request, "placements/covers.html", {"form": form, "rows": rows})


@requires(*AS_ONE_MAY)
@require_POST
def cover_end(request, uid):
    reached = Cover.objects.for_user(request.user, Permission.READ_CASES).arranged_by(request.user).coming()
    cover = get_object_or_404(reached.select_related("absent", "covered_by"), uid=uid)
    cover.end(request.user)
    messages.success(request, f"{cover.covered_by} ersätter inte längre {cover.absent}.")
    return redirect("covers")
