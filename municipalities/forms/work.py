"""What all forms of the region's own work have in common."""

from django import forms
from django.db import transaction
from django.db.models.fields import BLANK_CHOICE_DASH

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.freshness import FreshForm
from bou_portal.forms.guarded import GuardedForm
from bou_portal.forms.once import OnceForm

DASHES = BLANK_CHOICE_DASH[0][1]


def say_choose(field):
    """A list that nothing is chosen in says so in words; Django says it with a row of dashes."""
    word = "Välj" if field.required else "Inget valt"
    if isinstance(field, forms.ModelChoiceField):  # whose rows are not asked for yet, and perhaps not known
        field.empty_label = word if field.empty_label == DASHES else field.empty_label
    elif list(getattr(field, "choices", ()))[:1] == [("", DASHES)]:
        field.choices = [("", word), *list(field.choices)[1:]]


class WorkForm(OnceForm, FreshForm, GuardedForm, forms.ModelForm):
    """A row with a `uid`, made or changed by a user: once on a double click, logged, never over an unseen change.

    A new row gets what the form does not ask for (its region, its plan) from `instance`.
    """

    def __init__(self, data=None, *, user, instance=None, **options):
        super().__init__(data, instance=instance, label_suffix="", **options)
        self.user = user
        for field in self.fields.values():
            say_choose(field)

    @transaction.atomic
    def save(self):
        is_new = not self.instance.pk
        row = super().save()
        if is_new and row is not self.instance:
            return row  # the same was sent twice
        record(self.user, Verb.CREATED if is_new else Verb.CHANGED, row, fields=sorted(self.changed_data))
        return row
