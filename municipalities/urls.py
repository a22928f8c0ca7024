"""Addresses of regions."""

from django.urls import path

from municipalities import views

urlpatterns = [path("region/<slug:code>/", views.region, name="region")]
