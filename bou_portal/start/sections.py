"""A start page is made of sections, one for each kind of work the reader does. Each begins with one sentence."""

from dataclasses import dataclass, field

from bou_portal.formats import count_word, starting
from placements import worklist
from placements.models.dues import SOON


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


def waiting_sentence(load, others, whose):
    """`Tre saker är försenade och fyra ska bli klara inom 30 dagar. Resten av dina 14 placeringar är i fas.`

    `others` is how much waits for the reader without a deadline; `whose` reads before the count: "dina", "kommunens".
    """
    placed = f"{whose} {count_word(load.placed)} placeringar"
    if load.placed == 1:
        placed = f"{'din' if whose == 'dina' else whose} enda placering"
    counted = " och ".join(worklist.counted(load.late, load.soon))
    asked = f"{worklist.things(others)} väntar på dig" if others else ""
    if counted:
        calm = load.placed and load.waiting_children < load.placed
        return said(counted, f"resten av {placed} är i fas" if calm else "", asked)
    if not load.placed:
        return said(asked)
    return said(f"inget är försenat och inget förfaller inom {SOON.days} dagar: {placed} är i fas", asked)
