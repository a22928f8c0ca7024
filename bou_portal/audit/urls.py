from django.urls import path

from bou_portal.audit import views

urlpatterns = [
    path("logg/", views.audit_log, name="audit_log"),
    path("logg/kopia/", views.audit_export, name="audit_export"),
]
