"""Who holds which function in a region, and where nobody does: roles with an account, and posts that the leader keeps.

Addresses of users are never told; a mail goes through the portal (`addressee`). A municipality that has ended comes last
and has no vacancies.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Role
from bou_portal.exports import csv_bytes
from bou_portal.formats import count_word, listing, starting
from bou_portal.formats import date as iso
from bou_portal.mailing.models import Letter
from bou_portal.sorting import sort_key
from municipalities.models import Holder, Municipality, Organisation, Post, Region

# As they are listed in a municipality. One without the first two has a vacancy.
MUNICIPAL = (Role.HEAD_OF_IFO, Role.UNIT_MANAGER, Role.LEAD_SOCIAL_WORKER, Role.DATA_STEWARD, Role.PROCURER)
NEEDED = MUNICIPAL[:2]
REGIONAL = (
    Role.DEVELOPMENT_LEADER, Role.BBIC_COORDINATOR, Role.METHOD_SUPPORTER, Role.RESEARCH_LEADER, Role.COUNCIL_MEMBER,
    Role.REGIONAL_READER, Role.FOSTER_CENTRE,
)  # fmt: skip
LISTED = (*REGIONAL, *MUNICIPAL)
# Posts come after the roles, by title.
ORDER = {role: place for place, role in enumerate(LISTED)}


@dataclass(frozen=True)
class Line:
    """Somebody in a function, or nobody: then `name` is empty. `uid` is whom a mail is sent to, None without address."""

    what: str
    place: Region | Municipality | Organisation
    name: str = ""
    since: date | None = None
    phone: str = ""
    email: str = ""
    detail: str = ""
    uid: UUID | None = None
    url: str = ""
    order: int = len(LISTED)

    @property
    def is_vacant(self):
        return not self.name

    @property
    def where(self):
        """What the place is called in a list."""
        return place_name(self.place)

    @property
    def mail_url(self):
        return reverse("directory_mail", args=[self.uid]) if self.uid else ""

    @property
    def has_ended(self):
        """Whether the line is about a municipality that no longer takes part."""
        return isinstance(self.place, Municipality) and self.place.has_ended


def place_name(place):
    return place.body if isinstance(place, Region) else str(place)


def memberships():
    """Roles held, then and now. Their model lies above this app, so it is reached by its relation."""
    return get_user_model().memberships.rel.related_model.objects.all()


def held_today():
    """Roles held today by people whose accounts are open."""
    return memberships().in_force().filter(user__is_active=True)


def holders():
    """Holders today. `is_here` is false when somebody had an account and has left all her roles."""
    held = held_today().filter(user=OuterRef("user"))
    found = Holder.objects.in_force().select_related("user").annotate(has_role=Exists(held))
    return found.order_by("started_on", "pk")


def is_here(holder):
    return holder.user_id is None or holder.has_role


def in_region(region, path=""):
    return Q(**{f"{path}region": region}) | Q(**{f"{path}municipality__region": region})


def role_lines(region):
    """One line for each listed role that is held today."""
    held = held_today().filter(in_region(region), role__in=LISTED)
    for row in held.select_related("user", "municipality", "region", "unit"):
        yield Line(
            row.get_role_display(),
            row.region or row.municipality,
            str(row.user),
            row.started_on,
            detail=str(row.unit or ""),
            uid=row.uid,
            order=ORDER[row.role],
        )


def post_lines(region):
    """One line for each holder of a post, or one that says it is vacant."""
    posts = Post.objects.in_use().filter(region=region).select_related("municipality", "organisation", "region")
    for post in posts.prefetch_related(Prefetch("holders", holders(), to_attr="today")):
        if post.organisation and post.organisation.has_ended:
            continue
        common = {"what": post.title, "place": post.place, "url": post.get_absolute_url()}
        here = [holder for holder in post.today if is_here(holder)]
        for holder in here:
            can_be_reached = bool(holder.email or holder.user_id)
            yield Line(
                **common,
                name=name_of(holder),
                since=holder.started_on,
                phone=holder.phone,
                email="" if holder.user_id else holder.email,
                detail=post.financed_by and f"finansieras av {post.financed_by}",
                uid=holder.uid if can_be_reached else None,
            )
        if not here and not (post.municipality and post.municipality.has_ended):
            left = ", ".join(f"{name_of(holder)} har slutat" for holder in post.today)
            yield Line(**common, detail=left)


def name_of(holder):
    """A holder's name; with an account it is the account's, so that a changed name is changed everywhere."""
    return str(holder.user) if holder.user else holder.name


def missing_lines(municipalities, held):
    """A line for each municipality of today without an IFO-chef or enhetschef; the leader may keep one as a post."""
    taken = {(line.what, line.place) for line in held}
    for municipality in municipalities:
        for role in NEEDED:
            if not municipality.has_ended and (role.label, municipality) not in taken:
                yield Line(role.label, municipality, order=ORDER[role])


def lines(region):
    """Everybody in the region's directory: the region, then its municipalities, then partners; ended ones last."""
    held = [*role_lines(region), *post_lines(region)]
    return sorted([*held, *missing_lines(region.municipalities.all(), held)], key=as_listed)


def as_listed(line):
    place = (Region, Municipality, Organisation).index(type(line.place))
    return line.has_ended, place, sort_key(line.where), line.order, sort_key(line.what), sort_key(line.name)


