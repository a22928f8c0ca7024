"""Who works where. For the IFO-chef, and for a region's leader about the region's roles and the heads."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from bou_portal.access import Permission, requires
from bou_portal.accounts import second_factor
from bou_portal.accounts.forms import MemberUnitForm
from bou_portal.accounts.models import Invitation, Membership
from bou_portal.posted import posted
from municipalities.models import Municipality


@require_safe
@requires(Permission.MANAGE_MEMBERS)
def members(request):
    user, permission = request.user, Permission.MANAGE_MEMBERS
    memberships = Membership.objects.for_user(user, permission).in_force()
    invitations = Invitation.objects.for_user(user, permission).unanswered()
    context = {
        "memberships": memberships.select_related("user", "unit", "region", "municipality"),
        "grantable": set(memberships.grantable_by(user).values_list("pk", flat=True)),
        "invitations": invitations.select_related("municipality", "region"),
        "resendable": set(invitations.grantable_by(user).values_list("pk", flat=True)),
        "may_read_log": user.can(Permission.READ_AUDIT_LOG),
        "municipalities": Municipality.objects.for_user(user, permission),
    }
    return render(request, "accounts/members.html", context)


def grantable_membership(user, uid):
    """A membership in force that this user may change; 404 for every other."""
    memberships = Membership.objects.for_user(user, Permission.MANAGE_MEMBERS).in_force().grantable_by(user)
    return get_object_or_404(memberships.select_related("user", "unit", "region", "municipality"), uid=uid)


@requires(Permission.MANAGE_MEMBERS)
def member_detail(request, uid):
    membership = grantable_membership(request.user, uid)
    form = None
    if membership.municipality_id:
        data = posted(request)
        form = MemberUnitForm(data, instance=membership, changed_by=request.user)
        if form.is_valid():
            form.save()
            messages.success(request, "Enheten är ändrad.")
            return redirect("members")
    context = {"membership": membership, "form": form, "has_second_factor": second_factor.is_set_up(membership.user)}
    return render(request, "accounts/member_detail.html", context)


@requires(Permission.MANAGE_MEMBERS)
def reset_second_factor(request, uid):
    membership = grantable_membership(request.user, uid)
    if request.method == "POST":
        second_factor.reset(membership.user, by=request.user)
        messages.success(request, f"{membership.user} får lägga till en ny app vid nästa inloggning.")
        return redirect(membership)
    return render(request, "accounts/reset_second_factor.html", {"membership": membership})
