"""Addresses of requests for support and of the inventory of needs."""

from django.urls import path

from municipalities.views.soon import soon

urlpatterns = [
    path("stod/", soon, name="support"),
]
