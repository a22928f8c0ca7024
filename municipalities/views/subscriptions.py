"""News by mail, without an account: ask, say yes, change, leave. No page that is only opened writes anything."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bou_portal.posted import posted
from municipalities.forms.subscriptions import SettingsForm, SubscribeForm
from municipalities.news import subscribing
from municipalities.news.page import member


def over(request):
    """The link is too old, or of nobody's making, or what it led to is gone."""
    return render(request, "municipalities/news/subscription_over.html", status=410)


@login_not_required
def subscribe(request, code):
    region = member(code)
    form = SubscribeForm(posted(request), request=request, region=region)
    if form.is_valid():
        form.save()
        return redirect("subscribed", code)
    status = 429 if form.has_error("__all__", "too_often") else 200
    return render(request, "municipalities/news/subscribe.html", {"form": form, "region": region}, status=status)


@require_safe
@login_not_required
def subscribed(request, code):
    return render(request, "municipalities/news/subscribed.html", {"region": member(code)})


@never_cache
@login_not_required
def subscription_confirm(request, token):
    """A page with a button: programs that open every link in a mail must not say yes for its reader."""
    subscriber = subscribing.to_confirm(token)
    if subscriber is None:
        return over(request)
    if request.method == "POST":
        subscribing.confirm(subscriber)
        address = reverse("subscription_settings", args=[subscribing.keeping_token(subscriber)])
        return redirect(f"{address}?nu=bekraftad")
    return render(request, "municipalities/news/subscription_confirm.html", {"subscriber": subscriber})


@never_cache
@login_not_required
def subscription_settings(request, token):
    subscriber = subscribing.to_keep(token)
    if subscriber is None or subscriber.confirmed_at is None:
        return over(request)
    form = SettingsForm(posted(request), instance=subscriber)
    if form.is_valid():
        form.save()
        return redirect(f"{request.path}?nu=sparad")
    context = {"form": form, "subscriber": subscriber, "token": token, "now": request.GET.get("nu")}
    return render(request, "municipalities/news/subscription_settings.html", context)


@never_cache
@csrf_exempt  # a mail program posts here by itself (RFC 8058); the token is the proof
@login_not_required
def unsubscribe(request, token):
    """One button, or one click in the mail program. Leaving twice is as good as once."""
    if not subscribing.was_given(token):
        return over(request)
    subscriber = subscribing.to_keep(token)
    if subscriber and request.method == "POST":
        subscriber.leave()
        subscriber = None
    return render(request, "municipalities/news/unsubscribe.html", {"subscriber": subscriber, "token": token})
