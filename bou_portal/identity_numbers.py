"""Finding Swedish identity numbers in text, so that none of them ever enters the portal.

A personal identity number is YYMMDD-NNNC with `+` from the year one turns 100; a coordination number
(samordningsnummer) has 60 added to the day. C is a Luhn check digit over the nine digits before it.
Skatteverket's own coordination numbers hold months 00 and days that do not exist, so those are found too.
Organisation numbers have a month of 20 or more and are never found.
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass

_DASHES = "-+/_.:\u2010-\u2015\u2212"
# A number that is broken over two lines is one too.
_BLANK = r"[ \t\u00a0\r\n\v\f\x85\u2028\u2029\u2800]{0,2}"
_GAP = rf"{_BLANK}[{_DASHES}]?{_BLANK}"
_CANDIDATE = re.compile(
    rf"(?<!\d)(?<!\d[.,/])"
    rf"(?=((?:(?P<century>18|19|20)[ ]?)?(?P<year>\d\d)(?P<inner>[-./_ ]?)(?P<month>\d\d)[-./_ ]?(?P<day>\d\d)"
    rf"(?P<gap>{_GAP})(?P<last>\d{{4}}|[TRSUWXJKLMN]\d{{3}}|[Xx*]{{4}})))"
)
# what may not follow: more digits, or the rest of a second date ("2026-01-01 - 2026-12-31")
_GOES_ON = re.compile(r"\d|[-./]\d\d?[-./]\d\d?(?!\d)")
_SPACED_OUT = re.compile(r"(?<![^\W_])(?:\d[ ._\u00a0-]){9,11}\d(?![^\W_])")
# What is not seen between two digits: soft hyphens, marks of direction, fillers, variants, and accents on a digit.
_INVISIBLE = re.compile(
    r"[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u20d0-\u20f0\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
# Groups of digits with little between them: a number that was cut where a line ended, or written with other signs.
_RUN = re.compile(r"\d+(?:[\W_]{1,12}\d+){1,11}")
_GROUP = re.compile(r"\d+")
_USUAL = re.compile(rf"\s*[{_DASHES}]?\s*")
_BETWEEN_SENTENCES = re.compile(r"[,;:.!?…]")
MASK, LIKELY_MASK = "[personnummer]", "[liknar personnummer]"
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_ENOUGH_DIGITS = re.compile(r"(?:\d\D{0,5}){6}")


@dataclass(frozen=True)
class Hit:
    """Where in the text something looks like an identity number, and how sure we are.

    `certain`: a date that exists and a right check digit. Otherwise it looks like one: a wrong check digit
    behind a separator, a hospital's T-number, a masked number, or a date followed by a time of day.
    """

    start: int
    end: int
    certain: bool
    kind: str


def check_digit(nine_digits: str) -> int:
    """The Luhn digit over YYMMDDNNN: weights 2, 1, 2 ..."""
    total = 0
    for place, digit in enumerate(nine_digits):
        product = int(digit) * (2 - place % 2)
        total += product - 9 if product > 9 else product
    return -total % 10


def find(text: str) -> list[Hit]:
    """Every identity number in the text, in any of its spellings.

    Full-width digits and invisible characters are seen through; positions refer to the text after that.
    """
    text = plain(text)
    if not _ENOUGH_DIGITS.search(text):
        return []
    hits = _find_written_together(text)
    taken = [range(hit.start, hit.end) for hit in hits]
    apart = [
        hit for hit in _find_apart(text) if not any(hit.start < each.stop and each.start < hit.end for each in taken)
    ]
    return sorted([*hits, *apart], key=lambda hit: hit.start)


def _find_written_together(text):
    hits, behind = [], -1
    for match in _CANDIDATE.finditer(text):
        if match.start() < behind:
            continue
        if hit := _judge(match, text):
            hits.append(hit)
            behind = hit.end
    return hits


def plain(text: str) -> str:
    """The text with one spelling of digits and nothing invisible in it."""
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
        text = _FOREIGN_DIGIT.sub(lambda match: str(unicodedata.digit(match[0])), text)
    return _SPACED_OUT.sub(lambda match: re.sub(r"\D", "", match[0]), text)


def has_identity_number(text: str) -> bool:
    """Whether the text surely holds an identity number: such a text is refused."""
    return any(hit.certain for hit in find(text))


def is_identity_like(code: str) -> bool:
    """Whether a child's local code is, hides or imitates an identity number, in any spelling.

    Stricter than `find`: here separators may stand anywhere, and what only looks like a number is one.
    """
    if len(code) < 6:
        return False
    if find(code):
        return True
    digits = re.sub(r"\D", "", plain(code))
    return len(digits) in (10, 12) and has_identity_number(digits)


def masked(text: str) -> str:
    """The text with every identity number, sure or likely, replaced by a word."""
    hits = find(text)
    text = plain(text) if hits else text
    for hit in reversed(hits):
        text = f"{text[: hit.start]}{MASK if hit.certain else LIKELY_MASK}{text[hit.end :]}"
    return text


def _find_apart(text):
    """Numbers whose digits stand in groups: only a date that exists with a right check digit is one."""
    hits, behind = [], -1
    for run in _RUN.finditer(text):
        groups = list(_GROUP.finditer(text, run.start(), run.end()))
        for first in range(len(groups)):
            hit = groups[first].start() >= behind and _judge_groups(groups, first, text)
            if hit:
                hits.append(hit)
                behind = hit.end
    return hits


def _judge_groups(groups, first, text):
    """The number that begins with this group, or nothing: 10 digits, or 12 with the century."""
    if first and re.fullmatch(r"[-.,/]", text[groups[first - 1].end() : groups[first].start()]):
        return None  # the rest of another number
    digits, signs = "", {}
    for number, group in enumerate(groups[first:], first):
        if digits:
            signs[len(digits)] = text[groups[number - 1].end() : group.start()]
        digits += group[0]
        if len(digits) in (10, 12) and (kind := _kind_of(digits)):
            certain = _is_cut_as_a_number(signs, len(digits) - 10, digits)
            if certain is not None and not _GOES_ON.match(text, group.end()):
                return Hit(groups[first].start(), group.end(), certain, kind)
        if len(digits) >= 12:
            break
    return None


def _kind_of(digits):
    century, ten = digits[:-10], digits[-10:]
    if century not in ("", "18", "19", "20") or not _is_date(century or None, ten[:2], int(ten[2:4]), int(ten[4:6])):
        return None
    if check_digit(ten[:9]) != int(ten[9]):
        return None
    return "samordningsnummer" if int(ten[4:6]) >= 60 else "personnummer"


def _is_cut_as_a_number(signs, offset, digits):
    """True: the signs stand where a number has them. False: they may be something else, such as counts in a row.
    None: they stand as in a telephone number, a list of dates or a time of day."""
    broken = {place - offset for place, sign in signs.items() if "\n" in sign or "\r" in sign}
    cuts = {place - offset: sign for place, sign in signs.items() if place - offset not in broken}
    inner = [cuts[place] for place in (2, 4) if place in cuts]
    whole = {2, 4, 6} if inner else set()
    if set(cuts) - {0, 2, 4, 6, 8} or len(set(inner)) > 1 or whole - {*cuts} - broken:
        return None
    if _is_time(digits[-4:]) and inner and 8 in cuts:
        return None
    strange = [sign for place, sign in cuts.items() if not _USUAL.fullmatch(sign)]
    if any(_BETWEEN_SENTENCES.search(sign) for sign in strange) or (inner and (strange or _is_time(digits[-4:]))):
        return False
    return len(broken) <= 1


def _judge(match: re.Match, text: str) -> Hit | None:
    start, end = match.start(1), match.end(1)
    year, month, day, last = match["year"], int(match["month"]), int(match["day"]), match["last"]
    if _GOES_ON.match(text, end) or not _is_date(match["century"], year, month, day):
        return None
    kind = "samordningsnummer" if day >= 60 else "personnummer"
    separated = match["gap"].strip()
    if not last.isdigit():
        return Hit(start, end, False, "maskerat personnummer" if last[0] in "Xx*" else "T-nummer")
    if check_digit(f"{year}{month:02}{day:02}{last[:3]}") != int(last[3]):
        return Hit(start, end, False, f"{kind} med fel kontrollsiffra") if separated else None
    if match["inner"] and not separated and _is_time(last):
        return Hit(start, end, False, f"{kind} eller datum och klockslag")
    return Hit(start, end, True, kind)


def _is_date(century: str | None, year: str, month: int, day: int) -> bool:
    if day >= 60:
        return month <= 12 and day <= 91
    if not 1 <= month <= 12:
        return False
    centuries = [century] if century else ["19", "20"]
    return any(1 <= day <= monthrange(int(c + year), month)[1] for c in centuries)


def _is_time(last: str) -> bool:
    return int(last[:2]) < 24 and int(last[2:]) < 60
