"""Addresses of knowledge and the library."""

from django.urls import path

from municipalities.views.soon import soon

urlpatterns = [
    path("kunskap/", soon, name="knowledge_list"),
]
