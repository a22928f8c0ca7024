"""A report belongs to one worker at a time, and only the one that holds it may finish it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bou_portal.reports import models
from bou_portal.reports.models import MOST_ATTEMPTS, Report
from bou_portal.reports.tasks import build_report
from tests.reports.conftest import make_report


@pytest.fixture
def queued(release):
    report = make_report(release, "2281", "spridning", published=False)
    Report.objects.filter(pk=report.pk).update(status="queued", pdf=None)
    return report


def lease_runs_out(report):
    Report.objects.filter(pk=report.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_two_workers_build_a_report_once(queued, monkeypatch):
    built = []
    monkeypatch.setattr(models, "render", lambda html, identifier: built.append(1) or b"%PDF-1.7")
    first, second = Report.objects.claim(queued.pk), Report.objects.claim(queued.pk)
    assert second is None
    first.build()
    build_report(queued.pk)
    assert len(built) == 1


def test_a_late_finisher_does_not_overwrite(queued, monkeypatch):
    late = Report.objects.claim(queued.pk)
    lease_runs_out(queued)
    assert Report.objects.due() == [queued.pk]
    second = Report.objects.claim(queued.pk)
    monkeypatch.setattr(models, "render", lambda html, identifier: b"%PDF late")
    late.build()
    queued.refresh_from_db()
    assert (queued.status, queued.pdf) == ("building", None)
    monkeypatch.setattr(models, "render", lambda html, identifier: b"%PDF second")
    second.build()
    late.build()
    queued.refresh_from_db()
    assert (queued.status, bytes(queued.pdf), queued.attempts) == ("done", b"%PDF second", 2)


def test_a_lease_in_force_is_left_alone(queued):
    Report.objects.claim(queued.pk)
    assert Report.objects.due() == []


def test_a_report_that_always_kills_its_worker_is_given_up(queued):
    for _ in range(MOST_ATTEMPTS):
        Report.objects.claim(queued.pk)
        lease_runs_out(queued)
        Report.objects.release_stale()
    queued.refresh_from_db()
    assert (queued.status, queued.attempts) == ("failed", MOST_ATTEMPTS)
    assert "tre gånger" in queued.failure