def vacancies(region):
    """The lines that nobody holds today, in the order of the directory. Three queries."""
    return [line for line in lines(region) if line.is_vacant]


@dataclass(frozen=True)
class Addressee:
    """Somebody in the directory who can be written to. The address is not shown to the writer."""

    uid: UUID
    name: str
    what: str
    address: str


def addressee(regions, uid):
    """Who is meant by the `uid` of a line in these regions' directories; None when nobody there can be reached."""
    held = held_today().filter(role__in=LISTED, uid=uid)
    reached = Q(region__in=regions) | Q(municipality__region__in=regions)
    if row := held.filter(reached).select_related("user", "municipality", "region").first():
        what = f"{row.get_role_display()}, {place_name(row.region or row.municipality)}"
        return Addressee(uid, str(row.user), what, row.user.email)
    held = holders().filter(uid=uid, post__in=Post.objects.in_use().filter(region__in=regions))
    row = held.select_related("user", "post__municipality", "post__organisation", "post__region").first()
    if row is None or not is_here(row):
        return None
    address = row.user.email if row.user else row.email
    what = f"{row.post}, {place_name(row.post.place)}"
    return Addressee(uid, name_of(row), what, address) if address else None


@dataclass(frozen=True)
class Change:
    """Somebody began or left on a day."""

    on: date
    began: bool
    name: str
    what: str
    where: str
    url: str = ""


def changes(region, days=90):
    """Who began or left a listed role or a post in the last `days` days, the newest first."""
    today = timezone.localdate()
    since = today - timedelta(days=days)
    recent = Q(started_on__range=(since, today)) | Q(ended_on__range=(since, today))
    rows = memberships().filter(recent, in_region(region), role__in=LISTED)
    found = []
    for row in rows.select_related("user", "municipality", "region"):
        found += changes_of(row, str(row.user), row.get_role_display(), row.region or row.municipality)
    held = Holder.objects.filter(recent, post__region=region)
    for row in held.select_related("user", "post__municipality", "post__organisation", "post__region"):
        found += changes_of(row, name_of(row), row.post.title, row.post.place, row.post.get_absolute_url())
    seen = [change for change in found if since <= change.on <= today]
    return sorted(seen, key=lambda change: (change.on, sort_key(change.name)), reverse=True)


def changes_of(row, name, what, place, url=""):
    """The beginning and, where there is one, the end."""
    for day, began in ((row.started_on, True), (row.ended_on, False)):
        if day:
            yield Change(day, began, name, what, place_name(place), url)


@dataclass(frozen=True)
class Held:
    """One holder in a post's history. `has_left`: she has the post today but no longer any role in the portal."""

    holder: Holder
    name: str
    has_left: bool


@dataclass(frozen=True)
class History:
    """Everybody who has had a post, the newest first, and the names of those who have it `today`."""

    rows: list[Held]
    today: str


def history(post):
    held = held_today().filter(user=OuterRef("user"))
    found = post.holders.select_related("user").annotate(has_role=Exists(held))
    today = set(holders().filter(post=post).values_list("pk", flat=True))
    rows = [Held(row, name_of(row), row.pk in today and not is_here(row)) for row in found]
    names = [row.name for row in rows if row.holder.pk in today and not row.has_left]
    return History(rows, listing(names) if names else "")


# --- the page of the directory ----------------------------------------------------------------------------------------
SORTED = {
    "funktion": lambda line: (line.order, sort_key(line.what)),
    "plats": lambda line: sort_key(line.where),
    "namn": lambda line: (line.is_vacant, sort_key(line.name)),
    "sedan": lambda line: line.since or date.min,
}


def ordered(found, wish):
    """As the reader asks in `?sortera=`, else as they come. An unknown wish is ignored."""
    key = SORTED.get(wish.lstrip("-"))
    return sorted(found, key=key, reverse=wish.startswith("-")) if key else found


def sections(found):
    """(heading, lines) for the region, its municipalities and its partners; empty ones left out."""
    parts = (("Regionen", Region), ("Kommunerna", Municipality), ("Samverkansparter", Organisation))
    named = [(heading, [line for line in found if isinstance(line.place, kind)]) for heading, kind in parts]
    return [(heading, part) for heading, part in named if part]


def sentence(found):
    """What is vacant, in one sentence."""
    vacant = [line for line in found if line.is_vacant]
    if not vacant:
        return "Alla funktioner i katalogen har någon."
    named = [f"{line.what} i {line.where}" for line in vacant[:3]]
    if len(vacant) > len(named):
        named.append(f"{count_word(len(vacant) - len(named))} till")
    many = "funktion är vakant" if len(vacant) == 1 else "funktioner är vakanta"
    return starting(f"{count_word(len(vacant))} {many}: {listing(named)}.")


HEADINGS = ("Funktion", "Plats", "Namn", "Sedan", "Telefon", "E-post", "Läge")


def as_csv(found):
    """For the leader: addresses that she has written herself, never those of accounts."""
    states = {True: "vakant", False: ""}
    rows = [
        (line.what, line.where, line.name, iso(line.since), line.phone, line.email, states[line.is_vacant])
        for line in found
    ]
    return csv_bytes(HEADINGS, rows)


def letters_of(user):
    """The mails this user has sent through the directory and that are still kept, the newest first."""
    return Letter.objects.about(f"katalog:{user.pk}:").order_by("-created_at", "-pk")
