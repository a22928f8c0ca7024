"""Leaving a file of homes, and taking in what its preview shows."""

from django import forms
from django.db import transaction
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.imports import Unreadable, check_name_and_size, read_table
from municipalities.models import Region
from placements.codes import FactSource
from placements.forms.homes import past_day
from placements.homes import importing
from placements.homes.columns import placed


class HomeFileForm(forms.Form):
    """A file with one home in each row. Source and day hold for the rows that do not say themselves."""

    file = forms.FileField(
        label="Fil",
        help_text="CSV, xlsx eller ods med en rad för varje hem. Inga namn på personer och inga personnummer.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.ods"}),
    )
    source = forms.ChoiceField(
        label="Vem har sagt det som står i filen?", choices=FactSource.choices, initial=FactSource.FILE
    )
    told_on = day_field(
        label="Uppgifterna gäller",
        initial=timezone.localdate,
        help_text="Har filen egna kolumner för källa och dag går de före.",
    )
    region = forms.ModelChoiceField(Region.objects.none(), label="För", empty_label="Välj region")

    def __init__(self, *args, user):
        super().__init__(*args, label_suffix="")
        self.user, self.table = user, None
        self.regions = Region.objects.filter(pk__in=user.regions(Permission.KEEP_HOMES))
        self.fields["region"].queryset = self.regions
        if len(self.regions) == 1:
            del self.fields["region"]

    def clean_told_on(self):
        return past_day(self.cleaned_data["told_on"])

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            check_name_and_size(file.name, file.size)
            self.table = read_table(file.name, file.read())
            placed(self.table.headers)
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None
        return file

    def clean(self):
        data = super().clean()
        if self.table and len(self.table.rows) > importing.MOST_ROWS:
            text = f"Filen har fler än {importing.MOST_ROWS} hem. Dela upp den och lämna delarna var för sig."
            self.add_error("file", text)
        return data

    def save(self):
        data = self.cleaned_data
        region = data.get("region") or self.regions[0]
        return importing.stage(self.table, data["file"].name, region, data["source"], data["told_on"], self.user)


class ConfirmHomesForm(forms.Form):
    """Take in what the preview shows: `digest` is its fingerprint."""

    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, staged, user):
        super().__init__(data)
        self.staged, self.user = staged, user

    def save(self):
        """Whether it was taken in; otherwise the form says why not."""
        try:
            return importing.confirm(self.staged, self.cleaned_data["digest"], self.user)
        except importing.RegisterChanged:
            self.add_error(None, "Registret har ändrats sedan sidan visades. Titta igenom det nya utfallet.")
            return False


class DiscardHomesForm(forms.Form):
    """Throw away a file that was never taken in."""

    def __init__(self, data=None, *, staged, user):
        super().__init__(data)
        self.staged, self.user = staged, user

    @transaction.atomic
    def save(self):
        record(self.user, Verb.DELETED, self.staged, rows=len(self.staged.rows))
        self.staged.delete()
