"""What holds for every request: how it may ask, how long a session lives, both factors, and every answer's headers."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest, HttpResponseNotAllowed
from django.shortcuts import resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from bou_portal.accounts import second_factor
from bou_portal.audit.models import Verb

METHODS = ("GET", "HEAD", "POST")
# What neither Django nor django-csp sets (security.md 3.3).
HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}


def answer_headers(get_response):
    """The headers of every answer; what a signed-in reader saw is kept by no browser and no proxy."""

    def middleware(request):
        response = get_response(request)
        for name, value in HEADERS.items():
            response[name] = value
        if getattr(request, "was_signed_in", False):
            response["Cache-Control"] = "no-store"
        return response

    return middleware


def known_methods(get_response):
    """405 for everything else: Django's function views answer TRACE and DELETE as if they were GET."""

    def middleware(request):
        return get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)

    return middleware


def readable_address(get_response):
    """400 for an address that asks for a NUL: no form can write one, and PostgreSQL refuses to look for it."""

    def middleware(request):
        is_readable = "%00" not in request.META.get("QUERY_STRING", "")
        return get_response(request) if is_readable else HttpResponseBadRequest()

    return middleware


class SessionLimits:
    """Signs out after 30 minutes without a request and 10 hours after signing in, whatever the browser believes."""

    IDLE = "Du har loggats ut, för att du inte gjort något på en halvtimme. Logga in och fortsätt."
    LONG = "Du har loggats ut, för att det gått tio timmar sedan du loggade in. Logga in och fortsätt."
    WARNED_SECONDS = 5 * 60
    # One write for a burst of requests.
    PRECISION_SECONDS = 10

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            request.was_signed_in = True
            now = timezone.now().timestamp()
            if reason := self.reason_to_end(request.session, now):
                return self.end(request, reason)
            self.go_on(request, now)
        return self.get_response(request)

    def reason_to_end(self, session, now):
        if now - session.get("seen_at", now) >= settings.SESSION_IDLE_SECONDS:
            return self.IDLE
        if now - session.get("signed_in_at", now) >= settings.SESSION_ABSOLUTE_SECONDS:
            return self.LONG
        return None

    def go_on(self, request, now):
        session = request.session
        signed_in_at = session.setdefault("signed_in_at", now)
        if now - session.get("seen_at", 0) >= self.PRECISION_SECONDS:
            session["seen_at"] = now
        left = signed_in_at + settings.SESSION_ABSOLUTE_SECONDS - now
        if left <= self.WARNED_SECONDS and "is_warned" not in session:
            session["is_warned"] = True
            messages.warning(
                request, "Du har varit inloggad i nästan tio timmar och loggas snart ut. Spara det du håller på med."
            )

    def end(self, request, reason):
        request.user.record(Verb.SIGNED_OUT, reason="tidsgräns")
        logout(request)
        messages.info(request, reason)
        if request.htmx:
            return HttpResponseClientRedirect(resolve_url(settings.LOGIN_URL))
        if request.method == "POST":
            return redirect_to_login("")
        return redirect_to_login(request.get_full_path())


class SecondFactor:
    """No page beyond setting up and giving the second factor is reached with the password alone."""

    REACHED_BY_PASSWORD = frozenset(
        {
            "mfa_activate_totp",
            "mfa_reauthenticate",
            "account_reauthenticate",
            "account_logout",
            "stay",
            "about",
            "accessibility",
        }
    )

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        if second_factor.is_proven(request) or request.resolver_match.view_name in self.REACHED_BY_PASSWORD:
            return None
        step = "mfa_reauthenticate" if second_factor.is_set_up(request.user) else "mfa_activate_totp"
        return redirect_to_login(request.get_full_path(), resolve_url(step))


class RefusalLog:
    """Writes down that somebody who is signed in asked for what her role does not give."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, PermissionDenied) and request.user.is_authenticated:
            request.user.record(Verb.REFUSED, page=request.resolver_match.view_name)
