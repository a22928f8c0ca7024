"""The register of homes: finding, comparing, choosing, and keeping the facts."""

from django.urls import path

from placements.views import homes

urlpatterns = [
    path("hvb/", homes.home_list, name="home_list"),
    path("hvb/foresla/", homes.home_propose, name="home_propose"),
    path("hvb/<uuid:uid>/", homes.home_detail, name="home_detail"),
    path("hvb/<uuid:uid>/andra/", homes.home_change, name="home_change"),
    path("hvb/<uuid:uid>/godkann/", homes.home_approve, name="home_approve"),
    path("hvb/<uuid:uid>/stang/", homes.home_close, name="home_close"),
    path("hvb/<uuid:uid>/sla-ihop/", homes.home_merge, name="home_merge"),
]
