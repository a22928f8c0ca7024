"""Addresses of cooperation models and of deviations in cooperation."""

from django.urls import path

from municipalities.views import cooperation, deviations

S, MODEL, REPORT = "samverkan", "samverkan/<uuid:uid>", "samverkan/avvikelser"

urlpatterns = [
    path(f"{S}/", cooperation.cooperation, name="cooperation"),
    path(f"{S}/ny/", cooperation.cooperation_new, name="cooperation_new"),
    path(f"{MODEL}/", cooperation.cooperation_detail, name="cooperation_detail"),
    path(f"{MODEL}/andra/", cooperation.cooperation_change, name="cooperation_change"),
    path(f"{MODEL}/papper/nytt/", cooperation.paper_new, name="paper_new"),
    path(f"{MODEL}/papper/<uuid:paper>/", cooperation.paper_change, name="paper_change"),
    path(f"{MODEL}/papper/<uuid:paper>/ny-version/", cooperation.paper_version, name="paper_version"),
    path(f"{MODEL}/natverk/nytt/", cooperation.network_new, name="network_new"),
    path(f"{MODEL}/natverk/<uuid:network>/", cooperation.network_change, name="network_change"),
    path(f"{MODEL}/avvikelse/", deviations.deviation_new, name="deviation_new"),
    path(f"{REPORT}/", deviations.deviation_list, name="deviation_list"),
    path(f"{REPORT}/<uuid:uid>/", deviations.deviation_detail, name="deviation_detail"),
    path(f"{REPORT}/<uuid:uid>/hantera/", deviations.deviation_handle, name="deviation_handle"),
    path(f"{REPORT}/<uuid:uid>/stryk-text/", deviations.deviation_strike, name="deviation_strike"),
]
