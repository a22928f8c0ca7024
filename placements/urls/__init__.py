"""Addresses by noun. Included at the root."""

from placements.urls import (
    agreements,
    analyses,
    centre,
    children,
    counts,
    deliveries,
    figures,
    homes,
    ratings,
    voice,
    worklist,
)

NOUNS = (worklist, children, deliveries, homes, ratings, agreements, counts, figures, voice, analyses, centre)
urlpatterns = [pattern for noun in NOUNS for pattern in noun.urlpatterns]
