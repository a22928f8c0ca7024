"""A small world with one of everything: a region that has delivered, a frozen quarter, a rating, an invitation.

Made by the real import and the real freezing, and free of pytest, so that the journeys build it in a process of its own.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.accounts.models import Invitation, Membership, User
from bou_portal.periods import Quarter
from bou_portal.reports.freeze import freeze
from municipalities.models import Municipality, Region, Unit
from placements.codes import FormGroup
from placements.imports.delivering import import_delivery
from placements.models import (
    CareHome,
    Child,
    FollowUp,
    Interview,
    ParticipationStatus,
    Placement,
    Quote,
    Rating,
    RatingAnswer,
    VoiceDecision,
    VoiceModel,
    VoiceRound,
)
from placements.questionnaire import questionnaire
from tests import town_region
from tests.town_agreements import agree
from tests.town_learning import learn

PASSWORD = "ett-riktigt-langt-losenord"
TODAY = date(2026, 11, 21)
UNIT, OTHER_UNIT = "Barn och unga norr", "Barn och unga söder"
# Words that only those who may read about children ever see.
SECRET_TEXT = "Nyckelord Gråsparv"
CODES = {
    "2281": "VIPA",
    "2260": "TRAST",
    "2262": "ORRE",
    "2280": "JARPE",
    "2282": "RIPA",
    "2283": "DUVA",
    "2284": "LOM",
}
NEIGHBOURS_CODE = "TOFS"
SMALL = "2260"  # three placed children: too few for anybody outside to know


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: Role
    place: str
    unit: str = ""


PEOPLE = {
    "social_worker": Person("maja@sundsvall.example", "Maja Lindqvist", Role.SOCIAL_WORKER, "2281", UNIT),
    "unit_manager": Person("karin@sundsvall.example", "Karin Hedlund", Role.UNIT_MANAGER, "2281", UNIT),
    "head_of_ifo": Person("eva@sundsvall.example", "Eva Nordin", Role.HEAD_OF_IFO, "2281"),
    "data_steward": Person("nils@sundsvall.example", "Nils Åkerström", Role.DATA_STEWARD, "2281"),
    "procurer": Person("petra@sundsvall.example", "Petra Sjödin", Role.PROCURER, "2281"),
    "development_leader": Person("lena@region.example", "Lena Wikström", Role.DEVELOPMENT_LEADER, "22"),
    "regional_reader": Person("bo@region.example", "Bo Hellgren", Role.REGIONAL_READER, "22"),
    "system_keeper": Person("sten@region.example", "Sten Krantz", Role.SYSTEM_KEEPER, "22"),
    "partner": Person("hanna@region.example", "Hanna Ek", Role.PARTNER, "22"),
    "county_board": Person("lars@lansstyrelsen.example", "Lars Åberg", Role.COUNTY_BOARD, "22"),
    "foster_centre": Person("frida@region.example", "Frida Holmgren", Role.FOSTER_CENTRE, "22"),
    "neighbour": Person("johan@umea.example", "Johan Berg", Role.SOCIAL_WORKER, "2480"),
    "neighbouring_manager": Person("asa@umea.example", "Åsa Strand", Role.UNIT_MANAGER, "2480"),
    "neighbouring_head": Person("per@umea.example", "Per Holm", Role.HEAD_OF_IFO, "2480"),
    "neighbouring_leader": Person("torsten@region.example", "Torsten Lidman", Role.DEVELOPMENT_LEADER, "24"),
}
HEADERS = (
    "kommunkod", "barn", "kon", "fodelsear", "placeringsform", "enhet", "startdatum", "slutdatum", "avslutsorsak",
    "planerat", "lagrum", "ansvarig", "enhetsnamn",
)  # fmt: skip
# {word of the access table: row} of the region's own work, filled by build().
region_rows = {}
MAJA = PEOPLE["social_worker"].email


def people():
    """The personas by name, all with the same password."""
    hashed = make_password(PASSWORD)  # once: Argon2 takes its time on purpose
    made = {}
    for key, person in PEOPLE.items():
        made[key] = User.objects.create(email=person.email, name=person.name, password=hashed)
        if len(person.place) == 2:
            place = {"region": Region.objects.get(code=person.place)}
        else:
            place = {"municipality": Municipality.objects.get(code=person.place)}
            if person.unit:
                place["unit"] = Unit.objects.get_or_create(municipality=place["municipality"], name=person.unit)[0]
        Membership.objects.create(user=made[key], role=person.role, started_on=date(2020, 1, 1), **place)
    return made


def delivery(rows):
    """The rows as a file that a case system would write."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([HEADERS, *rows])
    return text.getvalue().encode("utf-8-sig")


def rows_of(code, prefix, number, today):
    """Open family placements, begun on different days."""
    for index in range(1, number + 1):
        sex, law = ("flicka", "pojke")[index % 2], ("SoL", "LVU")[index % 3 == 0]
        worker, unit = (MAJA, UNIT) if code == "2281" and index < 3 else ("", OTHER_UNIT if index > 12 else "")
        start, born = today - timedelta(days=300 + 29 * index), today.year - 19 + index
        yield (code, f"{prefix}-{index:02}", sex, born, "familjehem", "", start, "", "", "", law, worker, unit)


