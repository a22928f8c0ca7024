"""Inviting, sending again, withdrawing, and taking an invitation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bou_portal.access import Permission, requires
from bou_portal.accounts import emails
from bou_portal.accounts.forms import AcceptForm, InvitationForm, JoinForm
from bou_portal.accounts.models import Invitation, User
from bou_portal.posted import posted

NOT_SENT = "Inbjudan är sparad, men mailet kunde inte skickas. Försök igen om en stund med Skicka igen."


@requires(Permission.MANAGE_MEMBERS)
def invite(request):
    form = InvitationForm(posted(request), invited_by=request.user)
    if form.is_valid():
        tell(request, form.save(), f"Inbjudan är skickad till {form.instance.email}. Länken gäller i 72 timmar.")
        return redirect("members")
    return render(request, "accounts/invite.html", {"form": form})


def tell(request, is_sent, text):
    if is_sent:
        messages.success(request, text)
    else:
        messages.warning(request, NOT_SENT)


def grantable_invitation(user, uid):
    """An unanswered invitation that this user may send again and withdraw; 404 for every other."""
    invitations = Invitation.objects.for_user(user, Permission.MANAGE_MEMBERS).unanswered().grantable_by(user)
    return get_object_or_404(invitations, uid=uid)


@require_POST
@requires(Permission.MANAGE_MEMBERS)
def resend_invitation(request, uid):
    invitation = grantable_invitation(request.user, uid)
    is_sent = emails.send_invitation(invitation, invitation.renew(by=request.user))
    tell(request, is_sent, f"En ny länk är skickad till {invitation.email}. Den gamla fungerar inte längre.")
    return redirect("members")


@requires(Permission.MANAGE_MEMBERS)
def withdraw_invitation(request, uid):
    invitation = grantable_invitation(request.user, uid)
    if request.method == "POST":
        invitation.withdraw(request.user)
        messages.success(request, f"Inbjudan till {invitation.email} är återtagen. Länken fungerar inte längre.")
        return redirect("members")
    return render(request, "accounts/withdraw_invitation.html", {"invitation": invitation})


@login_not_required
@never_cache
@sensitive_post_parameters()
def accept_invitation(request, token):
    """Opening the link changes nothing: mail filters open links too. It works once, and for 72 hours."""
    invitation = Invitation.by_token(token)
    if not invitation:
        return render(request, "accounts/invitation_over.html", status=410)
    owner = User.by_address(invitation.email)
    if request.user.is_authenticated and request.user != owner:
        return render(request, "accounts/invitation_of_another.html", {"invitation": invitation})
    if owner and owner.is_active and not request.user.is_authenticated:
        return redirect_to_login(request.path)
    form_class = JoinForm if owner and owner.is_active else AcceptForm
    data = posted(request)
    form = form_class(data, invitation=invitation, user=owner)
    if form.is_valid():
        if not form.save():
            return render(request, "accounts/invitation_over.html", status=410)
        messages.success(request, f"Välkommen! Nu är du {invitation.get_role_display()} i {invitation.place}.")
        return redirect("start" if request.user.is_authenticated else "account_login")
    return render(request, "accounts/accept_invitation.html", {"invitation": invitation, "form": form, "owner": owner})
