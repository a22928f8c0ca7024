"""How numbers, dates and lists read in Swedish, in running text and in drawings. Rounding is figures.py's."""

import datetime as dt

from bou_portal.figures import NBSP
from bou_portal.figures import number as rounded_number

WORDS = ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"]


def number(value, decimals=None):
    """`1 234,5`. Without `decimals` whole numbers stay whole and others get one."""
    if decimals is None:
        decimals = 0 if value == int(value) else 1
    return rounded_number(value, decimals)


def percent(value, decimals=0):
    """`12 %` for a share already in per cent."""
    return f"{number(value, decimals)}{NBSP}%"


def with_unit(value, unit="", decimals=None):
    """`74 %`, `52 km` or just `131`; per cent is whole unless `decimals` says otherwise."""
    if unit == "%":
        return percent(value, decimals or 0)
    return number(value, decimals) + (f"{NBSP}{unit}" if unit else "")


def date(value):
    """`2026-11-21`; the local day of a datetime that carries a zone is the caller's to choose."""
    return value.strftime("%Y-%m-%d") if isinstance(value, dt.date) else ""


def count_word(count):
    """Small counts as words in running text: `tre`, but `13`."""
    return WORDS[count] if 0 <= count < len(WORDS) else number(count)


def listing(words):
    """`a, b och c`."""
    *first, last = words
    return f"{', '.join(first)} och {last}" if first else last


def starting(sentence):
    """The sentence with a capital first letter, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]
