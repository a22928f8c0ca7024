"""What the keeper of the register does with a home besides its facts: merging it, and beginning a new series."""

from difflib import get_close_matches

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.imports import folded
from placements.forms.homes import past_day
from placements.homes.merge import merge
from placements.models import CareHome, HomeChange


class MergeForm(forms.Form):
    """Makes a home a name of another: everything that hangs on it follows. Asked twice: what moves is shown first."""

    target = forms.ModelChoiceField(
        CareHome.objects.none(),
        label="Samma hem som",
        help_text="I nästa steg ser du vad som flyttas, innan något görs.",
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, home, user):
        super().__init__(data, label_suffix="")
        self.home, self.user = home, user
        registered = CareHome.objects.for_user(user, Permission.KEEP_HOMES).exclude(status=CareHome.Status.PROPOSED)
        homes = registered.exclude(pk=home.pk).select_related("location")
        self.fields["target"].queryset = homes
        self.fields["target"].choices = self.choices(homes)

    def choices(self, homes):
        """Homes with a similar name first: it is mostly one of them."""
        words = {other.pk: f"{other} ({other.location})" if other.location else str(other) for other in homes}
        names = {}
        for other in homes:
            names.setdefault(folded(other.name), []).append(other.pk)
        alike = get_close_matches(folded(self.home.name), names, n=5, cutoff=0.5)
        similar = [(pk, words[pk]) for name in alike for pk in names[name]]
        groups = [("Liknande namn", similar)] if similar else []
        return [("", "Välj hem"), *groups, ("Alla hem", list(words.items()))]

    @property
    def is_confirmed(self):
        return self.cleaned_data.get("confirmed") == "ja"

    def save(self):
        return merge(self.home, self.cleaned_data["target"], self.user)


class SeriesForm(forms.ModelForm):
    """A new owner or manager. No name is asked for: only that it happened, and when."""

    kind = forms.ChoiceField(label="Vad har ändrats?", choices=HomeChange.Kind.choices)
    changed_on = day_field(label="Från och med")

    class Meta:
        model = HomeChange
        fields = ("kind", "changed_on")

    def __init__(self, data=None, *, home, user):
        super().__init__(data, instance=HomeChange(home=home, entered_by=user), label_suffix="")
        self.user = user

    def clean_changed_on(self):
        return past_day(self.cleaned_data["changed_on"])

    def clean(self):
        data = super().clean()
        same = {"kind": data.get("kind"), "changed_on": data.get("changed_on")}
        if self.instance.home.changes.filter(**same).exists():
            raise ValidationError("Bytet är redan infört.")
        return data

    @transaction.atomic
    def save(self):
        self.instance.save()
        detail = {"kind": self.instance.kind, "changed_on": str(self.instance.changed_on)}
        record(self.user, Verb.CHANGED, self.instance.home, series="ny", **detail)
        return self.instance


class SeriesRemovalForm(forms.Form):
    """Takes back a change that was entered by mistake: the ratings from before it count again."""

    change = forms.ModelChoiceField(HomeChange.objects.none(), widget=forms.HiddenInput)

    def __init__(self, data=None, *, home, user):
        super().__init__(data)
        self.home, self.user = home, user
        self.fields["change"].queryset = home.changes.all()

    @transaction.atomic
    def save(self):
        change = self.cleaned_data["change"]
        detail = {"kind": change.kind, "changed_on": str(change.changed_on)}
        record(self.user, Verb.CHANGED, self.home, series="borttagen", **detail)
        change.delete()
