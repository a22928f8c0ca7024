"""What somebody found when a home was held against criteria. Written once: a newer check takes over, none is changed."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.days import day_field
from bou_portal.forms.guarded import GuardedForm
from placements.lights import OPEN
from placements.models import Check

UNTIL = "Ska vara åtgärdat senast"
NOTE = "Skriv om hemmet och det som kontrollerades, aldrig om ett barn eller en anställd."


class Visited(GuardedForm):
    """The day of a check, and what follows from an outcome."""

    def clean_checked_on(self):
        day = self.cleaned_data["checked_on"]
        if day > timezone.localdate():
            raise ValidationError("Kontrollen kan inte vara gjord efter i dag.")
        return day

    def check_time(self, outcome, name):
        """A finding has a day until which it is to be mended, in the field `name`; nothing else has one."""
        until, day = self.cleaned_data.get(name), self.cleaned_data.get("checked_on")
        if outcome not in OPEN:
            self.cleaned_data[name] = None
        elif not until and name not in self.errors:
            self.add_error(name, "Ange när bristen ska vara åtgärdad.")
        elif until and day and until < day:
            self.add_error(name, "Bristen kan inte vara åtgärdad före kontrollen.")

    def log(self, check):
        place = check.agreement.municipality_id
        record(self.user, Verb.CREATED, check, municipality_id=place, outcome=check.outcome)


class CheckForm(Visited, forms.ModelForm):
    guarded = ("note",)

    checked_on = day_field(label="Kontrollerat")
    remedied_until = day_field(
        label=UNTIL,
        required=False,
        help_text="Fylls i för en brist. Efter den dagen blir ljuset rött tills en ny kontroll visar att den är åtgärdad.",
    )

    class Meta:
        model = Check
        fields = ["outcome", "checked_on", "remedied_until", "note"]
        widgets = {"outcome": forms.RadioSelect, "note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data=None, *, user, agreement, home, criterion):
        check = Check(agreement=agreement, home=home, criterion=criterion, checked_by=user)
        super().__init__(data, instance=check, label_suffix="", initial={"checked_on": timezone.localdate()})
        self.user = user
        self.fields["outcome"].choices = Check.Outcome.choices
        self.fields["note"].help_text = NOTE

    def clean(self):
        cleaned = super().clean()
        self.check_time(cleaned.get("outcome"), "remedied_until")
        return cleaned

    @transaction.atomic
    def save(self):
        check = super().save()
        self.log(check)
        return check


class VisitForm(Visited, forms.Form):
    """One visit to a home: every criterion of the agreement on one page. What was not looked at is left as it was."""

    checked_on = day_field(label="Kontrollerat")

    def __init__(self, data=None, *, user, row):
        super().__init__(data, label_suffix="", initial={"checked_on": timezone.localdate()})
        self.user, self.cover = user, row.cover
        self.criteria = [light.criterion for light in row.lights]
        groups = [self.criterion_fields(criterion) for criterion in self.criteria]
        self.guarded = [name for name in self.fields if name.startswith("note")]
        self.helper = FormHelper()
        self.helper.layout = Layout("checked_on", *groups)

    def criterion_fields(self, criterion):
        outcome, until, note = (f"{part}_{criterion.pk}" for part in ("outcome", "until", "note"))
        choices = [("", "Inte kontrollerat den här gången"), *Check.Outcome.choices]
        self.fields[outcome] = forms.ChoiceField(label="Utfall", choices=choices, required=False)
        self.fields[until] = day_field(label=UNTIL, required=False, help_text="Fylls i för en brist.")
        self.fields[note] = forms.CharField(label="Det som sågs", max_length=300, required=False)
        pair = Row(Column(outcome, css_class="col-sm-6"), Column(until, css_class="col-sm-6"))
        return Fieldset(criterion.title, pair, note)

    def clean(self):
        cleaned = super().clean()
        for criterion in self.criteria:
            outcome = cleaned.get(f"outcome_{criterion.pk}")
            self.check_time(outcome, f"until_{criterion.pk}")
            if cleaned.get(f"note_{criterion.pk}") and not outcome:
                self.add_error(f"outcome_{criterion.pk}", "Välj ett utfall, eller ta bort det som sågs.")
        if not any(cleaned.get(f"outcome_{criterion.pk}") for criterion in self.criteria) and not self.errors:
            raise ValidationError("Välj ett utfall för minst ett kriterium.")
        return cleaned

    @transaction.atomic
    def save(self):
        """The checks that were made."""
        said = self.cleaned_data
        made = []
        for criterion in self.criteria:
            if outcome := said[f"outcome_{criterion.pk}"]:
                check = Check.objects.create(
                    agreement=self.cover.agreement,
                    home=self.cover.home,
                    criterion=criterion,
                    outcome=outcome,
                    checked_on=said["checked_on"],
                    remedied_until=said[f"until_{criterion.pk}"],
                    note=said[f"note_{criterion.pk}"],
                    checked_by=self.user,
                )
                self.log(check)
                made.append(check)
        return made
