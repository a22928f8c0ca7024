"""A member hands over and leaves. Here and not among the accounts, because it is children that change hands."""

from django.contrib import messages
from django.shortcuts import redirect, render

from bou_portal.access import Permission, requires
from bou_portal.accounts.views.members import grantable_membership
from bou_portal.posted import posted
from placements.forms.handover import HandoverForm, LeavingForm
from placements.forms.reassigning import FromForm, ReassignForm


@requires(Permission.MANAGE_MEMBERS)
def handover(request, uid):
    membership = grantable_membership(request.user, uid)
    data = posted(request)
    form = HandoverForm(data, membership=membership, handed_over_by=request.user)
    if form.is_valid():
        messages.success(request, f"{form.save()} barn har fått en ny ansvarig.")
        return redirect(membership)
    return render(request, "placements/handover.html", {"membership": membership, "form": form})


@requires(Permission.MANAGE_MEMBERS)
def end_membership(request, uid):
    membership = grantable_membership(request.user, uid)
    data = posted(request)
    form = LeavingForm(data, membership=membership, handed_over_by=request.user)
    if form.is_valid():
        moved = form.save()
        told = f" {moved} barn har fått en ny ansvarig." if moved else ""
        messages.success(request, f"Uppdraget är avslutat för {membership.user}.{told}")
        return redirect("members")
    return render(request, "placements/end_membership.html", {"membership": membership, "form": form})


@requires(Permission.FOLLOW_UP)
def reassign(request):
    """Several children of one worker change hands while she stays."""
    chosen = FromForm(request.GET, user=request.user)
    data = posted(request)
    form = ReassignForm(data, held_by=chosen.worker, user=request.user)
    if form.is_valid():
        count = form.save()
        messages.success(
            request, f"{count} barn har fått en ny ansvarig." if count else "Barnen hade redan bytt ansvarig."
        )
        return redirect("worklist")
    context = {"chosen": chosen, "form": form, "count": form.assignments.count()}
    return render(request, "placements/reassign.html", context)
