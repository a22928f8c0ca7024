"""The shared foster-home centre."""

from django.urls import path

from placements.views import centre

urlpatterns = [
    path("familjehemscentrum/", centre.centre, name="centre"),
    path("familjehemscentrum/manad/<slug:month>/", centre.centre_month, name="centre_month"),
    path("familjehemscentrum/behov/nytt/", centre.need_new, name="need_new"),
    path("familjehemscentrum/behov/<uuid:uid>/hem/", centre.need_fill, name="need_fill"),
    path("familjehemscentrum/behov/<uuid:uid>/aterta/", centre.need_withdraw, name="need_withdraw"),
    path("familjehemscentrum/behov/<uuid:uid>/angra/", centre.need_reopen, name="need_reopen"),
    path("familjehemscentrum/fragor/ny/", centre.thread_new, name="thread_new"),
    path("familjehemscentrum/fragor/<uuid:uid>/", centre.thread_detail, name="thread_detail"),
    path("familjehemscentrum/fragor/<uuid:uid>/avsluta/", centre.thread_close, name="thread_close"),
    path("familjehemscentrum/enkat/", centre.centre_survey, name="centre_survey"),
]
