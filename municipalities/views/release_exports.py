"""Taking out released figures, and who has done it."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.exports import attachment
from bou_portal.posted import posted
from municipalities.forms.release_exports import ExportForm
from municipalities.kpis.release_export import file_name
from municipalities.models import Release, ReleaseExport
from municipalities.reach import chosen_region


@requires(Permission.LEAD_REGION_WORK)
@require_safe
def release_exports(request):
    taken = ReleaseExport.objects.for_user(request.user, Permission.LEAD_REGION_WORK)
    page = Paginator(taken.select_related("taken_by", "region"), 30).get_page(request.GET.get("sida"))
    has_any = Release.objects.for_user(request.user, Permission.LEAD_REGION_WORK).exists()
    return render(request, "municipalities/kpis/exports.html", {"page": page, "has_any": has_any})


@requires(Permission.LEAD_REGION_WORK)
def release_export_new(request):
    """The form; when it is filled in, the file itself. The log has its line before a byte is sent."""
    region = chosen_region(request, Permission.LEAD_REGION_WORK)
    form = ExportForm(posted(request), user=request.user, region=region)
    if form.is_valid():
        export, content = form.save()
        return attachment(content, file_name(export))
    return render(request, "municipalities/kpis/export_new.html", {"form": form, "region": region})
