"""Which of a municipality's figures have no answer, or rest on less than all, and what to do about it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from bou_portal.figures import DEFINITIONS, Definition
from bou_portal.formats import count_word, percent, starting
from municipalities.models import Municipality
from placements.completeness import KEYS, window_of
from placements.indicators import INDICATORS, Scope, figures
from placements.indicators.scope import BASE_DATA, CUSTODY, INVESTIGATIONS, RESPONSIBLE
from placements.models import Delivery
from placements.own_figures import LISTED

FULL = 100
# Breakdowns that say more of what is known than the figure they divide.
DIVIDED = ("placed_on_by_law", "placed_on_by_age", "placed_on_by_sex", "endings_by_initiator", "unplanned_by_cause")
# Which missing items make a figure's coverage fall.
ITEM_OF = {
    "S9": "vistelsekommun",
    "S9_county": "vistelsekommun",
    "S9_distance": "vistelsekommun",
    "S9_far": "vistelsekommun",
    "S1": "planerat",
    "unplanned_endings": "planerat",
    "placed_on_by_law": "lagrum",
    "placed_on_by_age": "fodelsear",
    "placed_on_by_sex": "kon",
    "endings_by_initiator": "initiativ",
    "unplanned_by_cause": "orsak",
    "S7": "utredning",
}
NOT_DELIVERED = {
    Delivery.Kind.PLACEMENTS: "Inga placeringar är lämnade eller inskrivna.",
    Delivery.Kind.FOLLOW_UPS: "Inga uppföljningar är lämnade eller inskrivna.",
    Delivery.Kind.PLANS: "Inga planer är lämnade eller inskrivna.",
    Delivery.Kind.REVIEWS: "Inga överväganden eller omprövningar är lämnade eller inskrivna.",
    Delivery.Kind.HEALTH: "Inga hälso- eller tandundersökningar är lämnade eller inskrivna.",
    RESPONSIBLE: "Inget barn har en ansvarig i portalen.",
    INVESTIGATIONS: "Ingen utredning är inskriven på barnens sidor.",
    CUSTODY: "Ingen fråga om överflyttad vårdnad är inskriven på barnens sidor.",
    BASE_DATA: "Inga basuppgifter är lämnade.",
}
WRITTEN_ONLY = frozenset({RESPONSIBLE, INVESTIGATIONS, CUSTODY})


@dataclass(frozen=True)
class Gap:
    """One figure that lacks something: how it reads, why, and where it is mended."""

    definition: Definition
    state: str
    text: str
    why: str
    address: str
    action: str


class Coverage:
    """The municipality's figures of a quarter, as the head of IFO will meet them."""

    def __init__(self, municipality, quarter, *, may_deliver=False, may_count=False, sees_children=False):
        self.municipality, self.quarter = municipality, quarter
        self.may_deliver, self.may_count, self.sees_children = may_deliver, may_count, sees_children
        # What municipalities count themselves is asked for when the quarter is over.
        self.is_over = quarter.end < timezone.localdate()
        self.codes = [code for code in (*LISTED, *DIVIDED) if self.is_over or INDICATORS[code].rests_on != BASE_DATA]
        self.scope = Scope.of(Municipality.objects.filter(pk=municipality.pk), [window_of(quarter)])
        found = {}
        for figure in figures(self.scope, set(self.codes)):
            found.setdefault(figure.id, figure)
        self.gaps = [self.gap(found[code]) for code in self.codes if is_lacking(found[code])]
        self.gaps.sort(key=lambda gap: gap.state != "late")

    def gap(self, figure):
        kind, code = INDICATORS[figure.id].rests_on, figure.id
        if self.municipality.pk not in self.scope.delivered[kind]:
            return Gap(DEFINITIONS[code], "late", "ingen uppgift", NOT_DELIVERED[kind], *self.way_to(kind))
        if figure.coverage == 0:
            return Gap(DEFINITIONS[code], "late", "ingen uppgift", why(code, "alla"), *self.way_to(kind, code))
        text = f"täckning {percent(min(figure.coverage, FULL - 1))}"
        return Gap(DEFINITIONS[code], "watch", text, why(code, "en del"), *self.way_to(kind, code))

    def way_to(self, kind, code=""):
        """The page where what is missing is given, if it is open to the reader, and what to do."""
        about = f"?kommun={self.municipality.code}&kvartal={self.quarter}"
        if kind == BASE_DATA:
            asked = "Enhetschefen eller den dataansvariga lämnar dem."
            return (f"{reverse('base_data')}{about}", "Lämna basuppgifter") if self.may_count else ("", asked)
        if (key := ITEM_OF.get(code)) and self.sees_children:
            return f"{reverse('completeness')}{about}&saknas={key}", f"Visa dem utan: {KEYS[key].word.lower()}"
        if kind in WRITTEN_ONLY:
            return "", "Skriv in på barnens sidor."
        if not code and self.may_deliver:
            return reverse("delivery_new"), "Läs in en leverans"
        return "", "Skriv in på barnens sidor, eller lämna med nästa leverans."

    @property
    def sentence(self):
        """How many figures are not whole."""
        whole = f"för {self.municipality.short_name}, {self.quarter.text}"
        if not self.gaps:
            return f"Alla siffror {whole} bygger på fullständiga uppgifter."
        words = "siffra saknar eller bygger" if len(self.gaps) == 1 else "siffror saknar uppgift eller bygger"
        return (
            f"{starting(count_word(len(self.gaps)))} av {len(self.codes)} {words} på ofullständiga uppgifter {whole}."
        )


def is_lacking(figure):
    """Whether the figure has no answer, or knows less than all it asks about."""
    return figure.coverage is not None and figure.coverage < FULL


def why(code, whom):
    """Why the figure is not whole: what is missing, or what the definition says that coverage shows."""
    if INDICATORS[code].rests_on == BASE_DATA:
        return "Kvartalets basuppgifter är inte lämnade."
    if key := ITEM_OF.get(code):
        return f"Saknas för {whom}: {KEYS[key].word.lower()}."
    note = DEFINITIONS[code].note
    start = note.find("Täckningen visar")
    return note[start:].partition(".")[0] + "." if start >= 0 else "Alla uppgifter som siffran bygger på är inte kända."
