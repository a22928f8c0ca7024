"""Asking for a mail, and sending it: `post()` inside the transaction that decides, `send()` in the worker.

The database knows what must be sent, a sweep finds what a dead worker or a silent mail server left (docs/adr/0005,
docs/adr/0022). One bad address stops nobody else's mail: it is refused and its sender can see that.
"""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from bou_portal.mailing.models import LAST_TRY, WAITS, Letter

REFUSED = "Adressen togs inte emot."
GIVEN_UP = "Mailservern svarade inte på tio försök."


def post(key, to, subject, template, context, **options):
    """Decide that this mail is to be sent. Asked for again with the same key it stays one; returns the letter.

    `context` gets `base_url`. `options` are `reply_to`, `unsubscribe_url` and `due_at`. Call it inside the
    transaction of what it tells about: if that is rolled back, there is nothing to tell.
    """
    body = render_to_string(template, {"base_url": settings.BASE_URL, **context})
    fields = {"to": to, "subject": f"BoU-portalen: {' '.join(subject.split())}"[:160], "body": body, **options}
    letter, is_new = Letter.objects.get_or_create(key=key, defaults=fields)
    if is_new:
        transaction.on_commit(lambda: _hand_over(letter.pk))
    return letter


def _hand_over(letter_id):
    """A broker that is down loses nothing: the sweep sends what waits."""
    from bou_portal.mailing.tasks import send_letter

    try:
        send_letter.delay(letter_id)
    except send_letter.OperationalError:
        return


def send(letter):
    """Send one claimed letter. A refused address is settled; a server that is down is tried again later."""
    headers = {}
    if letter.unsubscribe_url:
        headers = {
            "List-Unsubscribe": f"<{letter.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    mail = EmailMessage(
        letter.subject,
        letter.body,
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else [],
        headers=headers,
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        _settle(letter, REFUSED if any(code >= 500 for code in codes) else "")
    except (OSError, ValueError):  # smtplib's own errors are OSErrors; an odd address is a ValueError
        _settle(letter, "")
    else:
        Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), lease_until=None)


def _settle(letter, refusal):
    """What could not be sent: refused for good, or waited with."""
    now = timezone.now()
    if not refusal and letter.tries >= LAST_TRY:
        refusal = GIVEN_UP
    if refusal:
        Letter.objects.filter(pk=letter.pk).update(refused_at=now, refusal=refusal, lease_until=None)
        return
    wait = WAITS[min(letter.tries, len(WAITS)) - 1]
    Letter.objects.filter(pk=letter.pk).update(lease_until=None, due_at=now + wait)
