"""HVB: the homes used, and what social workers think of them."""

from bou_portal.figures import LEGEND, State
from bou_portal.reports.blocks import table, text
from bou_portal.reports.chapters.planning import measured

ID = "hvb"
NOTE = (
    "Regionens omdöme är 1–5 i halva steg. Det visas först från fem omdömen av minst tre personer, och när minst tre "
    "kommer från andra än en enskild kommun. Med färre än tio omdömen står 4,5 också för det som är högre, och 1,5 för "
    "det som är lägre. Ett omdöme står kvar tills minst tre nya har kommit från andra än en enskild kommun."
)
OWN_NOTE = f" Vårt index går från 0 till 100. .. = {LEGEND[State.HIDDEN]} (för få omdömen)."
# As many as fill a page; more are counted below the table, and all stand on the portal's own page.
MOST_ROWS = 30


def _rest(homes):
    left = len(homes) - MOST_ROWS
    return f"Ytterligare {left} hem har använts mer sällan. " if left > 0 else ""


def title(source):
    return "HVB i regionen" if source.is_region else "HVB vi använt" if source.is_intern else "HVB"


def blocks(source):
    """Own placements and own ratings only in the issue "Intern"."""
    rated = [text(rated_sentence(source))] if measured(source, ("B3",)) else []
    if not source.homes:
        return [*rated, text("Inga HVB-placeringar under perioden." if source.is_intern else NO_SCORES)]
    if source.is_intern:
        columns = ("Hem", "Placeringar", "Våra omdömen", "Vårt index", "Regionens omdöme", "Antal")
        caption = "HVB och stödboenden som kommunen använt de senaste 24 månaderna, flest placeringar först"
        return [*rated, table(caption, columns, source.homes[:MOST_ROWS], _rest(source.homes) + NOTE + OWN_NOTE)]
    columns = ("Hem", "Omdöme 1–5", "Antal omdömen")
    caption = "HVB och stödboenden med omdömen de senaste 24 månaderna, i bokstavsordning"
    return [*rated, table(caption, columns, source.homes, NOTE)]


NO_SCORES = "Inget HVB i regionen har ännu så många omdömen att de kan visas."


def rated_sentence(source):
    """How many of the quarter's ended stays were rated, with what the region says beside it."""
    figure, region = source.figure("B3"), source.of_region("B3")
    source.number("B3")
    if not figure.is_shown:
        return f"Hur många av kvartalets avslutade HVB-placeringar som fick omdöme visas inte: {figure.reason}."
    beside = f" I regionen är det {region.text}." if region.is_shown and not source.is_region else ""
    return f"{figure.of} avslutade HVB-placeringar under kvartalet fick ett omdöme, {figure.text}.{beside}"
