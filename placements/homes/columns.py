"""The columns of a file with homes (data.md 5), the headings each goes under, and how a cell is read.

Beside our own names the Swedish ones are known, and those of the home list of MEKS (Malmö's open source register).
Addresses, languages and names of managers have no column here: they are never taken in.
"""

from bou_portal.identity_numbers import LIKELY_MASK, MASK, find, masked
from bou_portal.imports import Unreadable, folded, match_headers
from municipalities.models import Municipality
from placements.codes import CATALOGUED, FactSource, FormGroup, IvoStatus, TargetSex
from placements.homes.facts import SOLE_TRADER, WrongNumber, organisation_number
from placements.imports import words
from placements.imports.columns import Column, Wrong, read_date, whole

NO_FAMILIES = (
    "Familjehem finns inte i registret: familjerna har rätt att stå utanför. Är det ett företag som förmedlar och stöder "
    "familjehem, skriv Konsulentstödd familjehemsvård."
)


def plain(most):
    """A reader of a short text without anybody's number in it."""

    def read(text):
        if MASK in text or LIKELY_MASK in text or find(text):
            raise Wrong("identity_number", "Här står ett personnummer. Ta bort det.")
        if len(text) > most:
            raise Wrong("too_long", f"Längre än {most} tecken. Korta texten.")
        return text

    return read


def read_number(text):
    if MASK in text:
        raise Wrong("identity_number", SOLE_TRADER)
    try:
        return organisation_number(text)
    except WrongNumber as error:
        raise Wrong("organisation_number", str(error)) from None


def read_form(text):
    word = folded(text)
    if "konsulentst" in word or word == folded("familjehemsvård"):
        return FormGroup.FAMILY.value
    form = words.FORM.get(word, ("", ""))[0]
    if form in (FormGroup.FAMILY, FormGroup.NETWORK, FormGroup.EMERGENCY):
        raise Wrong("no_families", NO_FAMILIES)
    if form not in CATALOGUED:
        raise Wrong("unknown_code", "Okänd form. Skriv HVB, stödboende, SiS, skyddat boende eller lämna raden utanför.")
    return form


def code_of(known, expected):
    """A reader of a code list; what it does not know is refused with what may be written instead."""

    def read(text):
        try:
            return known[folded(text)]
        except KeyError:
            raise Wrong("unknown_code", f"Okänt värde. Skriv {expected}, eller lämna tomt.") from None

    return read


SEX = words.words(
    TargetSex,
    GIRLS="F, flicka, tjejer, kvinnor, kvinna",
    BOYS="P, pojke, killar, män, man, M",
    ALL="båda, alla, både och, blandat, pojkar och flickor, flickor/pojkar, F/P, könsblandat, alla kön",
)
IVO_STATUS = words.words(IvoStatus, ACTIVE="ja, giltigt, aktivt", NOT_STARTED="inte startad", CLOSED="nedlagt, upphört")
SOURCE = words.words(
    FactSource,
    HOME="hemmet, leverantören, utföraren, supplier",
    AGREEMENT="ramavtal, upphandling",
    REGION="regionen",
    MUNICIPALITY="kommunen",
    FILE="inläst",
)

