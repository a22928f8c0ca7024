"""A region that has delivered, and its reports."""

from datetime import date

import pytest
from django.utils import timezone

from bou_portal.periods import Quarter
from bou_portal.reports.models import Report
from municipalities.models import Municipality, Release
from placements.codes import FormGroup
from placements.episodes import derive
from placements.models import Child, Delivery, Placement

QUARTER = Quarter(2026, 3)


def deliver(region, *, most=25, fewest=3):
    """Every municipality has delivered: `most` open placements each, `fewest` in Ånge."""
    children = []
    for municipality in region.municipalities.all():
        delivery = Delivery.objects.create(
            kind="placeringar", delivered_on=date(2026, 10, 1), file_name="leverans.csv", state="confirmed"
        )
        delivery.municipalities.add(municipality)
        for number in range(fewest if municipality.code == "2260" else most):
            child = Child.objects.create(
                municipality=municipality, local_code=f"K{number}", birth_year=2008 + number % 15, sex="flicka"
            )
            Placement.objects.create(
                municipality=municipality,
                child=child,
                form_group=FormGroup.HVB if number % 5 == 0 else FormGroup.FAMILY,
                started_on=date(2025, 1, 1 + number % 28),
                confirmed_on=date(2026, 10, 1),
            )
            children.append(child.pk)
    derive(children)


@pytest.fixture
def delivered(vasternorrland):
    deliver(vasternorrland)


CONTENT = {
    "quarter_text": "kvartal 3 2026",
    "period_text": "1 juli–30 september 2026",
    "frozen_on": "2026-10-05",
    "readers": "Till IFO-chefen.",
    "correction": "",
    "is_demo": False,
    "code_version": "test",
    "chapters": [{"id": "laget", "title": "Läget på en minut", "blocks": [{"type": "text", "text": "Allt är lugnt."}]}],
    "reading": ["Barn räknas, inte rader."],
    "completeness": [{"source": "Placeringar", "text": "Levererat"}],
    "definitions": [],
}


@pytest.fixture
def release(vasternorrland):
    return Release.objects.create(
        region=vasternorrland, quarter="2026-K3", cells={}, sha256="0" * 64, code_version="test"
    )


def make_report(release, code=None, issue="region", published=True, **fields):
    return Report.objects.create(
        release=release,
        region=release.region,
        municipality=Municipality.objects.get(code=code) if code else None,
        quarter="2026-K3",
        issue=issue,
        content=CONTENT,
        sha256="ab" * 32,
        status="done",
        pdf=b"%PDF-1.7 test",
        published_at=timezone.now() if published else None,
        **fields,
    )
