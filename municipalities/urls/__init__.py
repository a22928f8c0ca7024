"""Addresses of regions and of their own work."""

from django.urls import path

from municipalities.urls import accords, bodies, cooperation, directory, knowledge, kpis, needs, news, plans
from municipalities.views import places

urlpatterns = [
    path("region/<slug:code>/", places.region, name="region"),
    *plans.urlpatterns,
    *bodies.urlpatterns,
    *accords.urlpatterns,
    *needs.urlpatterns,
    *knowledge.urlpatterns,
    *news.urlpatterns,
    *directory.urlpatterns,
    *cooperation.urlpatterns,
    *kpis.urlpatterns,
]
