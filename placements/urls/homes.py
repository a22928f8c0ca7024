"""Homes and their ratings."""

from django.urls import path

from placements.views import homes, ratings

urlpatterns = [
    path("placeringar/omdome/<uuid:uid>/", ratings.rate_home, name="rate_home"),
    path("placeringar/omdome/<uuid:uid>/steg-<int:step>/", ratings.rate_home, name="rating_step"),
    path("placeringar/omdome/<uuid:uid>/kvitto/", ratings.rating_receipt, name="rating_receipt"),
    path("hvb/", homes.home_list, name="home_list"),
    path("hvb/foresla/", homes.home_propose, name="home_propose"),
    path("hvb/<uuid:uid>/", homes.home_detail, name="home_detail"),
    path("hvb/<uuid:uid>/andra/", homes.home_change, name="home_change"),
    path("hvb/<uuid:uid>/godkann/", homes.home_approve, name="home_approve"),
    path("hvb/<uuid:uid>/stang/", homes.home_close, name="home_close"),
    path("hvb/<uuid:uid>/sla-ihop/", homes.home_merge, name="home_merge"),
]
