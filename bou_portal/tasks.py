"""What the clock does every night, whichever app it concerns."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def clean_up():
    call_command("apply_retention")
