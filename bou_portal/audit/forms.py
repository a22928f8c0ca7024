"""Narrowing the log, and taking a copy of it."""

from django import forms

from bou_portal.audit.models import Verb

# More rows than this leave the portal only with a reason (security.md 3.5).
ROWS_WITHOUT_REASON = 200


class LogFilter(forms.Form):
    """What happened, and when. Both days are included. An unknown choice is ignored: the address may be old."""

    gjorde = forms.ChoiceField(label="Händelse", required=False, choices=[("", "Alla händelser"), *Verb.choices])
    fran = forms.DateField(label="Från", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    till = forms.DateField(label="Till", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def narrow(self, events):
        self.is_valid()
        chosen = self.cleaned_data
        if chosen.get("gjorde"):
            events = events.filter(verb=chosen["gjorde"])
        if chosen.get("fran"):
            events = events.filter(at__date__gte=chosen["fran"])
        if chosen.get("till"):
            events = events.filter(at__date__lte=chosen["till"])
        return events


class ExportForm(forms.Form):
    reason = forms.CharField(
        label="Varför behöver du en kopia?",
        required=False,
        max_length=120,
        help_text=f"Behövs när det är fler än {ROWS_WITHOUT_REASON} rader. Skriv inga personuppgifter.",
    )

    def __init__(self, *args, rows=0, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows

    def clean_reason(self):
        reason = self.cleaned_data["reason"].strip()
        if self.rows > ROWS_WITHOUT_REASON and not reason:
            raise forms.ValidationError(f"Skriv varför, för det är {self.rows} rader. Eller välj en kortare tid.")
        return reason
