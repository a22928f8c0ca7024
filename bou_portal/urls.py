"""All addresses. Swedish words, opaque identifiers."""

from allauth.account.views import LoginView
from django.conf import settings
from django.urls import include, path

from bou_portal import views
from bou_portal.demo.people import PASSWORD, PERSONAS
from bou_portal.start.views import start


def demo_people():
    return {"personas": PERSONAS, "password": PASSWORD} if settings.DEMO else {"personas": ()}


urlpatterns = [
    path("", start, name="start"),
    path("om/", views.about, name="about"),
    path("tillganglighet/", views.accessibility, name="accessibility"),
    path("behorigheter/", views.access_table, name="access_table"),
    path("gallringsplan/", views.retention_plan, name="retention_plan"),
    path("definitioner/", views.definitions, name="definitions"),
    path("regler/", views.rules, name="rules"),
    path("halsa/", views.health, name="health"),
    path("galleri/", views.gallery, name="gallery"),
    path("konto/fortsatt/", views.stay, name="stay"),
    # In the demo the sign-in page tells whom one can be.
    path("konto/logga-in/", LoginView.as_view(extra_context=demo_people()), name="account_login"),
    path("", include("bou_portal.accounts.urls")),
    path("", include("bou_portal.audit.urls")),
    path("", include("bou_portal.reports.urls")),
    path("", include("municipalities.urls")),
    path("", include("placements.urls")),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
