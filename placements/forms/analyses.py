"""Analyses of a risk or an event: its assignment, its assessment, the rows of it, its end, and the lesson to share."""

import re

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from bou_portal.access import Permission, roles_with
from bou_portal.accounts.models import Membership, User
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.freshness import FreshForm
from bou_portal.forms.guarded import GuardedForm
from bou_portal.forms.once import OnceForm
from bou_portal.identity_numbers import plain
from municipalities.models import Municipality, Unit
from placements.models import AnalysisCause, AnalysisMeasure, AnalysisStep, EventAnalysis

SEVERITY = [
    ("", "Inte bedömd"),
    (1, "1 – liten"),
    (2, "2 – märkbar"),
    (3, "3 – allvarlig"),
    (4, "4 – mycket allvarlig"),
]
LIKELIHOOD = [
    ("", "Inte bedömd"),
    (1, "1 – knappast igen"),
    (2, "2 – någon gång om året"),
    (3, "3 – någon gång i månaden"),
    (4, "4 – varje vecka"),
]
IS_CLOSED = (
    "Analysen avslutades medan du skrev. Öppna den igen i en annan flik och spara sedan här: din text står kvar."
)


def colleagues(municipality, permission, *, besides=None):
    """Who holds the permission in the municipality today; `besides` is let in though she has left."""
    holding = Membership.objects.in_force().filter(
        user=OuterRef("pk"), role__in=roles_with(permission), municipality=municipality
    )
    return User.objects.filter(Q(Exists(holding), is_active=True) | Q(pk=besides))


def large(rows=4):
    return forms.Textarea(attrs={"rows": rows})


class AnalysisForm(FreshForm, GuardedForm, forms.ModelForm):
    """A part of an analysis that one person writes at a time."""

    heading = lead = submit = ""
    # What is written beside the part's own fields: no other part, which a colleague may be writing.
    beside = ("changed_by", "changed_at")

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, instance=instance, label_suffix="")
        self.user = user
        self.was_closed = instance.is_closed
        self.helper = FormHelper()
        self.helper.layout = self.layout()

    def layout(self):
        return Layout(*[name for name in self.fields if name != "seen"])

    def clean(self):
        cleaned = super().clean()
        if self.was_closed:
            self.add_error(None, ValidationError(IS_CLOSED, code="closed"))
        return cleaned

    @transaction.atomic
    def save(self):
        self.instance.changed_by = self.user
        if self.instance.pk:
            self.instance.save(update_fields=[*self._meta.fields, *self.beside])
            record(self.user, Verb.CHANGED, self.instance, fields=sorted(self.changed_data))
            return self.instance
        analysis = super().save()
        record(self.user, Verb.CREATED, analysis, fields=sorted(self.changed_data))
        return analysis


class AssignmentForm(OnceForm, AnalysisForm):
    """What is analysed, on whose behalf and by whom."""

    slug, heading = "uppdrag", "Uppdrag"
    lead = "Skriv roller, inte namn. Beskriv händelsen utan att peka ut barnet, hemmet eller den som arbetade då."
    guarded = ("title", "scope", "assigned_by", "team")

    municipality = forms.ModelChoiceField(Municipality.objects.none(), label="Kommun", empty_label="Välj kommun")
    happened_on = day_field(label="Hände den", required=False)

    class Meta:
        model = EventAnalysis
        fields = ["municipality", "kind", "title", "happened_on", "unit", "leader", "assigned_by", "team", "scope"]
        widgets = {"scope": large()}

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, user=user, instance=instance)
        own = Municipality.objects.for_user(user, Permission.LEAD_LEARNING)
        place = instance.municipality if instance.municipality_id else own.first()
        self.fields["municipality"].queryset = own
        if instance.municipality_id or len(own) == 1:
            self.instance.municipality = place
            del self.fields["municipality"]
        self.fields["unit"].queryset = Unit.objects.filter(municipality__in=own)
        self.fields["unit"].empty_label = "Ingen särskild enhet"
        self.fields["leader"].queryset = colleagues(place, Permission.LEAD_LEARNING, besides=instance.leader_id)
        if not instance.pk:
            self.initial["leader"] = user.pk
        self.fields["leader"].empty_label = "Välj"
        self.fields["happened_on"].help_text = "Lämna tomt om det gäller en risk."
        self.fields["assigned_by"].help_text = "Till exempel IFO-chef."
        self.fields["team"].help_text = "Till exempel familjehemssekreterare, socialsekreterare, skolkurator."
        self.helper.layout = self.layout()

    def layout(self):
        first = ["municipality"] if "municipality" in self.fields else []
        pairs = [("kind", "happened_on"), ("unit", "leader"), ("assigned_by", "team")]
        rows = [Row(*(Column(name, css_class="col-sm-6") for name in pair)) for pair in pairs]
        return Layout(*first, "title", *rows, "scope")

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        if day and day > timezone.localdate():
            raise ValidationError("Dagen ligger framåt i tiden. Välj slaget riskanalys för det som inte har hänt.")
        return day


