"""Invented agreements of one region: with the state, in the county, under it, and one that is being revised."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from bou_portal.access import Role
from municipalities.models import Accord, Revision, RevisionComment, SignOff

COUNTY_TEXT = """Parterna har ett gemensamt ansvar för barn och unga som behöver stöd från flera verksamheter.

1. Samordnad individuell plan erbjuds när barnet behöver insatser från mer än en part. Den som ser behovet kallar.
2. Parterna möts i en länsgrupp två gånger om året. Varje kommun har en kontaktperson.
3. När ett barn placeras begär kommunen hälsoundersökning inom en vecka.
4. Regionen tar emot begäran på en väg in och svarar inom tre arbetsdagar.
5. Avvikelser rapporteras i länsgruppen utan uppgifter om barnet.

Kostnader för den gemensamma samordningen delas efter antalet invånare."""
NEW_COUNTY_TEXT = COUNTY_TEXT.replace("två gånger om året", "fyra gånger om året").replace(
    "5. Avvikelser rapporteras i länsgruppen utan uppgifter om barnet.",
    "5. Avvikelser rapporteras i portalen utan uppgifter om barnet, och länsgruppen följer upp dem varje möte.\n"
    "6. Parterna följer tillsammans upp hur många barn som får sin hälsoundersökning i tid.",
)
OLD_ROUTINE = "Kommunen kallar till möte. Hälsocentralen deltar när den kan.\nProtokollet skickas inom en månad."
ROUTINE = "Kommunen kallar till möte. Hälsocentralen deltar alltid med en utsedd person.\nProtokollet skickas inom två veckor."
COMMENTS = (
    "Fyra möten om året är bra om två av dem är digitala.",
    "Punkt 6 är viktig för oss. Vem tar fram siffrorna?",
    "Vi vill att svar inom tre arbetsdagar ska gälla också under sommaren.",
)


@transaction.atomic
def make_accords(region, people, today):
    """The region's agreements with parties, days to keep and revisions. `people` are the personas by address."""
    if Accord.objects.filter(region=region).exists():
        return
    leader = by_role(people, Role.DEVELOPMENT_LEADER)
    places = list(region.municipalities.active())
    state = accord(
        region, "Statens satsning på den sociala barnavården", "stat", leader, date(today.year, 1, 1),
        date(today.year, 12, 31), money=1_450_000, number=f"S{today.year}/00417",
        purpose="Länet får medel för att stärka kvaliteten i arbetet med barn och unga.",
        goals="Alla kommuner arbetar med minst ett av områdena.\nResultaten redovisas för hela länet.",
    )  # fmt: skip
    days(state, leader, ("redovisning", date(today.year, 9, 30), "Delredovisning till Socialstyrelsen", True),
         ("redovisning", today + timedelta(days=45), "Slutredovisning med ekonomi", False))  # fmt: skip
    parties(state, places, f"{region.body}", "Sveriges Kommuner och Regioner")
    county = accord(
        region, "Överenskommelse om samverkan kring barn och unga", "lan", leader, date(today.year - 2, 3, 1),
        date(today.year + 1, 4, 30), text=COUNTY_TEXT, number=f"LÄN {today.year - 2}/12",
        purpose="Barn som behöver stöd från både kommun och region ska få det samtidigt och samordnat.",
        goals="Alla kommuner har en utsedd kontaktperson.\nHälsoundersökning begärs för alla placerade barn.",
    )  # fmt: skip
    days(county, leader, ("revidering", today + timedelta(days=58), "Översyn inför nästa period", False),
         ("redovisning", today - timedelta(days=5), "Länsgruppens årsrapport", False))  # fmt: skip
    revise(county, parties(county, places, region.body), people, leader, today)
    for place in places[:3]:
        local(region, county, place, leader, today)
    accord(
        region, "FoU-stöd till socialtjänsten", "fou", leader, date(today.year + 1, 1, 1), date(today.year + 3, 12, 31),
        money=620_000, purpose="Forskningscirklar och uppföljning tillsammans med universitetet.",
    )  # fmt: skip
    ended = accord(
        region, "Samordnade hälsoundersökningar, försök", "lan", leader, date(today.year - 3, 1, 1),
        date(today.year - 1, 12, 31), money=300_000,
    )  # fmt: skip
    ended.dates.update(done_on=date(today.year - 1, 12, 31), done_by=leader)


def by_role(people, role):
    """The first of the personas that holds the role, or None."""
    return next((user for user in people.values() if any(m.role == role for m in user.current_memberships)), None)


def accord(region, title, kind, owner, since, until, **fields):
    made = Accord.objects.create(
        region=region, title=title, kind=kind, owner=owner, valid_from=since, valid_until=until, **fields
    )
    made.keep_end_date()
    return made


def days(accord, leader, *kept):
    """(kind, day, what, whether it is done)."""
    for kind, day, what, is_done in kept:
        done = {"done_on": day, "done_by": leader} if is_done else {}
        accord.dates.create(kind=kind, due_on=day, what=what, **done)


def parties(accord, places, *organisations):
    since = {"joined_on": accord.valid_from}
    made = [accord.parties.create(municipality=place, **since) for place in places]
    return made + [accord.parties.create(name=name, **since) for name in organisations]


def revise(county, parties, people, leader, today):
    """An open revision with a few comments; most have approved, one has not, the persona's own municipality waits."""
    revision = Revision.objects.create(
        accord=county, number=1, text=NEW_COUNTY_TEXT, closes_on=today + timedelta(days=21), opened_by=leader,
        summary="Länsgruppen möts oftare, avvikelser rapporteras i portalen och vi följer hälsoundersökningarna.",
    )  # fmt: skip
    head = by_role(people, Role.HEAD_OF_IFO)
    own = {m.municipality_id for m in head.current_memberships} if head else set()
    others = [party for party in parties if party.municipality_id not in own]
    for n, party in enumerate(others[: 2 * len(others) // 3]):
        stand = SignOff.Stand.OBJECTS if n == 2 else SignOff.Stand.APPROVES
        revision.sign_offs.create(party=party, stand=stand)
    for party, text in zip(others, COMMENTS, strict=False):
        RevisionComment.objects.create(revision=revision, party=party, text=text)
    now = timezone.now()
    Revision.objects.filter(pk=revision.pk).update(opened_at=now - timedelta(days=11))
    revision.comments.update(at=now - timedelta(days=6))
    revision.sign_offs.update(signed_at=now - timedelta(days=4))


def local(region, county, place, leader, today):
    """A municipality's own agreement with its health centre, revised once."""
    made = accord(
        region, f"Lokal rutin i {place}", "lokal", leader, date(today.year - 1, 6, 1), None, parent=county, text=ROUTINE
    )
    days(made, leader, ("revidering", today + timedelta(days=120), "Genomgång med hälsocentralen", False))
    party, *_ = parties(made, [place], "Hälsocentralen")
    revision = Revision.objects.create(
        accord=made, number=1, text=ROUTINE, replaced_text=OLD_ROUTINE, closes_on=today - timedelta(days=200),
        state=Revision.State.ADOPTED, closed_at=timezone.now() - timedelta(days=190), opened_by=leader,
        closed_by=leader, summary="Hälsocentralen utser en person och protokollet kommer tidigare.",
    )  # fmt: skip
    for party in made.parties.all():
        revision.sign_offs.create(party=party, stand=SignOff.Stand.APPROVES)
