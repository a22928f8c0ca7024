"""Addresses of published indicators and of taking out released figures."""

from django.urls import path

from municipalities.views import kpi_analyses, kpi_imports, kpis, release_exports

urlpatterns = [
    path("nyckeltal/", kpis.kpis, name="kpis"),
    path("nyckeltal/analyser/", kpi_analyses.kpi_analyses, name="kpi_analyses"),
    path("nyckeltal/analyser/<uuid:uid>/", kpi_analyses.kpi_analysis, name="kpi_analysis"),
    path("nyckeltal/analyser/<uuid:uid>/andra/", kpi_analyses.kpi_analysis_change, name="kpi_analysis_change"),
    path("nyckeltal/inlasning/", kpi_imports.kpi_imports, name="kpi_imports"),
    path("nyckeltal/inlasning/kolada/", kpi_imports.kpi_fetch, name="kpi_fetch"),
    path("nyckeltal/inlasning/fil/", kpi_imports.kpi_file_new, name="kpi_file_new"),
    path("nyckeltal/inlasning/<uuid:uid>/", kpi_imports.kpi_import, name="kpi_import"),
    path("nyckeltal/inlasning/<uuid:uid>/laget/", kpi_imports.kpi_import_progress, name="kpi_import_progress"),
    path("nyckeltal/inlasning/<uuid:uid>/kolumner/", kpi_imports.kpi_import_columns, name="kpi_import_columns"),
    path("nyckeltal/inlasning/<uuid:uid>/las-in/", kpi_imports.kpi_import_confirm, name="kpi_import_confirm"),
    path("nyckeltal/inlasning/<uuid:uid>/slang/", kpi_imports.kpi_import_discard, name="kpi_import_discard"),
    path("nyckeltal/inlasning/<uuid:uid>/igen/", kpi_imports.kpi_import_retry, name="kpi_import_retry"),
    path("nyckeltal/<slug:code>/", kpis.kpi_detail, name="kpi_detail"),
    path("nyckeltal/<slug:code>/analys/", kpi_analyses.kpi_analysis_new, name="kpi_analysis_new"),
    path("uttag/", release_exports.release_exports, name="release_exports"),
    path("uttag/nytt/", release_exports.release_export_new, name="release_export_new"),
]
