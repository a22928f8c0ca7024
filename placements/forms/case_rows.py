"""What the forms of all that is written about a placed child have in common.

Each form owns its write: the row, the log and what is derived from it, in one transaction. A row that was delivered is
mended in the case system; one written here may be changed or taken back for a day (`CaseRow.may_be_changed`).
"""

from datetime import date
from functools import cached_property

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.freshness import already, moved, seal, stored, told, unsealed
from bou_portal.periods import add_months
from placements.episodes import derive
from placements.forms.answers import YesNo
from placements.models import Child

# A planned day further away than this is a slip of the keyboard.
PLANNED_WITHIN_MONTHS = 24
# Nobody who is placed was born before this: an earlier day is a year that was mistyped, as 0026.
LONGEST_AGO_MONTHS = 12 * 26
LONG_AGO = "Dagen ligger mer än 26 år bakåt. Kontrollera årtalet."
IS_GONE = "En kollega har tagit bort raden medan du skrev. Det du skrev är kvar: spara för att skriva in det på nytt."
TOO_LATE = "Det har gått mer än ett dygn. Fråga din chef om något behöver rättas."
COMPLETING = "Raden kommer från verksamhetssystemet och ändras där. Här fyller du i det som systemet inte lämnar."
COMPARE = "Det du skrev är kvar. Spara en gång till om ditt ska gälla, eller avbryt."
NOT_SEEN = (
    "Raden kan ha ändrats sedan sidan öppnades. Jämför med barnets sida, och spara en gång till om ditt ska gälla."
)


