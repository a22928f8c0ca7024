"""Addresses of regions."""

from django.urls import path

from municipalities import views

urlpatterns = [path("region/<str:code>/", views.region, name="region")]
