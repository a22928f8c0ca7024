"""What is known of a home: which facts there are, who said so, how old it is, and how that reads.

The rules come from the home register's purpose: a fact that nobody can date is no ground for a placement. A fact is old
after a year; free places, which change from week to week, after fourteen days.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from bou_portal.formats import date as iso
from bou_portal.identity_numbers import check_digit
from placements.codes import FactSource

NOTHING = "Ingen uppgift"
OLD_AFTER, FREE_PLACES_OLD_AFTER = timedelta(days=365), timedelta(days=14)
FREE_PLACES, METHODS, IVO = "free_places", "methods", "ivo_status"

# The facts of the card in their order: (what it is called, the fields it is told by).
FACTS = (
    ("Form", ("form_group",)),
    ("Regi", ("operator",)),
    ("Huvudman", ("operator_name",)),
    ("Organisationsnummer", ("organisation_number",)),
    ("Ligger i", ("location",)),
    ("Målgrupp", ("target_group",)),
    ("Tar emot", ("target_sex",)),
    ("Ålder", ("age_from", "age_to")),
    ("Arbetssätt", (METHODS,)),
    ("Platser", ("places",)),
    ("Lediga platser", (FREE_PLACES,)),
    ("Telefon", ("phone",)),
    ("Webbplats", ("website",)),
    ("Status hos IVO", (IVO,)),
)
FIELDS = tuple(field for _, fields in FACTS for field in fields)
# What one fact carries along: the day IVO was asked, and where.
PARTS_OF = {"ivo_checked_on": IVO, "ivo_link": IVO}

FROM = {
    FactSource.HOME: "från hemmet",
    FactSource.IVO: "från IVO",
    FactSource.AGREEMENT: "från avtal eller upphandling",
    FactSource.REGION: "från regionens utvecklingsledare",
    FactSource.MUNICIPALITY: "från en kommun",
    FactSource.FILE: "från en inläst fil",
}


@dataclass(frozen=True)
class Told:
    """One line of the facts card: `who` says who said so, `age` says in words that it is old, or nothing."""

    label: str
    value: str
    who: str
    told_on: date | None
    age: str
    link: str = ""

    @property
    def is_known(self):
        return self.value != NOTHING

    @property
    def source(self):
        """`Uppgiften från hemmet, 2026-10-03`."""
        return f"{self.who}, {iso(self.told_on)}" if self.told_on else self.who


def told(home, today=None):
    """The home's facts as lines. Reads the home's facts and ways, once each."""
    today = today or timezone.localdate()
    sources = {fact.field: fact for fact in home.facts.all()}
    return [line(home, label, fields, sources, today) for label, fields in FACTS]


def line(home, label, fields, sources, today):
    """A fact told by several fields is as old as the oldest of them."""
    value = words(home, fields[0])
    found = [sources[field] for field in fields if field in sources]
    fact = min(found, key=lambda fact: fact.told_on) if found else None
    who = f"Uppgiften {FROM[fact.source]}" if fact else ("Källa saknas" if value else "")
    age = age_in_words(fields[0], fact.told_on, today) if fact and value else ""
    link = {"website": home.website, IVO: home.ivo_link}.get(fields[0], "")
    return Told(label, value or NOTHING, who, fact.told_on if fact else None, age, link)


def words(home, field):
    """The fact as a reader says it; nothing when it is not known."""
    if field == METHODS:
        return ", ".join(str(way) for way in home.ways.all())
    if field == "location":
        return f"{home.location}, {home.location.region.name}" if home.location else ""
    if field == "age_from":
        return home.ages
    if hasattr(home, f"get_{field}_display"):
        return getattr(home, f"get_{field}_display")() or ""
    value = getattr(home, field)
    return "" if value is None else str(value)


def is_old(field, told_on, today=None):
    """Whether a fact has to be asked for again."""
    limit = FREE_PLACES_OLD_AFTER if field == FREE_PLACES else OLD_AFTER
    return (today or timezone.localdate()) - told_on > limit


def age_in_words(field, told_on, today):
    if not is_old(field, told_on, today):
        return ""
    return "Äldre än två veckor" if field == FREE_PLACES else "Äldre än ett år"


SOLE_TRADER = (
    "Det här är ett personnummer: en enskild firma har innehavarens. Personnummer får inte finnas i portalen. Lämna "
    "organisationsnumret tomt."
)


class WrongNumber(Exception):
    """An organisation number that is none; the message is a Swedish sentence that says what to do."""


def organisation_number(text):
    """The number as `NNNNNN-NNNN`. Raises WrongNumber.

    Skatteverket: the third digit of a legal person's number is at least 2, so that it never reads as a date; the last is
    a Luhn digit. A sole trader's number is her personal identity number, and those do not enter the portal.
    """
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) == 12 and digits.startswith("16"):
        digits = digits[2:]
    if len(digits) == 12 or (len(digits) == 10 and digits[2] < "2"):
        raise WrongNumber(SOLE_TRADER)
    if len(digits) != 10 or not set(text) <= set("0123456789- \u00a0"):
        raise WrongNumber("Skriv organisationsnumret med tio siffror: NNNNNN-NNNN.")
    if check_digit(digits[:9]) != int(digits[9]):
        raise WrongNumber("Organisationsnumrets sista siffra stämmer inte med de andra. Kontrollera numret.")
    return f"{digits[:6]}-{digits[6:]}"
