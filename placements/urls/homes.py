"""The register of homes: finding, comparing, choosing, and keeping the facts."""

from django.urls import path

from placements.views import home_choices, home_import, home_register, home_search, home_statistics, homes

urlpatterns = [
    path("hvb/", home_search.home_list, name="home_list"),
    path("hvb/jamfor/", home_search.home_compare, name="home_compare"),
    path("hvb/underlag/pdf/", home_search.home_ground, name="home_ground"),
    path("hvb/val/", home_choices.home_choices, name="home_choices"),
    path("hvb/val/nytt/", home_choices.home_choice_new, name="home_choice_new"),
    path("hvb/val/<uuid:uid>/ta-bort/", home_choices.home_choice_remove, name="home_choice_remove"),
    path("hvb/foresla/", home_register.home_propose, name="home_propose"),
    path("hvb/statistik/", home_statistics.home_statistics, name="home_statistics"),
    path("hvb/statistik/hem.<str:kind>", home_statistics.home_figures, name="home_figures"),
    path("hvb/statistik/kodbok.csv", home_statistics.home_code_book, name="home_code_book"),
    path("hvb/<uuid:uid>/", homes.home_detail, name="home_detail"),
    path("hvb/<uuid:uid>/omdomen/", homes.home_results, name="home_results"),
    path("hvb/<uuid:uid>/avtal/", homes.home_agreements, name="home_agreements"),
    path("hvb/<uuid:uid>/erfarenhet/", homes.home_experience, name="home_experience"),
    path("hvb/<uuid:uid>/svar/", homes.home_reply, name="home_reply"),
    path("hvb/<uuid:uid>/svar/ta-bort/", homes.home_reply_remove, name="home_reply_remove"),
    path("hvb/<uuid:uid>/andra/", home_register.home_change, name="home_change"),
    path("hvb/<uuid:uid>/godkann/", home_register.home_approve, name="home_approve"),
    path("hvb/<uuid:uid>/stang/", home_register.home_close, name="home_close"),
    path("hvb/<uuid:uid>/sla-ihop/", home_register.home_merge, name="home_merge"),
    path("hvb/<uuid:uid>/platser/", home_register.home_free_places, name="home_free_places"),
    path("hvb/<uuid:uid>/byten/", home_register.home_series, name="home_series"),
    path("hvb/<uuid:uid>/byten/ta-bort/", home_register.home_series_remove, name="home_series_remove"),
    path("hvb/inlasning/", home_import.home_import, name="home_import"),
    path("hvb/inlasning/<uuid:uid>/", home_import.home_import_detail, name="home_import_detail"),
    path("hvb/inlasning/<uuid:uid>/las-in/", home_import.home_import_confirm, name="home_import_confirm"),
    path("hvb/inlasning/<uuid:uid>/slang/", home_import.home_import_discard, name="home_import_discard"),
]
