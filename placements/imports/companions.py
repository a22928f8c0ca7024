"""Follow-ups, plans, reviews and examinations: rows that stand by themselves, one for each key.

The newest delivery decides what a row says. A row written in the portal is never touched by a delivery; one with the
same key stands instead of the delivered one.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import uuid4

from bou_portal.bulk import insert_rows, update_rows
from placements.codes import LawGroup
from placements.deadlines import Wordings
from placements.duties.derive import derive_dues
from placements.episodes import ReviewClock, derive
from placements.imports.checks import day
from placements.imports.columns import Kind
from placements.imports.state import ChildKey
from placements.imports.writing import BATCH, Known
from placements.models import FollowUp, HealthExam, Plan, Review


@dataclass(frozen=True)
class Companion:
    """How one kind is stored: its model, what tells its rows apart, and field -> column with dates named."""

    model: type
    key: Callable[[dict], tuple]
    fields: dict[str, str]
    blank: dict[str, object]
    done: str  # the column of the day it is about, for the checks against the child's care

    def content(self, values: dict) -> dict:
        """Model fields from canonical values."""
        content = {}
        for name, column in self.fields.items():
            value = values.get(column, self.blank.get(name))
            content[name] = day(value) if value and name.endswith("_on") else value
        return content

    @property
    def written(self) -> list[str]:
        """The model's fields that a delivery decides, by its columns or by what follows from them."""
        return [*self.fields, *(["in_force_until"] if self.model is Plan else [])]


COMPANIONS = {
    Kind.FOLLOW_UPS: Companion(
        FollowUp,
        lambda values: (values["datum"], values.get("typ", "")),
        {
            "done_on": "datum",
            "kind": "typ",
            "visit_in_home": "besok_i_hemmet",
            "individual_talk": "enskilt_samtal",
            "no_talk_reason": "skal_inget_samtal",
            "carer_talk": "samtal_varda",
            "guardian_talk": "samtal_vardnadshavare",
            "health": "halsa",
            "development": "utveckling",
            "behaviour": "beteende",
            "school": "skola",
            "relations": "relationer",
            "feels_safe": "trygg",
            "goal_attainment": "mal_uppfyllelse",
            "child_view_recorded": "barnets_synpunkt",
        },
        {"kind": "", "no_talk_reason": "", "feels_safe": ""},
        "datum",
    ),
    Kind.PLANS: Companion(
        Plan,
        lambda values: (values["typ"], values["datum"]),
        {
            "kind": "typ",
            "made_on": "datum",
            "revised_on": "reviderad",
            "elements": "delar",
            "child_took_part": "barnet_deltog",
        },
        {},
        "datum",
    ),
    Kind.REVIEWS: Companion(
        Review,
        lambda values: (values["typ"], values["genomfort"]),
        {"kind": "typ", "done_on": "genomfort", "stated_due_on": "forfallodag"},
        {},
        "genomfort",
    ),
    Kind.HEALTH: Companion(
        HealthExam,
        # an examination is known by its first step: requested, offered, done, or said not to be needed
        lambda values: (
            values["typ"],
            values.get("begard") or values.get("erbjuden") or values.get("genomford") or "obehövlig",
        ),
        {
            "kind": "typ",
            "requested_on": "begard",
            "offered_on": "erbjuden",
            "done_on": "genomford",
            "not_needed": "obehovlig",
            "not_done_reason": "orsak",
        },
        {"not_needed": False, "not_done_reason": ""},
        "genomford",
    ),
}


@dataclass
class RowChanges:
    """Rows of one model to create (child, content), update (child id, row id, content) and delete (child id, row id)."""

    create: list[tuple[ChildKey, dict]]
    update: list[tuple[int, int, dict]]
    delete: list[tuple[int, int]]


def row_differences(kind: str, states: dict, children: dict[ChildKey, Known]) -> RowChanges:
    """Compare the delivered rows of these children with what the deliveries give. `states`: child -> key -> values."""
    companion, changes = COMPANIONS[kind], RowChanges([], [], [])
    stored, wordings = _stored(companion, children), Wordings()
    for child_key, rows in states.items():
        child = children.get(child_key)
        there = stored.get(child.pk, {}) if child else {}
        for key, values in rows.items():
            content, row = companion.content(values), there.pop(key, None)
            if companion.model is Plan:
                content["in_force_until"] = wordings.due("R-GP-CUR", content["revised_on"] or content["made_on"])
            if row is None:
                changes.create.append((child_key, content))
            elif not row.is_written_here and row.content != tuple(content.values()):
                changes.update.append((child.pk, row.pk, content))
        changes.delete += [(child.pk, row.pk) for row in there.values() if row.may_vanish]
    return changes


class Stored(NamedTuple):
    pk: int
    is_written_here: bool
    is_completed_here: bool
    content: tuple

    @property
    def may_vanish(self):
        """Nothing of it was written in the portal."""
        return not (self.is_written_here or self.is_completed_here)


def _stored(companion: Companion, children: dict[ChildKey, Known]) -> dict[int, dict[tuple, Stored]]:
    ids, rows = [child.pk for child in children.values()], defaultdict(dict)
    columns = list(companion.fields.values())
    for first in range(0, len(ids), BATCH):
        found = companion.model.objects.filter(child__in=ids[first : first + BATCH]).order_by()
        columns_read = ("child", "pk", "entered_at", "changed_at", *companion.written)
        for child, pk, entered_at, changed_at, *content in found.values_list(*columns_read):
            values = {column: _canonical(value) for column, value in zip(columns, content, strict=False) if value}
            rows[child][companion.key(values)] = Stored(
                pk, entered_at is not None, changed_at is not None, tuple(content)
            )
    return rows


def _canonical(value):
    return value.isoformat() if isinstance(value, date) else value


def write_rows(kind: str, changes: RowChanges, children: dict[ChildKey, Known]):
    """Write the differences. The caller holds the transaction."""
    companion = COMPANIONS[kind]
    gone = [pk for _, pk in changes.delete]
    for first in range(0, len(gone), BATCH):
        companion.model.objects.filter(pk__in=gone[first : first + BATCH]).delete()
    update_rows([companion.model(pk=pk, **content) for _, pk, content in changes.update], companion.written)
    created = changes.create
    if companion.model is Review:
        clock = ReviewClock()
        created = [(key, content | _due_later(content, clock)) for key, content in created]
    if created:
        insert_rows(
            companion.model,
            ["uid", "municipality", "child", *created[0][1]],
            [(uuid4(), key[0], children[key].pk, *content.values()) for key, content in created],
        )
    touched = {child for child, *_ in [*changes.update, *changes.delete]}
    touched |= {children[key].pk for key, _ in changes.create}
    (derive if companion.model is Review else derive_dues)(touched)


def _due_later(content: dict, clock: ReviewClock) -> dict:
    """A review must have a next date at once; `derive` mends it in the same breath where the child's law is another."""
    due, effective = clock.due((LawGroup.SOL, ""), content["done_on"])
    return {"next_due_on": due, "next_due_effective_on": effective}
