"""Setting a target: one length for one rule in one place, or none to follow the level above."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.db import transaction

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.formats import starting
from municipalities.models import Region
from placements.duties.derive import derive_dues
from placements.models import Child, LocalTarget, Rule
from placements.targets import EXAMS, followed

LONGEST = {Rule.Unit.DAYS: 730, Rule.Unit.MONTHS: 24}


def derive_in(place):
    """What is due for every child of the place with something due."""
    where = {"municipality__region": place} if isinstance(place, Region) else {"municipality": place}
    derive_dues(Child.objects.filter(dues__isnull=False, **where).values_list("pk", flat=True).distinct())


def form_for(row):
    """The region's target for examinations says what it is counted from too."""
    return ExamTargetForm if row.code == EXAMS else TargetForm


class TargetForm(forms.Form):
    """Empty means to follow the region, or for a region the rule table."""

    amount = forms.IntegerField(label="Tid", required=False, min_value=1)
    unit = forms.ChoiceField(label="Enhet", choices=Rule.Unit.choices, initial=Rule.Unit.DAYS)

    def __init__(self, *args, place, row, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.place, self.row, self.user = place, row, user
        self.key = {"code": row.code, "region" if isinstance(place, Region) else "municipality": place}
        self.helper = FormHelper()
        self.helper.layout = Layout(Row(*(Column(name, css_class="col-sm-6 col-lg-4") for name in self.fields)))
        self.set_initial()

    def set_initial(self):
        self.target = LocalTarget.objects.filter(**self.key).first()
        if self.target:
            self.fields["amount"].initial, self.fields["unit"].initial = self.target.amount, self.target.unit
        self.fields["amount"].help_text = f"Lämna tomt för att följa {followed(self.row, self.place)}."

    def clean(self):
        cleaned = super().clean()
        amount, unit = cleaned.get("amount"), cleaned.get("unit")
        if amount and unit and amount > LONGEST[unit]:
            word = Rule.Unit(unit).label
            self.add_error("amount", f"Så lång tid är ingen målnivå. Skriv högst {LONGEST[unit]} {word}.")
        return cleaned

    @transaction.atomic
    def save(self):
        amount = self.cleaned_data["amount"]
        if amount:
            set_to = {"amount": amount, "unit": self.cleaned_data["unit"], "set_by": self.user}
            LocalTarget.objects.update_or_create(**self.key, defaults=set_to)
        else:
            LocalTarget.objects.filter(**self.key).delete()
        self.log(amount=amount, unit=self.cleaned_data["unit"] if amount else "")
        derive_in(self.place)

    def log(self, **detail):
        place = {} if isinstance(self.place, Region) else {"municipality_id": self.place.pk}
        record(self.user, Verb.CHANGED, self.place, what="målnivå", code=self.row.code, **detail, **place)

    @property
    def saved(self):
        if not self.cleaned_data.get("amount"):
            return f"{starting(followed(self.row, self.place))} gäller nu. Förfallodagarna är omräknade."
        return "Målnivån är sparad och förfallodagarna är omräknade."


class ExamTargetForm(TargetForm):
    """A region always has one: it stands on the region itself."""

    unit = forms.ChoiceField(label="Räknas från", choices=Region.CountsFrom.choices)

    def set_initial(self):
        days = self.fields["amount"]
        days.label, days.required, days.initial = "Dagar", True, self.place.health_target_days
        days.help_text = "Gäller hälso- och tandundersökning i alla regionens kommuner, och i siffrorna."
        self.fields["unit"].initial = self.place.health_target_from

    def clean(self):
        cleaned = forms.Form.clean(self)
        if (cleaned.get("amount") or 0) > LONGEST[Rule.Unit.DAYS]:
            self.add_error("amount", f"Så lång tid är ingen målnivå. Skriv högst {LONGEST[Rule.Unit.DAYS]} dagar.")
        return cleaned

    @transaction.atomic
    def save(self):
        days, counts_from = self.cleaned_data["amount"], self.cleaned_data["unit"]
        Region.objects.filter(pk=self.place.pk).update(health_target_days=days, health_target_from=counts_from)
        self.log(amount=days, counts_from=counts_from)
        derive_in(self.place)
