"""Figures."""

from django.urls import path

from placements.views import completeness, figures, health, interruptions

urlpatterns = [
    path("placeringar/fullstandighet/", completeness.completeness, name="completeness"),
    path("siffror/", figures.figures, name="figures"),
    path("siffror/region/<slug:code>/", figures.region_figures, name="region_figures"),
    path("siffror/region/<slug:code>/<str:quarter>.<str:kind>", figures.release_file, name="release_file"),
    path("siffror/halsa/", health.health_funnel, name="health_funnel"),
    path("siffror/halsa/<slug:code>/", health.region_health, name="region_health"),
    path("siffror/halsa/<slug:code>/<slug:quarter>/", health.health_comment, name="health_comment"),
    path("siffror/avbrott/", interruptions.interruptions, name="interruptions"),
    path("siffror/avbrott/<slug:code>/", interruptions.region_interruptions, name="region_interruptions"),
    path("siffror/<str:code>/", figures.figure_detail, name="figure_detail"),
    path("siffror/<str:code>/barn/", figures.figure_children, name="figure_children"),
]
