"""Reminders before the days to keep in agreements: 60 and 14 days before, one mail each, even if no worker was up then."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.formats import date as iso
from bou_portal.mailing.post import post
from municipalities.directory.colleagues import leaders, those_here
from municipalities.models import AccordDate

FIRST, LAST = 60, 14  # days before
# So long after a day has passed its reminder is still sent, when nothing ran on the day itself.
LATE = 30


def threshold(days_left):
    """Which reminder a day calls for, or None. Within the last threshold the first one is past and not sent."""
    if -LATE <= days_left <= LAST:
        return LAST
    return FIRST if LAST < days_left <= FIRST else None


def remind():
    """Ask for the mails that are due. Called again and again, there is one mail per day to keep and threshold."""
    today = timezone.localdate()
    near = AccordDate.objects.to_keep().filter(
        due_on__gte=today - timedelta(days=LATE), due_on__lte=today + timedelta(days=FIRST)
    )
    for date in near.select_related("accord__region", "accord__owner").order_by("due_on", "pk"):
        days = threshold(date.days_left)
        if days == date.reminded_for:
            continue
        told = readers(date.accord)
        with transaction.atomic():
            if told and AccordDate.objects.claim(date.pk, days):
                for user, why in told:
                    write(date, days, user, why)


def readers(accord):
    """[(who is reminded, why she is)]: the one who keeps the agreement, else those who lead in the region."""
    owner = accord.owner
    if owner and those_here(accord.region, [owner.pk]):
        return [(owner, "du sköter överenskommelsen")]
    why = f"{owner} har slutat och du leder regionens arbete" if owner else "du leder regionens arbete"
    return [(leader, why) for leader in leaders(accord.region)]


def write(date, days, user, why):
    """The day is part of the key: a day that is moved is reminded of anew."""
    what = f" ({date.what})" if date.what else ""
    said = f"{iso(date.due_on)}: {date.get_kind_display().lower()}{what}, {date.accord}."
    context = {"said": said, "why": why, "link": reverse("accord_detail", args=[date.accord.uid])}
    key = f"overenskommelse:{date.uid}:{days}:{iso(date.due_on)}:{user.pk}"
    post(key, user.email, f"{iso(date.due_on)} ska en dag hållas", "emails/accord_reminder.txt", context)
