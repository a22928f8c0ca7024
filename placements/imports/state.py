"""What the rows say about each child, delivered and written by hand, before and after some come in or go out (ADR 11)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from placements.codes import Sex
from placements.imports.checks import day
from placements.imports.homes import Homes
from placements.models import Delivery, DeliveryRow, WrittenRow
from placements.stays import Folded, Row, fold

ChildKey = tuple[int, str]  # municipality id, local code
LAST = 2**62  # the id of a delivery that has none yet: newer than all of the same date
MANY = 400  # children; from here on their municipalities' rows are read whole
# The two last are never delivered: they are written in the portal.
FACTS = (
    "placeringsform_kod",
    "regi",
    "vistelsekommun",
    "dygnskostnad",
    "ansvarig",
    "enhetsnamn",
    "orsak",
    "orsak_2",
)


class Line(NamedTuple):
    """One row with its canonical values: an accepted one of a delivery, or one that was written by hand.

    A written row counts as delivered the day it was written. Its delivery is a number beyond all others, higher for each
    row, so that it is newer than the deliveries of that day and the last word of two written the same day stands.
    """

    delivered: date
    delivery: int
    number: int
    values: dict


@dataclass
class ChildState:
    """One child's rows, and what they give."""

    lines: list[Line] = field(default_factory=list)
    folded: Folded = field(default_factory=lambda: Folded([], [], []))
    facts: dict = field(default_factory=dict)


def stored_lines(kind: str, children: Collection[ChildKey], without: int | None = None) -> dict[ChildKey, list[Line]]:
    """The accepted rows of all confirmed deliveries of this kind about these children, `without` one delivery.

    Of placements also those written by hand.
    """
    rows = DeliveryRow.objects.filter(
        about(children), delivery__kind=kind, delivery__state=Delivery.State.CONFIRMED
    ).exclude(fate=DeliveryRow.Fate.REFUSED)
    if without:
        rows = rows.exclude(delivery=without)
    lines = defaultdict(list)
    found = rows.values_list("municipality", "child_code", "delivery__delivered_on", "delivery", "number", "values")
    for municipality, code, *line in found.iterator(5000):
        if (municipality, code) in children:
            lines[municipality, code].append(Line(*line))
    if kind == Delivery.Kind.PLACEMENTS:
        for key, line in _written_lines(children):
            lines[key].append(line)
    return lines


def _written_lines(children: Collection[ChildKey]) -> Iterator[tuple[ChildKey, Line]]:
    rows = WrittenRow.objects.filter(about(children, "child__local_code")).order_by("pk")
    found = rows.values_list("municipality", "child__local_code", "written_on", "pk", "values")
    for municipality, code, written, pk, values in found.iterator(5000):
        if (municipality, code) in children:
            yield (municipality, code), Line(written, LAST + pk, pk, values)


def about(children: Collection[ChildKey], code: str = "child_code") -> Q:
    """Rows that may be about these children: a few by their codes, many by reading their municipalities whole."""
    mine = Q(municipality__in={municipality for municipality, _ in children})
    if len(children) < MANY:
        mine &= Q(**{f"{code}__in": {code for _, code in children}})
    return mine


def placed(municipality: int, lines: Iterable[Line], homes: Homes) -> ChildState:
    """A child's stays and facts, from its rows."""
    lines = list(lines)
    return ChildState(lines, fold(as_rows(municipality, lines, homes)), child_facts(lines))


def as_rows(municipality: int, lines: Iterable[Line], homes: Homes) -> Iterator[Row]:
    for delivered, delivery, number, values in lines:
        get = values.get
        form, end = values["placeringsform"], get("slutdatum")
        yield Row(
            delivered,
            delivery,
            number,
            form,
            homes.key(municipality, form, get("enhet", "")),
            day(values["startdatum"]),
            day(end) if end else None,
            get("avslutsorsak", "") if end else "",
            get("planerat", "") if end else "",
            get("initiativ", "") if end else "",
            get("nasta", "") if end else "",
            (values["lagrum"], get("lagrum_kod", "")),
            {name: values[name] for name in FACTS if name in values},
        )


def child_facts(lines: Iterable[Line]) -> dict:
    """Sex, birth year and unaccompanied: of each, what the newest row says that says anything."""
    facts = {}
    for line in sorted(lines, key=lambda line: line[:3]):
        values = line.values
        if values.get("kon", Sex.UNKNOWN) != Sex.UNKNOWN:
            facts["sex"] = values["kon"]
        if "fodelsear" in values:
            facts["birth_year"] = values["fodelsear"]
        if "ensamkommande" in values:
            facts["unaccompanied"] = values["ensamkommande"]
    return facts
