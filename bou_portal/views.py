"""Pages open to everybody, the definitions, the error pages, and in development the gallery of components."""

import sys
import tomllib

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from bou_portal import gallery as examples
from bou_portal import retention
from bou_portal.access import GRANTS, REGIONAL_ROLES, Permission, Role
from bou_portal.figures import DEFINITIONS
from placements.models import Rule

FOLDER = settings.BASE_DIR / "bou_portal"


def settled(name):
    """A checked-in file of facts."""
    with (FOLDER / name).open("rb") as file:
        return tomllib.load(file)


@require_safe
@login_not_required
def about(request):
    return render(request, "pages/about.html", {"contact": settled("accessibility.toml")["contact_email"]})


@require_safe
@login_not_required
def accessibility(request):
    """The statement that the act on accessibility to digital public service (2018:1937) demands."""
    return render(request, "pages/accessibility.html", {"statement": settled("accessibility.toml")})


@require_safe
@login_not_required
def access_table(request):
    """Who may do what, read from the very table that decides."""
    roles = [(role, role in REGIONAL_ROLES) for role in Role]
    rows = [(permission, [permission in GRANTS[role] for role in Role]) for permission in Permission]
    by_role = [(role, regional, [p for p in Permission if p in GRANTS[role]]) for role, regional in roles]
    return render(request, "pages/access_table.html", {"roles": roles, "rows": rows, "by_role": by_role})


@require_safe
@login_not_required
def retention_plan(request):
    """What is kept and for how long, read from the file the erasing task follows."""
    laws = Rule.objects.filter(valid_to=None)
    return render(request, "pages/retention_plan.html", {"plan": retention.by_rule(), "laws": laws})


@require_safe
@login_not_required
def definitions(request):
    """What every figure counts and where that is decided."""
    found = sorted(DEFINITIONS.values(), key=lambda definition: definition.name.lower())
    return render(request, "pages/definitions.html", {"definitions": found})


@require_safe
@login_not_required
def rules(request):
    """The rule table as it is: which law says what from when, what is a target, and what is only proposed."""
    return render(request, "pages/rules.html", {"rules": Rule.objects.order_by("name", "valid_from", "law")})


@require_safe
def stay(request):
    """Asked by the warning before an idle session ends: being asked is what keeps the session."""
    return HttpResponse(status=204)


@require_safe
@login_not_required
def health(request):
    """For whoever watches the server: 200 when the database answers, otherwise 503 by `server_error`."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
def gallery(request):
    if not settings.DEBUG:
        raise Http404
    return render(request, "pages/gallery.html", examples.everything())


# --- error pages: no context processors, so no database ---------------------------------------------------------------
def error_page(code):
    return HttpResponse(render_to_string(f"{code}.html"), status=code)


def bad_request(request, exception):
    return error_page(400)


def forbidden(request, exception):
    return error_page(403)


def csrf_failure(request, reason=""):
    return error_page(403)


def not_found(request, exception):
    return error_page(404)


def server_error(request):
    """500, or 503 with a time to try again when it is the database that does not answer."""
    if isinstance(sys.exc_info()[1], OperationalError):
        response = error_page(503)
        response["Retry-After"] = "60"
        return response
    return error_page(500)
