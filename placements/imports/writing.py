"""Makes the stored placements what the rows say: only what differs is written, in bulk, in one transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import uuid4

from django.db.models import Q

from bou_portal.bulk import insert_rows, update_rows
from municipalities.models import Municipality
from placements.codes import Planned, Sex
from placements.episodes import derive
from placements.imports.homes import PROPOSED, Homes, home_id
from placements.imports.state import ChildKey, ChildState, about
from placements.models import Child, DeliveryRow, LegalBasis, Placement, Rating
from placements.models.followups import CaseRow
from placements.stays import Stay

BATCH = 500
UNTOLD = {"sex": Sex.UNKNOWN.value, "birth_year": None, "unaccompanied": None}
PLACEMENT_FIELDS = (
    "form_group",
    "form_code",
    "home_id",
    "home_key",
    "operator",
    "host_municipality_id",
    "started_on",
    "ended_on",
    "end_is_inferred",
    "end_reason",
    "planned",
    "initiator",
    "next_stop",
    "cause",
    "second_cause",
    "cost_per_day",
)
FORM_GROUP, HOME_KEY, STARTED_ON = (PLACEMENT_FIELDS.index(name) for name in ("form_group", "home_key", "started_on"))
WRITTEN_FIELDS = [name.removesuffix("_id") for name in PLACEMENT_FIELDS]
LAW_FIELDS = ("started_on", "ended_on", "group", "code")


class Stored(NamedTuple):
    """A stored placement: its values in the order of PLACEMENT_FIELDS."""

    pk: int
    confirmed_on: date | None
    values: list

    @property
    def started_on(self) -> date:
        return self.values[STARTED_ON]

    @property
    def where(self) -> tuple[str, str]:
        return self.values[FORM_GROUP], self.values[HOME_KEY]


class StillRated(Exception):
    """A placement that would vanish has a rating; nobody throws that away by a file."""


@dataclass
class Changes:
    """What the database lacks, holds too much of, or holds otherwise than the deliveries say."""

    new_children: list[ChildKey] = field(default_factory=list)
    facts: list[tuple[int, dict]] = field(default_factory=list)
    create: list[tuple[ChildKey, tuple, date]] = field(default_factory=list)
    update: list[tuple[int, int, tuple, date]] = field(default_factory=list)  # child, placement, values, confirmed
    delete: list[int] = field(default_factory=list)
    confirm: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    laws: dict[ChildKey, list[tuple]] = field(default_factory=dict)
    proposals: set[str] = field(default_factory=set)


class Known(NamedTuple):
    """A stored child."""

    pk: int
    sex: str
    birth_year: int | None
    unaccompanied: bool | None


def children_of(keys: Collection[ChildKey]) -> dict[ChildKey, Known]:
    """Those of the children that are stored."""
    if not keys:
        return {}
    rows = Child.objects.filter(about(keys, "local_code")).order_by()
    found = rows.values_list("municipality", "local_code", "pk", *UNTOLD)
    return {(place, code): Known(*child) for place, code, *child in found.iterator(5000) if (place, code) in keys}


def in_batches(model, fields: Iterable[str], children: Iterable[Known]) -> dict[int, list[tuple]]:
    """These fields of a model's rows about these children, by child id, in order of start."""
    ids, rows = [child.pk for child in children], defaultdict(list)
    for first in range(0, len(ids), BATCH):
        found = model.objects.filter(child__in=ids[first : first + BATCH]).order_by("started_on")
        for child, *values in found.values_list("child", *fields):
            rows[child].append(tuple(values))
    return rows


def differences(states: dict[ChildKey, ChildState], homes: Homes) -> Changes:
    """Compare what is stored with what the deliveries give, for these children. Reads only."""
    changes = Changes()
    children = children_of(states)
    placements = in_batches(Placement, ("pk", "confirmed_on", *PLACEMENT_FIELDS), children.values())
    laws = in_batches(LegalBasis, LAW_FIELDS, children.values())
    for key, state in states.items():
        child = children.get(key)
        if child is None:
            changes.new_children.append(key)
        elif any(getattr(child, name) != value for name, value in (UNTOLD | state.facts).items()):
            changes.facts.append((child.pk, UNTOLD | state.facts))
        _compare_placements(changes, key, state.folded.stays, child.pk if child else 0, placements)
        wanted = [(span.start, span.end, *span.what) for span in state.folded.legal_bases()]
        if wanted != (laws.get(child.pk, []) if child else []):
            changes.laws[key] = wanted
    return changes


def _compare_placements(changes: Changes, key: ChildKey, stays: list[Stay], child: int, placements: dict):
    stored = [Stored(pk, confirmed, values) for pk, confirmed, *values in placements.get(child, [])]
    pairs, new, gone = _pair(stays, stored)
    for stay, placement in pairs:
        wanted = _as_stored(stay)
        if wanted != tuple(placement.values):
            changes.update.append((child, placement.pk, wanted, stay.confirmed))
        elif placement.confirmed_on != stay.confirmed:
            changes.confirm[stay.confirmed].append(placement.pk)
    changes.create += [(key, _as_stored(stay), stay.confirmed) for stay in new]
    changes.delete += [placement.pk for placement in gone]
    changes.proposals |= {stay.home for stay in stays if stay.home.startswith(PROPOSED)}


def _pair(stays: list[Stay], stored: list[Stored]):
    """Which stored placement is which stay: by start, else by home, so that a rating follows a corrected start."""
    left = {placement.started_on: placement for placement in stored}
    pairs, unpaired = [], []
    for stay in stays:
        placement = left.pop(stay.start, None)
        if placement:
            pairs.append((stay, placement))
        else:
            unpaired.append(stay)
    new = []
    for stay in unpaired:
        same = [placement for placement in left.values() if placement.where == (stay.form, stay.home)]
        if same:
            placement = min(same, key=lambda p: abs(p.started_on - stay.start))
            pairs.append((stay, left.pop(placement.started_on)))
        else:
            new.append(stay)
    return pairs, new, list(left.values())


