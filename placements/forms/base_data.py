"""The six counts that a municipality leaves each quarter. An empty box is "no answer", never nought."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.validators import MaxValueValidator
from django.db import transaction

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from municipalities.models import Municipality
from placements.base_data import FIELDS, PAIRS
from placements.models import BaseData

LABELS = {
    "reports": "Antal anmälningar",
    "reports_assessed_in_time": "Varav skyddsbedömda samma eller nästa dag",
    "assessments": "Antal beslutade förhandsbedömningar",
    "assessments_in_time": "Varav beslutade inom 14 dagar",
    "investigations": "Antal avslutade utredningar",
    "investigations_in_time": "Varav avslutade inom fyra månader",
}
TOO_MANY = 99_999


class BaseDataForm(forms.ModelForm):
    """One municipality's counts of one quarter. Saved again, they are changed, and the log says which."""

    class Meta:
        model = BaseData
        fields = FIELDS

    def __init__(self, data=None, *, municipality, quarter, user, instance=None):
        instance = instance or BaseData(municipality=municipality, quarter=str(quarter))
        super().__init__(data, instance=instance, label_suffix="")
        self.user = user
        for name, field in self.fields.items():
            field.label = LABELS[name]
            field.validators.append(MaxValueValidator(TOO_MANY, "Antalet är orimligt stort. Kontrollera talet."))
            field.widget.attrs |= {"inputmode": "numeric", "min": 0}
            field.error_messages |= {
                "invalid": "Skriv ett helt antal med siffror, eller lämna tomt.",
                "min_value": "Antalet kan inte vara mindre än 0.",
            }
        self.helper = FormHelper()
        self.helper.layout = Layout(
            *(
                Fieldset(
                    heading, Row(*(Column(name, css_class="col-sm-6") for name in (whole, part))), css_class="part"
                )
                for heading, whole, _, part in PAIRS
            )
        )

    def clean(self):
        cleaned = super().clean()
        for _, whole, _, part in PAIRS:
            counted, timely = cleaned.get(whole), cleaned.get(part)
            if timely is None or whole in self.errors:
                continue
            if counted is None:
                self.add_error(whole, "Skriv också hur många de var i allt, eller ta bort antalet bredvid.")
            elif timely > counted:
                self.add_error(part, f"Kan inte vara fler än {counted}, som är alla. Kontrollera de två talen.")
        if not self.errors and not self.instance.pk and all(cleaned.get(name) is None for name in FIELDS):
            raise forms.ValidationError("Skriv minst ett antal innan du sparar. Det du inte vet lämnar du tomt.")
        return cleaned

    @transaction.atomic
    def save(self):
        """The quarter's one row, also when two people leave it at the same moment."""
        Municipality.objects.select_for_update(no_key=True).get(pk=self.instance.municipality_id)
        key = {"municipality": self.instance.municipality, "quarter": self.instance.quarter}
        row, is_new = BaseData.objects.get_or_create(**key)
        changed = [name for name in FIELDS if getattr(row, name) != self.cleaned_data[name]]
        for name in FIELDS:
            setattr(row, name, self.cleaned_data[name])
        if changed or is_new:
            row.entered_by = self.user
            row.save()
            verb = Verb.CREATED if is_new else Verb.CHANGED
            record(self.user, verb, row, quarter=row.quarter, fields=sorted(changed))
        return row
