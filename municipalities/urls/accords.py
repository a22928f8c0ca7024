"""Addresses of agreements between bodies and of their revisions."""

from django.urls import path

from municipalities.views import accords, revisions

A, R, D = "overenskommelser", "overenskommelser/revidering/<uuid:uid>", "overenskommelser/dag/<uuid:uid>"
ONE = f"{A}/<uuid:uid>"

urlpatterns = [
    path(f"{A}/", accords.accord_list, name="accords"),
    path(f"{A}/ny/", accords.accord_new, name="accord_new"),
    path(f"{ONE}/", accords.accord_detail, name="accord_detail"),
    path(f"{ONE}/andra/", accords.accord_change, name="accord_change"),
    path(f"{ONE}/parter/", accords.accord_parties, name="accord_parties"),
    path(f"{ONE}/pdf/", accords.accord_file, name="accord_file"),
    path(f"{ONE}/behover-inte-andras/", accords.accord_stands, name="accord_stands"),
    path(f"{ONE}/dagar/ny/", accords.accord_date_new, name="accord_date_new"),
    path(f"{D}/", accords.accord_date_change, name="accord_date_change"),
    path(f"{D}/klar/", accords.accord_date_done, name="accord_date_done"),
    path(f"{D}/inte-klar/", accords.accord_date_undo, name="accord_date_undo"),
    path(f"{D}/ta-bort/", accords.accord_date_remove, name="accord_date_remove"),
    path(f"{ONE}/revidera/", revisions.revision_new, name="revision_new"),
    path(f"{R}/", revisions.revision_detail, name="revision_detail"),
    path(f"{R}/andra/", revisions.revision_change, name="revision_change"),
    path(f"{R}/synpunkt/", revisions.revision_comment, name="revision_comment"),
    path(f"{R}/stallning/", revisions.revision_sign, name="revision_sign"),
    path(f"{R}/anta/", revisions.revision_adopt, name="revision_adopt"),
    path(f"{R}/avbryt/", revisions.revision_drop, name="revision_drop"),
]
