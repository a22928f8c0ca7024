"""One's own account, and a head's care for the municipality's members and units."""

from django import forms
from django.db import transaction

from bou_portal.access import Permission
from bou_portal.accounts.models import Membership, User
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import Municipality, Unit

# As the log says it.
FIELDS = {"name": "namn", "wants_weekly_mail": "måndagsmail"}


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "wants_weekly_mail"]
        labels = {"name": "Ditt namn", "wants_weekly_mail": "Skicka mig ett mail på måndagar när något väntar"}
        help_texts = {
            "name": "Så här syns du för kollegor.",
            "wants_weekly_mail": "Bara hur mycket som väntar och en länk, aldrig om vem. Gäller också mail om hem att bedöma.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.can(Permission.READ_CASES):
            del self.fields["wants_weekly_mail"]  # nothing ever waits for her

    def save(self):
        with transaction.atomic():
            user = super().save()
            for name in self.changed_data:
                user.record(Verb.CHANGED, field=FIELDS[name])
        return user


class MemberUnitForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ["unit"]

    def __init__(self, *args, changed_by, **kwargs):
        super().__init__(*args, **kwargs)
        self.changed_by = changed_by
        self.fields["unit"].queryset = Unit.objects.filter(municipality=self.instance.municipality)
        self.fields["unit"].empty_label = "Ingen enhet"

    def save(self):
        with transaction.atomic():
            membership = super().save()
            record(self.changed_by, Verb.CHANGED, membership, field="enhet")
        return membership


class UnitForm(forms.ModelForm):
    """A new unit, or a new name for one there is."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="Vilken enhet", required=False, empty_label="En ny enhet")

    class Meta:
        model = Unit
        fields = ["unit", "name"]
        labels = {"name": "Namn"}
        help_texts = {"name": "Till exempel Barn och unga norr."}

    def __init__(self, *args, municipality, changed_by, **kwargs):
        super().__init__(*args, **kwargs)
        self.municipality, self.changed_by = municipality, changed_by
        self.fields["unit"].queryset = municipality.units.all()

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        chosen = self.cleaned_data.get("unit")
        others = self.municipality.units.exclude(pk=chosen.pk if chosen else None)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError("Kommunen har redan en enhet med det namnet.")
        return name

    def save(self):
        unit = self.cleaned_data["unit"] or Unit(municipality=self.municipality)
        verb = Verb.CHANGED if unit.pk else Verb.CREATED
        unit.name = self.cleaned_data["name"]
        with transaction.atomic():
            unit.save()
            record(self.changed_by, verb, unit)
        return unit


class OpennessForm(forms.ModelForm):
    """Whether social workers reach the whole municipality's children or their own unit's (security.md, Decision 9)."""

    class Meta:
        model = Municipality
        fields = ["opens_all_to_workers"]
        labels = {"opens_all_to_workers": "Socialsekreterare ser hela kommunens placeringar"}
        help_texts = {
            "opens_all_to_workers": "Annars ser de sina egna barn, enhetens och dem som ingen har ansvar för."
        }

    def __init__(self, *args, changed_by, **kwargs):
        super().__init__(*args, **kwargs)
        self.changed_by = changed_by

    def save(self):
        with transaction.atomic():
            municipality = super().save()
            record(
                self.changed_by,
                Verb.CHANGED,
                municipality,
                municipality_id=municipality.pk,
                opens_all_to_workers=municipality.opens_all_to_workers,
            )
        return municipality
