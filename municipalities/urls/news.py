"""Addresses of the public news, of writing it, and of having it by mail. What is not public names a row by its uid."""

from django.urls import path

from municipalities.views import news, public, subscriptions

urlpatterns = [
    path("nyheter/", public.news, name="news"),
    path(
        "nyheter/prenumeration/<str:token>/bekrafta/", subscriptions.subscription_confirm, name="subscription_confirm"
    ),
    path("nyheter/prenumeration/<str:token>/avsluta/", subscriptions.unsubscribe, name="unsubscribe"),
    path("nyheter/prenumeration/<str:token>/", subscriptions.subscription_settings, name="subscription_settings"),
    path("nyheter/arbete/<uuid:uid>/andra/", news.news_change, name="news_change"),
    path("nyheter/arbete/<uuid:uid>/publicera/", news.news_publish, name="news_publish"),
    path("nyheter/arbete/<uuid:uid>/avpublicera/", news.news_withdraw, name="news_withdraw"),
    path("nyheter/arbete/<uuid:uid>/kommentera/", news.comment_new, name="comment_new"),
    path("nyheter/kommentarer/<uuid:uid>/dolj/", news.comment_hide, name="comment_hide"),
    path("nyheter/<slug:code>/", public.region_news, name="region_news"),
    path("nyheter/<slug:code>/flode.atom", public.news_feed, name="news_feed"),
    path("nyheter/<slug:code>/ny/", news.news_new, name="news_new"),
    path("nyheter/<slug:code>/plan/", public.public_plan, name="public_plan"),
    path("nyheter/<slug:code>/prenumerera/", subscriptions.subscribe, name="subscribe"),
    path("nyheter/<slug:code>/prenumerera/tack/", subscriptions.subscribed, name="subscribed"),
    path("nyheter/<slug:code>/<slug:slug>/", public.news_detail, name="news_detail"),
]
