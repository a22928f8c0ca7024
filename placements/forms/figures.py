"""Which place, quarter and measure a page of figures is about."""

from django import forms
from django.utils import timezone

from bou_portal.periods import Quarter

SHOWN_QUARTERS = 8


def last_ended():
    """The newest quarter that is over."""
    return Quarter.of(timezone.localdate()).previous()


class FigureFilter(forms.Form):
    """An unknown choice gives the first: the address may be old."""

    kommun = forms.ChoiceField(label="Kommun", required=False)
    kvartal = forms.ChoiceField(label="Kvartal", required=False)

    def __init__(self, wishes, *, places, quarters=None):
        super().__init__()  # unbound: it shows what was chosen, or else the first
        self.wishes = wishes
        self.places = {place.code: place for place in places}
        self.quarters = quarters or list(reversed(last_ended().last(SHOWN_QUARTERS)))
        self.fields["kommun"].choices = [(code, str(place)) for code, place in self.places.items()]
        self.fields["kvartal"].choices = [(str(quarter), quarter.text) for quarter in self.quarters]
        for name, chosen in (("kommun", self.place.code if self.place else ""), ("kvartal", str(self.quarter))):
            self.initial[name] = chosen
        if len(self.places) < 2:
            del self.fields["kommun"]

    @property
    def is_known(self):
        """Whether the address names only what there is to choose: nothing is saved for another place or quarter."""
        kommun, kvartal = self.wishes.get("kommun"), self.wishes.get("kvartal")
        return (not kommun or kommun in self.places) and (not kvartal or kvartal in map(str, self.quarters))

    @property
    def place(self):
        return self.places.get(self.wishes.get("kommun"), next(iter(self.places.values()), None))

    @property
    def quarter(self):
        wish = self.wishes.get("kvartal", "")
        return next((quarter for quarter in self.quarters if str(quarter) == wish), self.quarters[0])
