"""Who is responsible, as far as deliveries say so: a child that nobody has taken yet gets the delivered worker or unit."""

from placements.imports.state import ChildKey, ChildState
from placements.imports.writing import BATCH, children_of
from placements.models import Assignment


def assign(states: dict[ChildKey, ChildState], workers: dict, units: dict):
    """Assign each child that has no responsible worker or unit. What people decided in the portal stands.

    Also one whose last stay has ended: somebody has the follow-up after it and the rating of the home.
    """
    wanted = {}
    for key, state in states.items():
        stay = state.folded.stays[-1] if state.folded.stays else None
        if stay:
            facts, municipality = stay.facts, key[0]
            worker = workers.get((municipality, facts.get("ansvarig", "").casefold()))
            unit = units.get((municipality, facts.get("enhetsnamn", "").casefold()))
            if worker or unit:
                wanted[key] = worker, unit, stay.start
    if not wanted:
        return
    children = children_of(wanted)
    open_ = Assignment.objects.filter(municipality__in={key[0] for key in wanted}, ended_on__isnull=True)
    taken = set(open_.values_list("child", flat=True))
    Assignment.objects.bulk_create(
        [
            Assignment(municipality_id=key[0], child_id=child, worker_id=worker, unit_id=unit, started_on=start)
            for key, (worker, unit, start) in wanted.items()
            if (child := children[key].pk) not in taken
        ],
        batch_size=BATCH,
    )
