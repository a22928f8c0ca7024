"""Mails about what waits, on Mondays and when homes are to be rated: how much, and a link. No code of a child, no name."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission, roles_with
from bou_portal.accounts.models import User, in_force
from bou_portal.formats import listing, number, starting
from placements import rating_tasks
from placements.duty_list import DutyList
from placements.forms.worklist import LATE, SOON, WAITS, WorkFilter

READING_ROLES = roles_with(Permission.READ_CASES)


def unmailed():
    """Those who want the mail and have not had this week's."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    held = User.objects.filter(in_force("memberships__"), memberships__role__in=READING_ROLES)
    not_yet = Q(weekly_mail_on__isnull=True) | Q(weekly_mail_on__lt=monday)
    return User.objects.filter(not_yet, pk__in=held.values("pk"), is_active=True, wants_weekly_mail=True)


def send_weekly_mail(user_id):
    """This week's mail to one person, unless she has had it or nothing waits. What is not taken is sent by a later run."""
    user = User.objects.filter(pk=user_id).first()
    before = user.weekly_mail_on if user else None
    if not unmailed().filter(pk=user_id).update(weekly_mail_on=timezone.localdate()):
        return
    try:
        if mail := weekly_mail(user):
            mail.send()
    except OSError:  # smtplib's own errors are OSErrors too
        User.objects.filter(pk=user_id).update(weekly_mail_on=before)
        raise


def weekly_mail(user):
    """The mail, with the counts that the page behind the link shows; None when nothing waits."""
    chosen = DutyList(WorkFilter(QueryDict(), user=user))
    said = counted(chosen.counts[LATE], chosen.counts[SOON], len(chosen.others))
    if not said:
        return None
    context = {
        "said": starting(listing(said)),
        "link": settings.BASE_URL + reverse("worklist"),
        "profile": settings.BASE_URL + reverse("profile"),
    }
    body = render_to_string("emails/weekly.txt", context)
    return EmailMessage(subject="BoU-portalen: det här väntar på dig", body=body, to=[user.email])


def counted(late, soon, others):
    """`["3 försenade", "4 inom 30 dagar", "1 väntar på dig"]`, without what there is none of."""
    parts = [(late, "försenad" if late == 1 else "försenade"), (soon, "inom 30 dagar"), (others, "väntar på dig")]
    return [f"{number(count)} {word}" for count, word in parts if count]


def send_rating_mail(user_id):
    """Today's mail about homes to rate, at most one a day and person however many there are.

    Who is claimed and never mailed, because the worker died, is mailed the next day: her tasks are stamped after the mail.
    """
    today, user = timezone.localdate(), User.objects.filter(pk=user_id).first()
    before = user.rating_mail_on if user else None
    told = rating_tasks.asked(today, user.municipalities(Permission.RATE_HOMES)).get(user_id) if user else None
    due = told.due(today) if told else []
    if not due or not rating_tasks.unmailed(today).filter(pk=user_id).update(rating_mail_on=today):
        return
    try:
        rating_mail(user, told).send()
    except OSError:  # smtplib's own errors are OSErrors too
        User.objects.filter(pk=user_id).update(rating_mail_on=before)
        raise
    rating_tasks.mailed(due, today)


def rating_mail(user, told):
    """All that is asked of her, not only what the mail is sent for."""
    context = {
        "own": counted_ratings(len(told.own)),
        "nobodys": counted_ratings(len(told.nobodys)),
        "link": f"{settings.BASE_URL}{reverse('worklist')}?lage={WAITS}",
        "profile": settings.BASE_URL + reverse("profile"),
    }
    body = render_to_string("emails/rating.txt", context)
    return EmailMessage(subject="BoU-portalen: omdömen väntar", body=body, to=[user.email])


def counted_ratings(count):
    """`2 omdömen`, nothing for none."""
    return f"{number(count)} {'omdöme' if count == 1 else 'omdömen'}" if count else ""
