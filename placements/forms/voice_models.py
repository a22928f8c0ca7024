"""A region's own way of working with children's voices: a copy of another, with steps renamed, described or left out."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db import transaction

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.guarded import GuardedForm
from municipalities.models import Region
from placements.models import VoiceModel, VoiceStep
from placements.voice.models_file import write_steps

Kind = VoiceStep.Kind
NEEDED = (Kind.PLAN, Kind.INTERVIEWS)


class CopyModelForm(GuardedForm, forms.Form):
    """Makes a region's variant of a model, to be changed afterwards."""

    guarded = ("name",)

    name = forms.CharField(label="Namn på er variant", max_length=80)

    def __init__(self, data=None, *, user, model):
        super().__init__(data)
        self.user, self.model = user, model
        self.regions = own_regions(user)

    def clean_name(self):
        name = self.cleaned_data["name"]
        if VoiceModel.objects.filter(region__in=self.regions, name__iexact=name).exists():
            raise forms.ValidationError("Regionen har redan en modell med det namnet. Välj ett annat.")
        return name

    @transaction.atomic
    def save(self):
        copy = VoiceModel.objects.create(region=self.regions[0], name=self.cleaned_data["name"])
        write_steps(copy, self.model.steps.values("kind", "name", "text"))
        record(self.user, Verb.CREATED, copy, copied_from=self.model.pk)
        return copy


class VoiceModelForm(GuardedForm, forms.ModelForm):
    """A variant's name and steps. A step that rounds have used may be renamed, not left out."""

    class Meta:
        model = VoiceModel
        fields = ["name", "is_listed"]

    def __init__(self, data=None, *, user, instance):
        super().__init__(data, instance=instance)
        self.user = user
        self.is_used = instance.rounds.exists()
        self.fields["is_listed"].label = "Kan väljas för nya omgångar"
        steps = {step.kind: step for step in instance.steps.all()}
        groups = [self.step_fields(kind, steps.get(kind)) for kind in Kind]
        self.guarded = [name for name in self.fields if name.startswith(("name", "text_"))]
        self.helper = FormHelper()
        self.helper.layout = Layout("name", *groups, "is_listed")

    def step_fields(self, kind, step):
        names = [f"name_{kind}", f"text_{kind}"]
        self.fields[names[0]] = forms.CharField(label="Heter", max_length=80, required=False)
        text = forms.CharField(label="Så går det till", max_length=400, required=False, widget=forms.Textarea)
        text.widget.attrs |= {"rows": 3}
        self.fields[names[1]] = text
        self.initial |= {names[0]: step.name if step else "", names[1]: step.text if step else ""}
        if kind not in NEEDED and not (self.is_used and step):
            self.fields[f"has_{kind}"] = forms.BooleanField(label="Steget finns i vår modell", required=False)
            self.initial[f"has_{kind}"] = step is not None
            names.insert(0, f"has_{kind}")
        return Fieldset(kind.label, *names)

    def clean(self):
        cleaned = super().clean()
        for kind in self.kept(cleaned):
            if not cleaned.get(f"name_{kind}"):
                self.add_error(f"name_{kind}", "Skriv vad steget heter hos er.")
        return cleaned

    def kept(self, cleaned):
        return [kind for kind in Kind if cleaned.get(f"has_{kind}", f"has_{kind}" not in self.fields)]

    @transaction.atomic
    def save(self):
        model, kept = super().save(), self.kept(self.cleaned_data)
        model.steps.exclude(kind__in=kept).delete()
        steps = [
            {"kind": kind} | {part: self.cleaned_data[f"{part}_{kind}"] for part in ("name", "text")} for kind in kept
        ]
        write_steps(model, steps)
        record(self.user, Verb.CHANGED, model, steps=len(kept), is_listed=model.is_listed)
        return model


def own_regions(user):
    """The regions whose variants this user keeps."""
    held = [membership.region_id for membership in user.granting(Permission.SET_TARGETS) if membership.region_id]
    return list(Region.objects.filter(pk__in=held))
