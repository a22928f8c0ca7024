"""Freezing a quarter, and what becomes of its reports."""

import pytest

from bou_portal.audit.models import Event
from bou_portal.periods import Quarter
from bou_portal.reports.freeze import FreezeError, freeze
from bou_portal.reports.models import Report
from municipalities.models import Release
from tests.reports.conftest import QUARTER


def test_a_frozen_quarter_has_a_report_for_every_reader(vasternorrland, delivered, development_leader):
    release = freeze(vasternorrland, QUARTER, by=development_leader)
    assert release.version == 1
    issues = list(Report.objects.values_list("issue", flat=True))
    assert (issues.count("intern"), issues.count("spridning"), issues.count("region")) == (7, 7, 1)
    assert Event.objects.filter(verb="froze", actor_id=development_leader.pk).count() == 1


def test_small_counts_are_in_the_intern_issue_only(vasternorrland, delivered):
    freeze(vasternorrland, QUARTER)
    intern = Report.objects.get(municipality__code="2260", issue="intern").content
    shared = Report.objects.get(municipality__code="2260", issue="spridning").content
    assert intern["chapters"][0]["blocks"][0]["figures"][0]["text"] == "3"
    rows = shared["chapters"][0]["blocks"][-1]["rows"]
    assert {row["cells"][2] for row in rows} <= {"..", "ingen uppgift"}


def test_a_quarter_is_frozen_once_and_corrected_with_a_reason(vasternorrland, delivered):
    freeze(vasternorrland, QUARTER)
    with pytest.raises(FreezeError, match="redan fryst"):
        freeze(vasternorrland, QUARTER)
    second = freeze(vasternorrland, QUARTER, reason="Sundsvall lämnade en rättad fil.")
    assert second.version == 2
    assert Report.objects.filter(version=1).count() == 15
    newest = Report.objects.newest_versions()
    assert newest.count() == 15
    assert set(newest.values_list("version", flat=True)) == {2}
    assert newest.first().content["correction"] == "Sundsvall lämnade en rättad fil."


def test_a_quarter_that_has_not_ended_is_not_frozen(vasternorrland, delivered):
    with pytest.raises(FreezeError, match="inte slut än"):
        freeze(vasternorrland, Quarter(2099, 1))


def test_nothing_is_frozen_without_deliveries(vasternorrland):
    with pytest.raises(FreezeError, match="levererat"):
        freeze(vasternorrland, QUARTER)
    assert not Release.objects.exists()


def test_a_report_is_built_the_same_every_time(vasternorrland, delivered):
    freeze(vasternorrland, QUARTER)
    waiting = Report.objects.get(municipality__code="2281", issue="intern")
    report = Report.objects.claim(waiting.pk).build()
    assert report.status == "done", report.failure
    first = report.pdf_sha256
    Report.objects.filter(pk=report.pk).update(status="queued")
    assert Report.objects.claim(report.pk).build().pdf_sha256 == first
