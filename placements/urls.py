"""Addresses of placed children, deliveries, homes and ratings, by noun. Included at the root."""

from django.urls import path

from placements.views import children, deliveries, figures, followups, handover, homes, ratings

urlpatterns = [
    path("medarbetare/<uuid:uid>/lamna-over/", handover.handover, name="handover"),
    path("medarbetare/<uuid:uid>/avsluta/", handover.end_membership, name="end_membership"),
    path("placeringar/", children.child_list, name="child_list"),
    path("placeringar/sok/", children.child_lookup, name="child_lookup"),
    path("placeringar/utdrag.csv", children.child_export, name="child_export"),
    path("placeringar/leveranser/", deliveries.delivery_list, name="delivery_list"),
    path("placeringar/leveranser/ny/", deliveries.delivery_new, name="delivery_new"),
    path("placeringar/leveranser/<uuid:uid>/", deliveries.delivery_detail, name="delivery_detail"),
    path("placeringar/leveranser/<uuid:uid>/laget/", deliveries.delivery_progress, name="delivery_progress"),
    path("placeringar/leveranser/<uuid:uid>/oversatt/", deliveries.delivery_translate, name="delivery_translate"),
    path("placeringar/leveranser/<uuid:uid>/las-in/", deliveries.delivery_confirm, name="delivery_confirm"),
    path("placeringar/leveranser/<uuid:uid>/angra/", deliveries.delivery_undo, name="delivery_undo"),
    path("placeringar/leveranser/<uuid:uid>/slang/", deliveries.delivery_discard, name="delivery_discard"),
    path("placeringar/leveranser/<uuid:uid>/kvitto.csv", deliveries.delivery_receipt, name="delivery_receipt"),
    path("placeringar/leveranser/<uuid:uid>/ej-inlasta.csv", deliveries.delivery_refused, name="delivery_refused"),
    path("placeringar/<uuid:uid>/", children.child_detail, name="child_detail"),
    path("placeringar/<uuid:uid>/ansvar/", children.child_assign, name="child_assign"),
    path("placeringar/<uuid:uid>/<slug:kind>/ny/", followups.row_new, name="row_new"),
    path("placeringar/<uuid:uid>/<slug:kind>/<uuid:row_uid>/", followups.row_change, name="row_change"),
    path("placeringar/<uuid:uid>/<slug:kind>/<uuid:row_uid>/angra/", followups.row_undo, name="row_undo"),
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
    path("siffror/", figures.figures, name="figures"),
    path("siffror/region/<slug:code>/", figures.region_figures, name="region_figures"),
    path("siffror/region/<slug:code>/<str:quarter>.<str:kind>", figures.release_file, name="release_file"),
    path("siffror/<str:code>/", figures.figure_detail, name="figure_detail"),
    path("siffror/<str:code>/barn/", figures.figure_children, name="figure_children"),
]
