"""Writing in that a placement ends, that the child moves, that the legal ground changes; and taking the newest back."""

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, reverse

from bou_portal.access import Permission
from bou_portal.forms.days import day_field
from placements import written
from placements.codes import EndCause, EndReason, Initiator, NextStop, Planned
from placements.forms.changes import ChangeForm, side_by_side
from placements.forms.placements import LAWS, PLACED, PlacementFields, pair_field
from placements.models import Child

# Reasons that say who took the initiative, and those that say that it was planned.
INITIATORS = {
    EndReason.CHILD_INITIATED: {Initiator.CHILD},
    EndReason.HOME_INITIATED: {Initiator.HOME},
    EndReason.BOARD_DISSATISFIED: {Initiator.BOARD},
    EndReason.COURT: {Initiator.COURT},
    EndReason.CONSENT_WITHDRAWN: {Initiator.GUARDIAN, Initiator.CHILD},
    EndReason.DECEASED: {Initiator.OTHER},
}
PLANNED_REASONS = {EndReason.GOAL_REACHED_HOME, EndReason.MOVED_PLANNED}
BREAK = (
    "Ett kort avbrott avslutar inte placeringen: avlastning, sjukhusvistelse, semester, eller avvikning under 30 dagar. "
    "Ett nytt hem gör det."
)


def word(label, choices, empty="Välj", **options):
    return forms.ChoiceField(label=label, choices=[("", empty), *choices], **options)


class EndingFields(forms.Form):
    """How a placement ended: reason, planned or not, who took the initiative; never one list."""

    reason = word("Orsak", EndReason.choices)
    planned = word("Planerat", Planned.choices, help_text="Enligt vårdplanens tid och nästa steg.")
    initiator = word("Initiativ", Initiator.choices, "Ej angivet", required=False)
    cause = word(
        "Varför blev det oplanerat?",
        EndCause.choices,
        "Inte oplanerat",
        required=False,
        help_text="Fylls i när avslutet var oplanerat, så som du ser det. Enhetschefen ser avslutet under Analyser.",
    )
    second_cause = word("Ytterligare orsak", EndCause.choices, "Ingen", required=False)
    analyse = forms.BooleanField(
        label="Starta en händelseanalys",
        required=False,
        help_text="Vad ledde dit, och vad kan göras annorlunda? Öppnas när du har sparat.",
    )

    def how(self, *others):
        if self.child.municipality_id not in self.user.municipalities(Permission.LEAD_LEARNING):
            del self.fields["analyse"]  # the page it leads to is not hers to open
        leading_on = [name for name in ("analyse",) if name in self.fields]
        return [
            side_by_side("reason", "planned", "initiator", *others),
            Fieldset("Om avslutet var oplanerat", side_by_side("cause", "second_cause"), *leading_on),
        ]

    def clean(self):
        if self.cleaned_data.get("planned") == Planned.UNPLANNED and not self.cleaned_data.get("cause"):
            self.add_error("cause", "Avslutet var oplanerat. Välj en orsak, eller två.")
        return super().clean()

    def check_ending(self):
        data = dict(self.cleaned_data)  # an error takes its field away from there
        reason, planned, initiator = EndReason(data["reason"]), data["planned"], data["initiator"]
        expected = INITIATORS.get(reason)
        if initiator and expected and initiator not in expected:
            self.add_error("initiator", f"Stämmer inte med orsaken ”{reason.label}”. Ändra initiativet eller orsaken.")
        if planned == Planned.UNPLANNED and reason in PLANNED_REASONS:
            self.add_error("planned", f"Stämmer inte med orsaken ”{reason.label}”. Ändra svaret eller orsaken.")
        if planned == Planned.PLANNED and reason == EndReason.DECEASED:
            self.add_error("planned", "Barnet har avlidit. Välj okänt eller oplanerat.")
        if planned != Planned.UNPLANNED and (data["cause"] or data["second_cause"]):
            self.add_error("cause", "Orsakerna gäller bara oplanerade avslut. Ta bort dem, eller svara oplanerat.")
        if data["second_cause"] and data["second_cause"] == data["cause"]:
            self.add_error("second_cause", "Samma orsak två gånger. Välj en annan, eller ingen.")

    def check_day_of_ending(self, name, day):
        """Not before the placement, nor before what was written about its law."""
        newest = max(row.start for row in self.stay.rows)
        if day < self.stay.start:
            self.add_error(name, f"Placeringen började {self.stay.start}. Välj den dagen eller en senare.")
        elif day < newest:
            self.add_error(name, f"Lagrummet ändrades {newest}. Välj den dagen eller en senare.")

    def ending_row(self, day, next_stop):
        data = self.cleaned_data
        said = {
            "slutdatum": day.isoformat(),
            "avslutsorsak": data["reason"],
            "planerat": data["planned"],
            "initiativ": data["initiator"],
            "nasta": next_stop,
        }
        # An empty cause is said too, so that it takes away what an earlier ending said.
        causes = {"orsak": data["cause"], "orsak_2": data["second_cause"]}
        return self.standing.about(self.stay) | {name: value for name, value in said.items() if value} | causes

    @property
    def next_address(self):
        """The analysis, if she wants one; else the child."""
        if self.cleaned_data.get("analyse"):
            ended = self.child.placements.filter(started_on=self.stay.start).first()
            try:
                return f"{reverse('analysis_new')}?placering={ended.uid}" if ended else super().next_address
            except NoReverseMatch:
                return super().next_address
        return super().next_address


