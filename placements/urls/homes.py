"""The register of homes: finding, comparing, choosing, and keeping the facts."""

from django.urls import path

from placements.views import home_register, home_search, homes

urlpatterns = [
    path("hvb/", home_search.home_list, name="home_list"),
    path("hvb/foresla/", home_register.home_propose, name="home_propose"),
    path("hvb/<uuid:uid>/", homes.home_detail, name="home_detail"),
    path("hvb/<uuid:uid>/andra/", home_register.home_change, name="home_change"),
    path("hvb/<uuid:uid>/godkann/", home_register.home_approve, name="home_approve"),
    path("hvb/<uuid:uid>/stang/", home_register.home_close, name="home_close"),
    path("hvb/<uuid:uid>/sla-ihop/", home_register.home_merge, name="home_merge"),
]
