"""What is decided around a placed child: investigation, restrictions, and the follow-up after care. Days only."""

from crispy_forms.layout import Layout

from bou_portal.forms.days import day_field
from placements.forms.answers import columns, one_of, stacked
from placements.forms.case_rows import CaseRowForm
from placements.models import Investigation, PostFollowUp, Restriction

ENDED_BEFORE = "Slutdagen ligger före {}. Kontrollera datumen."


class InvestigationForm(CaseRowForm):
    slug, heading, day = "utredning", "Utredning", "opened_on"
    saved = "Utredningen är sparad"
    lead = "Bara dagarna: vad utredningen säger står i akten. Du kan komplettera tills den är avslutad."
    same, planned = ("opened_on",), ("extended_until",)
    ordered = (
        ("reported_on", ""),
        ("opened_on", "Utredningen inleds inte före aktualiseringen {}. Kontrollera datumen."),
        ("closed_on", "Utredningen kan inte avslutas före {}. Kontrollera datumen."),
    )

    reported_on = day_field(label="Aktualiserad", required=False)
    protection_assessed_on = day_field(label="Skyddsbedömning gjord", required=False)
    opened_on = day_field(label="Utredning inledd")
    extended_until = day_field(label="Förlängd till", required=False)
    closed_on = day_field(label="Utredning avslutad", required=False)

    class Meta:
        model = Investigation
        fields = ["reported_on", "protection_assessed_on", "opened_on", "extended_until", "closed_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["extended_until"].help_text = "Om nämnden har beslutat om längre tid."

    def layout(self):
        return Layout(columns("reported_on", "protection_assessed_on"), columns("opened_on", *self.Meta.fields[3:]))

    def clean(self):
        cleaned = super().clean()
        reported, assessed = cleaned.get("reported_on"), cleaned.get("protection_assessed_on")
        opened, extended = cleaned.get("opened_on"), cleaned.get("extended_until")
        if reported and assessed and assessed < reported:
            said = f"Skyddsbedömningen görs inte före aktualiseringen {reported}. Kontrollera datumen."
            self.add_error("protection_assessed_on", said)
        if opened and extended and extended < opened:
            said = f"Utredningen inleddes {opened} och kan inte vara förlängd till en tidigare dag."
            self.add_error("extended_until", said)
        return cleaned


class RestrictionForm(CaseRowForm):
    slug, heading, day = "begransning", "Begränsning", "started_on"
    saved = "Begränsningen är sparad"
    lead = "Skriv in beslutet, och sedan varje gång det övervägs och när det upphör."
    same, from_care = ("kind", "started_on"), True
    ordered = (
        ("started_on", ""),
        ("considered_on", "Beslutet fattades {} och kan inte ha övervägts före det."),
        ("ended_on", ENDED_BEFORE),
    )

    started_on = day_field(label="Beslutad")
    considered_on = day_field(label="Senast övervägd", required=False)
    ended_on = day_field(label="Upphörde", required=False)

    class Meta:
        model = Restriction
        fields = ["kind", "started_on", "considered_on", "ended_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        one_of(self.fields["kind"])

    def layout(self):
        return Layout(stacked("kind"), columns("started_on", "considered_on", "ended_on"))


class PostFollowUpForm(CaseRowForm):
    slug, heading, day = "efter-placering", "Uppföljning efter placering", "started_on"
    saved = "Uppföljningen är sparad"
    lead = "Uppföljningen av hur barnet har det efter att vården har upphört. Bara dagarna."
    same = ("started_on",)
    ordered = (("started_on", ""), ("ended_on", ENDED_BEFORE))

    started_on = day_field(label="Inledd")
    ended_on = day_field(label="Avslutad", required=False)

    class Meta:
        model = PostFollowUp
        fields = ["started_on", "ended_on"]

    def layout(self):
        return Layout(columns("started_on", "ended_on"))

    def clean(self):
        cleaned = super().clean()
        if started := cleaned.get("started_on"):
            self.check_care_has_ended(started)
        return cleaned

    def check_care_has_ended(self, started):
        """It follows a care that is over: the last one that began before it."""
        before = self.child.placements.filter(started_on__lte=started).order_by("-started_on").first()
        if before and before.ended_on is None:
            said = f"Barnet är placerat sedan {before.started_on}. Skriv in det här när placeringen är avslutad."
            self.add_error("started_on", said)
        elif before and before.ended_on > started:
            said = f"Placeringen avslutades {before.ended_on}. Välj den dagen eller en senare."
            self.add_error("started_on", said)
        elif not before:
            self.add_error("started_on", "Barnet hade ingen placering före den dagen. Kontrollera datumet.")
