"""What this session has proven beyond the password, read from the list allauth keeps in the session."""

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.dispatch import receiver

from bou_portal.audit.models import Verb


def is_proven(request):
    """Whether a code was given in this session. Costs no query."""
    return any(step["method"] == "mfa" for step in get_authentication_records(request, request.user))


def is_set_up(user):
    return is_mfa_enabled(user, [Authenticator.Type.TOTP])


def reset(user, by):
    """Take away a lost second factor: she sets up a new one the next time she signs in."""
    Authenticator.objects.filter(user=user).delete()
    user.record(Verb.CHANGED, actor=by, field="andra faktorn", change="nollställd")
    user.sign_out_everywhere(by)


# --- allauth tells of these by signal only ------------------------------------------------------------------------------
@receiver(signals.authenticator_added, dispatch_uid="second_factor_added")
def added(request, user, authenticator, **kwargs):
    """The code given to set up the app is the first proof of it."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        user.record(Verb.CHANGED, field="andra faktorn", change="tillagd")


@receiver(signals.authenticator_removed, dispatch_uid="second_factor_removed")
def removed(request, user, authenticator, **kwargs):
    """What was proven with it is proven no longer."""
    if authenticator.type == Authenticator.Type.TOTP:
        steps = get_authentication_records(request, user)
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [s for s in steps if s["method"] != "mfa"]
        user.record(Verb.CHANGED, field="andra faktorn", change="borttagen")


@receiver(signals.authentication_failed, dispatch_uid="second_factor_failed")
def failed(request, user, **kwargs):
    user.record(Verb.REFUSED, actor=None, reason="engångskod")
