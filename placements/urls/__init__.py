"""Addresses by noun. Included at the root."""

from placements.urls import analyses, centre, children, counts, deliveries, figures, homes, voice, worklist

NOUNS = (worklist, children, deliveries, homes, counts, figures, voice, analyses, centre)
urlpatterns = [pattern for noun in NOUNS for pattern in noun.urlpatterns]
