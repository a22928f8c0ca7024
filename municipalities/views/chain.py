"""One chain from need to figure, on one page."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from municipalities.models import Need
from municipalities.needs.chain import Chain


@requires(Permission.READ_REGION_WORK)
@require_safe
def chain(request, uid):
    needs = Need.objects.for_user(request.user, Permission.READ_REGION_WORK)
    need = get_object_or_404(needs.select_related("region", "municipality"), uid=uid)
    return render(request, "municipalities/needs/chain.html", {"need": need, "chain": Chain(need, request.user)})
