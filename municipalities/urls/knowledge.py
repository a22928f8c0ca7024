"""Addresses of knowledge, its dispatches and the library."""

from django.urls import path

from municipalities.views import dispatches, knowledge, library

urlpatterns = [
    path("kunskap/", knowledge.knowledge_list, name="knowledge_list"),
    path("kunskap/ny/", knowledge.knowledge_new, name="knowledge_new"),
    path("kunskap/till-mig/", library.knowledge_inbox, name="knowledge_inbox"),
    path("kunskap/sparade/", library.saved_items, name="saved_items"),
    path("kunskap/svar/<uuid:uid>/", library.receipt_answer, name="receipt_answer"),
    path("kunskap/utskick/<uuid:uid>/", dispatches.dispatch_detail, name="dispatch_detail"),
    path("kunskap/utskick/<uuid:uid>/rackvidd.csv", dispatches.dispatch_export, name="dispatch_export"),
    path("kunskap/utskick/<uuid:uid>/paminn/", dispatches.dispatch_remind, name="dispatch_remind"),
    path("kunskap/<uuid:uid>/", knowledge.knowledge_detail, name="knowledge_detail"),
    path("kunskap/<uuid:uid>/andra/", knowledge.knowledge_change, name="knowledge_change"),
    path("kunskap/<uuid:uid>/galler/", knowledge.knowledge_turn, name="knowledge_turn"),
    path("kunskap/<uuid:uid>/skicka/", dispatches.dispatch_new, name="dispatch_new"),
    path("kunskap/<uuid:uid>/spara/", library.knowledge_save, name="knowledge_save"),
    path("kunskap/<uuid:uid>/nytta/", library.knowledge_use, name="knowledge_use"),
]
