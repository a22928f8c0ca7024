"""Celery carries ids; the database knows what must be done. Every task may run twice, or be lost, without harm."""

from celery import shared_task
from django.utils import timezone

from municipalities.accords import reminders as accord_reminders
from municipalities.models import News
from municipalities.news import newsletter


@shared_task
def mail_news(news_id):
    """Write the mails about one piece of news, unless another worker does or they are written."""
    if news := News.objects.claim(news_id):
        newsletter.mail(news)


@shared_task
def sweep_news():
    """Every minute: hand over what a dead worker held or what was never handed over."""
    for news in News.objects.unmailed():
        newsletter.announce(news)


@shared_task
def sweep_weekly_news():
    """Through Monday: the weekly mail to everybody who has not had it."""
    newsletter.mail_week(timezone.localdate())


@shared_task
def sweep_accord_dates():
    """Every day, and again through it: remind of the days to keep in agreements."""
    accord_reminders.remind()
