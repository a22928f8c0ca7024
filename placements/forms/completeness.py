"""Which municipality, quarter and unit the page of what is missing is about."""

from django import forms
from django.utils import timezone

from bou_portal.accounts.models import Membership
from bou_portal.periods import Quarter
from placements.completeness import ITEMS
from placements.forms.figures import FigureFilter


class CompletenessFilter(FigureFilter):
    """The present quarter, and the one that is about to be reported. An unknown choice gives the first, or all."""

    enhet = forms.ChoiceField(label="Enhet", required=False)
    saknas = forms.ChoiceField(label="Saknas", required=False)

    def __init__(self, wishes, *, places, units, cases_in):
        """`cases_in` are the municipalities whose placements the reader sees: only there may she narrow them."""
        now = Quarter.of(timezone.localdate())
        super().__init__(wishes, places=places, quarters=[now, now.previous()])
        self.units = {str(unit.pk): unit for unit in units.filter(municipality=self.place)} if self.place else {}
        self.fields["enhet"].choices = [("", "Alla enheter"), *((pk, unit.name) for pk, unit in self.units.items())]
        self.fields["saknas"].choices = [("", "Vad som helst"), *((item.key, item.word) for item in ITEMS)]
        self.initial |= {"enhet": wishes.get("enhet", ""), "saknas": self.item}
        reads_cases = self.place is not None and self.place.pk in cases_in
        for name, is_useful in (("enhet", self.units and reads_cases), ("saknas", reads_cases)):
            if not is_useful:
                del self.fields[name]

    @property
    def item(self):
        wish = self.wishes.get("saknas", "")
        return wish if wish in {item.key for item in ITEMS} else ""

    def narrow(self, placements):
        """The chosen municipality's placements, and the chosen unit's where one is chosen."""
        placements = placements.filter(municipality=self.place)
        if (unit := self.units.get(self.wishes.get("enhet", ""))) is None:
            return placements
        staff = Membership.objects.in_force().filter(unit=unit).values("user")
        return placements.assigned(unit=unit) | placements.assigned(worker__in=staff)
