"""How far a unit has come with a model. What happens in a round moves it on; nothing but a person moves it back."""

from placements.models import UnitPhase

Phase = UnitPhase.Phase
ORDER = list(Phase)


def advance(round, phase):
    """The unit of the round is at least in this phase, with the round's model."""
    row, is_new = UnitPhase.objects.get_or_create(
        unit=round.unit,
        defaults={"municipality_id": round.municipality_id, "model": round.model, "phase": phase},
    )
    if not is_new and ORDER.index(row.phase) < ORDER.index(phase):
        row.phase, row.model = phase, round.model
        row.save()
