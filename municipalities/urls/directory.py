"""Addresses of the directory."""

from django.urls import path

from municipalities.views.soon import soon

urlpatterns = [
    path("katalog/", soon, name="directory"),
]
