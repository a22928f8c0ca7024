"""Invented posts, partners and mandates for one region. Harmless to repeat."""

from datetime import timedelta

from django.db import transaction

from bou_portal.access import Role
from municipalities.models import Holder, Mandate, Organisation, Post

# Every fourth municipality has nobody just now.
FIRST = ("Ida", "Per", "Kristina", "Mikael", "Åsa", "Tomas", "Helena", "Jonas", "Birgitta", "Oskar", "Lotta")
LAST = ("Frisk", "Ek", "Söder", "Wallgren", "Norin", "Hammar", "Lindh", "Bylund", "Öst", "Rask")
REGIONAL = (
    ("BBIC-ansvarig i länet", "länets kommuner", "Marianne Sandell", 900),
    ("Processledare, familjehem", "statsbidrag", "Henrik Almgren", 300),
    ("Samordnare för SIP", "regionen och kommunerna", "", 0),
)
# name, what they do, telephone, website, (function, holder)
PARTNERS = (
    ("Kunskapscentrum för barnhälsovård", "Årsrapport om barnhälsan, med uppgifter om oro för barn.", "060-18 10 00",
     "https://barnhalsa.example", ("Barnhälsovårdsöverläkare", "")),
    ("Länsstyrelsen", "Tillsyn och stöd i mottagandet av ensamkommande barn.", "0611-34 90 00",
     "https://lansstyrelsen.example", ("Handläggare, barn på flykt", "Sofia Granlund")),
    ("Universitetet, institutionen för socialt arbete", "Forskning och utbildning tillsammans med länets kommuner.", "",
     "https://universitetet.example", ("Lektor", "Viktor Ahlin")),
    ("Barn- och ungdomspsykiatrin", "Vårdgrannar i samverkansmodellen.", "060-18 20 00", "", ("Enhetschef", "")),
)  # fmt: skip
ENDED = ("Stiftelsen Ankaret", "Drev ett gemensamt projekt om ungas delaktighet.")
# title, months ago it was done (None: not yet), how it went
MANDATES = (
    ("Ta fram årsplanen tillsammans med kommunerna", 9, "Beslutad av styrgruppen i februari."),
    ("Leda nätverket för 1:e socialsekreterare", None, ""),
    ("Följa upp överenskommelsen om hälsoundersökningar", 2, "Uppföljd i alla kommuner, två behöver stöd."),
    ("Ordna introduktion för nya socialsekreterare", 1, "Tre omgångar. Alla kommuner deltog."),
    ("Sprida ny kunskap om skyddsbedömningar", None, ""),
    ("Redovisa användningen av statsbidraget", None, ""),
)


@transaction.atomic
def make_directory(region, people, today):
    """Posts in the region and in each municipality, with holders and some vacancies, partners, and the year's mandates."""
    if Post.objects.filter(region=region).exists():
        return
    for title, financed_by, name, days in REGIONAL:
        post = Post.objects.create(region=region, title=title, financed_by=financed_by)
        if name:
            hold(post, name, today - timedelta(days=days), phone="060-19 10 00")
    for number, municipality in enumerate(region.municipalities.active()):
        post = Post.objects.create(region=region, municipality=municipality, title="BBIC-samordnare")
        before = today - timedelta(days=1200 + 37 * number)
        left = today - timedelta(days=60 + 11 * number)
        hold(post, person(region, number), before, ended_on=left)
        if number % 4 != 2:
            hold(
                post,
                person(region, number + 5),
                left + timedelta(days=20),
                email=f"bbic-{municipality.code}@demo.example",
            )
    make_partners(region, people, today)
    make_mandates(region, people, today)


def hold(post, name, since, **facts):
    return Holder.objects.create(post=post, name=name, started_on=since, **facts)


def person(region, number):
    step = number + int(region.code)
    return f"{FIRST[step % len(FIRST)]} {LAST[3 * step % len(LAST)]}"


def holders_with(people, role):
    """Of these people, those who hold the role today."""
    return [user for user in people.values() if any(held.role == role for held in user.current_memberships)]


def make_partners(region, people, today):
    """Partners with a contact each; the one with a login is the first partner's."""
    signed_in = holders_with(people, Role.PARTNER)
    for name, does, phone, website, (title, holder) in PARTNERS:
        made = Organisation.objects.create(region=region, name=name, does=does, phone=phone, website=website)
        post = Post.objects.create(region=region, organisation=made, title=title)
        if holder:
            hold(post, holder, today - timedelta(days=450), email=f"{holder.split()[0].lower()}@demo.example")
        elif signed_in:
            user = signed_in.pop()
            hold(post, str(user), today - timedelta(days=300), user=user)
    name, does = ENDED
    Organisation.objects.create(region=region, name=name, does=does, ended_on=today - timedelta(days=120))


def make_mandates(region, people, today):
    """This year's of the leader and, where there is one, of the BBIC coordinator; last year's are all done."""
    for user in holders_with(people, Role.DEVELOPMENT_LEADER):
        for title, months, told in MANDATES:
            common = {"region": region, "user": user, "title": title}
            Mandate.objects.create(
                **common, year=today.year - 1, done_on=today - timedelta(days=400), told=told or "Klart under året."
            )
            done = today - timedelta(days=30 * months) if months else None
            Mandate.objects.create(**common, year=today.year, done_on=done, told=told)
    for user in holders_with(people, Role.BBIC_COORDINATOR):
        Mandate.objects.create(region=region, user=user, year=today.year, title="Hålla samman BBIC-samordnarna i länet")
