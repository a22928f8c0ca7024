"""Rating a home: after the placement, once during a long one, and what becomes of the task."""

from django.urls import path

from placements.views import ratings

urlpatterns = [
    path("placeringar/omdome/<uuid:uid>/", ratings.rate_home, name="rate_home"),
    path("placeringar/omdome/<uuid:uid>/steg-<int:step>/", ratings.rate_home, name="rating_step"),
    path("placeringar/omdome/<uuid:uid>/kvitto/", ratings.rating_receipt, name="rating_receipt"),
]
