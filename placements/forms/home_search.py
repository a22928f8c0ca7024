"""Narrowing the register of homes."""

from django import forms

from municipalities.models import Region
from placements.codes import Operator
from placements.forms.homes import FORMS
from placements.models import CareHome

BANDS = [("", "Oavsett antal"), ("5", "Minst 5 omdömen"), ("10", "Minst 10 omdömen"), ("20", "Minst 20 omdömen")]


class HomeFilter(forms.Form):
    """Narrows the register. An unknown choice is ignored: the address may be old."""

    form = forms.ChoiceField(label="Form", required=False, choices=[("", "Alla former"), *FORMS])
    regi = forms.ChoiceField(label="Regi", required=False, choices=[("", "All regi"), *Operator.choices])
    lan = forms.ModelChoiceField(
        Region.objects.all(), label="Ligger i", required=False, to_field_name="code", empty_label="Hela landet"
    )
    malgrupp = forms.CharField(label="Målgrupp innehåller", required=False, max_length=60)
    alder = forms.IntegerField(label="Ålder", required=False, min_value=0, max_value=21)
    antal = forms.ChoiceField(label="Antal omdömen", required=False, choices=BANDS)
    visa = forms.ChoiceField(
        label="Visa",
        required=False,
        choices=[("", "Alla öppna"), ("forslag", "Bara förslag"), ("stangda", "Stängda")],
    )

    def narrow(self, homes):
        self.is_valid()
        wish = self.cleaned_data
        homes = {
            "forslag": homes.proposed(),
            "stangda": homes.filter(status=CareHome.Status.CLOSED),
        }.get(wish.get("visa"), homes.listed())
        for name, field in (("form", "form_group"), ("regi", "operator"), ("lan", "location__region")):
            if wish.get(name):
                homes = homes.filter(**{field: wish[name]})
        if wish.get("malgrupp"):
            homes = homes.filter(target_group__icontains=wish["malgrupp"])
        return homes.taking(wish["alder"]) if wish.get("alder") is not None else homes

    @property
    def least(self):
        """How many ratings a home must have been given, by its released band."""
        return int(self.cleaned_data.get("antal") or 0)
