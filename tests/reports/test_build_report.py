"""The command that writes one report to a file."""

import pytest
from django.core.management import CommandError, call_command

from bou_portal.periods import Quarter
from bou_portal.reports.freeze import freeze
from bou_portal.reports.models import Report
from municipalities.models import Release


def build(tmp_path, **options):
    path = tmp_path / "rapport.pdf"
    call_command("build_report", quarter="2026-K3", output=path, **options)
    return path.read_bytes()


def test_the_command_freezes_the_rolling_year_first(tmp_path, delivered):
    assert build(tmp_path, municipality="2281", issue="intern").startswith(b"%PDF-1.7")
    quarters = list(Release.objects.order_by("quarter").values_list("quarter", flat=True))
    assert quarters == ["2025-K4", "2026-K1", "2026-K2", "2026-K3"]
    assert set(Report.objects.values_list("quarter", flat=True)) == {"2026-K3"}


def test_a_quarter_frozen_without_reports_gets_them_as_a_correction(tmp_path, vasternorrland, delivered):
    freeze(vasternorrland, Quarter(2026, 3), with_reports=False)
    assert build(tmp_path, region="22").startswith(b"%PDF-1.7")
    assert Release.objects.filter(quarter="2026-K3").count() == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"municipality": "9999"}, "finns inte i registret"),
        ({"municipality": "2281", "quarter": "2026-3"}, "2026-K3"),
        ({"region": "22"}, "levererat"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path, db, options, says):
    with pytest.raises(CommandError, match=says):
        call_command("build_report", **({"quarter": "2026-K3", "output": tmp_path / "x.pdf"} | options))
