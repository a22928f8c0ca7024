"""What is written in a round of interviews: the plan, interviews, quotes, decisions. Nothing in here is about one child."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.db import transaction
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.guarded import GuardedForm
from bou_portal.forms.once import OnceForm
from municipalities.models import Unit
from placements.models import (
    Interview,
    InterviewTheme,
    Quote,
    UnitPhase,
    VoiceDecision,
    VoiceModel,
    VoiceRound,
)
from placements.voice.phases import advance

Phase = UnitPhase.Phase
MOST_INTERVIEWS = 200
YEAR_OVER = "Året {year} är slut och intervjuerna för det är fasta: regionen läser av dem. Planera en ny omgång för i år i stället."
ROUND_CLOSED = "Omgången är avslutad. Öppna den igen om något ska skrivas in."


def columns(*names):
    return Row(*(Column(name, css_class="col-sm-6 col-lg-4") for name in names))


class RoundForm(forms.ModelForm):
    """Plans a round, or changes its days. The whole round lies in one calendar year."""

    starts_on = day_field(label="Intervjuerna börjar")
    ends_on = day_field(label="Intervjuerna slutar")

    class Meta:
        model = VoiceRound
        fields = ["unit", "model", "starts_on", "ends_on", "planned_interviews"]

    def __init__(self, data=None, *, user, instance=None, initial=None):
        super().__init__(data, instance=instance, initial=initial)
        self.user = user
        if instance:
            del self.fields["unit"], self.fields["model"]
        else:
            units = Unit.objects.for_user(user, Permission.LEAD_LEARNING).select_related("municipality")
            self.fields["unit"].queryset, self.fields["unit"].empty_label = units, "Välj enhet"
            models = VoiceModel.objects.for_user(user, Permission.LEAD_LEARNING).listed()
            self.fields["model"].queryset, self.fields["model"].empty_label = models, "Välj modell"
        self.fields["planned_interviews"].help_text = "Ungefär hur många barn ni vill lyssna på."
        days = Layout(columns("starts_on", "ends_on"), columns("planned_interviews"))
        self.helper = FormHelper()
        self.helper.layout = days if instance else Layout(columns("unit", "model"), *days)

    def clean_planned_interviews(self):
        planned = self.cleaned_data["planned_interviews"]
        if not 1 <= planned <= MOST_INTERVIEWS:
            raise forms.ValidationError(f"Skriv ett antal mellan 1 och {MOST_INTERVIEWS}.")
        return planned

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if not (start and end):
            return cleaned
        if end < start:
            self.add_error("ends_on", "Intervjuerna kan inte sluta innan de börjar.")
        elif end.year != start.year:
            self.add_error("ends_on", "En omgång ryms i ett kalenderår. Planera en ny omgång för nästa år.")
        self.check_year(start.year)
        self.check_interviews(start, end)
        self.instance.year = start.year
        if unit := cleaned.get("unit"):
            if self.twin(unit, start.year):
                self.add_error("unit", f"Enheten har redan en omgång {start.year}. Öppna den och ändra dagarna där.")
            model = cleaned.get("model")
            if model and model.region_id not in (None, unit.municipality.region_id):
                self.add_error("model", "Modellen hör till en annan region. Välj en annan.")
        return cleaned

    def check_year(self, year):
        today = timezone.localdate()
        if self.instance.pk and self.instance.is_of_ended_year:
            self.add_error(None, YEAR_OVER.format(year=self.instance.year))
        elif self.instance.pk and year != self.instance.year:
            self.add_error("starts_on", f"Omgången gäller {self.instance.year}. Välj dagar det året.")
        elif not today.year <= year <= today.year + 1:
            self.add_error("starts_on", f"Välj dagar i {today.year} eller {today.year + 1}.")

    def check_interviews(self, start, end):
        """Days that leave out an interview that was held are no days of this round."""
        held = Interview.objects.filter(round=self.instance.pk).exclude(held_on__range=(start, end)).first()
        if self.instance.pk and held:
            self.add_error("starts_on", f"Det finns en intervju {held.held_on}. Den måste rymmas mellan dagarna.")

    def twin(self, unit, year):
        return VoiceRound.objects.filter(unit=unit, year=year).exclude(pk=self.instance.pk).first()

    @transaction.atomic
    def save(self):
        """The round. Sent twice at once, as by a double click, it is planned once."""
        is_new = self.instance.pk is None
        if is_new:
            unit = Unit.objects.select_for_update(no_key=True).get(pk=self.instance.unit_id)
            if twin := self.twin(unit, self.instance.year):
                return twin
            self.instance.municipality_id, self.instance.created_by = unit.municipality_id, self.user
        self.instance.changed_by = self.user
        planned = super().save()
        record(self.user, Verb.CREATED if is_new else Verb.CHANGED, planned, fields=sorted(self.changed_data))
        advance(planned, Phase.DECIDED)
        return planned


class RoundRowForm(OnceForm, GuardedForm, forms.ModelForm):
    """A row of a round."""

    phase = None
    layout = ()

    def __init__(self, data=None, *, user, round, instance=None):
        super().__init__(data, instance=instance)
        self.user, self.round = user, round
        self.instance.round, self.instance.municipality_id = round, round.municipality_id
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.layout)

    def clean(self):
        cleaned = super().clean()
        if self.round.closed_on:
            self.add_error(None, ROUND_CLOSED)
        return cleaned

    @transaction.atomic
    def save(self):
        is_new = self.instance.pk is None
        if is_new:
            VoiceRound.objects.select_for_update(no_key=True).get(pk=self.round.pk)
            self.write_by()
        row = super().save()
        if row is not self.instance:
            return row
        record(self.user, Verb.CREATED if is_new else Verb.CHANGED, row, round=str(self.round.uid))
        if self.phase:
            advance(self.round, self.phase)
        return row

    def write_by(self):
        """Sets who wrote a new row, where the row knows."""


class InterviewForm(RoundRowForm):
    heading, saved, phase = "Registrera en intervju", "Intervjun är registrerad", Phase.INTERVIEWING
    lead = (
        "Du har talat med ett barn som du inte själv arbetar med. Här skrivs bara vad samtalet handlade om: inget namn, "
        "ingen kod och ingen utskrift."
    )
    held_on = day_field(label="Dag")

    class Meta:
        model = Interview
        fields = ["held_on", "age_band", "has_consent"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["age_band"].choices = [("", "Välj"), *self.fields["age_band"].choices[1:]]
        self.fields[
            "has_consent"
        ].label = "Barnet har sagt ja till att svaren används, och vårdnadshavaren där det krävs"
        self.fields["has_consent"].required = True
        self.fields["has_consent"].error_messages["required"] = (
            "En intervju utan samtycke registreras inte. Fråga barnet, eller låt bli att skriva in den."
        )
        for theme, label in InterviewTheme.Theme.choices:
            choices = [("", "Togs inte upp"), *InterviewTheme.Tone.choices]
            self.fields[f"theme_{theme}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        themes = [name for name in self.fields if name.startswith("theme_")]
        about = Fieldset("Vad samtalet handlade om", columns(*themes))
        self.helper.layout = Layout(columns("held_on", "age_band"), about, "has_consent")

    def clean_held_on(self):
        day, round = self.cleaned_data["held_on"], self.round
        if round.is_of_ended_year:
            raise forms.ValidationError(YEAR_OVER.format(year=round.year))
        if day > timezone.localdate():
            raise forms.ValidationError("Dagen ligger framåt i tiden. Skriv in intervjun när den är gjord.")
        if not round.starts_on <= day <= round.ends_on:
            raise forms.ValidationError(
                f"Omgången pågår {round.starts_on} till {round.ends_on}. Kontrollera dagen, eller be din chef ändra omgången."
            )
        return day

    def write_by(self):
        self.instance.entered_by = self.user

    def is_same(self, kept):
        told = {theme: self.cleaned_data[f"theme_{theme}"] for theme in InterviewTheme.Theme.values}
        themes = {theme: tone for theme, tone in told.items() if tone}
        return super().is_same(kept) and themes == dict(kept.themes.values_list("theme", "tone"))

    @transaction.atomic
    def save(self):
        interview = super().save()
        if interview is self.instance:
            InterviewTheme.objects.bulk_create(
                InterviewTheme(municipality_id=self.round.municipality_id, interview=interview, theme=theme, tone=tone)
                for theme in InterviewTheme.Theme.values
                if (tone := self.cleaned_data[f"theme_{theme}"])
            )
        return interview


class QuoteForm(RoundRowForm):
    heading, saved = (
        "Skriv in ett citat",
        "Citatet är sparat. En kollega behöver granska det innan det kan vara med i rapporten",
    )
    lead = "Högst 200 tecken, med barnets egna ord. Ingenting som visar vem barnet är: inget namn, ingen plats, inget datum."
    guarded = ("text",)
    layout = ("theme", "text")

    class Meta:
        model = Quote
        fields = ["theme", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", "Välj"), *self.fields["theme"].choices[1:]]

    def write_by(self):
        self.instance.written_by = self.user


class DecisionForm(RoundRowForm):
    heading, saved, phase = "Beslut efter intervjuerna", "Beslutet är sparat", Phase.BOARD
    lead = "Vad nämnden eller ledningen beslutade, när det ska vara klart och vad det gav."
    guarded = ("text", "outcome")
    layout = ("text", columns("due_on", "done_on"), "outcome")
    due_on = day_field(label="Klart senast", required=False)
    done_on = day_field(label="Genomfört", required=False)

    class Meta:
        model = VoiceDecision
        fields = ["text", "due_on", "done_on", "outcome"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "outcome": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.heading = "Vad beslutet gav"
        self.fields["outcome"].help_text = "Fylls i när det är genomfört."

    def clean_done_on(self):
        day = self.cleaned_data["done_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("Dagen ligger framåt i tiden. Skriv in den när beslutet är genomfört.")
        return day
