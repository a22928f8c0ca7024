"""Health and dental examinations, step by step from the request to the last action (features.md F13)."""

from crispy_forms.layout import Layout

from bou_portal.forms.days import day_field
from placements.forms.answers import beside, columns, one_of, part, stacked
from placements.forms.case_rows import CaseRowForm
from placements.models import HealthExam

NotDone = HealthExam.NotDone


class HealthExamForm(CaseRowForm):
    slug, heading, day = "undersokning", "Hälso- eller tandundersökning", "done_on"
    saved = "Undersökningen är sparad"
    lead = "Fyll i det som har hänt hittills. Du kan komplettera tills svar och åtgärder är klara."
    same = ("kind", "done_on")
    ordered = (
        ("requested_on", ""),
        ("offered_on", "Tiden erbjöds före {}. Begäran kommer först, sedan tid och undersökning."),
        ("done_on", "Dagen ligger före {}. Begäran kommer först, sedan tid och undersökning."),
        ("result_on", "Svaret kommer inte före undersökningen {}. Kontrollera datumen."),
        ("actions_done_on", "Åtgärderna blir inte klara före {}. Kontrollera datumen."),
    )

    requested_on = day_field(label="Begärd", required=False)
    offered_on = day_field(label="Tid erbjuden", required=False)
    done_on = day_field(label="Genomförd", required=False)
    result_on = day_field(label="Svar mottaget", required=False)
    actions_done_on = day_field(label="Åtgärder klara", required=False)

    class Meta:
        model = HealthExam
        fields = [
            "kind",
            "requested_on",
            "offered_on",
            "done_on",
            "result_on",
            "actions_needed",
            "actions_done_on",
            "not_done_reason",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.not_needed and not self.instance.not_done_reason:
            self.initial["not_done_reason"] = NotDone.NOT_NEEDED  # as some case systems deliver it
        self.fields["not_done_reason"].label = "Skäl"
        one_of(self.fields["kind"])
        one_of(self.fields["not_done_reason"], "Inget skäl")

    def layout(self):
        return Layout(
            stacked("kind"),
            part("Undersökningen", columns("requested_on", "offered_on", "done_on")),
            part("Efteråt", beside(("result_on", 4), (stacked("actions_needed"), 4), ("actions_done_on", 4))),
            part("Om den inte har blivit av", stacked("not_done_reason")),
        )

    def twins(self, cleaned):
        """The same examination: done on that day or, not yet done, asked for on that day."""
        if cleaned.get("done_on"):
            return super().twins(cleaned)
        asked_for = {"requested_on": cleaned.get("requested_on"), "offered_on": cleaned.get("offered_on")}
        rows = HealthExam.objects.filter(child=self.child, kind=cleaned.get("kind"), done_on=None, **asked_for)
        rows = rows.filter(not_done_reason=cleaned.get("not_done_reason") or "").exclude(pk=self.instance.pk)
        return rows if any(asked_for.values()) else rows.none()

    def clean(self):
        cleaned = super().clean()
        self.instance.not_needed = cleaned.get("not_done_reason") == NotDone.NOT_NEEDED
        days = [cleaned.get(name) for name in ("requested_on", "offered_on", "done_on")]
        if not any(days) and not self.instance.not_needed and not self.errors:
            said = "Ange minst ett datum, eller att undersökningen är uppenbart obehövlig."
            self.add_error("requested_on", said)
        self.check_steps(cleaned)
        return cleaned

    def check_steps(self, cleaned):
        """Nothing comes of an examination that was not done, and what was done needs no reason."""
        done, why_not = cleaned.get("done_on"), cleaned.get("not_done_reason")
        if done and why_not:
            self.add_error("done_on", "Undersökningen kan inte både vara gjord och inte gjord. Ta bort det ena.")
        if why_not == NotDone.NOT_OFFERED and cleaned.get("offered_on"):
            self.add_error("not_done_reason", "En tid är erbjuden. Välj ett annat skäl, eller ta bort datumet.")
        if cleaned.get("result_on") and not done and "done_on" not in self.errors:
            self.add_error("result_on", "Fyll i när undersökningen gjordes innan du fyller i svaret.")
        if cleaned.get("actions_needed") and not done and "done_on" not in self.errors:
            self.add_error("actions_needed", "Fyll i när undersökningen gjordes innan du fyller i åtgärder.")
        if cleaned.get("actions_done_on") and not cleaned.get("actions_needed"):
            self.add_error("actions_done_on", "Välj att åtgärder behövs, eller ta bort dagen då de blev klara.")
