"""Celery carries ids; the database knows what must be done. Every task may run twice, or be lost, without harm."""

from celery import shared_task

from placements import emails, rating_tasks
from placements.imports.staging import work
from placements.models import Delivery


@shared_task
def work_on_delivery(delivery_id):
    """Preview or take in one delivery, unless another worker has it or it is done."""
    if delivery := Delivery.objects.claim(delivery_id):
        work(delivery)


@shared_task
def sweep_deliveries():
    """Every minute: send again what a dead worker held or what was never sent."""
    for delivery_id in Delivery.objects.due():
        work_on_delivery.delay(delivery_id)


@shared_task
def send_weekly_mail(user_id):
    """One person's Monday mail, unless another worker has sent it."""
    emails.send_weekly_mail(user_id)


@shared_task
def sweep_weekly_mails():
    """Through Monday, from the morning on: the mail of everybody who has not had hers."""
    for user_id in emails.unmailed().order_by("pk").values_list("pk", flat=True):
        send_weekly_mail.delay(user_id)


@shared_task
def send_rating_mail(user_id):
    """One person's mail about homes to rate, unless another worker has sent today's."""
    emails.send_rating_mail(user_id)


@shared_task
def sweep_rating_tasks():
    """Through every day: ask about what has ended, and mail everybody who is due an invitation or a reminder."""
    rating_tasks.ask()
    for user_id in rating_tasks.whom_to_mail():
        send_rating_mail.delay(user_id)