def _as_stored(stay: Stay) -> tuple:
    facts = stay.facts
    cost = facts.get("dygnskostnad")
    unplanned = stay.end is not None and stay.planned == Planned.UNPLANNED
    return (
        stay.form,
        facts.get("placeringsform_kod", ""),
        None if stay.home.startswith(PROPOSED) else home_id(stay.home, stay.form),
        stay.home,
        facts.get("regi", ""),
        facts.get("vistelsekommun"),
        stay.start,
        stay.end,
        stay.inferred,
        stay.reason,
        stay.planned,
        stay.initiator,
        stay.next_stop,
        facts.get("orsak", "") if unplanned else "",
        facts.get("orsak_2", "") if unplanned else "",
        Decimal(cost) if cost else None,
    )


def lock_municipalities(municipalities: Iterable[int]):
    """One writer of placements at a time in a municipality, until the transaction ends.

    No key is locked: a row of another delivery that points at a municipality, as a home's place does, need not wait,
    or two deliveries wait for each other.
    """
    list(Municipality.objects.select_for_update(no_key=True).filter(pk__in=municipalities).order_by("pk"))


def write(changes: Changes, homes: Homes):
    """Write the differences and what is derived from them. The caller holds the transaction. Raises StillRated."""
    ids = homes.propose(changes.proposals)
    children = _write_children(changes)
    if Rating.objects.filter(placement__in=changes.delete).exists():
        raise StillRated
    touched = {child for child, _ in changes.facts}
    for first in range(0, len(changes.delete), BATCH):
        gone = Placement.objects.filter(pk__in=changes.delete[first : first + BATCH])
        touched |= set(gone.order_by().values_list("child", flat=True))
        gone.delete()
    touched |= _update_placements(changes, ids)
    insert_rows(
        Placement,
        ["uid", "municipality", "child", "confirmed_on", *WRITTEN_FIELDS],
        [
            (uuid4(), key[0], children[key].pk, confirmed, *_settled(wanted, ids))
            for key, wanted, confirmed in changes.create
        ],
    )
    for confirmed, pks in changes.confirm.items():
        for first in range(0, len(pks), BATCH):
            Placement.objects.filter(pk__in=pks[first : first + BATCH]).update(confirmed_on=confirmed)
    _write_laws(changes, children)
    touched |= {children[key].pk for key, *_ in changes.create} | {children[key].pk for key in changes.laws}
    derive(touched)


def _write_children(changes: Changes) -> dict[ChildKey, Known]:
    """All children that get rows, and their facts brought up to date."""
    update_rows([Child(pk=pk, **facts) for pk, facts in changes.facts], list(UNTOLD))
    return children_of({key for key, *_ in changes.create} | set(changes.laws))


def create_children(states: dict[ChildKey, dict]):
    """Children that no delivery has mentioned before, with the facts known of them."""
    facts = [(key, UNTOLD | facts) for key, facts in states.items()]
    insert_rows(
        Child,
        ["uid", "municipality", "local_code", *UNTOLD],
        [(uuid4(), municipality, code, *known.values()) for (municipality, code), known in facts],
    )


def _settled(wanted: tuple, ids: dict[str, str]) -> tuple:
    """The values with the proposal's mark replaced by the id that the proposal got."""
    if wanted[HOME_KEY] not in ids:
        return wanted
    key = ids[wanted[HOME_KEY]]
    return tuple(
        {"home_key": key, "home_id": int(key)}.get(n, v) for n, v in zip(PLACEMENT_FIELDS, wanted, strict=True)
    )


def _update_placements(changes: Changes, ids: dict[str, str]) -> set[int]:
    """First those that end, then the one that is open: never two open placements of a child at once."""
    placements = [
        Placement(pk=pk, confirmed_on=confirmed, **dict(zip(PLACEMENT_FIELDS, _settled(wanted, ids), strict=True)))
        for _, pk, wanted, confirmed in changes.update
    ]
    update_rows(sorted(placements, key=lambda p: p.ended_on is None), [*WRITTEN_FIELDS, "confirmed_on"])
    return {child for child, *_ in changes.update}


def _write_laws(changes: Changes, children: dict[ChildKey, Known]):
    ids = [children[key].pk for key in changes.laws]
    for first in range(0, len(ids), BATCH):
        LegalBasis.objects.filter(child__in=ids[first : first + BATCH]).delete()
    insert_rows(
        LegalBasis,
        ["municipality", "child", *LAW_FIELDS],
        [(key[0], children[key].pk, *law) for key, laws in changes.laws.items() for law in laws],
    )


def forget_children(keys: Collection[ChildKey]):
    """Remove children that no delivery mentions any more and that nobody has written anything about."""
    rows = DeliveryRow.objects.filter(about(keys), delivery__state="confirmed").exclude(fate=DeliveryRow.Fate.REFUSED)
    delivered = set(rows.values_list("municipality", "child_code"))
    ids = [child.pk for key, child in children_of(keys).items() if key not in delivered]
    for first in range(0, len(ids), BATCH):
        children = Child.objects.filter(pk__in=ids[first : first + BATCH])
        for relation in Child._meta.related_objects:
            if issubclass(relation.related_model, CaseRow):
                by_hand = Q(entered_at__isnull=False) | Q(changed_at__isnull=False)
                written = relation.related_model.objects.filter(by_hand, child__in=ids)
                children = children.exclude(pk__in=written.values("child"))
        children.delete()
