"""A library with what regions really send round, in our own words, and invented dispatches, answers and saved items."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.contrib.auth import get_user_model
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.accounts.models import Membership
from bou_portal.periods import Quarter
from municipalities.models import AgendaItem, Dispatch, Knowledge, Meeting, Receipt, SavedItem, Topic

Kind, Tick = Knowledge.Kind, Receipt.Tick
# Days ago it came in, kind, topic, title, publisher, number, published, link, keywords, summary.
PIECES = (
    (
        6, Kind.GUIDANCE, Topic.PARTICIPATION, "Att samtala med barn", "Socialstyrelsen", "2018-11-14", None,
        "https://www.socialstyrelsen.se/", "samtal, delaktighet",
        "Kunskapsstöd om samtal med barn i socialtjänsten.\nLäs det ni hinner före APT och ta med ett eget exempel.",
    ),
    (
        34, Kind.PROJECT, Topic.PARTICIPATION, "Barnen vill – vågar vi?", "Stiftelsen Allmänna Barnhuset", "", None,
        "https://www.allmannabarnhuset.se/", "delaktighet, brukarmedverkan, bok",
        "Bok från 2014 av Hyvönen och Alexanderson om barns delaktighet. Flera kommuner i Dalarna var med.\n"
        "Bra att läsa i cirkel.",
    ),
    (
        40, Kind.REPORT, Topic.HEALTH, "Läkarbesök vid placering: så gjorde vi", "Regionens eget", "",
        date(2026, 5, 20), "", "hälsoundersökning, rutin",
        "Två enheter berättar hur de fick tid inom en månad.\nRutinen går att låna som den är.",
    ),
    (
        61, Kind.RESEARCH, Topic.STABILITY, "Barn som flyttas i offentlig regi", "Viktoria Skoog, FoU Västernorrland",
        "", None, "https://www.diva-portal.org/", "sammanbrott, omplacering, avhandling",
        "Avhandling om barn som flyttas mellan hem.\nLäs tillsammans med er egen kurva över avbrott.",
    ),
    (
        61, Kind.FILM, Topic.STABILITY, "Barns råd till socialsekreterare", "FoU Västernorrland", "", None, "",
        "film, delaktighet, råd från barn",
        "Fyra minuter. Barn som har flyttats ger råd till den som ska fatta beslut.\nVisa den och prata i tio minuter.",
    ),
    (
        95, Kind.TOOL, Topic.LAW, "Stärkt skydd för barn och unga", "SKL", "2015", None, "https://skr.se/",
        "stärkt skydd, handlingsplan, förslag",
        "Handlingsplan från juni 2015 med förslag i tre områden: uppdrag, arbetsmiljö och kunskap.\n"
        "Länets arbete med förslagen följs under Plan.",
    ),
    (
        120, Kind.PROJECT, Topic.FOLLOW_UP, "Det nationella uppdraget 2011", "SKL", "", None, "https://skr.se/",
        "bakgrund, barnskyddsutredningen",
        "Bakgrunden till utvecklingsledarna: uppdraget från 2011 och barnskyddsutredningen.\nBra för den som är ny.",
    ),
    (
        150, Kind.REGULATION, Topic.FOLLOW_UP, "Statistik om insatser för barn och unga", "Socialstyrelsen",
        "HSLF-FS 2016:3", None, "https://www.socialstyrelsen.se/", "register, statistik",
        "Vad nämnden ska lämna varje år.\nFör den som är dataansvarig.",
    ),
)  # fmt: skip
OLD = (
    700, Kind.HANDBOOK, Topic.BBIC, "Äldre vägledning om BBIC", "Regionens eget", "", date(2019, 3, 4), "", "bbic",
    "Vår egen vägledning från starten.\nErsatt av BBIC-samordnarens sidor.",
)  # fmt: skip
GREETING = (
    "Hej! Den här har flera av er frågat efter. Säg gärna om ni tar upp den, så samlar jag frågorna till nästa träff."
)


def make_knowledge(region, people, today):
    """The region's library, three dispatches and their answers, once. A sentence of what was made."""
    if Knowledge.objects.filter(region=region).exists():
        return "Biblioteket fanns redan."
    leads = Membership.objects.in_force().filter(region=region, role=Role.DEVELOPMENT_LEADER).select_related("user")
    leader = next((held.user for held in leads), None)
    pieces = [enter(region, leader, today, *told) for told in PIECES]
    enter(region, leader, today, *OLD, withdrawn_on=today - timedelta(days=200))
    random = Random(f"kunskap {region.code}")
    dispatch(pieces[0], leader, today - timedelta(days=5), 0.3, random)
    dispatch(pieces[1], leader, today - timedelta(days=33), 0.8, random, reminded_on=today - timedelta(days=12))
    last = Quarter.of(today).previous().end  # so that the quarterly report has something to tell
    dispatch(pieces[4], leader, last - timedelta(days=2), 0.9, random)
    keep(pieces, people, random)
    present(region, pieces)
    return f"{len(pieces) + 1} i biblioteket."


