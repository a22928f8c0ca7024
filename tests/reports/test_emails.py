"""Readers are told once that a report is there, by a mail without a single figure."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from bou_portal.reports import emails
from bou_portal.reports.models import Report
from bou_portal.reports.tasks import sweep
from tests.reports.conftest import make_report


@pytest.fixture
def publish(sign_in, development_leader, django_capture_on_commit_callbacks):
    def publish():
        with django_capture_on_commit_callbacks(execute=True):
            sign_in(development_leader).post(reverse("publish_reports", args=["22", "2026-k3"]))

    return publish


def test_publishing_tells_the_places_readers_once(
    publish,
    release,
    head_of_ifo,
    regional_reader,
    neighbouring_head,
    social_worker,
):
    make_report(release, "2281", "spridning", published=False)
    make_report(release, "2281", "intern", published=False)
    publish()
    publish()
    sweep()
    assert [message.to for message in mail.outbox] == [[head_of_ifo.email]]
    assert mail.outbox[0].subject == "BoU-portalen: kvartal 3 2026 för Sundsvalls kommun"
    assert "/rapporter/?kvartal=2026-K3" in mail.outbox[0].body


def test_the_mail_holds_no_figures(publish, release, development_leader, regional_reader):
    make_report(release, published=False)
    publish()
    assert sorted(message.to[0] for message in mail.outbox) == sorted([development_leader.email, regional_reader.email])
    words = re.sub(r"kvartal 3 2026|http\S+", "", mail.outbox[0].body)
    assert not re.search(r"\d", words)


def test_a_mail_server_that_fails_is_asked_again_by_the_sweep(publish, release, head_of_ifo, monkeypatch):
    make_report(release, "2281", "spridning", published=False)
    real = emails.tell_readers

    def fail(report):
        raise ConnectionRefusedError

    monkeypatch.setattr(emails, "tell_readers", fail)
    publish()
    assert Report.objects.get().published_at
    assert not mail.outbox
    monkeypatch.setattr(emails, "tell_readers", real)
    sweep()
    sweep()
    assert len(mail.outbox) == 1
