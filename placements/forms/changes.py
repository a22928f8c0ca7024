"""What all forms that write about a child's placements share: what must hold, what is asked about, who was faster.

Each form makes rows of the same kind as a delivery's (ADR 11). What a delivery would be warned about is asked about
once, check by check; what the fold would have to repair is refused. `save()` is False when somebody was faster: then
the form says who changed what, keeps what was filled in, and can be sent again.
"""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bou_portal.access import Permission
from bou_portal.periods import add_months
from placements import written
from placements.codes import FormGroup
from placements.forms.case_rows import LONG_AGO, LONGEST_AGO_MONTHS
from placements.models import Child


def side_by_side(*names):
    return Row(*(Column(name, css_class="col-sm-6 col-lg-4") for name in names))


class ChangeForm(forms.Form):
    """One change of one child's placements. `asks_about`: the delivered columns whose checks concern it."""

    heading = lead = submit = saved = ""
    asks_about = ()

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    confirmed = forms.MultipleChoiceField(
        label="Stämmer det ändå?", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, child, user, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.child, self.user, self.today = child, user, timezone.localdate()
        self.standing = written.standing(child)
        self.stay, self.warnings, self.trial, self.change = self.standing.current, {}, None, None
        ticked = self.data.getlist("confirmed") if hasattr(self.data, "getlist") else []
        self.fields["confirmed"].choices = [(name, name) for name in ticked]
        self.fields["seen"].initial = self.fresh_seen()
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.layout(), "seen")

    def layout(self):
        return [name for name in self.fields if name not in ("seen", "confirmed")]

    def rows(self):
        """The values to write, from what was filled in."""
        raise NotImplementedError

    @property
    def told(self):
        """Where the child is, or was last, in a sentence."""
        stay, law = self.stay, self.stay.laws()[-1][1]
        form, words = FormGroup(stay.form).label, written.law_words({"lagrum": law[0], "lagrum_kod": law[1]})
        until = f" till {stay.end}" if stay.end else ""
        return f"{form} från {stay.start}{until}, {words}."

    @property
    def why_not(self):
        """A sentence when the change makes no sense as the child stands now."""
        return "" if self.stay else "Barnet är inte placerat just nu."

    # --- what must hold -----------------------------------------------------------------------------------------------

    def clean(self):
        cleaned = super().clean()
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField) and (day := cleaned.get(name)):
                self.check_day(name, day)
        if self.child.pk and cleaned.get("seen", "").partition(".")[0] != self.standing.seen:
            self.say_who_was_faster()
        elif self.child.pk and self.why_not:
            self.add_error(None, self.why_not)
        if not self.errors:
            self.check()
        if not self.errors:
            self.trial = self.standing.tried(self.rows())
            self.check_trial()
        if not self.errors:
            self.ask()
        return cleaned

    def check_day(self, name, day):
        born = self.child.birth_year
        if day > self.today:
            self.add_error(name, "Dagen ligger framåt i tiden. Skriv in det när det har hänt.")
        elif born and day.year < born:
            self.add_error(name, f"Dagen ligger före barnets födelseår {born}. Kontrollera datumet.")
        elif day < add_months(self.today, -LONGEST_AGO_MONTHS):
            self.add_error(name, LONG_AGO)

    def check(self):
        """What the fields must be to each other."""

    def check_trial(self):
        """What must hold for the stays as they would be."""
        for repair in self.trial.repairs:
            stay = repair.by if repair.stay.rows[-1].delivery == written.TRIED else repair.stay
            until = f"till {stay.delivered_end}" if stay.delivered_end else "och tills vidare"
            text = (
                f"Barnet är redan placerat i {written.lowered(FormGroup(stay.form).label)} från {stay.start} {until}. "
                "Ett barn har en placering i taget: kontrollera dagen."
            )
            self.add_error(self.day, text)

    def ask(self):
        """Each warning must be ticked off; only those that concern what was written here."""
        found = self.trial.warnings.values()
        self.warnings |= {
            w.check: w.text for w in found if w.column in self.asks_about and w.check != "birth_year_unknown"
        }
        left = [name for name in self.warnings if name not in self.cleaned_data.get("confirmed", [])]
        if self.warnings:
            self.fields["confirmed"].choices = list(self.warnings.items())
            self.helper.layout.append("confirmed")
        if left:
            self.add_error("confirmed", "Kontrollera det som står vid rutan. Rätta, eller kryssa i att det stämmer.")

    # --- somebody was faster ------------------------------------------------------------------------------------------

    def fresh_seen(self):
        return f"{self.standing.seen}.{timezone.now().timestamp():.3f}"

    def say_who_was_faster(self):
        """Says who changed what, and lets the form be sent again against what holds now."""
        try:
            since = float(self.cleaned_data.get("seen", "").partition(".")[2])
        except ValueError:
            since = 0.0
        who = written.who_changed(self.child, since)
        self.add_error(None, f"{who} Inget av ditt är sparat ännu. Kontrollera att det stämmer och spara igen.")
        self.standing = written.standing(self.child)
        self.data = self.data.copy()
        self.data["seen"] = self.fresh_seen()

    def save(self):
        """Whether it was written; otherwise the form says why not."""
        seen = self.cleaned_data["seen"].partition(".")[0]
        try:
            with transaction.atomic():
                self.change = written.write(self.child, self.rows(), self.user, seen)
                self.write_beside()
        except written.Overtaken:
            self.say_who_was_faster()
        except written.CodeTaken:
            self.add_error(
                "local_code", "Kommunen har redan ett barn med den koden. Kontrollera den, eller välj en annan."
            )
        except written.StillRated:
            self.add_error(None, "En placering som skulle försvinna har ett omdöme. Kontrollera dagarna.")
        return not self.errors

    def write_beside(self):
        """What else is written in the same transaction."""

    @property
    def next_address(self):
        """Where she comes when it is saved."""
        reached = Child.objects.for_user(self.user, Permission.READ_CASES).filter(pk=self.child.pk)
        return self.child.get_absolute_url() if reached.exists() else reverse("child_list")
