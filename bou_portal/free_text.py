"""What a free text must not hold. Pure: no Django, no database.

The texts of the portal are about homes and work, never about a child. A sure identity number is refused; whatever may
point somebody out is shown to the writer, who changes it or confirms that it does not.
"""

import re
from dataclasses import dataclass

from bou_portal import identity_numbers

_CAPITALISED = r"[A-ZÅÄÖÉÜ][a-zåäöéüß]+(?:-[A-ZÅÄÖÉÜ]?[a-zåäöéüß]+)?"
_PATTERNS = (
    ("e-postadress", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("telefonnummer", re.compile(r"(?<![\d-])(?:\+46|0046|0)[ -]?\(?0?\)?[1-9](?:[ -]?\d){6,9}(?![\d-])")),
    ("namn", re.compile(rf"(?<!\w){_CAPITALISED}(?:[ ]+{_CAPITALISED})+(?!\w)")),
    ("bostad", re.compile(r"(?<!\w)bo(?:r|dde|tt)?[ ]+på[ ]+[\wåäöÅÄÖ]+", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Concern:
    """A word that may point somebody out, and as what."""

    kind: str
    word: str


def is_refused(text: str) -> bool:
    """Whether the text surely holds a personal identity number."""
    return identity_numbers.has_identity_number(text)


def concerns(text: str) -> list[Concern]:
    """Everything in the text that may point somebody out, in the order of its kinds, each word once."""
    seen = identity_numbers.plain(text)
    found = [Concern("personnummer", seen[hit.start : hit.end].strip()) for hit in identity_numbers.find(text)]
    found += [Concern(kind, match[0]) for kind, pattern in _PATTERNS for match in pattern.finditer(seen)]
    return list(dict.fromkeys(found))
