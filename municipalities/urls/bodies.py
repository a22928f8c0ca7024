"""Addresses of bodies, meetings and decisions."""

from django.urls import path

from municipalities.views import bodies, decisions, meetings, steering

urlpatterns = [
    path("organ/", bodies.bodies, name="bodies"),
    path("organ/nytt/", bodies.body_new, name="body_new"),
    path("organ/<uuid:uid>/", bodies.body_detail, name="body_detail"),
    path("organ/<uuid:uid>/andra/", bodies.body_change, name="body_change"),
    path("organ/<uuid:uid>/ledamot/", bodies.member_new, name="member_new"),
    path("organ/ledamoter/<uuid:uid>/", bodies.member_change, name="member_change"),
    path("organ/<uuid:uid>/mote/", meetings.meeting_new, name="meeting_new"),
    path("organ/<uuid:uid>/beslut/", decisions.decision_between, name="decision_between"),
    path("organ/moten/<uuid:uid>/", meetings.meeting_detail, name="meeting_detail"),
    path("organ/moten/<uuid:uid>/pdf/", meetings.meeting_pdf, name="meeting_pdf"),
    path("organ/moten/<uuid:uid>/andra/", meetings.meeting_change, name="meeting_change"),
    path("organ/moten/<uuid:uid>/lage/", meetings.meeting_state, name="meeting_state"),
    path("organ/moten/<uuid:uid>/ta-upp/", meetings.meeting_offers, name="meeting_offers"),
    path("organ/moten/<uuid:uid>/punkt/", meetings.item_new, name="item_new"),
    path("organ/moten/<uuid:uid>/beslut/", decisions.decision_new, name="decision_new"),
    path("organ/punkter/<uuid:uid>/", meetings.item_change, name="item_change"),
    path("organ/punkter/<uuid:uid>/anteckningar/", meetings.item_note, name="item_note"),
    path("organ/punkter/<uuid:uid>/flytta/", meetings.item_move, name="item_move"),
    path("organ/punkter/<uuid:uid>/ta-bort/", meetings.item_remove, name="item_remove"),
    path("beslut/", decisions.decision_list, name="decision_list"),
    path("beslut/beslut.csv", decisions.decision_export, name="decision_export"),
    path("beslut/prioriteringar/", decisions.decision_priorities, name="decision_priorities"),
    path("beslut/<uuid:uid>/", decisions.decision_detail, name="decision_detail"),
    path("beslut/<uuid:uid>/andra/", decisions.decision_change, name="decision_change"),
    path("beslut/<uuid:uid>/uppfoljning/", decisions.decision_follow_up, name="decision_follow_up"),
    path("styrgruppen/", steering.steering, name="steering"),
    path("styrgruppen/rapporter/<slug:code>/<slug:quarter>/", steering.report_stand, name="report_stand"),
]
