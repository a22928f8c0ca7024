"""Homes: proposing one, and keeping the facts right."""

from django import forms
from django.db import transaction
from django.utils.html import format_html

from bou_portal import identity_numbers
from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.imports import folded
from bou_portal.sorting import sort_key
from municipalities.models import Municipality
from placements.codes import INSTITUTIONS, FormGroup, Operator
from placements.home_merge import merge
from placements.models import CareHome

FORMS = [(form.value, form.label) for form in FormGroup if form in INSTITUTIONS]


class HomeForm(forms.ModelForm):
    """The facts about a home. What a person's name, number or address would be has no field here."""

    location = forms.ModelChoiceField(Municipality.objects.all(), label="Ligger i", required=False, empty_label="Okänt")
    form_group = forms.ChoiceField(label="Form", choices=FORMS)
    operator = forms.ChoiceField(label="Regi", required=False, choices=[("", "Okänd"), *Operator.choices])

    class Meta:
        model = CareHome
        fields = (
            "name",
            "form_group",
            "operator",
            "operator_name",
            "location",
            "target_group",
            "age_from",
            "age_to",
            "places",
        )

    def __init__(self, data=None, *, user, instance=None):
        super().__init__(data, instance=instance, label_suffix="")
        self.user, self.old_name = user, instance.name if instance else ""
        self.fields["name"].help_text = "Hemmets eget namn. Familjehem och andra privata hem hör inte hemma här."
        self.fields["target_group"].help_text = "Till exempel ”flickor 13–17, eget beteende”."

    def clean(self):
        super().clean()
        for name in ("name", "operator_name", "target_group"):
            if identity_numbers.find(self.cleaned_data.get(name) or ""):
                self.add_error(name, "Det ser ut som ett personnummer. Ta bort det.")
        form, name = self.cleaned_data.get("form_group"), folded(self.cleaned_data.get("name") or "")
        for other in CareHome.objects.for_user(self.user, Permission.READ_HOMES).filter(form_group=form):
            if other.pk != self.instance.pk and folded(other.name) == name:
                link = format_html('<a href="{}">{}</a>', other.get_absolute_url(), other.name)
                self.add_error("name", format_html("Hemmet finns redan: {}.", link))
                break

    def save(self):
        with transaction.atomic():
            is_new = self.instance.pk is None
            self.instance.name_key = sort_key(self.instance.name)[:100]
            self.instance.save()
            if self.old_name not in ("", self.instance.name):
                self.instance.remember_names(self.old_name)
            record(self.user, Verb.CREATED if is_new else Verb.CHANGED, self.instance, fields=self.changed_data)
        return self.instance


class ProposalForm(HomeForm):
    """A municipality proposes a home; it may be used at once, and the region's leader takes it into the register."""

    proposed_by = forms.ModelChoiceField(Municipality.objects.none(), label="För", empty_label="Välj kommun")

    class Meta(HomeForm.Meta):
        fields = (*HomeForm.Meta.fields, "proposed_by")

    def __init__(self, data=None, *, user):
        super().__init__(data, user=user, instance=CareHome(status=CareHome.Status.PROPOSED))
        own = Municipality.objects.for_user(user, Permission.RATE_HOMES)
        self.fields["proposed_by"].queryset = own
        if len(own) == 1:
            self.instance.proposed_by = own[0]
            del self.fields["proposed_by"]

    def save(self):
        with transaction.atomic():
            home = super().save()
            # Undoing a delivery forgets proposals that nothing rests on; this one rests on a person's word.
            home.remember_names(home.uid.hex)
        return home


class MergeForm(forms.Form):
    """Makes a home a name of another: everything that hangs on it follows."""

    target = forms.ModelChoiceField(
        CareHome.objects.none(),
        label="Samma hem som",
        empty_label="Välj hem",
        help_text="Placeringar, omdömen och andra namn flyttas dit. Det går inte att ångra.",
    )

    def __init__(self, data=None, *, home, user):
        super().__init__(data, label_suffix="")
        self.home, self.user = home, user
        registered = CareHome.objects.for_user(user, Permission.KEEP_HOMES).exclude(status=CareHome.Status.PROPOSED)
        self.fields["target"].queryset = registered.exclude(pk=home.pk)

    def save(self):
        target = self.cleaned_data["target"]
        merge(self.home, target, self.user)
        return target
