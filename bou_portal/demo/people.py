"""Invented people, one for each role, so that everybody can see the portal as she will meet it."""

from dataclasses import dataclass
from datetime import date

from bou_portal.access import Role
from bou_portal.accounts.models import Membership, User
from municipalities.models import Municipality, Region, Unit

# Known to everybody: the demo holds invented data only, and says so on every page.
PASSWORD = "valkommen-till-demon"
UNIT_NAMES = ("Barn och unga norr", "Barn och unga söder")
HOME_TOWN, HOME_REGION = "2281", "22"
SOCIAL_WORKER = "maja@demo.example"

# Of lengths without a common factor, so that few pairs come back.
FIRST_NAMES = ("Sara", "Anders", "Malin", "Johan", "Elin", "Mattias", "Amina", "Lotta", "Daniel", "Sofia", "Leila")
LAST_NAMES = ("Norberg", "Lund", "Sandström", "Ali", "Forsberg", "Björk", "Hedman", "Nyström", "Öberg", "Fors")

CHIEF_FIRST = (
    "Ann-Sofie", "Bengt", "Camilla", "Dag", "Elisabet", "Fredrik", "Gun-Britt", "Hans", "Inger", "Jan-Erik", "Katarina",
    "Mona", "Niklas",
)  # fmt: skip
CHIEF_LAST = (
    "Lidén", "Åström", "Rönnqvist", "Hellström", "Sundin", "Moberg", "Ekman", "Nyman", "Wallin", "Vestman", "Öhman",
)  # fmt: skip


@dataclass(frozen=True)
class Persona:
    email: str
    name: str
    role: Role
    place: str
    unit: int | None = None


PERSONAS = (
    Persona(SOCIAL_WORKER, "Maja Lindqvist", Role.SOCIAL_WORKER, HOME_TOWN, 0),
    Persona("karin@demo.example", "Karin Hedlund", Role.UNIT_MANAGER, HOME_TOWN, 0),
    Persona("eva@demo.example", "Eva Nordin", Role.HEAD_OF_IFO, HOME_TOWN),
    Persona("nils@demo.example", "Nils Åkerström", Role.DATA_STEWARD, HOME_TOWN),
    Persona("petra@demo.example", "Petra Sjödin", Role.PROCURER, HOME_TOWN),
    Persona("lena@demo.example", "Lena Wikström", Role.DEVELOPMENT_LEADER, HOME_REGION),
    Persona("ulla@demo.example", "Ulla Bergdahl", Role.BBIC_COORDINATOR, HOME_REGION),
    Persona("bo@demo.example", "Bo Hellgren", Role.REGIONAL_READER, HOME_REGION),
    Persona("sten@demo.example", "Sten Krantz", Role.SYSTEM_KEEPER, HOME_REGION),
    Persona("hanna@demo.example", "Hanna Ek", Role.PARTNER, HOME_REGION),
    Persona("lars@demo.example", "Lars Åberg", Role.COUNTY_BOARD, HOME_REGION),
    Persona("frida@demo.example", "Frida Holmgren", Role.FOSTER_CENTRE, HOME_REGION),
    Persona("agneta@demo.example", "Agneta Rask", Role.DEVELOPMENT_LEADER, "12"),
    Persona("ingrid@demo.example", "Ingrid Fjällström", Role.DEVELOPMENT_LEADER, "23"),
    Persona("torsten@demo.example", "Torsten Lidman", Role.DEVELOPMENT_LEADER, "24"),
    Persona("aino@demo.example", "Aino Kemi", Role.DEVELOPMENT_LEADER, "25"),
)


def make_people():
    """The personas, and in every municipality two units, its raters and its heads. Harmless to repeat.

    Returns the raters by municipality.
    """
    members = Municipality.objects.filter(region__is_member=True)
    units = {}
    for municipality in members:
        units[municipality.code] = [
            Unit.objects.get_or_create(municipality=municipality, name=name)[0] for name in UNIT_NAMES
        ]
    shared_password = User()
    shared_password.set_password(PASSWORD)  # hashed once: Argon2 takes its time on purpose
    for persona in PERSONAS:
        _persona(persona, units, shared_password.password)
    for number, place in enumerate(members.exclude(code=HOME_TOWN).order_by("code")):
        _chiefs(place, number, units[place.code][0], shared_password.password)
    return {place.code: _raters(place, units[place.code], shared_password.password) for place in members}


def _user(email, name, hashed):
    return User.objects.get_or_create(email=email, defaults={"name": name, "password": hashed})[0]


def _persona(persona, units, hashed):
    is_regional = len(persona.place) == 2
    place = (
        {"region": Region.objects.get(code=persona.place)}
        if is_regional
        else {"municipality": Municipality.objects.get(code=persona.place)}
    )
    unit = None if persona.unit is None else units[persona.place][persona.unit]
    Membership.objects.get_or_create(
        user=_user(persona.email, persona.name, hashed),
        role=persona.role,
        **place,
        defaults={"unit": unit, "started_on": date(2024, 1, 1)},
    )


def _chiefs(municipality, number, unit, hashed):
    """Those who answer for the municipality towards the region. Every sixth has no enhetschef, so that a gap is seen."""
    roles = [("ifochef", Role.HEAD_OF_IFO, None)]
    if number % 6 != 5:
        roles.append(("enhetschef", Role.UNIT_MANAGER, unit))
    for step, (word, role, led) in enumerate(roles):
        pick = 2 * number + step
        name = f"{CHIEF_FIRST[pick % len(CHIEF_FIRST)]} {CHIEF_LAST[pick % len(CHIEF_LAST)]}"
        Membership.objects.get_or_create(
            user=_user(f"{word}.{municipality.code}@demo.example", name, hashed),
            role=role,
            municipality=municipality,
            defaults={"unit": led, "started_on": date(2024, 1, 1)},
        )


def rater_name(number):
    """An everyday name, the same each time for the number."""
    return f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number % len(LAST_NAMES)]}"


def _raters(municipality, units, hashed):
    """Two social workers who answer for the municipality's follow-ups and ratings."""
    raters = []
    for number, unit in enumerate(units, start=1):
        name = rater_name(int(municipality.code) * 2 + number)
        rater = _user(f"handlaggare{number}.{municipality.code}@demo.example", name, hashed)
        Membership.objects.get_or_create(
            user=rater,
            role=Role.SOCIAL_WORKER,
            municipality=municipality,
            defaults={"unit": unit, "started_on": date(2024, 1, 1)},
        )
        raters.append(rater)
    return raters
