"""A start page is made of sections, one for each kind of work the reader does. Each begins with one sentence."""

from dataclasses import dataclass, field

from bou_portal.formats import count_word, starting
from placements import worklist


@dataclass(frozen=True)
class Section:
    """One kind of work: where, the sentence that answers, and the template with what is behind it."""

    place: str
    sentence: str
    template: str
    context: dict = field(default_factory=dict)


def said(*parts):
    """Sentences from parts; empty parts say nothing."""
    return " ".join(f"{starting(part)}." for part in parts if part)


def neuter(count):
    """`ett` barn, `tre` barn."""
    return "ett" if count == 1 else count_word(count)


def waiting_sentence(seen, ratings, whose):
    """`Tre saker är försenade och fyra ska bli klara inom 30 dagar. I övrigt är dina 14 placeringar i fas.`

    `whose` reads before the count: "dina", "kommunens".
    """
    placed = f"{whose} {count_word(len(seen.stays))} {'placering' if len(seen.stays) == 1 else 'placeringar'}"
    counted = " och ".join(worklist.counted(len(seen.late), len(seen.soon)))
    asked = f"{neuter(len(ratings))} omdöme{'n' if len(ratings) > 1 else ''} väntar" if ratings else ""
    if not seen.stays:
        return said(asked)
    if not counted:
        return said(f"inget är försenat och inget förfaller inom {worklist.SOON.days} dagar: {placed} är i fas", asked)
    calm = len(seen.waiting_children) < len(seen.stays)
    return said(counted, f"i övrigt är {placed} i fas" if calm else "", asked)
