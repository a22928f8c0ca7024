"""Addresses of the yearly plan and of "Stärkt skydd"."""

from django.urls import path

from municipalities.views.soon import soon

urlpatterns = [
    path("plan/", soon, name="plans"),
]
