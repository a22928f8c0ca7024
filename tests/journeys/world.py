"""Fills the journeys' own database, as of today: `python -m tests.journeys.world`. No pytest here: it is a real portal."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bou_portal.settings")
django.setup()

from django.utils import timezone  # noqa: E402 - after the set-up

from tests import town  # noqa: E402

if __name__ == "__main__":
    town.build(timezone.localdate(), is_frozen=False)
