"""Read the register (regions, municipalities) and the rule table into the database. Harmless to repeat."""

import csv
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from bou_portal.sorting import sort_key
from municipalities.models import Municipality, Region
from placements.models import Rule


def rows(path):
    with (Path(settings.BASE_DIR) / path).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day(text):
    return date.fromisoformat(text) if text else None


class Command(BaseCommand):
    help = "Läser in regioner, kommuner och regler. Kan köras hur ofta som helst."

    @transaction.atomic
    def handle(self, **options):
        for row in rows("municipalities/data/regions.csv"):
            row["is_member"] = row["is_member"] == "ja"
            row["sort_key"] = sort_key(row["body"])
            Region.objects.update_or_create(code=row.pop("code"), defaults=row)
        regions = {region.code: region for region in Region.objects.all()}
        for row in rows("municipalities/data/municipalities.csv"):
            row["region"] = regions[row.pop("region_code")]
            row["sort_key"] = sort_key(row["short_name"])
            Municipality.objects.update_or_create(code=row.pop("code"), defaults=row)
        for row in rows("placements/data/rules.csv"):
            for name in ("valid_from", "valid_to", "verified_on"):
                row[name] = day(row[name])
            row["amount"] = row["amount"] or None
            key = {name: row.pop(name) for name in ("code", "law", "valid_from")}
            Rule.objects.update_or_create(**key, defaults=row)
        self.stdout.write(
            f"{Region.objects.count()} regioner, {Municipality.objects.count()} kommuner, {Rule.objects.count()} regler."
        )
