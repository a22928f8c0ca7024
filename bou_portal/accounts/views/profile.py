"""One's own account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from bou_portal.access import Permission
from bou_portal.accounts import second_factor
from bou_portal.accounts.forms import ProfileForm
from bou_portal.posted import posted


def profile(request):
    form = ProfileForm(posted(request), instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Kontot är ändrat.")
        return redirect("profile")
    context = {
        "form": form,
        "has_second_factor": second_factor.is_set_up(request.user),
        "may_read_log": request.user.can(Permission.READ_AUDIT_LOG),
    }
    return render(request, "accounts/profile.html", context)


@require_POST
def sign_out_everywhere(request):
    request.user.sign_out_everywhere(by=request.user)
    logout(request)
    messages.success(request, "Du är utloggad i alla webbläsare.")
    return redirect("account_login")
