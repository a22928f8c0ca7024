"""Celery carries no letters: it wakes the one who sends what the database says waits."""

from celery import shared_task

from bou_portal.mailing.sending import send_waiting


@shared_task
def sweep_letters():
    """When letters have been posted, and every minute for what was left."""
    send_waiting()
