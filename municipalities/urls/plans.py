"""Addresses of the yearly plan and of "Stärkt skydd"."""

from django.urls import path

from municipalities.views import plan_parts, plan_versions, plans, protection, protection_work

urlpatterns = [
    path("plan/", plans.plans, name="plans"),
    path("plan/ny/", plans.plan_new, name="plan_new"),
    path("plan/<uuid:uid>/", plans.plan_detail, name="plan_detail"),
    path("plan/<uuid:uid>/arbeta/", plans.plan_edit, name="plan_edit"),
    path("plan/<uuid:uid>/andra/", plans.plan_change, name="plan_change"),
    path("plan/<uuid:uid>/kopiera/", plans.plan_copy, name="plan_copy"),
    path("plan/<uuid:uid>/lamna-over/", plans.plan_hand_over, name="plan_hand_over"),
    path("plan/<uuid:uid>/ta-bort/", plans.plan_remove, name="plan_remove"),
    path("plan/<uuid:uid>/foresla/", plan_versions.plan_propose, name="plan_propose"),
    path("plan/<uuid:uid>/pdf/", plan_versions.plan_pdf, name="plan_pdf"),
    path("plan/<uuid:uid>/fokus/nytt/", plan_parts.focus_new, name="focus_new"),
    path("plan/fokus/<uuid:uid>/mal/nytt/", plan_parts.goal_new, name="goal_new"),
    path("plan/mal/<uuid:uid>/aktivitet/ny/", plan_parts.activity_new, name="activity_new"),
    path("plan/aktivitet/<uuid:uid>/", plan_parts.activity_detail, name="activity_detail"),
    path("plan/<slug:part>/<uuid:uid>/andra/", plan_parts.part_change, name="part_change"),
    path("plan/<slug:part>/<uuid:uid>/ta-bort/", plan_parts.part_remove, name="part_remove"),
    path("plan/<slug:part>/<uuid:uid>/flytta/<slug:way>/", plan_parts.part_move, name="part_move"),
    path("plan/version/<uuid:uid>/", plan_versions.plan_version, name="plan_version"),
    path("plan/version/<uuid:uid>/ta-tillbaka/", plan_versions.version_withdraw, name="version_withdraw"),
    path("plan/version/<uuid:uid>/godkann/", plan_versions.version_approve, name="version_approve"),
    path("plan/version/<uuid:uid>/aterlamna/", plan_versions.version_return, name="version_return"),
    path("plan/version/<uuid:uid>/pdf/", plan_versions.version_pdf, name="version_pdf"),
    path("starkt-skydd/", protection.protection, name="protection"),
    path("starkt-skydd/pdf/", protection.protection_pdf, name="protection_pdf"),
    path("starkt-skydd/forslag/nytt/", protection.proposal_new, name="proposal_new"),
    path("starkt-skydd/forslag/<uuid:uid>/", protection.proposal_detail, name="proposal_detail"),
    path("starkt-skydd/forslag/<uuid:uid>/andra/", protection.proposal_change, name="proposal_change"),
    path("starkt-skydd/forslag/<uuid:uid>/prioritera/", protection.proposal_priority, name="proposal_priority"),
    path("starkt-skydd/forslag/<uuid:uid>/ta-bort/", protection.proposal_remove, name="proposal_remove"),
    path("starkt-skydd/fran-fil/", protection.proposal_import, name="proposal_import"),
    path("starkt-skydd/fran-fil/ta-in/", protection.proposal_take_in, name="proposal_take_in"),
    path("starkt-skydd/kommun/<slug:code>/", protection_work.protection_municipality, name="protection_municipality"),
    path("starkt-skydd/kommun/<slug:code>/<int:number>/", protection_work.proposal_work, name="proposal_work"),
    path("starkt-skydd/kommun/<slug:code>/<int:number>/ny/", protection_work.own_activity_new, name="own_activity_new"),
    path("starkt-skydd/aktivitet/<uuid:uid>/", protection_work.own_activity_change, name="own_activity_change"),
    path("starkt-skydd/aktivitet/<uuid:uid>/ta-bort/", protection_work.own_activity_remove, name="own_activity_remove"),
]
