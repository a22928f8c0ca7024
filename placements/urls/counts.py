"""What a municipality reports as counts: basic data, SIP meetings, reception of unaccompanied minors."""

from django.urls import path

from placements.views import base_data, reception, sips

urlpatterns = [
    path("siffror/basuppgifter/", base_data.base_data, name="base_data"),
    path("sip/", sips.sips, name="sips"),
    path("sip/ny/", sips.sip_new, name="sip_new"),
    path("sip/utdrag.csv", sips.sip_export, name="sip_export"),
    path("sip/<uuid:uid>/", sips.sip_change, name="sip_change"),
    path("sip/<uuid:uid>/uppfoljning/", sips.sip_follow_up, name="sip_follow_up"),
    path("sip/<uuid:uid>/ta-bort/", sips.sip_remove, name="sip_remove"),
    path("mottagande/", reception.reception, name="reception"),
    path("mottagande/<slug:code>/<str:quarter>/", reception.reception_report, name="reception_report"),
]
