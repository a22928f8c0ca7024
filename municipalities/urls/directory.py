"""Addresses of the directory: people, posts, partners, mandates."""

from django.urls import path

from municipalities.views import directory, mandates, posts

K, POST, PARTNER, MANDATE = "katalog", "katalog/funktion", "katalog/parter", "katalog/uppdrag"

urlpatterns = [
    path(f"{K}/", directory.directory, name="directory"),
    path(f"{K}/katalog.csv", directory.directory_export, name="directory_export"),
    path(f"{K}/andringar/", directory.directory_changes, name="directory_changes"),
    path(f"{K}/mail/", directory.sent_mails, name="sent_mails"),
    path(f"{K}/mail/<uuid:uid>/", directory.directory_mail, name="directory_mail"),
    path(f"{POST}/ny/", posts.post_new, name="post_new"),
    path(f"{POST}/<uuid:uid>/", posts.post_detail, name="post_detail"),
    path(f"{POST}/<uuid:uid>/andra/", posts.post_change, name="post_change"),
    path(f"{POST}/<uuid:uid>/ny-innehavare/", posts.holder_new, name="holder_new"),
    path(f"{POST}/<uuid:uid>/innehavare/<uuid:holder>/", posts.holder_change, name="holder_change"),
    path(f"{PARTNER}/", posts.organisation_list, name="organisation_list"),
    path(f"{PARTNER}/ny/", posts.organisation_new, name="organisation_new"),
    path(f"{PARTNER}/<uuid:uid>/", posts.organisation_detail, name="organisation_detail"),
    path(f"{PARTNER}/<uuid:uid>/andra/", posts.organisation_change, name="organisation_change"),
    path(f"{MANDATE}/", mandates.mandate_list, name="mandate_list"),
    path(f"{MANDATE}/nytt/", mandates.mandate_new, name="mandate_new"),
    path(f"{MANDATE}/kopiera/<int:year>/", mandates.mandate_copy, name="mandate_copy"),
    path(f"{MANDATE}/<uuid:uid>/andra/", mandates.mandate_change, name="mandate_change"),
    path(f"{MANDATE}/<uuid:uid>/klart/", mandates.mandate_report, name="mandate_report"),
]