def stays_in_homes(today, *, ended=True):
    """Stays at Tallbacken, of which VIPA-22 gets its rating below and VIPA-24 goes on; or open, as they were delivered."""
    stays = (
        ("VIPA-21", "flicka", 16, 315, 40), ("VIPA-22", "pojke", 15, 293, 67), ("VIPA-23", "pojke", 14, 250, 20),
        ("VIPA-24", "flicka", 15, 230, None),
    )  # fmt: skip
    for code, sex, age, since, until in stays:
        ending = (today - timedelta(days=until), "MOVED_PLANNED", "ja") if ended and until else ("", "", "")
        start = today - timedelta(days=since)
        yield ("2281", code, sex, today.year - age, "hvb", "Tallbacken", start, *ending, "SoL", MAJA, UNIT)


def deliver(rows, today, user=None):
    result = import_delivery("leverans.csv", delivery(rows), delivered=today, user=user)
    assert not result.counts["refused"], [str(message) for message in result.messages if message.level == "error"]


def homes():
    sundsvall = Municipality.objects.get(code="2281")
    for name, status in (("Tallbacken", "registered"), ("Björkgården", "registered"), ("Nyviken", "proposed")):
        CareHome.objects.create(
            name=name, name_key=name.lower(), form_group=FormGroup.HVB, location=sundsvall, status=status,
            proposed_by=sundsvall if status == "proposed" else None,
        )  # fmt: skip


def rating(placement, rater):
    made = Rating.objects.create(
        municipality=placement.municipality, placement=placement, home=placement.home, rated_by=rater, step=4,
        overall=8, use_again="ja", price_fair="ja", youth_asked="samtal", strengths=SECRET_TEXT,
        may_be_shared=True,
    )  # fmt: skip
    RatingAnswer.objects.bulk_create(
        RatingAnswer(municipality=placement.municipality, rating=made, item=statement.number, value=4)
        for statement in questionnaire().statements
    )
    made.send(rater)


def voices(today, writer):
    """A round of one interview with a quote and a decision, the unit's answer, and a region's own model."""
    unit = Unit.objects.get(municipality__code="2281", name=UNIT)
    own = {"municipality": unit.municipality}
    common = VoiceModel.objects.get(region=None, name="Västernorrlandsmodellen")
    days = {"starts_on": date(today.year, 1, 1), "ends_on": date(today.year, 12, 31)}
    held = VoiceRound.objects.create(unit=unit, model=common, year=today.year, planned_interviews=6, **days, **own)
    Interview.objects.create(round=held, held_on=today, age_band="13-17", has_consent=True, entered_by=writer, **own)
    Quote.objects.create(round=held, theme="contact", text=SECRET_TEXT, written_by=writer, **own)
    VoiceDecision.objects.create(round=held, text=SECRET_TEXT, due_on=today, **own)
    ParticipationStatus.objects.create(unit=unit, year=today.year, method="talks", children_heard=4, **own)
    VoiceModel.objects.create(region=unit.municipality.region, name="Vår modell")


def build(today=TODAY, *, is_frozen=True):
    """The whole world as it is on a day. Returns the personas by name."""
    persons = people()
    homes()
    Unit.objects.create(municipality=Municipality.objects.get(code="2281"), name=OTHER_UNIT)
    deliver(stays_in_homes(today, ended=False), today - timedelta(days=100), persons["unit_manager"])
    deliver([*rows_of("2281", "VIPA", 14, today), *stays_in_homes(today)], today, persons["unit_manager"])
    for code, prefix in CODES.items():
        if code != "2281":
            deliver(rows_of(code, prefix, 3 if code == SMALL else 9, today), today)
    deliver(rows_of("2480", NEIGHBOURS_CODE, 7, today), today, persons["neighbouring_manager"])
    rating(Placement.objects.get(child__local_code="VIPA-22"), persons["social_worker"])
    voices(today, persons["social_worker"])
    child = Child.objects.get(local_code="VIPA-01")
    FollowUp.objects.create(
        municipality=child.municipality, child=child, kind="3-månaders", done_on=today - timedelta(days=50),
        entered_by=persons["social_worker"], entered_at=timezone.now(),
    )  # fmt: skip
    sundsvall = Municipality.objects.get(code="2281")
    Invitation(
        email="ny@sundsvall.example", name="Ny Kollega", role=Role.SOCIAL_WORKER, municipality=sundsvall,
        invited_by=persons["head_of_ifo"],
    ).renew()  # fmt: skip
    learn(persons, today, SECRET_TEXT)
    agree(persons, today)
    region_rows.update(town_region.build(persons, today))
    if is_frozen:
        freeze(Region.objects.get(code="22"), Quarter.of(today).previous(), by=persons["development_leader"])
    return persons
