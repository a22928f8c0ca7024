"""Sending what waits, over one connection: what is refused is settled, what fails waits, the rest goes on.

The database knows what must be sent; this may be run by several workers at once and be killed at any moment
(docs/adr/0005, docs/adr/0022).
"""

import logging
import smtplib
import time
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.crypto import salted_hmac

from bou_portal.mailing.models import LAST_TRY, Letter

logger = logging.getLogger(__name__)

# Seconds. Well below a task's time limit; what is left is taken up by the sweep of the next minute.
RUN = 100
AT_ONCE = 1000
# So many failures in a row are the server's, not the letters'.
IN_A_ROW = 3

REFUSED = "Mottagarens mailserver tog inte emot adressen"
NOT_TAKEN = "Mailservern tog inte emot mailet"
NOT_WRITABLE = "Adressen går inte att skicka till."
GIVEN_UP = "Mailet gick inte fram på tio försök under fem dagar."


def send_waiting():
    """Send the letters that are due. A server that cannot be reached costs no letter a try: it is asked again in a minute."""
    until, failed, server = time.monotonic() + RUN, 0, get_connection()
    try:
        for pk in Letter.objects.due().order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE]:
            if failed >= IN_A_ROW or time.monotonic() > until:
                return
            server.open()
            if letter := Letter.objects.claim(pk):
                failed = 0 if send(letter, server) else failed + 1
    except OSError as error:  # smtplib's own errors are OSErrors
        logger.warning("Mail cannot be sent now: %s", error.__class__.__name__)
    finally:
        hang_up(server)


def send(letter, server):
    """Send one claimed letter. False when something was wrong between us and the server."""
    if letter.tries > LAST_TRY:  # whoever had it died each time
        letter.refuse(GIVEN_UP)
        return True
    try:
        if not message(letter, server).send():
            raise ValueError("No address")
    except ValueError:  # or signs that no address or header may have
        hang_up(server)
        letter.refuse(NOT_WRITABLE)
    except OSError as error:
        hang_up(server)
        code = permanent(error)
        if not code and letter.tries < LAST_TRY:
            letter.wait()
            return isinstance(error, smtplib.SMTPRecipientsRefused)
        refused = REFUSED if isinstance(error, smtplib.SMTPRecipientsRefused) else NOT_TAKEN
        letter.refuse(f"{refused} ({code})." if code else GIVEN_UP)
    else:
        letter.stamp()
    return True


def message(letter, server):
    """The letter as a mail. Its id is made from its key: a receiver who gets it twice can see that it is the same."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {"Message-ID": f"<{salted_hmac('letters', letter.key, algorithm='sha256').hexdigest()[:40]}@{domain}>"}
    if letter.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if not letter.reply_to:
        headers["Auto-Submitted"] = "auto-generated"  # nobody's "I am away" comes back
    reply_to = [letter.reply_to] if letter.reply_to else []
    return EmailMessage(
        letter.subject, letter.body, to=[letter.to], reply_to=reply_to, headers=headers, connection=server
    )


def permanent(error):
    """The code with which the server said no for good to this letter, or 0.

    A sender refused is our own mistake in the settings, and costs no letter its life.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPDataError):
        codes = [error.smtp_code]
    else:
        codes = []
    return next((code for code in codes if code >= 500), 0)


def hang_up(server):
    """The connection is over, however its other end takes that. The next letter opens a new one."""
    try:
        server.close()
    except OSError:
        server.connection = None
