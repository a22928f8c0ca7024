"""Addresses of agreements between bodies."""

from django.urls import path

from municipalities.views.soon import soon

urlpatterns = [
    path("overenskommelser/", soon, name="accords"),
]
