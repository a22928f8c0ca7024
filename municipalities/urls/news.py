"""Addresses of the public news."""

from django.urls import path

from municipalities.views.soon import soon

urlpatterns = [
    path("nyheter/", soon, name="news"),
]
