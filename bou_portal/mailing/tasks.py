"""Celery carries ids; the letters know what must be sent."""

from celery import shared_task

from bou_portal.mailing.models import Letter
from bou_portal.mailing.post import send

# A sweep hands over no more than a minute's work, so that a long queue does not become a heap of the same tasks.
AT_ONCE = 300


@shared_task
def send_letter(letter_id):
    """Send one letter, unless another worker has it or it is sent."""
    if letter := Letter.objects.claim(letter_id):
        send(letter)


@shared_task
def sweep_letters():
    """Every minute: hand over what waits."""
    for letter_id in Letter.objects.due().order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE]:
        send_letter.delay(letter_id)
