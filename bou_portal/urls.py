"""All addresses. Swedish words, opaque identifiers."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("konto/", include("allauth.urls")),
]
