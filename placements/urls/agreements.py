"""Agreements, criteria, checks, and the letters that follow from them."""

urlpatterns = []
