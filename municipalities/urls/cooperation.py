"""Addresses of cooperation models."""

from django.urls import path

from municipalities.views.soon import soon

urlpatterns = [
    path("samverkan/", soon, name="cooperation"),
]
