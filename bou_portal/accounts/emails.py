"""The portal's own mail about accounts. No personal data and nothing from the portal's contents: only a link."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

logger = logging.getLogger(__name__)


def invitation_link(token):
    return settings.BASE_URL + reverse("accept_invitation", args=[token])


def invitation_mail(invitation, token):
    """Where, how and until when; nothing about the person but the address."""
    context = {"invitation": invitation, "link": invitation_link(token)}
    return EmailMessage(
        subject=f"BoU-portalen: inbjudan från {invitation.place}",
        body=render_to_string("emails/invitation.txt", context),
        to=[invitation.email],
    )


def send_invitation(invitation, token):
    """Send it now and tell whether that worked: the person who invites can send it again, the portal cannot."""
    try:
        invitation_mail(invitation, token).send()
    except OSError:  # smtplib's own errors are OSErrors too
        logger.exception("An invitation was not sent")
        return False
    return True