class AssessmentForm(AnalysisForm):
    """What it meant for the child, whether it can happen again, and how grave that would be."""

    slug, heading = "bedomning", "Konsekvenser och bedömning"
    lead = "Börja i barnets situation: vad betydde det som hände, eller vad kan det betyda, för barnet?"
    guarded = ("consequences", "happened_before")

    severity = forms.TypedChoiceField(
        label="Allvarlighet", required=False, choices=SEVERITY, coerce=int, empty_value=None
    )
    likelihood = forms.TypedChoiceField(
        label="Sannolikhet", required=False, choices=LIKELIHOOD, coerce=int, empty_value=None
    )

    class Meta:
        model = EventAnalysis
        fields = ["consequences", "happened_before", "severity", "likelihood"]
        widgets = {"consequences": large(5), "happened_before": large()}

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, user=user, instance=instance)
        self.fields["consequences"].help_text = "Måste vara ifyllt innan analysen avslutas."

    def layout(self):
        marks = Row(Column("severity", css_class="col-sm-6"), Column("likelihood", css_class="col-sm-6"))
        return Layout("consequences", "happened_before", marks)


class LessonForm(AnalysisForm):
    """What others may learn. A second person reads it before it leaves the municipality."""

    slug, heading = "lardom", "Dela lärdomen"
    lead = (
        "Skriv vad andra kan lära, så att det inte går att förstå vilket barn, hem eller vilken kommun det gäller. "
        "En kollega läser texten innan den syns för andra kommuner. Rubrik, datum och kommun följer aldrig med."
    )
    guarded = ("lesson",)
    beside = (*AnalysisForm.beside, "lesson_by", "lesson_checked_by", "lesson_checked_at")

    class Meta:
        model = EventAnalysis
        fields = ["lesson", "shares_lesson"]
        widgets = {"lesson": large(5)}

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, user=user, instance=instance)
        self.was_closed = False  # a lesson may be written when all else is done
        self.fields["shares_lesson"].help_text = "Ta bort krysset för att dra tillbaka den."

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("shares_lesson") and not cleaned.get("lesson") and "lesson" not in self.errors:
            self.add_error("lesson", "Skriv lärdomen innan du delar den.")
        name = re.escape(str(self.instance.municipality))
        said = plain(cleaned.get("lesson") or "")
        if re.search(rf"(?<!\w)(?:{name}|{name.upper()})[sS]?(?!\w)", said):
            self.add_error("lesson", "Lärdomen nämner din kommun. Ta bort namnet: den läses i hela länet och utanför.")
        return cleaned

    def save(self):
        if {"lesson", "shares_lesson"} & set(self.changed_data):
            self.instance.lesson_by = self.user
            self.instance.lesson_checked_by = self.instance.lesson_checked_at = None
        return super().save()


PARTS = {form.slug: form for form in (AssignmentForm, AssessmentForm, LessonForm)}


class RowForm(FreshForm, OnceForm, GuardedForm, forms.ModelForm):
    """One row of an analysis: a link of the chain, a cause, a measure."""

    heading = ""
    guarded = ("text",)

    def __init__(self, data=None, *, analysis, user, instance=None):
        super().__init__(data, instance=instance, label_suffix="")
        self.analysis, self.user = analysis, user
        self.instance.analysis, self.instance.municipality = analysis, analysis.municipality

    def clean(self):
        cleaned = super().clean()
        if self.analysis.is_closed:
            self.add_error(None, ValidationError(IS_CLOSED, code="closed"))
        return cleaned

    @transaction.atomic
    def save(self):
        verb = Verb.CHANGED if self.instance.pk else Verb.CREATED
        row = super().save()
        if row is self.instance:
            record(self.user, verb, row, analysis=str(self.analysis.uid), fields=sorted(self.changed_data))
        return row

    @classmethod
    @transaction.atomic
    def remove(cls, row, user):
        record(user, Verb.DELETED, row, analysis=str(row.analysis.uid))
        row.delete()


class StepForm(RowForm):
    slug, rows, heading, heading_new = "handelse", "steps", "Händelse i kedjan", "Lägg till en händelse"

    class Meta:
        model = AnalysisStep
        fields = ["text"]
        widgets = {"text": large(2)}

    def save(self):
        if not self.instance.pk:
            self.instance.order = AnalysisStep.last_place(self.analysis)
        return super().save()


