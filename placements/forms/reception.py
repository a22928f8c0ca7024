"""A municipality's report of a quarter's reception of unaccompanied minors."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.freshness import FreshForm
from bou_portal.forms.guarded import GuardedForm
from placements.models import Bottleneck, Reception
from placements.reception_table import PLACES, is_locked, open_quarter

LABELS = ("HVB", "Stödboende", "Familjehem", "Hos släkting")
MOST = 2000  # more is a slip of the finger


class ReceptionForm(FreshForm, GuardedForm, forms.ModelForm):
    guarded = ("note",)
    changed_by_field = "entered_by"

    bottlenecks = forms.MultipleChoiceField(
        label="Flaskhalsar", required=False, choices=Bottleneck.What.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Reception
        fields = ["assigned", "received", *PLACES, "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data=None, *, user, instance, quarter):
        super().__init__(data, instance=instance, label_suffix="")
        self.user, self.quarter = user, quarter
        if instance.pk:
            self.initial["bottlenecks"] = [row.what for row in instance.bottlenecks.all()]
        for name in ("assigned", "received", *PLACES):
            self.fields[name].widget.attrs |= {"min": 0, "max": MOST, "inputmode": "numeric"}
            self.fields[name].error_messages["invalid"] = "Skriv ett heltal, eller lämna tomt om ni inte vet."
        for name, label in zip(PLACES, LABELS, strict=True):
            self.fields[name].label = label
        self.fields["received"].help_text = "Barn som kom till kommunen under kvartalet. Länet ser bara summan."
        self.fields["assigned"].help_text = "Så många som kommunen ska ta emot enligt andelstalet."
        self.fields["note"].help_text = "Stannar i kommunen."
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Row(*(Column(name, css_class="col-sm-6") for name in ("assigned", "received"))),
            Fieldset("Platser sista dagen", Row(*(Column(name, css_class="col-sm-6 col-lg-3") for name in PLACES))),
            "bottlenecks",
            "note",
        )

    def clean(self):
        cleaned = super().clean()
        if self.quarter != open_quarter():
            why = "låst: länet ser det redan" if is_locked(self.quarter) else "inte slut än"
            raise ValidationError(f"{self.quarter.text.capitalize()} är {why}. Det kan inte lämnas.", code="locked")
        for name in ("assigned", "received", *PLACES):
            if (cleaned.get(name) or 0) > MOST:
                self.add_error(name, f"Kontrollera talet: fler än {MOST} är inte rimligt.")
        if not self.errors and all(cleaned.get(name) is None for name in ("assigned", "received", *PLACES)):
            raise ValidationError("Fyll i minst ett tal. Skriv 0 där det inte finns några.")
        return cleaned

    def save(self):
        """The report. Sent twice at once, as by a double click, it is saved once."""
        try:
            with transaction.atomic():
                return self.write()
        except IntegrityError:
            return Reception.objects.get(municipality=self.instance.municipality, quarter=self.instance.quarter)

    def write(self):
        verb = Verb.CHANGED if self.instance.pk else Verb.CREATED
        self.instance.entered_by = self.user
        report = super().save()
        report.bottlenecks.all().delete()
        Bottleneck.objects.bulk_create(
            Bottleneck(municipality=report.municipality, reception=report, what=what)
            for what in self.cleaned_data["bottlenecks"]
        )
        record(self.user, verb, report, quarter=report.quarter, fields=sorted(self.changed_data))
        return report
