"""What all forms of the region's own work have in common."""

from django import forms
from django.db import transaction

from bou_portal.audit.log import record
from bou_portal.audit.models import Verb
from bou_portal.forms.freshness import FreshForm
from bou_portal.forms.guarded import GuardedForm
from bou_portal.forms.once import OnceForm


class WorkForm(OnceForm, FreshForm, GuardedForm, forms.ModelForm):
    """A row with a `uid`, made or changed by a user: once on a double click, logged, never over an unseen change.

    A new row gets what the form does not ask for (its region, its plan) from `instance`.
    """

    def __init__(self, data=None, *, user, instance=None, **options):
        super().__init__(data, instance=instance, label_suffix="", **options)
        self.user = user

    @transaction.atomic
    def save(self):
        is_new = not self.instance.pk
        row = super().save()
        if is_new and row is not self.instance:
            return row  # the same was sent twice
        record(self.user, Verb.CREATED if is_new else Verb.CHANGED, row, fields=sorted(self.changed_data))
        return row
