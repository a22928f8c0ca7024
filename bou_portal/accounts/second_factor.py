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


def added(request):
    """The code given to set up the app is the first proof of it."""
    record_authentication(request, request.user, "mfa", type=Authenticator.Type.TOTP)
    request.user.record(Verb.CHANGED, field="andra faktorn", change="tillagd")


def removed(request):
    """What was proven with the app is proven no longer."""
    steps = get_authentication_records(request, request.user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [step for step in steps if step["method"] != "mfa"]
    request.user.record(Verb.CHANGED, field="andra faktorn", change="borttagen")


@receiver(signals.authentication_failed, dispatch_uid="second_factor_failed")
def failed(user, **kwargs):
    """allauth tells of a wrong code by signal only."""
    user.record(Verb.REFUSED, actor=None, reason="engångskod")
