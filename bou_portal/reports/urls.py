from django.urls import path

from bou_portal.reports import views

urlpatterns = [
    path("rapporter/", views.report_list, name="report_list"),
    path("rapporter/<uuid:uid>/", views.report_detail, name="report_detail"),
    path("rapporter/<uuid:uid>/pdf/", views.report_pdf, name="report_pdf"),
    path("rapporter/arbetsbord/", views.desk_home, name="desk_home"),
    path("rapporter/<slug:code>/frys/", views.freeze_quarter, name="freeze_quarter"),
    path("rapporter/<slug:code>/<slug:quarter>/", views.leaders_desk, name="desk"),
    path("rapporter/<slug:code>/<slug:quarter>/lage/", views.desk_progress, name="desk_progress"),
    path("rapporter/<slug:code>/<slug:quarter>/publicera/", views.publish_reports, name="publish_reports"),
    path("rapporter/<slug:code>/<slug:quarter>/forsok-igen/", views.retry_reports, name="retry_reports"),
    path("rapporter/<slug:code>/<slug:quarter>/<slug:place>/", views.comment_reports, name="comment_reports"),
    path("rapporter/<slug:code>/<slug:quarter>/<slug:place>/publicera/", views.publish_reports, name="publish_report"),
]
