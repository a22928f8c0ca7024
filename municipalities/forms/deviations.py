"""Reporting what failed between two bodies, and what the group does about it. Never which child it was about."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import month as month_name
from bou_portal.forms.guarded import GuardedForm
from municipalities.cooperation.deviation_counts import open_months
from municipalities.forms.work import WorkForm
from municipalities.models import Deviation, DeviationStep

State = Deviation.State


def month_choices():
    return [(month, month_name(date.fromisoformat(f"{month}-01"))) for month in open_months(timezone.localdate())]


class DeviationForm(WorkForm):
    """What failed between which bodies, in which month. `municipalities` are those the reporter may report for."""

    guarded = ("text",)

    month = forms.ChoiceField(
        label="När det hände", help_text="Bara månaden: en dag kan peka ut ett möte, och ett barn."
    )

    class Meta:
        model = Deviation
        fields = ["municipality", "month", "kind", "from_party", "to_party", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args, municipalities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["municipality"].queryset = municipalities
        self.fields["municipality"].empty_label = "Välj"
        self.fields["month"].choices = [("", "Välj"), *month_choices()]
        self.fields["kind"].choices = [("", "Välj"), *Deviation.Kind.choices]
        self.fields["to_party"].choices = [("", "Välj"), *Deviation.Party.choices]
        self.fields["from_party"].label = "Du som rapporterar hör till"
        self.fields["to_party"].label = "Det brast hos"
        self.fields["to_party"].help_text = "En annan verksamhet än den du hör till."
        self.fields["text"].label = "Vad hände i samarbetet?"
        self.fields["text"].help_text = (
            "Skriv om samarbetet: vem som skulle ha gjort vad, och vad det ledde till i arbetet. Skriv aldrig om barnet "
            "eller familjen: inte namn, ålder, skola, ort eller vad som har hänt dem."
        )
        if len(municipalities) == 1:
            self.instance.municipality = municipalities[0]
            del self.fields["municipality"]
        self.instance.reported_by = self.user


class HandleForm(GuardedForm, forms.Form):
    """One more line in the history of a deviation. `seen` is how many lines the writer had read."""

    guarded = ("text",)

    state = forms.ChoiceField(label="Läge", choices=[(State.HANDLED, "Hanteras"), (State.CLOSED, "Avslutad")])
    text = forms.CharField(
        label="Vad gruppen gör eller har kommit fram till",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Kommunen som rapporterade läser det. Skriv om samarbetet, aldrig om barnet.",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, user, deviation):
        self.steps = list(deviation.steps.select_related("by"))
        super().__init__(data, label_suffix="", initial={"state": State.HANDLED, "seen": len(self.steps)})
        self.user, self.deviation = user, deviation

    def clean(self):
        cleaned = super().clean()
        seen = cleaned.get("seen")
        if seen is not None and seen < len(self.steps) and not self.is_written(self.steps):
            last = self.steps[-1]
            self.data = self.data.copy()
            self.data["seen"] = len(self.steps)
            text = (
                f"{last.by or 'Någon'} skrev medan du skrev: ”{last.text}” Ditt står kvar. Spara igen om det ska med."
            )
            raise ValidationError(text, code="stale")
        return cleaned

    def is_written(self, steps):
        """Whether the same was saved a moment ago, as by a double click."""
        last = steps[-1] if steps else None
        same = (self.user.pk, self.cleaned_data.get("text"), self.cleaned_data.get("state"))
        return last is not None and (last.by_id, last.text, last.state) == same

    @transaction.atomic
    def save(self):
        deviation = type(self.deviation).objects.select_for_update().get(pk=self.deviation.pk)
        if not self.is_written(list(deviation.steps.all())):
            facts = {"state": self.cleaned_data["state"], "text": self.cleaned_data["text"]}
            DeviationStep.objects.create(deviation=deviation, by=self.user, **facts)
            deviation.state = facts["state"]
            deviation.save(update_fields=["state"])
            record(self.user, Verb.CHANGED, deviation, state=facts["state"])
        return deviation


class StrikeForm(forms.Form):
    """Takes away a text that should not have been written. That something failed is still counted."""

    def __init__(self, data=None, *, user, deviation):
        super().__init__(data, label_suffix="")
        self.user, self.deviation = user, deviation

    @transaction.atomic
    def save(self):
        self.deviation.text = ""
        self.deviation.save(update_fields=["text"])
        record(self.user, Verb.CHANGED, self.deviation, text_removed=True)
        return self.deviation


class DeviationFilter(forms.Form):
    """Which deviations the list shows. An unknown choice is ignored: the address may be old."""

    lage = forms.ChoiceField(label="Läge", required=False, choices=[("", "Alla"), *State.choices])
    slag = forms.ChoiceField(label="Vad som brast", required=False, choices=[("", "Allt"), *Deviation.Kind.choices])

    def narrow(self, rows):
        self.is_valid()
        chosen = self.cleaned_data
        if state := chosen.get("lage"):
            rows = rows.filter(state=state)
        if kind := chosen.get("slag"):
            rows = rows.filter(kind=kind)
        return rows
