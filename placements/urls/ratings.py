"""Rating a home: after the placement, once during a long one, and what becomes of the task."""

from django.urls import path

from placements.models import RatingForm
from placements.views import rating_tasks, ratings

SHORT = {"kind": RatingForm.SHORT}

urlpatterns = [
    path("placeringar/omdome/texter/", rating_tasks.texts_to_release, name="texts_to_release"),
    path("placeringar/omdome/texter/<uuid:uid>/", rating_tasks.release_texts, name="release_texts"),
    path("placeringar/omdome/<uuid:uid>/", ratings.rate_home, name="rate_home"),
    path("placeringar/omdome/<uuid:uid>/steg-<int:step>/", ratings.rate_home, name="rating_step"),
    path("placeringar/omdome/<uuid:uid>/kvitto/", ratings.rating_receipt, name="rating_receipt"),
    path("placeringar/omdome/<uuid:uid>/kort/", ratings.rate_home, SHORT, name="rate_home_short"),
    path(
        "placeringar/omdome/<uuid:uid>/kort/andra/", ratings.rate_home, SHORT | {"step": 1}, name="short_rating_change"
    ),
    path("placeringar/omdome/<uuid:uid>/kort/kvitto/", ratings.rating_receipt, SHORT, name="short_rating_receipt"),
    path("placeringar/omdome/<uuid:uid>/<str:kind>/uppgift/", rating_tasks.rating_task, name="rating_task"),
    path("placeringar/omdome/<uuid:uid>/<str:kind>/uppgift/lamna/", rating_tasks.rating_leave, name="rating_leave"),
    path("placeringar/omdome/<uuid:uid>/<str:kind>/uppgift/angra/", rating_tasks.rating_take_up, name="rating_take_up"),
]
