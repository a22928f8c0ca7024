"""Which region a page is about, for those who may work in several."""

from django.shortcuts import get_object_or_404

from municipalities.models import Region


def chosen_region(request, permission):
    """The region of `?region=22` if this user reaches it with this permission, else her first; 404 for every other."""
    reached = Region.objects.for_user(request.user, permission)
    if code := request.GET.get("region"):
        return get_object_or_404(reached, code=code)
    return get_object_or_404(reached.order_by("sort_key")[:1])


def leads(user, permission, region):
    """Whether this user holds the permission in the region itself, not only in one of its municipalities."""
    return any(membership.region_id == region.pk for membership in user.granting(permission))
