"""Read the register (regions, municipalities) and the rule table into the database. Harmless to repeat."""

import csv
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from bou_portal.sorting import sort_key
from municipalities.kolada.store import load_kpis
from municipalities.models import Municipality, Region
from placements.episodes import derive
from placements.models import Child, Rule
from placements.voice.models_file import load_voice_models

SET_ON_THE_PAGE = ("health_target_days", "health_target_from")


def rows(path):
    with (Path(settings.BASE_DIR) / path).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day(text):
    return date.fromisoformat(text) if text else None


def load_rules(path):
    """Make the rule table what the file says, and what follows from it for every child if anything is new."""
    before, kept = set(Rule.objects.values_list()), []
    for row in rows(path):
        for name in ("valid_from", "valid_to", "verified_on"):
            row[name] = day(row[name])
        row["is_confirmed"] = row.pop("confirmed", "ja") != "nej"
        row["amount"] = int(row["amount"]) if row["amount"] else None
        key = {name: row.pop(name) for name in ("code", "law", "valid_from")}
        kept.append(Rule.objects.update_or_create(**key, defaults=row)[0].pk)
    Rule.objects.exclude(pk__in=kept).delete()
    if before != set(Rule.objects.values_list()):
        derive(Child.objects.values_list("pk", flat=True))


class Command(BaseCommand):
    help = "Läser in regioner, kommuner och regler. Kan köras hur ofta som helst."

    @transaction.atomic
    def handle(self, **options):
        for row in rows("municipalities/data/regions.csv"):
            row["is_member"] = row["is_member"] == "ja"
            row["sort_key"] = sort_key(row["body"])
            # The file's target is where a region begins; what it sets on its own page stands through every upgrade.
            lasting = {name: value for name, value in row.items() if name not in SET_ON_THE_PAGE}
            Region.objects.update_or_create(code=row["code"], defaults=lasting, create_defaults=row)
        regions = {region.code: region for region in Region.objects.all()}
        for row in rows("municipalities/data/municipalities.csv"):
            row["region"] = regions[row.pop("region_code")]
            row["sort_key"] = sort_key(row["short_name"])
            Municipality.objects.update_or_create(code=row.pop("code"), defaults=row)
        load_rules("placements/data/rules.csv")
        load_voice_models()
        load_kpis()
        self.stdout.write(
            f"{Region.objects.count()} regioner, {Municipality.objects.count()} kommuner, {Rule.objects.count()} regler."
        )
