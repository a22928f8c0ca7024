"""Registering which home was chosen, and whether others' ratings mattered. Nothing about the child it was chosen for."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.freshness import stored
from bou_portal.forms.once import OnceForm
from municipalities.models import Municipality
from placements.models import CareHome, HomeChoice

# An older choice is hardly remembered as it was, and the region's total of an ended quarter is not to move for long.
DAYS_BACK = 31


class HomeChoiceForm(OnceForm, forms.ModelForm):
    """`compared` are the homes she had side by side: one of them was chosen, the others were considered."""

    chosen_on = day_field(label="När valdes hemmet?")
    reason = forms.ChoiceField(
        label="Vad avgjorde främst?", choices=HomeChoice.Reason.choices, widget=forms.RadioSelect
    )
    statistics = forms.ChoiceField(
        label="Hade omdömena i portalen betydelse?", choices=HomeChoice.Use.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = HomeChoice
        fields = ("municipality", "home", "alternatives", "reason", "statistics", "chosen_on")
        labels = {"municipality": "För", "home": "Vilket hem valdes?", "alternatives": "Vilka andra övervägdes?"}

    def __init__(self, data=None, *, user, compared=()):
        super().__init__(data, label_suffix="")
        self.user = user
        own = Municipality.objects.for_user(user, Permission.RATE_HOMES)
        self.fields["municipality"].queryset = own
        if len(own) == 1:
            self.instance.municipality = own[0]
            del self.fields["municipality"]
        self.fields["home"].empty_label = "Välj hem"
        homes = CareHome.objects.for_user(user, Permission.RATE_HOMES).listed()
        if compared:
            homes = homes.filter(pk__in=[home.pk for home in compared])
            self.fields["home"].widget = forms.RadioSelect()
            self.fields["home"].empty_label = None
            self.fields["alternatives"].widget = forms.CheckboxSelectMultiple()
            self.fields["alternatives"].initial = list(homes)
            self.fields["alternatives"].help_text = "De som jämfördes är ikryssade. Det valda räknas inte hit."
        if not compared or len(homes) < 2:
            del self.fields["alternatives"]
        for name in {"home", "alternatives"} & set(self.fields):
            self.fields[name].queryset = homes
        self.fields["home"].error_messages["invalid_choice"] = "Välj ett öppet hem som finns i registret."
        self.fields["chosen_on"].initial = timezone.localdate()

    def clean_chosen_on(self):
        day, today = self.cleaned_data["chosen_on"], timezone.localdate()
        if day > today:
            raise ValidationError("Dagen ligger framåt i tiden. Registrera valet när det är gjort.")
        if (today - day).days > DAYS_BACK:
            raise ValidationError(f"Dagen ligger mer än {DAYS_BACK} dagar bakåt. Kontrollera datumet.")
        return day

    def clean(self):
        cleaned = super().clean()
        home, others = cleaned.get("home"), cleaned.get("alternatives")
        if home and others:
            cleaned["alternatives"] = [other for other in others if other != home]
        return cleaned

    @transaction.atomic
    def save(self):
        self.instance.entered_by = self.user
        choice = super().save()
        if choice is self.instance:
            record(self.user, Verb.CREATED, choice, statistics=choice.statistics, reason=choice.reason)
        return choice

    def is_same(self, kept):
        names = [name for name in self._meta.fields if name != "alternatives"]
        others = {home.pk for home in self.cleaned_data.get("alternatives") or ()}
        is_alike = stored(kept, names) == stored(self.instance, names)
        return is_alike and others == set(kept.alternatives.values_list("pk", flat=True))