class CaseRowForm(forms.ModelForm):
    """A row about one child, written by one person. `day` names the field that says when; `same` the natural key.

    `ordered` are days that come in that order, each with what is said when they do not; `planned` may lie ahead;
    `from_care` says that nothing of the kind happens before the child is placed.
    """

    slug = heading = day = saved = lead = ""
    same = planned = ordered = ()
    from_care = False

    def __init__(self, *args, child, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.child, self.user, self.is_gone = child, user, False
        self.instance.child, self.instance.municipality = child, child.municipality
        for name, field in self.fields.items():
            if type(field) is forms.NullBooleanField:
                self.fields[name] = YesNo(label=field.label)
        if self.instance.pk:
            seen = seal(self.instance, self._meta.fields)
            self.fields["seen"] = forms.CharField(required=False, initial=seen, widget=forms.HiddenInput)
        # What a delivery holds is mended in the case system: here it is shown, and only what it lacks is written.
        self.is_delivered = bool(self.instance.pk) and self.instance.entered_at is None
        if self.is_delivered:
            self.lead = COMPLETING
        for name in self.locked:
            self.fields[name].disabled, self.fields[name].required = True, False
        self.helper = FormHelper()
        self.helper.layout = self.layout()

    def layout(self):
        return Layout(*self.fields)

    @property
    def locked(self):
        """The fields of a delivered row that its delivery holds."""
        return set(self._meta.fields) - set(self.instance.UNDELIVERED) if self.is_delivered else set()

    def add_error(self, field, error):
        """Of a delivered row only what is written here is judged."""
        if field not in self.locked:
            super().add_error(field, error)

    # --- what may be written ------------------------------------------------------------------------------------------
    def clean(self):
        cleaned = super().clean()
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField) and (day := cleaned.get(name)):
                self.check_day(name, day)
        self.check_order(cleaned)
        if self.twins(cleaned).exists():
            said = "Det finns redan en sådan den dagen. Kontrollera datumet, eller ändra den som finns."
            self.add_error(self.day, said)
        return cleaned

    def check_day(self, name, day):
        today, born = timezone.localdate(), self.child.birth_year
        if name in self.planned and day > add_months(today, PLANNED_WITHIN_MONTHS):
            self.add_error(name, "Dagen ligger mer än två år framåt. Kontrollera årtalet.")
        elif day > today and name not in self.planned:
            self.add_error(name, "Dagen ligger framåt i tiden. Skriv in det när det är gjort.")
        elif born and day.year < born:
            self.add_error(name, f"Dagen ligger före barnets födelseår {born}. Kontrollera datumet.")
        elif day < add_months(today, -LONGEST_AGO_MONTHS):
            self.add_error(name, LONG_AGO)
        elif self.from_care and day < self.placed_since:
            said = f"Barnet placerades första gången {self.placed_since}. Välj den dagen eller en senare."
            self.add_error(name, said)

    @cached_property
    def placed_since(self):
        """The child's first day in care; long ago where no placement is known."""
        return self.child.placements.aggregate(first=Min("started_on"))["first"] or date.min

    def check_order(self, cleaned):
        """Each day is compared with the nearest one before it that is known."""
        earlier = None
        for name, said in self.ordered:
            day = cleaned.get(name) or (getattr(self.instance, name) if name in self.locked else None)
            if day and earlier and day < earlier:
                self.add_error(name, said.format(earlier))
            earlier = day or earlier

    def twins(self, cleaned):
        """Other rows of the child with the same natural key; none while the key has an empty part."""
        key = {name: cleaned.get(name) for name in self.same}
        rows = type(self.instance).objects.filter(child=self.child, **key).exclude(pk=self.instance.pk)
        return rows if key and all(key.values()) else rows.none()

    # --- the write ----------------------------------------------------------------------------------------------------
    @transaction.atomic
    def save(self):
        """The saved row; None, with the reason among the form's errors, when somebody was there in between.

        Sent twice at once, as by a double click, it is saved once.
        """
        hold(self.child)
        twin = self.twins(self.cleaned_data).first()
        if twin and not self.instance.pk and self.mine == stored(twin, self._meta.fields):
            return twin
        if twin:
            self.add_error(self.day, already(twin))
            return None
        return self.mend() if self.instance.pk else self.write(Verb.CREATED)

    @property
    def mine(self):
        """What is about to be written, as text."""
        return stored(self.instance, self._meta.fields)

    def mend(self):
        """Change the row, unless it has become another than the one she was shown."""
        current = type(self.instance).objects.select_related("changed_by", "entered_by").filter(pk=self.instance.pk)
        if not (current := current.first()):
            self.add_error(None, IS_GONE)
            self.is_gone = True
            return None
        seen = unsealed(self.cleaned_data["seen"], current.uid)
        if seen is None or (names := moved(current, seen, self.mine)):
            self.add_error(None, NOT_SEEN if seen is None else f"{told(current, seen, names)} {COMPARE}")
            self.data = self.data.copy()
            self.data["seen"] = seal(current, self._meta.fields)
            return None
        if stored(current, self._meta.fields) == self.mine:
            return current
        self.instance.changed_by, self.instance.changed_at = self.user, timezone.now()
        return self.write(Verb.CHANGED)

    def write(self, verb):
        if verb == Verb.CREATED:
            self.instance.entered_by, self.instance.entered_at = self.user, timezone.now()
        self.derive_own()
        row = super().save()
        changed = sorted(set(self.changed_data) - {"seen"})
        record(self.user, verb, row, child=str(self.child.uid), fields=changed)
        derive([self.child.pk])
        return row

    def derive_own(self):
        """Sets what follows from the fields and is stored beside them."""

    # --- taking back --------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def undo(cls, row, user, token=""):
        """Take back a row written here, as she saw it; the log keeps that it was."""
        hold(row.child)
        current = cls.Meta.model.objects.select_related("changed_by", "entered_by").filter(pk=row.pk).first()
        if current is None:
            raise ValidationError("Raden är redan borttagen.")
        if not current.is_fresh:
            raise ValidationError(TOO_LATE)
        seen = unsealed(token, row.uid)
        if seen is not None and (names := moved(current, seen)):
            raise ValidationError(f"{told(current, seen, names)} Inget är borttaget. Öppna raden igen och jämför.")
        record(user, Verb.UNDID, current, child=str(row.child.uid), entered_by=current.entered_by_id)
        current.delete()
        derive([row.child_id])


def hold(child):
    """Lock the child for the rest of the transaction: what is written about one child is written one at a time."""
    Child.objects.select_for_update(no_key=True).get(pk=child.pk)
