"""Addresses of bodies, meetings and decisions."""

from django.urls import path

from municipalities.views.soon import soon

urlpatterns = [
    path("organ/", soon, name="bodies"),
]