def enter(region, leader, today, days, *told, withdrawn_on=None):
    names = ("kind", "topic", "title", "publisher", "number", "published_on", "link", "tags", "summary")
    made = Knowledge.objects.create(
        region=region, entered_by=leader, withdrawn_on=withdrawn_on, **dict(zip(names, told, strict=True))
    )
    Knowledge.objects.filter(pk=made.pk).update(entered_at=at(today - timedelta(days=days)))
    return made


def at(day, hour=9):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def dispatch(piece, leader, day, answered, random, reminded_on=None):
    """To managers and workers in the region; so many of them have answered. No mail is posted."""
    places = list(piece.region.municipalities.active())
    sent = Dispatch.objects.create(
        knowledge=piece, roles=[Role.UNIT_MANAGER, Role.SOCIAL_WORKER], message=GREETING, sent_by=leader,
        reminded_at=at(reminded_on) if reminded_on else None,
    )  # fmt: skip
    Dispatch.objects.filter(pk=sent.pk).update(sent_at=at(day))
    sent.municipalities.set(places)
    held = Membership.objects.in_force().filter(municipality__in=places, role__in=sent.roles, user__is_active=True)
    copies = {}
    for membership in held.order_by("pk"):
        key, is_manager = (membership.user_id, membership.municipality_id), membership.role == Role.UNIT_MANAGER
        copies[key] = copies.get(key, False) or is_manager
    Receipt.objects.bulk_create(
        Receipt(
            dispatch=sent, user_id=user, municipality_id=place, is_first_line=first,
            **answer(day, random) if random.random() < answered else {},
        )
        for (user, place), first in copies.items()
    )  # fmt: skip


def answer(day, random):
    tick = random.choice((Tick.READ, Tick.READ, Tick.TAKES_UP, Tick.TAKES_UP, Tick.NOT_OURS))
    return {"tick": tick, "ticked_at": at(day, 11 + random.randrange(5)) + timedelta(days=random.randrange(4))}


def keep(pieces, people, random):
    """What the personas and some others have saved, and of how much use it was."""
    others = (
        get_user_model().objects.filter(memberships__municipality__region=pieces[0].region).distinct().order_by("pk")
    )
    for user in sorted({*people.values(), *others[:9]}, key=lambda user: user.pk):
        for piece in random.sample(pieces[:5], 3):
            SavedItem.objects.get_or_create(
                user=user, knowledge=piece, defaults={"usefulness": random.choice((2, 3, 3, None))}
            )


def present(region, pieces):
    """Taken up at the newest meeting that has been held, when there is one."""
    if held := Meeting.objects.filter(body__region=region, state=Meeting.State.HELD).first():
        AgendaItem.objects.create(meeting=held, order=20, title=f"Ny kunskap: {pieces[1]}", knowledge=pieces[1])
