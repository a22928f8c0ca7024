"""What somebody found when a home was held against a criterion. Written once: a newer check takes over, none is changed."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from placements.forms.children import day_field
from placements.forms.guarded import GuardedForm
from placements.lights import OPEN
from placements.models import Check


class CheckForm(GuardedForm, forms.ModelForm):
    guarded = ("note",)

    checked_on = day_field(label="Kontrollerat")
    remedied_until = day_field(
        label="Ska vara åtgärdat senast",
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
        self.fields[
            "note"
        ].help_text = "Skriv om hemmet och det som kontrollerades, aldrig om ett barn eller en anställd."

    def clean_checked_on(self):
        day = self.cleaned_data["checked_on"]
        if day > timezone.localdate():
            raise ValidationError("Kontrollen kan inte vara gjord efter i dag.")
        return day

    def clean(self):
        cleaned = super().clean()
        outcome, day, until = (cleaned.get(name) for name in ("outcome", "checked_on", "remedied_until"))
        if outcome in OPEN and not until and "remedied_until" not in self.errors:
            self.add_error("remedied_until", "Ange när bristen ska vara åtgärdad.")
        elif outcome in OPEN and day and until and until < day:
            self.add_error("remedied_until", "Bristen kan inte vara åtgärdad före kontrollen.")
        elif outcome not in OPEN:
            cleaned["remedied_until"] = None
        return cleaned

    @transaction.atomic
    def save(self):
        check = super().save()
        record(self.user, Verb.CREATED, check, municipality_id=check.agreement.municipality_id, outcome=check.outcome)
        return check
