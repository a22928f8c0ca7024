"""Makes the stored placements what the deliveries say: only what differs is written, in bulk, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bou_portal.bulk import update_rows
from placements.codes import Sex
from placements.episodes import derive
from placements.imports.homes import PROPOSED, Homes, home_id
from placements.imports.state import MANY, ChildKey, ChildState
from placements.models import Child, DeliveryRow, LegalBasis, Placement, Rating
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
    "cost_per_day",
)


class StillRated(Exception):
    """A placement that would vanish has a rating; nobody throws that away by a file."""


@dataclass
class Changes:
    """What the database lacks, holds too much of, or holds otherwise than the deliveries say."""

    new_children: list[ChildKey] = field(default_factory=list)
    facts: list[tuple[Child, dict]] = field(default_factory=list)
    create: list[tuple[ChildKey, tuple, date]] = field(default_factory=list)
    update: list[tuple[Placement, tuple, date]] = field(default_factory=list)
    delete: list[int] = field(default_factory=list)
    confirm: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    laws: dict[ChildKey, list[tuple]] = field(default_factory=dict)
    proposals: set[str] = field(default_factory=set)


def children_of(keys: Iterable[ChildKey]) -> dict[ChildKey, Child]:
    by_municipality = defaultdict(set)
    for municipality, code in keys:
        by_municipality[municipality].add(code)
    found = {}
    for municipality, codes in by_municipality.items():
        rows = Child.objects.filter(municipality=municipality)
        if len(codes) < MANY:
            rows = rows.filter(local_code__in=codes)
        found |= {(municipality, child.local_code): child for child in rows if child.local_code in codes}
    return found


def in_batches(model, children: Iterable[Child]):
    """Rows of a model about these children, by child id."""
    ids, rows = [child.pk for child in children], defaultdict(list)
    for first in range(0, len(ids), BATCH):
        for row in model.objects.filter(child__in=ids[first : first + BATCH]).order_by("started_on"):
            rows[row.child_id].append(row)
    return rows


def differences(states: dict[ChildKey, ChildState], homes: Homes) -> Changes:
    """Compare what is stored with what the deliveries give, for these children. Reads only."""
    changes = Changes()
    children = children_of(states)
    placements, laws = in_batches(Placement, children.values()), in_batches(LegalBasis, children.values())
    for key, state in states.items():
        child = children.get(key)
        if child is None:
            changes.new_children.append(key)
        elif any(getattr(child, name) != value for name, value in (UNTOLD | state.facts).items()):
            changes.facts.append((child, UNTOLD | state.facts))
        _compare_placements(changes, key, state.folded.stays, placements[child.pk] if child else [])
        wanted = [(span.start, span.end, *span.what) for span in state.folded.legal_bases()]
        stored = [(law.started_on, law.ended_on, law.group, law.code) for law in laws[child.pk]] if child else []
        if wanted != stored:
            changes.laws[key] = wanted
    return changes


def _compare_placements(changes: Changes, key: ChildKey, stays: list[Stay], stored: list[Placement]):
    pairs, new, gone = _pair(stays, stored)
    for stay, placement in pairs:
        wanted = _as_stored(stay)
        if wanted != tuple(getattr(placement, name) for name in PLACEMENT_FIELDS):
            changes.update.append((placement, wanted, stay.confirmed))
        elif placement.confirmed_on != stay.confirmed:
            changes.confirm[stay.confirmed].append(placement.pk)
    changes.create += [(key, _as_stored(stay), stay.confirmed) for stay in new]
    changes.delete += [placement.pk for placement in gone]
    changes.proposals |= {stay.home for stay in stays if stay.home.startswith(PROPOSED)}


def _pair(stays: list[Stay], stored: list[Placement]):
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
        same = [p for p in left.values() if (p.form_group, p.home_key) == (stay.form, stay.home)]
        if same:
            placement = min(same, key=lambda p: abs(p.started_on - stay.start))
            pairs.append((stay, left.pop(placement.started_on)))
        else:
            new.append(stay)
    return pairs, new, list(left.values())


def _as_stored(stay: Stay) -> tuple:
    facts = stay.facts
    cost = facts.get("dygnskostnad")
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
        Decimal(cost) if cost else None,
    )


def write(changes: Changes, homes: Homes) -> set[int]:
    """Write the differences. The caller holds the transaction. Returns the ids of the children that changed."""
    ids = homes.propose(changes.proposals)
    children = _write_children(changes)
    if Rating.objects.filter(placement__in=changes.delete).exists():
        raise StillRated
    for first in range(0, len(changes.delete), BATCH):
        Placement.objects.filter(pk__in=changes.delete[first : first + BATCH]).delete()
    touched = _update_placements(changes, ids)
    Placement.objects.bulk_create(
        [_placement(children[key], key[0], wanted, confirmed, ids) for key, wanted, confirmed in changes.create],
        batch_size=BATCH,
    )
    for confirmed, pks in changes.confirm.items():
        for first in range(0, len(pks), BATCH):
            Placement.objects.filter(pk__in=pks[first : first + BATCH]).update(confirmed_on=confirmed)
    _write_laws(changes, children)
    touched |= {children[key].pk for key, *_ in changes.create} | {children[key].pk for key in changes.laws}
    derive(touched)
    return touched


def _write_children(changes: Changes) -> dict[ChildKey, Child]:
    """All children the changes are about, the new ones created, with their facts."""
    for child, facts in changes.facts:
        for name, value in facts.items():
            setattr(child, name, value)
    update_rows([child for child, _ in changes.facts], list(UNTOLD))
    return children_of({key for key, *_ in changes.create} | set(changes.laws))


def create_children(states: dict[ChildKey, dict]):
    """Children that no delivery has mentioned before, with the facts known of them."""
    Child.objects.bulk_create(
        [
            Child(municipality_id=municipality, local_code=code, **(UNTOLD | facts))
            for (municipality, code), facts in states.items()
        ],
        batch_size=BATCH,
    )


def _settled(wanted: tuple, ids: dict[str, str]) -> dict:
    values = dict(zip(PLACEMENT_FIELDS, wanted, strict=True))
    if values["home_key"] in ids:
        values["home_key"] = ids[values["home_key"]]
        values["home_id"] = int(values["home_key"])
    return values


def _placement(child: Child, municipality: int, wanted: tuple, confirmed: date, ids: dict[str, str]) -> Placement:
    return Placement(municipality_id=municipality, child=child, confirmed_on=confirmed, **_settled(wanted, ids))


def _update_placements(changes: Changes, ids: dict[str, str]) -> set[int]:
    """First those that end, then the one that is open: never two open placements of a child at once."""
    for placement, wanted, confirmed in changes.update:
        for name, value in {**_settled(wanted, ids), "confirmed_on": confirmed}.items():
            setattr(placement, name, value)
    placements = sorted((placement for placement, *_ in changes.update), key=lambda p: p.ended_on is None)
    update_rows(placements, [name.removesuffix("_id") for name in PLACEMENT_FIELDS] + ["confirmed_on"])
    return {placement.child_id for placement in placements}


def _write_laws(changes: Changes, children: dict[ChildKey, Child]):
    ids = [children[key].pk for key in changes.laws]
    for first in range(0, len(ids), BATCH):
        LegalBasis.objects.filter(child__in=ids[first : first + BATCH]).delete()
    LegalBasis.objects.bulk_create(
        [
            LegalBasis(
                municipality_id=key[0], child=children[key], started_on=start, ended_on=end, group=group, code=code
            )
            for key, wanted in changes.laws.items()
            for start, end, group, code in wanted
        ],
        batch_size=BATCH,
    )


def forget_children(keys: Iterable[ChildKey]):
    """Remove children that no delivery mentions any more and that nobody has written anything about."""
    for key, child in children_of(keys).items():
        rows = DeliveryRow.objects.filter(municipality=key[0], child_code=key[1], delivery__state="confirmed")
        written = any(
            getattr(child, name).filter(entered_at__isnull=False).exists()
            for name in ("follow_ups", "plans", "reviews", "health_exams")
        )
        if not written and not rows.exclude(fate=DeliveryRow.Fate.REFUSED).exists():
            child.delete()
