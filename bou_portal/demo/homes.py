"""Invented homes with invented facts. Name by name put together from words that no real home is known to bear."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from bou_portal.demo.people import HOME_REGION, HOME_TOWN
from bou_portal.identity_numbers import check_digit
from bou_portal.imports import folded
from bou_portal.sorting import sort_key
from municipalities.models import Municipality
from placements.codes import FactSource, FormGroup, HomeMethod, IvoStatus, Operator, TargetSex
from placements.homes.facts import FREE_PLACES, IVO, METHODS
from placements.homes.register import note
from placements.models import CareHome, HomeChange, HomeFact, HomeWay

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
COMPANIES = ("Påhittad omsorg AB", "Hittepå vård AB", "Låtsas stöd AB")
OWNERS = {
    Operator.FOUNDATION: "Stiftelsen Påhittet",
    Operator.OWN: "Påhittade kommunen",
    Operator.OTHER_MUNICIPALITY: "Hittepå kommun",
}
SUPPLIERS = ("Påhittad familjehemsvård AB", "Låtsas familjestöd AB")
NEIGHBOUR_TOWN = "2262"
# Of the homes in the region's agreement some lie near the personas, take girls and have a place: by number, where.
NEAR = {0: "2262", 1: "2280", 6: "2282"}


def invented_names():
    """A name for every home, the same every time."""
    names = [first + last for first in FIRST for last in LAST]
    Random("bou-homes").shuffle(names)
    return names


def make_homes(today=None):
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
                    "location": random.choice(places),
                    "target_group": random.choice(TARGETS),
                    "age_from": 0 if form == FormGroup.SHELTER else youngest,
                    "age_to": 20,
                    "places": random.randint(4, 12),
                },
            )
    for number, code in NEAR.items():
        near = {"location": Municipality.objects.get(code=code), "target_group": "Flickor", "age_from": 12}
        CareHome.objects.filter(name=by_form[FormGroup.HVB][number], facts__isnull=True).update(**near)
    make_facts(today or timezone.localdate())
    make_suppliers(today or timezone.localdate())
    make_proposals([next(names), f"{home_of_the_region()}s hem"], today or timezone.localdate())
    return by_form


def home_of_the_region():
    """A home that the personas' leader keeps."""
    near = CareHome.objects.filter(form_group=FormGroup.HVB, location__region__code=HOME_REGION)
    return near.exclude(status=CareHome.Status.PROPOSED).order_by("pk").first()


def number_of(company):
    """An organisation number with a right control digit in a series that nobody is given numbers from."""
    nine = f"002000{sum(company.encode()) % 1000:03}"
    return f"{nine[:6]}-{nine[6:]}{check_digit(nine)}"


def make_facts(today):
    """The rest of what is known of each home, with who said so and when; some of it old, some of it missing."""
    bare = CareHome.objects.filter(facts__isnull=True).exclude(status=CareHome.Status.PROPOSED).order_by("pk")
    sources, ways = [], []
    for index, home in enumerate(bare):
        random = Random(f"facts-{home.name}")
        chosen = random.sample([method for method in HomeMethod if method != HomeMethod.OTHER], random.randint(1, 3))
        ways += [HomeWay(home=home, method=method) for method in chosen]
        describe(home, index, random, today)
        sources += told_facts(home, index, random, today)
        home.save()
    HomeWay.objects.bulk_create(ways)
    note(sources)
    changed = CareHome.objects.filter(form_group=FormGroup.HVB).order_by("pk")[8]
    HomeChange.objects.get_or_create(home=changed, kind=HomeChange.Kind.OWNER, changed_on=today - timedelta(days=150))


def describe(home, index, random, today):
    """What the register lacks. The telephone numbers are those that PTS has set aside for stories."""
    if home.operator != Operator.STATE:
        home.operator_name = OWNERS.get(home.operator) or COMPANIES[index % len(COMPANIES)]
        home.organisation_number = number_of(home.operator_name)
    home.target_sex = {"Flickor": TargetSex.GIRLS, "Pojkar": TargetSex.BOYS}.get(home.target_group, TargetSex.ALL)
    home.free_places = random.choice((0, 0, 1, 2, 3)) or int(index in NEAR)
    home.phone = f"0980-319 {200 + index:03}"
    home.website = f"https://{folded(home.name)}.example"
    home.ivo_status = IvoStatus.NOT_STARTED if index % 20 == 19 else IvoStatus.ACTIVE
    home.ivo_checked_on = today - timedelta(days=random.randint(20, 420))
    home.ivo_link = "https://www.ivo.se/"


def told_facts(home, index, random, today):
    """Every fact of the home with its source: every seventh home was asked long ago, every fourth not of late."""
    day = today - timedelta(days=random.randint(380, 700) if index % 7 == 6 else random.randint(20, 300))
    free = today - timedelta(days=random.randint(16, 70) if index % 4 == 3 else random.randint(1, 12))
    source = random.choice((FactSource.HOME, FactSource.HOME, FactSource.AGREEMENT, FactSource.FILE))
    fields = ("form_group", "operator", "location", "target_group", "target_sex", "age_from", "age_to", "places")
    dates = dict.fromkeys((*fields, METHODS, "phone", "website"), (source, day))
    if home.organisation_number:
        dates |= dict.fromkeys(("operator_name", "organisation_number"), (source, day))
    dates |= {FREE_PLACES: (FactSource.HOME, free), IVO: (FactSource.IVO, home.ivo_checked_on)}
    return [HomeFact(home=home, field=name, source=by, told_on=on) for name, (by, on) in dates.items()]


def make_suppliers(today):
    """Companies that supply supported foster homes: they stand in the register, the families never do."""
    for name in SUPPLIERS:
        home, is_new = CareHome.objects.get_or_create(
            name=name,
            defaults={
                "name_key": sort_key(name),
                "form_group": FormGroup.FAMILY,
                "operator": Operator.COMPANY,
                "operator_name": name,
                "organisation_number": number_of(name),
                "location": Municipality.objects.get(code=HOME_TOWN),
            },
        )
        if is_new:
            fields = ("form_group", "operator", "operator_name", "organisation_number", "location")
            day = today - timedelta(days=90)
            note(HomeFact(home=home, field=name, source=FactSource.AGREEMENT, told_on=day) for name in fields)


def make_proposals(names, today):
    """Two homes that wait for the region's leader: a new one, and one that she has already under a shorter name."""
    for name, code in zip(names, (HOME_TOWN, NEIGHBOUR_TOWN), strict=True):
        place = Municipality.objects.get(code=code)
        home, is_new = CareHome.objects.get_or_create(
            name=name,
            defaults={
                "name_key": sort_key(name),
                "form_group": FormGroup.HVB,
                "operator": Operator.COMPANY,
                "location": place,
                "target_group": "Ungdomar med eget riskbeteende",
                "places": 6,
                "status": CareHome.Status.PROPOSED,
                "proposed_by": place,
            },
        )
        if is_new:
            home.remember_names(home.uid.hex)
            fields, day = ("form_group", "operator", "location", "target_group", "places"), today - timedelta(days=6)
            note(HomeFact(home=home, field=name, source=FactSource.MUNICIPALITY, told_on=day) for name in fields)
