"""What is left after disclosure control: the only thing that anybody outside the municipality reads."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from bou_portal.disclosure.coarse import Coarse
from bou_portal.disclosure.scores import Score
from bou_portal.disclosure.told import homes_as_told, told_homes
from bou_portal.figures import Kind, Shown, State
from bou_portal.periods import Quarter

QUARTER, ROLLING = "quarter", "rolling"


class NotPublished(KeyError):
    """The figure never leaves the municipality, or the place is not in the release."""


@dataclass(frozen=True, order=True)
class Key:
    """Names one cell: measure, place, category (None for a total), and one quarter or rolling four."""

    measure: str
    place: str
    category: str | None = None
    period: str = QUARTER


@dataclass(frozen=True)
class Disclosed:
    """The figures of one region and quarter as everybody outside the municipalities may see them.

    Holds no number that is hidden, and nothing that tells why a cell is hidden. Made by `protect()` only;
    stored with `as_dict()`, read again with `from_dict()`. `missing` names the municipalities that did not
    deliver.
    """

    region: str
    quarter: Quarter
    version: int
    threshold: int
    places: tuple[str, ...]
    cells: dict[Key, Shown]
    scores: dict[str, Score] = field(default_factory=dict)
    coarse: dict[str, Coarse] = field(default_factory=dict)

    def cell(self, measure: str, place: str, category: str | None = None, *, rolling: bool = False) -> Shown:
        """One shown figure, ready to print. `rolling`: the four quarters that end with this one.

        NotPublished when such a figure is never told, which is a mistake in the page that asks.
        """
        key = Key(measure, place, category, ROLLING if rolling else QUARTER)
        if key not in self.cells:
            raise NotPublished(f"{measure} {category or ''} is not published for {place}")
        return self.cells[key]

    def table(self, measure: str, place: str) -> dict[str, Shown]:
        """A breakdown's shown figures by category, in the order of the code list."""
        return {
            key.category: shown
            for key, shown in self.cells.items()
            if (key.measure, key.place, key.period) == (measure, place, QUARTER) and key.category is not None
        }

    def column(self, measure: str) -> dict[str, Shown]:
        """A measure's shown figures by municipality, in the order the places were given."""
        return {place: self.cells[key] for place in self.places if (key := Key(measure, place)) in self.cells}

    def score(self, subject: str) -> Score:
        """The score of a home, or of its domain or statement, by the key it was given with; hidden when it has none."""
        return self.scores.get(subject, Score(State.HIDDEN))

    def about(self, subject: str) -> Coarse:
        """A home's share or length ("uid:again", "uid:planned", "uid:length"); hidden when it is not told."""
        return self.coarse.get(subject, Coarse(State.HIDDEN))

    @property
    def missing(self) -> tuple[str, ...]:
        """Municipalities without a delivery for the quarter. They are named, never counted as nought."""
        return tuple(place for place, shown in self.column("placed_on").items() if shown.state is State.NOT_DELIVERED)

    def as_dict(self) -> dict:
        """Plain data for storing and for the public JSON file."""
        return {
            "schema": 2,
            "region": self.region,
            "quarter": str(self.quarter),
            "version": self.version,
            "threshold": self.threshold,
            "places": list(self.places),
            "cells": [_cell_as_dict(key, shown) for key, shown in self.cells.items()],
            "homes": homes_as_told(self.scores, self.coarse),
        }

    @classmethod
    def from_dict(cls, stored: dict) -> "Disclosed":
        """The same object again from what `as_dict()` gave, now or in an earlier version of the portal."""
        scores, coarse = told_homes(stored)
        return cls(
            region=stored["region"],
            quarter=Quarter.parse(stored["quarter"]),
            version=stored["version"],
            threshold=stored["threshold"],
            places=tuple(stored["places"]),
            cells=dict(map(_cell_from_dict, stored["cells"])),
            scores=scores,
            coarse=coarse,
        )

    def as_json(self) -> str:
        """Canonical: the same release gives the same bytes."""
        return json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.as_json().encode()).hexdigest()


def latest_versions(releases: Iterable[Disclosed]) -> dict[Quarter, Disclosed]:
    """The newest version of each quarter."""
    return {release.quarter: release for release in sorted(releases, key=lambda release: release.version)}


def _cell_as_dict(key: Key, shown: Shown) -> dict:
    return {
        "measure": key.measure,
        "place": key.place,
        "category": key.category,
        "period": key.period,
        "kind": shown.kind.value,
        "value": shown.value,
        "numerator": shown.numerator,
        "denominator": shown.denominator,
        "reason": None if shown.is_shown else shown.state.value,
    }


def _cell_from_dict(stored: dict) -> tuple[Key, Shown]:
    key = Key(stored["measure"], stored["place"], stored["category"], stored["period"])
    state = State(stored["reason"] or State.SHOWN)
    return key, Shown(state, Kind(stored["kind"]), stored["value"], stored["numerator"], stored["denominator"])
