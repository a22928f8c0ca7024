"""Addresses of published indicators and of taking out released figures."""

from django.urls import path

from municipalities.views.soon import soon

urlpatterns = [
    path("nyckeltal/", soon, name="kpis"),
    path("uttag/", soon, name="release_exports"),
]
