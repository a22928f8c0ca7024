"""The ways of working that come with the portal, read from their file into the database. Harmless to repeat."""

import tomllib
from pathlib import Path

from django.db import transaction

from municipalities.models import Region
from placements.models import VoiceModel, VoiceStep

FILE = Path(__file__).parent.parent / "data" / "voice_models.toml"


@transaction.atomic
def load_voice_models():
    """Makes what is missing; a common model is kept as in the file, a region's variant is the region's own from then on."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))["models"]
    regions = {region.code: region for region in Region.objects.all()}
    for model in told:
        region = regions[model["region"]] if "region" in model else None
        made, is_new = VoiceModel.objects.get_or_create(
            uid=model["uid"], defaults={"name": model["name"], "region": region}
        )
        if is_new or region is None:
            write_steps(made, model["steps"])
    return len(told)


def write_steps(model, steps):
    """The model's steps as they are told, in that order: kind, name and text each."""
    for order, step in enumerate(steps, start=1):
        words = {"order": order, "name": step["name"], "text": step["text"]}
        VoiceStep.objects.update_or_create(model=model, kind=step["kind"], defaults=words)
