"""The page on children's voices: the reader's own units and rounds, and what her region may know."""

from dataclasses import dataclass

from bou_portal.access import Permission
from bou_portal.formats import count_word, listing, starting
from municipalities.models import Region, Unit
from placements.models import UnitPhase, VoiceRound
from placements.voice.regional import RegionalVoices


@dataclass(frozen=True)
class UnitStanding:
    """One of the own units and how far it has come, or nothing yet."""

    unit: Unit
    phase: UnitPhase | None


class Overview:
    """Own rounds for whoever may see children's rows; the region's phases and ended years for whoever reads releases."""

    def __init__(self, user, today):
        self.today, own = today, user.municipalities(Permission.READ_CASES)
        self.is_municipal = bool(own)
        self.may_lead = user.can(Permission.LEAD_LEARNING)
        self.may_read_answers = user.can(Permission.READ_RELEASES)
        rounds = VoiceRound.objects.for_user(user, Permission.READ_CASES).with_counts()
        self.rounds = list(rounds.select_related("unit", "municipality", "model"))
        units = Unit.objects.filter(municipality__in=own).select_related("voice_phase__model", "municipality")
        self.units = [UnitStanding(unit, getattr(unit, "voice_phase", None)) for unit in units]
        regions = Region.objects.for_user(user, Permission.READ_RELEASES)
        self.regions = [RegionalVoices(region, today) for region in regions]

    @property
    def sentence(self):
        if not self.is_municipal:
            return self.regions[0].sentence
        going = [it for it in self.rounds if it.starts_on <= self.today <= it.ends_on and not it.closed_on]
        if going:
            first = going[0]
            held = f"{starting(count_word(first.held))} av {count_word(first.planned_interviews)} intervjuer är gjorda"
            return f"{first.unit.name} intervjuar till {first.ends_on}. {held}."
        if waiting := [it.unit.name for it in self.rounds if not it.closed_on]:
            return f"Ingen intervjuar just nu. {listing(list(dict.fromkeys(waiting)))} har en omgång att gå vidare med."
        return "Ingen enhet har en pågående omgång."

    @property
    def unchecked(self):
        """Quotes that await a colleague's second look."""
        return sum(it.unchecked for it in self.rounds if not it.closed_on)
