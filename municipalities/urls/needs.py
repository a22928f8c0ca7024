"""Addresses of requests for support, of the inventory of needs, and of the chain from need to figure."""

from django.urls import path

from municipalities.views import chain, needs, requests

urlpatterns = [
    path("stod/", requests.support, name="support"),
    path("stod/ny/", requests.request_new, name="request_new"),
    path("stod/begaranden.csv", requests.request_counts, name="request_counts"),
    path("stod/kursunderlag/", requests.course_bases, name="course_bases"),
    path("stod/kursunderlag/nytt/", requests.course_basis_new, name="course_basis_new"),
    path("stod/kursunderlag/<uuid:uid>/", requests.course_basis, name="course_basis"),
    path("stod/kursunderlag/<uuid:uid>/andra/", requests.course_basis_change, name="course_basis_change"),
    path("stod/<uuid:uid>/", requests.request_detail, name="request_detail"),
    path("behov/", needs.need_list, name="need_list"),
    path("behov/nytt/", needs.joint_need_new, name="joint_need_new"),
    path("behov/ordning/", needs.need_rank, name="need_rank"),
    path("behov/inventering/ny/", needs.inventory_new, name="inventory_new"),
    path("behov/inventering/<uuid:uid>/", needs.inventory_detail, name="inventory_detail"),
    path("behov/inventering/<uuid:uid>/andra/", needs.inventory_change, name="inventory_change"),
    path("behov/inventering/<uuid:uid>/skicka/", needs.inventory_send, name="inventory_send"),
    path("behov/inventering/<uuid:uid>/paminn/", needs.inventory_remind, name="inventory_remind"),
    path("behov/inventering/<uuid:uid>/svara/", needs.inventory_answer, name="inventory_answer"),
    path("behov/inventering/<uuid:uid>/svara/nytt/", needs.answer_need, name="answer_need"),
    path("behov/<uuid:uid>/", needs.need_detail, name="need_detail"),
    path("behov/<uuid:uid>/andra/", needs.need_change, name="need_change"),
    path("behov/<uuid:uid>/ta-bort/", needs.need_remove, name="need_remove"),
    path("behov/kedjan/<uuid:uid>/", chain.chain, name="chain"),
]
