"""Placed children and what is written about them."""

from django.urls import path

from placements.views import children, followups, handover, placements

urlpatterns = [
    path("medarbetare/<uuid:uid>/lamna-over/", handover.handover, name="handover"),
    path("medarbetare/<uuid:uid>/avsluta/", handover.end_membership, name="end_membership"),
    path("placeringar/", children.child_list, name="child_list"),
    path("placeringar/sok/", children.child_lookup, name="child_lookup"),
    path("placeringar/utdrag.csv", children.child_export, name="child_export"),
    path("placeringar/ny/", placements.placement_new, name="placement_new"),
    path("placeringar/<uuid:uid>/", children.child_detail, name="child_detail"),
    path("placeringar/<uuid:uid>/borja/", placements.placement_begin, name="placement_begin"),
    path("placeringar/<uuid:uid>/flytta/", placements.placement_move, name="placement_move"),
    path("placeringar/<uuid:uid>/lagrum/", placements.placement_law, name="placement_law"),
    path("placeringar/<uuid:uid>/avsluta/", placements.placement_end, name="placement_end"),
    path("placeringar/<uuid:uid>/angra/", placements.placement_undo, name="placement_undo"),
    path("placeringar/<uuid:uid>/ansvar/", children.child_assign, name="child_assign"),
    path("placeringar/<uuid:uid>/<slug:kind>/ny/", followups.row_new, name="row_new"),
    path("placeringar/<uuid:uid>/<slug:kind>/<uuid:row_uid>/", followups.row_change, name="row_change"),
    path("placeringar/<uuid:uid>/<slug:kind>/<uuid:row_uid>/angra/", followups.row_undo, name="row_undo"),
]
