"""Invented homes. Name by name put together from words that no real home is known to bear."""

from random import Random

from bou_portal.sorting import sort_key
from municipalities.models import Municipality
from placements.codes import FormGroup, Operator
from placements.models import CareHome

FIRST = (
    "Norrskens",
    "Midvinter",
    "Månskens",
    "Snöstjärne",
    "Vårvinds",
    "Solvargs",
    "Blåklint",
    "Daggrosens",
    "Nattviols",
)
LAST = ("gläntan", "tunet", "stigen", "kullen", "hagen", "lyktan", "bron", "ladan", "slänten")
PER_FORM = {FormGroup.HVB: 30, FormGroup.SUPPORTED: 14, FormGroup.SIS: 4, FormGroup.SHELTER: 3}
OPERATORS = (Operator.COMPANY, Operator.COMPANY, Operator.OWN, Operator.FOUNDATION, Operator.OTHER_MUNICIPALITY)
TARGETS = ("Flickor och pojkar", "Flickor", "Pojkar", "Ungdomar med psykisk ohälsa", "Ungdomar med eget riskbeteende")


def invented_names():
    """A name for every home, the same every time."""
    names = [first + last for first in FIRST for last in LAST]
    Random("bou-homes").shuffle(names)
    return names


def make_homes():
    """Register the invented homes; harmless to repeat. Names by form, the most used first."""
    random = Random("bou-home-facts")
    places = list(Municipality.objects.filter(region__is_member=True).order_by("code"))
    names, by_form = iter(invented_names()), {}
    for form, number in PER_FORM.items():
        by_form[form] = [next(names) for _ in range(number)]
        for name in by_form[form]:
            youngest = 16 if form == FormGroup.SUPPORTED else random.choice((10, 12, 13, 15))
            CareHome.objects.get_or_create(
                name=name,
                defaults={
                    "name_key": sort_key(name),
                    "form_group": form,
                    "operator": Operator.STATE if form == FormGroup.SIS else random.choice(OPERATORS),
                    "operator_name": "" if form == FormGroup.SIS else "Påhittad omsorg",
                    "location": random.choice(places),
                    "target_group": random.choice(TARGETS),
                    "age_from": 0 if form == FormGroup.SHELTER else youngest,
                    "age_to": 20,
                    "places": random.randint(4, 12),
                },
            )
    return by_form
