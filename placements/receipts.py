"""What became of a delivery, in words, in a table and in a file."""

from dataclasses import dataclass

from django.core.paginator import Paginator

from bou_portal.exports import csv_bytes
from bou_portal.formats import count_word, number, starting
from placements.codes import FormGroup
from placements.imports.columns import COLUMNS
from placements.models import Delivery, DeliveryRow

Fate = DeliveryRow.Fate
LEVELS = {"fel": "Bara fel", "varning": "Bara varningar"}
REPAIRS = {
    "a": "Utelämnade för att en annan placering börjar samma dag",
    "b": "Öppna som avslutats där nästa börjar",
    "c": "Avkortade där nästa börjar",
}


@dataclass(frozen=True)
class Summary:
    """The outcome as figures and sentences."""

    delivery: Delivery

    @property
    def fates(self):
        """(word, count, address part) of each fate, the refused last."""
        return [(fate.label, self.delivery.counts.get(fate.value, 0), fate.value) for fate in Fate]

    @property
    def refused(self):
        return self.delivery.counts.get("refused", 0)

    @property
    def repairs(self):
        return [(text, count) for rule, text in REPAIRS.items() if (count := self.delivery.repairs.get(rule, 0))]

    @property
    def unconfirmed(self):
        return self.delivery.counts.get("unconfirmed", 0)

    @property
    def sentence(self):
        """What matters first: how much can be taken in, what cannot, and whether anything changes at all."""
        counts = self.delivery.counts
        read, refused, unchanged = counts.get("read", 0), self.refused, counts.get("unchanged", 0)
        done = "lästes in" if self.delivery.confirmed_at else "kan läsas in"
        if read == refused:
            return "Ingen rad kan läsas in. Rätta raderna och lämna filen på nytt."
        if read == unchanged:
            return "Allt i filen är redan inläst. Ingenting ändras."
        parts = f"{number(read - refused)} av {number(read)} rader {done}"
        return f"{parts}. {starting(_rows(refused))} behöver rättas." if refused else f"{parts}."


def _rows(count):
    return "en rad" if count == 1 else f"{count_word(count)} rader"


class Rows:
    """A page of the delivery's rows, narrowed by fate (`utfall`) and by level of message (`visa`)."""

    def __init__(self, delivery: Delivery, query):
        self.fate = query.get("utfall") if query.get("utfall") in Fate.values else ""
        self.level = query.get("visa") if query.get("visa") in LEVELS else ""
        rows = delivery.rows.select_related("municipality").order_by("number")
        if self.fate:
            rows = rows.filter(fate=self.fate)
        if self.level == "fel":
            rows = rows.filter(fate=Fate.REFUSED)
        elif self.level == "varning":
            rows = rows.exclude(messages=[]).exclude(fate=Fate.REFUSED)
        self.page = Paginator(rows, 50).get_page(query.get("sida"))
        self.lines = [(row, said(row)) for row in self.page]
        self.fates, self.levels = Fate.choices, LEVELS.items()
        self.is_narrowed = bool(self.fate or self.level)


def said(row: DeliveryRow) -> str:
    """What the row says, in a few words; of a refused one its cells as they were."""
    values = row.values
    if row.fate == Fate.REFUSED:
        return ", ".join(
            f"{name} {text}" for name, text in values.items() if name not in ("kommunkod", "barn", "enhet")
        )
    if "startdatum" in values:
        until = values.get("slutdatum", "pågår")
        return f"{FormGroup(values['placeringsform']).label}, {values['startdatum']} – {until}, {values['lagrum']}"
    return ", ".join(f"{name} {_word(value)}" for name, value in values.items())


def _word(value):
    return {True: "ja", False: "nej"}.get(value, value) if isinstance(value, bool) else value


def receipt(delivery: Delivery) -> tuple[bytes, int]:
    """Every row with its fate and what was said about it, as CSV, and how many rows there were."""
    headings = ["rad", "kommunkod", "barn", "utfall", "nivå", "kolumn", "värde", "kontroll", "meddelande"]
    lines, count = [], 0
    for note in delivery.notes:
        lines.append(["", "", "", "", *_message(note)])
    for row in delivery.rows.select_related("municipality").order_by("number").iterator(2000):
        count += 1
        code = row.municipality.code if row.municipality else ""
        start = [row.number, code, row.child_code, row.get_fate_display()]
        lines += [[*start, *_message(message)] for message in row.messages] or [[*start, "", "", "", "", ""]]
    return csv_bytes(headings, lines), count


def _message(message: dict) -> list:
    level = "fel" if message["level"] == "error" else "varning"
    return [level, message["column"], message["value"], message["check"], message["text"]]


def refused(delivery: Delivery) -> tuple[bytes, int]:
    """The refused rows as a delivery file of their own, to be mended and delivered again."""
    rows = list(delivery.rows.filter(fate=Fate.REFUSED).order_by("number"))
    columns = [column.name for column in COLUMNS[delivery.kind]]
    headings = [name for name in columns if any(name in row.values for row in rows)]
    headings += [c.name for c in COLUMNS[delivery.kind] if c.required and c.name not in headings]
    return csv_bytes(headings, [[row.values.get(name, "") for name in headings] for row in rows]), len(rows)


def history_sentence(deliveries) -> str:
    """What waits, else when the last delivery came."""
    waiting = deliveries.filter(state__in=(Delivery.State.STAGED, Delivery.State.WORKING)).count()
    if waiting:
        return starting(f"{'en leverans' if waiting == 1 else count_word(waiting) + ' leveranser'} väntar på dig.")
    latest = deliveries.confirmed().filter(kind=Delivery.Kind.PLACEMENTS).order_by("-delivered_on").first()
    return f"Den senaste leveransen av placeringar gäller {latest.delivered_on}." if latest else ""
