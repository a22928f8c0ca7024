"""Analyses of risks and events, and shared lessons."""

from django.urls import path

from placements.views import analyses, lessons

urlpatterns = [
    path("analyser/", analyses.analyses, name="analyses"),
    path("analyser/ny/", analyses.analysis_new, name="analysis_new"),
    path("analyser/atgard/<uuid:uid>/", analyses.measure_follow, name="measure_follow"),
    path("analyser/<uuid:uid>/", analyses.analysis_detail, name="analysis_detail"),
    path("analyser/<uuid:uid>/avsluta/", analyses.analysis_close, name="analysis_close"),
    path("analyser/<uuid:uid>/andra/<slug:part>/", analyses.analysis_change, name="analysis_change"),
    path("analyser/<uuid:uid>/<slug:kind>/ny/", analyses.analysis_row_new, name="analysis_row_new"),
    path("analyser/<uuid:uid>/<slug:kind>/<uuid:row_uid>/", analyses.analysis_row_change, name="analysis_row_change"),
    path(
        "analyser/<uuid:uid>/<slug:kind>/<uuid:row_uid>/ta-bort/",
        analyses.analysis_row_remove,
        name="analysis_row_remove",
    ),
    path("analyser/<uuid:uid>/handelse/<uuid:row_uid>/flytta/", analyses.analysis_step_move, name="analysis_step_move"),
    path("lardomar/", lessons.lessons, name="lessons"),
    path("lardomar/<uuid:uid>/", lessons.lesson_check, name="lesson_check"),
]
