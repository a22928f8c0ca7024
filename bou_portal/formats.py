"""How numbers, dates and lists read in Swedish, in running text, tables and drawings. Pure; the one place that rounds."""

import datetime as dt
import math
from fractions import Fraction

NBSP = "\N{NO-BREAK SPACE}"
WORDS = ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"]

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def round_half_up(value, decimals=0):
    """Halves go up (2,5 to 3). A float is read as it prints, so 2.675 with two decimals is 2.68."""
    exact = value if isinstance(value, Fraction) else Fraction(str(value))
    whole = math.floor(exact * 10**decimals + Fraction(1, 2))
    return whole / 10**decimals if decimals else whole


def number(value, decimals=None):
    """`1 234,5` with no-break spaces, decimal comma and a true minus sign. Unless told, a whole number has no decimals."""
    if decimals is None:
        decimals = 0 if value == int(value) else 1
    text = f"{round_half_up(value, decimals):,.{decimals}f}"
    return text.replace(",", NBSP).replace(".", ",").replace("-", "\N{MINUS SIGN}")


def percent(value, decimals=0):
    """`12 %` for a share already in per cent."""
    return f"{number(value, decimals)}{NBSP}%"


def with_unit(value, unit="", decimals=None):
    """`74 %`, `52 km` or just `131`; per cent is whole unless `decimals` says otherwise."""
    if unit == "%":
        return percent(value, decimals or 0)
    return number(value, decimals) + (f"{NBSP}{unit}" if unit else "")


def change(value, unit="enheter"):
    """`▲ 7 enheter`: the arrow never stands alone. Nothing for None."""
    if value is None:
        return ""
    if not value:
        return "oförändrat"
    return f"{'▲' if value > 0 else '▼'} {number(abs(value))} {unit}".strip()


def date(value):
    """`2026-11-21`; the local day of a datetime that carries a zone is the caller's to choose."""
    return value.strftime("%Y-%m-%d") if isinstance(value, dt.date) else ""


def month(value):
    """`november 2026`."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def count_word(count):
    """Small counts as words in running text: `tre`, but `13`."""
    return WORDS[count] if 0 <= count < len(WORDS) else number(count)


def neuter(count):
    """`ett` barn, `tre` barn."""
    return "ett" if count == 1 else count_word(count)


def listing(words):
    """`a, b och c`."""
    *first, last = words
    return f"{', '.join(first)} och {last}" if first else last


def starting(sentence):
    """The sentence with a capital first letter, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]
