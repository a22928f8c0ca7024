"""An invented cooperation model with papers, local networks and deviations for one region. Harmless to repeat."""

from datetime import timedelta

from django.db import transaction

from bou_portal.access import Role
from bou_portal.demo.region_directory import holders_with
from municipalities.cooperation.deviation_counts import closed_half_years, open_months
from municipalities.models import (
    Accord,
    Body,
    BodyMember,
    CooperationModel,
    CooperationPaper,
    Deviation,
    DeviationStep,
    LocalNetwork,
)

Kind, Party, State = Deviation.Kind, Deviation.Party, Deviation.State

NAMES = {"22": "Norrbus", "23": "Jämtbus", "24": "Västerbus", "25": "Norrbus", "12": "Skånebus"}
ABOUT = (
    "Barn och unga som behöver stöd av flera verksamheter samtidigt ska få det samordnat, utan att falla mellan stolarna. "
    "Modellen säger vem som kallar, vem som leder mötet och hur det som bestäms följs upp."
)
# kind, title, version, years since it began, years since it ended (None: it holds)
PAPERS = (
    ("rutin", "Gemensamma riktlinjer", "3", 2, None),
    ("rutin", "Gemensamma riktlinjer", "2", 7, 2),
    ("rutin", "När verksamheter är oense", "1", 4, None),
    ("blankett", "Kallelse till nätverksmöte", "2", 3, None),
    ("blankett", "Samtycke", "4", 1, None),
    ("blankett", "Uppföljning av SIP", "2", 1, None),
    ("material", "Information till föräldrar", "2025", 1, None),
)  # fmt: skip
CONTACTS = ("Samordnare, elevhälsan", "Enhetschef, barn och unga", "Verksamhetschef, hälsocentralen", "Rektor")
# kind, from, to, how many of ten municipalities' reports in a half-year are of it
REPORTED = (
    (Kind.NO_PLAN, Party.SOCIAL, Party.SCHOOL, 4),
    (Kind.NO_SHOW, Party.SOCIAL, Party.PSYCHIATRY, 3),
    (Kind.NO_CALL, Party.SCHOOL, Party.SOCIAL, 1),
    (Kind.RESPONSIBILITY, Party.SOCIAL, Party.HABILITATION, 1),
    (Kind.INFORMATION, Party.SOCIAL, Party.HEALTH_CENTRE, 2),
)
TEXTS = {
    Kind.NO_PLAN: "Begäran om SIP besvarades inte. Mötet fick ordnas utan den verksamhet som behövdes mest.",
    Kind.NO_SHOW: "Ingen kom till mötet och ingen lämnade återbud. Det som skulle bestämmas fick vänta.",
    Kind.NO_CALL: "Kallelsen gick till en tidigare handläggare.",
    Kind.RESPONSIBILITY: "Två verksamheter hänvisade till varandra om stöd i hemmet.",
    Kind.INFORMATION: "Svaret på remissen kom inte fram till den som följer upp.",
}
ANSWER = "Gruppen har talat med verksamheten. Rutinen är ändrad och följs upp nästa möte."


@transaction.atomic
def make_cooperation(region, people, today):
    """The county's model with all that belongs to it, two half-years of deviations, and some that wait."""
    if CooperationModel.objects.filter(region=region).exists():
        return
    group = Body.objects.create(
        region=region, kind=Body.Kind.NETWORK, name=f"Länsgruppen för {NAMES.get(region.code, 'samverkan')}",
        purpose="Håller modellen levande och hanterar avvikelser.", rhythm=Body.Rhythm.FOUR_A_YEAR,
    )  # fmt: skip
    for user in (*holders_with(people, Role.HEAD_OF_IFO), *holders_with(people, Role.UNIT_MANAGER)):
        BodyMember.objects.create(body=group, user=user, started_on=today - timedelta(days=800))
    model = CooperationModel.objects.create(
        region=region, name=NAMES.get(region.code, "Samverkansmodellen"), about=ABOUT, ages="0–20 år", group=group,
        started_on=today.replace(year=2012, month=1, day=1),
        accord=Accord.objects.filter(region=region, kind=Accord.Kind.COUNTY).order_by("pk").first(),
    )  # fmt: skip
    model.steered_by.set(Body.objects.filter(region=region, kind__in=("politisk", "styrelse"), ended_on=None)[:2])
    make_papers(model, today)
    make_networks(model, today)
    make_deviations(model, people, today)


def make_papers(model, today):
    for kind, title, version, began, ended in PAPERS:
        CooperationPaper.objects.create(
            model=model, kind=kind, title=title, version=version, link=f"https://samverkan.example/{kind}",
            holds_since_on=today - timedelta(days=365 * began),
            ended_on=ended and today - timedelta(days=365 * ended),
        )  # fmt: skip


def make_networks(model, today):
    """Five of eight, or about as many: every third municipality has none, and one of those had one."""
    for number, municipality in enumerate(model.region.municipalities.active()):
        ended = today - timedelta(days=200) if number == 2 else None
        if number % 3 != 2 or ended:
            LocalNetwork.objects.create(
                model=model, municipality=municipality, contact=CONTACTS[number % len(CONTACTS)],
                started_on=today - timedelta(days=1500 - 90 * number), ended_on=ended,
            )  # fmt: skip


def make_deviations(model, people, today):
    """In each municipality some of each kind: closed ones in the closed half-years, and new ones this month."""
    leaders = [*holders_with(people, Role.DEVELOPMENT_LEADER), None]
    places = list(model.region.municipalities.active())
    months = [month for half in closed_half_years(today) for month in half.months[1::2]]
    for number, municipality in enumerate(places):
        for turn, month in enumerate(months):
            for kind, sender, receiver, often in REPORTED:
                if (3 * number + turn) % 10 < 2 * often:
                    parties = {"kind": kind, "from_party": sender, "to_party": receiver}
                    report(model, leaders[0], municipality=municipality, month=month, state=State.CLOSED, **parties)
    reporters = holders_with(people, Role.SOCIAL_WORKER)
    own = [held.municipality for user in reporters for held in user.current_memberships] or places
    for (kind, sender, receiver, _), state in zip(REPORTED, (State.NEW, State.HANDLED, State.NEW), strict=False):
        parties = {"kind": kind, "from_party": sender, "to_party": receiver, "reported_by": next(iter(reporters), None)}
        report(model, leaders[0], municipality=own[0], month=open_months(today)[0], state=state, **parties)


def report(model, leader, **facts):
    """One deviation; what is no longer new has been answered."""
    made = Deviation.objects.create(model=model, text=TEXTS[facts["kind"]], **facts)
    if made.state != State.NEW:
        DeviationStep.objects.create(deviation=made, state=made.state, text=ANSWER, by=leader)