class CauseForm(RowForm):
    slug, rows, heading, heading_new = "orsak", "causes", "Bakomliggande orsak", "Lägg till en orsak"

    class Meta:
        model = AnalysisCause
        fields = ["category", "text"]
        widgets = {"text": large(2)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "Välj"), *AnalysisCause.Category.choices]
        self.fields["text"].help_text = "Sök orsaken i arbetssättet, inte hos en person."


class MeasureForm(RowForm):
    slug, rows, heading, heading_new = "atgard", "measures", "Åtgärd", "Lägg till en åtgärd"
    guarded = ("text", "effect_measure")

    due_on = day_field(label="Klar senast")

    class Meta:
        model = AnalysisMeasure
        fields = ["text", "owner", "due_on", "effect_measure"]
        widgets = {"text": large(2)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues(
            self.analysis.municipality, Permission.READ_CASES, besides=self.instance.owner_id
        )
        self.fields["owner"].empty_label = "Välj kollega"
        self.fields["owner"].help_text = "Får åtgärden på sin sida."

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if not self.instance.pk and day < timezone.localdate():
            raise ValidationError("Dagen har passerat. Välj en dag framåt.")
        return day


ROWS = {form.slug: form for form in (StepForm, CauseForm, MeasureForm)}


class MeasureFollowForm(FreshForm, forms.ModelForm):
    """What its owner tells of a measure: that it is done, and later whether it helped."""

    done_on = day_field(label="Genomförd", required=False)

    class Meta:
        model = AnalysisMeasure
        fields = ["done_on", "effect_after_3_months", "effect_after_6_months"]

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, instance=instance, label_suffix="")
        self.user = user
        for name in ("effect_after_3_months", "effect_after_6_months"):
            self.fields[name].choices = [("", "Inte följd upp"), *AnalysisMeasure.Effect.choices]
            self.fields[name].help_text = instance.effect_measure and f"Tecken: {instance.effect_measure}"
        if not self.instance.done_on:
            self.initial["done_on"] = timezone.localdate()

    def clean(self):
        cleaned = super().clean()
        done_on = cleaned.get("done_on")
        if done_on and done_on > timezone.localdate():
            self.add_error("done_on", "Dagen ligger framåt i tiden. Skriv in den när åtgärden är genomförd.")
        if not done_on and "done_on" not in self.errors and any(cleaned.get(name) for name in self._meta.fields[1:]):
            self.add_error("done_on", "Ange när åtgärden genomfördes innan du svarar om effekten.")
        return cleaned

    @transaction.atomic
    def save(self):
        measure = super().save()
        record(self.user, Verb.CHANGED, measure, fields=sorted(self.changed_data))
        return measure


class LessonCheckForm(forms.Form):
    """A second person's answer: "dela" or "inte". `seen` is when the text she read was changed."""

    svar = forms.CharField()
    seen = forms.CharField(required=False)

    def __init__(self, data=None, *, analysis, user):
        super().__init__(data)
        self.analysis, self.user = analysis, user

    @property
    def version(self):
        return self.analysis.changed_at.isoformat()

    @property
    def may_approve(self):
        return self.analysis.waits_for_check and self.analysis.lesson_by_id != self.user.pk

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("svar") == "dela" and not self.may_approve:
            raise ValidationError("Någon annan än den som skrev lärdomen läser den innan den delas.")
        if cleaned.get("svar") == "dela" and cleaned.get("seen") != self.version:
            raise ValidationError("Lärdomen ändrades medan du läste. Läs den igen och svara sedan.")
        return cleaned

    def save(self):
        """What became of it; nothing, with the reason among the form's errors, if it was changed meanwhile."""
        try:
            self.analysis.judge_lesson(self.user, approves=self.cleaned_data["svar"] == "dela")
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return ""
        return "Lärdomen är delad." if self.analysis.shares_lesson else "Lärdomen delas inte."


class CloseForm(forms.Form):
    """Ends an analysis, when it says what it meant for the child."""

    def __init__(self, data=None, *, analysis, user):
        super().__init__(data)
        self.analysis, self.user = analysis, user

    def clean(self):
        if not self.analysis.consequences:
            raise ValidationError("Skriv vilka konsekvenser det fick för barnet innan analysen avslutas.")
        return super().clean()

    @transaction.atomic
    def save(self):
        self.analysis.closed_on, self.analysis.changed_by = timezone.localdate(), self.user
        self.analysis.save(update_fields=["closed_on", "changed_by", "changed_at"])
        record(self.user, Verb.ENDED, self.analysis)
