"""What a unit says of itself: how it hears children in a year, and how far it has come with a model."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.db import transaction
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.guarded import GuardedForm
from municipalities.models import Unit
from placements.models import ParticipationStatus, UnitPhase, VoiceModel
from placements.voice.participation import open_years

EARLIEST = 1990
MOST_CHILDREN = 2000


def columns(*names):
    return Row(*(Column(name, css_class="col-sm-6 col-lg-4") for name in names))


class ParticipationForm(GuardedForm, forms.ModelForm):
    """A unit's answer for one year. Open during the year and until the last of March after it."""

    guarded = ("changes",)
    year = forms.TypedChoiceField(label="År", coerce=int)

    class Meta:
        model = ParticipationStatus
        fields = ["unit", "year", "method", "since_year", "children_heard", "changes"]
        widgets = {"changes": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, data=None, *, user, instance=None, initial=None):
        super().__init__(data, instance=instance, initial=initial)
        self.user = user
        years = open_years(timezone.localdate())
        if instance:
            del self.fields["unit"], self.fields["year"]
        else:
            units = Unit.objects.for_user(user, Permission.LEAD_LEARNING).select_related("municipality")
            self.fields["unit"].queryset, self.fields["unit"].empty_label = units, "Välj enhet"
            self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["method"].choices = [("", "Välj"), *ParticipationStatus.Method.choices]
        self.fields["since_year"].help_text = "Året då ni började arbeta så."
        self.fields["children_heard"].help_text = "Stannar i kommunen. Regionen ser bara alla kommuner tillsammans."
        self.fields["changes"].help_text = "Vad ni har ändrat för att barnen sa det. Inget om enskilda barn."
        self.helper = FormHelper()
        first = () if instance else (columns("unit", "year"),)
        self.helper.layout = Layout(*first, columns("method", "since_year", "children_heard"), "changes")

    def clean(self):
        cleaned = super().clean()
        year, since = cleaned.get("year") or self.instance.year, cleaned.get("since_year")
        if self.instance.pk and self.instance.year not in open_years(timezone.localdate()):
            self.add_error(
                None, f"Svaren för {self.instance.year} är fasta. De gick att ändra till den 31 mars året efter."
            )
        if since and year and not EARLIEST <= since <= year:
            self.add_error("since_year", f"Skriv ett år mellan {EARLIEST} och {year}.")
        if cleaned.get("method") == ParticipationStatus.Method.NONE and since:
            self.add_error("since_year", "Utan särskild metod finns inget år. Töm rutan, eller välj en metod.")
        if (cleaned.get("children_heard") or 0) > MOST_CHILDREN:
            self.add_error("children_heard", f"Kontrollera antalet: det är fler än {MOST_CHILDREN}.")
        self.check_not_answered(cleaned)
        return cleaned

    def check_not_answered(self, cleaned):
        if not self.instance.pk and self.twin(cleaned.get("unit"), cleaned.get("year")):
            self.add_error("unit", f"Enheten har redan svarat för {cleaned['year']}. Ändra svaret i listan i stället.")

    def twin(self, unit, year):
        return ParticipationStatus.objects.filter(unit=unit, year=year).first() if unit and year else None

    @transaction.atomic
    def save(self):
        is_new = self.instance.pk is None
        if is_new:
            unit = Unit.objects.select_for_update(no_key=True).get(pk=self.instance.unit_id)
            if twin := self.twin(unit, self.instance.year):
                return twin
            self.instance.municipality_id = unit.municipality_id
        self.instance.answered_by = self.user
        answer = super().save()
        record(self.user, Verb.CREATED if is_new else Verb.CHANGED, answer, fields=sorted(self.changed_data))
        return answer


class PhaseForm(forms.Form):
    """Where a unit is with a model, as its manager says. What happens in a round moves it on by itself."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="Enhet", empty_label="Välj enhet")
    model = forms.ModelChoiceField(VoiceModel.objects.none(), label="Modell", empty_label="Välj modell")
    phase = forms.ChoiceField(label="Fas", choices=[("", "Välj"), *UnitPhase.Phase.choices])

    def __init__(self, data=None, *, user, initial=None):
        super().__init__(data, initial=initial)
        self.user = user
        self.fields["unit"].queryset = Unit.objects.for_user(user, Permission.LEAD_LEARNING)
        self.fields["model"].queryset = VoiceModel.objects.for_user(user, Permission.LEAD_LEARNING).listed()
        self.helper = FormHelper()
        self.helper.layout = Layout(columns("unit", "model", "phase"))

    @transaction.atomic
    def save(self):
        unit = self.cleaned_data["unit"]
        values = {"model": self.cleaned_data["model"], "phase": self.cleaned_data["phase"]}
        row, is_new = UnitPhase.objects.update_or_create(
            unit=unit, defaults=values, create_defaults=values | {"municipality_id": unit.municipality_id}
        )
        record(self.user, Verb.CREATED if is_new else Verb.CHANGED, row, phase=row.phase)
        return row
