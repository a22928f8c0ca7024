"""How django-allauth behaves here: nobody signs up, everything about an account is logged, and its words are ours."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils import timezone

from bou_portal.accounts.models import User
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb

logger = logging.getLogger(__name__)

# Whoever has just signed in need not prove the same again to set up the second factor.
FRESH_SECONDS = 5 * 60


WRONG_CODE = "Koden stämmer inte. Den byts var trettionde sekund, så prova med nästa."


class CodeAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}


class PortalAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-postadressen eller lösenordet stämmer inte.",
        "too_many_login_attempts": (
            "För många felaktiga försök. Vänta fem minuter och försök sedan igen. "
            "Har du glömt lösenordet kan du välja ett nytt nu."
        ),
        "rate_limited": "För många försök på kort tid. Vänta en stund och försök igen.",
        "incorrect_code": WRONG_CODE,
        "incorrect_password": "Lösenordet stämmer inte.",
        "enter_current_password": "Lösenordet stämmer inte.",
    }

    def is_open_for_signup(self, request):
        return False

    def is_reauthentication_required(self, *, app, **kwargs):
        signed_in_at = context.request.session.get("signed_in_at", 0)
        is_fresh = timezone.now().timestamp() - signed_in_at < FRESH_SECONDS
        return not is_fresh and super().is_reauthentication_required(app=app, **kwargs)

    # --- what is logged -----------------------------------------------------------------------------------------------
    def login(self, request, user):
        super().login(request, user)
        request.session["signed_in_at"] = timezone.now().timestamp()
        user.record(Verb.SIGNED_IN)

    def logout(self, request):
        request.user.record(Verb.SIGNED_OUT)
        super().logout(request)

    def authentication_failed(self, request, **credentials):
        """By whom is not known, so the portal itself is the actor; what was typed is never kept."""
        if user := User.by_address(credentials.get("email", "")):
            user.record(Verb.REFUSED, actor=None, reason="lösenord")
        else:
            record(None, Verb.REFUSED, "inloggning", reason="okänd adress")

    def set_password(self, user, password):
        super().set_password(user, password)
        user.record(Verb.CHANGED, field="lösenord")

    # --- mail ---------------------------------------------------------------------------------------------------------
    def send_mail(self, template_prefix, email, context):
        """A mail server that is down must not show whether the address has an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("A mail about an account was not sent: %s", template_prefix)

    def get_reset_password_from_key_url(self, key):
        """Links in mail lead to the portal's own address, whatever host the request claimed."""
        path = super().get_reset_password_from_key_url(key).split("//", 1)[1].split("/", 1)[1]
        return f"{settings.BASE_URL}/{path}"
