"""Taking out released figures: which quarters, in which form, and why."""

from django import forms
from django.db import transaction

from bou_portal.access import Permission
from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.guarded import GuardedForm
from bou_portal.forms.once import OnceForm
from municipalities.kpis.release_export import Extract, between, fingerprint
from municipalities.models import Release, ReleaseExport

FORMS = [("xlsx", "Excel (xlsx), kodboken på ett eget blad"), ("csv", "CSV, siffror och kodbok i en zip-fil")]


class ExportForm(OnceForm, GuardedForm, forms.ModelForm):
    """What is taken out of the frozen releases of one region. Logged before it is handed over."""

    plain_texts = ("purpose",)

    class Meta:
        model = ReleaseExport
        fields = ("first_quarter", "last_quarter", "form", "purpose")
        labels = {"first_quarter": "Från och med", "last_quarter": "Till och med", "form": "Format"}
        help_texts = {"purpose": "Står i loggen. Till exempel: underlag till Socialstyrelsens uppföljning."}

    def __init__(self, *args, user, region, **kwargs):
        super().__init__(*args, label_suffix="", instance=ReleaseExport(region=region, taken_by=user), **kwargs)
        self.user, self.region = user, region
        self.releases = Release.objects.for_user(user, Permission.LEAD_REGION_WORK).filter(region=region)
        quarters = sorted({*self.releases.values_list("quarter", flat=True)}, reverse=True)
        for name in ("first_quarter", "last_quarter"):
            label = self.fields[name].label
            self.fields[name] = forms.ChoiceField(label=label, choices=[(code, code) for code in quarters])
            self.fields[name].initial = quarters[0] if quarters else None
        self.fields["form"] = forms.ChoiceField(label="Format", choices=FORMS)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_quarter"), cleaned.get("last_quarter")
        if first and last and first > last:
            raise forms.ValidationError("Det första kvartalet ligger efter det sista. Byt plats på dem.")
        return cleaned

    @transaction.atomic
    def save(self):
        """The row and the file that it is about."""
        export = self.instance
        found = between(self.releases, export.first_quarter, export.last_quarter)
        extract = Extract(self.region, found)
        content = extract.file(export.form)
        export.rows, export.sha256 = len(extract.lines), fingerprint(content)
        kept = super().save()
        if kept is export:
            detail = {"from": export.first_quarter, "to": export.last_quarter, "rows": export.rows}
            record(self.user, Verb.EXPORTED, export, region=self.region.code, form=export.form, **detail)
        return kept, content
