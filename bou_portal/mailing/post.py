"""Asking for a mail: a row, written in the transaction that decides on it (docs/adr/0022)."""

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string

from bou_portal.mailing.models import Letter


def post(key, to, subject, template, context, **options):
    """Decide that this mail is to be sent. Asked for again with the same key it stays one; returns the letter.

    `context` gets `base_url`. `options` are `reply_to`, `unsubscribe_url` and `due_at`. Call it inside the
    transaction of what it tells about: if that is rolled back, there is nothing to tell.
    """
    post_all([draft(key, to, subject, template, context, **options)])
    return Letter.objects.get(key=key)


def draft(key, to, subject, template, context, **options):
    """The letter, written but not yet asked for."""
    body = render_to_string(template, {"base_url": settings.BASE_URL, **context})
    return Letter(key=key, to=to, subject=f"BoU-portalen: {one_line(subject)}"[:160], body=body, **options)


def one_line(text):
    """The text without line breaks and other signs that no subject may have."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


def post_all(letters):
    """The same for many letters at once, in one statement. Those whose key is taken were asked for before."""
    Letter.objects.bulk_create(letters, ignore_conflicts=True, batch_size=500)
    # Once for a transaction, however many letters it asks for.
    if wake_the_sender not in [function for _, function, *_ in connection.run_on_commit]:
        # A broker that is down loses nothing and fails no page: the next sweep sends what waits.
        transaction.on_commit(wake_the_sender, robust=True)


def wake_the_sender():
    from bou_portal.mailing.tasks import sweep_letters

    sweep_letters.delay()
