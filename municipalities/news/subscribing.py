"""Asking for a region's news by mail, saying yes, and leaving: the links in the mails are the only keys there are.

A link is the subscription's address, signed, and opens nothing else. Two kinds: to say yes, for a week; to change and
to leave, for as long as the subscription lives. Without its row a link means nothing (docs/adr/0026).
"""

from datetime import timedelta

from allauth.core import ratelimit
from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.mailing.post import post
from municipalities.models import Subscriber

CONFIRMED_WITHIN = timedelta(days=7)
CONFIRMING = TimestampSigner(salt="municipalities.subscription.confirm", sep=".")
KEEPING = Signer(salt="municipalities.subscription.keep", sep=".")


def may_ask(request, email):
    """Whether this address, and this place on the net, has not asked too often (ACCOUNT_RATE_LIMITS, "subscribe")."""
    return ratelimit.consume(request, action="subscribe", key=email)


def ask(region, email, choice, token):
    """Write down that the address wants news, and mail it: a question, or that it subscribes already.

    `choice` holds `frequency` and `topics`. Whoever asks is never told which. A subscription that has said yes is
    changed by the link in its mails only. Sent twice with the same `token`, one mail is sent.
    """
    with transaction.atomic():
        subscriber, is_new = Subscriber.objects.get_or_create(region=region, email=email, defaults=choice)
        if subscriber.confirmed_at:
            name, subject = "subscription_already", f"du prenumererar redan på nyheter från {region}"
        else:
            name, subject = "subscription_confirm", f"bekräfta att du vill ha nyheter från {region}"
            if not is_new:
                Subscriber.objects.filter(pk=subscriber.pk).update(asked_at=timezone.now(), **choice)
        context = {"region": region, **links(subscriber)}
        post(f"prenumeration:{subscriber.uid}:{token}", email, subject, f"emails/{name}.txt", context)


def links(subscriber):
    """The absolute addresses that a mail to the subscriber may hold."""
    keeping = KEEPING.sign(str(subscriber.uid))
    ways = {
        "confirm_url": ("subscription_confirm", CONFIRMING.sign(str(subscriber.uid))),
        "settings_url": ("subscription_settings", keeping),
        "unsubscribe_url": ("unsubscribe", keeping),
    }
    return {name: settings.BASE_URL + reverse(view, args=[token]) for name, (view, token) in ways.items()}


def to_confirm(token):
    """The subscription whose mail held this link in the last seven days, or None."""
    return _subscriber(CONFIRMING, token, max_age=CONFIRMED_WITHIN)


def to_keep(token):
    """The subscription that this link changes and ends, or None when there is none any more."""
    return _subscriber(KEEPING, token)


def was_given(token):
    """Whether the portal has ever made this link, whatever became of the subscription."""
    try:
        return bool(KEEPING.unsign(token))
    except BadSignature:
        return False


def _subscriber(signer, token, **limits):
    try:
        uid = signer.unsign(token, **limits)
    except BadSignature:
        return None
    return Subscriber.objects.select_related("region").filter(uid=uid).first()


def confirm(subscriber):
    """The address has said yes. Said twice, the first time stands."""
    Subscriber.objects.filter(pk=subscriber.pk, confirmed_at=None).update(confirmed_at=timezone.now())


def keeping_token(subscriber):
    return KEEPING.sign(str(subscriber.uid))