class EndForm(EndingFields, ChangeForm):
    """The placement ends; or the one that ended last ended otherwise than was said."""

    lead, submit, saved, day = BREAK, "Spara avslutet", "Avslutet är sparat", "ended_on"
    asks_about = ("slutdatum", "avslutsorsak")

    ended_on = day_field(label="Sista dagen", help_text="Natten mot den dagen är den sista som räknas.")
    next_stop = word(
        "Nästa steg",
        NextStop.choices,
        help_text="Börjar en ny placering samma dag? Skriv in en flytt i stället.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stay = self.standing.last
        if self.is_correction:
            causes = self.stay.facts
            self.initial |= {
                "ended_on": self.stay.end,
                "reason": self.stay.reason,
                "planned": self.stay.planned,
                "initiator": self.stay.initiator,
                "next_stop": self.stay.next_stop,
                "cause": causes.get("orsak", ""),
                "second_cause": causes.get("orsak_2", ""),
            }

    @property
    def is_correction(self):
        return self.stay is not None and self.standing.current is None

    @property
    def heading(self):
        return "Rätta avslutet" if self.is_correction else "Avsluta placeringen"

    @property
    def why_not(self):
        return "" if self.stay else "Barnet har inte varit placerat."

    def layout(self):
        return [side_by_side("ended_on"), *self.how("next_stop")]

    def check(self):
        self.check_ending()
        self.check_day_of_ending("ended_on", self.cleaned_data["ended_on"])
        if self.cleaned_data["reason"] == EndReason.DECEASED and self.cleaned_data["next_stop"] != NextStop.UNKNOWN:
            self.add_error("next_stop", "Barnet har avlidit. Välj okänt.")

    def rows(self):
        return [self.ending_row(self.cleaned_data["ended_on"], self.cleaned_data["next_stop"])]


class MoveForm(EndingFields, PlacementFields, ChangeForm):
    """The child moves: the placement ends and another one starts the same day."""

    heading, submit, saved, day = "Flytt", "Spara flytten", "Flytten är sparad", "moved_on"
    lead, asks_about = BREAK, (*PLACED, "slutdatum")

    moved_on = day_field(label="Dagen för flytten", help_text="Dagen för den första natten i det nya hemmet.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.list_homes([self.child.municipality_id])
        self.fields["form"].label = "Ny form"
        if self.stay:
            group, code = self.stay.laws()[-1][1]
            self.initial["law"] = f"{group}:{code}"

    def layout(self):
        before, after = "Placeringen som slutar", "Placeringen som börjar"
        return [side_by_side("moved_on"), Fieldset(before, *self.how()), Fieldset(after, *self.where())]

    def check(self):
        self.check_home()
        self.check_ending()
        self.check_day_of_ending("moved_on", self.cleaned_data["moved_on"])

    def check_trial(self):
        super().check_trial()
        if not self.errors and len(self.trial.after.folded.stays) == len(self.standing.state.folded.stays):
            text = "Barnet bor redan där. Välj ett annat hem eller en annan form, eller ändra bara lagrummet."
            self.add_error("form", text)

    def ask(self):
        self.warn_about_home(self.standing.homes)
        super().ask()

    def rows(self):
        day = self.cleaned_data["moved_on"]
        return [self.ending_row(day, NextStop.PLACEMENT.value), self.placement_row(day, self.standing.homes)]


class LawForm(ChangeForm):
    """The child is placed under another law from a day; the placement goes on."""

    heading, submit, saved, day = "Ändra lagrum", "Spara lagrummet", "Lagrummet är sparat", "from_on"
    lead = "Placeringen går vidare, bara lagrummet byts. Nästa övervägande eller omprövning räknas om."
    asks_about = ("lagrum",)

    law = pair_field(LAWS, label="Nytt lagrum")
    from_on = day_field(label="Från och med")

    def layout(self):
        return [side_by_side("law", "from_on")]

    def check(self):
        day, (newest, law) = self.cleaned_data["from_on"], self.stay.laws()[-1]
        if day < newest:
            self.add_error("from_on", f"Nuvarande lagrum gäller från {newest}. Välj den dagen eller en senare.")
        if law == self.cleaned_data["law"]:
            self.add_error("law", "Barnet är redan placerat enligt det lagrummet. Välj ett annat.")

    def rows(self):
        day, (law, paragraph) = self.cleaned_data["from_on"], self.cleaned_data["law"]
        about = self.standing.about(self.stay)
        then = {name: value for name, value in about.items() if name != "lagrum_kod"}
        then |= {"startdatum": day.isoformat(), "lagrum": law} | ({"lagrum_kod": paragraph} if paragraph else {})
        return [about, then]


class TakeBackForm(forms.Form):
    """Takes back the newest change, while it is fresh."""

    change = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, child, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.child, self.user = child, user
        self.newest = written.newest_change(child)
        self.fields["change"].initial = self.newest.uid if self.newest else None

    @property
    def may_all(self):
        """Whoever may take back a delivery may take back what a colleague wrote."""
        return self.child.municipality_id in self.user.municipalities(Permission.IMPORT_DELIVERIES)

    @property
    def is_open(self):
        return self.newest is not None and self.newest.is_fresh

    def save(self):
        """Whether it was taken back; otherwise the form says why not."""
        try:
            written.take_back(self.child, self.cleaned_data["change"], self.user, self.may_all)
        except written.NotTakenBack as refusal:
            self.add_error(None, ValidationError(str(refusal)))
        return not self.errors

    @property
    def next_address(self):
        """The child, or the list when the child is gone with what was taken back."""
        there = Child.objects.for_user(self.user, Permission.READ_CASES).filter(pk=self.child.pk).first()
        return there.get_absolute_url() if there else reverse("child_list")
