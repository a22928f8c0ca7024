"""Mail to a report's readers when it is published: place, quarter and a link. No figure ever leaves by mail."""

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from bou_portal.access import Permission, roles_with
from bou_portal.accounts.models import Membership
from bou_portal.periods import Quarter

READING_ROLES = roles_with(Permission.READ_RELEASES)


def readers(report):
    """Addresses of everybody in force who may read the place's reports, in a steady order."""
    place = {"municipality": report.municipality} if report.municipality else {"region": report.region}
    members = Membership.objects.in_force().filter(role__in=READING_ROLES, user__is_active=True, **place)
    return sorted(set(members.values_list("user__email", flat=True)))


def tell_readers(report):
    """One mail to each, so that nobody sees the others' addresses. OSError if the mail server does not take them."""
    quarter = Quarter.parse(report.quarter)
    link = settings.BASE_URL + reverse("report_list") + f"?kvartal={quarter}"
    body = render_to_string("emails/report_published.txt", {"report": report, "quarter": quarter, "link": link})
    subject = f"BoU-portalen: {quarter.text} för {report.place_name}"
    mails = [EmailMessage(subject=subject, body=body, to=[address]) for address in readers(report)]
    get_connection().send_messages(mails)
