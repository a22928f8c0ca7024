"""The columns of each kind of delivery (figures.md 2), how a cell is read, and the headers it is known by."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from bou_portal.identity_numbers import is_identity_like
from bou_portal.imports import folded
from placements.codes import (
    EndReason,
    FormCode,
    FormGroup,
    Initiator,
    LawCode,
    LawGroup,
    NextStop,
    Operator,
    Planned,
    Sex,
)
from placements.imports import words
from placements.models import Delivery, FollowUp, HealthExam, Plan, Review

Kind = Delivery.Kind
IDENTITY_TEXT = "Här står ett personnummer. Byt det mot barnets lokala kod och lämna raden på nytt."
HIDDEN_HOME = "dold:"  # what stands for a private home's name in a file of refused rows


class Wrong(Exception):
    """A cell that cannot be taken in: which check says so, and a sentence that says what to do."""

    def __init__(self, check: str, text: str):
        super().__init__(text)
        self.check, self.text = check, text


@dataclass(frozen=True)
class Column:
    """One column: its name, its reader (text -> canonical value; raises Wrong) and other headers it goes under.

    A `lenient` column's bad value is a warning and is left out; any other column's refuses the row.
    """

    name: str
    read: Callable
    meaning: str
    required: bool = False
    lenient: bool = False
    known_as: tuple[str, ...] = ()


def read_date(text: str) -> str:
    """`2026-01-31` or `20260131`, also with a time of midnight behind, as ISO text."""
    match = re.fullmatch(r"(\d{4})(-?)(\d{2})\2(\d{2})(?:[ T]00:00(?::00)?)?", text)
    try:
        return date(int(match[1]), int(match[3]), int(match[4])).isoformat()
    except (TypeError, ValueError):
        raise Wrong("unreadable_date", "Datumet finns inte eller går inte att läsa. Skriv ÅÅÅÅ-MM-DD.") from None


def one_of(known: dict, expected: str, *shown: str) -> Callable:
    """A reader of a code list. `shown`: the words that a person may choose among when a word is new."""

    def read(text: str):
        try:
            return known[folded(text)]
        except KeyError:
            raise Wrong(
                "unknown_code", f"Okänt värde. Skriv {expected}, eller översätt värdet vid inläsningen."
            ) from None

    read.shown = shown
    return read


def whole(low: int, high: int) -> Callable:
    """A reader of a whole number in a range."""

    def read(text: str) -> int:
        if re.fullmatch(r"\d{1,3}", text) and low <= int(text) <= high:
            return int(text)
        raise Wrong("unknown_code", f"Skriv ett heltal {low}–{high} eller lämna tomt.")

    return read


def read_code(text: str) -> str:
    if is_identity_like(text):
        raise Wrong("identity_number", IDENTITY_TEXT)
    if len(text) > 20:
        raise Wrong("code_too_long", "Barnets kod är längre än 20 tecken. Använd en kortare lokal kod.")
    return text


def read_year(text: str) -> int:
    if re.fullmatch(r"(19|20)\d\d", text):
        return int(text)
    raise Wrong("birth_year_unreadable", "Födelseåret går inte att läsa och räknas som okänt. Skriv fyra siffror.")


def read_cost(text: str) -> str:
    number = re.sub(r"\s|kr(/dygn)?$", "", text.casefold()).replace(",", ".")
    if re.fullmatch(r"\d{1,6}(\.\d{1,2})?", number):
        return number
    raise Wrong("cost_unreadable", "Dygnskostnaden går inte att läsa och tas inte med. Skriv till exempel 4850,50.")


def read_home(text: str) -> str:
    if len(text) > 100:
        raise Wrong(
            "home_too_long", "Hemmets namn är längre än 100 tecken och räknas som okänt. Skriv ett kortare namn."
        )
    return text


def read_text(text: str) -> str:
    return text[:100]


YES_NO = one_of(words.YES_NO, "ja eller nej", "Ja", "Nej")
RATING = whole(1, 5)

MUNICIPALITY = Column(
    "kommunkod",
    read_text,
    "beslutande kommun",
    required=True,
    known_as=("kommun", "anvisningskommun", "socialtjänstområde", "placerande kommun", "beslutande kommun"),
)
CHILD = Column(
    "barn",
    read_code,
    "barnets lokala kod",
    required=True,
    known_as=("dossiernummer", "lokal kod", "barnets kod", "ärendenummer", "case_ref", "barnkod"),
)

COLUMNS = {
    Kind.PLACEMENTS: (
        MUNICIPALITY,
        CHILD,
        Column(
            "kon",
            one_of(words.SEX, "flicka, pojke eller okänt", *Sex.labels),
            "juridiskt kön",
            known_as=("juridiskt kön", "sex"),
        ),
        Column("fodelsear", read_year, "födelseår", lenient=True, known_as=("född år", "födelseår barn", "birth_year")),
        Column("ensamkommande", YES_NO, "ensamkommande barn", known_as=("ekb", "ensamkommande barn")),
        Column(
            "placeringsform",
            one_of(
                words.FORM,
                "till exempel familjehem, jourhem, hvb, stodboende eller sis",
                *FormGroup.labels,
                *FormCode.labels,
            ),
            "placeringens form",
            required=True,
            known_as=("boendeform", "boendeformer", "aktuell boendeform", "form", "insats", "vårdform"),
        ),
        Column(
            "enhet",
            read_home,
            "hemmet",
            lenient=True,
            known_as=("boende", "hem", "hemmets namn", "placeringsadress namn", "home_name"),
        ),
        Column(
            "regi",
            one_of(words.OPERATOR, "till exempel egen regi, enskild regi eller annan kommun", *Operator.labels),
            "vem som driver hemmet",
            known_as=("ägarform", "aktuell ägarform", "huvudman", "driftsform"),
        ),
        Column("vistelsekommun", read_text, "kommun där hemmet ligger", known_as=("placeringskommun", "boendekommun")),
        Column(
            "startdatum",
            read_date,
            "första natten",
            required=True,
            known_as=("placeringsdatum", "placerad från", "från", "från och med", "start", "inskrivningsdatum"),
        ),
        Column(
            "slutdatum",
            read_date,
            "dagen den slutade",
            known_as=("utskrivningsdatum", "placerad till", "till", "till och med", "slut", "avslutsdatum"),
        ),
        Column(
            "avslutsorsak",
            one_of(
                words.END_REASON,
                "en kod eller etikett ur kodlistan, till exempel MOVED_PLANNED",
                *EndReason.labels,
                "Planerat avslut",
                "Oplanerat avslut",
            ),
            "orsak till avslut",
            known_as=("anledning till utskrivning", "orsak till avslut", "avslutsanledning", "end_reason"),
        ),
        Column(
            "planerat",
            one_of(words.PLANNED, "ja, nej eller okänt", *Planned.labels),
            "planerat avslut",
            known_as=("planerat avslut",),
        ),
        Column(
            "initiativ",
            one_of(
                words.INITIATOR, "barnet, vårdnadshavare, hemmet, socialnämnden, domstol eller annan", *Initiator.labels
            ),
            "vem som tog initiativ till avslut",
            known_as=("initiativ till avslut",),
        ),
        Column(
            "nasta",
            one_of(
                words.NEXT_STOP,
                "hem, annan placering, eget boende, släkting, institution eller okänt",
                *NextStop.labels,
            ),
            "nästa steg",
            known_as=("nästa steg", "flyttar till"),
        ),
        Column(
            "lagrum",
            one_of(words.LAW, "SoL, LVU, LSU eller annat", *LawGroup.labels, *LawCode.labels),
            "lagrum",
            required=True,
            known_as=("lagrum för placeringen", "aktuellt lagrum", "lag", "legal_basis"),
        ),
        Column(
            "dygnskostnad",
            read_cost,
            "kronor per dygn",
            lenient=True,
            known_as=("placeringskostnad", "kostnad per dygn"),
        ),
        Column("ansvarig", read_text, "handläggarens e-post", known_as=("handläggare", "ansvarig handläggare")),
        Column("enhetsnamn", read_text, "ansvarig enhet", known_as=("ansvarig enhet", "organisatorisk enhet")),
    ),
    Kind.FOLLOW_UPS: (
        MUNICIPALITY,
        CHILD,
        Column("datum", read_date, "uppföljningens dag", required=True, known_as=("uppföljningsdatum",)),
        Column(
            "typ",
            one_of(words.FOLLOW_UP_KIND, "3-månaders, 6-månaders, extra eller avslut", *FollowUp.Kind.labels),
            "slag av uppföljning",
        ),
        Column("besok_i_hemmet", YES_NO, "besök i hemmet", known_as=("hembesök", "besök")),
        Column(
            "enskilt_samtal", YES_NO, "enskilt samtal med barnet", known_as=("barnsamtal", "enskilt samtal med barnet")
        ),
        Column(
            "skal_inget_samtal",
            one_of(words.NO_TALK, "ville inte, för liten eller annat", *FollowUp.NoTalk.labels),
            "skäl till inget enskilt samtal",
        ),
        Column("samtal_varda", YES_NO, "samtal med dem som vårdar"),
        Column("samtal_vardnadshavare", YES_NO, "samtal med vårdnadshavare"),
        Column("halsa", RATING, "hälsa, 1–5"),
        Column("utveckling", RATING, "utveckling, 1–5"),
        Column("beteende", RATING, "socialt beteende, 1–5"),
        Column("skola", RATING, "skolgång, 1–5", known_as=("skolgång",)),
        Column("relationer", RATING, "relationer, 1–5"),
        Column("trygg", one_of(words.SAFE, "ja, nej eller okänt", *FollowUp.Safe.labels), "barnet känner sig tryggt"),
        Column("mal_uppfyllelse", RATING, "måluppfyllelse, 1–5"),
        Column("barnets_synpunkt", YES_NO, "barnets synpunkt dokumenterad"),
    ),
    Kind.PLANS: (
        MUNICIPALITY,
        CHILD,
        Column(
            "typ",
            one_of(words.PLAN_KIND, "vårdplan eller genomförandeplan", *Plan.Kind.labels),
            "slag av plan",
            required=True,
        ),
        Column("datum", read_date, "planens dag", required=True, known_as=("upprättad", "plandatum")),
        Column("reviderad", read_date, "senast reviderad"),
        Column("delar", whole(0, 7), "hur många av de lagstadgade delarna"),
        Column("barnet_deltog", YES_NO, "barnet deltog"),
    ),
    Kind.REVIEWS: (
        MUNICIPALITY,
        CHILD,
        Column(
            "typ",
            one_of(words.REVIEW_KIND, "övervägande eller omprövning", *Review.Kind.labels),
            "övervägande eller omprövning",
            required=True,
        ),
        Column("forfallodag", read_date, "skulle göras senast", known_as=("förfallodatum",)),
        Column("genomfort", read_date, "dagen det gjordes", required=True, known_as=("genomförd", "datum")),
    ),
    Kind.HEALTH: (
        MUNICIPALITY,
        CHILD,
        Column(
            "typ",
            one_of(words.EXAM_KIND, "läkare eller tand", *HealthExam.Kind.labels),
            "läkare eller tand",
            required=True,
        ),
        Column("begard", read_date, "begärd den", known_as=("begäran", "beställd")),
        Column("erbjuden", read_date, "tid erbjuden den"),
        Column("genomford", read_date, "genomförd den", known_as=("undersökt",)),
        Column("obehovlig", YES_NO, "uppenbart obehövlig"),
        Column(
            "orsak",
            one_of(words.NOT_DONE, "avböjt, uteblivet, ingen tid erbjuden eller annat", *HealthExam.NotDone.labels),
            "orsak till att den inte gjorts",
        ),
    ),
}


@cache
def synonyms(kind: str) -> dict[str, str]:
    """Folded header -> column name. A column's own name always means that column."""
    known = {folded(word): column.name for column in COLUMNS[kind] for word in column.known_as}
    return known | {folded(column.name): column.name for column in COLUMNS[kind]}


def words_for(kind: str, column: str) -> tuple[str, ...]:
    """What a new word in this column may be translated to; nothing where it is no code list."""
    found = next(c for c in COLUMNS[kind] if c.name == column)
    return getattr(found.read, "shown", ())
