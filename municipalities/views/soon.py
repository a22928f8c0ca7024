"""Stands where a page is being built today. Gone before the day is over."""

from django.http import HttpResponse

from bou_portal.access import Permission, requires


@requires(Permission.READ_REGION_WORK)
def soon(request):
    return HttpResponse("Snart")
