"""A municipality's analysis of an indicator: observe, explain, choose, follow."""

from django import forms

from bou_portal.forms.days import day_field
from municipalities.forms.work import WorkForm
from municipalities.models import KpiAnalysis

LONG = forms.Textarea(attrs={"rows": 4})


class AnalysisForm(WorkForm):
    """The four steps, one after the other or all at once. Its municipality and indicator come with the row."""

    # Behind small figures stand children: what is seen and why is guarded, what is decided about work is not.
    guarded = ("observed", "explained", "followed")
    plain_texts = ("chosen", "owner_name")
    follow_on = day_field(label="Följs upp", required=False)

    class Meta:
        model = KpiAnalysis
        fields = ("year", "observed", "explained", "chosen", "owner_name", "follow_on", "followed", "is_shared")
        labels = {
            "year": "Vilket års värde?",
            "observed": "1. Vad ser vi?",
            "explained": "2. Vad kan det bero på?",
            "chosen": "3. Vad väljer vi att göra?",
            "owner_name": "Ansvarig funktion",
            "followed": "4. Hur gick det?",
            "is_shared": "Regionens utvecklingsledare får läsa",
        }
        help_texts = {
            "observed": "Jämför över tid, med länet, riket och liknande kommuner. Skriv om siffror och arbete, aldrig om ett barn.",
            "chosen": "En sak som går att göra och följa.",
            "owner_name": "Till exempel enhetschef barn och unga.",
            "followed": "Fylls i när ni har följt upp.",
        }
        widgets = {"observed": LONG, "explained": LONG, "chosen": LONG, "followed": LONG}

    def __init__(self, *args, years=(), **kwargs):
        super().__init__(*args, **kwargs)
        known = sorted({*years, *([self.instance.year] if self.instance.year else [])}, reverse=True)
        self.fields["year"] = forms.TypedChoiceField(
            label=self.fields["year"].label, coerce=int, choices=[(year, str(year)) for year in known]
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("chosen") and not cleaned.get("follow_on"):
            self.add_error("follow_on", "Ange när ni ska följa upp det ni väljer att göra.")
        if cleaned.get("follow_on") and not cleaned.get("chosen"):
            self.add_error("chosen", "Skriv vad ni väljer att göra, så att det finns något att följa upp.")
        if cleaned.get("followed") and not cleaned.get("chosen"):
            self.add_error("followed", "Skriv först vad ni valde att göra.")
        if self.is_written():
            text = KpiAnalysis._meta.constraints[0].violation_error_message
            self.add_error("year", f"{text} Öppna den och skriv vidare där.")
        return cleaned

    def is_written(self):
        """Whether the municipality has another analysis of the indicator and year; a double click is no other."""
        row = self.instance
        same = KpiAnalysis.objects.filter(
            municipality=row.municipality, kpi=row.kpi, year=self.cleaned_data.get("year") or 0
        )
        return same.exclude(pk=row.pk).exclude(uid=self.first_click).exists()

    def save(self):
        self.instance.changed_by = self.user
        return super().save()