# Our column -> the home's field; None where the column says something about the row.
COLUMNS = (
    (
        Column(
            "name",
            plain(100),
            "hemmets namn",
            required=True,
            known_as=("namn", "hem", "hemmets namn", "boende", "enhet"),
        ),
        None,
    ),
    (
        Column(
            "org_no",
            read_number,
            "organisationsnummer",
            known_as=("organisationsnummer", "orgnr", "org.nr", "org nr", "organisationsnr"),
        ),
        "organisation_number",
    ),
    (
        Column(
            "operator_type",
            code_of(words.OPERATOR, "till exempel enskild regi, egen regi eller stiftelse"),
            "regi",
            known_as=("regi", "ägarform", "driftsform", "ägare"),
        ),
        "operator",
    ),
    (
        Column("operator_name", plain(100), "huvudman", known_as=("huvudman", "bolag", "utförare", "leverantör")),
        "operator_name",
    ),
    (
        Column(
            "municipality_code",
            plain(60),
            "ligger i",
            known_as=("kommunkod", "kommun", "ligger i", "belägenhetskommun"),
        ),
        "location",
    ),
    (
        Column("care_form", read_form, "form", known_as=("form", "boendeform", "boendeformer", "vårdform", "insats")),
        "form_group",
    ),
    (Column("target_group", plain(120), "målgrupp", known_as=("målgrupp", "målgrupper", "inriktning")), "target_group"),
    (
        Column(
            "sex",
            code_of(SEX, "flickor, pojkar eller alla"),
            "tar emot",
            known_as=("kön", "tar emot", "könsfördelning"),
        ),
        "target_sex",
    ),
    (
        Column(
            "age_from", whole(0, 25), "från år", known_as=("från år", "ålder från", "åldersspann från", "lägsta ålder")
        ),
        "age_from",
    ),
    (
        Column(
            "age_to", whole(0, 25), "till år", known_as=("till år", "ålder till", "åldersspann till", "högsta ålder")
        ),
        "age_to",
    ),
    (
        Column("places", whole(0, 500), "platser", known_as=("platser", "summa platser", "antal platser")),
        "places",
    ),
    (
        Column("free_places", whole(0, 500), "lediga platser", known_as=("lediga platser", "lediga")),
        "free_places",
    ),
    (
        Column(
            "permit_status",
            code_of(IVO_STATUS, "aktiv, ej startad eller nedlagd"),
            "status hos IVO",
            known_as=("tillståndsstatus", "status hos ivo", "ivo status", "tillstånd", "ivo"),
        ),
        "ivo_status",
    ),
    (
        Column(
            "source",
            code_of(SOURCE, "hemmet, IVO, avtal, region, kommun eller fil"),
            "källa",
            known_as=("källa", "uppgiftslämnare"),
        ),
        None,
    ),
    (
        Column(
            "as_of",
            read_date,
            "gäller",
            known_as=("gäller", "per", "datum", "uppgiftsdatum", "gäller den", "aktuell per"),
        ),
        None,
    ),
    (
        Column("active", code_of(words.YES_NO, "ja eller nej"), "tar emot nu", known_as=("aktivt", "aktiv", "i drift")),
        None,
    ),
)
READERS = {column.name: column for column, _ in COLUMNS}
FIELD_OF = {column.name: field for column, field in COLUMNS if field}
SYNONYMS = {folded(word): column.name for column, _ in COLUMNS for word in (column.name, *column.known_as)}


def placed(headers):
    """Which of the file's columns is which of ours, and the headings that are none. Raises Unreadable."""
    found, ignored = match_headers(headers, SYNONYMS)
    if "name" not in found:
        raise Unreadable("Ingen kolumn har hemmets namn. Kalla den Namn och lämna filen på nytt.")
    if len(found) == 1:
        raise Unreadable("Filen har bara hemmens namn. Lägg till minst en uppgift, till exempel Form eller Platser.")
    return found, ignored


def kept_cell(column, text):
    """The cell as it may be stored: without anybody's identity number, a sole trader's included."""
    if column == "org_no":
        try:
            organisation_number(text)
        except WrongNumber as error:
            return MASK if str(error) == SOLE_TRADER else masked(text)
        return text
    return masked(text) if find(text) else text


class Places:
    """Municipalities by code and by name."""

    def __init__(self):
        self.by_word, self.by_pk = {}, {}
        for place in Municipality.objects.select_related("region"):
            self.by_pk[place.pk] = place
            for word in (place.code, place.short_name, place.official_name):
                self.by_word[folded(word)] = place

    def read(self, text):
        try:
            return self.by_word[text.zfill(4) if text.isdigit() else folded(text)]  # a spreadsheet eats the first 0
        except KeyError:
            raise Wrong("unknown_municipality", "Okänd kommun. Skriv kommunens kod eller namn.") from None
