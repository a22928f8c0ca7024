"""Files from case systems."""

from django.urls import path

from placements.views import deliveries

urlpatterns = [
    path("placeringar/leveranser/", deliveries.delivery_list, name="delivery_list"),
    path("placeringar/leveranser/ny/", deliveries.delivery_new, name="delivery_new"),
    path("placeringar/leveranser/<uuid:uid>/", deliveries.delivery_detail, name="delivery_detail"),
    path("placeringar/leveranser/<uuid:uid>/laget/", deliveries.delivery_progress, name="delivery_progress"),
    path("placeringar/leveranser/<uuid:uid>/oversatt/", deliveries.delivery_translate, name="delivery_translate"),
    path("placeringar/leveranser/<uuid:uid>/las-in/", deliveries.delivery_confirm, name="delivery_confirm"),
    path("placeringar/leveranser/<uuid:uid>/angra/", deliveries.delivery_undo, name="delivery_undo"),
    path("placeringar/leveranser/<uuid:uid>/slang/", deliveries.delivery_discard, name="delivery_discard"),
    path("placeringar/leveranser/<uuid:uid>/kvitto.csv", deliveries.delivery_receipt, name="delivery_receipt"),
    path("placeringar/leveranser/<uuid:uid>/ej-inlasta.csv", deliveries.delivery_refused, name="delivery_refused"),
]
