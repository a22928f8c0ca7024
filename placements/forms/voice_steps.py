"""A round's own texts and days: the seminar, the yearly report and the board. Two may write at once; none is lost."""

from datetime import timedelta

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.freshness import FreshForm
from bou_portal.forms.guarded import GuardedForm
from placements.forms.voice import ROUND_CLOSED
from placements.models import UnitPhase, VoiceRound, VoiceStep
from placements.voice.phases import advance
from placements.voice.rounds import SLUGS

Phase, Kind = UnitPhase.Phase, VoiceStep.Kind
AHEAD = timedelta(days=366)


class StepForm(FreshForm, GuardedForm, forms.ModelForm):
    """One step of a round. `day` names the date that says it is done; it may be planned, at most a year ahead."""

    day = lead = saved = ""
    kind = phase = None

    def __init__(self, data=None, *, user, round):
        super().__init__(data, instance=round)
        self.user = user
        for name in self.guarded:
            self.fields[name].widget = forms.Textarea(attrs={"rows": 6, "maxlength": 1000})
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.Meta.fields)

    def clean(self):
        cleaned = super().clean()
        if self.instance.closed_on:
            self.add_error(None, ROUND_CLOSED)
        elif not cleaned.get("seen"):
            self.tell_newer(self.instance)  # nobody knows what she saw
        return cleaned

    @transaction.atomic
    def save(self):
        """Whether it was saved; not if somebody else saved the same fields between the check and now."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        unchanged = VoiceRound.objects.filter(pk=self.instance.pk, **self.current)
        if not unchanged.update(changed_by=self.user, changed_at=timezone.now(), **values):
            self.tell_newer(VoiceRound.objects.select_related("changed_by").get(pk=self.instance.pk))
            return False
        record(self.user, Verb.CHANGED, self.instance, fields=sorted(set(self.changed_data) - {"seen"}))
        if (day := values[self.day]) and day <= timezone.localdate():
            advance(self.instance, self.phase)
        return True

    def check_day(self, latest):
        day = self.cleaned_data[self.day]
        if day and day < self.instance.starts_on:
            raise forms.ValidationError(f"Omgången började {self.instance.starts_on}. Kontrollera dagen.")
        if day and day > latest:
            raise forms.ValidationError("Dagen ligger för långt fram. Kontrollera den.")
        return day


class SeminarForm(StepForm):
    kind, day, phase = Kind.SEMINAR, "seminar_on", Phase.SEMINAR
    guarded = ("works_well", "to_change")
    lead = "Skriv vad gruppen kom fram till, inte vad ett enskilt barn har sagt."
    saved = "Seminariet är sparat"
    seminar_on = day_field(label="Dag", required=False)

    class Meta:
        model = VoiceRound
        fields = ["seminar_on", "works_well", "to_change"]

    def clean_seminar_on(self):
        return self.check_day(timezone.localdate() + AHEAD)


class ReportForm(StepForm):
    kind, day, phase = Kind.REPORT, "reported_on", Phase.REPORTED
    guarded = ("proposals",)
    lead = "Förslagen står i årsrapporten. Skriv dem så att det går att se om de blev av."
    saved = "Förslagen är sparade"
    reported_on = day_field(label="Årsrapporten klar", required=False)

    class Meta:
        model = VoiceRound
        fields = ["proposals", "reported_on"]

    def clean_reported_on(self):
        return self.check_day(timezone.localdate())


class BoardForm(StepForm):
    kind, day, phase = Kind.BOARD, "board_on", Phase.BOARD
    lead = "Dagen då årsrapporten redovisas. Besluten skriver du in ett i taget på omgångens sida."
    saved = "Dagen i nämnden är sparad"
    board_on = day_field(label="Redovisas i nämnden", required=False)

    class Meta:
        model = VoiceRound
        fields = ["board_on"]

    def clean_board_on(self):
        return self.check_day(timezone.localdate() + AHEAD)


STEPS = {SLUGS[form.kind]: form for form in (SeminarForm, ReportForm, BoardForm)}
