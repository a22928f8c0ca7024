"""The headers of every answer (security.md 3.3), the methods, and the settings behind them."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from bou_portal.audit.models import Event, Verb

CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}


def headers_are_right(response):
    assert {part.strip() for part in response["Content-Security-Policy"].split(";")} == CSP
    for name, value in HEADERS.items():
        assert response[name] == value, name


@pytest.mark.parametrize("path", ["/konto/logga-in/", "/tillganglighet/", "/finns-inte/", "/konto/"])
def test_open_pages_carry_every_header(client, db, path):
    headers_are_right(client.get(path))


def test_pages_behind_the_login_carry_them_too_and_are_kept_by_no_browser(sign_in, social_worker):
    client = sign_in(social_worker)
    for path in ("/konto/", "/placeringar/", "/medarbetare/", "/finns-inte/", "/tillganglighet/"):
        response = client.get(path)
        headers_are_right(response)
        assert response["Cache-Control"] == "no-store", path


@pytest.mark.parametrize("method", ["TRACE", "DELETE", "PUT", "PATCH", "OPTIONS", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/konto/logga-in/", "/tillganglighet/", "/konto/", "/finns-inte/"])
def test_other_methods_are_refused_everywhere(sign_in, social_worker, method, path):
    response = sign_in(social_worker).generic(method, path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"
    headers_are_right(response)


def test_pages_have_no_inline_script_or_style(sign_in, head_of_ifo):
    client = sign_in(head_of_ifo)
    for path in ("/konto/", "/medarbetare/", "/medarbetare/bjud-in/", "/medarbetare/enheter/2281/", "/logg/"):
        page = client.get(path).content.decode()
        assert " style=" not in page, path
        assert "<style" not in page, path
        assert page.count("<script") == page.count("<script src="), path


def test_what_a_role_does_not_give_is_refused_and_logged(sign_in, social_worker, sundsvall):
    assert sign_in(social_worker).get("/medarbetare/").status_code == 403
    event = Event.objects.get()
    assert (event.verb, event.actor_id, event.municipality_id) == (Verb.REFUSED, social_worker.pk, sundsvall.pk)
    assert event.detail == {"page": "members"}


def production(**extra):
    """The environment of a server, with nothing of this one's settings in it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    named = {
        "DEMO": "off",
        "SECRET_KEY": "aB3dE5gH7jK9" * 5,
        "ALLOWED_HOSTS": "bou.example",
        "BOU_VAR": str(settings.VAR),
    }
    return kept | named | extra


def manage(*arguments, **environment):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=production(**environment), capture_output=True, text=True, timeout=120
    )


def test_the_production_settings_pass_djangos_own_inspection():
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DISCLOSURE_THRESHOLD", "3", "bou.E001"),
        ("SECRET_KEY", "kort-men-med-flera-olika-tecken", "bou.E003"),
        ("BASE_URL", "http://bou.example", "bou.E004"),
        ("SECOND_FACTOR_REQUIRED", "off", "bou.E005"),
    ],
)
def test_production_does_not_start_with(variable, value, said):
    done = manage("check", "--deploy", **{variable: value})
    assert done.returncode != 0
    assert said in done.stderr


COOKIES = """
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE,
      s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, s.CSRF_COOKIE_HTTPONLY, s.SECURE_HSTS_SECONDS,
      s.SECOND_FACTOR_REQUIRED, s.DEBUG, s.BASE_URL, s.PASSWORD_HASHERS[0].rsplit(".", 1)[1])
"""


def test_production_has_safe_cookies_and_both_factors():
    done = manage("shell", "--no-imports", "-c", COOKIES)
    assert done.stdout.strip() == (
        "__Host-session True True Lax __Host-csrf True True 63072000 True False https://bou.example "
        "Argon2PasswordHasher"
    ), done.stderr
